"""MNIST and its kin: files that are packed or not, transposed, counted from 1, damaged, hostile."""

import gzip
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import catalog
from explorer.catalog import Choice
from explorer.datasets import _idx, emnist, fashion, kmnist, qmnist
from explorer.datasets.mnist import SOURCE as MNIST
from tests.sources import sentence, write_idx, write_mnist

FILE = MNIST.train.images
HEAD = struct.pack(">IIII", 2051, 5, 28, 28)


def make(name, **knobs):
    return catalog.make("datasets", Choice(name, knobs))


@pytest.mark.parametrize("packed", [True, False])
def test_mnist_is_read_from_its_files_packed_or_not_and_they_stay_as_they_are(tmp_path, packed):
    root = write_mnist(tmp_path, packed)
    before = {file: file.is_file() and file.read_bytes() for file in root.rglob("*")}
    assert make("mnist").here(root)
    loaded = make("mnist").load(root)
    assert loaded.train.shape == (1, 28, 28)
    assert loaded.train.labels.tolist() == [0, 1, 2, 3, 4]
    assert loaded.test.pixels[3, 0, :, 0].tolist() == [3] * 28
    assert loaded.train.pixels.flags.writeable  # as torch wants it
    assert {file: file.is_file() and file.read_bytes() for file in root.rglob("*")} == before


@pytest.mark.parametrize(("name", "module"), [("fashion", fashion), ("kmnist", kmnist)])
def test_its_kin_lie_in_folders_of_their_own(tmp_path, name, module):
    train, test = make(name).load(write_idx(tmp_path, module.SOURCE))
    assert train.labels.tolist() == test.labels.tolist() == [0, 1, 2, 3, 4]
    assert train.label_names == module.NAMES


def test_qmnist_has_its_class_in_the_first_column_of_its_labels(tmp_path):
    train, _ = make("qmnist").load(write_idx(tmp_path, qmnist.SOURCE, columns=8))
    assert train.labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("split", emnist.PARTS)
def test_emnist_is_turned_upright_and_counts_from_zero(tmp_path, split):
    made = make("emnist", split=split)
    train, _ = made.load(write_idx(tmp_path, made._source))
    assert train.labels.tolist() == [0, 1, 2, 3, 4]
    assert len(train.label_names) == made.classes
    assert train.pixels[1, 0, -1].tolist() == [255] * 28  # the right column of the file is the bottom row
    assert train.pixels[1, 0, 0].tolist() == [1] * 28


def test_emnist_names_its_classes_as_their_files_count_them():
    assert emnist.PARTS["balanced"][1] == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
    assert [len(emnist.PARTS[split][1]) for split in ("byclass", "bymerge", "letters")] == [62, 47, 26]


@pytest.mark.parametrize("name", ["mnist", "fashion", "kmnist", "emnist", "qmnist"])
def test_a_missing_one_says_which_files_to_put_where(tmp_path, name):
    assert not make(name).here(tmp_path)
    with pytest.raises(LookupError, match=r"neither found nor fetched: put \S+idx3-ubyte\.gz, .* into .*raw") as error:
        make(name).load(tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("damage", [b"", b"nonsense", HEAD, b"\x08" * 3000, struct.pack(">IIII", 2051, 2**31, 28, 28)])
@pytest.mark.parametrize("packed", [True, False, "in part"])
def test_damaged_files_are_named(tmp_path, damage, packed):
    raw = write_mnist(tmp_path, bool(packed)) / "MNIST" / "raw"
    file = raw / (f"{FILE}.gz" if packed else FILE)
    file.write_bytes({True: gzip.compress(damage), False: damage, "in part": gzip.compress(damage)[:-4]}[packed])
    with pytest.raises(ValueError, match=f"{FILE}.* is damaged .* delete it") as error:
        make("mnist").load(tmp_path)
    assert "\n" not in str(error.value)


def test_labels_that_are_no_classes_are_named(tmp_path):
    raw = write_mnist(tmp_path) / "MNIST" / "raw"
    (raw / f"{MNIST.test.labels}.gz").write_bytes(gzip.compress(struct.pack(">II", 2049, 5) + bytes([0, 1, 2, 3, 10])))
    with pytest.raises(ValueError, match=r"t10k-labels.* is damaged \(it should hold 5 labels of 10 classes\)"):
        make("mnist").load(tmp_path)


def test_no_more_is_unpacked_than_the_file_says_it_holds(tmp_path):
    raw = write_mnist(tmp_path) / "MNIST" / "raw"
    (raw / f"{FILE}.gz").write_bytes(gzip.compress(HEAD + bytes(50_000_000)))
    with pytest.raises(ValueError, match="should hold"):
        make("mnist").load(tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary() | st.binary().map(lambda rest: HEAD + rest) | st.binary().map(gzip.compress))
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_any_bytes_are_an_array_or_a_sentence(tmp_path, suffix, data):
    (tmp_path / f"{FILE}{suffix}").write_bytes(data)
    said = sentence(_idx.read, tmp_path, FILE)
    assert not said or "is damaged" in said
