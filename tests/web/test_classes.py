"""A conditional model in a real browser: the class that the decoder is told beside z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.web.hand import cursor, drag_slider, gray, lonely_point, map_is_described, numbers, z_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

LONG = [f"a long name {i}" for i in range(62)]


@pytest.fixture
def told(web_site: Site) -> TinyModel:
    return web_site.model("told", conditional=True)


def chosen(page: Page) -> str:
    return page.locator(".classes input:checked").get_attribute("value")


def painted(page: Page, model: TinyModel, label: int) -> bool:
    """Wait for the picture of the z that the sliders show, and tell whether it is of that class."""
    page.wait_for_function("String(painted.at(-1)?.z) === String(z())")
    return np.abs(gray(page) - model.gray(z_of(page), label)).max() <= 1


def test_a_class_paints_another_picture_at_the_same_z(web_page: Page, web_open: Callable, told: TinyModel) -> None:
    web_open(told.data(z=[0.0, 1.0, 0.0], label=2))
    assert painted(web_page, told, 2)
    web_page.get_by_role("radio", name="b", exact=True).check(force=True)
    web_page.wait_for_function("painted.at(-1).label === 1")
    assert z_of(web_page) == [0.0, 1.0, 0.0]
    assert painted(web_page, told, 1)
    assert "painted as b" in web_page.locator(".caption").inner_text()
    web_page.wait_for_function("sent.length === 1")
    assert web_page.evaluate("sent") == [{"model": "told", "map": "pca", "z": "0,1,0", "class": "1"}]


def test_a_click_on_a_point_takes_its_class_and_a_double_click_gives_it_back(
    web_page: Page, web_open: Callable, told: TinyModel
) -> None:
    web_open(told.data(z=[0.0, 0.0, 0.0], label=0))
    map_is_described(web_page)
    index, at = lonely_point(web_page, told)
    label = int(told.tensors["labels"][index])
    web_page.mouse.click(*at)
    web_page.wait_for_selector(f".classes input[value='{label}']:checked", state="attached")
    assert painted(web_page, told, label)
    assert "painted" not in web_page.locator(".caption").inner_text(), "what goes without saying was said"
    other = (label + 1) % 3
    web_page.locator(".classes input").nth(other).check(force=True)
    assert f"class {'abc'[label]}, painted as {'abc'[other]}" in web_page.locator(".caption").inner_text()
    web_page.wait_for_timeout(600)  # no third click of the one before
    web_page.mouse.dblclick(*at)
    assert chosen(web_page) == str(other)


def test_resampling_keeps_the_class_that_was_chosen(web_page: Page, web_open: Callable, told: TinyModel) -> None:
    web_open(told.data())
    own = chosen(web_page)
    other = str((int(own) + 1) % 3)
    web_page.locator(f".classes input[value='{other}']").check(force=True)
    for press in ("button", "radio", "radio"):
        name = "Resample" if press == "button" else "μ" if press == "radio" and drawn(web_page) else "sample"
        web_page.get_by_role(press, name=name, exact=True).click(force=True)
        assert chosen(web_page) == other, name


def drawn(page: Page) -> bool:
    return page.locator(".sampling.drawn").count() > 0


def test_nothing_is_pinned_before_the_class_is_known(web_page: Page, web_site: Site, told: TinyModel) -> None:
    held: list[Route] = []
    web_page.route("**/told/latents.safetensors", lambda route: held.append(route))
    web_page.evaluate("(data) => show(data)", told.data())
    pin = web_page.locator(".bar .pin").first
    pin.wait_for()
    assert pin.is_disabled()
    web_page.locator(".explorer").press("p")
    assert web_page.locator(".bar .seat.filled").count() == 0
    for route in held:
        route.continue_()
    web_page.unroute("**/told/latents.safetensors")
    web_page.wait_for_function("!root().querySelector('.bar .pin').disabled")
    pin.click()
    web_page.wait_for_function("sent.at(-1)?.pins?.includes(';')")


def test_a_drag_keeps_the_class(web_page: Page, web_open: Callable, told: TinyModel) -> None:
    web_open(told.data(label=2))
    drag_slider(web_page, 1, 0.8)
    web_page.mouse.up()
    assert painted(web_page, told, 2)
    assert {one["label"] for one in web_page.evaluate("painted")} == {2}
    web_page.wait_for_function("sent.length === 1")
    sent = web_page.evaluate("sent[0]")
    assert sent["class"] == "2"
    assert numbers(sent["z"]) == pytest.approx(z_of(web_page), abs=1e-5)


def test_classes_can_be_chosen_from_the_keyboard(web_page: Page, web_open: Callable, told: TinyModel) -> None:
    web_open(told.data(label=0))
    assert web_page.get_by_role("radiogroup", name="Class that is painted").count() == 1
    web_page.locator(".classes input:checked").focus()
    web_page.keyboard.press("ArrowRight")
    web_page.wait_for_function("painted.at(-1).label === 1")
    assert chosen(web_page) == "1"


def test_without_a_class_in_the_link_it_is_that_of_the_example(
    web_page: Page, web_open: Callable, told: TinyModel
) -> None:
    index = 7
    web_open(told.data(z=[float(value) for value in told.tensors["mean"][index]]))
    assert chosen(web_page) == str(told.tensors["labels"][index])
    web_page.evaluate("(data) => show(data)", told.data(z=[0.0, 2.0, 0.0]))
    assert painted(web_page, told, 0), "no example, no class: the first"


def test_the_preview_is_shown_for_its_class_only(web_fresh_page: Page, told: TinyModel) -> None:
    waiting = []
    web_fresh_page.route("**/*.wasm", lambda route: waiting.append(route))
    web_fresh_page.evaluate("(data) => show(data)", told.data())
    web_fresh_page.wait_for_function("root().querySelector('.picture').dataset.state === 'preview' && drawnPoints()")
    assert np.abs(gray(web_fresh_page) - told.gray(told.start, 0)).max() <= 1
    web_fresh_page.locator(".classes input").nth(1).check(force=True)
    assert web_fresh_page.locator(".picture").get_attribute("data-state") == "outdated"
    web_fresh_page.locator(".classes input").nth(0).check(force=True)
    assert web_fresh_page.locator(".picture").get_attribute("data-state") == "preview"
    web_fresh_page.locator(".classes input").nth(2).check(force=True)
    for route in waiting:
        route.continue_()
    web_fresh_page.wait_for_function("painted.length > 0")
    assert np.abs(gray(web_fresh_page) - told.gray(told.start, 2)).max() <= 1


def test_without_the_examples_classes_are_numbers_and_still_painted(web_page: Page, told: TinyModel) -> None:
    (told.folder / "latents.safetensors").unlink()
    web_page.evaluate("(data) => show(data)", told.data())
    web_page.wait_for_function("painted.length > 0")
    assert painted(web_page, told, 0)
    web_page.get_by_role("radio", name="2").check(force=True)
    web_page.wait_for_function("painted.at(-1).label === 2")
    assert painted(web_page, told, 2)


def test_many_or_long_names_are_a_native_list(web_page: Page, web_open: Callable, web_site: Site) -> None:
    model = web_site.model("names", names=LONG, conditional=True)
    web_open(model.data(label=61))
    names = web_page.get_by_role("combobox", name="Class that is painted")
    assert names.locator("option").all_text_contents() == LONG
    assert names.evaluate("(list) => list.selectedOptions[0].text") == LONG[61]
    names.select_option(label=LONG[3])
    web_page.wait_for_function("painted.at(-1).label === 3")
    assert painted(web_page, model, 3)
    width = "root().querySelector('.side').scrollWidth <= root().querySelector('.side').clientWidth"
    assert web_page.evaluate(width)


def test_a_model_that_is_told_no_class_has_no_selector(web_page: Page, web_open: Callable, web_site: Site) -> None:
    web_open(web_site.model("told", conditional=True).data())
    web_open(web_site.model("plain").data())
    assert web_page.locator(".classes").is_hidden()
    assert cursor(web_page)


def test_the_stand_alone_page_keeps_the_class_in_the_link(
    web_fresh_page: Page, web_site: Site, told: TinyModel
) -> None:
    web_fresh_page.goto(f"{web_site.url}/web/index.html?model=/models/told/#class=2")
    web_fresh_page.wait_for_selector('.explorer[data-ready="true"]')
    assert chosen(web_fresh_page) == "2"
    web_fresh_page.locator(".classes input").nth(1).check(force=True)
    web_fresh_page.wait_for_function("location.hash.includes('class=1')")
    web_fresh_page.go_back()
    web_fresh_page.wait_for_selector(".classes input[value='2']:checked", state="attached")
