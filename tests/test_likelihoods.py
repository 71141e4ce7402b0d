"""p(x|z) on pixels whose probability is known."""

import math

import pytest
import torch

from explorer import catalog
from explorer.catalog import Choice
from explorer.likelihoods.continuous_bernoulli import ContinuousBernoulli, log_partition, mean


def made(name, **knobs):
    return catalog.make("likelihoods", Choice(name, knobs))


def log_p(name, logit, x, **knobs):
    """Return log p of one pixel x whose logit is known."""
    one = (1, 1, 1, 1)
    return made(name, **knobs).distribution(torch.full(one, float(logit))).log_prob(torch.full(one, float(x))).item()


@pytest.mark.parametrize(
    ("x", "chance", "nats"), [(1, 0.25, math.log(4)), (0, 0.25, math.log(4 / 3)), (0.5, 0.5, math.log(2))]
)
def test_bernoulli_of_one_pixel(x, chance, nats):
    assert -log_p("bernoulli", math.log(chance / (1 - chance)), x) == pytest.approx(nats, abs=1e-6)


def test_reconstruction_is_summed_over_pixels_not_averaged():
    p = made("bernoulli").distribution(torch.zeros(2, 3, 4, 5))
    assert (-p.log_prob(torch.rand(2, 3, 4, 5))).tolist() == pytest.approx([60 * math.log(2)] * 2, rel=1e-5)


@pytest.mark.parametrize("logit", [-12.0, -4.0, -0.85, 0.0, 1e-3, 3.9e-3, 4.1e-3, 0.05, 1.1, 7.0])
def test_continuous_bernoulli_against_numerical_integration(logit):
    """A density e^(l x) over its integral on [0, 1]; about 0 it has no closed form that a computer likes."""
    grid = torch.linspace(0, 1, 100_001, dtype=torch.float64)
    integral = torch.trapezoid(torch.exp(logit * grid), grid).item()
    for x in (0.0, 0.3, 1.0):
        by_hand = logit * x - math.log(integral)
        assert log_p("continuous_bernoulli", logit, x, bound=16.0) == pytest.approx(by_hand, abs=1e-3)


def test_continuous_bernoulli_by_hand():
    """C(3/4) = 2 artanh(1 - 2 * 3/4) / (1 - 2 * 3/4) = 4 artanh(1/2); at x = 1 the density is C * 3/4."""
    by_hand = math.log(4 * math.atanh(0.5) * 0.75)
    assert log_p("continuous_bernoulli", math.log(3), 1) == pytest.approx(by_hand, abs=1e-5)


def test_continuous_bernoulli_near_one_half():
    """C = l / tanh(l / 2) = 2 (1 + l^2 / 12 + ...): log C is log 2 at lambda = 1/2 and as good as that near it."""
    for logit in (0.0, 1e-6, 1e-4, -1e-3):
        assert log_p("continuous_bernoulli", logit, 0.5) == pytest.approx(logit**2 / 12, abs=1e-5)


def error_of_a_tenth(likelihood):
    """Show the likelihood 12 pixels, each 0.1 off: the mean squared error is 0.01."""
    logits = torch.zeros(1, 3, 2, 2).requires_grad_()  # 0.5 everywhere
    x = 0.5 + 0.1 * torch.tensor([1.0, -1.0]).expand(1, 3, 2, 2)
    likelihood.see(x, logits)
    return x, logits


def test_optimal_sigma_is_the_error_of_the_batch():
    """With sigma^2 = MSE, -log p = D/2 (log(2 pi MSE) + 1) nats: Rybkin's equation for the optimum."""
    gaussian = made("gaussian").train()
    x, logits = error_of_a_tenth(gaussian)
    p = gaussian.distribution(logits)
    assert p.stddev.max().item() == pytest.approx(0.1, rel=1e-5)
    assert -p.log_prob(x).item() == pytest.approx(12 / 2 * (math.log(2 * math.pi * 0.01) + 1), rel=1e-5)


