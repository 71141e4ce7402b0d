"""A walk over the menus: everything that can be combined trains two steps, is kept, loaded and exported."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch

from explorer import catalog, checkpoint, export
from explorer.catalog import Choice
from explorer.datasets import Split
from explorer.learner import Learner
from explorer.measures import classifier
from explorer.measures.suite import evaluate
from explorer.spec import Spec, Training
from explorer.train import train
from tests.small import smallest
from tests.sources import write_mnist

NOWHERE = Path("nowhere")
DATA = [  # those that need no network, and one whose files are written here
    name
    for name in catalog.names("datasets")
    if name == "mnist" or catalog.make("datasets", Choice(name)).here(NOWHERE)
]
LIKELIHOODS = catalog.names("likelihoods")
COMBINATIONS = [  # every data set x network x objective; the likelihoods take turns, so that each meets each objective
    (*names, LIKELIHOODS[number % len(LIKELIHOODS)])
    for number, names in enumerate(product(DATA, *map(catalog.names, ("networks", "objectives"))))
]
EXPORTED = [  # what leaves depends on the objective only in whether q has a width: `ae`, and one of the others by turns
    names for number, names in enumerate(COMBINATIONS) if names[2] == "ae" or number % 9 == 1 + number // 9 % 8
]


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Load the data sets, small; files of MNIST's format are put here for it."""
    root = write_mnist(tmp_path_factory.mktemp("data"), packed=True, n=8)
    splits = {name: catalog.make("datasets", Choice(name)).load(root) for name in DATA}
    return {name: tuple(part.take(slice(0, 8)) for part in split) for name, split in splits.items()}


def two_steps(names, sources, **choices):
    """Train a model for two steps; return it with the test pictures."""
    images, test = sources[names[0]]
    data, network, objective, likelihood = names
    network = smallest("networks", network)
    training = Training(epochs=1, batch=4)
    spec = Spec(images.shape, 3, Choice(data), network, Choice(objective), Choice(likelihood), training)
    spec = replace(spec, classes=len(images.label_names), **choices)
    *_, last = train(Learner(spec), images, every=0)
    assert last.step == 2
    return last.model, test


@pytest.mark.parametrize("names", COMBINATIONS, ids="-".join)
def test_every_combination_trains_is_kept_and_loads(names, sources, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)  # takes seconds: see below
    model, test = two_steps(names, sources)
    kept = checkpoint.save(tmp_path / "model", model, test, maps=("axes", "pca"))
    again = kept.model()
    assert again.spec == model.spec
    for name, value in model.state_dict().items():
        assert torch.isfinite(value).all()
        assert torch.equal(again.state_dict()[name], value)
    table, maps = kept.latents()
    assert len(table.mean) == len(test)
    assert maps


@pytest.mark.parametrize("names", EXPORTED, ids="-".join)
def test_every_data_set_and_network_is_exported_and_measured(names, sources, tmp_path, monkeypatch):
    monkeypatch.setattr(classifier, "SEEN", 256)
    model, test = two_steps(names, sources)
    kept = checkpoint.save(tmp_path / "model", model, test, maps=("axes",))
    assert kept.note == ""
    assert_decodes_alike(kept)
    found = evaluate(kept, Split(sources[names[0]][0], test), cache=tmp_path, samples=2, pictures=4).figures
    assert found["mse"] > 0
    assert ("nll" in found) == model.stochastic


@pytest.mark.parametrize(("network", "likelihood"), list(product(catalog.names("networks"), LIKELIHOODS)))
def test_every_conditional_model_is_kept_and_exported(network, likelihood, sources, tmp_path):
    model, test = two_steps(("digits", network, "vae", likelihood), sources, conditional=True)
    kept = checkpoint.save(tmp_path / "model", model, test, maps=("axes",))
    assert kept.note == ""
    z, y = torch.randn(3, kept.spec.latent), torch.tensor([0, 5, 9])
    with torch.no_grad():
        wanted = kept.model().picture(z, y).numpy()
    assert export.run(kept.folder / "decoder.onnx", z.numpy(), y.numpy())[0] == pytest.approx(wanted, abs=1e-4)


def assert_decodes_alike(kept):
    model, z = kept.model(), torch.randn(3, kept.spec.latent)
    with torch.no_grad():
        wanted = model.picture(z).numpy()
    assert export.run(kept.folder / "decoder.onnx", z.numpy())[0] == pytest.approx(wanted, abs=1e-4)
