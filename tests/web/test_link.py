"""What stands in a link, and what is said of a link that asks for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.hand import drag_slider, plot, z_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

READ = """async ([link, classes]) => {
    const { readLink } = await import("/web/link.js");
    return readLink(link, { latent: 2, classes, preview: { z: [7, 8] } });
}"""


@pytest.mark.parametrize(
    ("words", "z"),
    [
        ("0.5,-1", [0.5, -1.0]),
        (" 1 ,2e1", [1.0, 20.0]),
        ("0.5", None),
        ("0.5,nan", None),
        ("0.5,Infinity", None),
        ("1e999,0", None),
        ("1,", None),
        ("a,b", None),
        ("", None),
    ],
)
def test_z_is_numbers_for_this_model_or_the_usual_start(web_page: Page, words: str, z: list[float] | None) -> None:
    read = web_page.evaluate(READ, [{"z": words}, 0])
    assert read["z"] == (z or [7, 8])
    assert len(read["wrong"]) == (z is None)


@pytest.mark.parametrize(
    ("word", "classes", "label"),
    [("0", 3, 0), ("2", 3, 2), ("3", 3, None), ("-1", 3, None), ("1.5", 3, None), ("", 3, None), ("1", 0, None)],
)
def test_a_class_is_one_of_this_model_or_none(web_page: Page, word: str, classes: int, label: int | None) -> None:
    read = web_page.evaluate(READ, [{"class": word}, classes])
    assert read["label"] == label
    assert len(read["wrong"]) == (label is None)


LINK_OF = """async (state) => {
    const [{ linkOf }, { START }] = [await import("/web/link.js"), await import("/web/choices.js")];
    return linkOf({ ...START, home: null, source: null, drawn: false, ...state });
}"""


def test_a_link_comes_back_as_it_went(web_page: Page) -> None:
    link = {"model": "tiny", "map": "pca", "z": "0.12346,0", "class": "4"}
    state = {"model": {"name": "tiny"}, "map": "pca", "z": [0.123456, -1e-9], "label": 4}
    assert web_page.evaluate(LINK_OF, state) == link


def test_a_link_keeps_where_z_rests_and_not_where_the_mouse_looks(web_page: Page) -> None:
    home = {"z": [1, 2], "label": None, "source": 7, "drawn": True}
    state = {"model": {"name": "tiny"}, "map": "pca", "z": [9, 9], "label": None, "home": home}
    assert web_page.evaluate(LINK_OF, state) == {"model": "tiny", "map": "pca", "z": "1,2", "example": "7"}


def test_nothing_in_vain_says_nothing(web_page: Page, web_open: Callable, web_site: Site) -> None:
    web_open(web_site.model("tiny").data(map_name="tsne", z=[1.0, 2.0, 3.0]))
    assert web_page.locator(".complaint").is_hidden()


def test_what_a_link_asks_for_in_vain_is_said_until_the_link_is_another(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    model = web_site.model("told", conditional=True)
    data = model.data()
    web_open(data | {"link": {"map": "nowhere", "z": "1,2", "class": "9"}})
    said = web_page.locator(".complaint").inner_text()
    assert "map “nowhere”, which this model does not have" in said
    assert "z is not 3 numbers" in said
    assert "classes are 0 to 2" in said
    assert z_of(web_page) == model.start
    place = plot(web_page)
    assert web_page.locator(".map .menu input:checked").get_attribute("value") == "pca"
    drag_slider(web_page, 0, 0.8)
    assert web_page.locator(".complaint").is_visible()
    web_page.mouse.up()
    web_page.wait_for_function("sent.length === 1")
    assert web_page.locator(".complaint").is_hidden()
    assert plot(web_page) == place, "the page moved under the hand"
    web_page.evaluate("(data) => show(data)", data | {"link": {"class": "x" * 500}})
    said = web_page.locator(".complaint").inner_text()
    assert "asks for class “xxx" in said
    assert len(said) < 200


def test_a_note_is_closed_by_a_button_and_comes_again_with_what_is_new(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(map_name="nowhere"))
    close = web_page.get_by_role("button", name="Close the note")
    close.click()
    assert web_page.locator(".complaint").is_hidden()
    before = z_of(web_page)
    web_page.keyboard.press("r")
    web_page.wait_for_function("(before) => String(z()) !== String(before)", arg=before)
    web_page.evaluate("(data) => show(data)", tiny.data(map_name="elsewhere"))
    assert "elsewhere" in web_page.locator(".complaint").inner_text()
    assert close.is_visible()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"colour": "foo"}, "the colour “foo”, which this model does not have; this is the usual one"),
        ({"between": "77>88"}, "a direction between “77>88”, which this model does not have; it is left out"),
        ({"ends": "A|77"}, "a way from or to the mean of “77”, which this model does not have; it leads from pin"),
        ({"groups": "far:____A"}, "examples of the group “far”, which this model does not have; it is left out"),
    ],
)
def test_a_choice_that_this_model_does_not_have_is_said_and_not_made(
    web_page: Page, web_open: Callable, tiny: TinyModel, link: dict[str, str], said: str
) -> None:
    web_open(tiny.data() | {"link": link})
    assert said in web_page.locator(".complaint").inner_text()
    drag_slider(web_page, 0, 0.8)
    web_page.mouse.up()
    web_page.wait_for_function("sent.length === 1")
    assert not set(link) & set(web_page.evaluate("sent[0]"))


def test_a_map_between_a_class_and_nothing_is_a_sentence(web_page: Page, tiny: TinyModel) -> None:
    web_page.evaluate("(data) => show(data)", tiny.data(map_name="between:1>"))
    web_page.wait_for_function("root().querySelector('.notice').textContent.includes('choose two')")
