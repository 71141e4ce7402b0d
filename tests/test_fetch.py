"""A data set is fetched in a process of its own: how far, and how it ended."""

import os
import threading

import pytest

from explorer import catalog, fetch, status


class Slow:
    """Fetches until it is let go, or fails."""

    def __init__(self, root, error=None):
        self.began, self.go, self.error = threading.Event(), threading.Event(), error

    def load(self, root):
        (root / "part").write_bytes(bytes(3_000_000))
        self.began.set()
        assert self.go.wait(20)
        if self.error:
            raise self.error


def run(monkeypatch, root, slow):
    monkeypatch.setattr(fetch, "LOOK", 0.01)
    monkeypatch.setattr(catalog, "make", lambda kind, choice: slow)
    codes = []
    thread = threading.Thread(target=lambda: codes.append(fetch.main("mnist", root)))
    thread.start()
    return thread, codes


def wait_for(root, reached):
    for _ in range(2000):
        if (now := fetch.read("mnist", root)) and reached(now):
            return now
        threading.Event().wait(0.01)
    raise AssertionError


def test_it_tells_how_many_bytes_have_come(monkeypatch, tmp_path):
    slow = Slow(tmp_path)
    thread, codes = run(monkeypatch, tmp_path, slow)
    now = wait_for(tmp_path, lambda now: now.share >= 0.25)
    assert now.alive
    assert now.words.startswith("3 of about 12 MB")
    assert now.share == pytest.approx(0.25, abs=0.01)
    slow.go.set()
    thread.join()
    assert codes == [0]
    assert fetch.read("mnist", tmp_path) == fetch.Fetched("It is here.", 1.0)


def test_why_it_failed_stays_until_it_is_tried_again(monkeypatch, tmp_path):
    slow = Slow(tmp_path, LookupError("MNIST could be neither found nor fetched: put it there."))
    thread, codes = run(monkeypatch, tmp_path, slow)
    slow.go.set()
    thread.join()
    assert codes == [1]
    assert fetch.read("mnist", tmp_path).words == "MNIST could be neither found nor fetched: put it there."
    fetch.forget("mnist", tmp_path)
    assert fetch.read("mnist", tmp_path) is None


def test_one_that_was_killed_is_told(tmp_path):
    gone = fetch.Fetched("3 MB", 0.2, os.getpid(), status.born(os.getpid()) - 1000)
    fetch._write("mnist", tmp_path, gone)
    now = fetch.read("mnist", tmp_path)
    assert (now.alive, now.words) == (False, "Fetching it ended without a word.")


@pytest.mark.parametrize("text", ["", "[]", '{"words": 1}', '{"pid": 3, "nonsense": 1}'])
def test_nonsense_is_as_nothing(tmp_path, text):
    file = tmp_path / fetch.FOLDER / "mnist.json"
    file.parent.mkdir()
    file.write_text(text)
    assert fetch.read("mnist", tmp_path) is None


def test_sizes_are_read_from_the_menu():
    assert fetch.size("mnist") == 12e6
    assert fetch.size("celeba") == 1.4e9
    assert fetch.size("digits") == 0
