"""The bar in a real browser: the ways to a new z, pins, undo, and the picture as Python code."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer import places
from tests.web.hand import gray, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

HALF = -np.sqrt(2 * np.log(2))  # what Box and Muller make of two uniform numbers of 0.5


@contextmanager
def no_chance(page: Page, value: float = 0.5) -> Iterator[None]:
    """Let Math.random give this number only."""
    page.evaluate("(value) => { window.chance = Math.random; Math.random = () => value; }", value)
    yield
    page.evaluate("Math.random = window.chance")


def last(page: Page) -> dict[str, Any]:
    return page.evaluate("painted.at(-1)")


def moved(page: Page, act: Callable[[], Any]) -> list[float]:
    """Do something that moves z, and give the z whose picture is then on the canvas."""
    before = page.evaluate("painted.length")
    act()
    page.wait_for_function("(before) => painted.length > before", arg=before)
    page.evaluate("nextFrame()")
    return last(page)["z"]


def tool(page: Page, name: str) -> Locator:
    return page.locator(".bar").get_by_role("button", name=name, exact=True)


def pin(page: Page, name: str) -> Locator:
    return page.locator(".bar .seat").nth("ABCD".index(name)).locator(".pin")


def thumbnail(page: Page, name: str) -> np.ndarray:
    script = "(it) => Array.from(it.getContext('2d').getImageData(0, 0, it.width, it.height).data)"
    return np.array(page.locator(".bar .seat").nth("ABCD".index(name)).locator("canvas").evaluate(script))[::4]


def thumbnail_is(page: Page, name: str, picture: np.ndarray) -> bool:
    """Wait until a pin shows this picture: its thumbnail comes from the worker."""
    for _ in range(100):
        if len(found := thumbnail(page, name)) == len(picture) and np.abs(found - picture).max() <= 1:
            return True
        page.wait_for_timeout(30)
    return False


def hears(page: Page, word: str, value: str) -> None:
    """Wait until the last that the host has heard says this."""
    page.wait_for_function("([word, value]) => sent.at(-1)?.[word] === value", arg=[word, value])


def test_random_is_a_normal_draw_times_the_temperature(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    with no_chance(web_page):
        assert moved(web_page, tool(web_page, "Random").click) == pytest.approx([HALF] * 3)
        web_page.get_by_role("spinbutton", name="Temperature").fill("0.5")
        assert moved(web_page, tool(web_page, "Random").click) == pytest.approx([HALF / 2] * 3)
    assert np.abs(gray(web_page) - tiny.gray([HALF / 2] * 3)).max() <= 1
    hears(web_page, "temperature", "0.5")
    web_page.get_by_role("spinbutton", name="Temperature").fill("77")
    assert web_page.evaluate("sent.at(-1).temperature") == "0.5", "a temperature that is none was taken"


def test_a_plain_autoencoder_has_no_random_z_and_says_why(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(stochastic=False))
    assert tool(web_page, "Random").is_disabled()
    title = tool(web_page, "Random").get_attribute("title")
    assert "no prior" in title
    assert "explorer encode tiny" in title


def test_a_random_example_is_its_mean(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    with no_chance(web_page):
        z = moved(web_page, tool(web_page, "Example").click)
    assert z == pytest.approx(tiny.tensors["mean"][30].tolist())
    assert "example 30" in web_page.locator(".picture .caption").inner_text()


def test_the_mean_of_a_class_or_group_is_gone_to(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    data = tiny.data()
    data["link"]["groups"] = "left:AAB"  # 0, 1 and 3
    web_open(data)
    means = web_page.get_by_role("combobox", name="Go to the mean of")
    mean, labels = tiny.tensors["mean"], tiny.tensors["labels"]
    z = moved(web_page, lambda: means.select_option("1"))
    assert z == pytest.approx(mean[labels == 1].mean(axis=0), abs=1e-6)
    z = moved(web_page, lambda: means.select_option("g:left"))
    assert z == pytest.approx(mean[[0, 1, 3]].mean(axis=0), abs=1e-6)
    assert means.input_value() == "", "the list must be ready for the same class again"


def test_the_mean_of_a_class_tells_a_conditional_model_that_class(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    told = web_site.model("told", conditional=True)
    web_open(told.data(label=0))
    z = moved(web_page, lambda: web_page.get_by_role("combobox", name="Go to the mean of").select_option("2"))
    web_page.wait_for_function("painted.at(-1).label === 2")
    assert np.abs(gray(web_page) - told.gray(last(web_page)["z"], 2)).max() <= 1
    assert z is not None


def test_reset_goes_back_to_where_the_view_starts(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[1.0, 2.0, -1.0]))
    assert moved(web_page, tool(web_page, "Reset").click) == tiny.start


def test_a_step_that_has_not_come_to_rest_can_be_undone(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.wait_for_timeout(350)
    moved(web_page, tool(web_page, "Example").click)
    web_page.locator(".explorer").press("z")  # at once: sooner than the view takes it for settled
    web_page.wait_for_function(
        "(start) => String(painted.at(-1).z) === start", arg=",".join(map("{:g}".format, tiny.start))
    )


def test_a_pin_keeps_z_shows_its_picture_and_is_in_the_link(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[1.0, -0.5, 0.25]))
    pin(web_page, "B").click()
    assert thumbnail_is(web_page, "B", tiny.gray([1.0, -0.5, 0.25]))
    hears(web_page, "pins", "B:1,-0.5,0.25")
    moved(web_page, tool(web_page, "Example").click)
    assert moved(web_page, pin(web_page, "B").click) == [1.0, -0.5, 0.25]


def test_a_pin_is_pinned_over_and_cleared(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    data = tiny.data(z=[0.0, 2.0, 0.0])
    data["link"]["pins"] = "A:1,1,1|C:0,0,1"
    web_open(data)
    assert thumbnail_is(web_page, "A", tiny.gray([1.0, 1.0, 1.0]))
    pin(web_page, "A").hover()
    web_page.get_by_role("button", name="Pin z here as A, in place of what it holds").click()
    assert thumbnail_is(web_page, "A", tiny.gray([0.0, 2.0, 0.0]))
    pin(web_page, "C").focus()
    web_page.keyboard.press("Delete")
    hears(web_page, "pins", "A:0,2,0")
    pin(web_page, "A").click(modifiers=["Shift"])
    web_page.wait_for_function("sent.at(-1).pins === undefined")
    assert last(web_page)["z"] == [0.0, 2.0, 0.0], "to clear a pin moved z"


def test_a_pin_of_a_conditional_model_keeps_its_class(web_page: Page, web_open: Callable, web_site: Site) -> None:
    told = web_site.model("told", conditional=True)
    web_open(told.data(z=[0.0, 1.0, 0.0], label=2))
    pin(web_page, "D").click()
    assert thumbnail_is(web_page, "D", told.gray([0.0, 1.0, 0.0], 2))
    moved(web_page, lambda: web_page.locator(".classes input").nth(0).check(force=True))
    moved(web_page, pin(web_page, "D").click)
    assert last(web_page)["label"] == 2


def test_the_code_is_copied_or_selected(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    web_open(tiny.data(z=[1.0, 0.1, -1e-9]))
    opener = web_page.locator("details.code summary")
    opener.click()
    word = web_page.locator(".code .word")
    word.filter(has_text="Copied").wait_for()
    code = web_page.evaluate("navigator.clipboard.readText()")
    assert "torch.tensor([[1.0, 0.100000001, -9.99999972e-10]])" in code, "a float32 was shortened, or became whole"
    opener.click()
    web_page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    opener.click()
    word.filter(has_text="Ctrl+C").wait_for()
    lines = web_page.locator(".code textarea")
    assert lines.evaluate("(it) => it.value.slice(it.selectionStart, it.selectionEnd)") == code
    web_page.keyboard.press("Escape")
    assert lines.is_hidden()
    web_page.evaluate("delete navigator.clipboard")


@pytest.mark.parametrize("name", ["digits-2d", "mnist-conditional"])
def test_the_code_paints_in_python_what_the_browser_paints(
    web_page: Page, web_open: Callable, web_site: Site, name: str
) -> None:
    shutil.copytree(places.gallery_dir() / name, web_site.models / name, dirs_exist_ok=True)
    z = np.random.default_rng(4).normal(size=2 if name == "digits-2d" else 8).tolist()
    shape, classes = ([1, 8, 8], 0) if name == "digits-2d" else ([1, 28, 28], 10)
    model = {
        "name": name, "url": f"/models/{name}/", "latent": len(z), "shape": shape, "classes": classes,
        "preview": {"z": z}, "stochastic": True, "decoder": True,
    }  # fmt: skip
    ort = "/web/vendor/onnxruntime-web/ort"
    runtime = {"module": f"{ort}.wasm.bundle.min.mjs", "wasm": f"{ort}-wasm-simd-threaded.wasm"}
    web_open({"model": model, "runtime": runtime, "link": {"class": "7"} if classes else {}})
    web_page.locator("details.code summary").click()
    web_page.wait_for_function("root().querySelector('.code textarea').value")
    found: dict[str, Any] = {}
    exec(web_page.locator(".code textarea").input_value(), found)  # as a person would
    pixels = web_page.evaluate("Object.values(painted.at(-1).pixels)")
    assert found["picture"].shape == (1, *shape)
    assert found["picture"].detach().numpy().ravel() == pytest.approx(np.array(pixels), abs=1e-4)
    if classes:
        assert last(web_page)["label"] == 7
    assert numbers(",".join(map(str, last(web_page)["z"]))) == pytest.approx(found["z"][0].tolist())


def caption(page: Page) -> str:
    return page.locator(".picture .caption").inner_text().replace("\n", " ")


def test_the_caption_says_how_z_came_there(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    data = tiny.data(z=[0.25, 0.5, 1.0])
    data["link"]["pins"] = "A:1,1,1"
    web_open(data)
    moved(web_page, tool(web_page, "Random").click)
    assert caption(web_page) == "z: a draw from the prior"
    moved(web_page, lambda: web_page.get_by_role("combobox", name="Go to the mean of").select_option("1"))
    assert caption(web_page) == "z = the mean of b"
    moved(web_page, pin(web_page, "A").click)
    assert caption(web_page) == "z = pin A"
    hears(web_page, "z", "1,1,1")
    moved(web_page, lambda: web_page.get_by_label("z₁", exact=True).press("ArrowRight"))
    assert caption(web_page) == "z chosen by hand"
    moved(web_page, web_page.get_by_role("button", name="Undo (Z)").click)
    assert caption(web_page) == "z = pin A"


def test_the_mean_of_another_class_is_one_move(web_page: Page, web_open: Callable, web_site: Site) -> None:
    told = web_site.model("told", conditional=True)
    web_open(told.data(label=0))
    before = web_page.evaluate("painted.length")
    web_page.get_by_role("combobox", name="Go to the mean of").select_option("2")
    web_page.wait_for_function("painted.at(-1).label === 2")
    web_page.evaluate("nextFrame()")
    seen = web_page.evaluate("(before) => painted.slice(before)", before)
    mean = told.tensors["mean"][told.tensors["labels"] == 2].mean(axis=0)
    for one in seen:
        assert (one["label"], one["z"]) == (2, pytest.approx(mean, abs=1e-6)), "the class came before the z"


def test_a_pin_of_an_example_comes_back_as_that_example(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    with no_chance(web_page):
        z = moved(web_page, tool(web_page, "Example").click)
    pin(web_page, "A").click()
    moved(web_page, tool(web_page, "Random").click)
    assert moved(web_page, pin(web_page, "A").click) == z
    assert "example 30" in caption(web_page)


def test_arrow_keys_leaf_through_the_means_and_enter_goes(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    before = web_page.evaluate("painted.length")
    means = web_page.get_by_role("combobox", name="Go to the mean of")
    assert means.locator("option").first.text_content() == "Class mean"
    means.focus()
    for _ in range(2):
        web_page.keyboard.press("ArrowDown")
    web_page.evaluate("nextFrame()")
    assert web_page.evaluate("painted.length") == before, "z jumped while somebody leafed"
    chosen = means.input_value()
    assert chosen in "012"
    z = moved(web_page, lambda: web_page.keyboard.press("Enter"))
    mean = tiny.tensors["mean"][tiny.tensors["labels"] == int(chosen)].mean(axis=0)
    assert z == pytest.approx(mean, abs=1e-6)


def test_the_focus_stays_on_undo_when_nothing_is_left_to_undo(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    z = last(web_page)["z"]
    moved(web_page, lambda: web_page.locator(".explorer").press("e"))
    web_page.get_by_role("button", name="Undo (Z)", disabled=False).wait_for()  # z has come to rest
    undo = web_page.get_by_role("button", name="Undo (Z)")
    undo.focus()
    assert moved(web_page, lambda: web_page.keyboard.press("Enter")) == z
    assert undo.evaluate("(it) => it === it.getRootNode().activeElement")
    assert undo.get_attribute("aria-disabled") == "true"
    assert moved(web_page, lambda: web_page.keyboard.press("r")) != z


def test_a_pin_has_no_picture_of_another_model(
    web_page: Page, web_open: Callable, web_site: Site, tiny: TinyModel
) -> None:
    web_open(tiny.data() | {"link": {"pins": "A:1,1,1"}})
    picture = web_page.locator(".bar .seat canvas").first
    picture.wait_for()
    mute = web_site.model("mute").data(decoder=False, note="No decoder.") | {"link": {"pins": "A:-1,2,-1"}}
    web_page.evaluate("(data) => show(data)", mute)
    web_page.wait_for_function("drawnPoints()")
    assert web_page.locator(".bar .seat.filled").count() == 1
    assert picture.is_hidden()
