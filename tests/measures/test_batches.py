"""Pictures as a model takes them: cut, chosen, binarized."""

import numpy as np
import pytest
import torch

from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.measures import batches
from explorer.spec import Spec
from explorer.vae import VAE


def test_slices_cover_everything_once():
    assert batches.slices(5, 2) == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert batches.slices(0, 2) == []


def test_large_pictures_go_in_smaller_batches():
    assert batches.fitting((1, 8, 8)) == 1000
    assert batches.fitting((3, 128, 128)) == 20
    assert batches.fitting((3, 1024, 1024)) == 1


def test_a_read_only_array_is_copied(digits):
    pixels = digits.test.pixels.copy()
    pixels.flags.writeable = False
    batch = batches.batch(Images(pixels), slice(0, 3), torch.device("cpu"))
    assert batch.x.shape == (3, 1, 8, 8)
    assert batch.x.max() <= 1
    assert batch.y is None


def test_a_pixel_is_binarized_with_its_grey_value_as_the_chance():
    grey = Images(np.tile(np.array([0, 51, 128, 255], np.uint8), (2000, 1, 4, 1)).reshape(2000, 1, 4, 4))
    drawn = batches.binarized(grey)
    assert set(np.unique(drawn.pixels)) == {0, 255}
    chances = (drawn.pixels[:, 0] == 255).mean(axis=(0, 1))
    assert chances[0] == 0
    assert chances[3] == 1
    assert chances[1:3] == pytest.approx([0.2, 128 / 255], abs=0.02)
    assert np.array_equal(drawn.pixels, batches.binarized(grey).pixels)
    assert not np.array_equal(drawn.pixels, batches.binarized(grey, seed=1).pixels)


def test_a_conditional_model_is_told_the_class(digits):
    spec = Spec((1, 8, 8), 2, network=Choice("mlp", {"width": 8}), conditional=True, classes=10)
    model = VAE(spec).eval()
    with torch.no_grad():
        model.condition.weight.normal_()
    other = Images(digits.test.pixels, (digits.test.labels + 1) % 10, digits.test.label_names)
    one, two = batches.encode(model, digits.test).mean, batches.encode(model, other).mean
    assert not torch.allclose(one, two)
    shown = [next(batches.shown(model, one, batches.labels_of(each), description="")) for each in (digits.test, other)]
    assert not torch.allclose(*shown)
