"""Models whose numbers can be worked by hand."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.spec import Spec
from explorer.vae import VAE


class Constant(nn.Module):
    """Gives the same numbers for every input."""

    def __init__(self, values, shape):
        super().__init__()
        self.values, self.shape = nn.Parameter(torch.tensor(values)), shape

    def forward(self, x):
        return self.values.expand(len(x), -1).reshape(len(x), *self.shape)


class Spread(nn.Module):
    """Gives z as the logit of each of 16 pixels."""

    def forward(self, z):
        return z[:, :, None, None].expand(-1, -1, 4, 4)


@pytest.fixture
def blind():
    """4x4 pictures, one latent dimension, q(z|x) = N(1, 2^2) for all x, p(x|z) = a fair coin for each pixel."""
    model = VAE(Spec((1, 4, 4), 1, likelihood=Choice("bernoulli"))).eval()
    model.encoder, model.decoder = Constant([1.0, math.log(4)], (2,)), Constant([0.0] * 16, (1, 4, 4))
    return model


@pytest.fixture
def seeing():
    """The same, but every pixel is white with the chance sigmoid(z), and q(z|x) = N(0.5, 1)."""
    model = VAE(Spec((1, 4, 4), 1, likelihood=Choice("bernoulli"))).eval()
    model.encoder, model.decoder = Constant([0.5, 0.0], (2,)), Spread()
    return model


@pytest.fixture
def black_and_white():
    """A black picture and a white one."""
    pixels = np.zeros((2, 1, 4, 4), np.uint8)
    pixels[1] = 255
    return Images(pixels)
