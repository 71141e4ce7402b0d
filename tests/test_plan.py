"""How a training uses the machine: the fastest way that was tried, unless it is told which."""

from dataclasses import replace

import numpy as np
import psutil
import pytest
import torch

from explorer import plan, start
from explorer.datasets import Images
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.spec import Training
from explorer.train import train


def choose(monkeypatch, tiny_spec, speeds, how=None, **training):
    """Choose a plan on a machine of four cores with the given steps per second of (threads, precision)."""
    tried = []

    def speed(spec, images, found):
        tried.append((found.threads, found.precision))
        assert found.world == 1  # timed alone, where the others wait
        return speeds[tried[-1]]

    monkeypatch.setattr(plan, "speed", speed)
    monkeypatch.setattr(plan, "_thread_counts", lambda: [1, 2, 4])
    images = Images(np.zeros((10, 1, 8, 8), np.uint8))
    spec = replace(tiny_spec, training=Training(**{"epochs": 10_000} | training))
    found = plan.choose(spec, images, how or Plan())
    return found, tried


SPEEDS = {
    (1, "float32"): 100, (2, "float32"): 151, (4, "float32"): 90,
    (1, "bfloat16"): 180, (2, "bfloat16"): 300, (4, "bfloat16"): 310,
}  # fmt: skip


def test_the_faster_numbers_and_then_the_fastest_threads_are_taken(monkeypatch, tiny_spec):
    found, tried = choose(monkeypatch, tiny_spec, SPEEDS)
    assert found == Plan("cpu", 2, "bfloat16")
    assert tried == [(1, "float32"), (1, "bfloat16"), (2, "bfloat16"), (4, "bfloat16")]


def test_what_is_hardly_faster_is_not_preferred_to_the_simpler(monkeypatch, tiny_spec):
    even = {**SPEEDS, (1, "bfloat16"): 104, (2, "float32"): 149, (4, "float32"): 249}
    assert choose(monkeypatch, tiny_spec, even)[0] == Plan("cpu", 1, "float32")


@pytest.mark.parametrize(("fast", "threads"), [((149, 251), 4), ((151, 226), 2), ((151, 227), 4)])
def test_more_threads_must_bring_half_of_what_they_could(monkeypatch, tiny_spec, fast, threads):
    speeds = {**SPEEDS, (2, "float32"): fast[0], (4, "float32"): fast[1]}
    assert choose(monkeypatch, tiny_spec, speeds, precision="float32")[0] == Plan("cpu", threads, "float32")


@pytest.mark.parametrize("training", [{"epochs": 1000}, {"minutes": 0.2}])
def test_for_a_training_of_seconds_nothing_else_is_tried(monkeypatch, tiny_spec, training):
    found, tried = choose(monkeypatch, tiny_spec, SPEEDS, **training)
    assert (found, tried) == (Plan("cpu", 1, "float32"), [(1, "float32")])


def test_what_is_forced_is_kept_and_not_tried(monkeypatch, tiny_spec):
    assert choose(monkeypatch, tiny_spec, {}, threads=3, precision="bfloat16") == (Plan("cpu", 3, "bfloat16"), [])
    found, tried = choose(monkeypatch, tiny_spec, SPEEDS, precision="float32")
    assert (found.threads, {precision for _, precision in tried}) == (2, {"float32"})
    found, tried = choose(monkeypatch, tiny_spec, SPEEDS, threads=2)
    assert (found, {threads for threads, _ in tried}) == (Plan("cpu", 2, "bfloat16"), {2})


def test_those_that_share_a_training_take_one_thread_each_and_keep_their_places(monkeypatch, tiny_spec):
    found, tried = choose(monkeypatch, tiny_spec, SPEEDS, Plan(rank=0, world=4))
    assert found == Plan("cpu", 1, "bfloat16", 0, 4)
    assert tried == [(1, "float32"), (1, "bfloat16")]


def test_a_trial_measures_and_leaves_no_trace(tiny_spec, digits):
    one, two = ([*train(Learner(tiny_spec), digits.train)][-1].model.state_dict() for _ in range(2))
    assert plan.speed(tiny_spec, digits.train, Plan()) > 0
    assert plan.speed(tiny_spec, digits.train.take(slice(0, 3)), Plan(precision="bfloat16")) > 0
    three = [*train(Learner(tiny_spec), digits.train)][-1].model.state_dict()
    assert all(torch.equal(one[name], two[name]) and torch.equal(one[name], three[name]) for name in one)


@pytest.mark.parametrize(("cores", "counts"), [(1, [1]), (4, [1, 2, 4]), (6, [1, 2, 4, 6])])
def test_threads_are_tried_up_to_the_cores_that_this_process_may_use(monkeypatch, cores, counts):
    monkeypatch.setattr(psutil.Process, "cpu_affinity", lambda self: list(range(cores)), raising=False)
    assert plan._thread_counts() == counts


def test_a_device_that_is_not_here_is_named_with_those_that_are(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert plan.joined("auto") == Plan("cpu")
    with pytest.raises(ValueError, match="There is no device 'cuda' here; choose one of: cpu, or auto"):
        plan.joined("cuda")


@pytest.fixture
def gpus(monkeypatch):
    """Be the second of two processes on a machine with GPUs; return what is done to it, in order."""
    done = []
    for name, value in {"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "set_device", lambda number: done.append(f"set device {number}"))
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.distributed, "init_process_group", lambda timeout: done.append("meet"))
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 2)
    return done


def test_each_process_takes_its_own_gpu_before_it_meets_the_others(gpus):
    assert plan.joined("auto") == Plan("cuda:1", rank=1, world=2)
    assert gpus == ["set device 1", "meet"]


def test_a_run_stays_on_its_device_if_that_is_here_and_no_other_is_asked_for(gpus, monkeypatch):
    here = plan.joined("auto")
    assert plan.again(here, {"device": "cpu"}, "auto").device == "cpu"
    assert plan.again(here, {"device": "cuda"}, "auto") == here
    for kept in ({"device": "mps"}, {"threads": 1}, {}):
        assert plan.again(here, kept, "auto") == here
    assert plan.again(here, {"device": "cpu"}, "cuda") == here
    monkeypatch.delenv("RANK")
    assert plan.again(here, {"device": "cuda"}, "auto").device == "cuda"


def test_one_word_of_torchrun_alone_in_the_environment_means_nothing(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.setenv("RANK", "1")
    assert plan.joined("cpu") == Plan("cpu")
    assert start._is_first()


def test_how_long_is_found_out_alone(monkeypatch, tiny_spec):
    timed = []
    monkeypatch.setattr(plan, "speed", lambda spec, images, how: timed.append(how) or 1.0)
    images = Images(np.zeros((1280, 1, 8, 8), np.uint8))
    assert plan.usual_epochs(tiny_spec, images, Plan("cpu", 2, rank=0, world=4)) == 30  # 300 steps, ten an epoch
    assert timed == [Plan("cpu", 2)]


def test_alone_everything_is_agreed_already():
    assert plan.agreed(Plan(), 0.5, 1.0) == (0.5, 1.0)
    assert plan.shared("it", Plan()) == "it"
    plan.part(Plan())
