"""Truth from outside: models that other people trained, and the figures that they published for them."""

import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import relu

from explorer import catalog, latent
from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.measures import batches
from explorer.measures.elbo import elbo
from explorer.spec import Spec
from explorer.vae import VAE

SHARED = Path(__file__).parents[1] / ".." / "shared"
ROWS = 1000

pytestmark = pytest.mark.skipif(not (SHARED / "pretrained").is_dir(), reason="the foreign checkpoints are not here")


class Encoder(nn.Module):
    """The encoder of YannDubs/disentangling-vae (MIT): x (n, c, s, s) -> mean and log-variance, (n, 2 latent)."""

    def __init__(self, channels, side, latent):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 32, 4, stride=2, padding=1)
        self.conv2 = nn.Conv2d(32, 32, 4, stride=2, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 4, stride=2, padding=1)
        if side == 64:
            self.conv_64 = nn.Conv2d(32, 32, 4, stride=2, padding=1)
        self.lin1, self.lin2 = nn.Linear(512, 256), nn.Linear(256, 256)
        self.mu_logvar_gen = nn.Linear(256, 2 * latent)

    def forward(self, x):
        for name in ("conv1", "conv2", "conv3", "conv_64"):
            if hasattr(self, name):
                x = relu(getattr(self, name)(x))
        x = relu(self.lin2(relu(self.lin1(x.flatten(1)))))
        interleaved = self.mu_logvar_gen(x)  # mean and log-variance of one dimension stand side by side
        return torch.cat([interleaved[:, 0::2], interleaved[:, 1::2]], dim=1)


class Decoder(nn.Module):
    """Its decoder: z (n, latent) -> logits (n, c, s, s)."""

    def __init__(self, channels, side, latent):
        super().__init__()
        self.lin1, self.lin2, self.lin3 = nn.Linear(latent, 256), nn.Linear(256, 256), nn.Linear(256, 512)
        if side == 64:
            self.convT_64 = nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1)
        self.convT1 = nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1)
        self.convT2 = nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1)
        self.convT3 = nn.ConvTranspose2d(32, channels, 4, stride=2, padding=1)

    def forward(self, z):
        x = relu(self.lin3(relu(self.lin2(relu(self.lin1(z)))))).view(-1, 32, 4, 4)
        for name in ("convT_64", "convT1", "convT2"):
            if hasattr(self, name):
                x = relu(getattr(self, name)(x))
        return self.convT3(x)  # our Bernoulli takes logits: the sigmoid at their end is in it


def foreign(name):
    """Return a foreign model as ours: its networks and weights, our likelihood, q and measures."""
    folder = SHARED / "pretrained" / name
    about = json.loads((folder / "specs.json").read_text())
    shape, size = tuple(about["img_size"]), about["latent_dim"]
    model = VAE(Spec(shape, size, likelihood=Choice("bernoulli")))
    model.encoder, model.decoder = Encoder(shape[0], shape[1], size), Decoder(shape[0], shape[1], size)
    model.load_state_dict(torch.load(folder / "model.pt", weights_only=True, map_location="cpu"))
    return model.eval()


def mnist_rows():
    train = catalog.make("datasets", Choice("mnist")).load(SHARED / "data").train
    larger = [Image.fromarray(row).resize((32, 32), Image.Resampling.BILINEAR) for row in train.pixels[:ROWS, 0]]
    return Images(np.stack([np.asarray(picture) for picture in larger])[:, None])


def dsprites_rows():
    """Rebuild the first rows of dSprites: squares of the smallest size, unturned, at every place."""
    script = SHARED / "data" / "dsprites" / "make_dsprites.py"
    spec = importlib.util.spec_from_file_location("make_dsprites", script)
    made = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file open
        spec.loader.exec_module(made)
    return Images(made.block(0, 0, 0).reshape(-1, 1, 64, 64)[:ROWS] * np.uint8(255))


@pytest.mark.parametrize(
    ("name", "rows", "reconstruction", "kl"),
    [
        ("VAE_mnist", mnist_rows, 111.9094, 19.1159),
        ("btcvae_dsprites", dsprites_rows, 25.1998, 11.3796),
    ],
)
def test_the_published_figures_come_out(name, rows, reconstruction, kl):
    model, images = foreign(name), rows()
    bound = elbo(model, images, batches.encode(model, images), drawn=False)
    assert bound.reconstruction == pytest.approx(reconstruction, abs=5e-4)
    assert bound.kl.sum() == pytest.approx(kl, abs=5e-4)
    table = latent.encode(model, images)  # what a checkpoint stores is the same
    assert table.error.mean(dtype=np.float64) == pytest.approx(reconstruction, abs=5e-4)
    assert table.kl.sum() == pytest.approx(kl, abs=5e-4)