def test_no_gradient_goes_through_the_optimal_sigma():
    """d/d logit of (x - y)^2 / (2 sigma^2) at y = 1/2 is -(x - y) y (1 - y) / sigma^2 = -(0.1 / 0.01) / 4 = -2.5."""
    gaussian = made("gaussian").train()
    x, logits = error_of_a_tenth(gaussian)
    (gradient,) = torch.autograd.grad(-gaussian.distribution(logits).log_prob(x).sum(), logits)
    assert gradient.flatten().tolist() == pytest.approx([-2.5, 2.5] * 6, rel=1e-4)


def test_sigma_of_no_batch_is_the_mean_over_batches():
    """The first hundred batches count alike; each later one counts for a hundredth."""
    gaussian = made("gaussian").train()
    for error in (0.1, 0.2, 0.3):
        gaussian.see(torch.full((1, 1, 2, 2), 0.5 + error), torch.zeros(1, 1, 2, 2))
    shown = torch.zeros(1, 1, 2, 2)
    assert gaussian.distribution(shown).stddev.max().item() == pytest.approx(0.3, rel=1e-5)  # the last batch
    gaussian.eval()
    mean = (0.01 + 0.04 + 0.09) / 3
    assert gaussian.distribution(shown).variance.max().item() == pytest.approx(mean, rel=1e-5)
    gaussian.batches.fill_(1000)
    gaussian.see(torch.full((1, 1, 2, 2), 0.5), shown)  # without any error
    assert gaussian.distribution(shown).variance.max().item() == pytest.approx(0.99 * mean, rel=1e-5)
    again = made("gaussian").eval()
    again.load_state_dict(gaussian.state_dict())
    assert torch.equal(again.distribution(shown).stddev, gaussian.distribution(shown).stddev)


def test_a_perfect_reconstruction_keeps_a_finite_density():
    gaussian = made("gaussian").train()
    x = torch.full((1, 1, 2, 2), 0.5)
    gaussian.see(x, torch.zeros_like(x))
    for each in (gaussian, gaussian.eval()):
        p = each.distribution(torch.zeros_like(x))
        assert p.stddev.max().item() == pytest.approx(math.exp(-6), rel=1e-5)
        assert p.log_prob(x).item() == pytest.approx(4 * (6 - 0.5 * math.log(2 * math.pi)), rel=1e-5)


