"""What the Explore page can open: the models that are kept, and moments of runs, also while they are being trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from explorer import checkpoint, film, own, places, run
from explorer.app import files, moments, originals, remote, studio
from explorer.checkpoint import Checkpoint
from explorer.run import Run

AT = "@"  # between the name of a run and the step of a moment, in a link


class Offered(NamedTuple):
    """Something to explore."""

    name: str  # in the menu and in links
    label: str
    told: Callable[[], dict[str, Any]]  # what the live view must know of it (web/mount.js, Model)
    waits: Callable[[], bool] = lambda: False  # for a decoder that is being made


def listing(asked: str | None) -> tuple[list[Offered], list[str]]:
    """Return all models, the newest moment of each run at work, and the moment that is asked for.

    The user's own come before the gallery; and a sentence for each model that is damaged.
    """
    models, problems = checkpoint.listing(places.models_dir(), places.gallery_dir())
    kept = [of_model(model) for model in models]
    at_work = [newest for it in run.listing(_runs())[0] if it.status().alive and (newest := newest_of(it))]
    found = {each.name: each for each in [*at_work, *kept]}
    if asked is not None and asked not in found and (moment := _moment(asked)):
        found[asked] = moment
    return list(found.values()), problems


def of_model(model: Checkpoint) -> Offered:
    """Offer a model that is kept."""

    def told() -> dict[str, Any]:
        return {
            "name": model.name, "url": files.model_url(model), "preview": {"z": model.preview}, **_shapes(model),
            "stochastic": "kl" in model.measures, "decoder": not model.note, "note": model.note,
            "originals": originals.url(model), "remote": remote.url(model),
        }  # fmt: skip

    return Offered(model.name, f"{model.name}: {_kind(model)}", told)


def newest_of(it: Run) -> Offered | None:
    """Offer the newest moment of a run; None if it has none yet."""
    steps = film.steps(it.folder / run.FILM)
    return of_moment(it, steps[-1]) if steps else None


def of_moment(it: Run, step: int) -> Offered:
    """Offer a moment of a run as a model."""
    name = f"{it.name}{AT}{step}"

    def told() -> dict[str, Any]:
        z, stochastic, note = _look(it, step)
        return {
            "name": name, "url": f"{studio.url(it.name)}/moments/{step}-{moments.version(it, step)}/",
            "preview": {"z": z}, **_shapes(it), "stochastic": stochastic,
            "decoder": not note, "note": note, "originals": None, "remote": None,
        }  # fmt: skip

    return Offered(name, f"{it.name} at step {step:,}: {_kind(it)}", told, lambda: _waits(it))


def _moment(asked: str) -> Offered | None:
    """Return the moment that a link asks for, or None if it is not there."""
    name, _, step = asked.rpartition(AT)
    try:
        it = run.find(name, _runs())
    except (LookupError, ValueError):
        return None
    return of_moment(it, int(step)) if step.isdecimal() and int(step) in film.steps(it.folder / run.FILM) else None


def _waits(it: Run) -> bool:
    try:
        return moments.mould_of(it) is None
    except ValueError:
        return False  # it will never be made: the view says why


def _look(it: Run, step: int) -> tuple[list[float], bool, str]:
    """Return the z of a moment's preview, whether its codes are distributions, and why it cannot be decoded, if so."""
    try:
        seen = film.read_look(film.moment_file(it.folder / run.FILM, step))
        moments.mould_of(it)
    except ValueError as error:
        return [0.0] * it.spec.latent, it.spec.objective.name != "ae", str(error)
    return [float(value) for value in seen.mean[0]], bool(len(seen.kl)), ""


def _shapes(of: Checkpoint | Run) -> dict[str, Any]:
    spec = of.spec
    return {"latent": spec.latent, "shape": list(spec.shape), "classes": spec.classes if spec.conditional else 0}


def _kind(of: Checkpoint | Run) -> str:
    spec = of.spec
    kind = f"conditional {spec.objective.name}" if spec.conditional else spec.objective.name
    return f"{own.title(spec.data)}, {kind}, {spec.latent} latent dimensions"


def _runs() -> Path:
    return places.runs_dir(places.models_dir())
