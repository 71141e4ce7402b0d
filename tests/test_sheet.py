"""The contact sheet: the same each time, for any model, with the pictures that it says."""

import numpy as np
import pytest
import torch

from explorer import sheet as sheets
from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.likelihoods.bernoulli import Bernoulli
from explorer.sheet import sheet
from explorer.spec import Spec
from explorer.vae import VAE

RANDOM = np.random.default_rng(0)


def pictures(n, *shape, labels=None):
    return Images(
        RANDOM.integers(0, 256, (n, *shape)).astype(np.uint8), labels, tuple("abc") if labels is not None else ()
    )


@pytest.mark.parametrize("latent", [1, 2, 512])
@pytest.mark.parametrize("objective", ["vae", "ae"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 28, 20), (3, 300, 300)])
def test_any_model_has_a_sheet(latent, objective, shape):
    small = Choice("mlp", {"width": 8})
    model = VAE(Spec(shape, latent, network=small, objective=Choice(objective))).eval()
    painted = sheet(model, pictures(12, *shape))
    assert painted.mode == "RGB"
    assert 500 < painted.width < 1500
    assert painted.height < 2500
    assert painted.getpixel((0, 0)) == sheets.PAPER


def test_the_same_model_pictures_and_seed_give_the_same_sheet(tiny, digits):
    torch.manual_seed(1)
    first = sheet(tiny.model(), digits.test).tobytes()
    torch.manual_seed(2)
    assert sheet(tiny.model(), digits.test).tobytes() == first
    assert sheet(tiny.model(), digits.test, seed=1).tobytes() != first


def test_fewer_pictures_than_columns(tiny, digits):
    sheet(tiny.model(), digits.test.take(slice(0, 1)))


def test_pictures_are_enlarged_pixel_by_pixel_and_reduced_by_whole_numbers():
    eight = RANDOM.integers(0, 256, (1, 8, 8)).astype(np.uint8)
    assert np.array_equal(np.asarray(sheets._cell(eight)), np.kron(eight[0], np.ones((7, 7))))
    assert sheets._cell(RANDOM.integers(0, 256, (3, 64, 64)).astype(np.uint8)).size == (64, 64)
    assert sheets._cell(np.zeros((3, 300, 384), np.uint8)).size == (128, 100)


def test_a_row_of_a_traversal_moves_one_dimension_from_the_mean(tiny, digits, monkeypatch):
    """Rows must not add up: each starts at the mean of the data."""
    from explorer import latent

    seen = []
    monkeypatch.setattr(sheets, "_decoded", lambda model, z, labels: seen.append(z) or np.zeros((len(z), 1, 8, 8)))
    table = latent.encode(tiny.model(), digits.test)
    section = sheets._traversals(tiny.model(), table, None)
    middle, spread = table.mean.mean(axis=0), table.mean.std(axis=0)
    order = np.argsort(-table.kl)
    assert section.labels[0].startswith(f"z{order[0] + 1}, KL ")
    for i, z in zip(order, seen, strict=True):
        others = np.delete(np.arange(3), i)
        assert z[:, others] == pytest.approx(np.tile(middle[others], (10, 1)), abs=1e-6)
        assert z[[0, -1], i] == pytest.approx([middle[i] - 3 * spread[i], middle[i] + 3 * spread[i]], abs=1e-5)


class Told(torch.nn.Module):
    """Stands for a conditional model: its picture is as bright as its class."""

    stochastic, classes = True, 3

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.spec = Spec((1, 8, 8), 2)
        self.likelihood = Bernoulli()

    def encode(self, x, y):
        return torch.distributions.Normal(x.flatten(1)[:, :2], torch.ones(len(x), 2))

    def picture(self, z, y):
        return ((y + 1) / 4).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)

    def decoded(self, z, y):
        return torch.logit(self.picture(z, y))


def test_a_conditional_model_shows_the_same_z_in_all_its_classes(monkeypatch):
    shown = []
    monkeypatch.setattr(sheets, "_paint", lambda headline, sections: shown.extend(sections))
    sheet(Told(), pictures(20, 1, 8, 8, labels=np.arange(20) % 3))
    styles = shown[-1]
    assert styles.title == "The same z in each row, told the class: a, b, c"
    assert [row[:, 0, 0, 0].tolist() for row in styles.rows] == [[64, 128, 191]] * sheets.STYLES
    assert shown[1].rows[0][:, 0, 0, 0].tolist() == [64, 128, 191]
