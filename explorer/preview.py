"""`python -m explorer.preview`: what can be said of a training before it begins, for a server that has no torch.

JSON lines come in, each a question with `ask` and `values`; for each one JSON line goes out, the answer or `problem`, a
sentence. It ends when nobody asks for a while, or when who started it is gone. Asked to, it becomes a trainer, which
is at work the seconds earlier that torch takes to load.
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import select
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import advice, allowed, catalog, choices, events, flags, mould, own, places, threads
from explorer.blueprint import blueprint
from explorer.catalog import Choice
from explorer.datasets import Dataset, Split
from explorer.spec import MENUS, Spec

if TYPE_CHECKING:
    from PIL.Image import Image

UNTIMED: dict[str, Any] = {"epochs": 0, "minutes": 0.0, "seed": 0}  # a training whose length is not looked at
SLOWEST = 1.0  # steps in a second: of fewer, a trial of each plan would take too long
IDLE = 300.0  # seconds without a question after which the process ends
SHOWN = (4, 12)  # rows and columns of the sample pictures
GAP = 14  # of their width lies between two of them
NAMED = 50  # pictures that could not be read
MOST = 400_000_000  # bytes that are read for a look: of more, what is drawn or decoded first would take minutes
BECOME = "become"  # a question that is none
Answer = dict[str, Any]


def main() -> None:
    """Answer until nobody asks any more, or until it is to become something else."""
    for line in _lines():
        question = json.loads(line)
        if question["ask"] == BECOME:
            _say({})
            _become(**question["values"])
            return
        _say(_answer(question))


def _answer(question: Mapping[str, Any]) -> Answer:
    try:
        return QUESTIONS[question["ask"]](question["values"])
    except MemoryError:
        return {"problem": "That is more than the memory of this machine holds."}
    except (LookupError, ValueError, TypeError, OSError, RuntimeError) as error:
        return {"problem": str(error) or type(error).__name__}


def _say(answer: Answer) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _become(command: list[str], log: str) -> None:
    """Do what a command says, its words into a file, in the place of the answers."""
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for number, opened in enumerate((os.open(os.devnull, os.O_RDONLY), words, words)):
        os.dup2(opened, number)  # whoever asked may end: nothing of him is held
    for cached in (_split, _spectrum, _speed, _fastest):
        cached.cache_clear()
    from explorer.__main__ import main

    sys.argv = ["explorer", *command]
    main()


def _lines() -> Iterator[str]:
    """Yield the lines that come in, one after each answer, until there is none for a while."""
    can_wait = os.name == "posix"  # Windows cannot wait for a pipe: there it stays until its server ends
    while not can_wait or select.select([sys.stdin], [], [], IDLE)[0]:
        if not (line := sys.stdin.readline()):
            return
        yield line


def tell_menus(values: Mapping[str, Any]) -> Answer:  # noqa: ARG001  (the questions are asked alike)
    """Return the knobs of all entries of all menus, and of each data set size, licence, classes and shape."""
    data = {name: _described(catalog.make("datasets", Choice(name))) for name in choices.entries("data")}
    return {"knobs": {entry: [vars(knob) for knob in knobs] for entry, knobs in choices.table().items()}, "data": data}


def _described(data: Dataset) -> Answer:
    return {"size": data.size, "licence": data.licence, "classes": data.classes, "shape": data.shape}


def show_data(values: Mapping[str, Any]) -> Answer:
    """Return sample pictures of a data set as the model will see them, and what is known of it."""
    train, _ = _read(values)
    kept = own.at(str(values.get(choices.PATH, "")))
    return {
        "pictures": base64.b64encode(_png(_sheet(train.pixels))).decode(),
        "count": len(train),
        "shape": train.shape,
        "midtones": flags.midtones(train),
        "label_names": train.label_names[:100],
        "note": train.note,
        "found": _made(_named(values)).found(),
        "skipped": [*(kept.left_out if kept else ()), *train.skipped][:NAMED],
        "skipped_count": len(train.skipped) + (kept.others if kept else 0),
    }


def judge(values: Mapping[str, Any]) -> Answer:
    """Return the Spec that is meant, the number of its weights, a drawing of its network, and what should be known."""
    train, _ = _read(values)
    spec = _meant(values)
    words = advice.sentences(
        spec,
        len(train),
        flags.midtones(train),
        _spectrum(_named(values), json.dumps([spec.likelihood.name, dict(spec.likelihood.knobs)])),
    )
    drawn = blueprint(spec)
    return {"spec": spec.to_json(), "weights": drawn["total"], "warnings": words, "blueprint": drawn}


def estimate(values: Mapping[str, Any]) -> Answer:
    """Return how long a training will take, in seconds and epochs, from a few timed steps as it will do them."""
    from explorer import plan

    train, _ = _read(values)
    spec = _meant(values)
    timed = _named(values), json.dumps(replace(spec, training=replace(spec.training, **UNTIMED)).to_json())
    if plan.is_long(spec, train, steps := _speed(*timed)):
        steps = _fastest(*timed)
    per_epoch = math.ceil(len(train) / spec.training.batch)
    seconds = spec.training.limit or spec.training.epochs * per_epoch / steps
    epochs = seconds * steps / per_epoch
    return {"seconds": seconds, "epochs": epochs, "speed": steps * min(spec.training.batch, len(train)),
            "warnings": list(filter(None, [advice.long(seconds)]))}  # fmt: skip


def prepare(values: Mapping[str, Any]) -> Answer:
    """Make the mould of a model's networks, so that the first moments of its training can be decoded at once."""
    spec = _meant(values)
    folder = mould.place(spec, places.runs_dir(places.models_dir()))
    if not mould.is_there(folder):
        mould.make(spec, folder)
    return {}


