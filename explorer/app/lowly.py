"""Processes that the server starts step back behind it, so that its pages stay quick."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import Any

import psutil

NICE, HALF = 10, 5


def step_back(process: subprocess.Popen[Any], by: int = NICE) -> None:
    """Let a process have what others leave of the machine; one that has ended already is let go."""
    with suppress(psutil.Error):
        psutil.Process(process.pid).nice(by if os.name == "posix" else psutil.BELOW_NORMAL_PRIORITY_CLASS)
