"""Maps of successive moments laid on one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
RANDOM = np.random.default_rng(3)


def rotation(degrees: float, mirrored: bool = False) -> np.ndarray:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([-1.0, 1.0]) if mirrored else turn


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 30, 90, 180, 275])
def test_a_turned_map_is_turned_back(js: Callable, degrees: float, mirrored: bool) -> None:
    places = RANDOM.normal(size=(50, 2))
    there = places @ rotation(degrees, mirrored).T
    turn = np.array(js("latent/align.js", "procrustes", places.ravel(), there.ravel())).reshape(2, 2)
    assert np.allclose(turn, rotation(degrees, mirrored), atol=1e-6)
    back = np.array(js("latent/align.js", "backOf", turn.ravel().tolist())).reshape(2, 2)
    assert np.allclose(back @ turn, np.eye(2), atol=1e-6)


def test_the_turn_is_the_best_of_all(js: Callable) -> None:
    """Against scipy's rule by singular values: R = U V^T of the product."""
    places, there = RANDOM.normal(size=(80, 2)), RANDOM.normal((0.5, 0.1), size=(80, 2))
    turn = np.array(js("latent/align.js", "procrustes", places.ravel(), there.ravel())).reshape(2, 2)
    u, _, v = np.linalg.svd(there.T @ places)
    assert np.allclose(turn, u @ v, atol=1e-6)


def test_nothing_to_lay_on_is_no_turn(js: Callable) -> None:
    assert js("latent/align.js", "procrustes", [0.0, 0.0], [1.0, 1.0]) == [1, 0, 0, 1]


def test_the_plane_of_many_dimensions_is_that_of_pca(js: Callable) -> None:
    codes = (RANDOM.normal(size=(300, 5)) * [3, 0.1, 2, 0.2, 0.1] + 4).astype(np.float32)
    plane = js("latent/align.js", "planeOf", codes, 5)
    centred = codes - codes.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    for found, wanted in zip(plane["basis"], directions, strict=False):
        assert abs(np.dot(found, wanted)) == pytest.approx(1, abs=1e-5)
    assert np.allclose(plane["origin"], codes.mean(axis=0), atol=1e-5)


# Two looks of a run whose z turned by 40 degrees between them, and an example of each.
PLACE = """async ([codes, earlier, std, d, turning]) => {
    const { createAligner } = await import("/web/studio/aligned.js");
    const place = createAligner(d);
    const look = (step, mean) => ({ step, mean: Float32Array.from(mean) });
    const now = place(look(20, codes), turning);
    const before = place(look(10, earlier), turning);
    const told = ({ xy, axes, about, covariance, project, lift }) => ({
        xy: Array.from(xy), axes, about, covariance: covariance(1, Float32Array.from(std)),
        there: project(earlier.slice(0, d)), lifted: lift([0.5, -1], earlier.slice(0, d)),
    });
    return [told(now), told(before)];
}"""


@pytest.mark.parametrize("turning", [True, False])
def test_an_earlier_map_lies_on_the_newest_and_can_be_decoded(web_page: Page, turning: bool) -> None:
    codes = RANDOM.normal(size=(60, 2)) * [2, 0.5]
    earlier = codes @ rotation(40).T
    std = np.full((60, 2), [0.5, 0.1])
    given = [codes.ravel().tolist(), earlier.ravel().tolist(), std.ravel().tolist(), 2, turning]
    now, before = web_page.evaluate(PLACE, given)
    assert np.allclose(now["xy"], codes.ravel(), atol=1e-5)
    assert np.allclose(before["xy"], (codes if turning else earlier).ravel(), atol=1e-5)
    assert np.allclose(before["there"], (codes if turning else earlier)[0], atol=1e-5)
    back = rotation(40) if turning else np.eye(2)
    assert np.allclose(before["lifted"], back @ [0.5, -1], atol=1e-5)
    wanted = back.T @ np.diag([0.25, 0.01]) @ back
    assert np.allclose(before["covariance"], [wanted[0, 0], wanted[0, 1], wanted[1, 1]], atol=1e-6)
    assert ("turned" in before["about"]) == turning
    assert now["axes"] == ["z₁", "z₂"]


def test_all_moments_of_many_dimensions_lie_in_one_plane(web_page: Page) -> None:
    codes = RANDOM.normal(size=(200, 4)) * [3, 2, 0.3, 0.3]
    earlier = codes * 0.5
    given = [codes.ravel().tolist(), earlier.ravel().tolist(), [0.1] * 800, 4, True]
    now, before = web_page.evaluate(PLACE, given)
    centre = np.array(now["xy"]).reshape(-1, 2)
    assert np.array(before["xy"]).reshape(-1, 2).std(axis=0) == pytest.approx(centre.std(axis=0) / 2, rel=1e-4)
    assert before["about"] == now["about"]


def test_half_precision_and_bytes_are_read(web_page: Page) -> None:
    values = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, 1e-5, 0.333], np.float16)
    file = save({"half": values, "byte": np.arange(4, dtype=np.uint8)}, {"words": "[1]"})
    read = """async (bytes) => {
        const { readSafetensors } = await import("/web/latent/safetensors.js");
        const { tensors, metadata } = readSafetensors(Uint8Array.from(bytes).buffer, "a file");
        return [Array.from(tensors.half.array), Array.from(tensors.byte.array), metadata.words];
    }"""
    half, byte, words = web_page.evaluate(read, list(file))
    assert half == [float(value) for value in values]
    assert (byte, words) == ([0, 1, 2, 3], "[1]")
