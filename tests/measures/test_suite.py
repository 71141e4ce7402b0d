"""All measures of a model at once, and the small classifier that is trained once."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer import checkpoint
from explorer.catalog import Choice
from explorer.datasets import Images, Split
from explorer.learner import Learner
from explorer.measures import UnmeasurableError, batches, classifier, suite
from explorer.measures.table import TABLE, rows
from explorer.spec import Spec, Training
from explorer.train import train

BASICS = {
    "elbo", "elbo_reconstruction", "elbo_kl", "nll", "nll_samples", "nll_pictures", "active_units", "mse", "psnr",
    "ssim", "sharpness", "sharpness_reconstructions", "frechet", "frechet_floor", "classifier_accuracy",
    "probe_accuracy",
}  # fmt: skip
FACTORED = {
    "mig", "sap", "dci_disentanglement", "dci_completeness", "dci_informativeness", "factorvae_score",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(classifier, "SEEN", 10_000)
    monkeypatch.setattr(suite, "SAMPLES", 1_000)


def measure(model, split, tmp_path, **knobs):
    return suite.evaluate(model, split, cache=tmp_path, **({"samples": 3, "pictures": 50} | knobs))


def pictures(digits):
    return torch.cat(list(batches.real(digits.test)))


def trained(digits, folder, **choices):
    small = {"network": Choice("mlp", {"width": 8}), "training": Training(epochs=1)}
    *_, last = train(Learner(Spec((1, 8, 8), 2, classes=10, **(small | choices))), digits.train)
    return checkpoint.save(folder / "model", last.model, digits.test)


def test_every_figure_is_a_number_that_the_table_explains(tiny, digits, tmp_path):
    found = measure(tiny, digits, tmp_path)
    assert set(found.figures) == BASICS
    assert BASICS | FACTORED | set(tiny.measures) <= set(TABLE)
    assert all(type(value) in (int, float) and math.isfinite(value) for value in found.figures.values())
    assert found.figures["elbo"] == pytest.approx(-found.figures["elbo_reconstruction"] - found.figures["elbo_kl"])
    assert sum(found.kl_per_dimension) == pytest.approx(found.figures["elbo_kl"])
    assert found.figures["elbo_kl"] == pytest.approx(tiny.measures["kl"], rel=1e-5)
    assert found.figures["nll_pictures"] == 50
    assert list(found.missing) == ["MIG, SAP, DCI and FactorVAE score"]
    assert found.notes == []


@pytest.mark.parametrize("binarize", [False, True])
def test_the_nll_takes_more_pictures_than_the_other_measures_if_it_is_asked_to(
    tiny, digits, tmp_path, monkeypatch, binarize
):
    monkeypatch.setattr(suite, "MOST", 100)
    found = measure(tiny, digits, tmp_path, pictures=120, binarize=binarize)
    assert found.figures["nll_binarized_pictures" if binarize else "nll_pictures"] == 120


def test_the_same_numbers_come_again(tiny, digits, tmp_path):
    one, two = (measure(tiny, digits, tmp_path / name) for name in "ab")
    assert one.figures == two.figures


def test_binarized_figures_have_keys_of_their_own(tiny, digits, tmp_path):
    found = measure(tiny, digits, tmp_path, binarize=True).figures
    assert {"elbo_binarized", "nll_binarized", "nll_binarized_samples"} <= set(found)
    assert not {"elbo", "nll"} & set(found)
    assert set(found) <= set(TABLE)


def test_the_classifier_is_trained_once(tiny, digits, tmp_path, monkeypatch):
    first = measure(tiny, digits, tmp_path).figures
    monkeypatch.setattr(classifier, "_train", lambda *_: pytest.fail("it was trained again"))
    assert measure(tiny, digits, tmp_path).figures["frechet"] == first["frechet"]
    assert first["classifier_accuracy"] > 0.8


def test_other_pictures_or_knobs_have_another_classifier(digits):
    keys = {
        classifier._key(digits.train, Choice("digits")),
        classifier._key(digits.train, Choice("digits", {"knob": 1})),
        classifier._key(digits.test, Choice("digits")),
        classifier._key(replace(digits.train, labels=(digits.train.labels + 1) % 10), Choice("digits")),
    }
    assert len(keys) == 4


@pytest.mark.parametrize("damage", [b"", b"no safetensors", None])
def test_a_damaged_classifier_is_trained_again(digits, tmp_path, damage):
    wanted, _ = classifier.trained(digits.train, Choice("digits"), tmp_path)
    (file,) = (tmp_path / "classifiers").iterdir()
    file.write_bytes(file.read_bytes()[:-10] if damage is None else damage)
    again, note = classifier.trained(digits.train, Choice("digits"), tmp_path)
    assert note == ""
    x = pictures(digits)
    assert np.array_equal(again.features(x), wanted.features(x))
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_kept_classifier_of_no_numbers_is_trained_again(digits, tmp_path):
    wanted, _ = classifier.trained(digits.train, Choice("digits"), tmp_path)
    (file,) = (tmp_path / "classifiers").iterdir()
    save_file({name: torch.full_like(value, torch.nan) for name, value in load_file(file).items()}, file)
    again, _ = classifier.trained(digits.train, Choice("digits"), tmp_path)
    assert np.array_equal(again.features(pictures(digits)), wanted.features(pictures(digits)))


def test_a_classifier_that_cannot_be_kept_is_used_all_the_same(digits, tmp_path):
    (tmp_path / "classifiers").write_text("in the way")
    judge, note = classifier.trained(digits.train, Choice("digits"), tmp_path)
    assert "because it cannot be kept" in note
    assert judge.features(pictures(digits)).shape == (359, classifier.FEATURES)


def test_without_labels_it_says_why_there_is_no_distance(tiny, digits, tmp_path):
    bare = Split(*(Images(side.pixels) for side in digits))
    found = measure(tiny, bare, tmp_path)
    assert set(found.figures) == BASICS - {"frechet", "frechet_floor", "classifier_accuracy", "probe_accuracy"}
    assert found.missing["Fréchet distance"] == "the data set has no labels to train a small classifier on"
    assert found.missing["linear probe"] == "the data set has no labels"
    with pytest.raises(UnmeasurableError, match="one class"):
        classifier.trained(replace(digits.train, labels=digits.train.labels * 0), Choice("digits"), tmp_path)


def test_known_factors_are_scored(tiny, digits, tmp_path):
    def with_factors(side):
        ink = side.pixels.mean(axis=(1, 2, 3)) > side.pixels.mean()
        return replace(
            side,
            factors=np.stack([side.labels, ink], axis=1).astype(np.float32),
            factor_names=("digit", "ink"),
        )

    found = measure(tiny, Split(*map(with_factors, digits)), tmp_path)
    assert set(found.figures) == BASICS | FACTORED
    assert found.figures["dci_informativeness"] > 0.4  # chance: 0.3


def test_a_plain_autoencoder_has_no_likelihood(digits, tmp_path):
    model = trained(digits, tmp_path, objective=Choice("ae"))
    found = measure(model, digits, tmp_path)
    assert {"elbo", "nll", "kl"} & set(found.figures) == set()
    assert found.missing["ELBO, NLL and KL"] == "a plain autoencoder has no q(z|x)"
    assert found.kl_per_dimension == []
    assert "frechet" in found.figures


def test_a_conditional_model_is_measured_with_the_classes(digits, tmp_path):
    model = trained(digits, tmp_path, conditional=True)
    assert set(measure(model, digits, tmp_path).figures) == BASICS


@pytest.mark.parametrize("likelihood", ["continuous_bernoulli", "gaussian"])
def test_densities_are_measured_too(digits, tmp_path, likelihood):
    model = trained(digits, tmp_path, likelihood=Choice(likelihood))
    assert set(measure(model, digits, tmp_path).figures) == BASICS


def test_pictures_of_another_shape_are_refused(tiny, tmp_path):
    other = Images(np.zeros((4, 1, 9, 9), np.uint8))
    with pytest.raises(ValueError, match=r"for pictures of shape \(1, 8, 8\), the data set's are \(1, 9, 9\)"):
        measure(tiny, Split(other, other), tmp_path)


def test_rows_keep_the_order_of_the_table_and_leave_out_what_it_does_not_know():
    assert rows({"ssim": 0.5, "elbo": -1234.5, "from_tomorrow": 1.0}) == [
        ("ELBO, nats per image", "-1,234.50", TABLE["elbo"].about),
        ("reconstruction SSIM", "0.500", TABLE["ssim"].about),
    ]


def test_every_sentence_is_one():
    for measure in TABLE.values():
        assert measure.about.endswith(".")
        assert measure.label
        assert "FID" not in measure.label + measure.about
