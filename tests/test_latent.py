"""The table of encoded pictures: true numbers, and the same ones from disk."""

import dataclasses

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from explorer import checkpoint, latent, mixture, projections
from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.latent import LatentTable
from explorer.projections import Projection
from explorer.spec import Spec
from explorer.vae import VAE, kl_to_prior


@pytest.fixture
def table():
    mean = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    labels = np.array([0, 1, 0, 1, 0, 1], np.int32)
    return LatentTable(
        mean, np.ones_like(mean), np.arange(6, dtype=np.float32), labels, ("a", "b"), np.ones(3, np.float32),
        np.arange(12, dtype=np.float32).reshape(6, 2), ("size", "hue"), np.arange(6, dtype=np.float32),
        mixture.fit(mean, np.ones_like(mean)),
    )  # fmt: skip


def test_encode_is_the_encoder_picture_by_picture(tiny, digits):
    model = tiny.model()
    table = latent.encode(model, digits.test, batch=100)
    x = torch.from_numpy(digits.test.pixels).float() / 255
    with torch.no_grad():
        q = model.encode(x)
        error = -model.decode(q.mean).log_prob(x)
    assert table.mean == pytest.approx(q.mean.numpy(), abs=1e-5)
    assert table.std == pytest.approx(q.stddev.numpy(), abs=1e-5)
    assert table.error == pytest.approx(error.numpy(), rel=1e-4)
    assert table.kl == pytest.approx(kl_to_prior(q).mean(0).numpy(), rel=1e-4)
    assert table.labels.tolist() == digits.test.labels.tolist()


def test_the_codes_of_an_autoencoder_have_no_width_and_no_kl(digits):
    table = latent.encode(VAE(Spec((1, 8, 8), 2, objective=Choice("ae"))), digits.test)
    assert (table.std == 0).all()
    assert table.kl is None


def test_round_trip_with_maps(tmp_path, table):
    xy = np.random.default_rng(1).normal(size=(6, 2)).astype(np.float32)
    maps = projections.fit_all(table.mean) | {"curved": Projection(xy, "Curved", "It cannot be decoded.", ("a", "b"))}
    latent.write(tmp_path / "l.safetensors", table, maps)
    back, maps_back = latent.read(tmp_path / "l.safetensors", 3)
    for name in latent.ARRAYS:
        assert np.array_equal(getattr(back, name), getattr(table, name))
    assert (back.label_names, back.factor_names) == (("a", "b"), ("size", "hue"))
    for name in latent.MIXTURE:
        assert np.array_equal(getattr(back.mixture, name), getattr(table.mixture, name))
    assert list(maps_back) == list(maps)
    for name, one in maps.items():
        two = maps_back[name]
        assert np.array_equal(two.xy, one.xy)
        assert (two.title, two.about, two.axes) == (one.title, one.about, one.axes)
        assert (two.trustworthiness, two.continuity) == (one.trustworthiness, one.continuity)
        assert (two.to_latent is None) == (one.to_latent is None)


