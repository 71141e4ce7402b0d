"""p(x|z) on pixels whose probability is known."""

import math

import pytest
import torch

from explorer import catalog
from explorer.catalog import Choice


def distribution(name, logits):
    return catalog.make("likelihoods", Choice(name)).distribution(logits)


@pytest.mark.parametrize(
    ("x", "chance", "nats"), [(1, 0.25, math.log(4)), (0, 0.25, math.log(4 / 3)), (0.5, 0.5, math.log(2))]
)
def test_bernoulli_of_one_pixel(x, chance, nats):
    p = distribution("bernoulli", torch.full((1, 1, 1, 1), math.log(chance / (1 - chance))))
    assert -p.log_prob(torch.full((1, 1, 1, 1), float(x))).item() == pytest.approx(nats, abs=1e-6)


def test_reconstruction_is_summed_over_pixels_not_averaged():
    p = distribution("bernoulli", torch.zeros(2, 3, 4, 5))
    assert (-p.log_prob(torch.rand(2, 3, 4, 5))).tolist() == pytest.approx([60 * math.log(2)] * 2, rel=1e-5)


@pytest.mark.parametrize("chance", [0.02, 0.3, 0.5, 0.75, 0.999])
def test_continuous_bernoulli_is_a_density(chance):
    x = torch.linspace(0, 1, 10_001)[:, None, None, None]
    p = distribution("continuous_bernoulli", torch.full((1, 1, 1, 1), math.log(chance / (1 - chance))))
    assert torch.trapezoid(p.log_prob(x).exp(), x[:, 0, 0, 0]).item() == pytest.approx(1, abs=1e-3)


def test_continuous_bernoulli_by_hand():
    """C(3/4) = 2 artanh(1 - 2 * 3/4) / (1 - 2 * 3/4) = 4 artanh(1/2); at x = 1 the density is C * 3/4."""
    p = distribution("continuous_bernoulli", torch.full((1, 1, 1, 1), math.log(3)))
    assert p.log_prob(torch.ones(1, 1, 1, 1)).item() == pytest.approx(math.log(4 * math.atanh(0.5) * 0.75), abs=1e-5)


@pytest.mark.parametrize("name", catalog.names("likelihoods"))
def test_extreme_logits_give_finite_losses_and_gradients(name):
    logits = torch.tensor([-60.0, -1e-4, 0.0, 1e-4, 60.0]).reshape(1, 1, 1, 5).requires_grad_()
    for grey in (0.0, 0.5, 1.0):
        loss = -distribution(name, logits).log_prob(torch.full((1, 1, 1, 5), grey)).sum()
        (gradient,) = torch.autograd.grad(loss, logits)
        assert torch.isfinite(loss)
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("name", catalog.names("likelihoods"))
def test_pictures_lie_between_black_and_white(name):
    picture = catalog.make("likelihoods", Choice(name)).picture(torch.tensor([-200.0, 0.0, 200.0]))
    assert picture.tolist() == [0.0, 0.5, 1.0]
