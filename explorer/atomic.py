"""Folders and files that are written as one: a killed or failed write leaves the old one whole."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

NEW, OLD = ".explorer-new-", ".explorer-old"  # in hidden names, only ours: being written (by process ...), set aside
GRACE = 2.0  # seconds after which a folder that was set aside counts as left behind
LONGEST = 3600.0  # seconds after which what a process that is gone was writing counts as left behind
TRIES = 3  # at replacing a folder that other processes replace too


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder` to write into; flushed to the disk at the end, removed after an error."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}{NEW}{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        for file in fresh.rglob("*"):
            if file.is_dir():
                _flush(file)
                continue
            with file.open("r+b") as stream:  # Windows flushes only what may be written
                os.fsync(stream.fileno())
        _flush(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


@contextmanager
def file(path: Path) -> Iterator[Path]:
    """Give a place to write a file to; it takes the name `path` at the end, and is removed after an error.

    OSError, with what to do, if it cannot be written; an old one then stays.
    """
    fresh = path.with_name(f".{path.name}{NEW}{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        with fresh.open("r+b") as stream:
            os.fsync(stream.fileno())
        fresh.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        with suppress(OSError):  # its folder may be no folder
            fresh.unlink()


def replace(folder: Path, fresh: Path) -> Path:
    """Put `fresh` in the place of `folder`. Killed between the two renames, `heal` brings the old one back.

    OSError if it cannot be done; `fresh` is then whole where it was.
    """
    old = folder.with_name(f".{folder.name}{OLD}")
    for _ in range(TRIES):  # again, if another process replaces or heals the same folder at the same time
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            with suppress(FileNotFoundError):  # another process was quicker
                folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError as error:
            problem = error
            with suppress(OSError):
                old.rename(folder)
        else:
            _flush(folder.parent)
            shutil.rmtree(old, ignore_errors=True)
            return folder
    raise OSError(f"{folder} cannot be replaced ({problem.strerror}); what was to replace it lies whole in {fresh}.")


def place(folder: Path, fresh: Path) -> Path:
    """Give `fresh` the name of `folder`, or the next free one after it, and return where it is."""
    for free in names(folder):
        if free.exists():
            continue
        try:
            fresh.rename(free)
            _flush(folder.parent)
            return free
        except OSError:
            if not free.exists():  # not because somebody else took the name meanwhile
                raise
    raise AssertionError  # the names never end


def write(path: Path, data: bytes) -> None:
    """Write a file as one, flushed to the disk. OSError, with what to do, if that fails; the old one then stays."""
    with file(path) as fresh:
        fresh.write_bytes(data)


@contextmanager
def stated(path: Path) -> Iterator[None]:
    """Say of what cannot be written meanwhile that it was to become `path`. OSError, with what to do."""
    try:
        yield
    except OSError as error:
        raise not_written(path, error) from None


def not_written(path: Path, error: OSError) -> OSError:
    """Return the error of a file that could not be written, with what to do; one that says so already stays."""
    if error.errno is None:
        return error
    cure = "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "mend that"
    return OSError(f"{path} could not be written ({error.strerror or error}): {cure}, then go on.")


def _flush(folder: Path) -> None:
    """Flush the names in a folder to the disk, so that a power cut does not take a rename back."""
    with suppress(OSError):  # Windows cannot open a folder, and some network disks cannot flush one
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def names(folder: Path) -> Iterator[Path]:
    """Yield `folder`, then the names beside it that are tried where it is taken: with -2, -3 and so on."""
    yield folder
    yield from (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))


def heal(parent: Path, mark: str) -> None:
    """Put back what a write that was killed between its two renames had set aside; remove what it left half written.

    Only folders of ours, which hold a file called `mark`, and only what has lain there for a while: a write that is
    under way in another process must not be disturbed.
    """
    for old in parent.glob(f".*{OLD}"):
        folder = parent / old.name[1 : -len(OLD)]
        if not (old / mark).is_file() or _age(old) < GRACE:
            continue
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            with suppress(OSError):  # another process was quicker, or the place may not be written
                old.rename(folder)
    for fresh in parent.glob(f".*{NEW}*"):
        if _is_left_behind(fresh):
            shutil.rmtree(fresh, ignore_errors=True)


def _is_left_behind(fresh: Path) -> bool:
    """Tell whether a folder was being written by a process that is gone since long."""
    pid = fresh.name.rpartition(NEW)[2]
    return fresh.is_dir() and pid.isdecimal() and not psutil.pid_exists(int(pid[:9])) and _age(fresh) > LONGEST


def _age(folder: Path) -> float:
    """Return for how many seconds a folder has had its name and its entries."""
    try:
        return time.time() - folder.stat().st_ctime
    except FileNotFoundError:  # another process was quicker
        return 0.0
