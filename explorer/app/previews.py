"""Asks the preview process: a page says again and again what it wants to know, and is told as soon as that is known.

One process serves all pages. It is asked one thing at a time, what matters most first; what no page wants any more is
dropped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock, Thread, Timer
from typing import Any

from explorer import preview
from explorer.app import lowly

AFTER = "mould"  # what is done when nobody asks
ORDER = ("menus", "data", "model", "time")  # what is asked first: what a page needs most, and soonest has
KEPT = 200  # answers
REST = 1.5  # seconds without a question after which a decoder is made for what was asked of last
PATIENCE = 2.0  # seconds for which a start waits for a process that is busy: another one takes longer to begin
WANTED = 4.0  # seconds after which a question that no page repeats is dropped
LIMITS = {"menus": 60.0, "data": 60.0, "model": 60.0, "time": 20.0, "mould": 120.0, preview.BECOME: 20.0}  # seconds
LATE: dict[str, dict[str, Any]] = {  # what is answered where a question took longer than that; else CRASHED
    "data": {"problem": "These pictures take too long to be looked at beforehand: choose fewer or smaller ones, or "
             "train on them from the command line."},
    "model": {"problem": "This network takes too long to be looked at beforehand: choose a smaller one, or train it "
              "from the command line."},
    "time": {"warnings": ["A step of this training takes so long that it could not be timed: a smaller batch, fewer "
             "samples or a smaller network make it quicker."]},
}  # fmt: skip
CRASHED = {"problem": "The preview ended without a word: the memory of this machine may be too small for it."}
_known: OrderedDict[str, dict[str, Any]] = OrderedDict()
_wanted: dict[str, float] = {}  # questions without an answer: when a page last repeated them
_news = Condition()
_talking = Lock()  # held while the process has a question
_timed: dict[str, Any] | None = None  # what was asked of last, of which a decoder can be made
_process: subprocess.Popen[str] | None = None
_asker: Thread | None = None


def ask(what: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer to a question (preview.QUESTIONS), or None while it is not known: ask again."""
    question = json.dumps({"ask": what, "values": dict(values)}, sort_keys=True)
    with _news:
        known = _known.get(question)
        if known is not None:
            _known.move_to_end(question)
            if what != ORDER[0] or (_process is not None and _process.poll() is None):
                return known  # else a page has been opened: it is asked again, so that a process is there for it
        _wanted[question] = time.monotonic()
        _start()
        _news.notify_all()
        return known


def forget(what: str) -> None:
    """Ask anew what is known of data sets, as when one was fetched."""
    with _news:
        for question in [each for each in _known if json.loads(each)["ask"] == what]:
            del _known[question]


def wait(what: str, values: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
    """Return the answer to a question, if it comes in so many seconds."""
    until = time.monotonic() + seconds
    while (answer := ask(what, values)) is None and time.monotonic() < until:
        with _news:
            _news.wait(0.5)
    return answer


def _start() -> None:
    global _asker
    if _asker is None or not _asker.is_alive():
        _asker = Thread(target=_ask_all, name="previews", daemon=True)
        _asker.start()


def _ask_all() -> None:
    """Ask what is wanted, for as long as the server lives."""
    while True:
        question = _next()
        answer = _answer(question)
        if json.loads(question)["ask"] == AFTER:
            continue
        with _news:
            _wanted.pop(question, None)
            _known[question] = answer
            if len(_known) > KEPT:
                _known.popitem(last=False)
            _news.notify_all()


def _next() -> str:
    """Wait for a question that a page wants an answer to; of several of a kind, return the newest.

    While nobody wants anything, return once what makes a start quicker: to make the decoder of what was timed last.
    """
    global _timed
    with _news:
        while True:
            for question in [each for each, when in _wanted.items() if time.monotonic() - when > WANTED]:
                del _wanted[question]
            if _wanted:
                question = min(_wanted, key=lambda each: (ORDER.index(json.loads(each)["ask"]), -_wanted[each]))
                asked = json.loads(question)
                _timed = asked["values"] if asked["ask"] == ORDER[-1] else _timed
                return question
            if not _news.wait(REST if _timed else None) and _timed:
                values, _timed = _timed, None
                return json.dumps({"ask": AFTER, "values": values})


def _answer(question: str) -> dict[str, Any]:
    """Ask the process; one that was idle has ended, so it is asked a second time. One that takes too long is killed."""
    what = json.loads(question)["ask"]
    for _ in range(2):
        with _talking:
            process, began = _running(), time.monotonic()
            found = _told(process, question, LIMITS[what])
        if found is not None:
            return found
        process.kill()
        if time.monotonic() - began >= LIMITS[what]:
            return LATE.get(what, CRASHED)
    return CRASHED


def _told(process: subprocess.Popen[str], question: str, limit: float) -> dict[str, Any] | None:
    """Put a question to the process, and return its answer, or None if it is gone: after so many seconds, it is."""
    assert process.stdin is not None
    assert process.stdout is not None
    end = Timer(limit, process.kill)  # Windows cannot wait for a pipe
    end.daemon = True
    end.start()
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return None
    finally:
        end.cancel()
    return found if isinstance(found, dict) else None


def become(command: Sequence[str], log: Path) -> subprocess.Popen[str] | None:
    """Let the process, if it is there and idle, do what a command says, its words into a file; return it.

    It has loaded torch already. The next question starts another one.
    """
    global _process, _timed
    if not _talking.acquire(timeout=PATIENCE):
        return None
    try:
        process, _process, _timed = _process, None, None
        if process is None or process.poll() is not None:
            return None
        values = {"command": list(command), "log": str(log)}
        told = _told(process, json.dumps({"ask": preview.BECOME, "values": values}), LIMITS[preview.BECOME])
        _hang_up(process)
        return process if told is not None else None
    finally:
        _talking.release()


def _hang_up(process: subprocess.Popen[str]) -> None:
    """Close both pipes to a process that is asked nothing more: it may live for days."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # a question that it did not read any more
            if pipe:
                pipe.close()


def _running() -> subprocess.Popen[str]:
    """Return the preview process, started if there is none. It ends when this server does, or after a while."""
    global _process
    if _process is None or _process.poll() is not None:
        _process = subprocess.Popen(
            [sys.executable, "-m", "explorer.preview"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        lowly.step_back(_process)
    return _process
