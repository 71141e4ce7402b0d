"""The variational autoencoder in the letters of the paper: x -> q(z|x) -> z -> p(x|z).

Kingma & Welling, Auto-Encoding Variational Bayes (2014), https://arxiv.org/abs/1312.6114
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Normal, kl_divergence

from explorer import catalog
from explorer.spec import Spec

# sigma from 1e-3 to 1e3: wide enough for any data, and exp() never overflows, not in bf16
LOG_VARIANCE = (-14.0, 14.0)


class Pass(NamedTuple):
    """One forward pass, in the letters of the paper."""

    x: Tensor  # (n, c, h, w) in [0, 1]: the pictures
    q: Normal  # q(z|x), batch shape (n, latent)
    z: Tensor  # (n, latent): one draw from q
    p: Distribution  # p(x|z), event shape (c, h, w)


class VAE(nn.Module):
    """An encoder, a decoder and a likelihood, all built from a Spec.

    A plain autoencoder (objective `ae`) is the same model whose q has no width: sigma = 0, so that z is the code mu.
    Raises LookupError or ValueError if the Spec names something that the menus do not have.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec = spec.complete()
        self.stochastic: bool = catalog.entry("objectives", spec.objective.name).stochastic
        self.likelihood = catalog.make("likelihoods", spec.likelihood)
        network = catalog.make("networks", spec.network)
        self.encoder: nn.Module = network.encoder(spec.shape, spec.latent)
        self.decoder: nn.Module = network.decoder(spec.shape, spec.latent)

    def encode(self, x: Tensor) -> Normal:
        """Return q(z|x) with batch shape (n, latent) for pictures x (n, c, h, w) in [0, 1]."""
        mu, log_variance = self.encoder(x).chunk(2, dim=1)  # each (n, latent)
        sigma = torch.exp(0.5 * log_variance.clamp(*LOG_VARIANCE))
        return Normal(mu, sigma if self.stochastic else torch.zeros_like(mu), validate_args=False)

    def decode(self, z: Tensor) -> Distribution:
        """Return p(x|z) with event shape (c, h, w) for z (n, latent)."""
        p: Distribution = self.likelihood.distribution(self.decoder(z))
        return p

    def forward(self, x: Tensor) -> Pass:
        """Encode x (n, c, h, w) in [0, 1], draw z by the reparametrization trick, and decode it."""
        q = self.encode(x)
        z = q.rsample()  # (n, latent): mu + sigma * epsilon
        return Pass(x, q, z, self.decode(z))

    def picture(self, z: Tensor) -> Tensor:
        """Return the pictures (n, c, h, w) in [0, 1] that a person is shown for z (n, latent)."""
        picture: Tensor = self.likelihood.picture(self.decoder(z))
        return picture


def kl_to_prior(q: Normal) -> Tensor:
    """Return KL(q || N(0, 1)) in nats, of q's shape (n, latent): Kingma & Welling 2014, appendix B."""
    return kl_divergence(q, Normal(torch.zeros_like(q.loc), torch.ones_like(q.scale), validate_args=False))
