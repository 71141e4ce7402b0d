"""The Spec as a value: JSON there and back, and what it refuses."""

import json
import re

import pytest

from explorer.catalog import Choice
from explorer.spec import Spec, Training


def test_json_round_trip():
    spec = Spec((3, 64, 64), 32, Choice("digits"), Choice("conv", {"channels": 8}), training=Training(minutes=2.0))
    assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_complete_is_kept_by_json():
    spec = Spec((1, 8, 8), objective=Choice("beta")).complete()
    assert spec.objective.knobs["beta"] == 4.0
    assert Spec.from_json(spec.to_json()).complete() == spec


@pytest.mark.parametrize("latent", [0, 513, 2.0, True, "2", None])
def test_latent_dimension_is_a_whole_number_from_1_to_512(latent):
    with pytest.raises(ValueError, match=r"latent must (be of type int|lie between 1 and 512), not"):
        Spec((1, 8, 8), latent)


@pytest.mark.parametrize("shape", [(2, 8, 8), (1, 8), (1, 8, 8.0), (1, 3, 8), (1, 8, 2000)])
def test_a_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match="A picture's"):
        Spec(shape)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"layers": 3}, "Unknown key 'layers' in the Spec"),
        ({"shape": None}, "must have a list 'shape'"),
        ({"network": "mlp"}, "network must be a dictionary, not str"),
        ({"network": {"knobs": {}}}, "needs a text 'name'"),
        ({"network": {"name": "mlp", "knobs": [1]}}, "needs a text 'name'"),
        ({"network": {"name": "mlp", "size": 1}}, "Unknown key 'size' in network"),
        ({"training": {"epochs": -1}}, "epochs must lie between 0"),
        ({"training": {"momentum": 0.9}}, "Unknown key 'momentum' in training"),
    ],
)
def test_foreign_json_is_refused_with_the_place(change, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Spec.from_json(Spec((1, 8, 8)).to_json() | change)


@pytest.mark.parametrize("data", [None, [], "spec", 3])
def test_json_that_is_no_dictionary_is_refused(data):
    with pytest.raises(ValueError, match="must be a dictionary"):
        Spec.from_json(data)


@pytest.mark.parametrize(
    ("shape", "pictures", "midtones", "network", "likelihood"),
    [
        ((1, 28, 28), 60_000, 0.1, "resmlp", "continuous_bernoulli"),  # ink on paper
        ((1, 64, 64), 360, 0.9, "resmlp", "gaussian"),  # few photographs
        ((3, 64, 64), 4_999, 0.3, "resmlp", "gaussian"),
        ((3, 64, 64), 5_000, 0.3, "conv", "gaussian"),
        ((3, 64, 64), 5_000, 0.1, "conv", "continuous_bernoulli"),  # pure colours
    ],
)
def test_what_is_usual_follows_from_the_pictures(shape, pictures, midtones, network, likelihood):
    spec = Spec.usual(shape, pictures, midtones)
    assert (spec.network.name, spec.likelihood.name) == (network, likelihood)
    assert (
        spec.complete().network.knobs.get("width") == {"conv": 256, "resmlp": 512 if shape[1] == 28 else 128}[network]
    )
