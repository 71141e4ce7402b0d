"""The models that come with the program are whole, and as good as their cards say."""

import dataclasses

import numpy as np
import pytest
import torch

from explorer import card, catalog, checkpoint, export, latent, places
from explorer.catalog import Choice

GALLERY, PROBLEMS = checkpoint.listing(places.gallery_dir())


MOST = 60_000_000  # bytes, of all models together
WANTED = {
    "avatars", "digits-2d", "faces", "fashion", "mnist", "mnist-2d", "mnist-ae-2d", "mnist-bernoulli", "mnist-beta4-2d",
    "mnist-conditional", "shapes-beta_tc",
}  # fmt: skip


def test_it_is_whole_and_small():
    assert PROBLEMS == []
    assert {found.name for found in GALLERY} == WANTED
    assert sum(file.stat().st_size for found in GALLERY for file in found.folder.iterdir()) < MOST


@pytest.mark.parametrize("found", GALLERY, ids=lambda found: found.name)
def test_a_shipped_model_tells_how_it_was_made_and_how_good_it_is(found):
    command, said = card.command(found.name, found.spec), (found.folder / "README.md").read_text()
    assert command in said
    assert command in (places.gallery_dir() / "README.md").read_text()
    assert (found.folder / checkpoint.SHEET).is_file()
    assert found.made["seconds"] > 0
    assert {"mse", "sharpness"} <= found.measures.keys()
    if "kl" in found.measures:
        assert {"nll", "nll_binarized"} & found.measures.keys()


def test_the_class_comparison_differs_in_the_objective_alone():
    specs = [checkpoint.find(name, places.gallery_dir()).spec for name in ("mnist-2d", "mnist-ae-2d", "mnist-beta4-2d")]
    assert [spec.objective.name for spec in specs] == ["vae", "ae", "beta"]
    assert all(dataclasses.replace(spec, objective=specs[0].objective) == specs[0] for spec in specs)


@pytest.mark.parametrize("found", GALLERY, ids=lambda found: found.name)
def test_a_shipped_model_loads_and_its_decoder_is_its_own(found):
    model = found.model()
    table, maps = found.latents()
    assert found.note == ""
    assert maps
    z, y = torch.from_numpy(table.mean[:20]), torch.from_numpy(table.labels[:20]).long() if model.classes else None
    with torch.no_grad():
        wanted = model.picture(z, y).numpy()
    given = [z.numpy()] if y is None else [z.numpy(), y.numpy()]
    assert export.run(found.folder / "decoder.onnx", *given)[0] == pytest.approx(wanted, abs=1e-4)


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


def test_the_twin_on_binarized_digits_is_below_the_published_figure():
    """Burda 2016, table 1: 86.76 nats for a VAE of one stochastic layer, after 3,280 epochs, with 5,000 samples."""
    measures = checkpoint.find("mnist-bernoulli", places.gallery_dir()).measures
    assert measures["nll_binarized"] < 86
    assert measures["nll_binarized_samples"] == 5000


def test_the_dimensions_of_shapes_beta_tc_are_factors():
    assert checkpoint.find("shapes-beta_tc", places.gallery_dir()).measures["mig"] > 0.5
