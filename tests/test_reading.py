"""A data set read for a command: its classes are those that the model was told."""

import dataclasses
import shutil

import numpy as np
import pytest

from explorer import encode, reading
from explorer.datasets import Split


@pytest.fixture
def told(tiny):
    """The tiny model as one that is told the class; its table names the ten digits."""
    return dataclasses.replace(tiny, spec=dataclasses.replace(tiny.spec, conditional=True, classes=10))


@pytest.fixture
def odd(digits):
    """The odd digits among the test pictures, their classes numbered from 0 and backwards."""
    chosen = digits.test.take(digits.test.labels % 2 == 1)
    return dataclasses.replace(chosen, labels=(9 - chosen.labels) // 2, label_names=tuple("97531"))


def test_classes_of_other_numbers_are_found_by_their_names(told, odd):
    images = reading.as_told(told, odd)
    assert images.label_names == tuple("0123456789")
    assert images.labels.tolist() == [int("97531"[label]) for label in odd.labels]


def test_a_class_that_the_model_does_not_know_is_refused_and_one_that_does_not_occur_is_not(told, odd):
    odd = dataclasses.replace(odd, label_names=(*"97531", "cat"))
    assert np.unique(reading.as_told(told, odd).labels).tolist() == [1, 3, 5, 7, 9]
    with pytest.raises(ValueError, match="The model tiny does not know the class 'cat'; it knows 0, 1, 2"):
        reading.as_told(told, dataclasses.replace(odd, labels=odd.labels + 1))


def test_what_is_not_told_stays_as_it_is(tiny, told, digits, odd):
    assert reading.as_told(tiny, odd) is odd
    assert reading.as_told(told, digits.test) is digits.test
    bare = dataclasses.replace(odd, labels=None, label_names=())
    assert reading.as_told(told, bare) is bare


def test_encode_takes_classes_by_their_names_but_those_of_a_damaged_table(told, digits, odd, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "read", lambda *given: Split(digits.train, odd))
    assert encode.pictures(told, None, "test", tmp_path)[0].label_names == tuple("0123456789")
    damaged = dataclasses.replace(told, folder=shutil.copytree(told.folder, tmp_path / "tiny"))
    (damaged.folder / "latents.safetensors").write_bytes(b"broken")
    assert encode.pictures(damaged, None, "test", tmp_path) == [odd]
    with pytest.raises(ValueError, match="damaged"):
        encode.pictures(damaged, "digits", "test", tmp_path)


def test_evaluate_takes_classes_by_their_names(told, digits, odd, tmp_path, monkeypatch):
    from explorer import checkpoint, evaluate

    seen = []
    monkeypatch.setattr(reading, "read", lambda *given: Split(digits.train, odd))
    monkeypatch.setattr(checkpoint, "find", lambda *given: told)
    monkeypatch.setattr(evaluate, "_measure", lambda found, split, *more: seen.append(split) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evaluate.run({"model": "tiny", "models_dir": None, "data_dir": tmp_path, "json": None})
    assert seen[0].test.label_names == tuple("0123456789")


def test_skipped_pictures_are_named_up_to_fifty(digits):
    def remarks(count):
        train = dataclasses.replace(digits.train, skipped=tuple(f"{i}.png: broken" for i in range(count)))
        return reading.remarks(Split(train, digits.test))

    assert remarks(1) == ["1 could not be read and is left out:", "  0.png: broken"]
    assert remarks(50)[-1] == "  49.png: broken"
    assert remarks(52)[-1] == "  and 2 more"
