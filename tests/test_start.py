"""`explorer train` and `resume` as processes: killed, interrupted, two at once, many together."""

import contextlib
import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from dataclasses import replace

import pytest
import torch

from explorer import checkpoint, plan, run, screen, start
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.spec import Spec, Training
from explorer.train import train

QUICK = [sys.executable, "-m", "tests.quick"]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "tests.quick"]
SMALL = ["train", "digits", "--name", "mine", "--latent", "3", "--network", "mlp", "--width", "8", "--batch", "128",
         "--likelihood", "continuous_bernoulli", "--threads", "1", "--precision", "float32"]  # fmt: skip
ENVIRONMENT = os.environ | {"PYTHONWARNINGS": "ignore"}
SLOW = ENVIRONMENT | {"SLOW_STEP": "0.01"}  # 40 epochs take 5 seconds: time enough to disturb them


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def begin(models):
    """Start a command; whatever is still at work at the end is killed."""
    begun = []

    def begin(*words, command=QUICK, **options):
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "env": ENVIRONMENT} | options
        process = subprocess.Popen([*command, *words, "--models-dir", str(models)], start_new_session=True, **given)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def end(process, seconds=120):
    """Wait for a process; return its exit code and what it said."""
    said, _ = process.communicate(timeout=seconds)
    return process.returncode, " ".join(said.split())


