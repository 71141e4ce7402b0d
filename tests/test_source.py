"""Where batches come from: every picture once an epoch, from memory or from the disk, in shares for many."""

import re
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
import torch

from explorer import source
from explorer.datasets import Images
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.source import Source
from explorer.spec import Spec, Training
from explorer.train import train

SPEC = Spec((1, 4, 4), 2, training=Training(batch=4, epochs=1))


def numbered(n, **more):
    """Pictures each of whose pixels is its number."""
    return Images(np.arange(n, dtype=np.uint8)[:, None, None, None].repeat(4, 2).repeat(4, 3), **more)


def seen(batch):
    return [round(value) for value in (batch.x[:, 0, 0, 0] * 255).tolist()]


def test_an_epoch_has_each_picture_once_and_the_next_has_another_order():
    pictures = Source(numbered(10), SPEC, Plan())
    assert (pictures.per_epoch, pictures.per_step) == (3, pytest.approx(10 / 3))
    first, second = ([seen(pictures.batch(3 * epoch + step)) for step in range(3)] for epoch in (0, 1))
    assert [len(batch) for batch in first] == [4, 4, 2]
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(10))
    assert first != second


def test_a_batch_follows_from_the_seed_and_the_step_alone():
    walked, jumped = Source(numbered(10), SPEC, Plan()), Source(numbered(10), SPEC, Plan())
    batches = [seen(walked.batch(step)) for step in range(9)]
    for step in (8, 2, 5, 0):
        assert seen(jumped.batch(step)) == batches[step]
    other = Source(numbered(10), replace(SPEC, training=replace(SPEC.training, seed=1)), Plan())
    assert [seen(other.batch(step)) for step in range(9)] != batches


def test_pixels_are_floats_from_0_to_1():
    pixels = np.zeros((1, 1, 4, 4), np.uint8)
    pixels[0, 0, 0] = [0, 51, 102, 255]
    x = Source(Images(pixels), SPEC, Plan()).batch(0).x
    assert (x.dtype, x.shape) == (torch.float32, (1, 1, 4, 4))
    assert x[0, 0, 0].tolist() == pytest.approx([0, 0.2, 0.4, 1])


def test_processes_share_each_batch_in_equal_parts_without_repeating():
    images = numbered(10)
    shares = [Source(images, SPEC, Plan(rank=rank, world=2)) for rank in range(2)]
    whole = Source(images, SPEC, Plan())
    for step in range(6):
        parts = [seen(share.batch(step)) for share in shares]
        assert len(parts[0]) == len(parts[1])
        assert sorted(chain(*parts)) == seen(whole.batch(step))


GREY = Images(np.full((8, 1, 16, 16), 128, np.uint8))
COINS = Spec((1, 16, 16), 2, training=Training(batch=8, epochs=1, binarize=True))


def test_processes_that_share_a_batch_see_the_coins_that_one_would():
    whole = Source(GREY, COINS, Plan()).batch(3).x
    assert set(whole.unique().tolist()) == {0.0, 1.0}
    assert whole.mean().item() == pytest.approx(128 / 255, abs=0.05)
    for rank in range(2):
        assert torch.equal(Source(GREY, COINS, Plan(rank=rank, world=2)).batch(3).x, whole[rank::2])


def test_the_coins_of_a_step_are_not_the_noise_of_its_z():
    coins = Source(GREY, COINS, Plan()).batch(3).x.flatten()
    for draw in (torch.rand, torch.randn):
        torch.manual_seed(source.mixed(0, 3))
        assert torch.corrcoef(torch.stack([coins, draw(len(coins))]))[0, 1].abs() < 0.1


def test_processes_that_outnumber_a_batch_get_a_picture_each():
    batches = [seen(Source(numbered(1), SPEC, Plan(rank=rank, world=3)).batch(0)) for rank in range(3)]
    assert batches == [[0], [0], [0]]


@pytest.fixture
def mapped(tmp_path, digits):
    """The digits as a read-only file, mapped into memory."""
    few = digits.train.take(slice(0, 50))
    np.save(tmp_path / "pixels.npy", few.pixels)
    labels = few.labels.copy()
    labels.flags.writeable = False
    return replace(few, pixels=np.load(tmp_path / "pixels.npy", mmap_mode="r"), labels=labels)


@pytest.mark.parametrize("share", [source.MEMORY, 0.0], ids=["fits into memory", "does not fit"])
def test_a_mapped_file_trains_to_the_same_weights_in_memory_or_on_disk(share, mapped, monkeypatch, tiny_spec):
    spec = replace(tiny_spec, conditional=True, classes=10, training=Training(batch=16, epochs=2))
    calm = [*train(Learner(spec), replace(mapped, pixels=np.array(mapped.pixels)))][-1]
    monkeypatch.setattr(source, "MEMORY", share)
    learner = Learner(spec)
    assert isinstance(Source(mapped, spec, learner.plan).pixels, torch.Tensor if share else np.memmap)
    *_, last = train(learner, mapped)
    for name, value in calm.model.state_dict().items():
        assert torch.equal(last.model.state_dict()[name], value)


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (numbered(3), "A conditional model needs a data set with labels, this one has none."),
        (
            numbered(3, labels=np.zeros(3, np.int64), label_names=("a", "b", "c")),
            "The model is for 2 classes, the data set has 3: begin a new run.",
        ),
        (Images(np.zeros((3, 1, 5, 5), np.uint8)), "for pictures of shape (1, 4, 4), the data set's are (1, 5, 5)"),
    ],
)
def test_pictures_that_the_model_is_not_for_are_refused(images, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Source(images, replace(SPEC, conditional=True, classes=2), Plan())
