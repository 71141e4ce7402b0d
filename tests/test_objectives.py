"""What is minimised: what is true of every objective, and the identities between them."""

import math
from itertools import product

import pytest
import torch
from torch.distributions import Normal

from explorer import catalog
from explorer.catalog import Choice
from explorer.objectives import Moment, Objective
from explorer.objectives.vae import Vae
from explorer.vae import kl_to_prior
from tests.known import known_model, loss_of, regularizer_of, small_model
from tests.small import smallest

OBJECTIVES, LIKELIHOODS = catalog.names("objectives"), catalog.names("likelihoods")
REGULARIZED = [name for name in OBJECTIVES if name not in ("ae", "iwae")]
KL = 0.5 * (1 + 4 - 1 - math.log(4))  # of N(1, 2^2) to N(0, 1)


@pytest.fixture
def known():
    """A model with q(z|x) = N(1, 2^2) for all x, and p(x|z) = a fair coin for each of 16 pixels."""
    return known_model(1.0, math.log(4))


@pytest.fixture
def x():
    torch.manual_seed(1)
    return torch.rand(6, 1, 8, 8)


def test_the_elbo_of_a_known_model(known):
    two_points = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    loss = loss_of("vae", known, two_points)
    assert loss.parts["reconstruction"].item() == pytest.approx(16 * math.log(2), rel=1e-6)
    assert loss.parts["regularization"].item() == pytest.approx(KL, rel=1e-6)
    assert loss.total.item() == pytest.approx(16 * math.log(2) + KL, rel=1e-6)
    assert loss.kl.tolist() == pytest.approx([KL], rel=1e-6)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_loss_is_per_image_whatever_the_batch(name):
    """With q = p(z) for all x and a decoder that ignores z: nothing is there to regularize."""
    knobs = {"mmd": 1.0, "alpha": 0.0} if name == "info" else {}  # the MMD of a few draws is not 0
    one, many = (loss_of(name, known_model(0.0, 0.0), torch.zeros(n, 1, 4, 4), **knobs).total.item() for n in (1, 7))
    if name == "dip":  # one picture has z of variance 1, like seven: C = 1 from sigma alone
        assert one == pytest.approx(16 * math.log(2), rel=1e-6)
    assert one == pytest.approx(many, rel=1e-6)


@pytest.mark.parametrize("name", REGULARIZED)
def test_a_posterior_that_is_the_prior_costs_nothing(name):
    """At mu = 0, sigma = 1 KL, total correlation and capacity are 0, and C, the covariance of z, is the identity."""
    z = torch.randn(500, 3, generator=torch.manual_seed(0))
    cost = regularizer_of(name, torch.zeros(500, 3), 1.0, z)
    # E of the MMD of two samples of n from N(0, I_3) is 2 (1 - E k) / n, E k = (1 + 2/3)^(-3/2) = 0.465; 499.5 of it
    allowed = 3 * 499.5 * 2 * (1 - 0.465) / 500 if name == "info" else 1e-3
    assert 0 <= cost + 1e-3 <= allowed + 1e-3


@pytest.mark.parametrize(
    ("name", "knobs"),
    [
        ("beta", {"beta": 1.0}),
        ("beta_tc", {"beta": 1.0}),
        ("beta_tc", {"beta": 1.0, "estimator": "stratified"}),
        ("factor", {"gamma": 0.0}),
        ("dip", {"on": 0.0, "off": 0.0}),
        ("info", {"alpha": 0.0, "mmd": 1.0}),  # alpha + mmd - 1 = 0
        ("annealed", {"gamma": 1.0, "capacity": 0.0}),  # |KL - 0|
    ],
    ids=str,
)
def test_it_is_the_vae_where_its_paper_says_so(name, knobs, x):
    model, discriminator = small_model(), catalog.make("objectives", Choice(name)).discriminator(4)
    ours, vae = loss_of(name, model, x, discriminator=discriminator, **knobs), loss_of("vae", model, x)
    assert ours.total.item() == pytest.approx(vae.total.item(), rel=1e-6)
    assert ours.parts["regularization"].item() == pytest.approx(vae.parts["regularization"].item(), rel=1e-5)


@pytest.mark.parametrize("beta", [0.0, 0.5, 4.0])
def test_beta_weighs_the_kl(known, beta):
    parts = loss_of("beta", known, torch.zeros(2, 1, 4, 4), beta=beta).parts
    assert parts["regularization"].item() == pytest.approx(beta * KL, rel=1e-6)


@pytest.mark.parametrize(
    ("done", "capacity"), [(0.0, 0.0), (0.125, 5.0), (0.25, 10.0), (0.5, 20.0), (0.75, 20.0), (1.0, 20.0)]
)
def test_annealed_holds_the_kl_at_a_capacity_that_grows(known, done, capacity):
    """Growth 0.5: C rises from 0 to 20 nats in the first half of the training."""
    parts = loss_of("annealed", known, torch.zeros(2, 1, 4, 4), done=done, gamma=3.0, capacity=20.0, growth=0.5).parts
    assert parts["regularization"].item() == pytest.approx(3 * abs(KL - capacity), rel=1e-5)


def test_ae_is_the_reconstruction_of_the_code(x):
    model = small_model("ae")
    loss = loss_of("ae", model, x)
    code = model.encoder(x)[:, :4]
    assert loss.total.item() == pytest.approx(-model.decode(code).log_prob(x).mean().item(), rel=1e-6)
    assert loss.parts["regularization"] == 0
    assert torch.equal(loss.total, loss_of("ae", model, x, seed=1).total)  # nothing is drawn


