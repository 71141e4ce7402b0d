"""The points of a map in a real browser: where they are seen, what is drawn anew, how they travel, and Plotly."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from .conftest import Site

pytestmark = pytest.mark.browser

RED, BLUE, NOTHING = [220, 0, 0, 255], [0, 0, 220, 255], [0, 0, 0, 0]
WIDTH, HEIGHT, K = 400, 300, 50  # of the plot in pixels, and pixels per unit of the map
# A plot of its own over the page, a viewport that the test moves, and a count of what is drawn and uploaded.
STAGE = """async ([width, height, k]) => {
  const { createPoints } = await import("/web/map/points.js");
  const { createViewport } = await import("/web/map/viewport.js");
  const plot = document.createElement("div");
  plot.style.cssText = `position: fixed; left: 0; top: 0; width: ${width}px; height: ${height}px; background: white`;
  const canvas = plot.appendChild(document.createElement("canvas"));
  document.body.append(plot);
  window.drawings = 0;
  window.uploads = [];
  const own = WebGL2RenderingContext.prototype;
  const { drawElements, bufferData } = own;
  own.drawElements = function (...given) {
    drawings += 1;
    return drawElements.apply(this, given);
  };
  own.bufferData = function (...given) {
    uploads.push(given[1].constructor.name);
    return bufferData.apply(this, given);
  };
  window.view = createViewport();
  view.resize(width, height);
  view.fit([-width / 2 / k, -height / 2 / k, width / 2 / k, height / 2 / k]);
  window.canvas = canvas;
  window.notices = [];
  window.points = createPoints(canvas, (notice) => notices.push(notice));
  window.load = (xy, ink, options) => points.load(xy, Uint8Array.from(ink.flat()), options);
  window.strike = () => {
    points.dispose();
    plot.remove();
    Object.assign(own, { drawElements, bufferData });
  };
}"""
NO_WEBGL = """() => {
  const own = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.startsWith("webgl") ? null : own.call(this, kind, ...rest);
  };
}"""


@pytest.fixture
def stage(web_page: Page) -> Iterator[Page]:
    web_page.evaluate(STAGE, [WIDTH, HEIGHT, K])
    yield web_page
    web_page.evaluate("strike()")


@pytest.fixture
def stage_without_webgl(web_fresh_page: Page) -> Page:
    web_fresh_page.evaluate(NO_WEBGL)
    web_fresh_page.evaluate(STAGE, [WIDTH, HEIGHT, K])
    return web_fresh_page


def load(page: Page, xy: Any, ink: Any, **options: bool) -> None:
    page.evaluate(
        "([xy, ink, options]) => load((window.xy = Float32Array.from(xy.flat())), ink, options)",
        [np.asarray(xy).tolist(), ink, options],
    )


def draw(page: Page) -> None:
    page.evaluate("() => { points.draw(view); return nextFrame(); }")


def at_rest(page: Page) -> None:
    page.wait_for_timeout(300)


def seen(page: Page, colour: list[int] = RED) -> tuple[float, float] | None:
    """Find the middle of all that has about this colour, in pixels; None where there is nothing."""
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    picture = np.asarray(Image.open(BytesIO(shot)).convert("RGB"), dtype=int)
    strength = 255 - np.abs(picture - colour[:3]).max(axis=-1)
    rows, columns = np.nonzero(strength > 128)
    return (columns.mean() + 0.5, rows.mean() + 0.5) if len(rows) else None


def place(x: float, y: float) -> Any:
    return pytest.approx((WIDTH / 2 + x * K, HEIGHT / 2 - y * K), abs=0.8)


def is_seen_through_a_pan(page: Page) -> None:
    """Look for the point (1, -0.5) where the viewport says: before a pan, under it, and after it."""
    assert seen(page) == place(1, -0.5)
    page.evaluate("view.pan(-30, 12)")
    draw(page)
    assert seen(page) == place(1 - 30 / K, -0.5 - 12 / K), "moved by the hand"
    at_rest(page)
    assert seen(page) == place(1 - 30 / K, -0.5 - 12 / K), "drawn anew at rest"


def test_a_point_is_seen_where_the_viewport_says_through_pan_and_zoom(stage: Page) -> None:
    load(stage, [[1.0, -0.5]], [RED])
    draw(stage)
    assert stage.evaluate("points.kind") == "webgl2"
    is_seen_through_a_pan(stage)
    stage.evaluate("view.zoom(1.5, 100, 80)")
    where = stage.evaluate("view.toScreen([1, -0.5])")
    draw(stage)
    assert seen(stage) == pytest.approx(where, abs=1), "moved and scaled, or drawn anew"
    at_rest(stage)
    assert seen(stage) == pytest.approx(where, abs=0.8)


def test_a_pan_only_moves_what_is_drawn_until_the_margin_ends(stage: Page) -> None:
    load(stage, [[0.0, 0.0], [5.0, 0.0], [12.0, 0.0]], [RED, BLUE, BLUE])
    draw(stage)
    at_rest(stage)
    before = stage.evaluate("drawings")
    for _ in range(10):
        stage.evaluate("view.pan(-14, 4)")
        draw(stage)
    assert stage.evaluate("drawings") == before, "a pan within the margin drew all points again"
    assert seen(stage, BLUE) == place(5 - 140 / K, -40 / K), "what was outside the view comes into it"
    stage.evaluate("view.pan(-400, 0)")
    draw(stage)
    assert stage.evaluate("drawings") > before
    assert seen(stage, BLUE) == place(12 - 540 / K, -40 / K)


def test_while_a_drawing_takes_its_time_the_last_one_is_moved_and_scaled(stage: Page) -> None:
    load(stage, [[1.0, -0.5]], [RED])
    draw(stage)
    at_rest(stage)
    drawn, where = stage.evaluate("""async () => {
        const gl = canvas.getContext("webgl2");
        gl.getSyncParameter = () => gl.UNSIGNALED; // the graphics card never comes to an end
        const before = drawings;
        for (let i = 0; i < 8; i++) {
            view.zoom(1.06, 100, 80);
            points.draw(view);
            await new Promise(requestAnimationFrame);
        }
        delete gl.getSyncParameter;
        return [drawings - before, view.toScreen([1, -0.5])];
    }""")
    assert drawn <= 3, "each step of the zoom waited for a drawing of its own"
    assert seen(stage) == pytest.approx(where, abs=1.5)
    at_rest(stage)
    assert seen(stage) == pytest.approx(where, abs=0.8)


def test_hidden_points_leave_no_trace_and_are_not_drawn(stage: Page, js: Callable) -> None:
    load(stage, [[-1.0, 0.0], [1.0, 0.0]], [RED, BLUE])
    draw(stage)
    load(stage, [[-1.0, 0.0], [1.0, 0.0]], [NOTHING, BLUE])
    draw(stage)
    assert seen(stage, RED) is None
    assert seen(stage, BLUE) == place(1, 0)
    assert js("map/dots.js", "orderOf", np.array([*RED, *NOTHING, *BLUE, *NOTHING], np.uint8)) == [0, 2]


def test_the_order_of_drawing_mixes_classes_that_lie_sorted(js: Callable) -> None:
    order = np.array(js("map/dots.js", "orderOf", np.full(4 * 1000, 255, np.uint8)))
    assert np.array_equal(np.sort(order), np.arange(1000))
    for part in np.split(order // 100, 10):  # ten classes of 100 each
        assert np.bincount(part, minlength=10).min() >= 5, "a class is missing in a tenth of the drawing"


def test_new_colours_do_not_upload_the_places_again(stage: Page) -> None:
    load(stage, [[1.0, 0.0]], [RED])
    draw(stage)
    stage.evaluate("(blue) => { uploads.length = 0; load(xy, [blue]); }", BLUE)
    draw(stage)
    assert seen(stage, RED) is None
    assert seen(stage, BLUE) == place(1, 0)
    assert sorted(stage.evaluate("uploads")) == ["Uint32Array", "Uint8Array"]


def test_points_travel_from_where_they_are_seen_to_another_map(stage: Page) -> None:
    stage.evaluate("() => { window.clock = 0; performance.now = () => clock; }")
    try:
        load(stage, [[-2.0, 1.0]], [RED])
        draw(stage)
        assert seen(stage) == place(-2, 1)
        load(stage, [[200.0, -100.0]], [RED], animate=True)  # units of its own
        stage.evaluate("view.fit([-400, -300, 400, 300])")  # pixels are 2 units: it goes to (100, 50) from the middle
        draw(stage)
        assert seen(stage) == place(-2, 1), "it must set out from where it was"
        stage.evaluate("clock = 250")
        at_rest(stage)
        assert seen(stage) == place(0, 0), "half-way after half the time"
        load(stage, [[0.0, 200.0]], [RED], animate=True)
        draw(stage)
        assert seen(stage) == place(0, 0), "a new journey begins where the old one was broken off"
        stage.evaluate("clock = 1000")
        at_rest(stage)
        assert seen(stage) == place(0, 2)
        before = stage.evaluate("drawings")
        at_rest(stage)
        assert stage.evaluate("drawings") == before, "it arrived and is still drawn every frame"
    finally:
        stage.evaluate("delete performance.now")


def test_nothing_travels_where_motion_is_not_wanted(stage: Page) -> None:
    stage.emulate_media(reduced_motion="reduce")
    load(stage, [[-2.0, 1.0]], [RED])
    draw(stage)
    load(stage, [[2.0, 1.0]], [RED], animate=True)
    draw(stage)
    assert seen(stage) == place(2, 1)
    stage.emulate_media(reduced_motion="no-preference")


def test_points_come_back_after_the_browser_lost_them(stage: Page) -> None:
    load(stage, [[1.0, 1.0]], [RED])
    draw(stage)
    stage.evaluate("""async () => {
        const lose = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
        const heard = (event) => new Promise((done) => canvas.addEventListener(event, done, { once: true }));
        lose.loseContext();
        await heard("webglcontextlost");
        await nextFrame();
        const back = heard("webglcontextrestored");
        lose.restoreContext();
        await back;
        await nextFrame();
    }""")
    assert seen(stage) == place(1, 1)


@pytest.mark.parametrize("density", [1, 2])
def test_a_picture_of_the_points_shows_the_view_and_leaves_it(stage: Page, density: int) -> None:
    load(stage, [[1.0, -0.5]], [RED])
    draw(stage)
    found = picture_of(stage, density)
    assert found.shape == (HEIGHT * density, WIDTH * density, 4)
    rows, columns = np.nonzero(found[..., 3] > 128)
    assert ((columns.mean() + 0.5) / density, (rows.mean() + 0.5) / density) == place(1, -0.5)
    stage.evaluate("nextFrame()")
    assert seen(stage) == place(1, -0.5)


def picture_of(page: Page, density: int) -> np.ndarray:
    url = page.evaluate(
        """async (density) => {
        const found = await points.picture(view, density);
        const copy = Object.assign(document.createElement("canvas"), { width: found.width, height: found.height });
        copy.getContext("2d").drawImage(found, 0, 0);
        return copy.toDataURL();
    }""",
        density,
    )
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))))


def test_without_webgl_plotly_draws_the_points(stage_without_webgl: Page) -> None:
    page = stage_without_webgl
    load(page, [[1.0, -0.5], [-1.0, -0.5]], [RED, NOTHING])
    draw(page)
    page.wait_for_selector(".plotly .point", state="attached")
    assert page.evaluate("points.kind") == "plotly"
    assert page.evaluate("points.notice") == page.evaluate("notices.at(-1)")
    assert page.evaluate("points.notice") == (
        "This browser has no WebGL: the map is drawn by Plotly and moves more slowly. Everything else works."
    )
    is_seen_through_a_pan(page)
    page.evaluate("view.zoom(2, 200, 150)")
    where = page.evaluate("view.toScreen([1, -0.5])")
    draw(page)
    at_rest(page)
    assert seen(page) == pytest.approx(where, abs=0.8)
    rows, columns = np.nonzero(picture_of(page, 2)[..., 3] > 128)
    assert ((columns.mean() + 0.5) / 2, (rows.mean() + 0.5) / 2) == pytest.approx(where, abs=0.8)


def test_plotly_shows_a_fair_sample_of_many_points_and_says_so(stage_without_webgl: Page) -> None:
    page = stage_without_webgl
    n = 6000
    angles = np.arange(n) / n * 2 * np.pi  # sorted as a data set can be
    load(page, np.stack([2 * np.cos(angles), 2 * np.sin(angles)], axis=1), [RED] * n)
    draw(page)
    page.wait_for_selector(".plotly .point", state="attached")
    assert page.locator(".plotly .point").count() == 5000
    assert "the map shows 5,000 of the 6,000 points, drawn by Plotly, and moves more slowly" in page.evaluate(
        "points.notice"
    )
    assert seen(page) == place(0, 0), "the sample leaves out a side of the ring"


def test_without_webgl_and_plotly_a_sentence_says_what_is_lost(stage_without_webgl: Page, web_site: Site) -> None:
    page = stage_without_webgl
    page.route("**/plotly-basic.min.js", lambda route: route.abort())
    page.goto(f"{web_site.url}/host.html?again")
    page.wait_for_function("window.hosted")
    page.evaluate(NO_WEBGL)
    page.evaluate(STAGE, [WIDTH, HEIGHT, K])
    load(page, [[1.0, -0.5]], [RED])
    draw(page)
    page.wait_for_function("notices.length > 0")
    assert "the map shows no points" in page.evaluate("notices.at(-1)")
    assert page.evaluate("points.notice") == page.evaluate("notices.at(-1)")


@pytest.mark.parametrize("far", [1, 1000])
def test_the_nearest_point_is_the_nearest_that_is_allowed(web_page: Page, far: float) -> None:
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(3000, 2)).astype(np.float32)
    xy[:3] *= far  # a far point must not make the search slow, nor wrong
    places = np.concatenate([rng.normal(size=(40, 2)), xy[:3] + 0.01])
    found = web_page.evaluate(
        """async ([xy, places]) => {
        const { createNearest } = await import("/web/map/nearest.js");
        const nearest = createNearest(Float32Array.from(xy));
        return places.map((at) => [nearest(at, 0.2), nearest(at, 0.2, (i) => i % 3 === 0), nearest(at, 1e-9)]);
    }""",
        [xy.ravel().tolist(), places.tolist()],
    )
    distance = np.linalg.norm(xy[None] - places[:, None], axis=2)
    only = np.where(np.arange(3000) % 3 == 0, distance, np.inf)
    assert [each[0] for each in found] == [nearest_of(row) for row in distance]
    assert [each[1] for each in found] == [nearest_of(row) for row in only]
    assert [each[2] for each in found] == [None] * len(places)


def nearest_of(distances: np.ndarray) -> int | None:
    return int(distances.argmin()) if distances.min() <= 0.2 else None
