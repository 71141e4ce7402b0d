"""202,599 photos of celebrities' faces with 40 attributes, CelebA. Fetched by torchvision (1.4 GB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer import cache
from explorer.catalog import knob
from explorer.datasets import Dataset, Report, Split, _decode, _fetch, _files, _stream, quiet

CROP = 148  # pixels: the middle square, as most papers take it
ATTRIBUTES, PARTITION, PICTURES = "list_attr_celeba.txt", "list_eval_partition.txt", "img_align_celeba"
# fmt: off
NAMES = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips", "Big_Nose",
    "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses",
    "Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache",
    "Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks",
    "Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat", "Wearing_Lipstick",
    "Wearing_Necklace", "Wearing_Necktie", "Young",
)
# fmt: on


class _Table(NamedTuple):
    """What is known of each picture, in the order of the official list."""

    part: dict[str, str]  # file name: train or test; the validation part is left out
    attributes: dict[str, NDArray[np.float32]]  # file name: (40,), 0 or 1


@dataclass(frozen=True)
class CelebA(Dataset):
    """Liu, Luo, Wang & Tang 2015 (arXiv:1411.7766); their split without its validation part. Factors: 40 attributes."""

    side: int = knob(64, 8, 128, "width and height in pixels")
    label: str = knob("Smiling", choices=NAMES, help="the attribute that is the label")

    size: ClassVar[str] = "162,770 + 19,962"
    classes: ClassVar[int] = 2
    licence: ClassVar[str] = "for non-commercial research only"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(3, side, side)."""
        return 3, self.side, self.side

    def here(self, root: Path) -> bool:
        """Return whether the lists and the pictures are in `root`/celeba; the archive need not be unpacked."""
        folder = root / "celeba"
        return all((folder / file).is_file() for file in (ATTRIBUTES, PARTITION)) and _pictures(folder) is not None

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/celeba, decoded once; torchvision fetches them if they are not there.

        LookupError if they can be neither found nor fetched, ValueError if the lists are damaged.
        """
        folder = root / "celeba"
        if not self.here(root):
            remedy = f"put {PICTURES}.zip, {ATTRIBUTES} and {PARTITION} into {folder}"
            _fetch.torchvision("CelebA", root, remedy, report)
        pictures = _pictures(folder)
        assert pictures is not None  # it is here
        state = cache.state((folder / ATTRIBUTES, folder / PARTITION, pictures)) + str(_stream.VERSION)
        key = cache.Key("celeba", repr((str(root), self.side, self.label)), state, 182_732 * 3 * self.side**2)
        return cache.keep(root / "cache", key, lambda sink: self._build(folder, pictures, sink, report))

    def _build(self, folder: Path, pictures: Path, sink: cache.Sink, report: Report) -> cache.Words:
        table = _read(folder)
        label = NAMES.index(self.label)
        with _files.listing(pictures) as files:
            skipped = list(files.skipped)
            wanted = [entry for entry in files.entries if entry.parts[-1] in table.part]

            def decode(entry: _files.Entry) -> NDArray[np.uint8]:
                return _decode.picture(files.open(entry), self.side, 3, CROP)

            for entries, pixels, problems in _stream.pictures(decode, wanted, report):
                skipped += problems
                factors = np.array([table.attributes[entry.parts[-1]] for entry in entries], np.float32)
                test = np.array([table.part[entry.parts[-1]] == "test" for entry in entries], bool)
                for part, mask in (("train", ~test), ("test", test)):
                    if mask.any():
                        sink.add(part, pixels[mask], factors[mask, label].astype(np.int64), factors[mask])
        plain = self.label.replace("_", " ").lower()
        values = tuple((f"not {name}", name) for name in NAMES)
        return cache.Words((f"not {plain}", plain), NAMES, values, tuple(skipped))


def _pictures(folder: Path) -> Path | None:
    places = (folder / PICTURES, folder / f"{PICTURES}.zip")
    return next((place for place in places if place.exists()), None)


def _read(folder: Path) -> _Table:
    """Return the official lists. ValueError if they are damaged."""
    try:
        rows = [row.split() for row in (folder / PARTITION).read_text(encoding="utf-8").splitlines()]
        part = {name: "train" if number == "0" else "test" for name, number in rows if number in ("0", "2")}
        _, head, *lines = (folder / ATTRIBUTES).read_text(encoding="utf-8").splitlines()
        known = {name: np.array(values, np.int8) for name, *values in map(str.split, lines)}  # -1 or 1
    except ValueError as error:
        raise _damaged(folder, str(error)) from None
    if tuple(head.split()) != NAMES or any(len(known.get(name, ())) != len(NAMES) for name in part):
        raise _damaged(folder, "they do not name the 40 attributes of each picture")
    return _Table(part, {name: (values > 0).astype(np.float32) for name, values in known.items()})


def _damaged(folder: Path, problem: str) -> ValueError:
    return ValueError(f"{PARTITION} or {ATTRIBUTES} in {folder} is damaged ({problem}): put the originals there.")