QUESTIONS: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
    "menus": tell_menus, "data": show_data, "model": judge, "time": estimate, "mould": prepare,
}  # fmt: skip


def _named(values: Mapping[str, Any]) -> str:
    """Return a data set as chosen from a page, as text: its name and its knobs, and when a path of theirs changed.

    LookupError if it cannot be chosen from a page.
    """
    name = values["data"]
    if name not in choices.entries("data"):
        raise LookupError(f"There is no data set {name!r} to choose from a page.")
    chosen = flags.choice_from("data", name, values)
    knobs, changed = dict(chosen.knobs), 0
    if chosen.name == choices.OWN:
        knobs[choices.PATH] = path = allowed.checked(str(knobs.get(choices.PATH, "")))
        changed = _changed(Path(path))
    return json.dumps([chosen.name, knobs, changed], sort_keys=True)


def _changed(path: Path) -> int:
    """Return when something changed at a path. LookupError if nothing is there."""
    if not path.exists():
        raise LookupError(f"There are no pictures in {path} any more.")
    return path.stat().st_mtime_ns


def _made(named: str) -> Dataset:
    name, knobs, _ = json.loads(named)
    data: Dataset = catalog.make(MENUS["data"], Choice(name, knobs))
    return data


def _read(values: Mapping[str, Any]) -> Split:
    return _split(_named(values), str(places.data_dir()))


@lru_cache(maxsize=2)
def _split(named: str, root: str) -> Split:
    """Return the pictures of a data set; the last ones are kept. LookupError or ValueError where they cannot be."""
    data, name = _made(named), json.loads(named)[0]
    if not data.here(Path(root)):
        raise LookupError(f"{name} is not here yet.")
    if data.weight > MOST:
        raise ValueError(
            f"{name} is too large to be looked at beforehand ({data.weight / 1e9:,.1f} GB): train on it from the "
            "command line."
        )
    return data.load(Path(root))


@lru_cache(maxsize=2)
def _spectrum(named: str, likelihood: str) -> Any:
    return advice.spectrum(_split(named, str(places.data_dir())).train.pixels, Choice(*json.loads(likelihood)))


@lru_cache(maxsize=50)
def _speed(named: str, spec: str) -> float:
    """Return steps in a second of the simplest plan, timed once for a model, whatever its budget."""
    from explorer import plan

    meant = Spec.from_json(json.loads(spec))
    return plan.speed(meant, _split(named, str(places.data_dir())).train, plan.simplest(meant, plan.joined()))


@lru_cache(maxsize=50)
def _fastest(named: str, spec: str) -> float:
    """Return steps in a second of the plan that a training of minutes takes; of a very slow one only one is tried."""
    from explorer import plan

    steps = _speed(named, spec)
    train = _split(named, str(places.data_dir())).train
    return plan.fastest(Spec.from_json(json.loads(spec)), train, plan.joined(), steps)[1] if steps > SLOWEST else steps


def _meant(values: Mapping[str, Any]) -> Spec:
    """Return the Spec of these values, with every knob written out. ValueError or LookupError if it cannot be built."""
    from explorer import learner

    spec = flags.spec_from(_read(values).train, dict.fromkeys(MENUS) | dict(values)).complete()
    learner.check(spec)
    events.check(spec)
    return spec


def _sheet(pixels: Any) -> Any:
    """Return some pictures, chosen evenly, as one (h, w, 4): what lies between them is clear."""
    rows, columns = SHOWN
    index = np.linspace(0, len(pixels) - 1, min(rows * columns, len(pixels))).astype(int)
    n, _, height, width = (some := np.asarray(pixels[index])).shape
    gap = max(1, width // GAP)
    tiles = np.zeros((rows * columns, height + gap, width + gap, 4), np.uint8)
    tiles[:n, :height, :width, :3] = some.transpose(0, 2, 3, 1)  # grey becomes three alike
    tiles[:n, :height, :width, 3] = 255
    tall = tiles.reshape(rows, columns, height + gap, width + gap, 4).transpose(0, 2, 1, 3, 4)
    return tall.reshape(rows * (height + gap), columns * (width + gap), 4)[:-gap, :-gap]


def _png(sheet: Any) -> bytes:
    from PIL import Image

    image: Image.Image = Image.fromarray(sheet)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


if __name__ == "__main__":
    threads.share()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
