"""Pictures that were decoded once, kept as memory-mapped files: a source larger than memory works, and opens at once.

A cache is a folder `NAME-SOURCE-STATE`: SOURCE is a digest of what was asked for (paths, knobs), STATE one of what was
found (sizes and times of files) and of how it is decoded. In it lie an .npy file for each array and `about.json`, which
names the rest and holds a checksum of every file. A new STATE replaces the old one; a damaged cache is built again.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import psutil
from numpy.typing import NDArray

from explorer import atomic
from explorer.datasets import Images, Split

FORMAT = 1  # of the files; a change of how pictures are decoded belongs into the state
ABOUT = "about.json"
PARTS = ("train", "test")
KINDS: dict[str, np.dtype[Any]] = {
    "pixels": np.dtype(np.uint8),
    "labels": np.dtype(np.int64),
    "factors": np.dtype(np.float32),
}
FILES = {f"{part}-{kind}.npy" for part in PARTS for kind in KINDS}
WHOLE = 1 << 26  # bytes up to which a file's checksum covers all of it; a larger one is sampled
SAMPLES, SAMPLE = 256, 1 << 14  # how many places of a large file, and how many bytes at each
LEFT_BEHIND = 3600.0  # seconds without a write after which an unfinished cache counts as left behind by a dead process
SHARE = 0.5  # of the memory not in use that pictures may take where they cannot be kept on disk

_building = threading.Lock()  # one build at a time in this process: its threads would share one scratch folder


class Key(NamedTuple):
    """What a cache is a cache of."""

    name: str  # of the data set
    source: str  # what was asked for: paths and knobs
    state: str  # what was found there, and how it is decoded
    size: int  # bytes of all pixels, at most


@dataclass(frozen=True)
class Words:
    """What is said of all pictures of a source: the fields of Images that are no arrays."""

    label_names: tuple[str, ...] = ()
    factor_names: tuple[str, ...] = ()
    factor_values: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[str, ...] = ()
    note: str = ""


class Sink:
    """Takes pictures in chunks, in memory; the subclass takes them to disk."""

    def __init__(self) -> None:
        self.chunks: dict[str, list[NDArray[Any]]] = {}

    def add(
        self,
        part: str,
        pixels: NDArray[np.uint8],
        labels: NDArray[np.int64] | None = None,
        factors: NDArray[np.float32] | None = None,
    ) -> None:
        """Append pictures (n, c, h, w) with labels (n,) and factors (n, f) to the part "train" or "test"."""
        if len(pixels):
            for kind, array in (("pixels", pixels), ("labels", labels), ("factors", factors)):
                if array is not None:
                    self._append(f"{part}-{kind}", np.ascontiguousarray(array, KINDS[kind]))

    def _append(self, name: str, chunk: NDArray[Any]) -> None:
        self.chunks.setdefault(name, []).append(chunk.copy())

    def split(self, words: Words, note: str) -> Split:
        """Return what was added."""
        return _split({name: _joined(chunks) for name, chunks in self.chunks.items()}, words, note)


def _joined(chunks: list[NDArray[Any]]) -> NDArray[Any]:
    """Return the chunks as one array. Each is let go when it is copied, so that memory holds them all but once."""
    whole = np.empty((sum(map(len, chunks)), *chunks[0].shape[1:]), chunks[0].dtype)
    end = len(whole)
    while chunks:
        chunk = chunks.pop()
        whole[end - len(chunk) : end] = chunk
        end -= len(chunk)
    return whole


Build = Callable[[Sink], Words]  # adds all pictures to the sink


def keep(folder: Path, key: Key, build: Build) -> Split:
    """Return the pictures that `build` makes, from the cache in `folder` if it holds them, and keep them there.

    Where they cannot be kept (a full disk, a folder that may not be written) they are held in memory, and the Images'
    note says so. OSError if they do not fit into memory either, or if the source cannot be read.
    """
    place = folder / f"{stem(key.name, key.source)}-{_digest(f'{FORMAT} {key.state}', 16)}"
    with _building:
        if found := read(place):
            return found
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(place)
            return _build_on_disk(place, build)
        except _SourceError as error:
            raise error.problem from None
        except OSError as error:
            return _build_in_memory(folder, key.size, build, error)


def stem(name: str, source: str) -> str:
    """Return how the folders of a source begin, whatever its state."""
    return f"{name}-{_digest(source, 8)}"


def _build_on_disk(place: Path, build: Build) -> Split:
    with atomic.scratch(place) as scratch, _Files(scratch) as sink:
        sink.finish(_words(build, sink))
    if found := read(place):  # another process may have been quicker: what it made is as good, and may be in use
        shutil.rmtree(scratch, ignore_errors=True)
        return found
    found = read(atomic.replace(place, scratch))
    if found is None:
        raise OSError("what was written could not be read again")
    return found


class _SourceError(Exception):
    """An OSError of what is read, not of the cache that is written."""

    def __init__(self, problem: OSError) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _words(build: Build, sink: _Files) -> Words:
    try:
        return build(sink)
    except OSError as error:
        if error is sink.problem:
            raise
        raise _SourceError(error) from None


def _build_in_memory(folder: Path, size: int, build: Build, error: OSError) -> Split:
    problem = error.strerror or str(error)
    if size > SHARE * _memory():
        raise OSError(
            f"The pictures take {size / 1e9:.1f} GB, which cannot be kept in {folder} ({problem}) and do not fit into "
            "memory: name a folder with more space by --data-dir, or make them smaller."
        ) from None
    sink = Sink()
    words = build(sink)
    return sink.split(
        words, f"The decoded pictures cannot be kept in {folder} ({problem}): they are decoded anew each time."
    )


class _Files(Sink):
    """Writes each array as an .npy file that grows."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.open: dict[str, _Growing] = {}
        self.stack = ExitStack()
        self.problem: OSError | None = None  # of a write

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *problem: object) -> None:
        self.stack.close()

    def _append(self, name: str, chunk: NDArray[Any]) -> None:
        try:
            if name not in self.open:
                stream = self.stack.enter_context((self.folder / f"{name}.npy").open("wb"))
                self.open[name] = _Growing(stream, chunk.shape[1:], chunk.dtype)
            self.open[name].append(chunk)
        except OSError as error:
            self.problem = error
            raise

    def finish(self, words: Words) -> None:
        """Write the lengths into the files, and `about.json` beside them. ValueError if a part has no picture."""
        for part in PARTS:
            if f"{part}-pixels" not in self.open:
                raise _empty(part)
        for each in self.open.values():
            each.finish()
        self.stack.close()
        files = {f"{name}.npy": checksum(self.folder / f"{name}.npy") for name in self.open}
        text = json.dumps({"format": FORMAT, "files": files, "words": vars(words)})
        (self.folder / ABOUT).write_text(f"{_digest(text, 64)}\n{text}", encoding="utf-8")


