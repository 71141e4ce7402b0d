"""The variational autoencoder in the letters of the paper: x -> q(z|x) -> z -> p(x|z).

Kingma & Welling, Auto-Encoding Variational Bayes (2014), https://arxiv.org/abs/1312.6114
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Normal

from explorer import catalog
from explorer.likelihoods import Likelihood
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
    A conditional model (CVAE, Sohn 2015, https://papers.nips.cc/paper/5775) is told the class y on both sides, as
    q(z|x, y) and p(x|z, y): the encoder sees it as one more channel, a learned picture of the class, and the decoder
    as more inputs beside z, one for each class.
    Raises LookupError or ValueError if the Spec names something that the menus do not have, or asks for a condition
    where there are no classes.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec = spec.complete()
        self.stochastic: bool = catalog.entry("objectives", spec.objective.name).stochastic
        self.shard = (0, 1)  # which part of a larger batch this process sees, of how many
        self.classes = _classes(spec)
        channels, height, width = spec.shape
        network = catalog.make("networks", spec.network)
        self.likelihood: Likelihood = catalog.make("likelihoods", spec.likelihood)
        self.encoder: nn.Module = network.encoder((channels + bool(self.classes), height, width), spec.latent)
        self.decoder: nn.Module = network.decoder(spec.shape, spec.latent + self.classes)
        if self.classes:
            self.condition = nn.Embedding(self.classes, height * width)
            nn.init.zeros_(self.condition.weight)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Normal:
        """Return q(z|x) with batch shape (n, latent) for pictures x (n, c, h, w) in [0, 1], of classes y (n,)."""
        if self.classes:
            plane = self.condition(_given(y)).view(-1, 1, *x.shape[2:])  # len(x) would freeze the batch of an export
            x = torch.cat([x, plane], dim=1)
        mu, log_variance = self.encoder(x).float().chunk(2, dim=1)  # each (n, latent)
        sigma = torch.exp(0.5 * log_variance.clamp(*LOG_VARIANCE))
        return Normal(mu, sigma if self.stochastic else torch.zeros_like(mu), validate_args=False)

    def draw(self, q: Normal) -> Tensor:
        """Return one z for each q, of q's shape (n, latent) or (n, k, latent): mu + sigma * epsilon.

        The reparametrization trick: Kingma & Welling 2014, section 2.4. Processes that share a batch draw the noise of
        all of it and keep their part, so that it is as if one had it.
        """
        part, parts = self.shard
        rows, *rest = q.loc.shape
        epsilon = torch.randn(rows * parts, *rest, device=q.loc.device)[part::parts]
        return q.loc + q.scale * epsilon

    def decode(self, z: Tensor, y: Tensor | None = None) -> Distribution:
        """Return p(x|z) with event shape (c, h, w) for z (n, latent), of classes y (n,)."""
        return self.likelihood.distribution(self.decoded(z, y))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Pass:
        """Encode x (n, c, h, w) in [0, 1], draw z, and decode it; y (n,) are the classes."""
        q = self.encode(x, y)
        z = self.draw(q)
        return Pass(x, q, z, self.reconstruct(x, z, y))

    def reconstruct(self, x: Tensor, z: Tensor, y: Tensor | None = None) -> Distribution:
        """Return p(x|z) like `decode`, for z that came from x: in training, the likelihood may learn from its error."""
        decoded = self.decoded(z, y)
        if self.training:
            self.likelihood.see(x, decoded)
        return self.likelihood.distribution(decoded)

    def picture(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Return the pictures (n, c, h, w) in [0, 1] that a person is shown for z (n, latent), of classes y (n,)."""
        return self.likelihood.picture(self.decoded(z, y))

    def decoded(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Return what the decoder gives (n, c, h, w), of which only the likelihood knows what it means."""
        if self.classes:
            z = torch.cat([z, nn.functional.one_hot(_given(y), self.classes).to(z.dtype)], dim=1)
        decoded: Tensor = self.decoder(z).float()
        return decoded


def kl_to_prior(q: Normal) -> Tensor:
    """Return KL(q || N(0, 1)) in nats, of q's shape (n, latent): Kingma & Welling 2014, appendix B."""
    return 0.5 * (q.loc.square() + q.scale.square() - 1) - q.scale.log()


def _classes(spec: Spec) -> int:
    if spec.conditional and spec.classes < 2:
        raise ValueError(
            f"A conditional model needs a data set with at least two classes, this one has {spec.classes}."
        )
    return spec.classes if spec.conditional else 0


def _given(y: Tensor | None) -> Tensor:
    if y is None:
        raise ValueError("This model is conditional: give the class of each picture as y, whole numbers of shape (n,).")
    return y
