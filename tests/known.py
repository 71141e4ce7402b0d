"""Models and codes whose losses can be worked out by hand."""

import torch
from torch import nn
from torch.distributions import Normal

from explorer import catalog
from explorer.catalog import Choice
from explorer.objectives import Batch, Moment
from explorer.spec import Spec
from explorer.vae import VAE, Pass, kl_to_prior

CHOICES = {"network": Choice("mlp", {"width": 8}), "likelihood": Choice("bernoulli")}


class Constant(nn.Module):
    """Gives the same numbers for every input."""

    def __init__(self, values, shape=(-1,)):
        super().__init__()
        self.values, self.shape = torch.as_tensor(values), shape

    def forward(self, x):
        return self.values.expand(len(x), -1).reshape(len(x), *self.shape)


def known_model(mu, log_variance, logit=0.0):
    """A model of 4x4 pictures with q(z|x) = N(mu, exp(log_variance)), z 1-D, and the same coin for each pixel."""
    model = VAE(Spec((1, 4, 4), 1, **CHOICES))
    model.encoder = Constant([mu, log_variance])
    model.decoder = Constant([logit] * 16, (1, 4, 4))
    return model


def small_model(objective="vae", likelihood="bernoulli", conditional=False, latent=4, **more):
    """A model of 8x8 pictures with random weights, always the same ones."""
    torch.manual_seed(0)
    chosen = CHOICES | {"objective": Choice(objective), "likelihood": Choice(likelihood)} | more
    return VAE(Spec((1, 8, 8), latent, conditional=conditional, classes=2 * conditional, **chosen))


def loss_of(objective, model, x, y=None, *, seed=0, done=0.0, pictures=None, discriminator=None, **knobs):
    """Return the loss of pictures x (n, c, h, w), its noise started at `seed`, `done` of the training done."""
    torch.manual_seed(seed)
    now = Moment(done, pictures or len(x))
    return catalog.make("objectives", Choice(objective, knobs)).loss(model, Batch(x, y), now, discriminator)


def regularizer_of(objective, mu, sigma, z=None, *, pictures=None, **knobs):
    """Return the regularizer of codes with q(z|x) = N(mu, sigma^2), each (n, latent); z is mu unless given."""
    mu = torch.as_tensor(mu)
    q = Normal(mu, torch.as_tensor(sigma).expand_as(mu))
    out = Pass(None, q, mu if z is None else z, None)
    now = Moment(0.0, pictures or len(mu))
    return catalog.make("objectives", Choice(objective, knobs)).regularizer(out, kl_to_prior(q).mean(0), now).item()
