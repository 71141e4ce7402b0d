"""Whatever moves z, all agree: the map's cursor, the sliders, the picture, and the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.web.hand import (
    cursor,
    drag_slider,
    empty_place,
    gray,
    lonely_point,
    map_is_described,
    numbers,
    on_screen,
    plot,
    project,
    z_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .conftest import TinyModel

pytestmark = pytest.mark.browser


def by_slider(page: Page, _: TinyModel) -> None:
    drag_slider(page, 1, 0.8)
    page.mouse.up()


def by_point(page: Page, tiny: TinyModel) -> None:
    page.mouse.click(*lonely_point(page, tiny)[1])


def by_empty_place(page: Page, tiny: TinyModel) -> None:
    page.mouse.click(*empty_place(page, tiny))


def by_cursor(page: Page, _: TinyModel) -> None:
    x, y = cursor(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 40, steps=5)
    page.mouse.up()


def by_picture(page: Page, _: TinyModel) -> None:
    box = page.locator(".pixels").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 25, steps=5)
    page.mouse.up()


def by_chance(page: Page, _: TinyModel) -> None:
    page.locator(".bar").get_by_role("button", name="Random", exact=True).click()


def by_example(page: Page, _: TinyModel) -> None:
    page.locator(".bar").get_by_role("button", name="Example", exact=True).click()


def by_class_key(page: Page, _: TinyModel) -> None:
    page.locator(".pixels").first.focus()
    page.keyboard.press("1")


def by_pin(page: Page, _: TinyModel) -> None:
    page.get_by_role("button", name="Go to pin A").first.click()


def by_near_example(page: Page, _: TinyModel) -> None:
    page.locator(".near button, .nearest button").nth(3).click()


def by_undo(page: Page, tiny: TinyModel) -> None:
    by_chance(page, tiny)
    page.wait_for_function("sent.length > 0")
    by_chance(page, tiny)
    page.wait_for_function("sent.length > 1")
    page.get_by_role("button", name="Undo").click()


WAYS = [
    by_slider, by_point, by_empty_place, by_cursor, by_picture, by_chance, by_example, by_class_key, by_pin,
    by_near_example, by_undo,
]  # fmt: skip


def agree(page: Page, tiny: TinyModel) -> list[float]:
    """Check that all that shows z shows the same, and give it."""
    page.mouse.move(1195, 5)  # away from the map, which would decode what lies under the mouse
    page.wait_for_function("String(painted.at(-1).z.map(Math.fround)) === String(z().map(Math.fround))")
    z = z_of(page)
    assert np.abs(gray(page) - tiny.gray(page.evaluate("painted.at(-1).z"))).max() <= 1
    at = on_screen(page, project(tiny, "pca", z))
    box = plot(page)
    inside = np.clip(at, [box["x"] + 10, box["y"] + 10], [box["x"] + box["width"] - 10, box["y"] + box["height"] - 10])
    assert cursor(page) == pytest.approx(inside, abs=1.5)
    return z


@pytest.mark.parametrize("move", WAYS)
def test_all_that_shows_z_agrees(web_page: Page, web_open: Callable, tiny: TinyModel, move: Callable) -> None:
    start = [0.3, -0.2, 0.1]
    web_open(tiny.data(z=start) | {"link": {"z": "0.3,-0.2,0.1", "pins": "A:1,1,-1"}})
    map_is_described(web_page)
    web_page.wait_for_function("root().querySelectorAll('.near button, .nearest button').length > 3")
    move(web_page, tiny)
    z = agree(web_page, tiny)
    assert z != pytest.approx(start, abs=1e-3)
    web_page.wait_for_timeout(400)
    assert numbers(web_page.evaluate("sent.at(-1).z")) == pytest.approx(z, abs=1e-5), "the link is of another z"


CHOSEN: dict[str, str] = {
    "map": "between:0>2", "z": "0.5,-1,0.25", "colour": "z2", "layers": "prior,means", "hide": "1",
    "pins": "A:0,1,0|D:1,1,1", "groups": "few:ADB", "bank": "principal", "range": "prior", "lock": "2",
    "beside": "source,difference", "show": "traverse", "large": "1",
}  # fmt: skip


def test_a_link_opens_the_same_view_and_says_the_same_again(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    data: dict[str, Any] = tiny.data() | {"link": CHOSEN}
    web_open(data)
    assert web_page.locator(".complaint").is_hidden(), web_page.locator(".complaint").inner_text()
    assert web_page.locator(".panel.traverse, [data-tab=traverse]").first.is_visible()
    web_page.get_by_role("radio", name="Explore").check(force=True)
    web_page.wait_for_function("sent.length === 1")
    sent = web_page.evaluate("sent[0]")
    expected = CHOSEN | {"model": "tiny"}
    expected.pop("show")
    assert sent == expected
