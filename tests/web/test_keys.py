"""The keys of the live view in a real browser: what each does, and where it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import TinyModel

pytestmark = pytest.mark.browser


def z(page: Page) -> list[float]:
    return page.evaluate("painted.at(-1).z")


def press(page: Page, key: str, where: str = ".explorer") -> list[float]:
    """Press a key and give the z that is painted then."""
    page.locator(where).first.focus()
    page.keyboard.press(key)
    page.wait_for_function("z().every((value, k) => Math.abs(value - painted.at(-1).z[k]) < 1e-3)")
    return z(page)


def mean_of(model: TinyModel, label: int) -> Any:
    mean, labels = model.tensors["mean"], model.tensors["labels"]
    return pytest.approx(mean[labels == label].mean(axis=0), abs=1e-6)


def test_digits_are_the_means_of_classes_wherever_the_focus_is(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    assert press(web_page, "1") == mean_of(tiny, 1)
    assert press(web_page, "2", ".row input") == mean_of(tiny, 2)
    assert press(web_page, "1", ".plot") == mean_of(tiny, 1)
    assert press(web_page, "0", ".plot") == mean_of(tiny, 1), "on the map 0 shows the whole map"
    assert press(web_page, "0", ".tabs input") == mean_of(tiny, 0)
    assert press(web_page, "7") == mean_of(tiny, 0), "there is no class 7"


def test_letters_move_z_and_undo_and_redo_follow(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.wait_for_timeout(350)
    drawn = press(web_page, "r")
    assert drawn != tiny.start
    example = press(web_page, "e")
    assert np.abs(tiny.tensors["mean"] - example).max(axis=1).min() < 1e-6
    assert press(web_page, "z") != example
    assert press(web_page, "Control+z") == tiny.start
    press(web_page, "Shift+Z")
    assert press(web_page, "Control+Shift+Z") == example


def test_p_pins_to_the_next_free_pin_and_says_when_all_are_taken(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    data = tiny.data(z=[1.0, 0.0, 0.0])
    data["link"]["pins"] = "A:0,0,0|C:0,0,0"
    web_open(data)
    press(web_page, "p")
    press(web_page, "p")
    web_page.wait_for_function("sent.at(-1)?.pins === 'A:0,0,0|B:1,0,0|C:0,0,0|D:1,0,0'")
    for _ in range(2):
        press(web_page, "p")
    assert web_page.locator(".complaint").inner_text().count("All four pins are taken") == 1


def test_no_key_acts_where_somebody_types_or_means_another(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    for key in ("r", "e", "1"):
        assert press(web_page, key, ".bar input[type=number]") == tiny.start
        assert press(web_page, key, ".bar select") == tiny.start
    for key in ("Alt+r", "Control+e", "Meta+1"):
        assert press(web_page, key) == tiny.start


def test_the_page_around_hears_no_key_that_the_view_took(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.evaluate("""() => {
        const hear = ({ key }) => outside.push(key);
        window.outside = [];
        document.addEventListener("keydown", hear);
        window.deaf = () => document.removeEventListener("keydown", hear); // the page is that of other tests too
    }""")
    for key in ("r", "x", "1"):
        press(web_page, key)
    web_page.evaluate("deaf()")
    assert web_page.evaluate("outside") == ["x"]


def test_the_list_of_keys_opens_and_escape_closes_it(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    listed = web_page.locator(".keylist")
    press(web_page, "?")
    assert listed.is_visible()
    assert "with the focus on the map 0 shows the whole map" in listed.inner_text()
    press(web_page, "Escape")
    assert listed.is_hidden()
    web_page.locator("details.keyboard summary").click()
    assert listed.is_visible()
    box = listed.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 1200
