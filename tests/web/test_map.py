"""The map under the hand: what hovering, clicking, selecting and choosing do to z and to what is drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.web.hand import (
    cursor,
    empty_place,
    gray,
    lonely_point,
    map_is_described,
    next_frame,
    on_map,
    on_screen,
    plot,
    project,
    z_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .conftest import Site, TinyModel

pytestmark = pytest.mark.browser


def painted(page: Page, z: list[float]) -> None:
    """Wait until the picture on the canvas is of this z."""
    page.wait_for_function("(z) => painted.at(-1).z.every((value, k) => Math.abs(value - z[k]) < 0.03)", arg=z)


def decoded_at(model: TinyModel, page: Page, at: tuple[float, float]) -> list[float]:
    return (model.tensors["map.pca.origin"] + on_map(page, at) @ model.tensors["map.pca.basis"]).tolist()


def test_the_mouse_over_the_map_decodes_and_leaving_restores(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[0.4, -0.3, 0.2]))
    map_is_described(web_page)
    before = gray(web_page)
    for at in ((200, 300), (260, 320), empty_place(web_page, tiny)):
        web_page.mouse.move(*at)
        expected = decoded_at(tiny, web_page, at)
        painted(web_page, expected)
        assert z_of(web_page) == pytest.approx(expected, abs=0.03), "the sliders follow"
        assert cursor(web_page) == pytest.approx(at, abs=1.5), "the cursor follows"
        assert np.abs(gray(web_page) - tiny.gray(z_of(web_page))).max() <= 1
    rest = on_screen(web_page, project(tiny, "pca", [0.4, -0.3, 0.2]))
    home = web_page.locator(".marks .home").bounding_box()
    assert home is not None
    assert (home["x"] + home["width"] / 2, home["y"] + home["height"] / 2) == pytest.approx(rest, abs=1.5)
    web_page.mouse.move(*(plot(web_page)["x"] + plot(web_page)["width"] + 30, 300))
    assert z_of(web_page) == pytest.approx([0.4, -0.3, 0.2])
    painted(web_page, [0.4, -0.3, 0.2])
    assert np.abs(gray(web_page) - before).max() <= 1
    web_page.wait_for_timeout(500)
    assert web_page.evaluate("sent") == [], "the host heard of a visit"


def test_after_a_click_the_mouse_may_rest_where_it_is(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    index, at = lonely_point(web_page, tiny)
    web_page.mouse.click(*at)
    web_page.mouse.move(at[0] + 3, at[1])
    assert z_of(web_page) == pytest.approx(tiny.tensors["mean"][index], abs=1e-6)
    web_page.mouse.move(at[0] + 60, at[1])
    assert z_of(web_page) != pytest.approx(tiny.tensors["mean"][index], abs=1e-3)


def test_a_click_with_shift_draws_a_sample(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    index, at = lonely_point(web_page, tiny)
    web_page.keyboard.down("Shift")
    web_page.mouse.click(*at)
    web_page.keyboard.up("Shift")
    off = (np.array(z_of(web_page)) - tiny.tensors["mean"][index]) / 0.2
    assert 0 < np.abs(off).max() < 6, "not a draw from N(mu, sigma)"
    web_page.wait_for_function("sent.length === 1")
    assert web_page.evaluate("sent[0].example") == str(index)


def test_the_ellipses_are_the_posterior_at_the_scale_of_the_axes(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    model = web_site.model("leaning", seed=4)
    web_open(model.data())
    map_is_described(web_page)
    index, at = lonely_point(web_page, model)
    web_page.mouse.click(*at)
    web_page.mouse.move(5, 5)
    spread = (
        model.tensors["map.pca.basis"] @ np.diag(model.tensors["std"][index] ** 2) @ model.tensors["map.pca.basis"].T
    )
    unit = (on_screen(web_page, [1, 0]) - on_screen(web_page, [0, 0]))[0]  # pixels
    for sigma in (1, 2):
        box = web_page.evaluate(
            """(sigma) => {
            const path = root().querySelector(`.ellipse .sigma${sigma}`);
            const { x, y, width, height } = path.getBBox();
            return [x + width / 2, y + height / 2, width, height];
        }""",
            sigma,
        )
        corner = plot(web_page)
        assert (box[0] + corner["x"], box[1] + corner["y"]) == pytest.approx(at, abs=1)
        assert box[2:] == pytest.approx(2 * sigma * unit * np.sqrt(np.diag(spread)), abs=1)


def test_a_map_without_a_way_back_decodes_what_the_nearest_points_suggest(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(map_name="tsne"))
    map_is_described(web_page)
    at = empty_place(web_page, tiny, "tsne")
    web_page.mouse.move(*at)
    squares = ((tiny.tensors["map.tsne.xy"] - on_map(web_page, at)) ** 2).sum(axis=1)
    near = np.argsort(squares)[:8]
    expected = np.average(tiny.tensors["mean"][near], axis=0, weights=1 / squares[near])
    assert z_of(web_page) == pytest.approx(expected, abs=0.02)
    assert "Approximate" in web_page.locator(".remark").inner_text()
    assert cursor(web_page) == pytest.approx(at, abs=1.5)


def test_legend_entries_hide_and_isolate(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    index, at = lonely_point(web_page, tiny)
    label = int(tiny.tensors["labels"][index])
    web_page.locator(".chip").nth(label).click()
    web_page.mouse.move(*at)
    assert web_page.locator(".tip").is_hidden(), "a hidden point can still be hovered"
    web_page.locator(".chip").nth(label).click()
    web_page.mouse.move(at[0] + 1, at[1])
    assert web_page.locator(".tip b").inner_text() == "abc"[label]
    web_page.locator(".chip").nth((label + 1) % 3).dblclick()
    pressed = [chip.get_attribute("aria-pressed") for chip in web_page.locator(".chip").all()]
    assert pressed == ["true" if k == (label + 1) % 3 else "false" for k in range(3)]
    web_page.locator(".chip").nth((label + 1) % 3).dblclick()
    assert {chip.get_attribute("aria-pressed") for chip in web_page.locator(".chip").all()} == {"true"}


def test_a_figure_as_colour_has_a_bar_with_its_ends(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.get_by_label("Colour the points by").select_option("z2")
    ends = web_page.locator(".scalebar span").all_inner_texts()
    values = [float(end.replace("−", "-")) for end in ends]
    low, high = np.quantile(tiny.tensors["mean"][:, 1], [0.01, 0.99], method="nearest")
    assert values == pytest.approx([low, high], rel=0.02)
    assert web_page.locator(".chip").count() == 0
    web_page.wait_for_function("sent.length > 0 && sent.at(-1).colour === 'z2'")


def test_a_lasso_becomes_a_group_and_the_end_of_a_class_axis(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    box = plot(web_page)
    left, top = box["x"] + 20, box["y"] + 60
    right, bottom = box["x"] + box["width"] / 2, box["y"] + box["height"] - 10
    web_page.get_by_role("radio", name="Lasso").check(force=True)
    web_page.mouse.move(left, top)
    web_page.mouse.down()
    for corner in ((right, top), (right, bottom), (left, bottom), (left, top)):
        web_page.mouse.move(*corner, steps=8)
    web_page.mouse.up()
    (x1, y1), (x2, y2) = on_map(web_page, (left, bottom)), on_map(web_page, (right, top))
    xy = project(tiny, "pca", tiny.tensors["mean"])
    inside = np.flatnonzero((xy[:, 0] > x1) & (xy[:, 0] < x2) & (xy[:, 1] > y1) & (xy[:, 1] < y2))
    panel = web_page.get_by_role("group", name="Selection")
    assert f"{len(inside)} of 60 pictures" in panel.inner_text()
    counts = np.bincount(tiny.tensors["labels"][inside], minlength=3)
    assert f"{'abc'[counts.argmax()]}: {counts.max()}" in panel.inner_text()
    panel.get_by_label("Name of the group").fill("left ones")
    panel.get_by_text("Go to their mean").click()
    mean = tiny.tensors["mean"][inside].mean(axis=0)
    assert z_of(web_page) == pytest.approx(mean, abs=1e-5)
    panel.get_by_text("Keep as group").click()
    assert panel.is_hidden()
    web_page.locator(".chooser").get_by_role("radio", name="Between classes").check(force=True)
    web_page.locator(".chooser").get_by_label("To the mean of").select_option("g:left ones")
    next_frame(web_page)
    assert "to that of left ones" in web_page.locator(".about").inner_text()
    assert cursor(web_page)[1] == pytest.approx(on_screen(web_page, [0, 0])[1], abs=1.5), "the mean lies on the axis"
    web_page.wait_for_function("sent.at(-1)?.groups?.startsWith('left ones:')")


def test_axes_of_choice_change_places_where_they_meet(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(map_name="axes:1,2"))
    web_page.get_by_label("Dimension along x").select_option("2")
    web_page.wait_for_function("sent.at(-1)?.map === 'axes:2,1'")
    next_frame(web_page)
    assert web_page.locator(".axisname").all_text_contents() == ["z₂", "z₁"]


def test_a_map_that_cannot_be_made_yet_says_what_to_do(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.get_by_role("radio", name="Plane").check(force=True)
    assert "pin A, B and C first" in web_page.locator(".frame .notice").inner_text()
    link = {"pins": "A:0,0,0|B:1,0,0|C:0,1,0", "map": "plane:A,B,C"}
    web_page.evaluate("(data) => show(data)", tiny.data() | {"link": link})
    web_page.wait_for_function("drawnPoints()")
    assert web_page.locator(".frame .notice").inner_text() == ""
    assert "through the pins A, B, C" in web_page.locator(".about").inner_text()


def test_the_plane_offers_examples_for_the_pins_that_it_lacks(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data() | {"link": {"pins": "B:1,0,0"}})
    web_page.get_by_role("radio", name="Plane").check(force=True)
    web_page.get_by_role("button", name="Pin random examples").click()
    web_page.wait_for_function("drawnPoints()")
    assert web_page.locator(".frame .notice").inner_text() == ""
    assert web_page.evaluate("root().querySelector('.plot').matches(':focus')"), "the button is gone, its focus is not"
    web_page.wait_for_function("sent.at(-1)?.pins?.includes('|B:1,0,0|')")


def test_the_way_of_a_morph_lies_on_the_map(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    ends = [[-1.0, 0.0, 0.5], [1.0, 0.5, -0.5]]
    link = {
        "show": "morph",
        "pins": "|".join(f"{name}:{','.join(map(str, z))}" for name, z in zip("AB", ends, strict=True)),
    }
    web_open(tiny.data() | {"link": link})
    map_is_described(web_page)
    web_page.wait_for_selector(".way[visibility=visible]", state="attached")
    drawn = web_page.locator(".way .halo").get_attribute("d")
    places = np.array([[float(number) for number in place.split()] for place in drawn[1:].split("L")])
    corner = [plot(web_page)["x"], plot(web_page)["y"]]
    for place, z in zip((places[0], places[-1]), ends, strict=True):
        assert place + corner == pytest.approx(on_screen(web_page, project(tiny, "pca", z)), abs=1.5)
    web_page.get_by_role("radio", name="Explore").check(force=True)
    assert web_page.locator(".way").get_attribute("visibility") == "hidden"


def test_a_way_is_drawn_by_the_rule_of_the_badge(
    web_page: Page, web_open: Callable, js: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data() | {"link": {"show": "morph", "pins": "A:0,0,0|B:6,6,6"}})
    web_page.wait_for_function("root().querySelector('.way .far').getAttribute('d')")
    mean, std = (tiny.tensors[name].ravel() for name in ("mean", "std"))
    spacing = web_page.evaluate(
        """async ([mean, std]) => {
        const { createNeighbours } = await import("/web/latent/neighbours.js");
        const { spacing } = createNeighbours(Float32Array.from(mean), 3, Float32Array.from(std));
        const { means, samples } = spacing(1000);
        return { means: Array.from(means).sort((a, b) => a - b), samples: Array.from(samples).sort((a, b) => a - b) };
    }""",
        [mean.tolist(), std.tolist()],
    )

    def rank(z: np.ndarray) -> int:
        distance = float(np.linalg.norm(tiny.tensors["mean"] - z, axis=1).min())
        shares = {name: float((np.array(all_) < distance).mean()) for name, all_ in spacing.items()}
        return js("latent/place.js", "rankOf", shares | {"prior": js("latent/place.js", "priorShare", z.tolist())})

    ranks = [rank(np.full(3, 6 * i / 32)) for i in range(33)]
    pieces = [max(pair) for pair in pairwise(ranks)]
    drawn = web_page.evaluate(
        "['near', 'thin', 'far'].map((name) => root().querySelector(`.way .${name}`).getAttribute('d') ?? '')"
    )
    assert [sum(run.count("L") for run in d.split("M")) for d in drawn] == [pieces.count(k) for k in range(3)]
    assert pieces.count(2) > 10


def test_a_drag_says_nothing_anew_that_is_said_already(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data("tsne"))
    web_page.locator(".remark").wait_for()
    said = web_page.evaluate("""async () => {
        const seen = [];
        const watch = new MutationObserver((list) => seen.push(...list));
        watch.observe(root().querySelector(".remark"), { childList: true, characterData: true, subtree: true });
        const input = root().querySelector(".row input");
        for (const value of [0.5, 0.6, 0.7]) {
            input.value = String(value);
            input.dispatchEvent(new Event("input", { bubbles: true }));
            await nextFrame();
        }
        watch.disconnect();
        return seen.length;
    }""")
    assert said == 0


def touch(page: Page, *steps: tuple[str, tuple[float, float] | None]) -> None:
    """Put a real finger on the screen: the browser itself decides whether it scrolls the page."""
    client = page.context.new_cdp_session(page)
    for kind, at in steps:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.detach()


def narrow(page: Page) -> None:
    """Stack the view as on a phone, on a page that scrolls."""
    page.evaluate("document.querySelector('#host').style.cssText = 'width: 390px; height: 620px'")
    page.evaluate("nextFrame()")
    page.locator(".plot").evaluate("(plot) => plot.scrollIntoView({ block: 'center' })")
    page.evaluate("nextFrame()")


def widen(page: Page) -> None:
    page.evaluate("document.querySelector('#host').style.cssText = 'width: 1200px; height: 620px'")
    page.evaluate("scrollTo(0, 0)")


def test_a_finger_on_the_cursor_drags_it_up_and_down_and_elsewhere_scrolls(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    narrow(web_page)
    try:
        x, y = cursor(web_page)
        top = web_page.evaluate("scrollY")
        path = [("touchMove", (x, y - 6 * k)) for k in range(1, 11)]
        touch(web_page, ("touchStart", (x, y)), *path, ("touchEnd", None))
        next_frame(web_page)
        assert web_page.evaluate("scrollY") == top, "the page was scrolled"
        assert cursor(web_page) == pytest.approx((x, y - 60), abs=1.5)
        z, (x, y) = z_of(web_page), cursor(web_page)
        x += 60 if x < 200 else -60
        path = [("touchMove", (x, y - 6 * k)) for k in range(1, 11)]
        touch(web_page, ("touchStart", (x, y)), *path, ("touchEnd", None))
        web_page.wait_for_function("(top) => scrollY > top", arg=top)
        assert z_of(web_page) == z
    finally:
        widen(web_page)


def test_a_drag_that_the_browser_takes_over_leaves_z_where_it_was(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    before, (x, y) = z_of(web_page), cursor(web_page)
    finger = """([type, x, y]) => {
        const plot = root().querySelector(".plot");
        plot.setPointerCapture = () => {}; // there is no such finger
        const init = { pointerId: 7, pointerType: "touch", clientX: x, clientY: y, bubbles: true, composed: true };
        plot.dispatchEvent(new PointerEvent(type, init));
    }"""
    for kind, down in (("pointerdown", 0), ("pointermove", 20), ("pointermove", 40)):
        web_page.evaluate(finger, [kind, x, y + down])
    assert z_of(web_page) != pytest.approx(before, abs=0.01)
    web_page.evaluate(finger, ["pointercancel", x, y + 40])
    assert z_of(web_page) == before
    web_page.wait_for_timeout(400)
    assert web_page.evaluate("sent") == [], "the host heard of a drag that was none"


def test_the_arrow_keys_go_on_from_where_z_rests_and_not_from_where_the_mouse_looks(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[0.4, -0.3, 0.2]))
    map_is_described(web_page)
    web_page.mouse.move(*empty_place(web_page, tiny))
    web_page.locator(".plot").evaluate("(plot) => plot.focus()")
    web_page.keyboard.press("ArrowRight")
    step = project(tiny, "pca", z_of(web_page)) - project(tiny, "pca", [0.4, -0.3, 0.2])
    assert step[1] == pytest.approx(0, abs=1e-4)
    assert 0 < step[0] < 0.3


def test_a_double_click_on_another_map_brings_back_no_old_z(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    web_page.mouse.click(*empty_place(web_page, tiny))
    z = z_of(web_page)
    web_page.get_by_role("radio", name="TSNE").check(force=True)
    next_frame(web_page)
    web_page.locator(".plot").evaluate("(plot) => plot.dispatchEvent(new MouseEvent('dblclick'))")
    assert z_of(web_page) == z


def focused(page: Page) -> str:
    return page.evaluate(
        "(({ className, dataset, title }) => dataset.label ?? (className + title))(root().getRootNode().activeElement)"
    )


def test_the_focus_stays_on_the_chip_or_the_list_that_was_used(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(map_name="axes:1,2"))
    web_page.locator(".chip").nth(1).focus()
    web_page.keyboard.press("Enter")
    assert web_page.locator(".chip").nth(1).get_attribute("aria-pressed") == "false"
    assert focused(web_page) == "1"
    chosen = web_page.get_by_label("Dimension along x")
    chosen.focus()
    chosen.select_option("2")
    web_page.wait_for_function("sent.at(-1)?.map === 'axes:2,1'")
    assert focused(web_page).endswith("Dimension along x")
    assert web_page.get_by_label("Dimension along y").input_value() == "1"


def select_by_box(page: Page, shares: tuple[float, float, float, float]) -> None:
    """Span a box over a part of the plot: left, top, right, bottom as shares of it."""
    box = plot(page)
    x1, y1, x2, y2 = (box["xy"[k % 2]] + share * box[("width", "height")[k % 2]] for k, share in enumerate(shares))
    page.get_by_role("radio", name="Box").check(force=True)
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move(x2, y2, steps=4)
    page.mouse.up()


def test_a_selection_is_closed_by_escape_and_lies_where_its_points_are_not(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    panel = web_page.get_by_role("group", name="Selection")
    for shares, side in (((0.02, 0.55, 0.98, 0.98), "top"), ((0.02, 0.12, 0.6, 0.45), "bottom")):
        select_by_box(web_page, shares)
        assert panel.get_attribute("data-side") == side
        box, there = panel.bounding_box(), plot(web_page)
        assert box is not None
        middle = (box["y"] + box["height"] / 2 - there["y"]) / there["height"]
        assert middle < 0.5 if side == "top" else middle > 0.5
        panel.get_by_label("Name of the group").focus()
        web_page.keyboard.press("Escape")
        assert panel.is_hidden()
        assert focused(web_page).startswith("plot"), "the focus went with the panel"


def test_the_spread_of_a_selection_is_beside_that_of_all(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    select_by_box(web_page, (0, 0.12, 1, 1))
    words = web_page.get_by_role("group", name="Selection").inner_text()
    caught = int(words.split(" of 60")[0].split()[-1])
    assert caught > 50
    assert any(f"{share} % of that of all" in words for share in range(90, 105))
    web_page.wait_for_selector(".selection figcaption")
    assert web_page.locator(".selection figcaption span").all_inner_texts() == [
        "mean of the pictures",
        "picture of the mean",
    ]


def test_a_group_is_a_place_to_go_to_and_can_be_deleted(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data() | {"link": {"groups": "two:AA|one:C"}})
    web_page.locator("summary", has_text="Groups: 2").click()
    web_page.get_by_role("button", name="two", exact=True).click()
    assert z_of(web_page) == pytest.approx(tiny.tensors["mean"][:2].mean(axis=0), abs=1e-5)
    web_page.get_by_label("Delete the group two").click()
    assert focused(web_page).startswith("tool"), "the focus is on the list"
    web_page.get_by_label("Delete the group one").click()
    assert web_page.locator("summary", has_text="Groups").is_hidden()
    assert focused(web_page).startswith("plot")
    web_page.wait_for_function("sent.length > 0 && !sent.at(-1).groups")


def test_no_row_of_the_legend_is_cut_and_what_lies_below_is_counted(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    model = web_site.model("many", n=80, names="".join(map(chr, range(0x3B1, 0x3B1 + 16))) * 2 + "abcdefgh" * 3)
    web_open(model.data())
    rows = """() => {
        const { top, bottom } = root().querySelector(".chips").getBoundingClientRect();
        const boxes = Array.from(root().querySelectorAll(".chip"), (each) => each.getBoundingClientRect());
        const cut = boxes.filter((box) => box.top < bottom - 1 && box.bottom > bottom + 1).length;
        return { cut, below: boxes.filter((box) => box.top >= bottom - 1).length, top: top === boxes[0].top };
    }"""
    web_page.wait_for_selector(".legend .rest")
    found = web_page.evaluate(rows)
    assert found["cut"] == 0
    assert found["below"] > 0
    more = web_page.locator(".legend .rest")
    assert more.inner_text() == f"+{found['below']}"
    assert "56 classes share 10 colours" in (more.get_attribute("title") or "")
    more.click()
    assert web_page.evaluate(rows)["below"] == 0
    assert more.inner_text() == "Fewer"


def test_a_hand_that_moves_on_reads_no_layout(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    at = empty_place(web_page, tiny)
    web_page.mouse.move(*at)
    web_page.evaluate("""() => {
        window.reads = 0;
        const { plot, own } = { plot: root().querySelector(".plot"), own: Element.prototype.getBoundingClientRect };
        plot.getBoundingClientRect = function () { reads += 1; return own.call(this); };
    }""")
    web_page.mouse.move(at[0] + 8, at[1], steps=8)
    assert web_page.evaluate("reads") <= 1


def test_the_link_keeps_the_part_of_the_map_that_is_seen(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    at = empty_place(web_page, tiny)
    web_page.mouse.move(*at)
    web_page.mouse.wheel(0, -400)
    web_page.mouse.down()
    web_page.mouse.move(at[0] + 50, at[1] + 20, steps=10)
    assert web_page.evaluate("sent.filter(({ view }) => view)") == [], "told before the hand has let go"
    web_page.mouse.up()
    web_page.wait_for_function("sent.at(-1)?.view")
    link = web_page.evaluate("sent.at(-1)")
    assert len(link["view"]) < 30
    places = [on_screen(web_page, xy) for xy in ([0, 0], [1, 1])]
    there = plot(web_page)
    web_page.get_by_role("button", name="Whole map").click()
    web_page.wait_for_function("!sent.at(-1).view")
    assert not np.allclose(on_screen(web_page, [1, 1]), places[1], atol=5)
    web_page.evaluate("(data) => show(data)", tiny.data() | {"link": link})
    next_frame(web_page)
    assert plot(web_page) == there
    for xy, place in zip(([0, 0], [1, 1]), places, strict=True):
        assert on_screen(web_page, xy) == pytest.approx(place, abs=1.5)
    web_page.get_by_role("radio", name="TSNE").check(force=True)
    web_page.wait_for_function("sent.at(-1).map === 'tsne' && !sent.at(-1).view")


def test_a_link_opens_the_part_of_the_map_that_it_names(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data() | {"link": {"view": "0.5,-0.25,3"}})
    map_is_described(web_page)
    box = plot(web_page)
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert on_map(web_page, middle) == pytest.approx([0.5, -0.25], abs=0.01)
    closer = np.diff(on_screen(web_page, [1, 0]) - on_screen(web_page, [0, 0]))
    web_page.get_by_role("button", name="Whole map").click()
    next_frame(web_page)
    assert closer / np.diff(on_screen(web_page, [1, 0]) - on_screen(web_page, [0, 0])) == pytest.approx(3, rel=0.01)


def trail(page: Page) -> list[str]:
    """Read the corners of the trail, none where it is hidden."""
    return page.evaluate("""() => {
        const trail = root().querySelector(".trail");
        const shown = trail.getAttribute("visibility") === "visible";
        return shown ? trail.firstChild.getAttribute("d").slice(1).split("L") : [];
    }""")


def test_a_trail_forgets_at_a_jump_and_goes_when_z_rests(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    web_page.locator(".plot").evaluate("(plot) => plot.focus()")
    for _ in range(5):
        web_page.keyboard.press("ArrowRight")
    assert len(trail(web_page)) == 5
    box, (x, _) = plot(web_page), cursor(web_page)
    web_page.mouse.click(box["x"] + (40 if x > box["x"] + box["width"] / 2 else box["width"] - 40), box["y"] + 80)
    assert trail(web_page) == [], "a jump leaves a trail"
    web_page.keyboard.press("ArrowRight")
    assert len(trail(web_page)) == 2
    web_page.wait_for_selector(".trail[visibility=hidden]", state="attached", timeout=5000)


def test_only_the_keyboard_shows_the_frame_of_the_focus(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    map_is_described(web_page)
    frame = "getComputedStyle(root().querySelector('.plot')).outlineStyle"
    web_page.keyboard.down("Shift")
    web_page.mouse.click(*empty_place(web_page, tiny))
    web_page.keyboard.up("Shift")
    assert focused(web_page).startswith("plot")
    assert web_page.evaluate(frame) == "none"
    web_page.keyboard.press("ArrowRight")
    assert web_page.evaluate(frame) == "solid"


def test_pins_lie_on_the_map_and_remarks_off_the_names_of_the_axes(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data() | {"link": {"pins": "B:0.5,1,-0.5"}})
    map_is_described(web_page)
    box = web_page.locator(".pinned circle").bounding_box()
    assert box is not None
    place = on_screen(web_page, project(tiny, "pca", [0.5, 1, -0.5]))
    assert (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) == pytest.approx(place, abs=1.5)
    assert web_page.locator(".pinned text").text_content() == "B"
    web_page.get_by_role("radio", name="TSNE").check(force=True)
    next_frame(web_page)
    assert web_page.locator(".pinned text").count() == 0, "this map has no place for z"
    name, remark = web_page.locator(".axisname").first.bounding_box(), web_page.locator(".remark").bounding_box()
    assert name is not None
    assert remark is not None
    assert remark["y"] + remark["height"] <= name["y"]
