"""The weights of a moment, poured into a network in the browser, as the server would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer import mould

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.browser
PLACES = [["matrix", 8, True], ["bias", 40, False], ["kernel", 52, False]]


@pytest.fixture
def weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    shapes = {"matrix": (2, 3), "bias": (3,), "kernel": (1, 2, 2)}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def told(weights: dict[str, np.ndarray]) -> dict[str, dict]:
    return {name: {"array": value.ravel(), "shape": value.shape} for name, value in weights.items()}


def test_it_is_filled_as_the_server_fills_it(js: Callable, weights: dict[str, np.ndarray], tmp_path: Path) -> None:
    network = np.arange(80, dtype=np.uint8)
    (tmp_path / "decoder.onnx").write_bytes(network.tobytes())
    (tmp_path / mould.PLACES).write_text(json.dumps({"decoder": PLACES}))
    filled = bytes(js("studio/pour.js", "filled", network, PLACES, told(weights)))
    assert filled == mould.pour(tmp_path, "decoder", weights)
    assert filled[:8] == network[:8].tobytes()
    assert filled[8:32] == weights["matrix"].T.tobytes()


@pytest.mark.parametrize("harm", ["missing", "large"])
def test_what_does_not_fit_is_said(js: Callable, weights: dict[str, np.ndarray], harm: str) -> None:
    weights.pop("kernel")
    if harm == "large":
        weights["kernel"] = np.zeros((3, 3, 3), np.float32)
    with pytest.raises(Exception, match="do not fit into the network \\(kernel\\)"):
        js("studio/pour.js", "filled", np.zeros(80, np.uint8), PLACES, told(weights))
