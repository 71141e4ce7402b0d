"""Picture files of folders and archives: what is read, what is skipped and named, what is refused."""

import io
import os
import stat
import struct
import threading
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.datasets import _files
from explorer.datasets._files import listing, readable
from tests.sources import sentence, write_pictures


def names(path):
    with listing(path) as files:
        return [entry.name for entry in files.entries], files.skipped


def pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_pictures_are_found_in_all_folders_sorted_and_other_files_are_not(tmp_path):
    for name in ("b/2.JPG", "b/1.png", "a.webp", "c/d/e.gif", "x.bmp", "y.jpeg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"?")
    for name in (".hidden.png", "notes.txt", "png", ".git/a.png", "b/Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"?")
    assert names(tmp_path) == (["a.webp", "b/1.png", "b/2.JPG", "c/d/e.gif", "x.bmp", "y.jpeg"], [])


def test_a_link_inside_is_read_and_one_that_leads_outside_or_round_is_named(tmp_path):
    inside, outside = write_pictures(tmp_path / "in", 1), write_pictures(tmp_path / "out", 1)
    (inside / "also.png").symlink_to("0.png")
    (inside / "out.png").symlink_to(outside / "0.png")
    (inside / "loop.png").symlink_to("loop.png")
    (inside / "gone.png").symlink_to("nowhere.png")
    (inside / "up").symlink_to(inside, target_is_directory=True)
    found, skipped = names(inside)
    assert found == ["0.png", "also.png"]
    assert sorted(each.partition(":")[0] for each in skipped) == ["gone.png", "loop.png", "out.png", "up"]
    assert "out.png: a link that leads outside the folder" in skipped
    assert "up: a link to a folder is not followed" in skipped


def test_the_chosen_folder_may_itself_be_a_link(tmp_path):
    write_pictures(tmp_path / "real", 1)
    (tmp_path / "link").symlink_to("real")
    assert names(tmp_path / "link") == (["0.png"], [])


def test_what_is_no_ordinary_file_or_too_large_is_named(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.png")  # reading it would wait for ever
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "large.png").write_bytes(bytes(11))
    monkeypatch.setattr(_files, "LARGEST", 10)
    found, skipped = names(tmp_path)
    assert found == []
    assert sorted(skipped) == ["large.png: it has more than 10 bytes", "pipe.png: it is no ordinary file"]


def test_a_folder_that_may_not_be_listed_is_named(tmp_path, monkeypatch):
    write_pictures(tmp_path, 1)
    (tmp_path / "secret").mkdir()
    honest = os.scandir

    def scandir(path):
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found, skipped = names(tmp_path)
    assert found == ["0.png"]
    assert skipped == [f"{tmp_path / 'secret'}: Permission denied"]


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "MOST", 3)
    write_pictures(tmp_path / "folder", 4)
    archive = pack(tmp_path / "a.zip", {f"{i}.png": b"?" for i in range(4)})
    for path in (tmp_path / "folder", archive):
        with pytest.raises(ValueError, match="holds more than 3 files"):
            listing(path)


@pytest.mark.parametrize("limit", ["MOST", "NAMED"])
def test_the_directory_of_too_many_files_is_not_even_read(tmp_path, monkeypatch, limit):
    archive = pack(tmp_path / "a.zip", {f"{i}.png": b"?" for i in range(4)})
    monkeypatch.setattr(_files, "MOST", 3 if limit == "MOST" else 4)
    monkeypatch.setattr(_files, "NAMED", 200 if limit == "MOST" else 46)
    monkeypatch.setattr(zipfile, "ZipFile", lambda path: pytest.fail("it was read"))
    with pytest.raises(ValueError, match="holds more than"):
        listing(archive)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_no_utf_8_can_be_read_and_printed(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9.png"
    try:
        with open(raw, "wb") as file:  # noqa: PTH123  (a Path has no bytes)
            file.write(b"?")
    except OSError:
        pytest.skip("this file system takes no such names")
    with listing(tmp_path) as files:
        (entry,) = files.entries
        assert entry.name == "caf�.png"
        assert files.open(entry).read_bytes() == b"?"


def test_readable_moves_no_cursor():
    assert readable("a\x1b[2J\n\udce9é猫") == "a�[2J��é猫"


def test_an_archive_is_read_where_it_lies(tmp_path):
    archive = pack(
        tmp_path / "a.zip", {"x/1.png": b"one", "x/2.jpg": b"two", "x/no.txt": b"", "__MACOSX/x/._1.png": b""}
    )
    before = sorted(tmp_path.rglob("*"))
    with listing(archive) as files:
        assert [entry.parts for entry in files.entries] == [("x", "1.png"), ("x", "2.jpg")]
        assert [files.open(entry).read() for entry in files.entries] == [b"one", b"two"]
    assert sorted(tmp_path.rglob("*")) == before


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path):
    members = {"../../out.png": b"1", "/abs/a.png": b"2", "c:\\b\\win.png": b"3", "a/../../b.png": b"4"}
    (tmp_path / "deep" / "er").mkdir(parents=True)
    with listing(pack(tmp_path / "deep" / "er" / "a.zip", members)) as files:
        assert [entry.name for entry in files.entries] == ["a/b.png", "abs/a.png", "c:/b/win.png", "out.png"]
        assert {files.open(entry).read() for entry in files.entries} == {b"1", b"2", b"3", b"4"}
    assert [file.name for file in tmp_path.rglob("*.png")] == []


def test_links_encrypted_and_double_entries_of_an_archive_are_named(tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.png", "?")
        archive.writestr("two.png", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("two.png", "2")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    place = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)  # the directory's entry of secret.png
    data[place + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    found, skipped = names(tmp_path / "a.zip")
    assert found == ["two.png"]
    assert skipped == [
        "link.png: it is a link", "secret.png: it is encrypted", "two.png: the archive has this name twice"
    ]  # fmt: skip


def test_a_zip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "ROOM", 1000)
    archive = pack(tmp_path / "a.zip", {f"{i}.png": bytes(1_000_000) for i in range(3)})
    with pytest.raises(ValueError, match="would expand to more than 200 times its size: it may be a zip bomb"):
        listing(archive)


def test_an_entry_that_is_larger_than_it_says_is_refused_without_being_unpacked(tmp_path):
    archive = pack(tmp_path / "a.zip", {"a.png": bytes(1_000_000)})
    data = bytearray(archive.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<I", 10)
    archive.write_bytes(data)
    with listing(archive) as files, pytest.raises(ValueError, match=r"cannot be unpacked .*CRC"):
        files.open(files.entries[0])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_would_be_unpacked_without_bounds_is_named_and_not_opened(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.png", bytes(1000))
    assert names(tmp_path / "a.zip") == ([], ["a.png: it is packed in a way that is not read"])


def test_an_entry_beyond_the_limit_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "LARGEST", 10)
    assert names(pack(tmp_path / "a.zip", {"a.png": bytes(11)})) == ([], ["a.png: it has more than 10 bytes"])


def test_damaged_entries_are_refused(tmp_path):
    archive = pack(tmp_path / "a.zip", {"a.png": os.urandom(1000)})
    data = bytearray(archive.read_bytes())
    data[200:220] = bytes(20)
    archive.write_bytes(data)
    with listing(archive) as files, pytest.raises(ValueError, match="cannot be unpacked"):
        files.open(files.entries[0])


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_says_so_or_is_empty(tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    said = sentence(names, tmp_path / "a.zip")
    assert "is not a zip archive that can be read" in said or names(tmp_path / "a.zip") == ([], [])


def test_a_place_where_nothing_is_says_so(tmp_path):
    with pytest.raises(
        LookupError, match=r"There is no folder and no zip .*nowhere: put it back, or choose another --path"
    ):
        listing(tmp_path / "nowhere")


def test_an_archive_can_be_read_by_many_threads(tmp_path):
    members = {f"{i}.png": bytes([i]) * 50_000 for i in range(40)}
    with listing(pack(tmp_path / "a.zip", members)) as files:
        right = []

        def read():
            right.extend(files.open(entry).read() == members[entry.name] for entry in files.entries)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert right == [True] * 160


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/a.png", b"abc" * 50)
        archive.writestr("b.jpg", b"")
    return file.getvalue()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 1000), damage=st.binary(max_size=12))
def test_any_bytes_are_an_archive_or_a_sentence(tmp_path, place, damage):
    data = zipped()
    place %= len(data)
    (tmp_path / "a.zip").write_bytes(data[:place] + damage + data[place + len(damage) :])
    said = sentence(names, tmp_path / "a.zip")
    assert not said or "a.zip" in said
    if not said:
        with listing(tmp_path / "a.zip") as files:
            problems = [sentence(files.open, entry) for entry in files.entries]
        assert all(not problem or "cannot be unpacked" in problem for problem in problems)
