"""Kills at random moments of a short training, each followed by `explorer resume`, and what became of each run.

Run `python -m tests.benchmarks.kills 100`. A run is killed (with all that it started) at a moment between its start and
its end; a second or third kill hits the resume itself now and then. Then it is resumed to its end, and its weights are
compared with those of a training that nobody disturbed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

EPOCHS = 60
AGAIN = 0.3  # how often a resume is killed too
WORDS = ["train", "digits", "--epochs", str(EPOCHS), "--batch", "128", "--threads", "1", "--precision", "float32"]


def main() -> None:
    """Print a line for each run that came to harm, and the sum of all."""
    kills, models = int(sys.argv[1]) if len(sys.argv) > 1 else 100, Path(tempfile.mkdtemp())
    start = time.monotonic()
    assert _explorer(models, *WORDS, "--name", "calm") == ""
    seconds = time.monotonic() - start
    print(f"undisturbed: {seconds:.1f} s")
    found, dealt = Counter[str](), 0
    while dealt < kills:
        name = f"run-{dealt}"
        dealt += 1
        _kill(models, seconds, *WORDS, "--name", name)
        while random.random() < AGAIN:
            dealt += 1
            _kill(models, seconds, "resume", name)
        what = _outcome(models, name)
        found[what.partition(":")[0]] += 1
        if what not in ("the same", "not begun"):
            print(f"{name} {what}")
        elif dealt % 10 == 0:
            print(f"{dealt} kills: {dict(found)}", flush=True)
        shutil.rmtree(models / name, ignore_errors=True)
    counts = ", ".join(f"{found[what]} {what}" for what in ("lost", "unreadable", "different", "the same", "not begun"))
    print(f"{dealt} kills: {counts}")
    shutil.rmtree(models)


def _outcome(models: Path, name: str) -> str:
    """Resume a run to its end; return what became of it."""
    from explorer import checkpoint

    begun = (models / "runs" / name / "run.json").exists()
    said = _explorer(models, "resume", name)
    if not begun:
        return "not begun" if "There is no run" in said else f"lost: {said}"
    if said and "is done" not in said:
        return f"lost: {said}"
    try:
        checkpoint.find(name, models).model()
    except (ValueError, LookupError) as error:
        return f"unreadable: {error}"
    calm, disturbed = ((models / each / "model.safetensors").read_bytes() for each in ("calm", name))
    return "the same" if calm == disturbed else "different"


def _explorer(models: Path, *words: str) -> str:
    """Run a command to its end; return what it said if it failed, else nothing."""
    done = subprocess.run(_command(models, words), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr[-500:] or f"exit code {done.returncode}"


def _kill(models: Path, seconds: float, *words: str) -> None:
    """Start a command and kill it, with whatever it started, at a random moment of so many seconds."""
    with subprocess.Popen(
        _command(models, words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(random.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _command(models: Path, words: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "explorer", *words, "--models-dir", str(models)]


if __name__ == "__main__":
    main()
