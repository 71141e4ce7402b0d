"""The ELBO and its parts, as averages over pictures: the reconstruction loss and the KL of each dimension."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Normal

from explorer.datasets import Images
from explorer.measures.batches import Track, batch, decode, device_of, fitting, silently, slices
from explorer.vae import VAE, kl_to_prior


class Elbo(NamedTuple):
    """Averages over pictures, in nats per image."""

    reconstruction: float  # -log p(x|z)
    kl: NDArray[np.float64]  # (latent,): KL(q || p) of each dimension

    @property
    def total(self) -> float:
        """The ELBO itself: at most log p(x), higher is better."""
        return -(self.reconstruction + float(self.kl.sum()))


def elbo(model: VAE, images: Images, q: Normal, *, drawn: bool = True, seed: int = 0, track: Track = silently) -> Elbo:
    """Return E_q[log p(x|z)] - KL(q(z|x) || p(z)) in its parts: Kingma & Welling 2014, eq. 3 and appendix B.

    q: what the encoder says of these pictures. The KL is exact; z is drawn once a picture by a fixed seed, or is the
    mean of q without `drawn`.
    """
    z = draw(q, seed) if drawn else q.mean
    return Elbo(float(reconstruction(model, images, z, track).mean()), kl_to_prior(q).double().mean(dim=0).numpy())


def draw(q: Normal, seed: int) -> Tensor:
    """Return one z (n, latent) from q by a fixed seed; torch's own random numbers are left alone."""
    return q.mean + q.stddev * torch.randn(q.mean.shape, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def reconstruction(model: VAE, images: Images, z: Tensor, track: Track = silently) -> NDArray[np.float64]:
    """Return -log p(x|z) of each picture, (n,) in nats, for z (n, latent)."""
    losses = []
    for where in track(slices(len(images), fitting(images.shape)), description="ELBO"):
        x, y = batch(images, where, device_of(model))
        losses.append(-decode(model, z[where], y).log_prob(x).cpu().double())
    return torch.cat(losses).numpy()
