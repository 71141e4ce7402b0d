"""Pictures: what Images holds, how a set is split, what a missing set says."""

import gzip
import struct

import numpy as np
import pytest

from explorer import catalog
from explorer.catalog import Choice
from explorer.datasets import Images, split
from explorer.datasets.mnist import FILES

PIXELS = np.arange(3 * 16, dtype=np.uint8).reshape(3, 1, 4, 4)


def mnist():
    return catalog.make("datasets", Choice("mnist"))


def write_mnist(root, packed, n=5):
    """Write four files of MNIST's format; picture i is filled with the grey value i, its label is i."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    pictures = np.repeat(np.arange(n, dtype=np.uint8), 784).tobytes()
    for file in FILES:
        if "images" in file:
            data = struct.pack(">IIII", 2051, n, 28, 28) + pictures
        else:
            data = struct.pack(">II", 2049, n) + bytes(range(n))
        if packed:
            (raw / f"{file}.gz").write_bytes(gzip.compress(data))
        else:
            (raw / file).write_bytes(data)
    return root


def test_digits_are_what_scikit_learn_carries(digits):
    assert (len(digits.train), len(digits.test)) == (1438, 359)
    assert digits.train.shape == (1, 8, 8)
    assert digits.train.pixels.max() == 255
    assert digits.train.label_names == tuple("0123456789")
    assert catalog.make("datasets", Choice("digits")).here(None)


@pytest.mark.parametrize("packed", [True, False])
def test_mnist_is_read_from_its_files_packed_or_not_and_they_stay_as_they_are(tmp_path, packed):
    root = write_mnist(tmp_path, packed)
    before = {file: file.is_file() and file.read_bytes() for file in root.rglob("*")}
    assert mnist().here(root)
    loaded = mnist().load(root)
    assert loaded.train.shape == (1, 28, 28)
    assert loaded.train.labels.tolist() == [0, 1, 2, 3, 4]
    assert loaded.test.pixels[3].min() == loaded.test.pixels[3].max() == 3
    assert {file: file.is_file() and file.read_bytes() for file in root.rglob("*")} == before


def test_a_missing_mnist_says_which_files_to_put_where(tmp_path, monkeypatch):
    def no_network(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", no_network)
    assert not mnist().here(tmp_path)
    with pytest.raises(LookupError, match=r"put train-images-idx3-ubyte\.gz, .* into .*raw"):
        mnist().load(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"nonsense", struct.pack(">IIII", 2051, 9, 28, 28), b"\x08" * 3000])
@pytest.mark.parametrize("packed", [True, False])
def test_damaged_mnist_files_are_named(tmp_path, damage, packed):
    raw = write_mnist(tmp_path, packed) / "MNIST" / "raw"
    file = raw / (f"{FILES[0]}.gz" if packed else FILES[0])
    file.write_bytes(gzip.compress(damage) if packed and damage.startswith(b"\x08") else damage)
    with pytest.raises(ValueError, match=f"{FILES[0]}.* is damaged .* delete it") as error:
        mnist().load(tmp_path)
    assert "\n" not in str(error.value)


def test_split_is_fixed_whole_and_disjoint():
    images = Images(np.zeros((50, 1, 4, 4), np.uint8), np.arange(50), tuple(map(str, range(50))))
    one, two = split(images), split(images)
    assert (len(one.train), len(one.test)) == (45, 5)
    assert sorted([*one.train.labels, *one.test.labels]) == list(range(50))
    assert one.test.labels.tolist() == two.test.labels.tolist()


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
    ],
)
def test_images_that_do_not_fit_are_refused(change, sentence):
    fitting = {"pixels": PIXELS, "labels": np.array([0, 1, 1]), "label_names": ("a", "b")}
    with pytest.raises(ValueError, match=sentence):
        Images(**(fitting | change))
