"""The training loop: it learns, it repeats, it stops where it must."""

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.spec import Spec, Training
from explorer.train import train


def run(spec, images, **training):
    return list(train(replace(spec, training=Training(**training)), images, every=0))


def test_it_is_a_generator_of_which_one_can_take_five(tiny_spec, digits):
    five = list(itertools.islice(train(tiny_spec, digits.train, every=0), 5))
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
    (whole,) = train(tiny_spec, digits.train, every=1e9)
    for name in whole.parts:
        assert whole.parts[name] == pytest.approx(np.mean([progress.parts[name] for progress in each]), rel=1e-4)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_spec, digits):
    one, two, other = (run(tiny_spec, digits.train, epochs=1, seed=seed)[-1].model.state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_pictures_of_another_shape_are_refused(tiny_spec):
    with pytest.raises(ValueError, match=r"for pictures of shape \(1, 8, 8\), the data set's are \(1, 9, 9\)"):
        next(train(tiny_spec, Images(np.zeros((4, 1, 9, 9), np.uint8))))


def test_a_loss_that_is_no_number_stops_the_run(digits):
    spec = Spec((1, 8, 8), objective=Choice("ae"), training=Training(rate=1.0, epochs=1))
    images = digits.train
    runs = train(spec, images, every=0)
    progress = next(runs)
    with torch.no_grad():
        next(progress.learner.model.parameters()).fill_(float("nan"))
    with pytest.raises(ValueError, match="no longer a number at step 2: try a smaller --rate"):
        next(runs)


def test_fewer_pictures_than_a_batch(tiny_spec, digits):
    *_, last = run(tiny_spec, digits.train.take(slice(0, 5)), epochs=3)
    assert last.step == 3
