"""Sets and their means, and the ways from one z to another: the numbers, against numpy and cases worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

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


# --- travel.js


def great_circle(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """Turn a towards b in their plane, by a rotation, and not by Shoemake's formula; the length goes evenly."""
    length = (1 - t) * np.linalg.norm(a) + t * np.linalg.norm(b)
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    side = b - (a @ b) * a
    angle = t * np.arccos(np.clip(a @ b, -1, 1))
    return length * (np.cos(angle) * a + np.sin(angle) * side / np.linalg.norm(side))


def test_a_straight_way_is_worked_by_hand(js: Callable) -> None:
    assert js("latent/travel.js", "lerp", [0, 2], [4, -2], 0.25) == [1, 1]
    assert js("latent/travel.js", "lerp", [0, 2], [4, -2], 0) == [0, 2]
    assert js("latent/travel.js", "lerp", [0, 2], [4, -2], 1) == [4, -2]


def test_slerp_is_a_rotation_at_any_angle_and_length(js: Callable) -> None:
    rng = np.random.default_rng(1)
    for d in (2, 3, 16):
        a, b = rng.normal(size=d), 3 * rng.normal(size=d)
        for t in (0.0, 0.1, 0.5, 0.9, 1.0):
            found = js("latent/travel.js", "slerp", a.tolist(), b.tolist(), t)
            assert found == pytest.approx(great_circle(a, b, t), abs=1e-9)


def test_slerp_by_hand_a_third_of_a_right_angle_is_thirty_degrees(js: Callable) -> None:
    found = js("latent/travel.js", "slerp", [1, 0], [0, 1], 1 / 3)
    assert found == pytest.approx([np.sqrt(3) / 2, 0.5], abs=1e-12), "the ends are swapped, or the angle is not even"
    assert js("latent/travel.js", "slerp", [2, 0], [0, 4], 0.5) == pytest.approx([3 / np.sqrt(2)] * 2, abs=1e-12)


def test_slerp_between_nearly_equal_directions_stays_finite_and_true(js: Callable) -> None:
    a = np.array([0.6, 0.8, 0.0])
    for tiny in (0.0, 1e-12, 1e-8, 0.9e-4, 1.1e-4, 1e-3):
        b = 2 * (np.cos(tiny) * a + np.sin(tiny) * np.array([0, 0, 1.0]))
        for t in (0.0, 0.3, 1.0):
            truth = (1 + t) * (np.cos(t * tiny) * a + np.sin(t * tiny) * np.array([0, 0, 1.0]))
            assert js("latent/travel.js", "slerp", a.tolist(), b.tolist(), t) == pytest.approx(truth, abs=1e-9)


def test_slerp_from_or_to_zero_is_straight(js: Callable) -> None:
    assert js("latent/travel.js", "slerp", [0, 0], [2, 4], 0.5) == [1, 2]
    assert js("latent/travel.js", "slerp", [2, 4], [0, 0], 0.25) == [1.5, 3]
    assert js("latent/travel.js", "slerp", [0, 0], [0, 0], 0.5) == [0, 0]


def test_slerp_between_opposites_goes_round_and_not_through_zero(js: Callable) -> None:
    a = np.array([3.0, 0.0, 4.0])
    for b in (-a, -a + [0, 1e-9, 0]):
        way = np.array([js("latent/travel.js", "slerp", a.tolist(), b.tolist(), t) for t in np.linspace(0, 1, 9)])
        assert np.linalg.norm(way, axis=1) == pytest.approx(np.full(9, 5.0), abs=1e-6)
        assert way[0] == pytest.approx(a, abs=1e-9)
        assert way[-1] == pytest.approx(b, abs=1e-6)
        steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
        assert steps == pytest.approx(np.full(8, 2 * 5 * np.sin(np.pi / 16)), abs=1e-6), "it does not turn evenly"
    assert js("latent/travel.js", "slerp", [2], [-2], 0.75) == [-1], "one dimension has no way round"


def test_a_way_through_several_gives_each_leg_the_same_time(js: Callable) -> None:
    stops = [[0.0, 0.0], [1.0, 0.0], [1.0, 10.0]]  # one leg is ten times as long
    places = {0: [0, 0], 0.25: [0.5, 0], 0.5: [1, 0], 0.75: [1, 5], 1: [1, 10]}
    for t, place in places.items():
        assert js("latent/travel.js", "along", stops, "all", t) == pytest.approx(place)
    assert js("latent/travel.js", "along", [[1, 0], [0, 1]], "straight", 0.5) == [0.5, 0.5]
    assert js("latent/travel.js", "along", [[1, 0], [0, 1]], "spherical", 0.5) == pytest.approx([np.sqrt(0.5)] * 2)


