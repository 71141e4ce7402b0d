"""The ELBO of models worked by hand."""

import math

import pytest
import torch

from explorer.measures import batches
from explorer.measures.elbo import draw, elbo, reconstruction


def test_the_parts_of_a_model_that_sees_nothing(blind, black_and_white):
    bound = elbo(blind, black_and_white, batches.encode(blind, black_and_white))
    assert bound.reconstruction == pytest.approx(16 * math.log(2), rel=1e-6)
    assert bound.kl.tolist() == pytest.approx([0.5 * (4 + 1 - 1 - math.log(4))], rel=1e-6)
    assert bound.total == pytest.approx(-(16 * math.log(2) + 0.5 * (4 - math.log(4))), rel=1e-6)


def test_at_the_mean_nothing_is_drawn(seeing, black_and_white):
    bound = elbo(seeing, black_and_white, batches.encode(seeing, black_and_white), drawn=False)
    white = 1 / (1 + math.exp(-0.5))
    assert bound.reconstruction == pytest.approx(-8 * (math.log(white) + math.log(1 - white)), rel=1e-5)


def test_the_same_seed_gives_the_same_number_and_leaves_torch_alone(seeing, black_and_white):
    q = batches.encode(seeing, black_and_white)
    torch.manual_seed(7)
    one, two = elbo(seeing, black_and_white, q), elbo(seeing, black_and_white, q)
    assert one.reconstruction == two.reconstruction
    assert one.reconstruction != elbo(seeing, black_and_white, q, seed=1).reconstruction
    after = torch.rand(1)
    torch.manual_seed(7)
    assert torch.equal(after, torch.rand(1))


def test_a_draw_has_the_mean_and_the_width_of_q():
    z = draw(torch.distributions.Normal(torch.full((100_000, 1), 3.0), torch.full((100_000, 1), 2.0)), seed=0)
    assert z.mean().item() == pytest.approx(3, abs=0.03)
    assert z.std().item() == pytest.approx(2, abs=0.03)


def test_it_is_the_loss_of_the_objective_vae(tiny, digits):
    """What is measured is what was trained: nats per image, sums over pixels and dimensions."""
    from explorer.objectives import Batch
    from explorer.vae import kl_to_prior

    model, x = tiny.model(), torch.cat(list(batches.real(digits.test)))
    q = model.encode(x)
    losses = reconstruction(model, digits.test, q.mean.detach())
    with torch.no_grad():
        assert losses.mean() == pytest.approx(-model.decode(q.mean).log_prob(Batch(x).x).mean().item(), rel=1e-5)
    bound = elbo(model, digits.test, batches.encode(model, digits.test), drawn=False)
    assert bound.kl == pytest.approx(kl_to_prior(q).mean(dim=0).detach().numpy(), rel=1e-4)
    assert bound.reconstruction == pytest.approx(tiny.measures["reconstruction"], rel=1e-5)
    assert bound.kl.sum() == pytest.approx(tiny.measures["kl"], rel=1e-5)
