"""What may change while a training runs, and what may not."""

from dataclasses import replace

import pytest

from explorer import changes
from explorer.catalog import Choice


def test_the_weight_of_the_kl_of_a_plain_vae_can_be_turned(tiny_spec):
    knobs = {knob.name: knob.default for knob in changes.turnable(tiny_spec)}
    assert knobs == {"beta": 1.0, "warmup": 0.0, "free_bits": 0.0, "rate": 2e-3, "clip": 0.0}
    found = changes.changed(tiny_spec, {"beta": 4, "rate": 1e-3})
    assert found.objective == Choice("beta", {"beta": 4.0})
    assert found.training.rate == 1e-3
    assert replace(found, objective=tiny_spec.objective, training=tiny_spec.training) == tiny_spec


def test_a_change_of_the_rate_leaves_the_objective_as_it_is(tiny_spec):
    assert changes.changed(tiny_spec, {"rate": 0.5}).objective == tiny_spec.objective


def test_knobs_that_were_turned_before_stay(tiny_spec):
    begun = replace(tiny_spec, objective=Choice("vae", {"warmup": 0.5}))
    found = changes.changed(changes.changed(begun, {"beta": 2.0}), {"free_bits": 0.1})
    assert found.objective == Choice("beta", {"beta": 2.0, "warmup": 0.5, "free_bits": 0.1})
    assert {knob.name: knob.default for knob in changes.turnable(found)}["beta"] == 2.0


@pytest.mark.parametrize(
    ("objective", "values", "sentence"),
    [
        ("vae", {"latent": 3}, "'latent' cannot change while .*; beta, warmup, free_bits, rate, clip can"),
        ("factor", {"hidden": 8}, "'hidden' cannot change"),
        ("ae", {"beta": 1.0}, "'beta' cannot change"),
        ("beta", {"beta": -1.0}, "beta must lie between 0 and 1000"),
        ("beta", {"beta": float("nan")}, "beta must"),
        ("beta", {"beta": "much"}, "beta must"),
    ],
)  # fmt: skip
def test_what_cannot_change_is_said(tiny_spec, objective, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        changes.changed(replace(tiny_spec, objective=Choice(objective)), values)
