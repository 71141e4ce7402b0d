"""How likely test pictures are under the model: -log p(x), estimated by importance sampling."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Normal

from explorer.datasets import Images
from explorer.measures.batches import Track, batch, decode, device_of, fitting, silently, slices
from explorer.objectives import Batch
from explorer.vae import VAE


@torch.inference_mode()
def nll(
    model: VAE, images: Images, q: Normal, samples: int, *, seed: int = 0, track: Track = silently
) -> NDArray[np.float32]:
    """Return the estimate of -log p(x) of each picture, (n,) in nats.

    -log (1/k) sum_i p(x|z_i) p(z_i) / q(z_i|x), z_i drawn from q(z|x): Burda 2015, eq. 8,
    https://arxiv.org/abs/1509.00519. It never lies below -log p(x) on average, and comes closer with each sample;
    one sample is the ELBO. Memory does not grow with `samples`. ValueError for fewer than one sample.
    """
    if samples < 1:
        raise ValueError(f"The number of samples must be 1 or more, not {samples}.")
    random = torch.Generator().manual_seed(seed)
    found, rows = [], fitting(images.shape)
    for where in track(slices(len(images), max(1, rows // samples)), description=f"NLL, {samples:,} samples"):
        here = Normal(q.mean[where], q.stddev[where], validate_args=False)
        found.append(_log_mean_weight(model, batch(images, where, device_of(model)), here, samples, rows, random))
    return -torch.cat(found).numpy()


def _log_mean_weight(model: VAE, some: Batch, q: Normal, samples: int, rows: int, random: torch.Generator) -> Tensor:
    """Return log (1/k) sum_i w_i of some pictures, (n,); float32 is enough because logsumexp takes out the largest."""
    total = torch.full((len(some.x),), -math.inf)
    for part in slices(samples, max(1, rows // len(some.x))):
        count = part.stop - part.start
        z = q.mean + q.stddev * torch.randn((count, *q.mean.shape), generator=random)  # (count, n, latent)
        total = torch.logaddexp(total, _log_weights(model, some, q, z).logsumexp(dim=0))
    return total - math.log(samples)


def _log_weights(model: VAE, some: Batch, q: Normal, z: Tensor) -> Tensor:
    """Return log p(x|z) + log p(z) - log q(z|x), (count, n), for z (count, n, latent)."""
    count, n, latent = z.shape
    x = some.x if n == 1 else some.x.repeat(count, 1, 1, 1)  # a single picture is not copied
    y = None if some.y is None else some.y.repeat(count)
    log_p = decode(model, z.reshape(count * n, latent), y).log_prob(x).cpu().reshape(count, n)
    epsilon = (z - q.mean) / q.stddev
    # the two normalizers log(2 pi) / 2 cancel
    return log_p + (0.5 * epsilon**2 + q.stddev.log() - 0.5 * z**2).sum(dim=2)
