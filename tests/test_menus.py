"""A walk over the menus: everything that can be combined trains two steps, is kept, loaded and exported."""

from itertools import product
from pathlib import Path

import pytest
import torch

from explorer import catalog, checkpoint, export
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.spec import Spec, Training
from explorer.train import train
from tests.small import smallest
from tests.sources import write_mnist

MENUS = ("datasets", "networks", "objectives", "likelihoods")
NOWHERE = Path("nowhere")
DATA = [  # those that need no network, and one whose files are written here
    name
    for name in catalog.names("datasets")
    if name == "mnist" or catalog.make("datasets", Choice(name)).here(NOWHERE)
]
ENTRIES = (DATA, *map(catalog.names, MENUS[1:]))
COMBINATIONS = list(product(*ENTRIES))


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Load the data sets, small; files of MNIST's format are put here for it."""
    root = write_mnist(tmp_path_factory.mktemp("data"), packed=True, n=8)
    splits = {name: catalog.make("datasets", Choice(name)).load(root) for name in DATA}
    return {name: tuple(part.take(slice(0, 8)) for part in split) for name, split in splits.items()}


def two_steps(names, sources):
    """Train a model for two steps; return it with the test pictures."""
    images, test = sources[names[0]]
    data, network, objective, likelihood = names
    network = smallest("networks", network)
    training = Training(epochs=1, batch=4)
    spec = Spec(images.shape, 3, Choice(data), network, Choice(objective), Choice(likelihood), training)
    *_, last = train(Learner(spec), images, every=0)
    assert last.step == 2
    return last.model, test


@pytest.mark.parametrize("names", COMBINATIONS, ids="-".join)
def test_every_combination_trains_is_kept_and_loads(names, sources, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)  # takes seconds: see below
    model, test = two_steps(names, sources)
    kept = checkpoint.save(tmp_path / "model", model, test)
    again = kept.model()
    assert again.spec == model.spec
    for name, value in model.state_dict().items():
        assert torch.isfinite(value).all()
        assert torch.equal(again.state_dict()[name], value)
    table, maps = kept.latents()
    assert len(table.mean) == len(test)
    assert maps


@pytest.mark.parametrize("names", list(product(*ENTRIES[:3])), ids="-".join)
def test_every_data_set_network_and_objective_is_exported(names, sources, tmp_path):
    model, test = two_steps((*names, "bernoulli"), sources)
    kept = checkpoint.save(tmp_path / "model", model, test)
    assert kept.note == ""
    assert_decodes_alike(kept)


@pytest.mark.parametrize("likelihood", catalog.names("likelihoods"))
def test_every_likelihood_is_exported(likelihood, sources, tmp_path):
    model, test = two_steps(("digits", "mlp", "vae", likelihood), sources)
    assert_decodes_alike(checkpoint.save(tmp_path / "model", model, test))


def assert_decodes_alike(kept):
    model, z = kept.model(), torch.randn(3, kept.spec.latent)
    with torch.no_grad():
        wanted = model.picture(z).numpy()
    assert export.run(kept.folder / "decoder.onnx", z.numpy())[0] == pytest.approx(wanted, abs=1e-4)
