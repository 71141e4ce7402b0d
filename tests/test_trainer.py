"""The trainer: whatever happens to it, the run goes on to the same model."""

import errno
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
import torch

from explorer import atomic, checkpoint, export, run, tensors, trainer
from explorer.blueprint import blueprint
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.spec import Training
from explorer.train import train

LONG = Training(epochs=100_000)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Reports and snapshots at every step; no export, which takes seconds."""
    monkeypatch.setattr(trainer, "train", lambda *given: train(*given, every=0))
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 0.0)
    monkeypatch.setattr(trainer, "SNAPSHOT_SHARE", 1e9)
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)


@pytest.fixture
def begin(tmp_path, tiny_spec, digits):
    """Begin a run by the name of mine."""

    def begin(spec=tiny_spec, folder=tmp_path / "models" / "runs" / "mine", **more):
        return run.create(folder, replace(spec, classes=10), tmp_path, digits.train, **more)

    return begin


@pytest.fixture
def go(digits):
    """Carry a run on, as `explorer train` does."""

    def go(found, watch=lambda state, report: None, stopping=lambda: False):
        with found.trained():
            return trainer.carry_on(run.read(found.folder), Plan(), digits, watch, stopping)

    return go


@pytest.fixture(scope="module")
def calm(tiny_spec, digits):
    """The weights after an undisturbed training."""
    learner = Learner(replace(tiny_spec, classes=10))
    *_, last = train(learner, digits.train)
    return last.model.state_dict()


def assert_kept(found, weights):
    kept = checkpoint.read(found.model_folder).model().state_dict()
    assert all(torch.equal(kept[name], value) for name, value in weights.items())


def test_a_run_ends_with_its_model_its_history_and_its_word(begin, go, calm):
    found, seen = begin(), []
    assert go(found, lambda state, report: seen.append((state, report.step))) == "done"
    now = found.status()
    assert (now.state, now.step, now.done) == ("done", 12, 1.0)
    assert_kept(found, calm)
    history = checkpoint.read(found.model_folder).history
    assert [each["step"] for each in history] == list(range(1, 13))
    parts = {"reconstruction", "regularization", "kl", "test_reconstruction", "test_kl"}
    assert set(history[0]) == {"step", "epoch", "seconds", "rate", "gradient", "speed", *parts}
    assert [step for state, step in seen if state == "running"][:3] == [1, 2, 3]
    steps = ["encoding the test pictures", "laying out maps", "exporting to ONNX", "drawing the sheet"]
    assert seen[-6:] == [(word, 12) for word in ("saving", *steps, "done")]


def test_a_run_keeps_the_blueprint_of_its_network(begin, go):
    found = begin()
    go(found, stopping=lambda: True)
    assert json.loads((found.folder / run.BLUEPRINT).read_text(encoding="utf-8")) == blueprint(found.spec)


class Killed(BaseException):
    """What a trainer dies of in the middle of its work, without a word."""


@pytest.mark.parametrize("step", [1, 5, 12])
@pytest.mark.parametrize("moment", ["running", "saving"])
def test_killed_at_a_step_it_goes_on_to_the_same_model(begin, digits, go, calm, monkeypatch, step, moment):
    found = begin()

    def kill(state, report):
        if state == moment and report.step >= step:
            raise Killed

    with pytest.raises(Killed), run.locked(found.folder):
        trainer.carry_on(found, Plan(), digits, kill, lambda: False)
    assert go(found) == "done"
    assert_kept(found, calm)
    assert [each["step"] for each in found.metrics()] == list(range(1, 13))


@pytest.mark.parametrize("place", ["keep", "change", "save", "say"])
def test_killed_while_the_model_is_kept_it_is_kept_the_next_time(begin, digits, go, calm, monkeypatch, place):
    """Before and after each of the steps at the end: snapshot, ownership, model, last word."""
    owner = {"keep": run.Run, "change": run, "save": checkpoint, "say": run.Run}[place]
    honest = getattr(owner, place)

    def killed(*given, **more):
        result = honest(*given, **more)
        if place != "say" or given[1] == "done":
            raise Killed
        return result

    found = begin(replace(begin().spec, training=Training(epochs=1)))
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 1e9)
    monkeypatch.setattr(owner, place, killed)
    with pytest.raises(Killed), run.locked(found.folder):
        trainer.carry_on(found, Plan(), digits, lambda state, report: None, lambda: False)
    monkeypatch.setattr(owner, place, honest)
    assert go(found) == "done"
    assert_kept(found, calm)


def test_stopped_it_keeps_the_model_and_goes_on_later(begin, go, calm):
    found = begin()
    assert go(found, stopping=iter([False, False, *[True] * 9]).__next__) == "stopped"
    assert (found.status().state, found.status().step) == ("stopped", 3)
    assert checkpoint.read(found.model_folder).history[-1]["step"] == 3
    assert go(found) == "done"
    assert_kept(found, calm)
    assert [each["step"] for each in checkpoint.read(found.model_folder).history] == list(range(1, 13))


def wait_for(found, state):
    for _ in range(600):
        if found.status().state == state:
            return found.status()
        time.sleep(0.02)
    raise AssertionError(found.status())


def test_paused_by_somebody_else_it_waits_and_the_time_is_not_counted(begin, go):
    found, ended = begin(replace(begin().spec, training=Training(minutes=0.03))), []
    thread = threading.Thread(target=lambda: ended.append(go(found)))
    thread.start()
    wait_for(found, "running")
    found.ask("pause")
    paused = wait_for(found, "paused")
    time.sleep(2.0)
    assert found.status() == paused
    found.ask("go on")
    thread.join()
    assert ended == ["done"]
    assert found.metrics()[-1]["seconds"] == pytest.approx(1.8, abs=0.5)


def test_stopped_while_it_is_paused(begin, go):
    found, ended = begin(replace(begin().spec, training=LONG)), []
    thread = threading.Thread(target=lambda: ended.append(go(found)))
    thread.start()
    wait_for(found, "running")
    found.ask("pause")
    wait_for(found, "paused")
    found.ask("stop")
    thread.join()
    assert ended == ["stopped"]


def test_slow_motion_steps_and_turned_knobs_are_obeyed_and_written_down(begin, go):
    found, ended = begin(replace(begin().spec, training=LONG)), []
    thread = threading.Thread(target=lambda: ended.append(go(found)))
    thread.start()
    wait_for(found, "running")
    found.ask("slow", seconds=0.5)
    wait_for(found, "slow")
    found.ask("pause")
    paused = wait_for(found, "paused")
    seen = tensors.read(found.folder / run.CLOSEUP)[1]["words"]
    assert json.loads(seen)["step"] == paused.step
    found.ask("change", beta=3.0, rate=1e-4)
    found.ask("change", beta=-1.0)
    found.ask("step")
    while found.status().step == paused.step:
        time.sleep(0.02)
    found.ask("stop")
    thread.join()
    assert ended == ["stopped"]
    kept = run.read(found.folder)
    assert [(each["step"], each["values"]) for each in kept.changes] == [(paused.step, {"beta": 3.0, "rate": 1e-4})]
    assert (kept.spec.objective.knobs["beta"], kept.spec.training.rate) == (3.0, 1e-4)
    assert found.metrics()[-1]["step"] == paused.step + 1


def test_an_average_and_a_conditional_model_are_kept(begin, go):
    spec = begin().spec
    found = begin(replace(spec, conditional=True, objective=Choice("factor"), training=Training(epochs=1, ema=0.9)))
    assert go(found, stopping=itertools.chain([False] * 4, itertools.repeat(True)).__next__) == "stopped"
    assert go(found) == "done"
    assert checkpoint.read(found.model_folder).model().spec.conditional


def test_a_loss_that_is_no_number_names_the_snapshot_and_a_smaller_rate_goes_on(begin, go, tiny_spec):
    wild = Training(epochs=20, rate=1.0, precision="float32", threads=1)
    found = begin(replace(tiny_spec, objective=Choice("ae"), likelihood=Choice("gaussian"), training=wild))

    def poison(state, report):
        if report.step == 3:
            with torch.no_grad():
                next(report.learner.model.parameters()).fill_(float("nan"))

    sentence = (
        r"no longer .* The snapshot of step 2 is kept: `explorer resume mine .*--rate 0.1` goes on from it; --clip"
    )
    with pytest.raises(ValueError, match=sentence):
        go(found, poison)
    assert found.status().state == "failed"
    assert "The snapshot of step 2 is kept" in found.status().words
    found = run.change(found, spec=replace(found.spec, training=replace(wild, rate=0.001, epochs=1)))
    assert go(found) == "done"


def test_a_loss_that_is_no_number_before_the_first_snapshot(begin, go, monkeypatch):
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 1e9)

    def poison(state, report):
        with torch.no_grad():
            next(report.learner.model.parameters()).fill_(float("nan"))

    with pytest.raises(ValueError, match=r"There is no snapshot yet: `explorer resume .*` begins anew"):
        go(begin(), poison)


def test_a_model_that_this_run_did_not_make_is_never_replaced(begin, go, tiny, calm):
    found = begin()
    shutil.copytree(tiny.folder, found.model_folder)
    with pytest.raises(ValueError, match=r"is there, but this run did not make it: rename it, then `explorer resume"):
        go(found)
    found.model_folder.rename(found.model_folder.with_name("yours"))

    def arrive(state, report):  # somebody puts one there while it trains
        if report.step == 5 and not found.model_folder.exists():
            shutil.copytree(tiny.folder, found.model_folder)

    with pytest.raises(ValueError, match="this run did not make it"):
        go(found, arrive)
    shutil.rmtree(found.model_folder)
    assert go(found) == "done"
    assert_kept(found, calm)


def test_a_damaged_snapshot_ends_with_a_sentence_and_without_it_the_run_begins_anew(begin, go, calm):
    found = begin()
    go(found, stopping=lambda: True)
    (found.folder / run.SNAPSHOT).write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"is damaged .*: delete it, and `explorer resume` begins anew"):
        go(found)
    (found.folder / run.SNAPSHOT).unlink()
    assert go(found) == "done"
    assert_kept(found, calm)


def test_a_snapshot_of_another_model_ends_with_a_sentence(begin, go):
    found = begin()
    go(found, stopping=lambda: True)
    run.change(found, spec=replace(found.spec, latent=5))
    with pytest.raises(ValueError, match="The snapshot does not belong to this model: look at"):
        go(found)


def test_metrics_of_a_long_training_stay_few(begin, go, monkeypatch):
    monkeypatch.setattr(trainer, "LINE_SHARE", 0.5)
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 1e9)
    found = begin(replace(begin().spec, training=Training(epochs=20)))
    go(found)
    steps = [each["step"] for each in found.metrics()]
    assert len(steps) < 60
    assert steps[-1] == 240


@pytest.mark.parametrize(("many", "wanted"), [(0, []), (3, [0, 1, 2]), (5, [0, 2, 4]), (6, [1, 3, 5])])
def test_a_long_history_is_thinned_and_its_end_stays(many, wanted):
    assert [each["step"] for each in trainer.thin([{"step": step} for step in range(many)], most=3)] == wanted


class Full:
    """A disk that is full from some write on."""

    def __init__(self, monkeypatch, after):
        self.left = after
        for name in ("fsync", "write"):
            honest = getattr(os, name)
            monkeypatch.setattr(os, name, lambda *given, honest=honest: self.count() or honest(*given))

    def count(self):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("after", [0, 1, 3, 8, 15, 40, 60])
def test_a_full_disk_ends_with_a_sentence_and_loses_no_snapshot(begin, go, calm, monkeypatch, after):
    found = begin()
    with monkeypatch.context() as patched:
        disk = Full(patched, after)
        with pytest.raises(OSError, match=r"No space left on device\): make room, then"):
            go(found)
        assert disk.left < 0
    found.snapshot()  # whole, or none yet
    assert not list(found.folder.glob(f".*{atomic.NEW}*"))
    assert go(found) == "done"
    assert_kept(found, calm)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 300 kB."""
    place = tmp_path / "small"
    place.mkdir()
    if os.name != "posix" or os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", place], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("free", [5, 20, 40, 60, 70])
def test_a_disk_that_is_really_full(small_disk, begin, go, calm, free):
    found = begin(folder=small_disk / "runs" / "mine")
    filler = small_disk / "filler"
    taken = shutil.disk_usage(small_disk).free - free * 1024
    filler.write_bytes(bytes(taken))
    with pytest.raises(OSError, match="make room, then"):
        go(found)
    assert found.status().state == "failed"
    assert "make room" in found.status().words
    found.snapshot()
    filler.unlink()
    assert go(found) == "done"
    assert_kept(found, calm)


def test_a_trial_of_the_disk_needs_no_torch():
    code = "import sys; from explorer import run, status, naming, screen, start; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
