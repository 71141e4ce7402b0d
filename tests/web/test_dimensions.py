"""Very many latent dimensions: which of them have a slider in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.web.hand import drag_slider

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

D = 512
ACTIVE = [500, 3, 77]  # counted from 0, the most active first


@pytest.fixture(scope="module")
def wide(web_site: Site) -> TinyModel:
    """A model that uses forty of its 512 dimensions, three of them much."""
    model = web_site.model("wide", d=D)
    model.tensors["kl"][:] = 0.001
    model.tensors["kl"][100:137] = 0.5
    model.tensors["kl"][ACTIVE] = [3, 2, 1]
    model.rewrite(model.tensors)
    return model


def names(page: Page, rows: str = ".list > .row") -> list[str]:
    return page.locator(f"{rows} .name").all_text_contents()


def test_the_most_active_come_first_and_the_rest_is_folded(web_page: Page, web_open: Callable, wide: TinyModel) -> None:
    web_open(wide.data())
    assert names(web_page)[:3] == ["z501", "z4", "z78"]
    assert len(names(web_page)) == 32
    assert web_page.locator(".folded .row").count() == 0, "what nobody looks at was built"
    less, unused = web_page.locator(".list summary").all_inner_texts()
    assert less == "8 less active dimensions"
    assert unused == "472 of 512 dimensions are not used"
    why = web_page.locator(".list summary").last.get_attribute("title")
    assert why == "Their KL is below 0.01 nats, so the decoder learnt to ignore them."
    for fold in web_page.locator(".list summary").all():
        fold.click()
    web_page.wait_for_function("root().querySelectorAll('.folded .row').length === 480")
    assert len(set(names(web_page, ".list .row"))) == D


def test_a_drag_moves_its_own_dimension_and_paints(web_page: Page, web_open: Callable, wide: TinyModel) -> None:
    web_open(wide.data())
    drag_slider(web_page, 0, 0.9)
    web_page.mouse.up()
    web_page.wait_for_function("painted.at(-1).z[500] > 1")
    z = np.array(web_page.evaluate("painted.at(-1).z"))
    assert np.flatnonzero(z != wide.start).tolist() == [500]


def test_folded_sliders_hear_of_z_when_they_are_opened(web_page: Page, web_open: Callable, wide: TinyModel) -> None:
    z = [0.0] * D
    z[200] = 1.25
    web_open(wide.data(z=z))
    web_page.locator(".list summary").last.click()
    slider = web_page.get_by_label("z₂₀₁", exact=True)
    slider.wait_for()
    assert float(slider.input_value()) == 1.25
    web_page.evaluate("(data) => show(data)", wide.data(z=[0.5] * D))
    assert float(slider.input_value()) == 0.5


def test_without_a_kl_the_most_active_are_those_that_vary(web_page: Page, web_open: Callable, web_site: Site) -> None:
    model = web_site.model("codes", d=40)
    model.tensors["mean"][:, 25] *= 9
    model.rewrite({name: array for name, array in model.tensors.items() if name != "kl"})
    web_open(model.data(stochastic=False))
    assert names(web_page)[0] == "z26"
    assert web_page.locator(".list summary").inner_text() == "8 less active dimensions"


def test_a_model_that_uses_nothing_shows_its_sliders_all_the_same(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    model = web_site.model("collapsed", d=5)
    model.rewrite(model.tensors | {"kl": np.full(5, 0.004, np.float32)})
    web_open(model.data())
    assert web_page.locator(".list summary").inner_text().startswith("5 of 5 dimensions are not used")
    web_page.wait_for_function("root().querySelectorAll('.folded .row').length === 5")
    assert web_page.get_by_label("z₄", exact=True).is_visible()


def test_a_pixel_is_a_whole_number_of_screen_pixels(web_page: Page, web_open: Callable, web_site: Site) -> None:
    for side in (16, 64):
        web_open(web_site.model(f"colour{side}", shape=(3, side, side)).data())
        width = web_page.evaluate("root().querySelector('.pixels').getBoundingClientRect().width")
        assert width / side == int(width / side) >= 1
        assert width >= 192
        assert web_page.locator(".pixels").evaluate("(it) => getComputedStyle(it).imageRendering") == "pixelated"
