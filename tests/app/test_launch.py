"""Trainings that the app starts: real processes, which go on without it."""

import contextlib
import os
import signal
import sys
import threading
import time

import psutil
import pytest

from explorer import checkpoint, places, run
from explorer.app import launch, previews

QUICK = (sys.executable, "-m", "tests.quick")
SMALL = {"data": "digits", "network": "mlp", "width": 8, "latent": 3, "threads": 1, "precision": "float32"}


@pytest.fixture
def models(monkeypatch, tmp_path):
    """A folder of models of its own, and quick trainers; what is still at work at the end is killed."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path))
    monkeypatch.setattr(launch, "COMMAND", QUICK)
    monkeypatch.setattr(launch, "_started", {})
    monkeypatch.setattr(previews, "become", lambda command, log: None)
    yield tmp_path
    for process in launch._started.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(reached, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := reached():
            return found
        time.sleep(0.05)
    raise AssertionError("it was not reached")


def state(models, name):
    try:
        return run.find(name, places.runs_dir(models)).status().state
    except LookupError:
        return ""


def test_a_training_is_begun_kept_and_told_of(models):
    (name,) = launch.train([{**SMALL, "epochs": 2}])
    assert name == "digits-vae-3d"
    assert launch.is_starting(name)
    process = psutil.Process(launch._started[name].pid)
    assert os.getsid(process.pid) != os.getsid(0)  # Ctrl-C of the server does not reach it
    assert process.nice() >= 10
    wait_for(lambda: state(models, name) == "done")
    assert launch._started[name].wait(60) == 0
    assert checkpoint.find(name, models).spec.latent == 3
    assert any("Kept as" in line for line in launch.last_words(name, 9))
    assert not launch.is_starting(name)


def test_names_are_free_before_the_folders_are_there(models):
    assert launch.train([{**SMALL, "epochs": 1}, {**SMALL, "epochs": 1}]) == ["digits-vae-3d", "digits-vae-3d-2"]


def test_so_many_train_at_a_time_and_the_others_wait_in_line(models, monkeypatch):
    monkeypatch.setenv("SLOW_STEP", "0.02")
    first, second = launch.train([{**SMALL, "epochs": 1000}, {**SMALL, "epochs": 1000}])
    wait_for(lambda: {state(models, first), state(models, second)} == {"running", "waiting"})
    ahead, behind = sorted((first, second), key=lambda name: state(models, name))
    run.find(ahead, places.runs_dir(models)).ask("stop")
    wait_for(lambda: state(models, behind) == "running")


def test_a_trainer_that_dies_before_its_run_is_there_leaves_its_last_words(models):
    (name,) = launch.train([{**SMALL, "conditional": True, "latent": 600}])
    launch._started[name].wait(60)
    assert not launch.is_starting(name)
    assert "latent" in " ".join(launch.last_words(name))


def test_a_run_is_resumed_and_branched(models):
    (name,) = launch.train([{**SMALL, "epochs": 2}])
    launch._started[name].wait(90)
    new = launch.branch(name, 0)
    assert new == f"{name}-2"
    launch._started[new].wait(90)
    assert run.find(new, places.runs_dir(models)).parent == f"{name}@0"
    launch.resume(name)
    launch._started[name].wait(60)
    assert "is done" in " ".join(launch.last_words(name))


def test_of_several_who_resume_a_run_at_once_one_starts_a_trainer(models, monkeypatch):
    monkeypatch.setenv("SLOW_STEP", "0.02")
    (name,) = launch.train([{**SMALL, "epochs": 1000}])
    wait_for(lambda: state(models, name) == "running")
    with pytest.raises(ValueError, match="goes on already"):
        launch.resume(name)
    run.find(name, places.runs_dir(models)).ask("pause")
    wait_for(lambda: state(models, name) == "paused")
    launch.resume(name)  # wakes it
    wait_for(lambda: state(models, name) == "running")
    process = launch._started[name]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
    assert state(models, name) == "died"
    told = []

    def resume():
        try:
            launch.resume(name)
        except ValueError as error:
            told.append(str(error))

    threads = [threading.Thread(target=resume) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [word.partition(":")[0] for word in told] == [f"{name} goes on already"] * 4
    wait_for(lambda: state(models, name) == "running")
    assert run.find(name, places.runs_dir(models)).status().pid == launch._started[name].pid != process.pid


@pytest.mark.parametrize("name", ["../../etc/passwd", "nobody", "a\0b", "", "/etc/hosts"])
def test_words_of_other_files_are_not_told(models, name):
    assert launch.last_words(name) == []


def test_only_data_sets_of_the_menu_are_fetched(models):
    for name in ("folder", "../x", "nothing"):
        with pytest.raises(LookupError, match="There is no data set"):
            launch.get(name)


def test_the_number_of_trainers_is_a_setting(monkeypatch):
    monkeypatch.delenv("EXPLORER_TRAINERS", raising=False)
    assert launch.trainers() == 1
    for word, number in (("3", 3), ("0", 1), ("many", 1)):
        monkeypatch.setenv("EXPLORER_TRAINERS", word)
        assert launch.trainers() == number
