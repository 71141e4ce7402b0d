"""The cache of pictures: kept once, checked when opened, built anew when damaged, harmless to others."""

import dataclasses
import json
import multiprocessing
import os
import shutil
import threading
import time
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import cache
from explorer.cache import ABOUT, Key, Words, checksum, keep, read
from explorer.datasets import Images

KEY = Key("toy", "here", "now", 1000)


class Toy:
    """A source of n pictures in chunks, which counts how often it is read."""

    def __init__(self, n=10, problem=None):
        self.n, self.problem, self.reads = n, problem, 0

    def __call__(self, sink):
        self.reads += 1
        for start in range(0, self.n, 3):
            shades = np.arange(start, min(start + 3, self.n))
            pixels = np.broadcast_to(shades[:, None, None, None], (len(shades), 3, 4, 4)).astype(np.uint8)
            factors = np.stack([shades, shades * 0.5], 1)
            sink.add("train" if start else "test", pixels, shades % 2, factors)
        if self.problem:
            raise self.problem
        return Words(("even", "odd"), ("shade", "half"), (("a", "b"), ("c",)), ("x: broken",))


def assert_whole(split, n=10):
    assert split.test.pixels[:, 0, 0, 0].tolist() == [0, 1, 2]
    assert split.train.pixels[:, 2, 3, 3].tolist() == list(range(3, n))
    assert split.train.labels.tolist() == [i % 2 for i in range(3, n)]
    assert split.train.factors[:, 1].tolist() == [i / 2 for i in range(3, n)]
    assert split.train.label_names == ("even", "odd")
    assert split.train.factor_values == (("a", "b"), ("c",))
    assert (split.train.skipped, split.test.skipped) == (("x: broken",), ())


def place_of(folder):
    (place,) = folder.iterdir()
    return place


def test_pictures_are_read_once_and_then_memory_mapped(tmp_path):
    toy = Toy()
    for _ in range(3):
        split = keep(tmp_path, KEY, toy)
        assert_whole(split)
        assert isinstance(split.train.pixels, np.memmap)
        assert not split.train.pixels.flags.writeable
    assert toy.reads == 1
    assert sorted(file.name for file in place_of(tmp_path).iterdir()) == [
        ABOUT, *(f"{part}-{kind}.npy" for part in ("test", "train") for kind in ("factors", "labels", "pixels"))
    ]  # fmt: skip


def test_the_files_are_ordinary_npy_files(tmp_path):
    keep(tmp_path, KEY, Toy())
    pixels = np.load(place_of(tmp_path) / "train-pixels.npy")
    assert (pixels.shape, pixels.dtype) == ((7, 3, 4, 4), np.uint8)


def test_labels_and_factors_may_be_missing(tmp_path):
    def build(sink):
        for part in ("train", "test"):
            sink.add(part, np.zeros((2, 1, 4, 4), np.uint8))
        return Words()

    for _ in range(2):
        split = keep(tmp_path, KEY, build)
        assert split.train.labels is split.train.factors is None


def test_another_state_replaces_the_old_one_and_another_source_stands_beside_it(tmp_path):
    keep(tmp_path, KEY, Toy())
    keep(tmp_path, KEY._replace(source="there"), Toy())
    assert len(list(tmp_path.iterdir())) == 2
    old = keep(tmp_path, KEY, Toy())
    assert_whole(keep(tmp_path, KEY._replace(state="later"), Toy(20)), 20)
    assert len(list(tmp_path.iterdir())) == 2
    if os.name != "nt":
        assert_whole(old)  # who still uses it can go on


def test_another_source_of_a_longer_name_is_not_swept_away(tmp_path):
    keep(tmp_path, KEY._replace(name="toy-2"), Toy())
    keep(tmp_path, KEY, Toy())
    keep(tmp_path, KEY._replace(state="later"), Toy())
    assert len(list(tmp_path.iterdir())) == 2


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def empty(file):
    file.write_bytes(b"")


def zeros(file):
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize("damage", [cut, flip, empty, zeros, os.remove])
@pytest.mark.parametrize("name", [ABOUT, "train-pixels.npy", "test-labels.npy"])
def test_a_damaged_cache_is_built_again(tmp_path, damage, name):
    toy = Toy()
    keep(tmp_path, KEY, toy)
    damage(place_of(tmp_path) / name)
    assert_whole(keep(tmp_path, KEY, toy))
    assert toy.reads == 2
    assert_whole(keep(tmp_path, KEY, toy))
    assert toy.reads == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_the_checksum_of_a_large_file_is_of_places_all_over_it(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "WHOLE", 1000)
    monkeypatch.setattr(cache, "SAMPLE", 100)
    file = tmp_path / "large"
    file.write_bytes(os.urandom(10_000_000))
    start, whole = time.perf_counter(), checksum(file)
    assert time.perf_counter() - start < 0.5
    data = file.read_bytes()
    for damaged in (data[:-1], data[:5_000_000] + bytes(5_000_000), bytes(50_000) + data[50_000:]):
        file.write_bytes(damaged)
        assert checksum(file) != whole
    file.write_bytes(data)
    assert checksum(file) == whole


