"""Picture files of a folder or a zip archive, listed and opened without trusting them."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp")
MOST = 2_000_000  # files that are looked at
LARGEST = 100_000_000  # bytes of one picture file
EXPANSION = 200  # an archive may hold so many times its own size, or ROOM
ROOM = 1 << 30
NAMED = 200  # bytes that an archive's directory may take for each of MOST files
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of all others zipfile unpacks more at once than is asked for


@dataclass(frozen=True)
class Entry:
    """A picture file: where it is, and what changes when it changes."""

    parts: tuple[str, ...]  # folders and name, below the chosen folder or archive
    size: int  # bytes
    changed: int  # nanoseconds, or the checksum that an archive has for it

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        return readable("/".join(self.parts))


class Files:
    """The pictures of a folder. ValueError if there are too many files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped: list[str] = []  # what cannot be read is named, with the reason
        self.entries = sorted(self._list(), key=lambda entry: entry.parts)

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *problem: object) -> None:
        """Close nothing: a folder is not open."""

    def _list(self) -> Iterator[Entry]:
        inside = self.path.resolve()
        seen = 0
        for folder, folders, names in os.walk(inside, onerror=self._refused):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in [name for name in folders if Path(folder, name).is_symlink()]:
                self._skip(Path(folder, name).relative_to(inside).parts, "a link to a folder is not followed")
            for name in names:
                seen += 1
                if seen > MOST:
                    raise ValueError(f"{self.path} holds more than {MOST:,} files: choose a folder with fewer.")
                if is_picture(name):
                    yield from self._look(inside, Path(folder, name))

    def _look(self, inside: Path, file: Path) -> Iterator[Entry]:
        """Yield the file, if it may be read."""
        parts = file.relative_to(inside).parts
        try:
            found = file.stat()
            if file.is_symlink() and not file.resolve().is_relative_to(inside):
                self._skip(parts, "a link that leads outside the folder")
            elif not stat.S_ISREG(found.st_mode):
                self._skip(parts, "it is no ordinary file")
            elif found.st_size > LARGEST:
                self._skip(parts, f"it has more than {LARGEST:,} bytes")
            else:
                yield Entry(parts, found.st_size, found.st_mtime_ns)
        except (OSError, RuntimeError) as error:  # a link that leads nowhere or round and round
            self._skip(parts, getattr(error, "strerror", None) or str(error))

    def _refused(self, error: OSError) -> None:
        self.skipped.append(f"{readable(str(error.filename))}: {error.strerror}")

    def _skip(self, parts: tuple[str, ...], reason: str) -> None:
        self.skipped.append(f"{readable('/'.join(parts))}: {reason}")

    def open(self, entry: Entry) -> Path | IO[bytes]:
        """Return what a decoder reads an entry from. ValueError or OSError if it cannot be read."""
        return self.path.joinpath(*entry.parts)


class Archive(Files):
    """The pictures of a zip archive, which is read where it lies and never unpacked to disk.

    ValueError if it is damaged, or would expand to more than EXPANSION times its size.
    """

    def __init__(self, path: Path) -> None:
        if _is_crowded(path):
            raise _crowded(path)
        try:
            self.zip = zipfile.ZipFile(path)
        except Exception as error:  # noqa: BLE001  (hostile bytes: zipfile raises a dozen kinds, and all mean this)
            problem = getattr(error, "strerror", None) or error
            raise ValueError(f"{path} is not a zip archive that can be read ({problem}): pack it again.") from None
        try:
            super().__init__(path)
        except ValueError:
            self.zip.close()
            raise

    def __exit__(self, *problem: object) -> None:
        self.zip.close()

    def _list(self) -> Iterator[Entry]:
        infos = self.zip.infolist()
        if len(infos) > MOST:  # its end told a lie
            raise _crowded(self.path)
        if sum(info.file_size for info in infos) > max(ROOM, EXPANSION * self.path.stat().st_size):
            raise ValueError(f"{self.path} would expand to more than {EXPANSION} times its size: it may be a zip bomb.")
        self.infos: dict[tuple[str, ...], zipfile.ZipInfo] = {}
        for info in infos:
            path = PurePosixPath(info.filename.replace("\\", "/"))
            parts = tuple(part for part in path.parts if part not in ("/", "..", "."))
            hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
            if parts and not info.is_dir() and not hidden and is_picture(parts[-1]):
                yield from self._look_inside(parts, info)

    def _look_inside(self, parts: tuple[str, ...], info: zipfile.ZipInfo) -> Iterator[Entry]:
        if parts in self.infos:
            self._skip(parts, "the archive has this name twice")
        elif info.flag_bits & 1:
            self._skip(parts, "it is encrypted")
        elif stat.S_ISLNK(info.external_attr >> 16):
            self._skip(parts, "it is a link")
        elif info.compress_type not in BOUNDED:
            self._skip(parts, "it is packed in a way that is not read")
        elif info.file_size > LARGEST:
            self._skip(parts, f"it has more than {LARGEST:,} bytes")
        else:
            self.infos[parts] = info
            yield Entry(parts, info.file_size, info.CRC)

    def open(self, entry: Entry) -> IO[bytes]:
        """Return an entry's bytes: no more of them are unpacked than the archive says it has."""
        try:
            with self.zip.open(self.infos[entry.parts]) as stream:
                return io.BytesIO(stream.read(entry.size))
        except Exception as error:  # noqa: BLE001  (hostile bytes, as above)
            raise ValueError(f"it cannot be unpacked ({error})") from None


def _is_crowded(path: Path) -> bool:
    """Tell by the end of an archive whether its directory is longer than that of MOST files.

    It is looked at first because a directory takes many times its size in memory. What is no archive is not crowded.
    """
    with suppress(Exception), path.open("rb") as stream:  # hostile bytes, as above: ZipFile says what is wrong
        end = zipfile._EndRecData(stream)  # type: ignore[attr-defined]  # what ZipFile itself goes by
        entries, size = end[zipfile._ECD_ENTRIES_TOTAL], end[zipfile._ECD_SIZE]  # type: ignore[attr-defined]
        return bool(entries > MOST or NAMED * MOST < size <= path.stat().st_size)
    return False


def _crowded(path: Path) -> ValueError:
    return ValueError(f"{path} holds more than {MOST:,} files: pack fewer into one archive.")


def listing(path: Path) -> Files:
    """Return the pictures of a folder or a zip archive. LookupError if it is neither, ValueError if it is damaged."""
    if path.is_dir():
        return Files(path)
    if path.is_file():
        return Archive(path)
    raise LookupError(f"There is no folder and no zip archive {path}: put it back, or choose another --path.")


def is_picture(name: str) -> bool:
    """Tell by its name whether a file is a picture that is read; hidden ones are not."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def readable(text: str) -> str:
    """Return a name that can be printed and kept: what is no UTF-8, or would move a terminal's cursor, becomes �."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
