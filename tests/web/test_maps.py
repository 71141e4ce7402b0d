"""The maps that a person makes of axes, pins and classes, and how far each can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer import neighbours

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(3)
D = 5
MEAN = (RNG.normal(size=(300, D)) * [3, 2, 1, 0.5, 0.1] + [1, 0, 0, 2, 0]).astype(np.float32)
LABELS = (np.arange(300) % 3).astype(np.int32)
MEAN[LABELS == 1] += [0, 4, 0, 0, 1]
PINS = {"A": [1.0, 0, 0, 0, 0], "B": [1.0, 2, 0, 0, 0], "C": [0.0, 1, 0, 0, 3], "D": [1.0, 7, 0, 0, 0]}
# Makes the map that the words name, and asks it for places and for what lies at places.
ASK = """async ([mean, d, labels, pins, words, zs, places]) => {
    const { mapOf } = await import("/web/latent/maps.js");
    const latents = { mean: Float32Array.from(mean), d, n: mean.length / d, labels: Int32Array.from(labels) };
    Object.assign(latents, { labelNames: ["a", "b", "c"], maps: [] });
    latents.meanOf = (i) => Array.from(latents.mean.subarray(i * d, (i + 1) * d));
    latents.classOf = (i) => latents.labels[i];
    const pinned = Object.entries(pins).map(([name, z]) => [name, { z, label: null }]);
    const state = { latents, map: words, pins: Object.fromEntries(pinned), groups: [] };
    const { map, missing } = mapOf(state);
    if (!map) return { missing };
    const same = mapOf({ ...state }).map === map;
    return { missing, same, about: map.about, axes: map.axes, xy: Array.from(map.xy), basis: Array.from(map.basis),
             at: zs.map(map.project), z: places.map(map.unproject) };
}"""


def ask(page: Page, words: str, zs: Any = (), places: Any = (), pins: Any = None) -> dict[str, Any]:
    given = [MEAN.ravel().tolist(), D, LABELS.tolist(), PINS if pins is None else pins, words, list(zs), list(places)]
    return page.evaluate(ASK, given)


def test_axes_are_the_values_of_z_themselves(web_page: Page) -> None:
    found = ask(web_page, "axes:4,2", [[9, 8, 7, 6, 5]], [[0.5, -1]])
    assert found["at"] == [[6, 8]]
    expected = MEAN.mean(axis=0)
    expected[[3, 1]] = [0.5, -1]
    assert found["z"][0] == pytest.approx(expected.tolist(), abs=1e-5)
    assert found["axes"] == ["z₄", "z₂"]
    variances = MEAN.var(axis=0)
    share = round(100 * variances[[3, 1]].sum() / variances.sum())
    assert f"keeps {share} % of the variance" in found["about"]
    assert np.array(found["xy"]).reshape(-1, 2) == pytest.approx(MEAN[:, [3, 1]], abs=1e-5)
    assert found["same"], "the same map was made twice"


def test_a_plane_goes_through_its_three_pins(web_page: Page) -> None:
    found = ask(web_page, "plane:A,B,C", [PINS["A"], PINS["B"], PINS["C"]], [[0, 0], [2, 0], [1, 10**0.5]])
    a, b, c = np.array(found["at"])
    assert a == pytest.approx([0, 0], abs=1e-6)
    assert b == pytest.approx([2, 0], abs=1e-6)
    assert c == pytest.approx([1, 10**0.5], abs=1e-6)
    assert np.array(found["z"]) == pytest.approx(np.array([PINS["A"], PINS["B"], PINS["C"]]), abs=1e-5)
    basis = np.array(found["basis"]).reshape(2, D)
    assert basis @ basis.T == pytest.approx(np.eye(2), abs=1e-6)


@pytest.mark.parametrize(
    ("words", "pins", "said"),
    [
        ("plane:A,B,D", PINS, "on one line"),
        ("plane:A,B,C", {"A": PINS["A"]}, "pin B and C first"),
        ("axes:1,1", PINS, "two different dimensions from 1 to 5"),
        ("axes:1,9", PINS, "two different dimensions"),
        ("between:0>0", PINS, "same mean"),
        ("between:0>7", PINS, "choose two"),
        ("moon", PINS, "no map “moon”"),
    ],
)
def test_a_map_that_cannot_be_made_says_why(web_page: Page, words: str, pins: Any, said: str) -> None:
    assert said in ask(web_page, words, pins=pins)["missing"]


def test_a_class_axis_leads_from_mean_to_mean_and_up_the_largest_direction_left(web_page: Page) -> None:
    means = [MEAN[k::3].mean(axis=0) for k in range(3)]
    found = ask(web_page, "between:2>1", [means[2].tolist(), means[1].tolist()])
    assert found["axes"] == ["c → b", "largest direction left over"]
    assert "From the mean of c, at 0, to that of b; one unit is one unit of z." in found["about"]
    gap = means[1] - means[2]
    assert found["at"][0] == pytest.approx([0, 0], abs=1e-4)
    assert found["at"][1] == pytest.approx([np.linalg.norm(gap), 0], abs=1e-4)
    u = gap / np.linalg.norm(gap)
    beside = np.eye(D) - np.outer(u, u)
    _, vectors = np.linalg.eigh(beside @ np.cov(MEAN.T, bias=True) @ beside)
    y = np.array(found["basis"]).reshape(2, D)[1]
    assert abs(y @ vectors[:, -1]) == pytest.approx(1, abs=1e-4)


def test_a_map_without_a_way_back_suggests_the_z_of_the_nearest_points(web_page: Page) -> None:
    xy = RNG.normal(size=(300, 2)).astype(np.float32)
    at = np.array([0.3, -0.2])
    squares = ((xy - at) ** 2).sum(axis=1)
    near = np.argsort(squares)[:8]
    expected = np.average(MEAN[near], axis=0, weights=1 / squares[near])
    given = """async ([xy, mean, at]) => {
        const { createMap } = await import("/web/latent/plane.js");
        const map = createMap({}, { xy: Float32Array.from(xy), mean: Float32Array.from(mean) });
        return [map.decodable, map.unproject(at), map.unproject(xy.slice(10, 12))];
    }"""
    decodable, z, own = web_page.evaluate(given, [xy.ravel().tolist(), MEAN.ravel().tolist(), at.tolist()])
    assert not decodable
    assert z == pytest.approx(expected.tolist(), abs=1e-4)
    assert own == pytest.approx(MEAN[5].tolist(), abs=1e-4), "on a point it is its own z"


def test_faith_is_that_of_the_kept_maps(js: Callable) -> None:
    for xy in (MEAN[:, :2], RNG.normal(size=(300, 2)).astype(np.float32)):
        expected = neighbours.faith(MEAN, np.ascontiguousarray(xy))
        looked = (MEAN, D, np.ascontiguousarray(xy))
        parts = [js("latent/faith.js", "misses", *looked, *some) for some in ((0, 7), (7, 500))]
        found = js("latent/faith.js", "faith", len(xy), parts)
        assert found["trustworthiness"] == pytest.approx(expected.trustworthiness, abs=1e-6)
        assert found["continuity"] == pytest.approx(expected.continuity, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "known"),
    [("pca", True), ("axes:1,2", True), ("axes:2,2", False), ("plane:A,B,C", True), ("plane:A,B,E", False),
     ("between:4>9", True), ("between:4", True), ("between:", True), ("moon", False)],
)  # fmt: skip
def test_a_link_may_ask_for_a_map_that_can_be_made(js: Callable, words: str, known: bool) -> None:
    assert js("latent/maps.js", "isMap", words, {"maps": [{"name": "pca"}], "d": 3}) is known
    assert js("latent/maps.js", "isMap", words, {"maps": [{"name": "pca"}], "d": 2}) is (words == "pca")
