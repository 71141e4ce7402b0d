"""Real servers and real trainers, for tests that kill them: each is a process of its own, and none is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import psutil

from explorer import places, run

CALM = ["--network", "mlp", "--width", "8", "--latent", "2", "--threads", "1", "--precision", "float32"]


def wait_for(reached: Any, seconds: float = 60) -> Any:
    """Return what is reached, as soon as it is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := reached():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not reached in {seconds:g} s")


class Place:
    """A folder of models and one of data, with a server and trainers of their own."""

    def __init__(self, models: Path, data: Path) -> None:
        self.models, self.data = models, data
        self.runs = places.runs_dir(models)
        self.began: list[subprocess.Popen[Any]] = []
        self.url = ""

    def serve(self, port: int = 0) -> subprocess.Popen[Any]:
        """Start a server, whose address is `url` from then on."""
        began = self._start(["tests.app.quickly", "app", "--no-browser", "--port", str(port)], stdout=subprocess.PIPE)
        self.url = re.search(rb"http://localhost:\d+", began.stdout.readline())[0].decode()
        return began

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def explorer(self, *words: object, **environment: object) -> subprocess.Popen[Any]:
        """Start a command of the terminal, with quick trainers."""
        return self._start(
            ["tests.quick", *map(str, words)], environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def said(self, *words: object, **environment: object) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it said, on one line."""
        began = self.explorer(*words, **environment)
        said = began.communicate(timeout=90)[0].decode()
        return began.returncode, " ".join(said.split())

    def _start(
        self, words: list[str], environment: dict[str, object] | None = None, **more: Any
    ) -> subprocess.Popen[Any]:
        own = {"EXPLORER_MODELS": self.models, "EXPLORER_DATA": self.data, "PYTHONUNBUFFERED": 1} | (environment or {})
        told = {name: str(value) for name, value in own.items()}
        command = [sys.executable, "-m", *words]
        self.began.append(subprocess.Popen(command, env=os.environ | told, start_new_session=True, **more))
        return self.began[-1]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """Ask the server for a path; with a body it is posted. Return status and text."""
        data = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(f"{self.url}/live/runs/{path}", data), timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def told(self, name: str) -> dict[str, Any]:
        """Return what a page is told of a run."""
        status, text = self.ask(quote(name))
        assert status == 200, text
        return json.loads(text)

    def find(self, name: str) -> run.Run:
        return run.find(name, self.runs)

    def state(self, name: str) -> str:
        """Return the state of a run; empty before it is there."""
        with contextlib.suppress(LookupError):
            return self.find(name).status().state
        return ""

    def reaches(self, name: str, step: int) -> int:
        """Wait until a run has a snapshot, and its film a moment, of a step or a later one; return its process."""

        def there() -> int:
            with contextlib.suppress(LookupError):
                now = self.find(name).status()
                return now.pid if now.step >= step else 0
            return 0

        return wait_for(there)

    def trainers(self) -> list[int]:
        """Return the processes that train here."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            words, own = process.info["cmdline"] or [], process.info["environ"] or {}
            if own.get("EXPLORER_MODELS") == str(self.models) and {"train", "resume", "branch"} & set(words):
                found.append(process.pid)
        return found

    def end(self) -> None:
        """End all that was begun, and all that these began."""
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("EXPLORER_MODELS") == str(self.models):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        for began in self.began:
            began.wait(20)
            for stream in (began.stdout, began.stderr):
                if stream:
                    stream.close()


def kill(process: int | psutil.Process) -> None:
    """`kill -9` a process, and wait until it is gone."""
    found = psutil.Process(process) if isinstance(process, int) else process
    found.kill()
    with contextlib.suppress(psutil.Error):
        found.wait(20)
