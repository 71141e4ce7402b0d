"""The trainer: carries a run from where it stands to a kept model, and obeys what is asked of it on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext

from explorer import atomic, changes, checkpoint, closeup, events, plan, run
from explorer.blueprint import blueprint
from explorer.camera import Camera
from explorer.catalog import Value
from explorer.datasets import Split
from explorer.learner import Learner
from explorer.pace import Pace
from explorer.plan import Plan
from explorer.run import BLUEPRINT, CLOSEUP, FILM, KNOBS, Run
from explorer.train import Progress, train

SNAPSHOT_SHARE = 0.02  # of the time may go into snapshots
SNAPSHOT_SECONDS = 2.0  # between two of them at least
LINE_SHARE = 0.001  # of the time lies between two lines of the metrics at least: days of training stay readable

# is told the state of the run, or what is being done to keep its model, and the latest report
Watch = Callable[[str, Progress], None]


def carry_on(found: Run, how: Plan, split: Split, watch: Watch, stopping: Callable[[], bool]) -> str:
    """Train what a run says, from its snapshot on, keep the model, and return the state that the run ended in.

    When stopping() is true, or `stop` was asked, the model is kept as far as it has come. Of several processes that
    share the training only the first reads and writes the run.
    ValueError if somebody else trains it, or if the loss is no longer a number; OSError if the disk is full. Either way
    the last snapshot stays, from which the run can go on.
    """
    chief = how.rank == 0
    with run.locked(found.folder) if chief else nullcontext():
        if chief:
            _check_owned(found)
        learner = Learner(found.spec, how)
        if state := plan.shared(found.snapshot() if chief else None, how):
            learner.restore(state)
        try:
            if chief:
                return _Scribe(found, learner, split, watch, stopping).carry_on()
            for _ in train(learner, split.train):
                pass
        except FloatingPointError as error:
            raise ValueError(f"{error} {_cure(found)}") from None
    return "done"  # as far as this process knows


class _Scribe:
    """Writes a training down as it goes, and listens."""

    def __init__(self, found: Run, learner: Learner, split: Split, watch: Watch, stopping: Callable[[], bool]) -> None:
        self.run, self.learner, self.split, self.watch = found, learner, split, watch
        self.written, self.noted = learner.step, learner.seconds  # the last line of the metrics: step, seconds
        self.kept, self.cost = time.monotonic(), 0.0  # the last snapshot: when, and how long it took
        self.pace = Pace(found.heard, self.turned, self.change, stopping)
        self.camera = Camera(found.folder / FILM, learner, split.test)
        self.events: events.Events | None = None
        self.last = Progress(learner.step, 0.0, 0.0, learner.seconds, {}, [], 0.0, learner)

    def begin(self) -> None:
        """Take up what is on the disk from the learner's step on, and film it as it is."""
        self.run.rewind(self.learner.step)
        self.run.say("running", self.learner.step)
        self.camera.begin()
        self.tell_knobs()
        atomic.write(self.run.folder / BLUEPRINT, json.dumps(blueprint(self.learner.spec)).encode())
        if not self.learner.step:
            self.camera.film(self.last)

    def carry_on(self) -> str:
        """Train to the end, or until told to stop; keep the model, and return the state that the run ended in."""
        with events.written(self.run.folder, self.learner.spec, self.learner.step) as self.events:
            return self._carry_on()

    def _carry_on(self) -> str:
        self.begin()
        for last in train(self.learner, self.split.train):
            self.last = last
            self.note(last, self.camera.film(last))
            if time.monotonic() - self.kept > max(SNAPSHOT_SECONDS, self.cost / SNAPSHOT_SHARE):
                self.snapshot(self.pace.state, last)
            self.obey(last)
        self.note(self.last, self.camera.film(self.last, last=True), always=True)
        return self.finish(self.last)

    def finish(self, last: Progress) -> str:
        """Keep the last snapshot and the model. A kill in between leaves a run that `resume` brings to the same end."""
        self.watch("saving", last)
        self.snapshot("saving", last)
        found = self.run if self.run.owns else _owning(self.run)
        try:
            checkpoint.save(
                found.model_folder,
                self.learner.best,
                self.split.test,
                thin(found.metrics()),
                made=_made(self.learner),
                report=lambda step: self.watch(step, last),
            )
        except OSError as error:
            raise OSError(
                f"No model could be kept in {found.model_folder} ({error.strerror or error}): make room, then "
                f"`{found.command}` goes on."
            ) from None
        ended = "done" if last.done >= 1 else "stopped"
        found.say(ended, last.step, last.done)
        self.watch(ended, last)
        return ended

    def note(self, progress: Progress, judged: dict[str, float], *, always: bool = False) -> None:
        """Show a report, and add it to the metrics if it is new and the last line is old enough."""
        self.watch("running", progress)
        if progress.closeup:
            closeup.write(self.run.folder / CLOSEUP, progress.closeup)
        asked = always or judged or progress.closeup
        soon = progress.seconds - self.noted < LINE_SHARE * progress.seconds and not asked
        if soon or progress.step <= self.written:
            return
        times = {"step": progress.step, "epoch": round(progress.epoch, 3), "seconds": round(progress.seconds, 3)}
        kl = {"kl": sum(progress.kl)} if progress.kl else {}
        at_work = {"rate": self.learner.rate, "gradient": self.learner.gradient(), "speed": progress.images_per_second}
        report = {**times, **progress.parts, **kl, **at_work, **judged}
        self.run.append(report)
        if self.events:
            self.events.write(report, progress.kl)
        self.written, self.noted = progress.step, progress.seconds

    def snapshot(self, state: str, progress: Progress) -> None:
        """Replace the snapshot, and say where the run stands."""
        start = time.monotonic()
        if self.events:
            self.events.flush()
        self.run.keep(self.learner.state())
        self.run.say(state, progress.step, progress.done)
        self.kept = time.monotonic()
        self.cost = self.kept - start

    def obey(self, progress: Progress) -> None:
        """Do what was asked: stop after this step, wait, go slowly, or turn knobs."""
        self.pace.obey(near=progress.closeup is not None)
        self.learner.near = self.pace.near
        self.learner.stopping = self.learner.stopping or self.pace.stop

    def turned(self, state: str) -> None:
        """Say that the training goes at another pace; a pause may be long, so that nothing is lost meanwhile."""
        self.watch(state, self.last)
        self.snapshot(state, self.last) if state == "paused" else self.run.say(state, self.last.step, self.last.done)

    def change(self, values: Mapping[str, Value]) -> None:
        """Turn knobs, and write down which and when: after a snapshot, so that a run that is resumed does it too."""
        now, before = self.learner, self.learner.spec
        try:
            now.turn(changes.changed(before, values))
        except ValueError as error:
            return self.run.say(self.pace.state, words=str(error))
        self.snapshot(self.pace.state, self.last)
        done = {
            "step": self.learner.step,
            "seconds": self.learner.seconds,
            "values": dict(values),
            "spec": before.to_json(),
        }
        self.run = run.change(self.run, spec=self.learner.spec, changes=[*self.run.changes, done])
        self.tell_knobs()
        return None

    def tell_knobs(self) -> None:
        """Write down what may be turned."""
        knobs = [vars(knob) for knob in changes.turnable(self.learner.spec)]
        atomic.write(self.run.folder / KNOBS, json.dumps(knobs).encode())


