"""A trained model on disk: a folder in the Hugging Face layout. Save, read, list; never a pickle.

config.json            the Spec, how training went, measures, versions
model.safetensors      the weights
latents.safetensors    the encoded test pictures and their maps: a model can be browsed without its data set
encoder.onnx, decoder.onnx, preview.png    what the browser runs and shows: the page opens without torch
README.md, sheet.png   the model card, with inputs, reconstructions, samples and traversals
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import __version__, atomic, card, latent, tensors
from explorer.datasets._files import readable
from explorer.spec import MENUS, Spec

if TYPE_CHECKING:  # reading and listing need no torch
    from explorer.datasets import Images
    from explorer.latent import LatentTable
    from explorer.projections import Projection
    from explorer.vae import VAE

FORMAT = 1
CONFIG, WEIGHTS, LATENTS = "config.json", "model.safetensors", "latents.safetensors"
PREVIEW, SHEET, CARD = "preview.png", "sheet.png", "README.md"
BIGGEST_CONFIG = 20_000_000  # bytes; ours have some thousands
PUBLIC = (LATENTS, PREVIEW, "decoder.onnx", "encoder.onnx")  # what a page may fetch
LARGEST = 500_000_000  # parameters; a Spec that asks for more is refused before anything is built
MEASURES = {"reconstruction", "pictures"}  # and kl, where there is a q(z|x)
KEYS = {"format", "spec", "history", "measures", "preview", "note", "created", "versions"}
ALSO = {"made"}  # that older models do not have


@dataclass(frozen=True)
class Checkpoint:
    """A model folder that was read and found whole, its weights not yet loaded."""

    folder: Path
    spec: Spec
    history: list[dict[str, float]]  # one entry a report: step, epoch, and the parts of the loss in nats per image
    measures: dict[str, float]  # over the encoded test pictures, in nats per image
    preview: list[float]  # the z whose picture is preview.png
    note: str  # why there is no browser decoder; empty if there is one
    created: str
    made: dict[str, Any]  # how the machine was used: seconds, device, threads, precision; empty if nobody knows

    @property
    def name(self) -> str:
        """The folder's name: what a person calls the model."""
        return self.folder.name

    @cached_property
    def digest(self) -> str:
        """Changes when a file that a page fetches changes: its address can be cached for ever."""
        stats = [(file, (self.folder / file).stat()) for file in PUBLIC if (self.folder / file).is_file()]
        seen = [(file, stat.st_size, stat.st_mtime_ns) for file, stat in stats]
        return sha256(repr((self.folder, seen)).encode()).hexdigest()[:16]

    def model(self) -> VAE:
        """Load the weights and return the model in eval mode. ValueError if they do not fit the Spec."""
        try:
            return _load_weights(self.spec, self.folder / WEIGHTS)
        except LookupError as error:  # a name that the menus do not have, in a file that was edited or is newer
            raise ValueError(f"{self.folder / CONFIG} asks for what is not there: {error}") from None
        except ValueError as error:
            raise ValueError(f"The model in {self.folder} cannot be loaded: {error}") from None

    def latents(self) -> tuple[LatentTable, dict[str, Projection]]:
        """Return the encoded pictures and their maps. ValueError if the file is damaged."""
        return latent.read(self.folder / LATENTS, self.spec.latent)


def _quiet(step: str) -> None:
    """Report nothing."""


def save(
    folder: Path,
    model: VAE,
    images: Images,
    history: Iterable[dict[str, float]] = (),
    *,
    maps: Collection[str] | None = None,
    made: Mapping[str, Any] | None = None,
    replace: bool = True,
    report: Callable[[str], object] = _quiet,
) -> Checkpoint:
    """Encode `images`, lay out `maps` (the usual ones if None), export the model, and write it all to `folder` as one.

    Of more than 10,000 pictures so many are taken, chosen by a fixed seed from all over them.
    made: how the machine was used (seconds, device, threads, precision), for the card. report: is told, in words, what
    is being done. A model that is there is replaced, or, without `replace`, kept: the new one gets the next free name.
    A killed or failed save leaves the old checkpoint whole. A failed export is noted in the checkpoint, which is still
    good: it only has no browser decoder.
    ValueError if the weights hold a value that is not a number.
    """
    from explorer import projections
    from explorer.datasets import some

    images = some(images, latent.MOST)
    report("encoding the test pictures")
    table = latent.mixed(latent.encode(model, images))
    report("laying out maps")
    fitted = projections.fit_all(table.mean, maps)
    atomic.heal(folder.parent, CONFIG)
    with atomic.scratch(folder) as scratch:
        note = _fill(scratch, model, images, table, fitted, report)
        config = _config(model.spec, table, list(history), note, dict(made or {}))
        (scratch / CONFIG).write_text(json.dumps(config, indent=1, allow_nan=False), encoding="utf-8")
        words = card.text(folder.name, model.spec, config["measures"], config["made"])
        (scratch / CARD).write_text(words, encoding="utf-8")
        read(scratch).model()  # what was written must load again before it replaces anything
    return read(atomic.replace(folder, scratch) if replace else atomic.place(folder, scratch))


