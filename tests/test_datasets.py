"""Pictures: what Images holds, how a set is split, what each data set says of itself and where it is missing."""

import subprocess
import sys

import numpy as np
import pytest

from explorer import catalog
from explorer.catalog import Choice
from explorer.datasets import Images, some, split
from tests.sources import write_mnist

PIXELS = np.arange(3 * 16, dtype=np.uint8).reshape(3, 1, 4, 4)
NAMES = catalog.names("datasets")


def make(name, **knobs):
    return catalog.make("datasets", Choice(name, knobs))


def test_digits_are_what_scikit_learn_carries(digits):
    assert (len(digits.train), len(digits.test)) == (1438, 359)
    assert digits.train.shape == (1, 8, 8)
    assert digits.train.pixels.max() == 255
    assert digits.train.label_names == tuple("0123456789")


@pytest.mark.parametrize("name", NAMES)
def test_every_data_set_says_what_it_is_before_it_is_read(name, tmp_path):
    made = make(name)
    assert made.shape is None or (made.shape[0] in (1, 3) and made.shape[1] == made.shape[2])
    assert made.classes is None or made.classes >= 0
    assert made.size
    assert made.licence
    assert made.here(tmp_path) == (name in {"avatars", "digits", "shapes"})


@pytest.mark.parametrize("name", ["avatars", "digits", "mnist"])
def test_what_is_read_is_what_was_said(name, tmp_path):
    made = make(name)
    train, test = made.load(write_mnist(tmp_path, n=10))
    assert train.shape == test.shape == made.shape
    assert len(train.label_names) == made.classes
    if name != "mnist":
        assert made.size == f"{len(train):,} + {len(test):,}"


def test_listing_them_needs_neither_torch_nor_scikit_learn():
    code = (
        "import sys; from pathlib import Path; from explorer import tables; tables.show_datasets(Path('nowhere'))\n"
        "print([name for name in ('torch', 'torchvision', 'sklearn', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_split_is_fixed_whole_and_disjoint():
    images = Images(np.zeros((50, 1, 4, 4), np.uint8), np.arange(50), tuple(map(str, range(50))))
    one, two = split(images), split(images)
    assert (len(one.train), len(one.test)) == (45, 5)
    assert sorted([*one.train.labels, *one.test.labels]) == list(range(50))
    assert one.test.labels.tolist() == two.test.labels.tolist()


def test_some_are_chosen_by_a_fixed_seed_from_everywhere(digits):
    few = some(digits.test, 50)
    assert len(few) == 50
    assert np.array_equal(few.pixels, some(digits.test, 50).pixels)
    assert len(np.unique(few.labels)) == 10
    assert some(digits.test, 10_000) is digits.test


def test_take_keeps_labels_and_factors_with_their_pictures():
    images = Images(PIXELS, np.array([0, 1, 1]), ("a", "b"), np.array([[1.0], [2], [3]], np.float32), ("size",))
    part = images.take(np.array([2, 0]))
    assert part.pixels[0, 0, 0, 0] == 32
    assert part.labels.tolist() == [1, 0]
    assert part.factors.tolist() == [[3], [1]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pixels": PIXELS.astype(np.float32)}, "must be uint8"),
        ({"pixels": PIXELS[:, 0]}, "must be uint8 of shape"),
        ({"pixels": np.zeros((3, 2, 4, 4), np.uint8)}, "must be uint8 of shape"),
        ({"pixels": PIXELS[:0]}, "no picture"),
        ({"labels": np.array([0, 1])}, "3 pictures but 2 labels"),
        ({"labels": np.array([0, 1, 2])}, "Labels must lie from 0 to 1"),
        ({"factors": np.zeros((2, 1), np.float32)}, "3 pictures but 2 factors"),
        ({"factors": np.zeros((3, 1), np.float32)}, "do not fit 0 factor names"),
        ({"factors": np.full((3, 1), np.nan, np.float32), "factor_names": ("size",)}, "not a finite number"),
    ],
)
def test_images_that_do_not_fit_are_refused(change, sentence):
    fitting = {"pixels": PIXELS, "labels": np.array([0, 1, 1]), "label_names": ("a", "b")}
    with pytest.raises(ValueError, match=sentence):
        Images(**(fitting | change))
