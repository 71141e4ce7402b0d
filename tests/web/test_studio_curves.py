"""The loss curves: what is drawn of the reports, where the marks stand, and where the hand goes."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.web import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SHOWN = """() => [...studio.sheet.querySelectorAll(".line")]
    .filter((line) => line.style.display !== "none" && !line.closest("[hidden]"))
    .map((line) => line.dataset.line + (line.classList.contains("held") ? " held" : ""))"""


def report(step: int, reconstruction: float, kl: float | None, **more: float) -> dict[str, float]:
    told = {"step": step, "epoch": step / 10, "seconds": step / 100, "reconstruction": reconstruction}
    known = {} if kl is None else {"kl": kl}
    return told | {"regularization": kl or 0.0} | known | more


REPORTS = [
    report(step, 100 - step / 10, step / 50, **({"test_reconstruction": 101.0, "test_kl": 3.0} if step == 50 else {}))
    for step in range(10, 110, 10)
]
FILM = [[0, 1], [10, 1], [50, 1], [100, 1]]


def show(page: Page, step: int | None = 50, **state: Any) -> None:
    sheet.show(page, "curves", {"reports": REPORTS, "moments": FILM} | state, {}, None, step)


def shown(page: Page) -> set[str]:
    return set(page.evaluate(SHOWN))


def choose(page: Page, which: str, option: str) -> None:
    page.get_by_label(which, exact=True).select_option(option)
    page.evaluate("nextFrame()")


# --- numbers


@pytest.mark.parametrize(("value", "share"), [(-999, 0.0), (0, 0.5), (999, 1.0), (9, 0.5 + 1 / 6), (-99, 0.5 - 2 / 6)])
def test_a_symmetric_logarithm_by_hand(web_page: Page, value: float, share: float) -> None:
    """Log10(1 + 999) is 3, log10(1 + 9) is 1: of the way from -3 to 3."""
    found = web_page.evaluate(
        "async (value) => (await import('/web/studio/scale.js')).scaleOf(-999, 999, 1, 0).share(value)", value
    )
    assert found == pytest.approx(share)


@pytest.mark.parametrize(
    ("low", "high", "unit", "apart"),
    [
        (-1080, 18, 1, 0.1),
        (80, 550, 1, 0.1),
        (0.001, 0.002, 1e-6, 0.2),
        (5, 5, 0, 0.2),
        (0, 0, 1, 0.2),
        (-3, 4, 0, 0.3),
    ],
)
def test_ticks_lie_on_the_scale_and_apart(web_page: Page, low: float, high: float, unit: float, apart: float) -> None:
    places = web_page.evaluate(
        """async ([low, high, unit, apart]) => {
            const scale = (await import("/web/studio/scale.js")).scaleOf(low, high, unit);
            return scale.ticks(apart).map(scale.share).sort((one, other) => one - other);
        }""",
        [low, high, unit, apart],
    )
    assert len(places) >= 1
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    assert all(other - one > apart / 2.6 for one, other in itertools.pairwise(places))


def test_a_long_line_is_short_and_keeps_its_spikes(js: Callable) -> None:
    values = np.sin(np.arange(20_000) / 900)
    values[[777, 12_345]] = 50.0, -50.0
    kept = js("studio/thin.js", "thinned", np.linspace(0, 300, 20_000, endpoint=False), values)
    assert {777, 12_345} <= set(kept)
    assert len(kept) <= 600
    assert kept == sorted(set(kept))


def test_a_line_goes_on_where_nothing_was_measured(js: Callable, web_page: Page) -> None:
    assert js("studio/thin.js", "pathOf", np.array([1.0, 9.0]), np.array([2.0, 3.04])) == "M1 2L9 3"
    path = "async () => (await import('/web/studio/thin.js')).pathOf([1, 5, 9], [NaN, 4, NaN])"
    assert web_page.evaluate(path) == "M5 4h0"


def lines(js: Callable, reports: list[dict[str, float]]) -> dict[str, Any]:
    return {line["name"]: line for line in js("studio/series.js", "lossesOf", reports)}


def test_the_loss_is_the_sum_of_its_parts(js: Callable) -> None:
    found = lines(js, [report(1, -80.0, 10.0, test_reconstruction=-70.0, test_kl=9.0), report(2, -90.0, 12.0)])
    assert list(found) == ["reconstruction", "kl", "loss"]
    assert found["loss"]["train"] == [-70.0, -78.0]
    assert found["loss"]["held"] == [-61.0, None]


def test_a_weighted_kl_is_a_line_of_its_own_and_the_held_out_loss_is_not_guessed(js: Callable) -> None:
    found = lines(js, [report(1, 80.0, 10.0, test_reconstruction=70.0, test_kl=9.0) | {"regularization": 40.0}])
    assert list(found) == ["reconstruction", "kl", "regularization", "loss"]
    assert found["loss"]["train"] == [120.0]
    assert found["loss"]["held"] == [None]


def test_an_autoencoder_has_one_line(js: Callable) -> None:
    assert list(lines(js, [report(1, 80.0, None), report(2, 70.0, None)])) == ["reconstruction"]


@pytest.mark.parametrize(
    ("by", "step", "place"), [("step", 15, 15), ("epoch", 15, 1.5), ("seconds", 5, 0.05), ("epoch", 900, 10)]
)
def test_a_step_has_a_place_between_two_reports(js: Callable, by: str, step: int, place: float) -> None:
    assert js("studio/series.js", "placeOf", REPORTS, by, step) == pytest.approx(place)


def test_changes_are_told_with_what_was_before_where_it_is_known(js: Callable) -> None:
    changes = [
        {"step": 5, "seconds": 1.0, "values": {"beta": 4.0}, "before": {"beta": 1.0}},
        {"step": 7, "seconds": 2.0, "values": {"beta": 2.5, "rate": 0.001}},
    ]
    assert js("studio/series.js", "marksOf", changes) == [
        {"step": 5, "label": "beta 1 → 4"},
        {"step": 7, "label": "beta 4 → 2.5, rate → 0.001"},
    ]


# --- the drawing


def test_lines_their_values_and_the_step_that_is_seen(web_page: Page) -> None:
    show(web_page)
    assert shown(web_page) == {f"{name}{held}" for name in ("reconstruction", "kl", "loss") for held in ("", " held")}
    chips = web_page.locator(".entries .chip").all_text_contents()
    assert chips == ["Reconstruction95.00101.0", "KL1.003.00", "Loss96.00104.0"]
    rail = web_page.get_by_role("slider", name="Loss curves")
    assert rail.get_attribute("aria-valuenow") == "50"
    assert rail.get_attribute("aria-valuetext") == "step 50: Reconstruction 95.00, KL 1.00, Loss 96.00"


def test_a_name_is_a_switch_of_its_line(web_page: Page) -> None:
    show(web_page)
    web_page.get_by_role("button", name="Reconstruction").click()
    web_page.evaluate("nextFrame()")
    assert shown(web_page) == {"kl", "kl held", "loss", "loss held"}
    assert web_page.get_by_role("button", name="Reconstruction").get_attribute("aria-pressed") == "false"


def test_more_reports_are_drawn_in_place(web_page: Page) -> None:
    show(web_page)
    before = web_page.evaluate("window.path = document.querySelector('[data-line=loss].line'), path.getAttribute('d')")
    web_page.evaluate("(reports) => studio.tell({ reports })", [*REPORTS, report(110, 200.0, 3.0)])
    assert web_page.evaluate("path.isConnected")
    assert web_page.evaluate("path.getAttribute('d')") != before


def test_negative_losses_are_drawn_on_every_scale(web_page: Page) -> None:
    show(web_page, reports=[report(step, -1000.0 - step, 18.0) for step in (1, 10, 100)])
    for scale in ("apart", "linear", "log"):
        web_page.locator(f".curves input[value={scale}]").check(force=True)
        web_page.evaluate("nextFrame()")
        assert "NaN" not in web_page.evaluate("studio.sheet.innerHTML")
    ticks = web_page.locator(".chart:not([hidden]) .ticks text").all_text_contents()
    assert {"−1000", "0", "10"} <= set(ticks)


def test_other_curves_and_other_places_on_demand(web_page: Page) -> None:
    show(web_page, reports=[report(step, 5.0, 1.0, gradient=step, rate=1e-3, speed=9.0) for step in (1, 10, 100)])
    choose(web_page, "also", "gradient")
    choose(web_page, "x", "seconds")
    assert "gradient" in shown(web_page)
    assert web_page.locator(".chart:not([hidden])").last.get_attribute("data-title") == "gradient norm 10"
    assert "1" in web_page.locator(".chart:not([hidden]) .ticks text").all_text_contents()


def test_a_change_is_marked_where_it_was_made(web_page: Page) -> None:
    show(web_page, changes=[{"step": 50, "seconds": 0.5, "values": {"beta": 4}, "before": {"beta": 1}}])
    mark, cursor = (web_page.locator(which).first.bounding_box() for which in (".changes line", ".now"))
    assert math.isclose(mark["x"], cursor["x"], abs_tol=1.5)
    assert web_page.locator(".changes text").first.inner_html() == "beta 1 → 4"


def test_before_the_first_report_it_says_so_and_out_of_sight_nothing_is_done(web_page: Page) -> None:
    show(web_page, reports=[])
    assert web_page.locator(".curves").inner_text().endswith("The curves begin with the first report.")
    web_page.evaluate("studio.sheet.hidden = true")
    web_page.evaluate("(reports) => studio.tell({ reports })", REPORTS)
    assert shown(web_page) == set()
    web_page.evaluate("studio.sheet.hidden = false")
    web_page.wait_for_function("studio.sheet.querySelector('.line')")  # it comes into sight


# --- the hand


def test_a_click_and_a_drag_go_to_the_nearest_moment_once(web_page: Page) -> None:
    show(web_page)
    box = web_page.locator(".chart").first.bounding_box()
    at = lambda share: box["x"] + 50 + share * (box["width"] - 60)  # noqa: E731
    web_page.mouse.move(at(0.48), box["y"] + 40)
    web_page.mouse.down()
    web_page.mouse.move(at(0.53), box["y"] + 40, steps=5)
    web_page.mouse.move(at(0.93), box["y"] + 40, steps=9)
    web_page.mouse.up()
    web_page.mouse.move(at(0.1), box["y"] + 40)
    assert web_page.evaluate("studio.went") == [50, 100]


def test_keys_go_from_moment_to_moment(web_page: Page) -> None:
    show(web_page, step=30)
    web_page.get_by_role("slider", name="Loss curves").focus()
    for key in ("ArrowRight", "ArrowRight", "Home", "End", "ArrowLeft"):
        web_page.keyboard.press(key)
    assert web_page.evaluate("studio.went") == [50, 100, 0, 100, 50]


def test_the_values_are_those_under_the_mouse(web_page: Page) -> None:
    show(web_page)
    box = web_page.locator(".chart").first.bounding_box()
    web_page.mouse.move(box["x"] + box["width"] - 10, box["y"] + 40)
    assert web_page.locator(".entries b").first.inner_text() == "90.00"
    web_page.mouse.move(box["x"], box["y"] + 900)
    assert web_page.locator(".entries b").first.inner_text() == "95.00"


def test_taken_away_it_listens_no_more(web_page: Page) -> None:
    show(web_page)
    web_page.evaluate("studio.part.dispose()")
    assert web_page.evaluate("studio.listeners()") == 0


def test_what_is_no_longer_known_of_held_out_pictures_is_not_said(js: Callable) -> None:
    """Once beta is turned, what held-out pictures cost is not the sum of their two losses."""
    calm = {
        "step": 1,
        "reconstruction": 5.0,
        "kl": 2.0,
        "regularization": 2.0,
        "test_reconstruction": 6.0,
        "test_kl": 2.0,
    }
    turned = calm | {"step": 3, "regularization": 60.0}
    between = {"step": 2, "reconstruction": 5.0, "kl": 2.0, "regularization": 2.0}
    lines = js("studio/series.js", "lossesOf", [calm, between, turned])
    loss = next(line for line in lines if line["name"] == "loss")
    said = [
        js("studio/series.js", "heldAt", {"held": [8.0, None, None], "unknown": loss["unknown"]}, at) for at in (0, 2)
    ]
    assert loss["unknown"] == [False, False, True]
    assert said == [8.0, None]
