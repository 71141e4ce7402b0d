"""Encoder and decoder pairs: one file a network."""

from __future__ import annotations

from torch import nn


class Network:
    """Builds the two halves of a VAE. Its fields are its knobs."""

    def encoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from pictures (n, c, h, w) to (n, 2 latent): mu, then log sigma^2."""
        raise NotImplementedError

    def decoder(self, shape: tuple[int, int, int], latent: int) -> nn.Module:
        """Return a module from z (n, latent) to logits (n, c, h, w)."""
        raise NotImplementedError
