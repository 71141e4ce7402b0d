"""Up to 13,233 colour photos of public figures' faces, Labeled Faces in the Wild. Fetched by scikit-learn (234 MB)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer import cache
from explorer.catalog import knob
from explorer.datasets import Dataset, Report, Split, _decode, _fetch, _files, _stream, held_out, quiet

CROP = 128  # of 250 pixels: the face without most of its background


@dataclass(frozen=True)
class Lfw(Dataset):
    """Huang, Ramesh, Berg & Learned-Miller 2007, funneled. Labels are the people; a tenth is kept for testing."""

    faces: int = knob(10, 1, 500, "take only people with at least so many photos")
    side: int = knob(64, 8, 128, "width and height in pixels")

    size: ClassVar[str] = "13,233 at most"
    classes: ClassVar[None] = None
    licence: ClassVar[str] = "none stated"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(3, side, side)."""
        return 3, self.side, self.side

    def here(self, root: Path) -> bool:
        """Return whether the pictures are where scikit-learn unpacks them below `root`/lfw."""
        return _folder(root).is_dir()

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the middle of each picture below `root`/lfw, decoded once; scikit-learn fetches them if need be.

        LookupError if they can be neither found nor fetched, ValueError if nobody has so many photos.
        """
        if not self.here(root):
            _get(root, report)
        with _files.listing(_folder(root)) as files:
            people = Counter(entry.parts[0] for entry in files.entries)
            wanted = [entry for entry in files.entries if people[entry.parts[0]] >= self.faces]
            if len(wanted) < 2:
                raise ValueError(f"{_folder(root)} holds nobody with {self.faces} photos: take a smaller --faces.")
            key = cache.Key(
                "lfw",
                repr((str(root), self.faces, self.side)),
                repr((_stream.VERSION, files.entries)),
                len(wanted) * 3 * self.side**2,
            )

            def build(sink: cache.Sink) -> cache.Words:
                return self._build(files, wanted, sink, report)

            return cache.keep(root / "cache", key, build)

    def _build(self, files: _files.Files, wanted: list[_files.Entry], sink: cache.Sink, report: Report) -> cache.Words:
        names = sorted({entry.parts[0] for entry in wanted})
        number = {name: i for i, name in enumerate(names)}
        held = dict(zip(wanted, held_out(len(wanted)).tolist(), strict=True))
        skipped = list(files.skipped)

        def decode(entry: _files.Entry) -> NDArray[np.uint8]:
            return _decode.picture(files.open(entry), self.side, 3, CROP)

        for entries, pixels, problems in _stream.pictures(decode, wanted, report):
            skipped += problems
            test = np.array([held[entry] for entry in entries], bool)
            people = np.array([number[entry.parts[0]] for entry in entries], np.int64)
            for part, mask in (("train", ~test), ("test", test)):
                sink.add(part, pixels[mask], people[mask])
        readable = tuple(_files.readable(name.replace("_", " ")) for name in names)
        return cache.Words(readable, skipped=tuple(skipped))


def _folder(root: Path) -> Path:
    return root / "lfw" / "lfw_home" / "lfw_funneled"


def _get(root: Path, report: Report) -> None:
    from sklearn.datasets import fetch_lfw_people

    remedy = f"unpack lfw-funneled.tgz into {_folder(root).parent}, so that there is {_folder(root)}"
    with _fetch.fetching("LFW", remedy, report):
        # it fetches and unpacks all, and here decodes only the one person with more than 500 photos, small
        fetch_lfw_people(data_home=root / "lfw", min_faces_per_person=500, resize=0.1, n_retries=1, delay=0.1)
