"""Data sets with known factors that need no download: the factors are those of the pictures."""

import json
import zipfile

import numpy as np
import pytest

from explorer import catalog, places
from explorer.catalog import Choice
from explorer.datasets import avatars, shapes


def load(name, root=None, **knobs):
    return catalog.make("datasets", Choice(name, knobs)).load(root)


def test_avatars_are_20_000_drawings_of_16_by_16_with_11_factors():
    train, test = load("avatars")
    assert (len(train), len(test), train.shape) == (18_000, 2_000, (3, 16, 16))
    assert [len(values) for values in train.factor_values] == [8, 45, 11, 12, 6, 23, 23, 12, 8, 9, 11]
    assert train.factors.min(axis=0).tolist() == [0.0] * 11
    assert (train.factors.max(axis=0) + 1).tolist() == [len(values) for values in train.factor_values]
    assert (places.PACKAGE / "datasets" / "avatars.npz").stat().st_size < 2_000_000


def test_a_factor_of_an_avatar_is_what_is_seen():
    train, _ = load("avatars")
    skin = train.factors[:, train.factor_names.index("skin")].astype(int)
    colours = np.array([list(bytes.fromhex(value)) for value in train.factor_values[0]])  # (8, 3)

    def shown(values):  # the share of the faces in which the colour of that number is seen
        wanted = colours[values][:, :, None, None]
        return (train.pixels == wanted).all(axis=1).any(axis=(1, 2)).mean()

    assert shown(skin) > 0.9  # some collars hide the part of the neck that is lit
    assert shown((skin + 1) % 8) < 0.2


@pytest.mark.parametrize("label", avatars.LABELS)
def test_every_label_of_the_avatars_has_so_many_classes(label):
    made = catalog.make("datasets", Choice("avatars", {"label": label}))
    train, _ = made.load(None)
    assert len(train.label_names) == made.classes
    assert set(train.labels.tolist()) == set(range(made.classes))
    column = train.factors[:, train.factor_names.index(label)].astype(int)
    values = train.factor_values[train.factor_names.index(label)]
    for value, mark in zip(column[:200], train.labels[:200], strict=True):
        name = train.label_names[mark]
        kind = {f"no {label}": "none", label: "variant"}.get(name, name.removesuffix(f" {label}").lstrip("#"))
        assert values[value].startswith(kind)


def test_the_file_of_the_avatars_holds_no_pickle():
    with zipfile.ZipFile(avatars.FILE) as archive:
        assert sorted(archive.namelist()) == ["colours.npy", "factors.npy", "index.npy", "values.npy"]
    with np.load(avatars.FILE, allow_pickle=False) as file:
        assert len(json.loads(str(file["values"]))) == 11


SMALL = {"positions": 3, "scales": 2, "rotations": 5, "hues": 3}


def test_shapes_are_the_full_grid_and_each_picture_is_another(tmp_path):
    train, test = load("shapes", tmp_path, **SMALL)
    made = catalog.make("datasets", Choice("shapes", SMALL))
    assert (len(train) + len(test), len(test)) == (3 * 2 * 5 * 9 * 3, 81)
    assert made.size == f"{len(train):,} + {len(test)}"
    pixels = np.concatenate([train.pixels, test.pixels])
    factors = np.concatenate([train.factors, test.factors])
    assert len(np.unique(factors, axis=0)) == len(factors)
    assert len(np.unique(pixels.reshape(len(pixels), -1), axis=0)) == len(pixels)
    assert [len(np.unique(column)) for column in factors.T] == [3, 2, 5, 3, 3, 3]
    assert train.label_names == shapes.FORMS
    assert train.labels.tolist() == train.factors[:, 0].tolist()


def test_no_turn_of_a_shape_looks_like_another(tmp_path):
    """Else its rotation would be no factor that can be found."""
    train, test = load("shapes", tmp_path, positions=1, scales=1, rotations=40, hues=1)
    pixels = np.concatenate([train.pixels, test.pixels]).astype(float)
    order = np.lexsort(np.concatenate([train.factors, test.factors])[:, [2, 0]].T)
    for turns in pixels[order].reshape(3, 40, -1):
        apart = np.abs(turns[:, None] - turns[None]).sum(axis=2) / 255  # (40, 40), in pixels
        assert (apart + 1e9 * np.eye(40)).min() > 3


def test_a_shape_lies_where_its_factors_say_in_the_hue_they_say(tmp_path):
    train, _ = load("shapes", tmp_path, **SMALL)
    bright = train.pixels.max(axis=1).astype(float)  # (n, 32, 32)
    grid = (np.arange(32) + 0.5) / 32
    weight = bright.sum(axis=(1, 2))
    x, y = (bright.sum(axis=1) @ grid) / weight, (bright.sum(axis=2) @ grid) / weight
    moon = train.factors[:, 0] == shapes.FORMS.index("moon")  # it is open on one side, so its middle is empty
    assert np.abs(x - train.factors[:, 3])[~moon].max() < 0.03
    assert np.abs(y - train.factors[:, 4])[~moon].max() < 0.03
    red = train.pixels.sum(axis=(2, 3)).argmax(axis=1) == 0
    assert np.array_equal(red, train.factors[:, 5] == 0)
    size = weight / 255
    for form in range(3):
        small, large = (
            size[(train.factors[:, 0] == form) & (train.factors[:, 1] == r)] for r in np.unique(train.factors[:, 1])
        )
        assert small.max() < large.min()


def test_a_shape_is_antialiased_and_never_cut_off(tmp_path):
    train, _ = load("shapes", tmp_path, **SMALL)
    assert len(np.unique(train.pixels)) > 50
    assert train.pixels[:, :, [0, -1]].max() == train.pixels[:, :, :, [0, -1]].max() == 0


def test_a_grid_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match=r"this grid has 62,914,560 pictures, of at most 2,000,000"):
        catalog.make("datasets", Choice("shapes", {"positions": 32, "scales": 16, "rotations": 40, "hues": 32}))


def test_the_usual_grid_is_drawn_in_seconds_and_as_large_as_it_should_be():
    assert catalog.make("datasets", Choice("shapes")).size == "24,883 + 2,765"