def test_a_learned_sigma_finds_the_error():
    gaussian = made("gaussian", sigma="learned").train()
    x, logits = error_of_a_tenth(gaussian)
    optimizer = torch.optim.Adam(gaussian.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        (-gaussian.distribution(logits.detach()).log_prob(x)).sum().backward()
        optimizer.step()
    assert gaussian.distribution(logits).stddev.max().item() == pytest.approx(0.1, rel=0.02)


def test_a_learned_sigma_can_leave_its_lowest_value():
    """Far below the bound sigma is exp(-6), and an error still pulls it up again."""
    gaussian = made("gaussian", sigma="learned")
    with torch.no_grad():
        gaussian.log_sigma.fill_(-12.0)
    x, logits = error_of_a_tenth(gaussian)
    p = gaussian.distribution(logits)
    assert p.stddev.max().item() == pytest.approx(math.exp(-6), rel=0.01)
    p.log_prob(x).sum().backward()
    assert gaussian.log_sigma.grad > 0


@pytest.mark.parametrize("name", catalog.names("likelihoods"))
def test_extreme_logits_give_finite_losses_and_gradients(name):
    logits = torch.tensor([-60.0, -1e-4, 0.0, 1e-4, 60.0]).reshape(1, 1, 1, 5).requires_grad_()
    for grey in (0.0, 0.5, 1.0):
        loss = -made(name).distribution(logits).log_prob(torch.full((1, 1, 1, 5), grey)).sum()
        (gradient,) = torch.autograd.grad(loss, logits)
        assert torch.isfinite(loss)
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("name", catalog.names("likelihoods"))
def test_pictures_lie_between_black_and_white(name):
    picture = made(name).picture(torch.tensor([-200.0, 0.0, 200.0]))
    assert picture.tolist() == pytest.approx([0.0, 0.5, 1.0], abs=2 / 255)


def log_density(x, logits):
    """Return log C + x log y + (1 - x) log(1 - y), with C of eq. 7 in the logit: C = l / tanh(l / 2)."""
    normalizer = torch.log(logits.abs() / torch.tanh(logits.abs() / 2))
    return normalizer + x * logits - torch.nn.functional.softplus(logits)


def test_the_density_is_exact_up_to_its_bound_and_stays_what_it_is_there():
    logits = torch.linspace(-32, 32, 3200)  # none is 0, where the formula has no value
    x = torch.linspace(0, 1, 3200).roll(1000)
    found = ContinuousBernoulli(16.0).distribution(logits.view(-1, 1, 1, 1)).log_prob(x.view(-1, 1, 1, 1))
    wanted = log_density(x.double(), logits.double().clamp(-16, 16))
    assert found.double().numpy() == pytest.approx(wanted.numpy(), abs=1e-5)
    assert log_partition(torch.zeros(1)).item() == pytest.approx(0, abs=1e-6)  # uniform: its density is 1


@pytest.mark.parametrize("logit", [-40.0, -5.0, -0.5, 0.0, 2.0, 5.0, 40.0])
def test_the_density_adds_up_to_one(logit):
    grey = (torch.arange(100_000) + 0.5) / 100_000
    density = ContinuousBernoulli().distribution(torch.full((100_000, 1, 1, 1), logit)).log_prob(grey.view(-1, 1, 1, 1))
    assert density.exp().mean().item() == pytest.approx(1, abs=1e-4)


def test_the_slope_is_that_of_the_density():
    """Against autograd in double precision, which takes the formula step by step."""
    logits = torch.cat([torch.linspace(-15.9, 15.9, 3200), torch.tensor([-1e-3, -1e-9, 1e-9, 5e-3])])
    x = torch.linspace(0, 1, len(logits))
    exact = logits.double().requires_grad_()
    log_density(x.double(), exact).sum().backward()
    pixels = logits.view(-1, 1, 1, 1).requires_grad_()
    ContinuousBernoulli(16.0).distribution(pixels).log_prob(x.view(-1, 1, 1, 1)).sum().backward()
    assert pixels.grad.flatten().double().numpy() == pytest.approx(exact.grad.numpy(), abs=3e-4)


def test_beyond_its_bound_a_logit_is_led_back_in_and_never_further_out():
    logits = torch.tensor([9.0, 9.0, 9.0, -9.0, -9.0]).view(-1, 1, 1, 1).requires_grad_()
    x = torch.tensor([1.0, 0.9, 0.0, 0.0, 0.3]).view(-1, 1, 1, 1)
    ContinuousBernoulli(5.0).distribution(logits).log_prob(x).sum().backward()
    assert logits.grad.flatten().tolist() == pytest.approx([0, -0.1, -1, 0, 0.3])


def test_what_is_drawn_and_shown_keeps_to_the_bound():
    coin = ContinuousBernoulli(2.0)
    logits = torch.full((1, 1, 1, 1), 50.0)
    assert coin.distribution(logits).mean.item() == pytest.approx(mean(torch.tensor([2.0])).item(), abs=1e-4)
    assert coin.picture(logits).item() == pytest.approx(1 / (1 + math.exp(-2)))


def test_the_mean_by_hand():
    """Eq. 8 at y = 3/4, l = log 3: y / (2 y - 1) + 1 / (2 artanh(1 - 2 y)) = 3/2 - 1 / log 3; 1/2 at y = 1/2."""
    found = mean(torch.tensor([math.log(3), -math.log(3), 1e-7, 200.0, -200.0]))
    third = 1.5 - 1 / math.log(3)
    assert found.tolist() == pytest.approx([third, 1 - third, 0.5, 1 - 1 / 200, 1 / 200], abs=2e-4)
