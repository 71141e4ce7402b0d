"""The map's tools in a real browser: lasso and box, what a drag means, the bar of tools, and the map as a PNG."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]
STAR = [[0.0, 3.0], [1.8, -2.4], [-2.9, 0.9], [2.9, 0.9], [-1.8, -2.4]]  # a pentagram: its middle is a hole
# A surface of 400 x 300 that writes down what a person wished.
SURFACE = """async () => {
  const { listen } = await import("/web/map/gestures.js");
  const surface = document.createElement("div");
  surface.style.cssText = "position: fixed; left: 0; top: 0; width: 400px; height: 300px; background: white; touch-action: none";
  document.body.append(surface);
  window.surface = surface;
  window.mode = "pan";
  window.grabbing = false;
  window.wishes = [];
  const note = (name) => (...given) => void wishes.push([name, ...given.map((each) => each instanceof Event ? { shift: each.shiftKey } : each)]);
  const names = ["hover", "leave", "choose", "hold", "pan", "zoom", "outline", "select", "nudge", "reset"];
  listen(surface, { ...Object.fromEntries(names.map((name) => [name, note(name)])), mode: () => mode, grab: () => grabbing });
  window.finger = (type, id, x, y) => {
    const init = { pointerId: id, pointerType: "touch", clientX: x, clientY: y, bubbles: true, isPrimary: id === 1 };
    surface.dispatchEvent(new PointerEvent(type, init));
  };
  surface.setPointerCapture = () => {}; // there is no such finger
}"""  # noqa: E501


@pytest.fixture
def surface(web_page: Page) -> Iterator[Page]:
    web_page.evaluate(SURFACE)
    yield web_page
    web_page.mouse.up()
    web_page.evaluate("surface.remove()")


def wishes(page: Page, *names: str) -> list[Any]:
    return [wish for wish in page.evaluate("wishes") if wish[0] in names]


def drag(page: Page, *places: tuple[float, float]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for at in places[1:]:
        page.mouse.move(*at, steps=5)
    page.mouse.up()


def even_odd(polygon: Any, xy: np.ndarray) -> np.ndarray:
    """Return which points lie inside: by the angles under which they see the outline, and not by crossings."""
    spokes = np.asarray(polygon)[None] - xy[:, None]  # (n, corners, 2)
    turned = np.roll(spokes, -1, axis=1)
    sine = spokes[..., 0] * turned[..., 1] - spokes[..., 1] * turned[..., 0]
    cosine = (spokes * turned).sum(axis=-1)
    return np.round(np.arctan2(sine, cosine).sum(axis=1) / (2 * np.pi)).astype(int) % 2 == 1


def test_inside_a_square_worked_by_hand(js: Callable) -> None:
    xy = np.array([[1, 1], [5, 1], [-1, 2], [2, 3.9], [2, 4.1], [3.9, 0.1]], np.float32)
    assert js("map/lasso.js", "inside", SQUARE, xy) == [0, 3, 5]
    assert js("map/lasso.js", "inside", np.array(SQUARE, np.float32), xy) == [0, 3, 5], "corners may come flat"
    assert js("map/lasso.js", "inside", SQUARE[::-1], xy) == [0, 3, 5], "either way round"
    assert js("map/lasso.js", "inside", SQUARE[:2], xy) == [], "a line has no inside"


@pytest.mark.parametrize("polygon", [STAR, SQUARE, np.random.default_rng(3).normal(size=(40, 2)).tolist()])
def test_inside_is_the_even_odd_rule(js: Callable, polygon: Any) -> None:
    xy = np.random.default_rng(0).normal(scale=2, size=(2000, 2)).astype(np.float32)
    assert js("map/lasso.js", "inside", polygon, xy) == np.flatnonzero(even_odd(polygon, xy)).tolist()


def test_hidden_points_are_not_selected(web_page: Page) -> None:
    found = web_page.evaluate(
        """async (square) => {
        const { inside } = await import("/web/map/lasso.js");
        return Array.from(inside(square, Float32Array.of(1, 1, 2, 2, 3, 3), (i) => i !== 1));
    }""",
        SQUARE,
    )
    assert found == [0, 2]


def test_a_drag_pans_or_holds_the_cursor(surface: Page) -> None:
    drag(surface, (100, 100), (150, 130))
    assert np.sum([wish[1:] for wish in wishes(surface, "pan")], axis=0).tolist() == [50, 30]
    assert wishes(surface, "select", "outline", "choose") == []
    surface.evaluate("() => { grabbing = true; wishes.length = 0; }")
    drag(surface, (100, 100), (150, 130))
    assert wishes(surface, "hold")[-1][1] == [150, 130]
    assert wishes(surface, "pan") == []


def test_a_lasso_draws_and_selects_where_the_hand_went(surface: Page) -> None:
    surface.evaluate("() => { mode = 'lasso'; grabbing = true; }")
    drag(surface, (100, 100), (200, 100), (200, 200), (100, 200))
    assert wishes(surface, "pan", "hold", "choose") == []
    (_, polygon, event), = wishes(surface, "select")  # fmt: skip
    assert event == {"shift": False}
    assert polygon[0] == [100, 100]
    assert all(corner in polygon for corner in ([200, 100], [200, 200], [100, 200]))
    outlines = wishes(surface, "outline")
    assert outlines[-1][1] is None, "the outline stays after the hand has let go"
    assert outlines[-2][1] == polygon


def test_a_box_has_the_corners_of_the_drag(surface: Page) -> None:
    surface.evaluate("mode = 'box'")
    drag(surface, (100, 100), (180, 60), (200, 250))
    assert wishes(surface, "select")[0][1] == [[100, 100], [200, 100], [200, 250], [100, 250]]


def test_with_shift_a_drag_is_a_lasso_and_a_click_says_so(surface: Page) -> None:
    surface.keyboard.down("Shift")
    drag(surface, (100, 100), (200, 100), (200, 200))
    surface.mouse.click(50, 50)
    surface.keyboard.up("Shift")
    assert wishes(surface, "pan") == []
    assert len(wishes(surface, "select")) == 1
    assert wishes(surface, "choose") == [["choose", [50, 50], {"shift": True}]]


def test_a_click_chooses_in_every_mode_and_selects_nothing(surface: Page) -> None:
    for mode in ("pan", "lasso", "box"):
        surface.evaluate("(name) => { mode = name; wishes.length = 0; }", mode)
        surface.mouse.click(60, 70)
        assert wishes(surface, "choose") == [["choose", [60, 70], {"shift": False}]]
        assert wishes(surface, "select") == []
        surface.wait_for_timeout(600)  # no double click


def test_the_surface_hears_when_the_pointer_leaves(surface: Page) -> None:
    surface.mouse.move(100, 100)
    assert wishes(surface, "leave") == []
    surface.mouse.move(600, 400)
    assert len(wishes(surface, "leave")) == 1


@pytest.mark.parametrize("mode", ["pan", "lasso"])
def test_two_fingers_pinch_in_every_mode(surface: Page, mode: str) -> None:
    surface.evaluate(
        """(name) => {
        mode = name;
        finger("pointerdown", 1, 100, 150);
        finger("pointermove", 1, 110, 150);
        finger("pointerdown", 2, 210, 150);
        finger("pointermove", 2, 310, 150);
        finger("pointerup", 2, 310, 150);
        finger("pointermove", 1, 130, 160);
        finger("pointerup", 1, 130, 160);
    }""",
        mode,
    )
    (_, factor, middle), = wishes(surface, "zoom")  # fmt: skip
    assert factor == pytest.approx(2)
    assert middle == [210, 150]
    assert wishes(surface, "pan")[-1][1:] == [20, 10], "the finger that stays pans"
    assert wishes(surface, "select") == [], "half a lasso selects nothing"
    drawn = wishes(surface, "outline")
    assert (drawn[-1][1] is None) if mode == "lasso" else all(each[1] is None for each in drawn)


def test_one_finger_draws_where_a_lasso_is_chosen(surface: Page) -> None:
    surface.evaluate("""() => {
        mode = "lasso";
        finger("pointerdown", 1, 100, 100);
        finger("pointermove", 1, 160, 100);
        finger("pointermove", 1, 160, 160);
        finger("pointerup", 1, 160, 160);
    }""")
    assert wishes(surface, "select")[0][1] == [[100, 100], [160, 100], [160, 160]]


@pytest.fixture
def bar(web_page: Page) -> Iterator[Page]:
    web_page.evaluate("""async () => {
        const { createTools } = await import("/web/map/tools.js");
        window.heard = [];
        const hear = (name) => (given) => void heard.push(typeof given === "object" ? [name] : [name, given]);
        const names = ["mode", "zoom", "reset", "download"];
        window.bar = createTools(Object.fromEntries(names.map((name) => [name, hear(name)])));
        document.body.append(bar.element);
        // A key that comes before the first frame with the bar in it can be lost.
        await nextFrame();
    }""")
    yield web_page
    web_page.evaluate("bar.element.remove()")


def test_the_bar_says_what_each_tool_does_and_does_it(bar: Page) -> None:
    assert bar.get_by_role("radio", name="Pan", exact=True).is_checked()
    bar.get_by_role("radio", name="Lasso", exact=True).check(force=True)
    for name in ("Closer", "Further", "Whole map", "Save the map as a picture (PNG)"):
        bar.get_by_role("button", name=name, exact=True).click()
    heard = bar.evaluate("heard")
    assert [each[0] for each in heard] == ["mode", "zoom", "zoom", "reset", "download"]
    assert heard[0][1] == "lasso"
    assert heard[1][1] > 1
    assert heard[1][1] * heard[2][1] == pytest.approx(1)
    assert all(bar.locator(".maptools [title]").nth(i).get_attribute("title") for i in range(7))


def test_the_modes_are_one_choice_that_the_arrow_keys_change(bar: Page) -> None:
    for name, then, count in (("Pan", "Lasso", 1), ("Lasso", "Box", 2)):
        bar.get_by_role("radio", name=name, exact=True).press("ArrowRight")
        for _ in range(200):
            if bar.evaluate("heard.length") == count:
                break
            bar.wait_for_timeout(50)
        now = bar.evaluate("[heard.length, document.activeElement.ariaLabel, document.hasFocus()]")
        assert now == [count, then, True]
    assert bar.evaluate("heard") == [["mode", "lasso"], ["mode", "box"]]
    bar.evaluate("bar.mark('pan')")
    assert bar.get_by_role("radio", name="Pan", exact=True).is_checked()
    assert bar.evaluate("heard.length") == 2, "what is marked from outside is no wish of a person"


# A frame of 240 x 160 with a plot of 200 x 120 in it: paper, ground, one red point, a drawing whose word lies outside.
SCENE = """async () => {
  const { createPoints } = await import("/web/map/points.js");
  const { createViewport } = await import("/web/map/viewport.js");
  const { h, s } = await import("/web/ui/dom.js");
  const rules = ".wide { overflow: visible } .cut { overflow: hidden } .wide rect { fill: rgb(0 0 220) }";
  const whole = "position: absolute; inset: 0; width: 100%; height: 100%";
  const ground = Object.assign(h("canvas", { style: whole }), { width: 200, height: 120 });
  ground.getContext("2d").fillStyle = "rgb(200 255 200)";
  ground.getContext("2d").fillRect(0, 0, 100, 120);
  const canvas = h("canvas", { class: "points" });
  const below = s("svg", { class: "wide", style: whole }, s("rect", { x: -20, y: 10, width: 10, height: 10 }));
  const corner = s("rect", { x: 190, y: 100, width: 40, height: 40, fill: "orange" });
  const above = s("svg", { class: "cut", style: whole }, corner);
  const gone = s("svg", { style: "display: none" }, s("rect", { width: 200, height: 120 }));
  const plot = h("div", { style: "position: absolute; left: 30px; top: 10px; width: 200px; height: 120px" },
    below, ground, canvas, above, gone, h("p", { hidden: "" }, "A tip"));
  const frame = h("div", { style: "position: fixed; left: 0; top: 0; width: 240px; height: 160px" });
  frame.append(h("style", {}, rules), plot);
  const paper = h("div", { style: "background: rgb(250 240 230)" }, frame);
  document.body.append(paper);
  const points = createPoints(canvas);
  canvas.parentElement.style.cssText += whole;
  const viewport = createViewport();
  viewport.resize(200, 120);
  viewport.fit([-10, -6, 10, 6]);
  points.load(Float32Array.of(5, 0), Uint8Array.of(220, 0, 0, 255));
  points.draw(viewport);
  window.seen = { frame, plot, points, viewport };
  window.clear = () => { points.dispose(); paper.remove(); };
}"""


def test_the_map_is_saved_with_all_its_layers_twice_as_fine(web_page: Page, tmp_path: Path) -> None:
    web_page.evaluate(SCENE)
    with web_page.expect_download() as saving:
        web_page.evaluate("""async () => {
            const { downloadMap } = await import("/web/map/download.js");
            const [green, pink] = ["rgb(0 160 0)", "rgb(200 0 200)"];
            const classes = [{ name: "a long name of a class", colour: green }, { name: "another such", colour: pink }];
            await downloadMap(seen, "mnist-pca", "mnist, PCA", { title: "Class", classes, ends: null });
        }""")
    web_page.evaluate("clear()")
    assert saving.value.suggested_filename == "mnist-pca.png"
    saving.value.save_as(tmp_path / "map.png")
    picture = np.asarray(Image.open(BytesIO((tmp_path / "map.png").read_bytes())).convert("RGB")).astype(int)
    assert picture.shape[1] == 480
    rows = {}
    for name, colour in (("first", [0, 160, 0]), ("second", [200, 0, 200])):
        rows[name], _ = np.nonzero(np.abs(picture - colour).max(axis=2) <= 2)
        assert len(rows[name]) == 20 * 20, "the sign of a class stands in the caption"
    assert 320 < rows["first"].max() < rows["second"].min() < picture.shape[0] - 10, "a full line is not the last"
    title = picture[325:360, 20:300]
    assert (np.abs(title - [250, 240, 230]).max(axis=2) > 100).any()
    expected = {
        "paper": ((2, 2), [250, 240, 230]),
        "ground, over the paper": ((40, 100), [200, 255, 200]),
        "a drawing that lies outside the plot, in its colour of the style sheet": ((15, 25), [0, 0, 220]),
        "a point, above the ground": ((180, 70), [220, 0, 0]),
        "a drawing above the points": ((225, 120), [255, 165, 0]),
        "which is cut off at the plot's edge": ((235, 135), [250, 240, 230]),
        "no drawing that is not shown": ((150, 110), [250, 240, 230]),
    }
    for what, ((x, y), colour) in expected.items():
        assert np.abs(picture[2 * y, 2 * x] - colour).max() <= 2, what
