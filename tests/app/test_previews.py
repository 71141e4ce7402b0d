"""What the server asks the preview process for, and when."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import pytest

from explorer.app import previews


@pytest.fixture
def heard(monkeypatch):
    """The questions that the process hears, in order; each is answered with its name."""
    asked = []

    def told(question):
        asked.append(json.loads(question))
        return {"of": asked[-1]["ask"]}

    for name, value in {"_known": type(previews._known)(), "_wanted": {}, "_asker": None, "_timed": None}.items():
        monkeypatch.setattr(previews, name, value)
    monkeypatch.setattr(previews, "_answer", told)
    monkeypatch.setattr(previews, "REST", 0.2)
    return asked


def test_once_nobody_asks_the_decoder_of_what_was_timed_is_made_once(heard):
    values = {"data": "digits"}
    assert previews.wait("time", values, 5) == {"of": "time"}
    until = time.monotonic() + 5
    while len(heard) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    assert heard == [{"ask": "time", "values": values}, {"ask": "mould", "values": values}]


def test_nothing_is_made_where_nothing_was_timed(heard):
    assert previews.wait("data", {"data": "digits"}, 5) == {"of": "data"}
    time.sleep(0.5)
    assert [each["ask"] for each in heard] == ["data"]


ECHO = "import sys; [print('{}', flush=True) for _ in sys.stdin]"


@pytest.fixture
def process(monkeypatch):
    """A process that answers each question, as the one that is there."""
    with subprocess.Popen([sys.executable, "-c", ECHO], stdin=-1, stdout=-1, text=True) as process:
        monkeypatch.setattr(previews, "_process", process)
        yield process
        process.kill()


def test_a_start_waits_a_little_for_a_process_that_is_busy(process, monkeypatch, tmp_path):
    """It is asked once the process is done; where it is not in time, another one must begin."""
    previews._talking.acquire()
    threading.Timer(0.2, previews._talking.release).start()
    assert previews.become(["train"], tmp_path / "log") is process
    monkeypatch.setattr(previews, "PATIENCE", 0.1)
    with previews._talking:
        assert previews.become(["train"], tmp_path / "log") is None


def test_a_process_that_became_a_trainer_keeps_no_pipe_open(process, tmp_path):
    assert previews.become(["train"], tmp_path / "log") is process
    assert process.stdin.closed
    assert process.stdout.closed


def test_a_question_that_takes_too_long_is_given_up_and_the_next_is_answered(monkeypatch):
    """One link could ask for a training whose steps take minutes, while nobody else gets so much as a menu."""
    busy = (
        "import sys, time; [time.sleep(30 if 'huge' in line else 0) or print('{}', flush=True) for line in sys.stdin]"
    )
    begun = []

    def running():
        if not begun or begun[-1].poll() is not None:
            begun.append(subprocess.Popen([sys.executable, "-c", busy], stdin=-1, stdout=-1, text=True))
        return begun[-1]

    monkeypatch.setattr(previews, "_running", running)
    monkeypatch.setitem(previews.LIMITS, "time", 1.0)
    before = time.monotonic()
    told = previews._answer(json.dumps({"ask": "time", "values": {"size": "huge"}}))
    assert time.monotonic() - before < 15
    assert "a smaller batch" in told["warnings"][0]
    assert previews._answer(json.dumps({"ask": "menus", "values": {}})) == {}
    assert len(begun) == 2
    begun[-1].kill()
    for process in begun:
        process.communicate()


@pytest.mark.parametrize("what", [*previews.ORDER, previews.AFTER])
def test_there_is_a_limit_for_each_question(what):
    assert 0 < previews.LIMITS[what] <= 120
