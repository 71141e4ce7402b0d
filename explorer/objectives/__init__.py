"""What is minimised: one file an objective; `regularizer` is the one open method.

All losses are in nats per image: reconstruction is summed over pixels, KL over latent dimensions, and both are averaged
over the pictures of a batch. (A mean over pixels beside a sum over dimensions is a hidden beta.)
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from torch import Tensor

from explorer.vae import VAE, Pass, kl_to_prior


class Loss(NamedTuple):
    """A loss and what it is made of, each a scalar in nats per image."""

    total: Tensor  # for backward()
    parts: dict[str, Tensor]  # reconstruction and regularization: they add up to the total


class Objective:
    """Reconstruction plus a regularizer. A variant overrides `regularizer`; one that needs more overrides `loss`."""

    stochastic: ClassVar[bool] = True  # False: z is the code mu, nothing is drawn (a plain autoencoder)

    def regularizer(self, out: Pass, kl: Tensor, step: int) -> Tensor:
        """Return the regularization loss, a scalar in nats per image.

        kl: KL(q(z|x) || N(0, 1)) of shape (n, latent), in nats. step: training steps done so far, from 0.
        """
        raise NotImplementedError

    def loss(self, model: VAE, x: Tensor, step: int) -> Loss:
        """Return the loss of pictures x (n, c, h, w) in [0, 1] at a training step."""
        out = model(x)
        reconstruction = -out.p.log_prob(x).mean()
        regularization = self.regularizer(out, kl_to_prior(out.q), step)
        parts = {"reconstruction": reconstruction, "regularization": regularization}
        return Loss(reconstruction + regularization, parts)