def _made(learner: Learner) -> dict[str, float | str]:
    """Return what the card tells of the machine's work."""
    how = learner.plan
    return {"seconds": learner.seconds, "device": how.device, "threads": how.threads, "precision": how.precision}


def _check_owned(found: Run) -> None:
    """Raise a ValueError, before hours are spent, if another's model has the name of the one that is to be kept."""
    if not found.owns and found.model_folder.exists():
        raise ValueError(
            f"{found.model_folder} is there, but this run did not make it: rename it, then `{found.command}` goes on."
        )


def _owning(found: Run) -> Run:
    _check_owned(found)
    return run.change(found, owns=True)


def _cure(found: Run) -> str:
    """Return what to do about a loss that is no longer a number."""
    state = found.snapshot()
    there = f"The snapshot of step {int(state['step']):,} is kept" if state else "There is no snapshot yet"
    does = "goes on from it" if state else "begins anew"
    smaller = f"`{found.command} --rate {found.spec.training.rate / 10:g}` {does}; --clip helps too"
    return f"{there}: {smaller}, or to go on from an earlier moment and turn the rate down."


def thin(history: list[dict[str, float]], most: int = 200) -> list[dict[str, float]]:
    """Return at most `most` entries, evenly chosen, the last one always."""
    stride = max(1, -(-len(history) // most))
    return history[::-1][::stride][::-1]
