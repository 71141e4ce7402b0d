"""The bars of KL: which dimensions carry something, in which order they stand, and where they stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web import sheet

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LOOKS = {
    0: {"kl": [0.0, 0.0, 0.0, 0.0]},
    10: {"kl": [1.0, 0.5, 0.25, 0.005]},
    20: {"kl": [0.002, 2.0, 1.0, 0.5]},
    21: {"kl": [0.002, 2.0, 1.0, 0.6]},
}
STAGE = {"n": 1, "d": 4, "shape": [1, 2, 2]}


def show(page: Page, step: int | None = 10, looks: Any = LOOKS) -> None:
    sheet.show(page, "bars", {}, looks, STAGE, step)


def go(page: Page, step: int) -> None:
    page.evaluate("(step) => studio.go(step)", step)


def shares(page: Page, part: str = "i") -> list[float | None]:
    """Return the heights of the bars, or of their ghosts ("b"), as shares of the scale: where they go to."""
    return page.evaluate(
        """(part) => [...studio.sheet.querySelectorAll(`.klstem ${part}`)].map(({ hidden, style: { transform } }) => {
            const number = Number(transform.match(/[-\\d.e]+(?=[%)])/)?.[0]);
            return hidden ? null : part === "i" ? number : 1 - number / 100;
        })""",
        part,
    )


def order(page: Page) -> list[str]:
    places = """() => [...studio.sheet.querySelectorAll(".klbar")]
        .map((bar) => [Number(bar.style.transform.match(/\\d+/)[0]), bar.textContent])"""
    return [name for _, name in sorted(page.evaluate(places))]


def test_the_bars_are_the_kl_and_the_dead_are_counted(web_page: Page) -> None:
    show(web_page)
    assert shares(web_page) == pytest.approx([1, 0.5, 0.25, 0.005], abs=1e-6)
    assert (
        web_page.locator(".klsum").inner_text() == "3 of 4 dimensions carry something, 1.75 nats in all."
    )  # 1.755 in float32
    assert web_page.locator(".klbar.dead").count() == 1


def test_the_scale_stays_when_one_goes_back(web_page: Page) -> None:
    show(web_page)
    go(web_page, 20)
    assert shares(web_page) == pytest.approx([0.001, 1, 0.5, 0.25], abs=1e-6)
    go(web_page, 10)
    assert shares(web_page) == pytest.approx([0.5, 0.25, 0.125, 0.0025], abs=1e-6)


def test_a_ghost_stands_where_a_bar_was_clearly_before(web_page: Page) -> None:
    show(web_page)
    assert shares(web_page, "b") == [None] * 4
    go(web_page, 20)
    go(web_page, 21)  # too near to 20 to show what has changed
    assert shares(web_page, "b") == pytest.approx([0.5, 0.25, 0.125, 0.0025], abs=1e-6)
    assert web_page.locator(".klsum").inner_text().endswith("; the thin lines: step 10.")


def test_a_trail_knows_the_past_however_one_went_there(web_page: Page) -> None:
    found = web_page.evaluate(
        """async () => {
            const trail = (await import("/web/studio/trail.js")).createTrail();
            for (const step of [100, 0, 105, 10, 50]) trail.keep(step, `at ${step}`);
            return [0, 1, 13, 14, 100, 150].map((step) => trail.before(step)?.what ?? null);
        }"""
    )
    assert found == [None, "at 0", "at 0", "at 10", "at 50", "at 100"]


def test_by_kl_the_largest_stands_first(web_page: Page) -> None:
    show(web_page)
    go(web_page, 20)
    assert order(web_page) == ["z1", "z2", "z3", "z4"]
    web_page.locator("input[value=kl]").check(force=True)
    assert order(web_page) == ["z2", "z3", "z4", "z1"]


def test_a_bar_tells_its_value_to_the_mouse_and_to_keys(web_page: Page) -> None:
    show(web_page)
    go(web_page, 20)
    reads = web_page.locator(".klbars .reads")
    assert reads.inner_text() == "step 20"
    box = web_page.locator(".klrow").bounding_box()
    web_page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 20)
    assert reads.inner_text() == "z₂: 2.000 nats, at step 10 0.500"
    web_page.mouse.move(box["x"], box["y"] + 900)
    row = web_page.get_by_role("listbox", name="KL of each dimension")
    row.focus()
    for key in ("End", "ArrowLeft", "Home"):
        web_page.keyboard.press(key)
    assert reads.inner_text() == "z₁: 0.002 nats, below 0.01: not used, at step 10 1.000"
    assert web_page.get_by_role("option", selected=True).get_attribute("id") == row.get_attribute(
        "aria-activedescendant"
    )


def test_many_bars_have_no_room_for_names(web_page: Page) -> None:
    show(web_page, looks={10: {"kl": [0.1] * 64}})
    assert web_page.locator(".klbar span:visible").count() == 0


def test_an_autoencoder_has_codes_only(web_page: Page) -> None:
    show(web_page, looks={10: {"kl": []}})
    assert web_page.locator(".klbars").inner_text().startswith("An autoencoder has codes only")


def test_without_a_look_it_waits_and_taken_away_it_listens_no_more(web_page: Page) -> None:
    show(web_page, None)
    assert web_page.locator(".klbar").count() == 0
    go(web_page, 10)
    assert web_page.locator(".klbar").count() == 4
    web_page.evaluate("studio.part.dispose()")
    assert web_page.evaluate("studio.listeners()") == 0
