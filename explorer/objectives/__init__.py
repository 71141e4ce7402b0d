"""What is minimised: one file an objective; `regularizer` is the one open method.

All losses are in nats per image: reconstruction is summed over pixels, KL over latent dimensions, and both are averaged
over the pictures of a batch. (A mean over pixels beside a sum over dimensions is a hidden beta.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.distributions import Normal

from explorer.catalog import knob
from explorer.vae import VAE, Pass, kl_to_prior


class Batch(NamedTuple):
    """What one step of a training sees."""

    x: Tensor  # (n, c, h, w) in [0, 1]: pictures
    y: Tensor | None = None  # (n,) int64: their classes, for a conditional model


class Moment(NamedTuple):
    """Where in a training a step stands."""

    done: float  # share of the training that is done, 0 to 1
    pictures: int  # in the whole training set


class Loss(NamedTuple):
    """A loss and what it is made of, in nats per image."""

    total: Tensor  # a scalar, for backward()
    parts: dict[str, Tensor]  # reconstruction and regularization, scalars that add up to the total
    kl: Tensor  # (latent,): KL(q(z|x) || N(0, 1)) of each dimension, over the batch, as it is and without a weight;
    # infinite where q has no width (a plain autoencoder)
    z: Tensor  # (n, latent): what was drawn, by all that share the batch, cut off from the gradient


class Objective:
    """Reconstruction plus a regularizer. A variant overrides `regularizer`; one that needs more overrides `loss`."""

    stochastic: ClassVar[bool] = True  # False: z is the code mu, nothing is drawn (a plain autoencoder)

    def regularizer(self, out: Pass, kl: Tensor, now: Moment) -> Tensor:
        """Return the regularization loss, a scalar in nats per image.

        kl: KL(q(z|x) || N(0, 1)) of each dimension, (latent,), averaged over the batch, in nats.
        """
        raise NotImplementedError

    def loss(self, model: VAE, batch: Batch, now: Moment, discriminator: nn.Module | None = None) -> Loss:  # noqa: ARG002
        """Return the loss of a batch at a moment of the training."""
        out = together(model(*batch), *model.shard)
        with full_precision(out.z):
            kl = kl_to_prior(out.q).mean(dim=0)
            return self.judge(out, kl, self.regularizer(out, self.charged(kl), now), now)

    def judge(self, out: Pass, kl: Tensor, regularizer: Tensor, now: Moment) -> Loss:
        """Return the Loss of a pass whose KL of each dimension (latent,) and regularizer (a scalar) are known."""
        reconstruction, regularization = -out.p.log_prob(out.x).mean(), self.weight(now) * regularizer
        parts = {"reconstruction": reconstruction, "regularization": regularization}
        return Loss(reconstruction + regularization, parts, kl.detach(), out.z.detach())

    def weight(self, now: Moment) -> float:  # noqa: ARG002  (most have it constant)
        """Return the weight of the regularizer at a moment of the training, 0 to 1."""
        return 1.0

    def charged(self, kl: Tensor) -> Tensor:
        """Return the KL of each dimension (latent,) as the regularizer is to see it."""
        return kl

    def discriminator(self, latent: int) -> nn.Module | None:  # noqa: ARG002  (most objectives have none)
        """Return a second network that plays against the model, or None. It is trained beside it, by its own loss."""
        return None

    def discriminator_loss(self, discriminator: nn.Module, z: Tensor) -> Tensor:
        """Return the discriminator's own loss, a scalar, for what the model just drew: z (n, latent)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Regularized(Objective):
    """An objective with a KL term, which may rise slowly, in cycles, or be charged from some nats on only."""

    warmup: float = knob(0.0, 0.0, 1.0, "share of the training in which the regularizer rises to its full weight")
    cycles: int = knob(1, 1, 100, "how often that rise is repeated: cyclical annealing")
    free_bits: float = knob(0.0, 0.0, 10.0, "nats of KL that each dimension may use for nothing")

    def weight(self, now: Moment) -> float:
        """Return the weight of the regularizer: it rises on a line during the first `warmup` of each cycle.

        Bowman 2016, section 3.1, https://arxiv.org/abs/1511.06349; with cycles Fu 2019, eq. 6 and 7,
        https://arxiv.org/abs/1903.10145.
        """
        if not self.warmup or now.done >= 1:
            return 1.0
        return min(1.0, (now.done * self.cycles) % 1.0 / self.warmup)

    def charged(self, kl: Tensor) -> Tensor:
        """Return the KL of each dimension (latent,), at least `free_bits`: nothing is gained by emptying one.

        Kingma 2016, eq. 15, https://arxiv.org/abs/1606.04934 (each dimension is a group of its own).
        """
        return kl.clamp(min=self.free_bits) if self.free_bits else kl


def together(out: Pass, rank: int, world: int) -> Pass:
    """Return a pass with q and z of the whole batch, in its order, where several processes share it; x and p stay.

    So a covariance or a distance of codes is that of all of them. Each process sees the same whole, and its gradient
    flows into its own part alone, `world` times: the mean over the processes, which is what they share, is then right.
    """
    if world == 1:
        return out
    mine = torch.cat([out.q.loc, out.q.scale, out.z], dim=1)
    parts = [torch.empty_like(mine) for _ in range(world)]
    torch.distributed.all_gather(parts, mine.detach())
    parts[rank] = parts[rank] + world * (mine - mine.detach())
    mu, sigma, z = torch.stack(parts, dim=1).flatten(0, 1).chunk(3, dim=1)  # each (n world, latent)
    return out._replace(q=Normal(mu, sigma, validate_args=False), z=z)


def full_precision(like: Tensor) -> torch.autocast:
    """Return a context in which nothing on the device of `like` is rounded to bfloat16, whatever surrounds it.

    Only the networks gain from that: a covariance or a distance is a small difference of large sums.
    """
    return torch.autocast(like.device.type, enabled=False)
