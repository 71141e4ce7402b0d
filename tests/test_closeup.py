"""A close-up: the numbers of the very step, and no other step for being looked at."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import catalog, closeup, tensors
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.objectives import Moment
from explorer.plan import Plan
from explorer.source import Source


def step(spec, digits):
    """Return a learner after one step, its batch, the loss and the close-up."""
    learner = Learner(spec)
    batch = Source(digits.train, spec, Plan()).batch(0)
    return learner, batch, *closeup.taken(learner, batch, Moment(0.0, len(digits.train)))


@pytest.mark.parametrize("objective", catalog.names("objectives"))
def test_what_is_seen_is_the_step_and_the_step_is_as_without(tiny_spec, digits, objective):
    spec = replace(tiny_spec, objective=Choice(objective))
    learner, batch, loss, seen = step(spec, digits)
    calm = Learner(spec)
    calmly = calm.learn(batch, Moment(0.0, len(digits.train)))
    assert torch.equal(loss.total, calmly.total)
    state, same = learner.state(), calm.state()
    assert all(torch.equal(value, same[name]) for name, value in state.items() if name != "seconds")
    assert sum(seen.words["parts"].values()) == pytest.approx(seen.words["total"], rel=1e-5)
    arrays = seen.arrays
    assert np.allclose(arrays["z"], arrays["mu"] + arrays["sigma"] * arrays["epsilon"], atol=1e-5)
    assert arrays["x"].shape == arrays["picture"].shape == (8, 1, 8, 8)


def test_the_parts_are_the_means_over_the_batch(tiny_spec, digits):
    _, batch, _, seen = step(tiny_spec, digits)
    assert seen.arrays["reconstruction"].shape == seen.arrays["kl"].shape == (len(batch.x),)
    assert seen.arrays["reconstruction"].mean() == pytest.approx(seen.words["parts"]["reconstruction"], rel=1e-5)
    assert seen.arrays["kl"].mean() == pytest.approx(seen.words["parts"]["regularization"], rel=1e-5)
    assert sum(seen.words["kl"]) == pytest.approx(seen.words["parts"]["regularization"], rel=1e-5)
    assert np.array_equal(seen.arrays["x"], (batch.x[:8] * 255).round().byte().numpy())


def test_the_gradient_of_mu_is_that_of_z_and_that_of_the_kl(tiny_spec, digits):
    """KL = (mu^2 + sigma^2 - 1) / 2 - log sigma, so d KL / d mu = mu, and z passes its gradient on as it is."""
    _, batch, _, seen = step(tiny_spec, digits)
    arrays, n = seen.arrays, len(batch.x)
    assert np.allclose(arrays["gradient_mu"], arrays["gradient_z"] + arrays["mu"] / n, atol=1e-6)
    slope = (arrays["sigma"] - 1 / arrays["sigma"]) / n
    assert np.allclose(arrays["gradient_sigma"], arrays["gradient_z"] * arrays["epsilon"] + slope, atol=1e-5)


def test_a_plain_autoencoder_draws_nothing(tiny_spec, digits):
    _, _, _, seen = step(replace(tiny_spec, objective=Choice("ae")), digits)
    assert not seen.arrays["sigma"].any()
    assert not seen.arrays["epsilon"].any()
    assert np.array_equal(seen.arrays["z"], seen.arrays["mu"])
    assert "kl" not in seen.arrays
    assert seen.words["kl"] == []


def test_it_says_how_far_the_weights_moved(tiny_spec, digits):
    learner, _, _, seen = step(tiny_spec, digits)
    begun = Learner(tiny_spec)
    pairs = zip(learner.model.parameters(), begun.model.parameters(), strict=True)
    moved = torch.stack([(new - old).detach().norm() for new, old in pairs]).norm()
    assert seen.words["moved"] == pytest.approx(float(moved), rel=1e-5)
    assert seen.words["rate"] == tiny_spec.training.rate
    assert all(value > 0 for value in seen.words["gradient"].values())


def test_it_is_written_and_read(tmp_path, tiny_spec, digits):
    seen = step(tiny_spec, digits)[-1]
    closeup.write(tmp_path / "near.safetensors", seen)
    arrays, words = tensors.read(tmp_path / "near.safetensors")
    assert np.array_equal(arrays["z"], seen.arrays["z"])
    assert '"step": 1' in words["words"]


@pytest.mark.parametrize("likelihood", catalog.names("likelihoods"))
def test_the_picture_is_the_one_that_a_person_is_shown_elsewhere(tiny_spec, digits, likelihood):
    spec = replace(tiny_spec, likelihood=Choice(likelihood))
    learner = Learner(spec)
    with torch.no_grad():
        for weight in learner.model.decoder.parameters():
            weight.mul_(8.0)  # sure of black and white, where the mean of a density and what is shown lie far apart
    model = Learner(spec).model
    model.load_state_dict(learner.model.state_dict())
    batch = Source(digits.train, spec, Plan()).batch(0)
    _, seen = closeup.taken(learner, batch, Moment(0.0, len(digits.train)))
    shown = model.eval().picture(torch.from_numpy(seen.arrays["z"]))
    assert np.abs(seen.arrays["picture"] / 255 - shown.detach().numpy()).max() < 0.005
