"""Pictures that somebody sends become one zip archive that holds nothing else, without trusting what was sent."""

from __future__ import annotations

import io
import shutil
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import IO

from explorer.datasets import _decode, _files
from explorer.datasets.folder import labels

MEGABYTE = 1 << 20
LARGEST = 200 * MEGABYTE  # bytes of a set, and of what is sent for it: a server holds that in memory
MOST = 15_000  # pictures
PIXELS = 10_000_000_000  # of all of them: some minutes of decoding
LONGEST = 500  # letters of a picture's name with its folders
TOLD = 200  # things left out that are named
FREE = 1 << 30  # bytes that must stay free on the disk: trainings keep their models there
Sent = Sequence[tuple[str, IO[bytes]]]  # files with their names
Given = tuple[tuple[str, ...], bytes | str]  # a picture's folders and name; its bytes, or why it cannot be read


@dataclass(frozen=True)
class Packed:
    """What was packed."""

    count: int
    labels: tuple[str, ...]
    left_out: tuple[str, ...]  # as `name: reason`, the first of them
    others: int  # how many were left out


def pack(files: Sent, target: Path) -> Packed:
    """Write the pictures of one zip archive, or those that are given one by one, into a zip archive.

    What is no picture is left out and named. ValueError, in a sentence, if there are not two pictures, or if they are
    too many or too large; or if an archive is damaged, a bomb, or has names that lead out of it.
    """
    _check_sent(files)
    left_out: list[str] = []
    room = shutil.disk_usage(target.parent).free - FREE
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on damaged pictures
        packer = _Packer(archive, room, left_out)
        for parts, content in _given(files, target.with_name("sent.zip"), left_out):
            packer.add(parts, content)
    if len(packer.places) < 2:
        such = f" {len(left_out):,} could not be taken, such as {left_out[0]}." if left_out else ""
        raise ValueError(
            f"There are not two pictures in what was sent.{such} "
            f"Send a zip archive, or pictures: {', '.join(_files.SUFFIXES)}."
        )
    return Packed(len(packer.places), labels(packer.places)[1], tuple(left_out[:TOLD]), len(left_out))


def _check_sent(files: Sent) -> None:
    archives = [name for name, _ in files if is_archive(name)]
    if archives and len(files) > 1:
        raise ValueError("Send one zip archive, or pictures without an archive: not both, and not several archives.")
    sent = sum(stream.seek(0, io.SEEK_END) for _, stream in files)
    for _, stream in files:
        stream.seek(0)
    if sent > LARGEST:
        raise ValueError(f"{sent / MEGABYTE:,.0f} MB were sent: up to {LARGEST // MEGABYTE} MB can be.")


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is a zip archive."""
    return name.lower().endswith(".zip")


def _given(files: Sent, scratch: Path, left_out: list[str]) -> Iterator[Given]:
    """Yield the pictures; what is none is added to `left_out`. An archive is a file, `scratch`, while it is read."""
    if len(files) == 1 and is_archive(files[0][0]):
        try:
            yield from _unpacked(*files[0], scratch, left_out)
        finally:
            scratch.unlink(missing_ok=True)
        return
    for name, stream in files:
        if _files.is_picture(name):
            yield (PureWindowsPath(name).name,), stream.read()
        else:
            left_out.append(f"{_files.readable(name)}: it is no picture")


def _unpacked(name: str, stream: IO[bytes], scratch: Path, left_out: list[str]) -> Iterator[Given]:
    """Yield the pictures of an archive, which are those that a data set would have of it."""
    with scratch.open("wb") as file:
        shutil.copyfileobj(stream, file)
    try:
        archive = _files.Archive(scratch)
    except ValueError as error:  # it names the file, which is ours
        raise ValueError(str(error).replace(str(scratch), _files.readable(name))) from None
    with archive:
        left_out += [*archive.skipped, *_others(archive, name)]
        for entry in archive.entries:
            try:
                yield entry.parts, archive.open(entry).read()
            except ValueError as error:
                yield entry.parts, str(error)


def _others(archive: _files.Archive, name: str) -> list[str]:
    """Return what is no picture in an archive. ValueError if a name leads out of it: somebody means ill."""
    found = []
    for info in archive.zip.infolist():
        path, shown = PureWindowsPath(info.filename), _files.readable(info.filename)  # \\ and / part its names alike
        if ".." in path.parts or path.drive or path.root:
            raise ValueError(
                f"{_files.readable(name)} holds a name that leads out of it, {shown}: pack the pictures again."
            )
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if not info.is_dir() and not hidden and not _files.is_picture(path.name):
            found.append(f"{shown}: it is no picture")
    return found


@dataclass
class _Packer:
    """Adds pictures to an archive as long as there is room."""

    archive: zipfile.ZipFile
    room: int  # bytes on the disk
    left_out: list[str]
    places: list[tuple[str, ...]] = field(default_factory=list)
    size: int = 0
    pixels: int = 0
    names: set[str] = field(default_factory=set)

    def add(self, parts: tuple[str, ...], content: bytes | str) -> None:
        """Add a picture, or say why it is left out. ValueError if the set gets too large, OSError if the disk is."""
        parts = tuple(map(_files.readable, parts))
        name = "/".join(parts)
        try:
            pixels = self._look(name, content)
        except ValueError as error:
            self.left_out.append(f"{name[:LONGEST]}: {error}")
            return
        self.pixels, self.size = self.pixels + pixels, self.size + len(content)
        self._check_room()
        self.names.add(name)
        self.places.append(parts)
        assert isinstance(content, bytes)
        self.archive.writestr(zipfile.ZipInfo(name), content)

    def _look(self, name: str, content: bytes | str) -> int:
        """Return how many pixels a picture has. ValueError, with the reason, if it is none."""
        if isinstance(content, str):
            raise ValueError(content)
        if len(name) > LONGEST:
            raise ValueError("its name is too long")
        if name in self.names:
            raise ValueError("there is another one of this name")
        if len(content) > _files.LARGEST:
            raise ValueError(f"it has more than {_files.LARGEST:,} bytes")
        width, height = _decode.size(io.BytesIO(content))
        return width * height

    def _check_room(self) -> None:
        if len(self.places) >= MOST:
            raise ValueError(f"There are more than {MOST:,} pictures: send fewer.")
        if self.size > LARGEST:
            raise ValueError(f"The pictures have more than {LARGEST // MEGABYTE} MB: send fewer, or smaller ones.")
        if self.pixels > PIXELS:
            raise ValueError(
                f"The pictures have more than {PIXELS / 1e9:,.0f} billion pixels: send fewer, or smaller ones."
            )
        if self.size > self.room:
            raise ValueError("The disk of the server is nearly full: whoever runs it must make room first.")