@pytest.mark.parametrize(("done", "weight"), [(0.0, 0.0), (0.1, 0.5), (0.2, 1.0), (0.7, 1.0), (1.0, 1.0)])
def test_warmup_rises_on_a_line(known, done, weight):
    loss = loss_of("vae", known, torch.zeros(2, 1, 4, 4), done=done, warmup=0.2)
    assert loss.parts["regularization"].item() == pytest.approx(weight * KL, abs=1e-6)
    assert loss.kl.item() == pytest.approx(KL, rel=1e-6)  # what is shown is the KL itself


@pytest.mark.parametrize(
    ("done", "weight"),
    [(0.0, 0.0), (1 / 16, 0.5), (1 / 8, 1.0), (3 / 16, 1.0), (1 / 4, 0.0), (5 / 16, 0.5), (7 / 8, 1.0), (1.0, 1.0)],
)
def test_cycles_repeat_the_warmup(done, weight):
    """Four cycles of a quarter each; in the first half of each the weight rises."""
    assert Vae(warmup=0.5, cycles=4).weight(Moment(done, 1)) == pytest.approx(weight)


def test_free_bits_are_counted_for_each_dimension_over_the_batch():
    """Two pictures, sigma = 1, KL = mu^2 / 2: 0 and 8 nats in dimension 1 (mean 4), 0.5 and 0 in 2 (0.25)."""
    q = Normal(torch.tensor([[0.0, 1.0], [4.0, 0.0]]), torch.ones(2, 2))
    kl = kl_to_prior(q).mean(dim=0).requires_grad_()
    charged = Vae(free_bits=0.5).charged(kl)
    assert charged.tolist() == pytest.approx([4, 0.5])
    charged.sum().backward()
    assert kl.grad.tolist() == [1, 0]  # nothing is gained by emptying dimension 2
    assert Vae().charged(kl) is kl


@pytest.mark.parametrize("name", REGULARIZED)
def test_free_bits_and_warmup_are_there_for_all_that_have_a_kl(name, x):
    model = small_model(name)
    free, plain = (loss_of(name, model, x, free_bits=bits).parts["regularization"].item() for bits in (10.0, 0.0))
    assert free != plain
    assert loss_of(name, model, x, warmup=1.0).parts["regularization"].item() == 0  # at the start of the training


@pytest.mark.parametrize(("name", "likelihood"), list(product(OBJECTIVES, LIKELIHOODS)))
def test_parts_add_up_and_gradients_are_finite(name, likelihood, x):
    model = small_model(name, likelihood)
    loss = loss_of(name, model, x)
    loss.total.backward()
    assert sum(part.item() for part in loss.parts.values()) == pytest.approx(loss.total.item(), rel=1e-5)
    gradients = [value.grad for value in model.parameters() if value.grad is not None]
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
    assert (loss.z.shape, loss.z.requires_grad, loss.kl.shape) == ((6, 4), False, (4,))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_can_be_told_the_class(name, x):
    model = small_model(name, conditional=True)
    y = torch.tensor([0, 1, 0, 1, 0, 1])
    loss = loss_of(name, model, x, y)
    assert loss.total.item() != loss_of(name, model, x, 1 - y).total.item()
    loss.total.backward()
    assert (model.condition.weight.grad != 0).any(dim=1).all()  # the encoder learns a picture of each class
    with pytest.raises(ValueError, match="give the class"):
        loss_of(name, model, x)


@pytest.mark.parametrize(("network", "likelihood"), list(product(catalog.names("networks"), LIKELIHOODS)))
def test_nothing_overflows_in_bfloat16(network, likelihood):
    """All-black and all-white pictures, and weights a hundred times too large, for every objective."""
    x = torch.stack([torch.zeros(1, 8, 8), torch.ones(1, 8, 8)]).repeat(2, 1, 1, 1)
    for name, scale in product(OBJECTIVES, (1, 100)):
        model = small_model(name, likelihood, network=smallest("networks", network))
        discriminator = catalog.make("objectives", Choice(name)).discriminator(4)
        with torch.no_grad():
            for weight in model.parameters():
                weight.mul_(scale)
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(name, model, x, done=0.5, pictures=100, discriminator=discriminator)
        loss.total.backward()
        assert torch.isfinite(loss.total), (name, scale)
        assert all(torch.isfinite(each.grad).all() for each in model.parameters() if each.grad is not None), name


@pytest.mark.parametrize("name", OBJECTIVES)
def test_only_the_networks_are_rounded_to_bfloat16(name, x):
    """With networks that compute nothing the loss is the same under autocast, to the last digit."""
    model = small_model(name)
    model.encoder, model.decoder = _Codes(), _Codes()
    discriminator = catalog.make("objectives", Choice(name)).discriminator(4)
    exact = loss_of(name, model, x, discriminator=discriminator).total
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(loss_of(name, model, x, discriminator=discriminator).total, exact)


class _Codes(torch.nn.Module):
    """Picks numbers from what it is given: 8 from a picture, and a picture from z."""

    def forward(self, given):
        return given.flatten(1)[:, :8] if given.ndim == 4 else given.repeat(1, 16).view(-1, 1, 8, 8)


def test_an_objective_must_say_its_regularizer():
    with pytest.raises(NotImplementedError):
        Objective().regularizer(None, None, Moment(0.0, 1))
