"""ONNX: the same numbers as torch, for any batch, or nothing."""

import numpy as np
import pytest
import torch

from explorer import export
from explorer.catalog import Choice
from explorer.spec import Spec
from explorer.vae import VAE


@pytest.mark.parametrize("objective", ["vae", "ae"])
def test_both_halves_agree_with_torch_for_any_batch(tmp_path, objective):
    torch.manual_seed(0)
    small = Choice("conv", {"channels": 4, "width": 8})
    model = VAE(Spec((3, 12, 9), 5, network=small, objective=Choice(objective))).eval()
    export.onnx(model, tmp_path)
    for n in (1, 4):
        z, x = torch.randn(n, 5), torch.rand(n, 3, 12, 9)
        (picture,) = export.run(tmp_path / "decoder.onnx", z.numpy())
        mean, std = export.run(tmp_path / "encoder.onnx", x.numpy())
        with torch.no_grad():
            q = model.encode(x)
            assert picture == pytest.approx(model.picture(z).numpy(), abs=1e-5)
        assert mean == pytest.approx(q.mean.numpy(), abs=1e-5)
        assert std == pytest.approx(q.stddev.numpy(), abs=1e-5)


def test_names_are_those_that_the_browser_asks_for(tiny):
    import onnx

    decoder = onnx.load(tiny.folder / "decoder.onnx").graph
    assert [each.name for each in decoder.input] == ["z"]
    assert [each.name for each in decoder.output] == ["picture"]


def test_a_file_that_differs_from_torch_is_not_kept(tmp_path, tiny, monkeypatch):
    honest = export.run
    monkeypatch.setattr(export, "run", lambda *given: [each + 1e-3 for each in honest(*given)])
    with pytest.raises(ValueError, match=r"decoder\.onnx differs from torch by 1\.0e-03, more than 1e-04"):
        export.onnx(tiny.model(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_gives_nan_is_not_kept(tmp_path, tiny, monkeypatch):
    honest = export.run
    monkeypatch.setattr(export, "run", lambda *given: [np.full_like(each, np.nan) for each in honest(*given)])
    with pytest.raises(ValueError, match="differs from torch by nan"):
        export.onnx(tiny.model(), tmp_path)
