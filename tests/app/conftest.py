"""The real server: `explorer app` as a process of its own, and one model of the test's."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


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
