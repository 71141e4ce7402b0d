"""Encoder and decoder of every network, for every size of picture."""

import pytest
import torch

from explorer import catalog
from explorer.catalog import Choice
from explorer.networks._stages import stages
from tests.small import smallest

SHAPES = [(1, 4, 4), (1, 8, 8), (1, 28, 28), (1, 28, 20), (3, 33, 64), (3, 128, 128), (1, 5, 90)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", catalog.names("networks"))
def test_shapes_in_and_out(name, shape):
    network = catalog.make("networks", smallest("networks", name))
    assert network.encoder(shape, 5)(torch.rand(2, *shape)).shape == (2, 10)
    assert network.decoder(shape, 5)(torch.rand(2, 5)).shape == (2, *shape)


def test_mlp_has_the_layers_that_its_knobs_say():
    mlp = catalog.make("networks", Choice("mlp", {"width": 400, "depth": 1}))
    halves = (mlp.encoder((1, 28, 28), 20), mlp.decoder((1, 28, 28), 20))
    parameters = [sum(value.numel() for value in half.parameters()) for half in halves]
    assert parameters == [784 * 400 + 400 + 400 * 40 + 40, 20 * 400 + 400 + 400 * 784 + 784]


def test_conv_stops_halving_at_a_few_pixels():
    assert stages((1, 28, 28), channels=8) == [(1, 28, 28), (8, 14, 14), (16, 7, 7)]
    assert stages((3, 64, 64), channels=8)[-1] == (64, 4, 4)
    assert stages((3, 128, 128), channels=8)[-1] == (64, 4, 4)
