"""The browser reads of latents.safetensors what Python wrote there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Error
from safetensors.numpy import load_file, save_file

from explorer import latent
from explorer.latent import LatentTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def table() -> LatentTable:
    mean = np.random.default_rng(0).normal(size=(90, 3)).astype(np.float32)
    return latent.mixed(LatentTable(mean, np.ones_like(mean), mean[:, 0] ** 2, drift=np.abs(mean[:, 1])))


def read(js: Callable, site: Site, table: LatentTable, **change: np.ndarray) -> dict:
    """Write a table, damage it, and read it in the browser."""
    file = site.models / "table.safetensors"
    latent.write(file, table, {})
    if change:
        save_file(load_file(file) | change, file, {"label_names": "[]", "maps": "[]"})
    return js("latent/latents.js", "fetchLatents", f"{site.url}/models/table.safetensors", 3)


def test_drift_and_mixture_arrive(js: Callable, web_site: Site, table: LatentTable) -> None:
    found = read(js, web_site, table)
    assert found["drift"] == table.drift.tolist()
    assert table.mixture.weights.shape == (3,)
    for name in latent.MIXTURE:
        assert found["mixture"][name] == getattr(table.mixture, name).ravel().tolist()


def test_a_file_without_them_is_read_all_the_same(js: Callable, web_site: Site, table: LatentTable) -> None:
    found = read(js, web_site, replace(table, drift=None, mixture=None))
    assert (found["drift"], found["mixture"]) == (None, None)
    assert found["n"] == 90


@pytest.mark.parametrize(
    ("name", "value"), [("drift", np.ones(7, np.float32)), ("mixture.factors", np.ones((3, 2, 2), np.float32))]
)
def test_a_wrong_shape_is_a_sentence(
    js: Callable, web_site: Site, table: LatentTable, name: str, value: np.ndarray
) -> None:
    with pytest.raises(Error, match=f"“{name}” of shape"):
        read(js, web_site, table, **{name: value})
