"""The latent map as it moves: what is drawn of a look, and where a hand or a key goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Four codes at the corners of a square; z stands where `map.moved` was told of last.
CODES = [[-2.0, -2.0], [2.0, -2.0], [2.0, 2.0], [-2.0, 2.0]]
SHOW = """async ([codes, kl, box]) => {
    const { createCloud } = await import("/web/studio/cloud.js");
    const sheet = document.createElement("div");
    sheet.className = "explorer";
    sheet.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 9; min-block-size: 0; block-size: 440px;" +
        "inline-size: 520px";
    document.body.append(sheet);
    await dressed(sheet);
    const d = codes[0].length;
    const views = new Set();
    const lookAt = (step, all) => ({ step, mean: Float32Array.from(all.flat()), kl: Float32Array.from(kl),
        std: new Float32Array(all.length * d).fill(0.5) });
    const stage = { d, labels: Int32Array.from(codes.keys()), labelNames: [] };
    const reel = { stage, look: lookAt(1, codes), subscribe: (view) => (views.add(view), () => views.delete(view)) };
    const map = (window.map = { moved: [], passed: [], left: 0, views, box, z: null });
    const move = (z, _, index) => (map.moved.push({ z, index }), (map.z = z), part.follow());
    const frame = box && (() => map.box);
    const pass = (z, _, index) => (map.passed.push({ z, index }), (map.z = z), part.follow());
    const host = { reel, move, pass, leave: () => map.left++, z: () => map.z, turning: () => false };
    const part = createCloud({ ...host, ...(frame ? { frame } : {}) });
    const tell = () => views.forEach((view) => view());
    map.look = async (step, all) => ((reel.look = lookAt(step, all)), tell(), await nextFrame());
    map.part = part;
    part.element.style.flex = "1";
    sheet.append(part.element);
    window.dispose = () => (part.dispose(), sheet.remove());
    await nextFrame();
    await nextFrame();
}"""
TICKS = """(plot, anchor) => [...plot.querySelectorAll(`.ticklabels text[text-anchor=${anchor}]`)].map(
    (text) => [number(text), Number(text.getAttribute(anchor === "end" ? "y" : "x"))])"""


def show(page: Page, codes: list[list[float]] = CODES, kl: tuple[float, ...] = (1, 1), box: Any = None) -> None:
    page.evaluate(SHOW, [codes, list(kl), box])
    page.wait_for_function("map.part.element.dataset.points")


def place_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the map lies on the screen, by the ticks of its axes."""
    plot = page.locator(".plot")
    corner = plot.bounding_box()
    found = []
    for anchor, at, start in (("middle", x, corner["x"]), ("end", y, corner["y"])):
        (one, here), *_, (other, there) = plot.evaluate(TICKS, anchor)
        found.append(start + here + (at - one) * (there - here) / (other - one))
    return found[0], found[1]


def edges(page: Page) -> tuple[float, float]:
    """Return the lowest and the highest tick of the first axis."""
    values = [value for value, _ in page.locator(".plot").evaluate(TICKS, "middle")]
    return min(values), max(values)


def test_a_press_on_a_point_takes_its_code(web_page: Page) -> None:
    show(web_page)
    x, y = place_of(web_page, 2, 2)
    web_page.mouse.click(x + 5, y - 4)
    assert web_page.evaluate("map.moved") == [{"z": [2, 2], "index": 2}]


def test_a_drag_moves_z_with_the_hand_and_names_the_nearest_point(web_page: Page) -> None:
    show(web_page)
    web_page.mouse.move(*place_of(web_page, 0.2, 0.1))
    web_page.mouse.down()
    web_page.mouse.move(*place_of(web_page, 0.5, -1.0), steps=3)
    web_page.mouse.up()
    web_page.mouse.move(*place_of(web_page, -1, -1))
    first, *_, last = web_page.evaluate("map.moved")
    assert first["z"] == pytest.approx([0.2, 0.1], abs=0.05)
    assert last["z"] == pytest.approx([0.5, -1.0], abs=0.05)
    assert last["index"] == 1


def test_a_mouse_that_passes_decodes_what_a_click_would(web_page: Page) -> None:
    show(web_page)
    web_page.mouse.move(*place_of(web_page, 0.2, 0.1))
    x, y = place_of(web_page, 2, 2)
    web_page.mouse.move(x + 5, y - 4)
    box = web_page.locator(".plot").bounding_box()
    web_page.mouse.move(box["x"] + box["width"] + 30, box["y"] + 9)
    first, last = web_page.evaluate("map.passed")
    assert first["z"] == pytest.approx([0.2, 0.1], abs=0.05)
    assert last == {"z": [2, 2], "index": 2}
    assert web_page.evaluate("[map.moved.length, map.left]") == [0, 1]


