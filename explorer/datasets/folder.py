"""Your own pictures: a folder or zip archive of PNG, JPEG, WebP, GIF or BMP files; its sub-folders are the labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import cache
from explorer.catalog import knob
from explorer.datasets import Dataset, Report, Split, _decode, _files, _stream, quiet
from explorer.datasets._files import Entry, Files

NAME = "folder"  # of its caches
LARGEST_AUTO = 64  # sides in pixels that are chosen for photos: a VAE of that size trains on a CPU
LARGEST = 512  # sides that can be chosen
SMALLEST = 4  # sides, in pixels; the smallest that networks take
COLOURS = ("auto", "grey", "colour")
SAMPLE = 64  # pictures that decide about the side and the colour
MOST_CLASSES = 1000
TRAIN, TEST, CHECK = {"train", "training"}, {"test", "testing"}, {"val", "valid", "validation"}


@dataclass(frozen=True)
class Folder(Dataset):
    """Every picture is turned upright, laid on white, and its middle square resized; a tenth is kept for testing.

    Labels are the names of the folders in which the pictures differ first, if there are at least two; folders `train`
    and `test` (or `val`) are the split. What cannot be decoded is skipped and named.
    """

    path: str = knob("", help="the folder, or the zip archive")
    side: int = knob(0, 0, LARGEST, "width and height in pixels; 0 takes small pictures as they are and the rest at 64")
    colour: str = knob("auto", choices=COLOURS, help="auto takes grey if all of a sample are grey")

    licence: ClassVar[str] = "as you have them"
    size: ClassVar[str] = "yours"
    classes: ClassVar[None] = None

    def __post_init__(self) -> None:
        if 0 < self.side < SMALLEST:
            raise ValueError(f"side must be 0 or lie between {SMALLEST} and {LARGEST}, not {self.side}.")

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """(channels, side, side), or None where the pictures decide."""
        if not self.side or self.colour == "auto":
            return None
        return (1 if self.colour == "grey" else 3), self.side, self.side

    @property
    def weight(self) -> int:
        """The bytes of the files, and those of the pictures that they become."""
        channels, height, width = self.shape or (3, LARGEST_AUTO, LARGEST_AUTO)
        with _files.listing(self._place) as files:
            return sum(entry.size + channels * height * width for entry in files.entries)

    def found(self) -> str:
        """Return the number of files, and the sizes of some of them."""
        with _files.listing(self._place) as files:
            tried = _stream.outcomes(lambda entry: _decode.size(files.open(entry)), _sample(files.entries))
            seen = sorted({made for _, made in tried if not isinstance(made, str)}, key=lambda size: size[0] * size[1])
            ends = dict.fromkeys(f"{width}x{height}" for width, height in (*seen[:1], *seen[-1:]))
            return f"{len(files.entries):,} files of {' to '.join(ends)} pixels" if ends else ""

    @property
    def _place(self) -> Path:
        return Path(self.path).expanduser().absolute()

    def here(self, root: Path) -> bool:  # noqa: ARG002  (the path is the person's own)
        """Return whether there is something at `path`."""
        return bool(self.path) and Path(self.path).expanduser().exists()

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures; they are decoded once and kept below `root`.

        LookupError if there is nothing at `path`; ValueError if there are not at least two pictures that can be read,
        or if an archive is damaged or expands too much.
        """
        if not self.path:
            raise LookupError("Which folder? Name one with --path: explorer train folder --path my-pictures")
        path = self._place
        report(0.0, f"looking into {_files.readable(path.name)}")
        with _files.listing(path) as files:
            if not files.entries:
                raise _no_pictures(path, files.skipped)
            state = repr((_stream.VERSION, files.skipped, files.entries))
            size = 3 * len(files.entries) * (self.side or LARGEST_AUTO) ** 2
            key = cache.Key(NAME, _source(path, self.side, self.colour), state, size)
            return cache.keep(root / "cache", key, lambda sink: self._build(files, sink, report))

    def _build(self, files: Files, sink: cache.Sink, report: Report) -> cache.Words:
        channels, side = self._plan(files)
        parts, names = labels([entry.parts for entry in files.entries])
        known = dict(zip(files.entries, parts, strict=True))
        skipped = list(files.skipped)
        turn, colourful = _Turn(), 0
        guessed = channels == 1 and self.colour == "auto"  # by a sample: that all are grey is seen below

        def decode(entry: Entry) -> NDArray[np.uint8]:
            return _decode.picture(files.open(entry), side, 3 if guessed else channels)

        for entries, pixels, problems in _stream.pictures(decode, files.entries, report):
            skipped += problems
            if guessed and entries:
                colourful += int((pixels != pixels[:, :1]).any(axis=(1, 2, 3)).sum())
                pixels = _decode.grey(pixels)
            chosen = np.array([turn.test(known[entry][0]) for entry in entries], bool)
            marks = np.array([known[entry][1] for entry in entries], np.int64)
            for part, mask in (("train", ~chosen), ("test", chosen)):
                sink.add(part, pixels[mask], marks[mask] if names else None)
        if min(turn.given.values(), default=0) == 0 or len(turn.given) < 2:
            raise _no_pictures(files.path, skipped)
        note = f"Pictures in colour that were read as grey: {colourful:,}. --colour colour shows them as they are."
        return cache.Words(label_names=names, skipped=tuple(skipped), note=note if colourful else "")

    def _plan(self, files: Files) -> tuple[int, int]:
        """Return channels and side: as the knobs say, or as a sample of the pictures needs."""
        if self.shape:
            return self.shape[:2]
        tried = _stream.outcomes(
            lambda entry: _decode.native(files.open(entry), 2 * LARGEST_AUTO), _sample(files.entries)
        )
        seen = [each for _, each in tried if not isinstance(each, str)]
        colourful = any(colour for _, _, colour in seen) if self.colour == "auto" else self.colour == "colour"
        return (3 if colourful else 1), self.side or auto_side([(n, k) for n, k, _ in seen])


