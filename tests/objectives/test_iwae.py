"""The importance-weighted bound, on models whose log p(x) is known."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import Independent, MultivariateNormal, Normal

from tests.known import Constant, known_model, loss_of, small_model

X = torch.zeros(1, 1, 4, 4)
LOG_P = -16 * math.log(2)  # a decoder that ignores z: p(x) = p(x|z), a fair coin for each of 16 pixels
KL = 0.5 * (1 + 4 - 1 - math.log(4))  # of q = N(1, 2^2)


def bound(model, k, x=X, repeats=2000):
    """Return the bound, -loss, averaged over many draws."""
    return -loss_of("iwae", model, x.expand(repeats, -1, -1, -1), k=k).total.item()


def test_one_draw_is_the_elbo_of_that_draw():
    model, x = small_model(), torch.rand(6, 1, 8, 8, generator=torch.manual_seed(1))
    loss = loss_of("iwae", model, x, k=1)
    torch.manual_seed(0)  # the same draw
    out = model(x)
    log_p = Normal(0.0, 1.0).log_prob(out.z).sum(dim=1) - out.q.log_prob(out.z).sum(dim=1)
    assert loss.parts["reconstruction"].item() == pytest.approx(-out.p.log_prob(x).mean().item(), rel=1e-6)
    assert loss.parts["regularization"].item() == pytest.approx(-log_p.mean().item(), abs=1e-4)


def test_the_bound_rises_with_k_to_log_p():
    """The gap is KL(q || p) = 1.307 nats at k = 1, and nothing at last: sigma_q > 1, so the weights are bounded."""
    model = known_model(1.0, math.log(4))
    bounds = [bound(model, k) for k in (1, 2, 5, 20, 100)]
    assert bounds == sorted(bounds)
    assert bounds[0] == pytest.approx(LOG_P - KL, abs=0.15)
    assert bounds[-1] == pytest.approx(LOG_P, abs=0.02)
    assert all(each < LOG_P + 0.01 for each in bounds)


def test_the_true_posterior_makes_every_bound_tight():
    """When x = w z + N(0, s^2): p(x) = N(0, w w' + s^2 I), p(z|x) = N(v w'x / s^2, v), 1/v = 1 + |w/s|^2."""
    torch.manual_seed(0)
    w, s = torch.randn(16), 0.5
    x = torch.rand(1, 1, 4, 4)
    truth = MultivariateNormal(torch.zeros(16), torch.outer(w, w) + s**2 * torch.eye(16)).log_prob(x.flatten()).item()
    v = 1 / (1 + w @ w / s**2)
    model = known_model(0.0, 0.0)
    model.decoder, model.likelihood = _Linear(w), _Plain(s)
    model.encoder = Constant([float(v * (x.flatten() @ w) / s**2), math.log(v)])
    for k in (1, 7):
        assert bound(model, k, x, repeats=3) == pytest.approx(truth, abs=1e-3)
    model.encoder = Constant([0.0, 0.0])  # a wrong posterior, the prior: the gap closes with k
    gaps = [truth - bound(model, k, x, repeats=400) for k in (1, 10, 500)]
    assert gaps[0] > gaps[1] > gaps[2] > -0.01
    assert gaps[2] < 0.05


class _Linear(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.w = w

    def forward(self, z):
        return (z * self.w).view(-1, 1, 4, 4)


class _Plain(nn.Module):
    """N(x; what the decoder gave, s^2)."""

    def __init__(self, s):
        super().__init__()
        self.s = s

    def see(self, x, decoded):
        """Learn nothing."""

    def distribution(self, decoded):
        return Independent(Normal(decoded, self.s), 3)


@pytest.mark.parametrize("k", [1, 3])
def test_processes_that_share_a_batch_draw_what_one_would(k):
    model, x = small_model(), torch.rand(6, 1, 8, 8, generator=torch.manual_seed(1))
    whole = loss_of("iwae", model, x, k=k).total.item()
    parts = []
    for part in range(2):
        model.shard = (part, 2)
        parts.append(loss_of("iwae", model, x[part::2], k=k).total.item())
    assert sum(parts) / 2 == pytest.approx(whole, rel=1e-6)
