"""ONNX: the same numbers as torch, for any batch, or nothing."""

import numpy as np
import pytest
import torch

from explorer import export, latent
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


@pytest.fixture
def conditional():
    """A model that is told one of three classes, which change what it does."""
    torch.manual_seed(0)
    spec = Spec((1, 8, 8), 2, conditional=True, classes=3, network=Choice("mlp", {"width": 8}))
    model = VAE(spec).eval()
    torch.nn.init.normal_(model.condition.weight)
    return model


def test_both_halves_of_a_conditional_model_take_a_label(tmp_path, conditional):
    import onnx

    export.onnx(conditional, tmp_path)
    for half, first in (("decoder", "z"), ("encoder", "picture")):
        graph = onnx.load(tmp_path / f"{half}.onnx").graph
        assert [each.name for each in graph.input] == [first, "label"]
        assert graph.input[1].type.tensor_type.elem_type == onnx.TensorProto.INT64
    for n in (1, 5):
        z, x, y = torch.randn(n, 2), torch.rand(n, 1, 8, 8), torch.arange(n) % 3
        (picture,) = export.run(tmp_path / "decoder.onnx", z.numpy(), y.numpy())
        mean, _ = export.run(tmp_path / "encoder.onnx", x.numpy(), y.numpy())
        with torch.no_grad():
            assert picture == pytest.approx(conditional.picture(z, y).numpy(), abs=1e-5)
            assert mean == pytest.approx(conditional.encode(x, y).mean.numpy(), abs=1e-5)


def test_a_conditional_model_is_told_classes_that_it_knows(conditional):
    assert latent.told(conditional, [0, 2]).tolist() == [0, 2]
    with pytest.raises(ValueError, match="these pictures have none"):
        latent.told(conditional, None)
    with pytest.raises(ValueError, match="knows classes 0 to 2, not 0 to 3"):
        latent.told(conditional, [0, 3])


def test_an_ordinary_model_is_told_nothing(tiny):
    assert latent.told(tiny.model(), [0, 1]) is None