def test_the_square_has_its_corners_and_is_bilinear(js: Callable) -> None:
    a, b, c, d = corners = np.random.default_rng(2).normal(size=(4, 5))
    for u, v, truth in ((0, 0, a), (1, 0, b), (0, 1, c), (1, 1, d), (0.5, 0.5, corners.mean(axis=0))):
        assert js("latent/travel.js", "bilinear", corners.tolist(), u, v) == pytest.approx(truth, abs=1e-12)
    truth = 0.7 * (0.8 * a + 0.2 * b) + 0.3 * (0.8 * c + 0.2 * d)
    assert js("latent/travel.js", "bilinear", corners.tolist(), 0.2, 0.3) == pytest.approx(truth, abs=1e-12)


def state(pins: str, **choices: Any) -> dict[str, Any]:
    places = {"A": [0.0, 0.0], "B": [1.0, 0.0], "C": [1.0, 2.0], "D": [0.0, 2.0]}
    held = {name: {"z": places[name], "label": None} for name in pins}
    return {
        "tab": "morph",
        "way": "straight",
        "ends": ["A", "B"],
        "pins": held,
        "latents": None,
        "groups": [],
    } | choices


@pytest.mark.parametrize(
    ("given", "stops"),
    [
        (state("A"), ""),
        (state("AB"), "AB"),
        (state("BD"), "BD"),
        (state("ABCD", ends=["C", "A"]), "CA"),
        (state("ABC", ends=["A", "D"]), "AB"),
        (state("ABC", ends=["B", "B"]), "AB"),
        (state("ABC", ends=["words", ""]), "AB"),
        (state("ACD", way="all"), "ACD"),
        (state("ABC", way="square"), ""),
        (state("ABCD", way="square"), "ABCD"),
    ],
)
def test_the_pins_that_a_way_leads_through(js: Callable, given: dict[str, Any], stops: str) -> None:
    found = js("latent/travel.js", "stopsOf", given)
    assert [stop["key"] for stop in found] == list(stops)
    assert [stop["z"] for stop in found] == [given["pins"][name]["z"] for name in stops]


def with_means(pins: str, **choices: Any) -> dict[str, Any]:
    mean = np.array([[1, 0], [3, 0], [0, 5]], np.float32)
    labels = {"labels": np.array([0, 0, 1], np.int32), "labelNames": ["x", "y"]}
    return state(pins, model={"classes": 2}, label=1, latents={"n": 3, "d": 2, "mean": mean, **labels}, **choices)


@pytest.mark.parametrize(
    ("pins", "ends", "keys"),
    [
        ("", ["0", "1"], ["0", "1"]),
        ("A", ["A", "1"], ["A", "1"]),
        ("CD", ["0", "B"], ["0", "C"]),
        ("", ["0", "B"], []),
        ("AB", ["0", "0"], ["0", "A"]),
        ("AB", ["g:gone", "B"], ["A", "B"]),
    ],
)
def test_a_way_leads_from_and_to_means_too(js: Callable, pins: str, ends: list[str], keys: list[str]) -> None:
    assert [stop["key"] for stop in js("latent/travel.js", "stopsOf", with_means(pins, ends=ends))] == keys


def test_the_mean_of_a_class_comes_with_the_class_and_that_of_a_group_with_the_one_of_now(js: Callable) -> None:
    groups = [{"name": "g", "members": [0, 2]}]
    found = js("latent/travel.js", "stopsOf", with_means("", ends=["0", "g:g"], groups=groups))
    assert found == [{"key": "0", "z": [2, 0], "label": 0}, {"key": "g:g", "z": [0.5, 2.5], "label": 1}]


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({"z": [0.5, 1.0]}, True),
        ({"z": [0.50001, 1.0]}, True),
        ({"z": [0.5, 1.1]}, False),
        ({"z": [0.5, 1.1], "locked": [1]}, True),
        ({"z": [0.5, 1.0], "label": 2}, False),
        ({"z": [9.0, 9.0], "home": {"z": [0.5, 1.0], "label": None}}, True),
        ({"z": [0.5, 1.0], "way": "square"}, False),
        ({"z": [0.5, 1.0], "ends": ["A", "D"]}, False),
    ],
)
def test_z_is_on_the_way_or_it_is_not(js: Callable, changes: dict[str, Any], on: bool) -> None:
    given = state("ABCD", ends=["A", "C"], along=0.5, label=None, locked=[], home=None)
    assert js("latent/travel.js", "isOnWay", given | changes) is on