def caches(path: Path, root: Path) -> list[Path]:
    """Return the folders in which the pictures of a path are kept below `root`, of any side and colour."""
    known = {cache.stem(NAME, _source(path, side, colour)) for side in range(LARGEST + 1) for colour in COLOURS}
    return [each for each in (root / "cache").glob(f"{NAME}-*") if each.name.rpartition("-")[0] in known]


def _source(path: Path, side: int, colour: str) -> str:
    return repr((str(path), side, colour))


def _sample(entries: list[Entry]) -> list[Entry]:
    """Return some of the pictures, from the first to the last."""
    if len(entries) <= SAMPLE:
        return entries
    return [entries[i] for i in np.unique(np.linspace(0, len(entries) - 1, SAMPLE).astype(int)).tolist()]


def auto_side(seen: list[tuple[int, int]]) -> int:
    """Return the side for pictures of the shorter sides n and blocks of k pixels: as drawn, or at most 64.

    Pictures of one size keep it, or, where all consist of blocks of k x k pixels, the size at which they were drawn.
    """
    if not seen:
        return LARGEST_AUTO
    sides = {n for n, _ in seen}
    if len(sides) == 1:
        side = sides.pop() // int(np.gcd.reduce([k for _, k in seen]))
    else:
        side = int(np.median([n for n, _ in seen])) // 8 * 8
    return min(max(side, 8), LARGEST_AUTO)


def labels(places: list[tuple[str, ...]]) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    """Return for each picture's folders and name a part ("train", "test" or "" for none) and a label, and their names.

    The folders that all pictures share say nothing and are left out. No names, if there are fewer than two, or so
    many that they are no classes.
    """
    folders = _without_common([place[:-1] for place in places])
    parts = [""] * len(places)
    first = {folder[0].lower() if folder else "" for folder in folders}
    if first & TRAIN and first & (TEST | CHECK) and first <= TRAIN | TEST | CHECK:
        held = TEST if first & TEST else CHECK  # beside a test part, one for validation is more to train on
        parts = ["test" if folder[0].lower() in held else "train" for folder in folders]
        folders = _without_common([folder[1:] for folder in folders])
    words = [folder[0] if folder else "(no folder)" for folder in folders]
    names = sorted(set(words))
    if not 2 <= len(names) <= min(MOST_CLASSES, len(places) // 2):
        return [(part, 0) for part in parts], ()
    number = {name: i for i, name in enumerate(names)}
    marks = [(part, number[word]) for part, word in zip(parts, words, strict=True)]
    return marks, tuple(_files.readable(name) for name in names)


def _without_common(folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    common = 0
    while len({folder[: common + 1] for folder in folders}) == 1 and len(folders[0]) > common:
        common += 1
    return [folder[common:] for folder in folders]


class _Turn:
    """Says picture by picture which are for testing: one of every ten in a row, chosen by a fixed seed.

    So a source that is read once, in order, and of which some pictures may turn out to be broken, has a tenth of
    each of its folders in the test part. The second picture is always one: two pictures are enough.
    """

    def __init__(self) -> None:
        self.given = Counter[bool]()
        self.chosen = 1
        self.random = np.random.default_rng(0)

    def test(self, part: str) -> bool:
        """Return whether the next picture is for testing; `part` says so where the source has a split of its own."""
        place = self.given.total() % 10
        if place == 0 and self.given.total():
            self.chosen = int(self.random.integers(10))
        test = part == "test" if part else place == self.chosen
        self.given[test] += 1
        return test


def _no_pictures(path: Path, skipped: list[str]) -> ValueError:
    broken = f" {len(skipped):,} could not be read, such as {skipped[0]}." if skipped else ""
    kinds = ", ".join(_files.SUFFIXES)
    return ValueError(
        f"{path} does not hold two pictures that can be read, one for training and one for testing.{broken} "
        f"Choose by --path a folder or a zip archive with files that end in {kinds}."
    )
