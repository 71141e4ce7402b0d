"""The model in the letters of the paper, on cases worked by hand."""

import math

import pytest
import torch
from torch.distributions import Normal

from explorer import catalog
from explorer.catalog import Choice
from explorer.objectives import Batch, Moment
from explorer.spec import Spec
from explorer.vae import VAE, kl_to_prior


@pytest.fixture
def model():
    torch.manual_seed(0)
    return VAE(Spec((1, 8, 8), 3, network=Choice("mlp", {"width": 8}), likelihood=Choice("bernoulli")))


def test_kl_to_the_prior_in_closed_form():
    q = Normal(torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([[1.0, 2.0, 0.5]]))
    by_hand = [0.0, 0.5 * (4 + 1 - 1 - math.log(4)), 0.5 * (0.25 - 1 + math.log(4))]
    assert kl_to_prior(q)[0].tolist() == pytest.approx(by_hand, abs=1e-6)


def test_kl_agrees_with_a_million_samples():
    q = Normal(torch.tensor([0.7]), torch.tensor([0.4]))
    z = q.sample((1_000_000,))
    sampled = (q.log_prob(z) - Normal(0.0, 1.0).log_prob(z)).mean()
    assert kl_to_prior(q).item() == pytest.approx(sampled.item(), abs=3e-3)


def test_a_pass_has_the_shapes_of_the_paper(model):
    x = torch.rand(5, 1, 8, 8)
    out = model(x)
    assert (out.q.batch_shape, out.z.shape, out.p.batch_shape, out.p.event_shape) == (
        (5, 3),
        (5, 3),
        (5,),
        (1, 8, 8),
    )
    assert out.p.mean.shape == x.shape
    assert 0 <= out.p.mean.min() <= out.p.mean.max() <= 1


def test_the_second_half_of_the_encoder_is_the_log_variance_not_sigma(model):
    with torch.no_grad():
        for value in model.encoder.parameters():
            value.zero_()
        model.encoder[-1].bias.copy_(torch.tensor([1.0, 2.0, 3.0, 0.0, math.log(4), -math.log(4)]))
    q = model.encode(torch.rand(1, 1, 8, 8))
    assert q.mean[0].tolist() == [1.0, 2.0, 3.0]
    assert q.stddev[0].tolist() == pytest.approx([1.0, 2.0, 0.5])


def test_z_is_mu_plus_sigma_epsilon(model):
    x = torch.rand(1, 1, 8, 8).expand(4000, -1, -1, -1)
    out = model(x)
    assert out.z.mean(0).tolist() == pytest.approx(out.q.mean[0].tolist(), abs=0.1)
    assert out.z.std(0).tolist() == pytest.approx(out.q.stddev[0].tolist(), rel=0.1)


def test_an_extreme_log_variance_stays_finite(model):
    with torch.no_grad():
        model.encoder[-1].bias.fill_(1e4)
    q = model.encode(torch.rand(1, 1, 8, 8))
    assert torch.isfinite(q.stddev).all()
    assert torch.isfinite(kl_to_prior(q)).all()


def test_a_plain_autoencoder_has_only_the_code():
    model = VAE(Spec((1, 8, 8), 3, objective=Choice("ae"), network=Choice("mlp", {"width": 8})))
    out = model(torch.rand(5, 1, 8, 8))
    assert torch.equal(out.z, out.q.mean)
    assert (out.q.stddev == 0).all()
    assert not model.stochastic


def test_the_model_knows_its_spec_with_every_knob(model):
    assert model.spec.network.knobs == {"width": 8, "depth": 1, "activation": "silu"}


def test_picture_is_what_the_bernoulli_expects(model):
    z = torch.randn(4, 3)
    assert torch.equal(model.picture(z), model.decode(z).mean)


def conditional_model(classes=2):
    torch.manual_seed(0)
    chosen = {"network": Choice("mlp", {"width": 16}), "likelihood": Choice("bernoulli")}
    return VAE(Spec((1, 8, 8), 2, **chosen, conditional=True, classes=classes))


def test_a_conditional_model_learns_a_picture_of_each_class():
    """Class 0 is black, class 1 white: y alone says it, so the decoder learns to listen to y."""
    model, y = conditional_model(), torch.arange(2).repeat(16)
    x = y.float()[:, None, None, None].expand(-1, 1, 8, 8)
    vae, optimizer = catalog.make("objectives", Choice("vae")), torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(60):
        optimizer.zero_grad()
        vae.loss(model, Batch(x, y), Moment(step / 60, 32)).total.backward()
        optimizer.step()
    z = torch.randn(50, 2)
    black, white = (model.picture(z, torch.full((50,), each)) for each in (0, 1))
    assert black.mean() < 0.3
    assert white.mean() > 0.7
    assert model.encode(x, y).mean[:2].tolist() != model.encode(x, 1 - y).mean[:2].tolist()  # the encoder is told, too


def test_a_conditional_model_has_one_more_channel_and_one_input_for_each_class():
    model = conditional_model(classes=5)
    assert model.encoder[1].in_features == 2 * 64
    assert model.decoder[0].in_features == 2 + 5


def test_a_missing_class_is_one_sentence():
    model, x, z = conditional_model(), torch.rand(3, 1, 8, 8), torch.zeros(3, 2)
    for ask in (lambda: model(x), lambda: model.encode(x), lambda: model.decode(z), lambda: model.picture(z)):
        with pytest.raises(
            ValueError, match=r"This model is conditional: give the class of each picture as y"
        ) as error:
            ask()
        assert str(error.value).count(".") == 1


@pytest.mark.parametrize("classes", [0, 1])
def test_too_few_classes_are_one_sentence(classes):
    with pytest.raises(ValueError, match=f"at least two classes, this one has {classes}") as error:
        conditional_model(classes)
    assert str(error.value).count(".") == 1


def test_a_model_that_is_not_conditional_ignores_the_class(model):
    z = torch.randn(4, 3)
    assert torch.equal(model.picture(z, torch.arange(4)), model.picture(z))


def test_processes_that_share_a_batch_draw_the_noise_of_one(model):
    q = Normal(torch.zeros(6, 3), torch.ones(6, 3))
    torch.manual_seed(0)
    whole = model.draw(q)
    for part in range(2):
        model.shard = (part, 2)
        torch.manual_seed(0)
        assert torch.equal(model.draw(Normal(q.loc[part::2], q.scale[part::2])), whole[part::2])
