"""Where a run stands: its state, written by its trainer, and whether that trainer is still at work."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from explorer import atomic, notes

ALIVE = ("waiting", "starting", "running", "slow", "paused", "saving")  # states in which a process must be at work
ENDED = ("stopped", "failed", "died", "done")
STATES = (*ALIVE, *ENDED)
DRIFT = 5.0  # seconds by which the birth of a process may seem to move, when the clock is set


@dataclass(frozen=True)
class Status:
    """Where a run stands, as a watcher sees it."""

    state: str  # one of STATES; `died` if its process is gone without a word
    step: int = 0
    done: float = 0.0  # share of the budget used, 0 to 1
    words: str = ""  # why it ended
    pid: int = 0
    born: float = 0.0  # when that process began, which tells it from a later one of the same number

    @property
    def alive(self) -> bool:
        """Whether a process is at work on the run."""
        return self.state in ALIVE


def write(file: Path, state: str, step: int = 0, done: float = 0.0, words: str = "") -> None:
    """Write where a run stands that this process trains. OSError if the disk is full."""
    status = Status(state, step, done, words, os.getpid(), born(os.getpid()))
    atomic.write(file, json.dumps(vars(status)).encode())


def read(file: Path) -> Status:
    """Return where a run stands. Where the file is lost or damaged it has `died`: from that it can be resumed."""
    try:
        status = _checked(notes.read(file))
    except ValueError as error:
        return Status("died", words=f"{file} is damaged ({error}); `explorer resume` writes it anew.")
    if status.alive and not is_at_work(status.pid, status.born):
        return replace(status, state="died", words="Its process ended without a word: it was killed, or it crashed.")
    return status


def is_one_of_many() -> bool:
    """Tell whether torchrun started this process, as one of those that share a training: the environment says so."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


def _checked(found: Any) -> Status:
    types = {"state": str, "step": int, "done": float, "words": str, "pid": int, "born": float}
    if not isinstance(found, dict) or {key: type(value) for key, value in found.items()} != types:
        raise ValueError(f"it must hold {', '.join(types)}")
    numbers = found["step"] >= 0 and 0 <= found["done"] <= 1 and 0 <= found["pid"] < 2**31
    if found["state"] not in STATES or not numbers or not math.isfinite(found["born"]):
        raise ValueError(f"its state must be one of {', '.join(STATES)}, and its numbers in their ranges")
    return Status(**found)


def is_at_work(pid: int, since: float) -> bool:
    """Tell whether the process of a number that began at a time (seconds since 1970) is there, and no later one."""
    begun = born(pid)
    return begun > 0 and abs(begun - since) < DRIFT


def born(pid: int) -> float:
    """Return when a process began, in seconds since 1970, or 0 if there is none."""
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE  # it has ended, and its parent has not looked yet
        return 0.0 if dead else float(process.create_time())
    except psutil.Error:
        return 0.0