@dataclass
class _Growing:
    """An .npy file whose first side is known at the end: NumPy leaves room in the header for it to grow."""

    stream: IO[bytes]
    shape: tuple[int, ...]  # of one entry
    dtype: np.dtype[Any]
    count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._head()

    def append(self, chunk: NDArray[Any]) -> None:
        if chunk.shape[1:] != self.shape:
            raise ValueError(f"Entries of shape {self.shape} are followed by some of shape {chunk.shape[1:]}.")
        self.stream.write(chunk.data.cast("B"))
        self.count += len(chunk)

    def finish(self) -> None:
        start = self.stream.tell() - self.count * self.dtype.itemsize * int(np.prod(self.shape))
        self.stream.seek(0)
        self._head()
        assert self.stream.tell() == start  # the header is as long as it was

    def _head(self) -> None:
        about = {"descr": np.lib.format.dtype_to_descr(self.dtype), "fortran_order": False}
        np.lib.format.write_array_header_1_0(self.stream, about | {"shape": (self.count, *self.shape)})


def read(place: Path) -> Split | None:
    """Return what a cache holds, its pixels memory-mapped, read-only. None if there is none, or a damaged one."""
    try:
        digest, text = (place / ABOUT).read_text(encoding="utf-8").split("\n", 1)
        about = json.loads(text) if digest == _digest(text, 64) else {}
        if any(name not in FILES or checksum(place / name) != wanted for name, wanted in about["files"].items()):
            return None
        arrays = {name.removesuffix(".npy"): _open(place / name) for name in about["files"]}
        return _split(arrays, Words(**{name: _tuples(value) for name, value in about["words"].items()}), "")
    except Exception:  # noqa: BLE001  (damaged bytes raise a dozen kinds here, and all mean: it is built again)
        return None


def _open(file: Path) -> NDArray[Any]:
    pixels = file.stem.endswith("pixels")
    return np.load(file, mmap_mode="r" if pixels else None, allow_pickle=False)  # type: ignore[no-any-return]


def _split(arrays: Mapping[str, NDArray[Any]], words: Words, note: str) -> Split:
    """Return both parts; what was skipped is told with the first. ValueError if one has no picture."""
    parts = []
    words = replace(words, note=" ".join(filter(None, (words.note, note))))
    for part in PARTS:
        pixels, labels, factors = (arrays.get(f"{part}-{kind}") for kind in KINDS)
        if pixels is None:
            raise _empty(part)
        told = vars(words) if part == "train" else vars(words) | {"skipped": ()}
        parts.append(Images(pixels, labels=labels, factors=factors, **told))
    return Split(*parts)


def _empty(part: str) -> ValueError:
    return ValueError(f"There is no picture for {'training' if part == 'train' else 'testing'}.")


def checksum(file: Path) -> list[int]:
    """Return the size of a file and a CRC-32 of its bytes: of all of them, or of evenly spread places of a large one.

    So the check of 100 GB takes milliseconds: it finds a file that was cut off, left unwritten or overwritten, but
    not a single flipped bit in a large one.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        if size <= WHOLE:
            return [size, zlib.crc32(stream.read())]
        crc = 0
        for place in np.linspace(0, size - SAMPLE, SAMPLES).astype(np.int64).tolist():
            stream.seek(place)
            crc = zlib.crc32(stream.read(SAMPLE), crc)
        return [size, crc]


def state(files: Iterable[Path]) -> str:
    """Return what tells whether one of the files has changed: sizes and times."""
    stats = [(str(file), file.stat()) for file in files if file.exists()]
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats])


def _sweep(place: Path) -> None:
    """Remove what other states of the same source left, and what killed processes did not finish."""
    source = place.name.rpartition("-")[0]
    for old in place.parent.glob(f"{source}-*"):
        if old != place:  # what another process still uses stays readable to it
            shutil.rmtree(old, ignore_errors=True)
    for old in place.parent.glob(f".{source}-*"):
        if time.time() - _last_write(old) > LEFT_BEHIND:
            shutil.rmtree(old, ignore_errors=True)


def _last_write(folder: Path) -> float:
    times = [time.time()]
    with suppress(OSError):  # another process is removing it
        times = [file.stat().st_mtime for file in (folder, *folder.iterdir())]
    return max(times)


def _memory() -> int:
    """Return the bytes of memory that are not in use."""
    return int(psutil.virtual_memory().available)


def _digest(text: str, length: int) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
