"""The models that come with the program are whole, and as good as their cards say."""

import numpy as np
import pytest
import torch

from explorer import catalog, checkpoint, export, latent, places
from explorer.catalog import Choice

GALLERY, PROBLEMS = checkpoint.listing(places.gallery_dir())


def test_none_is_damaged():
    assert PROBLEMS == []
    assert GALLERY


@pytest.mark.parametrize("found", GALLERY, ids=lambda found: found.name)
def test_a_shipped_model_loads_and_its_decoder_is_its_own(found):
    model = found.model()
    table, maps = found.latents()
    assert found.note == ""
    assert maps
    z = torch.from_numpy(table.mean[:20])
    with torch.no_grad():
        wanted = model.picture(z).numpy()
    assert export.run(found.folder / "decoder.onnx", z.numpy())[0] == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("found", GALLERY, ids=lambda found: found.name)
def test_the_stored_figures_are_those_of_the_stored_table(found):
    table, _ = found.latents()
    assert found.measures["reconstruction"] == pytest.approx(table.error.mean(), rel=1e-5)
    if table.kl is not None:
        assert found.measures["kl"] == pytest.approx(table.kl.sum(), rel=1e-5)


def test_the_figures_of_digits_2d_come_out_again():
    found = checkpoint.find("digits-2d", places.gallery_dir())
    digits = catalog.make("datasets", Choice("digits")).load(None)
    table = latent.encode(found.model(), digits.test)
    assert table.error.mean() == pytest.approx(found.measures["reconstruction"], rel=1e-4)
    assert table.kl.sum() == pytest.approx(found.measures["kl"], rel=1e-4)


def test_digits_2d_tells_digits_apart():
    """A map worth looking at: the nearest neighbour of a point is mostly the same digit (chance: 1 in 10)."""
    table, _ = checkpoint.find("digits-2d", places.gallery_dir()).latents()
    distance = ((table.mean[:, None] - table.mean[None]) ** 2).sum(-1)
    np.fill_diagonal(distance, np.inf)
    assert (table.labels[distance.argmin(axis=1)] == table.labels).mean() > 0.6