def wait_for(models, reached, seconds=90, meanwhile=lambda: None):
    """Wait until the run has reached what is asked for; return it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        meanwhile()
        if (models / "runs" / "mine" / run.RUN).exists() and reached(found := run.find("mine", models / "runs")):
            return found
        time.sleep(0.02)
    raise AssertionError("it was not reached")


def has_begun(found):
    return found.status().state == "running" and found.status().step > 0


@pytest.fixture(scope="module")
def calm(digits):
    """The weights after an undisturbed training of 40 epochs."""
    spec = Spec((1, 8, 8), 3, network=Choice("mlp", {"width": 8}), training=Training(epochs=40), classes=10)
    *_, last = train(Learner(spec), digits.train, every=1e9)
    return last.model.state_dict()


def assert_kept(models, weights):
    kept = checkpoint.find("mine", models).model().state_dict()
    assert all(torch.equal(kept[name], value) for name, value in weights.items())


def test_killed_again_and_again_it_ends_with_the_same_weights(begin, models, calm):
    process = begin(*SMALL, "--epochs", "40", env=SLOW)
    steps = [0]
    for environment in (SLOW, SLOW, ENVIRONMENT):
        found = wait_for(models, lambda found: has_begun(found) and found.status().step > steps[-1])
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        now = found.status()
        assert now.state == "died"
        steps.append(now.step)
        process = begin("resume", "mine", env=environment)
    code, said = end(process)
    assert (code, found.status().state) == (0, "done"), said
    assert "Kept as" in said
    assert_kept(models, calm)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_signal_keeps_the_model_and_resume_goes_on(begin, models, calm, number):
    process = begin(*SMALL, "--epochs", "40" if number == signal.SIGINT else "100000", env=SLOW)
    found = wait_for(models, has_begun)
    process.send_signal(number)
    code, said = end(process)
    assert code == 130, said
    assert f"Stopped before its end: `explorer resume mine --models-dir {models}` goes on. Interrupted." in said
    assert found.status().state == "stopped"
    assert checkpoint.find("mine", models).history[-1]["step"] == found.status().step
    if number == signal.SIGINT:
        assert end(begin("resume", "mine"))[0] == 0
        assert_kept(models, calm)


def test_a_second_ctrl_c_ends_at_once_and_the_snapshot_stays(begin, models):
    process = begin(*SMALL, "--epochs", "100000", "--batch", "1", env=ENVIRONMENT | {"SLOW_SAVE": "30"})
    found = wait_for(models, has_begun)
    process.send_signal(signal.SIGINT)
    wait_for(models, lambda found: found.status().state == "saving")
    time.sleep(start.ONCE)
    process.send_signal(signal.SIGINT)
    code, said = end(process, 20)
    assert (code, "Ended at once: `explorer resume mine" in said) == (130, True), said
    assert (found.status().state, found.status().words) == ("stopped", "Interrupted.")
    assert found.snapshot()["step"] == found.status().step
    assert not found.model_folder.exists()


@pytest.mark.slow
def test_a_terminal_that_is_closed_stops_it_and_keeps_the_model(begin, models):
    ours, theirs = pty.openpty()

    def own_terminal():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also where the tests run under nohup
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    process = begin(*SMALL, "--epochs", "100000", stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=own_terminal)
    os.close(theirs)
    os.set_blocking(ours, False)

    def drain():
        with contextlib.suppress(BlockingIOError):
            os.read(ours, 1_000_000)

    found = wait_for(models, has_begun, meanwhile=drain)
    os.close(ours)
    process.wait(timeout=60)
    assert found.status().state == "stopped"
    assert checkpoint.find("mine", models).history


@pytest.mark.slow
def test_a_reader_that_went_away_does_not_end_the_training(begin, models):
    reader, writer = os.pipe()
    process = begin(*SMALL, "--epochs", "40", stdout=writer)
    wait_for(models, lambda found: True)
    os.close(reader)
    os.close(writer)
    process.wait(timeout=90)
    assert run.find("mine", models / "runs").status().state == "done"


def test_a_second_trainer_gets_a_sentence_and_the_first_can_be_paused_and_woken(begin, models):
    process = begin(*SMALL, "--epochs", "100000")
    found = wait_for(models, has_begun)
    code, said = end(begin("resume", "mine"))
    assert (code, said) == (1, f"Error: mine is being trained by another process already ({found.folder}).")
    code, said = end(begin(*SMALL))
    assert (code, said) == (1, f"Error: mine is being trained by process {process.pid}: choose another --name.")
    assert end(begin(*SMALL, "--replace"))[0] == 1
    found.ask("pause")
    wait_for(models, lambda found: found.status().state == "paused")
    code, said = end(begin("resume", "mine", "--rate", "0.1"))
    assert (code, "mine is paused, and can only go on as it is: end it first (Ctrl-C where" in said) == (1, True)
    assert end(begin("resume", "mine")) == (0, f"mine goes on, in process {process.pid}.")
    wait_for(models, lambda found: found.status().state == "running")
    found.ask("stop")
    code, said = end(process)
    assert (code, found.status().state) == (0, "stopped")
    assert said.endswith(f"Stopped before its end: `{found.command}` goes on.")


@pytest.mark.slow
def test_two_processes_have_the_loss_of_one():
    """20 steps: 72 of 1,438 pictures a step, so that two halves have the same size; the mean loss of all steps."""
    alone, together = (
        json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT).stdout)
        for command in ([sys.executable, "-m", "tests.together"], [*TORCHRUN[:-1], "tests.together"])
    )
    assert together == pytest.approx(alone, rel=1e-5)


@pytest.mark.slow
def test_two_processes_keep_one_model_and_its_weights(begin, models):
    words = [*SMALL, "--batch", "72", "--epochs", "1"]
    assert end(begin(*words))[0] == 0
    weights = checkpoint.find("mine", models).model().state_dict()
    code, said = end(begin(*words, "--replace", command=TORCHRUN))
    assert (code, said.count("2 processes together"), said.count("Kept as")) == (0, 1, 1), said
    together = checkpoint.find("mine", models).model().state_dict()
    assert all(torch.allclose(together[name], value, atol=1e-3) for name, value in weights.items())


@pytest.mark.slow
def test_two_processes_find_out_how_long_to_train(begin, models):
    assert end(begin(*SMALL, command=TORCHRUN))[0] == 0
    found = run.find("mine", models / "runs")
    assert found.spec.training.epochs == 2
    assert found.plan == {"threads": 1, "precision": "float32", "device": "cpu", "world": 2}
    code, said = end(begin("resume", "mine", "--epochs", "3"))
    assert (code, "by 2 processes so far, and goes on on cpu by 1 process: its numbers" in said) == (0, True), said


@pytest.mark.slow
def test_two_processes_stop_together(begin, models):
    process = begin(*SMALL, "--epochs", "100000", command=TORCHRUN)
    found = wait_for(models, has_begun)
    process.send_signal(signal.SIGINT)  # which torchrun passes on
    said = end(process, 60)[1]
    assert found.status().state == "stopped", said
    assert checkpoint.find("mine", models).history[-1]["step"] == found.status().step


@pytest.mark.slow
@pytest.mark.parametrize("rank", [0, 1])
def test_when_one_of_two_processes_is_killed_the_other_does_not_hang(begin, models, rank):
    process = begin(*SMALL, "--epochs", "100000", command=TORCHRUN)
    found = wait_for(models, has_begun)
    first = found.status().pid
    workers = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout
    other = next(int(pid) for pid in workers.split() if int(pid) != first)
    os.kill(first if rank == 0 else other, signal.SIGKILL)
    end(process, 60)
    assert found.status().state in ("died", "failed")
    code, said = end(begin("resume", "mine", "--epochs", str(found.status().step // 12 + 20)))  # 12 steps an epoch
    assert (code, found.status().state) == (0, "done"), said


@pytest.mark.slow
def test_errors_before_the_training_end_with_a_sentence_for_all_of_many(begin, models):
    code, said = end(begin("resume", "none", command=TORCHRUN), 60)
    assert code == 1
    assert "Error: There is no run 'none'" in said


def test_more_is_given_to_a_run_that_is_done(models, tiny_spec, digits):
    """Epochs count instead of minutes where they are given later."""
    found = run.create(
        models / "runs" / "mine", replace(tiny_spec, training=Training(minutes=1.0)), models, digits.train
    )
    assert start._with_more(found, {"epochs": 7}).spec.training == Training(minutes=0.0, epochs=7)
    assert start._with_more(found, {"minutes": 2.0}).spec.training.minutes == 2.0
    run.change(found, spec=replace(tiny_spec, training=Training(minutes=1.0)))
    found.say("done", 3, 1.0)
    found.append({"step": 3, "epoch": 1.0, "seconds": 60.0})
    found.model_folder.mkdir()
    with pytest.raises(ValueError, match="mine is done: give it more --epochs or --minutes"):
        start._with_more(found, {})
    with pytest.raises(ValueError, match="mine has been trained for 1 epochs, in 1 minutes, already: give it more"):
        start._with_more(found, {"rate": 0.1})
    found.model_folder.rmdir()  # its model was lost: it is kept again
    assert start._with_more(found, {}).spec == run.read(found.folder).spec


def test_a_run_says_when_it_goes_on_elsewhere(models, tiny_spec, digits):
    found = run.create(models / "runs" / "mine", tiny_spec, models, digits.train)
    place, plan = {"device": "cpu", "world": 1}, {"threads": 1, "precision": "float32"}
    assert start._moved(replace(found, plan=plan), place) == ""  # a run of an older version
    assert start._moved(replace(found, plan=plan | place), place) == ""
    words = (
        "mine was trained on cuda by 2 processes so far, and goes on on cpu by 1 process: its numbers differ a little."
    )
    assert start._moved(replace(found, plan=plan | {"device": "cuda", "world": 2}), place) == words


def test_who_watches_is_told_that_the_machine_is_tried_out(monkeypatch, models, tiny_spec, digits):
    found = run.create(models / "runs" / "mine", tiny_spec, models, digits.train)
    told = []
    monkeypatch.setattr(plan, "choose", lambda *_: told.append(found.status().words) or plan.Plan(threads=2))
    planned, how = start._planned(found, plan.Plan(), digits, screen.console())
    assert told == ["Timing a few steps, to use the machine well."]
    assert (planned.plan["threads"], how.threads) == (2, 2)


@pytest.mark.parametrize("state", ["done", "stopped"])
def test_what_has_been_trained_already_is_not_given_again(models, tiny_spec, digits, state):
    found = run.create(models / "runs" / "mine", replace(tiny_spec, training=Training(epochs=5)), models, digits.train)
    found.append({"step": 9, "epoch": 3.5, "seconds": 90.0})
    found.say(state, 9, 0.7)
    for turned in ({"epochs": 3}, {"minutes": 1.5}, {"epochs": 2, "rate": 0.1}):
        with pytest.raises(ValueError, match=r"trained for 3\.5 epochs, in 1\.5 minutes, already"):
            start._with_more(found, turned)
    assert run.read(found.folder) == found
    assert start._with_more(found, {"epochs": 4, "rate": 0.1}).spec.training == Training(epochs=4, rate=0.1)
    assert start._with_more(found, {"clip": 1.0}).spec.training.clip == 1.0  # there is something left to do
