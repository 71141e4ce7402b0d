"""The time machine: where its rail stands, where it goes, and how its film is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MOMENTS = [[0, 1], [10, 1], [50, 1], [200, 1]]
# A feed and a reel that only say what was asked of them: `film.went`, `film.prepared`, `film.branched`.
SHOW = """async ([moments, changes, alive, forks]) => {
    const { createTimeline } = await import("/web/studio/timeline.js");
    const sheet = document.createElement("div");
    sheet.className = "explorer";
    sheet.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 9; min-block-size: 0; inline-size: 800px";
    document.body.append(sheet);
    await dressed(sheet);
    const views = new Set();
    const subscribe = (view) => (views.add(view), () => views.delete(view));
    const tell = () => [...views].forEach((view) => view());
    const film = (window.film = { went: [], prepared: [], branched: [], views, tell });
    const feed = { state: { moments, changes, alive }, subscribe };
    const lookAt = (step) => ({ step, figures: { epoch: step / 10 } });
    const reel = {
        wanted: null, look: moments.length ? lookAt(moments.at(-1)[0]) : null, subscribe,
        go(step) {
            film.went.push(step);
            [reel.wanted, reel.look] = [step, lookAt(step ?? moments.at(-1)[0])];
            tell();
        },
        prepare: (index) => film.prepared.push(index),
    };
    film.feed = feed;
    const part = createTimeline({ feed, reel, ...(forks ? { branch: (step) => film.branched.push(step) } : {}) });
    sheet.append(part.element);
    window.dispose = () => (part.dispose(), sheet.remove());
}"""


def show(
    page: Page, moments: list[Any] = MOMENTS, changes: list[Any] | None = None, alive: bool = True, forks: bool = True
) -> None:
    page.evaluate(SHOW, [moments, changes or [], alive, forks])


def rail(page: Page) -> Any:
    return page.get_by_label("Moment of the training")


def test_it_stands_at_the_latest_moment_and_says_which(web_page: Page) -> None:
    show(web_page)
    assert rail(web_page).input_value() == "3"
    assert rail(web_page).get_attribute("aria-valuetext") == "step 200, epoch 20"
    assert web_page.get_by_role("button", name="Live").get_attribute("aria-pressed") == "true"


def test_the_rail_goes_from_moment_to_moment_and_fetches_ahead(web_page: Page) -> None:
    show(web_page)
    rail(web_page).focus()
    web_page.keyboard.press("ArrowLeft")
    web_page.keyboard.press("ArrowLeft")
    assert web_page.evaluate("film.went") == [50, 10]
    assert web_page.evaluate("film.prepared.slice(-3)") == [2, 3, 4]
    assert web_page.locator(".moment").inner_text() == "step 10, epoch 1.00"
    web_page.get_by_role("button", name="Live").click()
    assert web_page.evaluate("film.went") == [50, 10, None]
    assert rail(web_page).input_value() == "3"


def test_the_film_is_played_from_its_start_to_its_end(web_page: Page) -> None:
    show(web_page)
    web_page.get_by_role("button", name="Play the film").click()
    web_page.wait_for_function("film.went.length === 4")
    assert web_page.evaluate("film.went") == [0, 10, 50, 200]
    web_page.get_by_role("button", name="Play the film").wait_for()  # it has ended


def test_a_hand_on_the_rail_ends_the_film(web_page: Page) -> None:
    show(web_page)
    web_page.get_by_role("button", name="Play the film").click()
    rail(web_page).focus()
    web_page.keyboard.press("End")
    web_page.wait_for_timeout(500)
    assert web_page.evaluate("film.went") == [0, 200]


def test_a_change_is_marked_at_the_moment_after_it(web_page: Page) -> None:
    show(web_page, changes=[{"step": 40, "values": {}}, {"step": 999, "values": {}}])
    marks = web_page.locator(".timeline .marks line").evaluate_all(
        "(all) => all.map((line) => line.getAttribute('x1'))"
    )
    assert [float(mark) for mark in marks] == pytest.approx([2 / 3, 1])


def test_a_branch_is_asked_for_where_it_can_be(web_page: Page) -> None:
    show(web_page)
    web_page.get_by_role("button", name="Continue from here").click()
    assert web_page.evaluate("film.branched") == [200]
    web_page.evaluate("window.dispose()")
    show(web_page, forks=False)
    assert web_page.get_by_role("button", name="Continue from here").count() == 0


def test_before_the_first_moment_nothing_can_be_scrubbed(web_page: Page) -> None:
    show(web_page, moments=[], alive=False)
    assert rail(web_page).is_disabled()
    assert web_page.locator(".moment").inner_text() == ""
    assert web_page.get_by_role("button", name="Latest").is_visible()


def test_taken_away_it_listens_no_more(web_page: Page) -> None:
    show(web_page)
    web_page.evaluate("window.dispose()")
    assert web_page.evaluate("film.views.size") == 0
