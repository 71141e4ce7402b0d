"""Up to 814,255 handwritten letters and digits of 28x28 pixels, EMNIST. Fetched by torchvision (562 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits
from typing import ClassVar

from explorer import cache
from explorer.catalog import knob
from explorer.datasets import Dataset, Report, Split, _fetch, _idx, quiet
from explorer.datasets._idx import Pair, Source

MERGED = digits + ascii_uppercase + "abdefghnqrt"  # the other small letters look like their capitals
PARTS = {  # how the pictures are cut: size, label names
    "balanced": ("112,800 + 18,800", MERGED),
    "byclass": ("697,932 + 116,323", digits + ascii_uppercase + ascii_lowercase),
    "bymerge": ("697,932 + 116,323", MERGED),
    "digits": ("240,000 + 40,000", digits),
    "letters": ("124,800 + 20,800", ascii_lowercase),
    "mnist": ("60,000 + 10,000", digits),
}


@dataclass(frozen=True)
class Emnist(Dataset):
    """Cohen, Afshar, Tapson & van Schaik 2017 (arXiv:1702.05373); the splits are theirs."""

    split: str = knob("balanced", choices=tuple(PARTS), help="which letters and digits: as EMNIST names its parts")

    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    licence: ClassVar[str] = "none stated"

    @property
    def size(self) -> str:
        """Pictures for training + for testing."""
        return PARTS[self.split][0]

    @property
    def classes(self) -> int:
        """Number of letters and digits."""
        return len(PARTS[self.split][1])

    @property
    def _source(self) -> Source:
        train, test = (
            Pair(f"emnist-{self.split}-{part}-images-idx3-ubyte", f"emnist-{self.split}-{part}-labels-idx1-ubyte")
            for part in ("train", "test")
        )
        first = 1 if self.split == "letters" else 0  # there a is 1
        return Source("EMNIST", train, test, tuple(PARTS[self.split][1]), first, transposed=True)

    def here(self, root: Path) -> bool:
        """Return whether the four files of this split are below `root`, packed or not."""
        return _idx.here(root, self._source)

    def load(self, root: Path, report: Report = quiet) -> Split:
        """Return the pictures from `root`/EMNIST/raw, upright; unpacked once, kept below `root`; errors as in MNIST."""
        source = self._source

        def fetch() -> None:
            _fetch.torchvision("EMNIST", root, _idx.missing(root, source), report, split=self.split)

        def build(sink: cache.Sink) -> cache.Words:
            report(0.0, "unpacking EMNIST")
            for part, images in zip(cache.PARTS, _idx.load(root, source, fetch), strict=True):
                sink.add(part, images.pixels, images.labels)
            return cache.Words(source.label_names)

        if not self.here(root):
            fetch()
        state = cache.state(root / "EMNIST" / "raw" / f"{file}{end}" for file in source.files for end in ("", ".gz"))
        size = sum(int(count.replace(",", "")) for count in self.size.split(" + ")) * 28 * 28
        return cache.keep(root / "cache", cache.Key("emnist", repr((str(root), self.split)), state, size), build)
