"""TensorBoard event files of a training, for whoever watches theirs there: a figure for each that its metrics hold.

They lie in the run's folder: `tensorboard --logdir FOLDER` shows all runs below a folder beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from explorer import atomic
from explorer.spec import Spec

FOLDER = "tensorboard"  # in that of the run
ACTIVE = 0.01  # nats from which a dimension counts as active
NAMES = {
    "reconstruction": "reconstruction/train", "test_reconstruction": "reconstruction/held_out",
    "kl": "kl/train", "test_kl": "kl/held_out", "rate": "training/rate", "gradient": "training/gradient",
    "speed": "training/images_per_second", "epoch": "training/epoch",
}  # fmt: skip


def check(spec: Spec) -> None:
    """Raise a ValueError, with what to do, if event files are wanted and cannot be written here."""
    if spec.training.tensorboard and find_spec("tensorboard") is None:
        raise ValueError(
            "TensorBoard is not installed here: `pip install tensorboard`, or train without --tensorboard yes."
        )


@contextmanager
def written(run_folder: Path, spec: Spec, step: int) -> Iterator[Events | None]:
    """Give what writes the events of a run that goes on after a step, or None if nobody wants them.

    ValueError if they cannot be written here.
    """
    check(spec)
    if not spec.training.tensorboard:
        yield None
        return
    events = Events(run_folder / FOLDER, step)
    try:
        yield events
    finally:
        with suppress(OSError):  # of a full disk, which was told already
            events.writer.close()


class Events:
    """Writes figures. TensorBoard forgets what was written of later steps than that from which a run goes on."""

    def __init__(self, folder: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter  # optional, and it needs torch

        self.folder = folder
        try:
            self.writer = SummaryWriter(str(folder), purge_step=step + 1)
        except OSError as error:
            raise atomic.not_written(folder, error) from None

    def write(self, report: Mapping[str, float], kl: Sequence[float]) -> None:
        """Write a line of the metrics, in nats per image, and of the KL of each dimension how many carry something.

        OSError, with what to do, if the disk is full.
        """
        try:
            for name, value in figures(report, kl).items():
                self.writer.add_scalar(name, value, int(report["step"]))
        except OSError as error:
            raise atomic.not_written(self.folder, error) from None

    def flush(self) -> None:
        """Write what waits to the disk, so that a run goes on without a gap from what it kept. OSError as above."""
        try:
            self.writer.flush()
        except OSError as error:
            raise atomic.not_written(self.folder, error) from None


def figures(report: Mapping[str, float], kl: Sequence[float]) -> dict[str, float]:
    """Return the figures of a line of the metrics by their names in TensorBoard, those of one chart before a slash.

    total: reconstruction + KL, whatever the KL weighs; loss: what the objective makes of them.
    """
    found = {name: report[key] for key, name in NAMES.items() if key in report}
    for part, start in (("train", ""), ("held_out", "test_")):
        if f"{start}reconstruction" in report:
            found[f"total/{part}"] = report[f"{start}reconstruction"] + report.get(f"{start}kl", 0.0)
    if "reconstruction" in report:
        found["loss/train"] = report["reconstruction"] + report.get("regularization", 0.0)
    if kl:
        found |= {"kl_per_dimension/active": float(sum(each > ACTIVE for each in kl)),
                  "kl_per_dimension/largest": max(kl), "kl_per_dimension/mean": sum(kl) / len(kl)}  # fmt: skip
    return found