def add_measures(found: Checkpoint, measures: Mapping[str, float]) -> Checkpoint:
    """Write measures into a model's config.json, beside those that are there, and all of them on its card.

    OSError if the model's folder may not be written; ValueError if it holds another model than `found` by now, or if a
    measure is not a finite number.
    """
    if read(found.folder).created != found.created:
        raise ValueError(f"the model in {found.folder} was replaced meanwhile")
    config = json.loads((found.folder / CONFIG).read_text(encoding="utf-8"))
    config["measures"] |= measures
    _checkpoint(found.folder, config)  # what is written must be read again
    words = card.text(found.name, found.spec, config["measures"], found.made)
    texts = {CONFIG: json.dumps(config, indent=1, allow_nan=False), CARD: words}
    for name, text in texts.items():
        atomic.write(found.folder / name, text.encode())
    return read(found.folder)


def _fill(
    scratch: Path,
    model: VAE,
    images: Images,
    table: LatentTable,
    maps: dict[str, Projection],
    report: Callable[[str], object],
) -> str:
    """Write all but the description, and return why there is no browser decoder; nothing if there is one."""
    from explorer import export, sheet

    note = ""
    report("exporting to ONNX")
    try:
        export.onnx(model, scratch)
    except ValueError as error:
        note = readable(str(error))
    _write_weights(model, scratch / WEIGHTS)
    latent.write(scratch / LATENTS, table, maps)
    _write_preview(model, table, scratch / PREVIEW)
    report("drawing the sheet")
    sheet.sheet(model, images, table).save(scratch / SHEET, optimize=True)
    return note


def read(folder: Path) -> Checkpoint:
    """Read a model folder without loading its weights (and without torch).

    LookupError if it is not there; ValueError, naming the file and what is wrong, if it is damaged, or if its name or
    what a page shows of it cannot be printed.
    """
    file = folder / CONFIG
    if not folder.name.isprintable():
        raise ValueError(f"{readable(str(folder))} has a name that cannot be printed: rename the model.")
    if not folder.resolve().is_relative_to(folder.parent.resolve()):
        raise ValueError(f"{folder} is a link that leads outside the folder of models: copy the model instead.")
    try:
        if not file.is_file() and file.exists():
            raise ValueError("it is no ordinary file")
        if file.stat().st_size > BIGGEST_CONFIG:
            raise ValueError(f"it has more than {BIGGEST_CONFIG:,} bytes")
        config = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except FileNotFoundError:
        raise LookupError(f"There is no model in {folder}: it has no {CONFIG}.") from None
    except (ValueError, RecursionError, OSError) as error:
        raise ValueError(f"{file} cannot be read as JSON ({error}): the model is damaged.") from None
    try:
        return _checkpoint(folder, config)
    except (ValueError, LookupError) as error:
        raise ValueError(f"{file} is not a valid model description: {error}") from None


def listing(*parents: Path) -> tuple[list[Checkpoint], list[str]]:
    """Return the models in the given folders, and a sentence for each that is damaged.

    A name that stands in an earlier folder hides the same name in a later one. Sorted by name within a folder.
    """
    found: list[Checkpoint] = []
    problems: list[str] = []
    taken: set[str] = set()
    for parent in dict.fromkeys(parents):
        atomic.heal(parent, CONFIG)
        for file in sorted(parent.glob(f"[!.]*/{CONFIG}")):
            if file.parent.name in taken:
                continue
            taken.add(file.parent.name)
            try:
                found.append(read(file.parent))
            except (ValueError, LookupError) as error:
                problems.append(readable(str(error)))
    return found, problems


