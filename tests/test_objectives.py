"""What is minimised: by hand, and by the identities between objectives."""

import math

import pytest
import torch
from torch import nn

from explorer import catalog
from explorer.catalog import Choice
from explorer.objectives import Batch, Moment, Objective
from explorer.spec import Spec
from explorer.vae import VAE


def loss_of(objective, model, x, seed=0, **knobs):
    torch.manual_seed(seed)
    return catalog.make("objectives", Choice(objective, knobs)).loss(model, Batch(x), Moment(0, 0.0, len(x)))


class Constant(nn.Module):
    """Gives the same numbers for every input."""

    def __init__(self, values, shape):
        super().__init__()
        self.values, self.shape = torch.tensor(values), shape

    def forward(self, x):
        return self.values.expand(len(x), -1).reshape(len(x), *self.shape)


@pytest.fixture
def known():
    """A model of 4x4 pictures with q(z|x) = N(1, 2^2) for all x, and p(x|z) = a fair coin for each pixel."""
    model = VAE(Spec((1, 4, 4), 1))
    model.encoder = Constant([1.0, math.log(4)], (2,))
    model.decoder = Constant([0.0] * 16, (1, 4, 4))
    return model


def test_the_elbo_of_a_known_model(known):
    x = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])  # a two-point data set
    loss = loss_of("vae", known, x)
    assert loss.parts["reconstruction"].item() == pytest.approx(16 * math.log(2), rel=1e-6)
    assert loss.parts["regularization"].item() == pytest.approx(0.5 * (4 - math.log(4)), rel=1e-6)
    assert loss.total.item() == pytest.approx(16 * math.log(2) + 0.5 * (4 - math.log(4)), rel=1e-6)


def test_beta_weighs_the_kl(known):
    x = torch.zeros(2, 1, 4, 4)
    kl = loss_of("vae", known, x).parts["regularization"].item()
    for beta in (0.0, 0.5, 4.0):
        assert loss_of("beta", known, x, beta=beta).parts["regularization"].item() == pytest.approx(beta * kl, rel=1e-6)


def test_a_loss_is_per_image_whatever_the_batch(known):
    one, many = (loss_of("vae", known, torch.zeros(n, 1, 4, 4)).total.item() for n in (1, 7))
    assert one == pytest.approx(many, rel=1e-6)


def test_beta_1_is_vae():
    model, x = VAE(Spec((1, 8, 8), 4)), torch.rand(6, 1, 8, 8)
    assert torch.equal(loss_of("beta", model, x, beta=1.0).total, loss_of("vae", model, x).total)


def test_ae_is_the_reconstruction_of_the_code():
    model, x = VAE(Spec((1, 8, 8), 4, objective=Choice("ae"))), torch.rand(6, 1, 8, 8)
    loss = loss_of("ae", model, x)
    code = model.encoder(x)[:, :4]
    assert loss.total.item() == pytest.approx(-model.decode(code).log_prob(x).mean().item(), rel=1e-6)
    assert loss.parts["regularization"] == 0
    assert torch.equal(loss.total, loss_of("ae", model, x, seed=1).total)  # nothing is drawn


@pytest.mark.parametrize("name", catalog.names("objectives"))
def test_parts_add_up_and_gradients_are_finite(name):
    model, x = VAE(Spec((1, 8, 8), 4, objective=Choice(name))), torch.rand(6, 1, 8, 8)
    loss = loss_of(name, model, x)
    loss.total.backward()
    assert sum(part.item() for part in loss.parts.values()) == pytest.approx(loss.total.item(), rel=1e-6)
    gradients = [value.grad for value in model.parameters() if value.grad is not None]
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


def test_an_objective_must_say_its_regularizer():
    with pytest.raises(NotImplementedError):
        Objective().regularizer(None, None, Moment(0, 0.0, 1))