def test_a_build_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="broken source"):
        keep(tmp_path, KEY, Toy(problem=ValueError("broken source")))
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path, KEY, Toy(problem=KeyboardInterrupt()))
    with pytest.raises(ValueError, match="no picture for training"):
        keep(tmp_path, KEY, Toy(2))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_means_memory_and_a_sentence(tmp_path, monkeypatch):
    honest = cache._Growing.append

    def full(self, chunk):
        if self.count >= 3:
            raise OSError(28, "No space left on device")
        honest(self, chunk)

    monkeypatch.setattr(cache._Growing, "append", full)
    split = keep(tmp_path, KEY, Toy())
    assert_whole(split)
    note = (
        f"The decoded pictures cannot be kept in {tmp_path} (No space left on device): they are decoded anew each time."
    )
    assert split.train.note == note
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(cache, "_memory", lambda: 1999)
    with pytest.raises(OSError, match="do not fit into memory"):
        keep(tmp_path, KEY, Toy())


def test_a_source_that_cannot_be_read_is_not_taken_for_a_cache_that_cannot_be_written(tmp_path):
    toy = Toy(problem=OSError(5, "Input/output error", "picture.png"))
    with pytest.raises(OSError, match=r"Input/output error: 'picture\.png'"):
        keep(tmp_path, KEY, toy)
    assert toy.reads == 1
    assert list(tmp_path.iterdir()) == []


def test_pictures_in_memory_are_held_once():
    sink = cache.Sink()
    words = Toy()(sink)
    assert_whole(sink.split(words, ""))
    assert not any(sink.chunks.values())


def test_the_notes_of_the_source_and_of_the_cache_are_both_said(tmp_path, monkeypatch):
    def build(sink):
        return dataclasses.replace(Toy()(sink), note="Of the source.")

    assert keep(tmp_path / "a", KEY, build).train.note == "Of the source."
    assert keep(tmp_path / "a", KEY, build).train.note == "Of the source."
    (tmp_path / "b").write_text("in the way")
    note = keep(tmp_path / "b", KEY, build).train.note
    assert note.startswith("Of the source. The decoded pictures cannot be kept")


def test_what_a_killed_process_left_is_removed_after_a_while_and_what_is_being_written_is_not(tmp_path):
    keep(tmp_path, KEY, Toy())
    source = place_of(tmp_path).name.rpartition("-")[0]
    old, new = (tmp_path / f".{source}-{state}.explorer-new-1" for state in ("a", "b"))
    for folder in (old, new):
        folder.mkdir()
        (folder / "train-pixels.npy").write_bytes(b"?")
    long_ago = time.time() - 2 * cache.LEFT_BEHIND
    for path in (old / "train-pixels.npy", old):
        os.utime(path, (long_ago, long_ago))
    keep(tmp_path, KEY._replace(state="later"), Toy())
    assert not old.exists()
    assert new.exists()


def build_in_a_process(folder, ready, results):
    toy = Toy(200)
    ready.wait()
    split = keep(folder, KEY, toy)
    results.put((split.train.pixels[:, 0, 0, 0].tolist() == list(range(3, 200)), split.train.note))


def test_processes_and_threads_that_build_at_once_do_not_harm_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(3), context.Queue()
    processes = [context.Process(target=build_in_a_process, args=(tmp_path, ready, results)) for _ in range(3)]
    for process in processes:
        process.start()
    assert [results.get(timeout=60) for _ in processes] == [(True, "")] * 3
    for process in processes:
        process.join()
    assert len(list(tmp_path.iterdir())) == 1
    shutil.rmtree(place_of(tmp_path))
    toy, splits = Toy(), []
    threads = [threading.Thread(target=lambda: splits.append(keep(tmp_path, KEY, toy))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(splits), toy.reads) == (3, 1)


def test_a_cache_names_no_files_but_its_own(tmp_path):
    keep(tmp_path, KEY, Toy())
    place = place_of(tmp_path)
    shutil.copy(place / "train-pixels.npy", tmp_path / "other.npy")
    about = json.loads((place / ABOUT).read_text().split("\n", 1)[1])
    about["files"]["../other.npy"] = checksum(tmp_path / "other.npy")
    text = json.dumps(about)
    (place / ABOUT).write_text(f"{sha256(text.encode()).hexdigest()}\n{text}")
    assert read(place) is None


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from([ABOUT, "train-pixels.npy", "test-labels.npy"]),
    place=st.integers(0, 2000),
    damage=st.binary(min_size=1, max_size=12),
    signed=st.booleans(),
)
def test_whatever_the_bytes_a_cache_is_whole_or_none(tmp_path, name, place, damage, signed):
    """`signed`: with checksums that fit the damage, as somebody who means harm would write them."""
    folder = tmp_path / "toy"
    shutil.rmtree(folder, ignore_errors=True)
    keep(folder, KEY, Toy())
    file = place_of(folder) / name
    data = file.read_bytes()
    place %= len(data)
    file.write_bytes(data[:place] + damage + data[place + len(damage) :])
    if signed:
        about = file.parent / ABOUT
        if name == ABOUT:
            text = about.read_text(encoding="utf-8", errors="replace").partition("\n")[2]
        else:
            text = about.read_text().partition("\n")[2]
            known = json.loads(text)
            known["files"][name] = checksum(file)
            text = json.dumps(known)
        about.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
    split = read(file.parent)
    assert split is None or all(isinstance(part, Images) for part in split)
