"""Folders written as one, whoever is killed or comes in between."""

import errno
import os
import sys
from pathlib import Path

import pytest

from explorer import atomic


def fill(folder, text="old"):
    folder.mkdir(parents=True)
    (folder / "mark").write_text(text)
    return folder


def names(parent):
    return sorted(file.name for file in parent.iterdir())


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "place" / "model")


def test_an_error_while_writing_leaves_nothing_and_the_old_one(folder):
    def write():
        with atomic.scratch(folder) as fresh:
            (fresh / "mark").write_text("half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write()
    assert names(folder.parent) == ["model"]
    assert (folder / "mark").read_text() == "old"


def test_replace(folder):
    with atomic.scratch(folder) as fresh:
        (fresh / "mark").write_text("new")
    assert atomic.replace(folder, fresh) == folder
    assert (folder / "mark").read_text() == "new"
    assert names(folder.parent) == ["model"]


def test_another_process_that_heals_between_the_renames_loses_nothing(folder, monkeypatch):
    """Right after the first rename somebody puts the old folder back: the new one must win all the same."""
    fresh = fill(folder.with_name(".fresh"), "new")
    real, done = os.rename, []

    def rename(old, new):
        real(old, new)
        if not done:
            done.append(True)
            real(new, old)

    monkeypatch.setattr(os, "rename", rename)
    atomic.replace(folder, fresh)
    assert (folder / "mark").read_text() == "new"


def test_a_replacement_that_cannot_be_done_says_where_the_new_one_lies(folder, monkeypatch):
    fresh = fill(folder.with_name(".fresh"), "new")
    real = os.rename

    def rename(old, new):
        if str(old) == str(fresh):
            raise OSError(13, "Permission denied")
        real(old, new)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(OSError, match=r"cannot be replaced \(Permission denied\); .* lies whole in .*\.fresh"):
        atomic.replace(folder, fresh)
    assert (folder / "mark").read_text() == "old"
    assert (fresh / "mark").read_text() == "new"


def test_place_takes_the_next_free_name(folder):
    assert atomic.place(folder, fill(folder.with_name(".fresh"), "new")).name == "model-2"
    assert atomic.place(folder, fill(folder.with_name(".fresh"), "new")).name == "model-3"
    assert (folder / "mark").read_text() == "old"


def test_heal_puts_back_what_was_left_behind(folder, monkeypatch):
    monkeypatch.setattr(atomic, "GRACE", -1.0)
    folder.rename(folder.with_name(f".model{atomic.OLD}"))
    atomic.heal(folder.parent, "mark")
    assert names(folder.parent) == ["model"]


def test_heal_does_not_disturb_a_write_that_is_under_way(folder):
    folder.rename(folder.with_name(f".model{atomic.OLD}"))
    atomic.heal(folder.parent, "mark")
    assert names(folder.parent) == [f".model{atomic.OLD}"]


def test_heal_leaves_what_is_not_ours(folder, monkeypatch):
    monkeypatch.setattr(atomic, "GRACE", -1.0)
    (folder.parent / ".bashrc.old").write_text("mine")
    (folder.parent / f".notes{atomic.OLD}").mkdir()
    fill(folder.parent / ".model.old")
    before = names(folder.parent)
    atomic.heal(folder.parent, "mark")
    assert names(folder.parent) == before


def test_heal_in_a_place_that_may_not_be_written_is_silent(folder, monkeypatch):
    """A model that cannot be put back must not keep others of the same place from being found."""

    def refused(old, new):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic, "GRACE", -1.0)
    folder.rename(folder.with_name(f".model{atomic.OLD}"))
    monkeypatch.setattr(os, "rename", refused)
    atomic.heal(folder.parent, "mark")
    assert names(folder.parent) == [f".model{atomic.OLD}"]


def test_heal_removes_what_a_process_that_is_gone_left_half_written(folder, monkeypatch):
    named = (f".a{atomic.NEW}999999999", f".b{atomic.NEW}{os.getpid()}", ".theirs")
    gone, alive, theirs = map(folder.with_name, named)
    for each in (gone, alive, theirs):
        fill(each)
    file = folder.with_name(f".e{atomic.NEW}999999999")
    file.write_text("a file, not a folder")
    atomic.heal(folder.parent, "mark")
    assert gone.exists()  # it is young
    monkeypatch.setattr(atomic, "LONGEST", -1.0)
    atomic.heal(folder.parent, "mark")
    assert names(folder.parent) == sorted([alive.name, theirs.name, file.name, "model"])


def test_a_file_is_written_as_one(tmp_path):
    for data in (b"old", b"new" * 100_000):
        atomic.write(tmp_path / "file", data)
        assert (tmp_path / "file").read_bytes() == data
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("number", "cure"), [(errno.ENOSPC, "make room, then go on"), (errno.EACCES, "mend that, then go on")]
)
@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch, number, cure, place):
    def refused(*given):
        raise OSError(number, os.strerror(number))

    atomic.write(tmp_path / "file", b"old")
    monkeypatch.setattr(os, place, refused) if place == "fsync" else monkeypatch.setattr(Path, place, refused)
    with pytest.raises(OSError, match=rf"file could not be written \({os.strerror(number)}\): {cure}"):
        atomic.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_an_interrupt_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    atomic.write(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what was flushed")
def test_names_are_flushed_to_the_disk_too(tmp_path, monkeypatch):
    """After a power cut a rename must not be taken back, nor leave an empty folder."""
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(str(Path(f"/proc/self/fd/{number}").readlink())))
    with atomic.scratch(tmp_path / "model") as fresh:
        (fresh / "mark").write_text("new")
    atomic.replace(tmp_path / "model", fresh)
    atomic.write(tmp_path / "file", b"new")
    assert flushed[:3] == [str(fresh / "mark"), str(fresh), str(tmp_path)]
    assert flushed[-1] == str(tmp_path)