def test_the_net_of_a_square_has_its_four_sides_and_the_lines_between(js: Callable) -> None:
    lines = js("latent/travel.js", "netOf", state("ABCD", way="square"), 2)
    a, b, c, d = [0, 0], [1, 0], [1, 2], [0, 2]
    for side in ([a, b], [a, c], [c, d], [b, d], [[0.5, 0], [0.5, 2]], [[0.5, 1], [0.5, 1]]):
        assert side in lines
    assert len(lines) == 6
    assert js("latent/travel.js", "netOf", state("ABC", way="square"), 2) == []
    assert js("latent/travel.js", "netOf", state("ABCD", way="square", tab="explore"), 2) == []


def test_the_path_for_the_map_is_there_while_a_morph_is_looked_at(js: Callable) -> None:
    assert js("latent/travel.js", "pathOf", state("AC"), 3) == [[0, 0], [0.5, 1], [1, 2]]
    assert js("latent/travel.js", "pathOf", state("ABC", way="all"), 3) == [[0, 0], [1, 0], [1, 2]]
    for none in (state("A"), state("AB", tab="explore"), state("ABCD", way="square")):
        assert js("latent/travel.js", "pathOf", none, 3) is None


# --- mixture.js


def draws(page: Page, given: dict[str, Any], n: int = 4000) -> np.ndarray:
    """Draw n z of a seeded state in the browser."""
    return np.array(
        page.evaluate(
            """async ([given, n]) => {
            const { draw } = await import("/web/latent/mixture.js");
            const { seeded } = await import("/web/latent/random.js");
            const random = seeded(given.seed);
            const mixture = given.latents.mixture ?? {};
            for (const [key, values] of Object.entries(mixture)) mixture[key] = Float32Array.from(values);
            return Array.from({ length: n }, () => draw(given, random));
        }""",
            [given, n],
        )
    )


def generating(**changes: Any) -> dict[str, Any]:
    model = {"latent": 2, "stochastic": True, "classes": 0, "name": "m"}
    return {"model": model, "latents": {}, "draws": "prior", "temperature": 1.0, "seed": 3} | changes


def test_the_prior_is_normal_and_the_temperature_is_its_deviation(web_page: Page) -> None:
    z = draws(web_page, generating(temperature=0.5))
    assert z.mean(axis=0) == pytest.approx([0, 0], abs=0.03)
    assert np.cov(z.T) == pytest.approx(0.25 * np.eye(2), abs=0.02)
    assert z.min() < -1, "a draw from U[0, 1) is never below 0"
    assert (
        draws(web_page, generating(temperature=1.0), 5) == 2 * draws(web_page, generating(temperature=0.5), 5)
    ).all()


def test_the_mixture_has_its_weights_means_and_covariances(web_page: Page) -> None:
    factors = np.array([[[0.5, 0], [0.3, 0.2]], [[1, 0], [-1, 0.5]]])
    mixture = {"weights": [0.25, 0.75], "means": [-20, 0, 20, 5], "factors": factors.ravel().tolist()}
    z = draws(web_page, generating(draws="mixture", latents={"mixture": mixture}), 8000)
    left = z[:, 0] < 0
    assert left.mean() == pytest.approx(0.25, abs=0.02)
    for part, mean, factor in ((z[left], [-20, 0], factors[0]), (z[~left], [20, 5], factors[1])):
        assert part.mean(axis=0) == pytest.approx(mean, abs=0.06)
        assert np.cov(part.T) == pytest.approx(factor @ factor.T, abs=0.08)
    cold = draws(web_page, generating(draws="mixture", temperature=0.0, latents={"mixture": mixture}), 50)
    assert {tuple(each) for each in cold} == {(-20.0, 0.0), (20.0, 5.0)}


def test_what_can_be_drawn_from_is_said(js: Callable) -> None:
    plain = {"latent": 2, "stochastic": False, "classes": 0, "name": "m"}
    assert js("latent/mixture.js", "drawsOf", generating(draws="mixture")) == "prior"
    assert js("latent/mixture.js", "drawsOf", generating(model=plain)) is None
    assert js("latent/mixture.js", "drawsOf", generating(model=plain, latents={"mixture": {}})) == "mixture"
    assert "explorer encode m" in js("latent/mixture.js", "whyNot", generating(), "mixture")
    assert "no prior" in js("latent/mixture.js", "whyNot", generating(model=plain), "prior")
