"""The trainer: carries a run from where it stands to a kept model, and obeys what is asked of it on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext

from explorer import checkpoint, plan
from explorer.datasets import Split
from explorer.learner import Learner, State
from explorer.plan import Plan
from explorer.run import Run
from explorer.train import Progress, train

SNAPSHOT_SHARE = 0.02  # of the time may go into snapshots
SNAPSHOT_SECONDS = 2.0  # between two of them at least
ASLEEP = 0.1  # seconds between two looks at what was asked, while paused

Watch = Callable[[Progress], None]


def carry_on(run: Run, how: Plan, split: Split, watch: Watch, stopping: Callable[[], bool]) -> str:
    """Train what the run says, from its snapshot on, keep the model, and return the state that the run ended in.

    watch is called with each report. When stopping() is true, or `stop` was asked, the model is kept as far as it has
    come. Of several processes that share the training only the first reads and writes the run.
    ValueError if somebody else trains it, or if the loss stops being a number; OSError if the disk is full. Either way
    the last snapshot stays, from which the run can go on.
    """
    chief = how.rank == 0
    with run.trained() if chief else nullcontext():
        learner = Learner(run.spec, how)
        run.say("running") if chief else None
        state: State | None = plan.shared(run.snapshot() if chief else None, how)
        if state:
            learner.restore(state)
        scribe = _Scribe(run) if chief else None
        for progress in train(learner, split.train):
            if scribe:
                watch(progress)
                scribe.note(progress)
                scribe.obey(progress, stopping)
        return _finish(run, learner, split, progress) if chief else "done"


def _finish(run: Run, learner: Learner, split: Split, last: Progress) -> str:
    """Keep the last snapshot and the model. A kill in between leaves a run that `resume` brings to the same end."""
    run.keep(learner.state())
    run.say("saving", last.step, last.done)
    how = learner.plan
    made = {"seconds": learner.seconds, "device": how.device, "threads": how.threads, "precision": how.precision}
    checkpoint.save(run.model_folder, learner.best, split.test, thin(run.metrics()), made=made)
    ended = "done" if last.done >= 1 else "stopped"
    run.say(ended, last.step, last.done)
    return ended


class _Scribe:
    """Writes a run down as it goes, and listens."""

    def __init__(self, run: Run) -> None:
        self.run, self.last, self.cost = run, time.monotonic(), 0.0

    def note(self, progress: Progress) -> None:
        """Add a report to the metrics; now and then take a snapshot, so seldom that it costs next to nothing."""
        times = {"step": progress.step, "epoch": round(progress.epoch, 3), "seconds": round(progress.seconds, 3)}
        self.run.append(
            {**times, **progress.parts, "kl": sum(progress.kl)} if progress.kl else {**times, **progress.parts}
        )
        if time.monotonic() - self.last > max(SNAPSHOT_SECONDS, self.cost / SNAPSHOT_SHARE):
            self.snapshot(progress, "running")

    def snapshot(self, progress: Progress, state: str) -> None:
        start = time.monotonic()
        self.run.keep(progress.learner.state())
        self.run.say(state, progress.step, progress.done)
        self.last = time.monotonic()
        self.cost = self.last - start

    def obey(self, progress: Progress, stopping: Callable[[], bool]) -> None:
        """Do what was asked: stop after this step, or wait until somebody says to go on."""
        wish = self.run.heard()
        if wish == "pause":
            self.snapshot(progress, "paused")
            while wish not in ("go on", "stop") and not stopping():
                time.sleep(ASLEEP)
                wish = self.run.heard() or wish
            self.run.say("running", progress.step, progress.done)
        if wish == "stop" or stopping():
            progress.learner.stopping = True


def thin(history: list[dict[str, float]], most: int = 200) -> list[dict[str, float]]:
    """Return at most `most` entries, evenly chosen, the last one always."""
    stride = -(-len(history) // most)
    return history[::-1][::stride][::-1]
