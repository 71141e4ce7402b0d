"""Moulds: what is poured in is what comes out, for every network of the menu."""

import itertools
from dataclasses import replace

import pytest
import torch

from explorer import catalog, export, mould
from explorer.catalog import Choice
from explorer.vae import VAE
from tests.small import smallest

KINDS = list(itertools.product(catalog.names("networks"), ["gaussian", "continuous_bernoulli"]))


@pytest.mark.parametrize(("network", "likelihood"), KINDS)
def test_any_weights_can_be_poured_in(tmp_path, tiny_spec, network, likelihood):
    conditional = likelihood == "gaussian"
    spec = replace(tiny_spec, network=smallest("networks", network), likelihood=Choice(likelihood),
                   conditional=conditional, classes=10, shape=(3, 8, 8))  # fmt: skip
    mould.make(spec, tmp_path / "mould")
    model = VAE(spec).eval()
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    for half in mould.HALVES:
        (tmp_path / f"{half}.onnx").write_bytes(mould.pour(tmp_path / "mould", half, weights))
    export.check(model, tmp_path)


def test_models_that_share_a_mould_have_one_key(tiny_spec):
    same = [
        tiny_spec,
        replace(tiny_spec, objective=Choice("beta", {"beta": 4.0})),
        replace(tiny_spec, data=Choice("x")),
    ]
    assert len({mould.key(spec) for spec in same}) == 1
    other = [replace(tiny_spec, latent=4), replace(tiny_spec, objective=Choice("ae"))]
    assert len({mould.key(spec) for spec in [tiny_spec, *other]}) == 3


def test_what_is_not_whole_is_said(tmp_path, tiny_spec):
    with pytest.raises(ValueError, match="No decoder can be made for this moment"):
        mould.pour(tmp_path, "decoder", {})
    mould.make(tiny_spec, tmp_path / "mould")
    with pytest.raises(ValueError, match="No decoder can be made"):
        mould.pour(tmp_path / "mould", "decoder", {})
    large = {name: torch.zeros(1000, 1000).numpy() for name in VAE(tiny_spec).state_dict()}
    with pytest.raises(ValueError, match="does not fit"):
        mould.pour(tmp_path / "mould", "decoder", large)
