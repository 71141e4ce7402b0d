"""The trainer: carries a run from where it stands to a kept model, and obeys what is asked of it on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext

from explorer import checkpoint, plan, run
from explorer.datasets import Split
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.run import Run
from explorer.train import Progress, train

SNAPSHOT_SHARE = 0.02  # of the time may go into snapshots
SNAPSHOT_SECONDS = 2.0  # between two of them at least
LINE_SHARE = 0.001  # of the time lies between two lines of the metrics at least: days of training stay readable
ASLEEP = 0.1  # seconds between two looks at what was asked, while paused

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
                return _Scribe(found, learner, watch, stopping).carry_on(split)
            for _ in train(learner, split.train):
                pass
        except FloatingPointError as error:
            raise ValueError(f"{error} {_cure(found)}") from None
    return "done"  # as far as this process knows


class _Scribe:
    """Writes a training down as it goes, and listens."""

    def __init__(self, found: Run, learner: Learner, watch: Watch, stopping: Callable[[], bool]) -> None:
        self.run, self.learner, self.watch, self.stopping = found, learner, watch, stopping
        self.written, self.noted = learner.step, learner.seconds  # the last line of the metrics: step, seconds
        self.kept, self.cost = time.monotonic(), 0.0  # the last snapshot: when, and how long it took

    def carry_on(self, split: Split) -> str:
        """Train to the end, or until told to stop; keep the model, and return the state that the run ended in."""
        self.run.rewind(self.learner.step)
        self.run.say("running", self.learner.step)
        for last in train(self.learner, split.train):
            self.note(last)
            if time.monotonic() - self.kept > max(SNAPSHOT_SECONDS, self.cost / SNAPSHOT_SHARE):
                self.snapshot("running", last)
            self.obey(last)
        self.note(last, always=True)
        return self.finish(last, split)

    def finish(self, last: Progress, split: Split) -> str:
        """Keep the last snapshot and the model. A kill in between leaves a run that `resume` brings to the same end."""
        self.watch("saving", last)
        self.snapshot("saving", last)
        found = self.run if self.run.owns else _owning(self.run)
        try:
            checkpoint.save(
                found.model_folder,
                self.learner.best,
                split.test,
                thin(found.metrics()),
                made=_made(self.learner),
                report=lambda step: self.watch(step, last),
            )
        except OSError as error:
            raise OSError(
                f"No model could be kept in {found.model_folder} ({error}): make room, then `{found.command}` goes on."
            ) from None
        ended = "done" if last.done >= 1 else "stopped"
        found.say(ended, last.step, last.done)
        self.watch(ended, last)
        return ended

    def note(self, progress: Progress, *, always: bool = False) -> None:
        """Show a report, and add it to the metrics if it is new and the last line is old enough."""
        self.watch("running", progress)
        soon = progress.seconds - self.noted < LINE_SHARE * progress.seconds and not always
        if soon or progress.step <= self.written:
            return
        times = {"step": progress.step, "epoch": round(progress.epoch, 3), "seconds": round(progress.seconds, 3)}
        kl = {"kl": sum(progress.kl)} if progress.kl else {}
        self.run.append({**times, **progress.parts, **kl})
        self.written, self.noted = progress.step, progress.seconds

    def snapshot(self, state: str, progress: Progress) -> None:
        """Replace the snapshot, and say where the run stands."""
        start = time.monotonic()
        self.run.keep(self.learner.state())
        self.run.say(state, progress.step, progress.done)
        self.kept = time.monotonic()
        self.cost = self.kept - start

    def obey(self, progress: Progress) -> None:
        """Do what was asked: stop after this step, or wait until somebody says to go on."""
        wish = self.run.heard()
        if wish == "pause":
            self.watch("paused", progress)
            self.snapshot("paused", progress)
            while wish not in ("go on", "stop") and not self.stopping():
                time.sleep(ASLEEP)
                wish = self.run.heard() or wish
            self.run.say("running", progress.step, progress.done)
        if wish == "stop" or self.stopping():
            self.learner.stopping = True


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
    return f"{there}: `{found.command} --rate {found.spec.training.rate / 10:g}` {does}; --clip helps too."


def thin(history: list[dict[str, float]], most: int = 200) -> list[dict[str, float]]:
    """Return at most `most` entries, evenly chosen, the last one always."""
    stride = max(1, -(-len(history) // most))
    return history[::-1][::stride][::-1]
