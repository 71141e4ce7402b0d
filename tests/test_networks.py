"""Encoder and decoder of every network, for every size of picture."""

import math

import pytest
import torch

from explorer import catalog
from explorer.catalog import Choice
from explorer.networks._scale import scaled
from explorer.networks._stages import stages
from explorer.spec import Spec
from explorer.vae import VAE
from tests.known import loss_of
from tests.small import smallest

NETWORKS = catalog.names("networks")
SHAPES = [(1, 4, 4), (1, 8, 8), (3, 9, 7), (1, 28, 28), (1, 28, 20), (3, 33, 64), (3, 128, 128), (1, 5, 90)]
DEEP = [
    Choice("mlp", {"depth": 8, "width": 64}),
    Choice("resmlp", {"blocks": 16, "width": 64}),
    Choice("conv", {"depth": 4, "channels": 8}),
    Choice("resnet", {"blocks": 4, "channels": 8}),
]


@pytest.mark.parametrize("latent", [1, 5, 512])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_in_and_out(name, shape, latent):
    network = catalog.make("networks", smallest("networks", name))
    assert network.encoder(shape, latent)(torch.rand(2, *shape)).shape == (2, 2 * latent)
    assert network.decoder(shape, latent)(torch.rand(2, latent)).shape == (2, *shape)


def test_mlp_has_the_layers_that_its_knobs_say():
    mlp = catalog.make("networks", Choice("mlp", {"width": 400, "depth": 1}))
    halves = (mlp.encoder((1, 28, 28), 20), mlp.decoder((1, 28, 28), 20))
    parameters = [sum(value.numel() for value in half.parameters()) for half in halves]
    assert parameters == [784 * 400 + 400 + 400 * 40 + 40, 20 * 400 + 400 + 400 * 784 + 784]


def test_conv_stops_halving_at_a_few_pixels():
    assert stages((1, 28, 28), channels=8) == [(1, 28, 28), (8, 14, 14), (16, 7, 7)]
    assert stages((3, 64, 64), channels=8)[-1] == (64, 4, 4)
    assert stages((3, 128, 128), channels=8)[-1] == (64, 4, 4)


@pytest.mark.parametrize("choice", [*map(Choice, NETWORKS), *DEEP], ids=str)
def test_a_training_starts_near_a_fair_coin_for_each_pixel(choice):
    """-log p of a fair coin is log 2 a pixel, and the KL is near 0."""
    torch.manual_seed(0)
    model = VAE(Spec((1, 28, 28), 8, network=choice, likelihood=Choice("bernoulli")))
    parts = loss_of("vae", model, torch.rand(4, 1, 28, 28)).parts
    assert parts["reconstruction"].item() == pytest.approx(784 * math.log(2), rel=0.25)
    assert parts["regularization"].item() < 0.02 * 784 * math.log(2)


@pytest.mark.parametrize("choice", DEEP, ids=str)
def test_even_the_deepest_networks_pass_on_what_they_see(choice):
    """At the start mu differs from picture to picture, and the picture from z to z, by more than a rounding error."""
    torch.manual_seed(0)
    model = VAE(Spec((1, 28, 28), 8, network=choice))
    with torch.no_grad():
        assert model.encode(torch.rand(16, 1, 28, 28)).mean.std(dim=0).mean() > 1e-3
        assert model.decoder(torch.randn(16, 8)).std(dim=0).mean() > 1e-2


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("choice", [*map(Choice, NETWORKS), *DEEP], ids=str)
def test_gradients_reach_every_parameter(choice, conditional):
    torch.manual_seed(0)
    model = VAE(Spec((1, 12, 12), 4, network=choice, conditional=conditional, classes=2))
    loss_of("vae", model, torch.rand(4, 1, 12, 12), torch.tensor([0, 1, 0, 1])).total.backward()
    lost = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert not lost


def test_a_scaled_layer_hands_on_numbers_as_large_as_it_gets():
    """SiLU halves the mean square of large numbers, as ReLU does; weights of variance 2 / inputs double it."""
    torch.manual_seed(0)
    linear, convolution = torch.nn.Linear(500, 500), torch.nn.Conv2d(30, 40, 3, stride=2)
    last = torch.nn.Linear(10, 10)
    before = last.weight.clone()
    scaled(torch.nn.Sequential(linear, convolution, last))
    found = [linear.weight.var().item(), convolution.weight.var().item()]
    assert found == pytest.approx([2 / 500, 2 / 270], rel=0.05)  # inputs of one output: 500; 30 channels x 9
    assert torch.equal(last.weight, before)
    assert not linear.bias.any()
