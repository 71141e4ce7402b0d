"""Sets and their means, and the ways from one z to another: the numbers, against numpy and cases worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser


# --- sets.js


def encoded(n: int = 40, d: int = 3) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Give examples of classes 0 to 3, none of class 2, and the last example without a class."""
    rng = np.random.default_rng(5)
    mean = rng.normal(size=(n, d)).astype(np.float32)
    labels = np.array([0, 1, 3], np.int32)[rng.integers(0, 3, n)]
    labels[-1] = -1
    latents = {"n": n, "d": d, "mean": mean, "labels": labels, "labelNames": ["zero", "one", "two"]}
    return latents, mean, labels


def test_the_mean_of_a_class_is_that_of_its_examples(js: Callable) -> None:
    latents, mean, labels = encoded()
    state = {"latents": latents, "groups": []}
    for label in (0, 1, 3):
        found = js("latent/sets.js", "meanOfSet", state, str(label))
        assert found == pytest.approx(mean[labels == label].mean(axis=0), abs=1e-6)
    for absent in ("2", "9", "-1", "g:none", "word"):
        assert js("latent/sets.js", "meanOfSet", state, absent) is None


def test_the_mean_of_a_group_is_that_of_its_members(js: Callable) -> None:
    latents, mean, _ = encoded()
    state = {"latents": latents, "groups": [{"name": "left", "members": [0, 2, 39]}, {"name": "far", "members": [99]}]}
    found = js("latent/sets.js", "meanOfSet", state, "g:left")
    assert found == pytest.approx(mean[[0, 2, 39]].mean(axis=0), abs=1e-6)
    assert js("latent/sets.js", "meanOfSet", state, "g:far") is None


def test_sets_are_the_classes_that_have_examples_and_then_the_groups(js: Callable) -> None:
    latents, _, _ = encoded()
    state = {"latents": latents, "groups": [{"name": "left", "members": [0]}]}
    found = js("latent/sets.js", "setsOf", state)
    assert [one["key"] for one in found] == ["0", "1", "3", "g:left"]
    assert [one["title"] for one in found] == ["zero", "one", "3", "left"]
    assert js("latent/sets.js", "setsOf", {"latents": {**latents, "labels": None}, "groups": []}) == []
    assert js("latent/sets.js", "setsOf", {"latents": None, "groups": state["groups"]}) == []
