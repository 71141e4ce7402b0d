"""`explorer branch`: a new run that goes on from a moment of another one's film, perhaps by other rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer import atomic, changes, film, run, tensors
from explorer.run import Run
from explorer.spec import Spec

if TYPE_CHECKING:
    from explorer.catalog import Value
    from explorer.learner import Learner


def moment(found: Run, asked: int | None) -> int:
    """Return the step of the moment at or before the asked one, or of the last. LookupError if there is none."""
    steps = [step for step in film.steps(found.folder / run.FILM) if asked is None or step <= asked]
    if not steps:
        raise LookupError(f"The film of {found.name} has no moment yet: wait for its first steps.")
    return steps[-1]


def spec_at(found: Run, step: int) -> Spec:
    """Return the Spec as it was at a step: what was changed later is undone. ValueError if that cannot be read."""
    later = [change for change in found.changes if change["step"] >= step]
    return Spec.from_json(later[0]["spec"]) if later else found.spec


def create(found: Run, step: int, folder: Path, values: dict[str, Value]) -> Run:
    """Make the folder of a run that goes on from a moment, as one.

    values: knobs that it has otherwise (changes.py). Its weights are those of the moment, which are kept as float16;
    the optimizer begins anew. ValueError if the moment is damaged or a knob cannot be turned.
    """
    if film.read_look(film.moment_file(found.folder / run.FILM, step)).figures.get("done", 0.0) >= 1:
        raise ValueError(
            f"At step {step:,} {found.name} is at its end: choose an earlier moment, or give it more time by "
            f"`explorer resume {found.name} --minutes 5`."
        )
    spec = changes.changed(spec_at(found, step), values)
    learner = _at(found, spec, step)
    new = replace(found, folder=folder, spec=spec, owns=False, created=run.now(), parent=f"{found.name}@{step}",
                  changes=[change for change in found.changes if change["step"] < step])  # fmt: skip
    with run.locked(folder), atomic.stated(folder), atomic.scratch(folder) as scratch:
        run.lay_out(new, scratch)
        lines = [json.dumps(report) + "\n" for report in found.metrics() if report["step"] <= step]
        (scratch / run.METRICS).write_text("".join(lines), encoding="utf-8")
        replace(new, folder=scratch).keep(learner.state())
        film.copy(found.folder / run.FILM, scratch / run.FILM, step)
        atomic.replace(folder, scratch)
    return run.read(folder)


def _at(found: Run, spec: Spec, step: int) -> Learner:
    """Return a learner with the weights of a moment, at its step and its time."""
    import torch

    from explorer.learner import Learner

    learner = Learner(spec)
    file = film.weights_file(found.folder / run.FILM, step)
    wanted = {name: tuple(value.shape) for name, value in learner.model.state_dict().items()}
    tensors.check(file, wanted, "F16")
    arrays, _ = tensors.read(file)
    for module in (learner.model, learner.best):
        module.load_state_dict({name: torch.from_numpy(array).float() for name, array in arrays.items()})
    learner.step = step
    learner.seconds = film.read_look(film.moment_file(found.folder / run.FILM, step)).figures.get("seconds", 0.0)
    return learner