def find(name: str, *parents: Path) -> Checkpoint:
    """Return the model called `name` from the first folder that has it. LookupError with the names there are."""
    if name.startswith(".") or Path(name).name != name:
        raise LookupError(f"{name!r} is not a model's name: it must be the name of a folder, without a path.")
    for parent in parents:
        atomic.heal(parent, CONFIG)
        with suppress(OSError):  # a name longer than a file system has
            if (parent / name / CONFIG).is_file():
                return read(parent / name)
    known = ", ".join(each.name for each in listing(*parents)[0]) or "none"
    raise LookupError(f"There is no model {name!r}; the models are: {known}.")


def _config(
    spec: Spec, table: LatentTable, history: list[dict[str, float]], note: str, made: dict[str, Any]
) -> dict[str, Any]:
    measures = {"reconstruction": float(table.error.mean()), "pictures": len(table.mean)}
    if table.kl is not None:
        measures["kl"] = float(table.kl.sum())
    return {
        "format": FORMAT,
        "spec": spec.to_json(),
        "history": history,
        "measures": measures,
        "preview": [float(value) for value in table.mean[0]],
        "note": note,
        "made": made,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"explorer": __version__, "torch": version("torch")},
    }


def _checkpoint(folder: Path, config: Any) -> Checkpoint:
    if not isinstance(config, dict) or set(config) - ALSO != KEYS:
        raise ValueError(f"it must hold exactly the keys {', '.join(sorted(KEYS))}, and may hold {', '.join(ALSO)}.")
    if config["format"] != FORMAT:
        raise ValueError(f"its format is {config['format']!r}, this version of explorer reads {FORMAT}.")
    spec = Spec.from_json(config["spec"])
    preview = config["preview"]
    if not isinstance(preview, list) or len(preview) != spec.latent or not all(map(_is_number, preview)):
        raise ValueError(f"'preview' must be {spec.latent} numbers.")
    texts = [config["note"], config["created"], *(getattr(spec, menu).name for menu in MENUS)]
    if not all(map(_is_text, texts)):
        raise ValueError("'note', 'created' and the names in 'spec' must be texts that can be printed.")
    measures = config["measures"]
    if not _are_numbers(measures) or not set(measures) >= MEASURES:
        raise ValueError(f"'measures' must be a dictionary of numbers with {' and '.join(sorted(MEASURES))}.")
    if not isinstance(config["history"], list) or not all(map(_are_numbers, config["history"])):
        raise ValueError("'history' must be a list of dictionaries of numbers.")
    made = config.get("made", {})
    if not isinstance(made, dict) or not all(_is_number(value) or _is_text(value) for value in made.values()):
        raise ValueError("'made' must be a dictionary of numbers and texts that can be printed.")
    return Checkpoint(folder, spec, config["history"], measures, preview, config["note"], config["created"], made)


def _load_weights(spec: Spec, file: Path) -> VAE:
    import torch
    from safetensors.torch import load_file

    from explorer.vae import VAE

    with torch.device("meta"):  # knows names and shapes, takes no memory
        model = VAE(spec)
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    if sum(int(np.prod(shape)) for shape in wanted.values()) > LARGEST:
        raise ValueError(f"{file.parent} asks for more than {LARGEST:,} parameters: the file is damaged.")
    tensors.check(file, wanted)
    weights = load_file(file)
    for name, value in weights.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{file}: the tensor {name} holds a value that is not a finite number.")
    model.load_state_dict(weights, assign=True)
    return model.eval()


def _write_weights(model: VAE, file: Path) -> None:
    from safetensors.torch import save

    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    file.write_bytes(save(weights, metadata={"format": "pt"}))  # its save_file lets only the owner read


def _write_preview(model: VAE, table: LatentTable, file: Path) -> None:
    import torch
    from PIL import Image

    device = next(model.parameters()).device
    y = None if table.labels is None else torch.from_numpy(table.labels[:1]).long().to(device)
    with torch.inference_mode():
        picture = model.picture(torch.from_numpy(table.mean[:1]).to(device), y)[0]  # (c, h, w) in [0, 1]
    pixels = (picture * 255).round().byte().permute(1, 2, 0).cpu().numpy()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(file)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, dict) and all(map(_is_number, values.values()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # an integer beyond all floats
        return False


def _refuse_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not a number")
