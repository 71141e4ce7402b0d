"""A walk over the menus: everything that can be combined trains two steps, is kept, loaded and exported."""

from itertools import product

import pytest
import torch

from explorer import catalog, checkpoint, export
from explorer.catalog import Choice
from explorer.spec import Spec, Training
from explorer.train import train
from tests.test_datasets import write_mnist

MENUS = ("datasets", "networks", "objectives", "likelihoods")
SMALL = {"mlp": {"width": 8}, "conv": {"channels": 4, "width": 8}}


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Every data set, small: those that need a download stand here as files of their format."""
    root = write_mnist(tmp_path_factory.mktemp("data"), packed=False, n=8)
    sets = {name: catalog.make("datasets", Choice(name)).load(root) for name in catalog.names("datasets")}
    return {name: (split.train.take(slice(0, 8)), split.test.take(slice(0, 8))) for name, split in sets.items()}


@pytest.mark.parametrize("names", list(product(*map(catalog.names, MENUS))), ids="-".join)
def test_two_steps(names, sources):
    images, _ = sources[names[0]]
    *_, last = train(spec_of(names, images), images, every=0)
    assert last.step == 2
    assert all(torch.isfinite(value).all() for value in last.model.state_dict().values())


@pytest.mark.parametrize("names", list(zip(*(catalog.names(menu) * 3 for menu in MENUS), strict=False)), ids="-".join)
def test_kept_loaded_and_exported(names, sources, tmp_path):
    """Export takes seconds, so here every entry comes in some combination, not every combination."""
    images, test = sources[names[0]]
    *_, last = train(spec_of(names, images), images, every=0)
    kept = checkpoint.save(tmp_path / "model", last.model, test)
    model = kept.model()
    assert model.spec == last.model.spec
    assert kept.note == ""
    z = torch.randn(3, model.spec.latent)
    with torch.no_grad():
        assert export.run(kept.folder / "decoder.onnx", z.numpy())[0] == pytest.approx(
            model.picture(z).numpy(), abs=1e-4
        )
    table, maps = kept.latents()
    assert len(table.mean) == len(test)
    assert maps


def spec_of(names, images):
    data, network, objective, likelihood = map(Choice, names)
    network = Choice(network.name, SMALL.get(network.name, {}))
    return Spec(images.shape, 3, data, network, objective, likelihood, Training(epochs=1, batch=4))
