"""The real server: `explorer app` as a process of its own, and one model of the test's."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from explorer import export, places, run, trainer
from explorer.plan import Plan
from explorer.spec import Training
from explorer.train import train


@dataclass(frozen=True)
class Server:
    """Where the app listens, and the folder of its models."""

    url: str
    port: int
    models: Path
    process: int


@pytest.fixture(scope="session")
def server(tmp_path_factory, tiny):
    """`explorer app` on a free port, with the gallery and a model called `tiny`."""
    models = tmp_path_factory.mktemp("served")
    shutil.copytree(tiny.folder, models / "tiny")
    command = [sys.executable, "-m", "explorer", "app", "--no-browser", "--port", "0", "--models-dir", str(models)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        url = re.search(r"http://localhost:(\d+)", running.stdout.readline())
        yield Server(url.group(0), int(url.group(1)), models, running.pid)
    finally:
        running.terminate()
        running.wait(timeout=20)
        running.stdout.close()


@pytest.fixture
def filmed_run(tmp_path, monkeypatch, tiny_spec, digits):
    """A run of 12 steps that is done, where the server looks for runs."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path))
    spec = replace(tiny_spec.complete(), classes=10, training=Training(epochs=1))
    found = run.create(places.runs_dir(tmp_path) / "mine", spec, tmp_path, digits.train)
    with found.trained(), monkeypatch.context() as quick:
        quick.setattr(trainer, "train", lambda *given: train(*given, every=0))
        quick.setattr(export, "onnx", lambda model, folder: None)
        trainer.carry_on(found, Plan(), digits, lambda state, report: None, lambda: False)
    return found