def test_round_trip_without_labels_and_kl(tmp_path, table):
    bare = LatentTable(table.mean, table.std, table.error)
    latent.write(tmp_path / "l.safetensors", bare, {})
    back, maps = latent.read(tmp_path / "l.safetensors", 3)
    assert (back.labels, back.kl, back.drift, back.mixture, maps) == (None, None, None, None, {})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mean": None}, "mean"),
        ({"std": np.ones((5, 3), np.float32)}, "std must be float32 of shape"),
        ({"mean": np.full((6, 3), np.nan, np.float32)}, "not a finite number"),
        ({"mean": np.ones(6, np.float32)}, "damaged"),
        ({"mean": np.ones((6, 3))}, "must be float32"),
        ({"std": -np.ones((6, 3), np.float32)}, "below 0"),
        ({"labels": np.full(6, 2, np.int32)}, "labels must lie from 0 to 1"),
        ({"labels": np.ones(6, np.float32)}, "labels must be int32"),
        ({"kl": np.full(3, np.nan, np.float32)}, "not a finite number"),
        ({"kl": np.ones(7, np.float32)}, "kl must be"),
        ({"map.pca.basis": np.full((2, 3), np.nan, np.float32)}, "not a finite number"),
        ({"labels": np.ones(5, np.int32)}, "labels"),
        ({"map.pca.basis": None}, "map.pca.basis"),
        ({"map.pca.basis": np.ones((2, 9), np.float32)}, "damaged"),
        ({"extra": np.ones(6, np.float32)}, "there is an unknown 'extra' among its arrays"),
        ({"map.other.xy": np.ones((6, 2), np.float32)}, "an unknown 'map.other.xy'"),
        ({"factors": np.ones((6, 3), np.float32)}, "factors must be float32 of shape"),
        ({"factors": np.full((6, 2), np.inf, np.float32)}, "not a finite number"),
        ({"std": np.zeros((6, 3), np.float32)}, "std holds a 0, beside which there is no KL"),
        ({"drift": np.ones((6, 3), np.float32)}, "drift must be float32 of shape"),
        ({"drift": np.full(6, -1, np.float32)}, "drift holds a value below 0"),
        ({"mixture.means": None}, "it lacks 'mixture.means'"),
        ({"mixture.means": np.ones((1, 2), np.float32)}, "mixture.factors must be float32 of shape"),
        ({"mixture.weights": np.float32([2])}, "sum to 1"),
        ({"mixture.other": np.ones(1, np.float32)}, "an unknown 'mixture.other'"),
        (
            {"mixture.means": np.ones((1, 2), np.float32), "mixture.factors": np.eye(2, dtype=np.float32)[None]},
            "the mixture is for 2 dimensions, the codes have 3",
        ),
    ],
)
def test_damaged_latents_are_refused(tmp_path, table, change, sentence):
    file = tmp_path / "l.safetensors"
    latent.write(file, table, projections.fit_all(table.mean))
    from safetensors import safe_open

    with safe_open(file, "numpy") as opened:
        metadata = opened.metadata()
    arrays = {name: array for name, array in (load_file(file) | change).items() if array is not None}
    save_file(arrays, file, metadata)
    with pytest.raises(ValueError, match=sentence):
        latent.read(file, 3)


def test_latents_of_another_dimension_are_refused(tmp_path, table):
    latent.write(tmp_path / "l.safetensors", table, {})
    with pytest.raises(ValueError, match="mean is for 3 latent dimensions, the model has 4"):
        latent.read(tmp_path / "l.safetensors", 4)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"extra": "1"}, "there is an unknown 'extra' among its metadata"),
        ({"maps": None}, "it lacks 'maps'"),
        ({"label_names": None}, "it lacks 'label_names'"),
        ({"label_names": "3"}, "a list is missing"),
        ({"factor_names": "[1, 2]"}, "must be texts"),
        ({"maps": '[{"name": "pca", "title": "", "about": "", "axes": ["", ""], "colour": 1}]'}, "unknown 'colour'"),
        ({"maps": '[{"name": "pca", "title": "", "about": "", "axes": ["", ""], "continuity": 2}]'}, "from 0 to 1"),
        ({"maps": '[{"name": "pca", "title": "", "about": "", "axes": ["", ""], "continuity": NaN}]'}, "from 0 to 1"),
        (
            {"maps": f'[{{"name": "pca", "title": "", "about": "", "axes": ["", ""], "continuity": {10**400}}}]'},
            "damaged",
        ),
        ({"maps": '[{"name": "pca", "title": "", "axes": ["", ""]}]'}, "it lacks 'about'"),
        ({"maps": '[{"name": ["pca"], "title": "", "about": "", "axes": ["", ""]}]'}, "damaged"),
        ({"maps": "[3]"}, "damaged"),
    ],
)
def test_damaged_metadata_are_refused(tmp_path, table, change, sentence):
    file = tmp_path / "l.safetensors"
    latent.write(file, table, {"pca": projections.fit_all(table.mean)["pca"]})
    from safetensors import safe_open

    with safe_open(file, "numpy") as opened:
        metadata = opened.metadata() | change
    save_file(load_file(file), file, {key: value for key, value in metadata.items() if value is not None})
    with pytest.raises(ValueError, match=sentence):
        latent.read(file, 3)


def test_a_file_from_before_all_that_came_later_is_still_read(tmp_path, table):
    """The models that came with 0.1.0 have no factors, no drift, no mixture, and no figures of maps."""
    menu = '[{"name": "curved", "title": "C", "about": "It cannot be decoded.", "axes": ["a", "b"]}]'
    arrays = {"mean": table.mean, "std": table.std, "error": table.error, "map.curved.xy": table.mean[:, :2].copy()}
    save_file(arrays, tmp_path / "l.safetensors", {"label_names": "[]", "maps": menu})
    back, maps = latent.read(tmp_path / "l.safetensors", 3)
    assert (back.factors, back.factor_names, maps["curved"].trustworthiness) == (None, (), None)
    assert (back.drift, back.mixture) == (None, None)


