"""The training loop: it learns, it repeats, it stops where it must."""

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.learner import Learner
from explorer.spec import Training
from explorer.train import train


def run(spec, images, **training):
    return list(train(Learner(replace(spec, training=Training(**training))), images, every=0))


def test_it_is_a_generator_of_which_one_can_take_five(tiny_spec, digits):
    five = list(itertools.islice(train(Learner(tiny_spec), digits.train, every=0), 5))
    assert [progress.step for progress in five] == [1, 2, 3, 4, 5]
    assert 0 < five[-1].done < 1
    assert five[-1].images_per_second > 0


def test_it_ends_after_the_epochs_that_were_asked_for(tiny_spec, digits):
    *_, last = run(tiny_spec, digits.train, epochs=2, batch=100)
    assert (last.step, last.epoch, last.done) == (2 * 15, 2.0, 1.0)


def test_it_ends_after_the_minutes_that_were_asked_for(tiny_spec, digits):
    start = time.monotonic()
    *_, last = run(tiny_spec, digits.train, minutes=0.02)
    assert 1.1 < time.monotonic() - start < 10
    assert last.done == 1.0


def test_it_learns(tiny_spec, digits):
    wide = replace(tiny_spec, network=Choice("mlp", {"width": 64}))
    first, *_, last = run(wide, digits.train, epochs=8)
    assert last.loss < 0.8 * first.loss
    assert last.loss == pytest.approx(sum(last.parts.values()))


def test_the_loss_reported_is_the_mean_since_the_last_report(tiny_spec, digits):
    each = run(tiny_spec, digits.train, epochs=1)
    (whole,) = train(Learner(tiny_spec), digits.train, every=1e9)
    for name in whole.parts:
        assert whole.parts[name] == pytest.approx(np.mean([progress.parts[name] for progress in each]), rel=1e-4)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_spec, digits):
    one, two, other = (run(tiny_spec, digits.train, epochs=1, seed=seed)[-1].model.state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_pictures_of_another_shape_are_refused(tiny_spec):
    with pytest.raises(ValueError, match=r"for pictures of shape \(1, 8, 8\), the data set's are \(1, 9, 9\)"):
        next(train(Learner(tiny_spec), Images(np.zeros((4, 1, 9, 9), np.uint8))))


def test_a_loss_that_is_no_number_stops_it(tiny_spec, digits):
    learner = Learner(tiny_spec)
    runs = train(learner, digits.train, every=0)
    next(runs)
    with torch.no_grad():
        next(learner.model.parameters()).fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="no longer a number at step 2"):
        next(runs)


def test_it_stops_where_it_is_told_and_goes_on_from_there(tiny_spec, digits):
    calm, learner = run(tiny_spec, digits.train, epochs=1)[-1], Learner(tiny_spec)
    for progress in train(learner, digits.train, every=0):
        learner.stopping = progress.step == 4
    assert (progress.step, progress.done) == (4, pytest.approx(4 / 12))
    learner.stopping = False
    *_, last = train(learner, digits.train)
    assert last.done == 1.0
    for name, value in calm.model.state_dict().items():
        assert torch.equal(last.model.state_dict()[name], value)


def test_what_is_done_already_is_reported_once_and_nothing_is_trained(tiny_spec, digits):
    learner = Learner(tiny_spec)
    *_, last = train(learner, digits.train)
    (again,) = train(learner, digits.train)
    assert (again.step, again.done, again.parts) == (last.step, 1.0, {})


def test_minutes_count_across_restarts_and_the_time_of_the_watcher_does_not(tiny_spec, digits):
    spec, kept, passed = replace(tiny_spec, training=Training(minutes=0.02)), None, []
    for _ in range(3):
        learner = Learner(spec)
        learner.restore(kept) if kept else None
        start, slept = time.monotonic(), 0.0
        for progress in train(learner, digits.train, every=0.1):
            time.sleep(0.1)
            slept += 0.1
            learner.stopping = progress.seconds > len(passed) * 0.4 + 0.4 and len(passed) < 2
        passed.append(time.monotonic() - start - slept)
        kept = learner.state()
    assert progress.done == 1.0
    assert progress.seconds == pytest.approx(1.2, abs=0.4)
    assert sum(passed) == pytest.approx(1.2, abs=0.6)


def test_the_speed_leaves_out_what_the_watcher_does(tiny_spec, digits):
    speeds = []
    for pause in (0.0, 0.5):
        runs = train(Learner(replace(tiny_spec, training=Training(epochs=50))), digits.train, every=0.1)
        next(runs)
        time.sleep(pause)
        speeds.append(next(runs).images_per_second)
    assert speeds[1] > speeds[0] / 4


def test_fewer_pictures_than_a_batch(tiny_spec, digits):
    *_, last = run(tiny_spec, digits.train.take(slice(0, 5)), epochs=3)
    assert last.step == 3
