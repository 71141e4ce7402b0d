"""Total correlation, sampled (beta_tc) and judged by a discriminator (factor), against cases where it is known."""

import math
from itertools import combinations

import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal, Normal

from explorer import catalog
from explorer.catalog import Choice
from explorer.objectives.beta_tc import log_weights, total_correlation
from tests.known import known_model, loss_of, regularizer_of

RHO = 0.8
TC = -0.5 * math.log(1 - RHO**2)  # of a Gaussian: -1/2 log det of its correlation matrix; 0.511 nats


def weighted(z):
    return log_weights(z, len(z), "weighted")


def test_a_known_gaussian_at_full_batch():
    """Means with the covariance that sigma^2 = (0.16, 0.64) lacks to [[1, 1.6], [1.6, 4]], whose correlation is 0.8."""
    torch.manual_seed(0)
    mu = MultivariateNormal(torch.zeros(2), torch.tensor([[0.84, 1.6], [1.6, 3.36]])).sample((2000,))
    q = Normal(mu, torch.tensor([0.4, 0.8]).expand(2000, 2))
    z = q.sample()
    assert total_correlation(q, z, weighted(z)).item() == pytest.approx(TC, abs=0.05)


def test_independent_dimensions_have_none():
    """All four corners of a square, as often as each other: q(z) is a product, and the estimate exactly 0."""
    mu = torch.tensor([[-2.0, -2.0], [-2.0, 2.0], [2.0, -2.0], [2.0, 2.0]])
    q = Normal(mu, torch.full((4, 2), 0.5))
    z = mu + 0.1
    assert total_correlation(q, z, weighted(z)).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("latent", [1, 2, 5])
def test_two_points_share_one_bit(latent):
    """Each dimension tells which of two pictures it is: log q(z) = log 1/2, as each log q(z_j); TC = (d - 1) log 2."""
    mu = torch.tensor([[-9.0], [9.0]]).expand(2, latent)
    cost = regularizer_of("beta_tc", mu, 1.0, beta=3.0)
    kl = latent * 81 / 2
    assert cost - kl == pytest.approx((3 - 1) * (latent - 1) * math.log(2), abs=1e-4)


def test_weighted_is_chens_estimator_without_its_constant():
    """Chen's eq. 3 divides each sum by n N; ours by n, which is (latent - 1) log N less."""
    torch.manual_seed(0)
    q = Normal(torch.randn(6, 3), torch.rand(6, 3))
    z, pictures = q.sample(), 60_000
    each = Normal(q.loc[None], q.scale[None]).log_prob(z[:, None])
    joint = torch.logsumexp(each.sum(2), 1) - math.log(6 * pictures)
    marginals = torch.logsumexp(each, 1) - math.log(6 * pictures)
    chen = (joint - marginals.sum(1)).mean().item()
    assert total_correlation(q, z, weighted(z)).item() == pytest.approx(chen - 2 * math.log(pictures), abs=1e-4)


def test_stratified_is_unbiased():
    """Over all batches of 3 out of 5 that hold picture 0, the mean weight of each picture in q(z) is 1/5."""
    total, batches = torch.zeros(5), list(combinations(range(1, 5), 2))
    for others in batches:
        weights = log_weights(torch.zeros(3, 2), 5, "stratified").exp()
        assert weights.sum(dim=1).tolist() == pytest.approx([1, 1, 1])
        total[[0, *others]] += weights[0]
    assert (total / len(batches)).tolist() == pytest.approx([0.2] * 5)


def test_both_estimators_are_the_same_at_full_batch():
    z = torch.zeros(7, 2)
    assert torch.allclose(log_weights(z, 7, "stratified"), weighted(z))
    assert log_weights(z[:1], 1, "stratified").tolist() == [[0.0]]


def test_the_discriminators_logit_is_the_log_ratio_of_densities():
    """D is trained to tell z ~ N(0, [[1, 0.8], [0.8, 1]]) from its shuffled dimensions, N(0, I).

    log N(z; C) - log N(z; I) = TC - (rho^2 z_1^2 + rho^2 z_2^2 - 2 rho z_1 z_2) / (2 (1 - rho^2)), and its mean is TC.
    """
    torch.manual_seed(0)
    factor = catalog.make("objectives", Choice("factor", {"hidden": 32, "layers": 2}))
    judge, known = factor.discriminator(2), MultivariateNormal(torch.zeros(2), torch.tensor([[1, RHO], [RHO, 1]]))
    optimizer = torch.optim.Adam(judge.parameters(), lr=1e-2)
    for _ in range(400):
        optimizer.zero_grad()
        factor.discriminator_loss(judge, known.sample((512,))).backward()
        optimizer.step()
    with torch.no_grad():
        assert judge(known.sample((20_000,))).mean().item() == pytest.approx(TC, abs=0.06)
        points = torch.tensor([[0.0, 0.0], [1.0, 1.0], [-1.0, -1.0], [1.0, 0.0], [0.7, -0.3]])
        crossed = RHO**2 * points.square().sum(dim=1) - 2 * RHO * points.prod(dim=1)
        assert judge(points)[:, 0].tolist() == pytest.approx((TC - crossed / (2 * (1 - RHO**2))).tolist(), abs=0.25)


def test_a_discriminator_that_knows_nothing_has_a_loss_of_one_bit():
    factor, seen = catalog.make("objectives", Choice("factor")), []
    z = torch.randn(50, 3, generator=torch.manual_seed(0))

    def coin(codes):
        seen.append(codes)
        return torch.zeros(len(codes), 1)

    assert factor.discriminator_loss(coin, z).item() == pytest.approx(math.log(2))
    real, shuffled = seen[0].chunk(2)
    assert torch.equal(real, z)
    assert torch.equal(shuffled.sort(dim=0).values, z.sort(dim=0).values)  # each dimension keeps its values
    assert not torch.equal(shuffled, z)


def test_factor_charges_gamma_for_each_nat_of_the_logit():
    class Judge(nn.Module):
        def forward(self, z):
            return torch.full((len(z), 1), 0.3)

    model, x = known_model(1.0, 0.0), torch.zeros(2, 1, 4, 4)  # KL of N(1, 1) is 1/2
    parts = loss_of("factor", model, x, discriminator=Judge(), gamma=5.0).parts
    assert parts["regularization"].item() == pytest.approx(0.5 + 5 * 0.3, rel=1e-6)