@pytest.mark.parametrize("classes", [0, 10])
def test_drift_is_how_far_a_picture_moves_when_it_is_decoded_and_encoded(digits, classes):
    torch.manual_seed(0)
    model = VAE(Spec((1, 8, 8), 2, network=Choice("mlp", {"width": 8}), conditional=bool(classes), classes=classes))
    if classes:
        torch.nn.init.normal_(model.condition.weight)  # so that the class is heard
    table = latent.encode(model, digits.test, batch=100)
    z = torch.from_numpy(table.mean)
    y = torch.from_numpy(digits.test.labels) if classes else None
    with torch.no_grad():
        again = model.encode(model.picture(z, y), y).mean
    assert table.drift == pytest.approx((again - z).square().sum(dim=1).sqrt().numpy(), abs=1e-5)
    assert table.drift.min() > 0


def test_a_saved_model_has_the_mixture_of_its_codes(tiny):
    table, _ = checkpoint.read(tiny.folder).latents()
    fitted = mixture.fit(table.mean, table.std)
    assert np.array_equal(table.mixture.factors, fitted.factors)


def test_the_kl_of_each_picture_is_the_closed_form_and_its_mean_is_what_is_stored(tiny, digits):
    table = latent.encode(tiny.model(), digits.test)
    q = torch.distributions.Normal(torch.from_numpy(table.mean), torch.from_numpy(table.std))
    assert table.picture_kl == pytest.approx(kl_to_prior(q).numpy(), abs=1e-5)
    assert table.picture_kl.mean(axis=0) == pytest.approx(table.kl, rel=1e-4)
    assert latent.encode(VAE(Spec((1, 8, 8), 2, objective=Choice("ae"))), digits.test).picture_kl is None


def test_encode_keeps_the_factors_and_says_how_far_it_is(tiny, digits):
    known = dataclasses.replace(digits.test, factors=np.ones((len(digits.test), 2)), factor_names=("a", "b"))
    heard = []
    table = latent.encode(tiny.model(), known, batch=100, report=heard.append)
    assert table.factors.shape == (359, 2)
    assert heard == [100, 200, 300, 359]


def test_large_pictures_are_encoded_a_few_at_a_time():
    heard = []
    model = VAE(Spec((3, 256, 256), 2, network=Choice("mlp", {"width": 8})))
    latent.encode(model, Images(np.zeros((7, 3, 256, 256), np.uint8)), report=heard.append)
    assert heard == [5, 7]


def test_encode_reads_pictures_from_a_file_that_may_not_be_written(tiny, digits, tmp_path):
    np.save(tmp_path / "p.npy", digits.test.pixels)
    mapped = dataclasses.replace(digits.test, pixels=np.load(tmp_path / "p.npy", mmap_mode="r"))
    assert np.array_equal(latent.encode(tiny.model(), mapped).mean, latent.encode(tiny.model(), digits.test).mean)


def test_pictures_of_another_shape_are_refused(digits):
    with pytest.raises(ValueError, match=r"for pictures of shape \(1, 9, 9\), these are \(1, 8, 8\)"):
        latent.encode(VAE(Spec((1, 9, 9), 2)), digits.test)


def test_tables_are_joined_one_below_the_other(tiny, digits):
    model, test = tiny.model(), digits.test
    whole = latent.encode(model, test)
    parts = latent.join(
        [latent.encode(model, test.take(slice(0, 100))), latent.encode(model, test.take(slice(100, None)))]
    )
    for name in ("mean", "std", "error", "kl", "drift"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-4, abs=1e-5)
    assert parts.labels.tolist() == whole.labels.tolist()
    assert parts.factors is None


def test_weights_that_give_no_numbers_are_named_as_the_cause(digits):
    model = VAE(Spec((1, 8, 8), 2, network=Choice("mlp", {"width": 8}), likelihood=Choice("bernoulli")))
    with torch.no_grad():
        [*model.decoder.parameters()][-1].fill_(3e38)
    with pytest.raises(
        ValueError, match=r"a reconstruction error that is not a finite number: its weights are damaged"
    ):
        latent.encode(model, digits.test)
