"""The menus: what is listed, what is built, what is refused."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from explorer import catalog
from explorer.catalog import Choice, knob
from explorer.spec import MENUS, Training

KINDS = ("datasets", "likelihoods", "networks", "objectives", "projections")
ENTRIES = [(kind, name) for kind in KINDS for name in catalog.names(kind)]


@dataclass(frozen=True)
class Example:
    amount: float = knob(1.0, 0.0, 2.0, "how much")
    count: int = knob(3, 1, 9, "how many")
    mode: str = knob("a", choices=("a", "b"), help="which")
    switch: bool = knob(False, help="whether")


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_entry_says_its_idea_and_can_be_built_as_it_is(kind, name):
    assert catalog.summary(kind, name).endswith(".")
    made = catalog.make(kind, Choice(name))
    for each in catalog.knobs(made):
        assert each.help
        assert each.check(getattr(made, each.name)) == each.default


def test_menus_hold_what_the_first_slice_promised():
    assert {"ae", "beta", "vae"} <= set(catalog.names("objectives"))
    assert {"conv", "mlp"} <= set(catalog.names("networks"))
    assert {"digits", "mnist"} <= set(catalog.names("datasets"))
    assert {"axes", "pca"} <= set(catalog.names("projections"))


def test_a_knob_name_never_stands_in_two_menus():
    """Else one flag of `explorer train` would turn two knobs."""
    menus = [kind for kind in KINDS if kind != "projections"]
    owners = {each.name: "training" for each in catalog.knobs(Training)}
    owners |= dict.fromkeys(("name", "replace", "latent", "data_dir", "models_dir", *MENUS), "train")
    for kind in menus:
        for name in catalog.names(kind):
            for each in catalog.knobs(catalog.entry(kind, name)):
                assert owners.setdefault(each.name, kind) == kind


def test_an_unknown_entry_names_the_known_ones():
    known = ", ".join(catalog.names("objectives"))
    with pytest.raises(LookupError, match=f"no 'gan' in objectives; choose one of: {known}"):
        catalog.make("objectives", Choice("gan"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"beta": 2000.0}, "beta must lie between 0 and 1000, not 2000.0"),
        ({"beta": float("nan")}, "beta must lie between"),
        ({"beta": "much"}, "beta must be of type float, not 'much'"),
        ({"beta": True}, "beta must be of type float, not True"),
        ({"gamma": 1.0}, "unknown knob gamma; the knobs are: beta, warmup, cycles, free_bits"),
    ],
)
def test_a_wrong_knob_is_refused_with_what_is_allowed(given, sentence):
    with pytest.raises(ValueError, match="beta \\(in objectives\\)") as error:
        catalog.make("objectives", Choice("beta", given))
    assert sentence in str(error.value)


def test_knobs_check_their_type_range_and_words():
    amount, count, mode, switch = catalog.knobs(Example)
    assert amount.check(2) == 2.0
    assert isinstance(amount.check(2), float)
    assert (count.check(9), mode.check("b"), switch.check(True)) == (9, "b", True)
    for each, wrong in ((amount, 2.1), (count, 2.0), (count, 0), (mode, "c"), (switch, 1)):
        with pytest.raises(ValueError, match=each.name):
            each.check(wrong)


def test_complete_writes_every_knob_out():
    assert catalog.complete("likelihoods", Choice("gaussian")) == Choice("gaussian", {"sigma": "optimal"})


def test_the_knobs_of_an_entry_come_before_those_that_it_shares():
    assert [each.name for each in catalog.knobs(catalog.entry("objectives", "beta"))][:2] == ["beta", "warmup"]


def test_menus_open_without_torch_or_scikit_learn():
    code = (
        "import sys; from explorer import catalog\n"
        f"for kind in {KINDS!r}:\n"
        "    [catalog.summary(kind, name) for name in catalog.names(kind)]\n"
        "print([name for name in ('torch', 'sklearn', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