def test_a_map_that_moves_under_a_mouse_at_rest_takes_nothing_along(web_page: Page) -> None:
    show(web_page)
    web_page.mouse.click(*place_of(web_page, 2, 2))
    web_page.evaluate("(codes) => map.look(2, codes)", [[x / 2, y / 2] for x, y in CODES])
    web_page.locator(".plot").evaluate(
        """(plot) => {
            const { x, y } = plot.getBoundingClientRect();
            const still = { clientX: x + 90, clientY: y + 90 };
            for (let i = 0; i < 2; i++) plot.dispatchEvent(new PointerEvent("pointermove", still));
        }"""
    )
    assert web_page.evaluate("[map.moved.length, map.passed.length]") == [1, 2]  # as it came, and once for both


def test_no_ring_is_left_behind_by_a_drag(web_page: Page) -> None:
    show(web_page)
    web_page.mouse.move(*place_of(web_page, 2, 2))
    assert web_page.locator(".ring").get_attribute("visibility") == "visible"
    web_page.mouse.down()
    web_page.mouse.move(*place_of(web_page, 0, 0), steps=3)
    assert web_page.locator(".ring").get_attribute("visibility") == "hidden"


def test_keys_move_z(web_page: Page) -> None:
    show(web_page)
    web_page.locator(".plot").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "x"):
        web_page.keyboard.press(key)
    moved = web_page.evaluate("map.moved")
    assert len(moved) == 3
    step = moved[0]["z"][0]
    assert step > 0
    assert moved[-1]["z"] == pytest.approx([step, 2 * step])


def test_the_cursor_stands_where_z_is(web_page: Page) -> None:
    show(web_page)
    assert web_page.locator(".cursor").first.get_attribute("visibility") == "hidden"
    web_page.mouse.click(*place_of(web_page, -1.0, 0.5))
    web_page.evaluate("nextFrame()")
    box = web_page.locator(".marks .cursor").bounding_box()
    x, y = place_of(web_page, -1.0, 0.5)
    assert (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) == pytest.approx((x, y), abs=2)


def test_a_cursor_beyond_the_map_stands_at_its_edge(web_page: Page) -> None:
    show(web_page)
    web_page.evaluate("() => { map.z = [99, 0]; map.part.follow(); return nextFrame(); }")
    cursor, plot = web_page.locator(".marks .cursor"), web_page.locator(".plot").bounding_box()
    assert "beyond" in cursor.get_attribute("class")
    box = cursor.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(plot["x"] + plot["width"], abs=3)
    web_page.evaluate("() => { map.z = [1, 0]; map.part.follow(); return nextFrame(); }")
    assert "beyond" not in cursor.get_attribute("class")


def test_an_ellipse_ends_at_one_sigma_or_there_is_none(web_page: Page) -> None:
    show(web_page)
    (one, here), *_, (other, there) = web_page.locator(".plot").evaluate(TICKS, "middle")
    unit = (there - here) / (other - one)
    ellipses = web_page.locator(".ellipses path")
    assert ellipses.count() == 4
    width = ellipses.first.evaluate("(path) => path.getBBox().width")
    assert width == pytest.approx(ellipses.first.evaluate("(path) => path.getBBox().height"), rel=0.02)
    assert width == pytest.approx(2 * 0.5 * unit, rel=0.05)
    web_page.evaluate("window.dispose()")
    show(web_page, kl=())
    assert ellipses.count() == 0


def test_points_beyond_the_view_bring_it_along(web_page: Page) -> None:
    show(web_page)
    assert edges(web_page)[1] < 10
    web_page.evaluate("(codes) => map.look(2, codes)", [[10 * x, 10 * y] for x, y in CODES])
    web_page.evaluate("nextFrame()")
    assert edges(web_page)[1] >= 20


def test_a_view_that_is_given_is_kept_to(web_page: Page) -> None:
    show(web_page, box=[-50, -50, 50, 50])
    assert edges(web_page)[1] >= 40
    web_page.evaluate("(codes) => map.look(2, codes)", [[x / 10, y / 10] for x, y in CODES])
    assert edges(web_page)[1] >= 40
    web_page.evaluate("() => { map.box = [-3, -3, 3, 3]; map.part.reframe(); return nextFrame(); }")
    assert edges(web_page)[1] <= 5


def test_of_many_dimensions_the_plane_is_shown_and_the_rest_of_z_kept(web_page: Page) -> None:
    show(web_page, codes=[[*code, 0.1] for code in CODES], kl=(1, 1, 0))
    web_page.evaluate("map.z = [0, 0, 0.7]")
    web_page.mouse.click(*place_of(web_page, 0.5, 0.5))
    z = web_page.evaluate("map.moved[0].z")
    assert z[2] == pytest.approx(0.7, abs=0.05)
    assert abs(z[0]) > 0.1


def test_taken_away_it_listens_no_more(web_page: Page) -> None:
    show(web_page)
    web_page.evaluate("window.dispose()")
    assert web_page.evaluate("map.views.size") == 0
