"""What moves above the points: at the true scale of the axes, and no more of it than an eye wants."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# An overlay over a view of 600 x 400 pixels, 70 of them a unit, its middle at (1, -0.5).
OVERLAY = """async () => {
    const { createOverlay } = await import("/web/map/overlay.js");
    const { createViewport } = await import("/web/map/viewport.js");
    const overlay = createOverlay();
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("style", "position: absolute; left: 0; top: 0; width: 600px; height: 400px");
    svg.append(overlay.element);
    document.body.prepend(svg);
    const viewport = createViewport();
    viewport.resize(600, 400);
    viewport.fit([1 - 300 / 70, -0.5 - 200 / 70, 1 + 300 / 70, -0.5 + 200 / 70]);
    window.over = { overlay, viewport, find: (name) => svg.querySelector(name) };
    window.dispose = () => svg.remove();
}"""
CORNERS = (
    "(name) => over.find(name).getAttribute('d').match(/[-\\d.]+ [-\\d.]+/g).map((at) => at.split(' ').map(Number))"
)


def on_screen(xy: Any) -> np.ndarray:
    return np.array([300, 200]) + (np.asarray(xy) - [1, -0.5]) * [70, -70]


def shown(page: Page, name: str) -> bool:
    return page.evaluate("(name) => over.find(name).getAttribute('visibility') === 'visible'", name)


@pytest.mark.parametrize("covariance", [[0.5, 0.0, 0.1], [0.4, 0.25, 0.3], [0.3, -0.28, 0.4]])
def test_the_ellipse_is_the_covariance_at_one_and_two_sigma(web_page: Page, covariance: list[float]) -> None:
    web_page.evaluate(OVERLAY)
    web_page.evaluate("(covariance) => over.overlay.ellipse([0.5, 0.25], covariance, over.viewport)", covariance)
    assert shown(web_page, ".ellipse")
    xx, xy, yy = covariance
    for sigma in (1, 2):
        corners = np.array(web_page.evaluate(CORNERS, f".ellipse .sigma{sigma}"))
        off = (corners - on_screen([0.5, 0.25])) / [70, -70]  # in map units
        distance = np.sqrt(np.einsum("ni,ij,nj->n", off, np.linalg.inv([[xx, xy], [xy, yy]]), off))
        assert distance == pytest.approx(sigma, abs=0.01)
        widest = 2 * sigma * 70 * np.sqrt([xx, yy])  # of any ellipse: the deviation along an axis
        assert np.ptp(corners, axis=0) == pytest.approx(widest, rel=0.01)
        box = web_page.evaluate("(name) => over.find(name).getBoundingClientRect().toJSON()", f".ellipse .sigma{sigma}")
        assert [box["width"], box["height"]] == pytest.approx(widest, rel=0.01), "pixels of the screen"
    web_page.evaluate("over.overlay.ellipse([0.5, 0.25], null, over.viewport)")
    assert not shown(web_page, ".ellipse")


def test_the_home_of_z_is_marked_only_while_the_mouse_visits(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    assert not shown(web_page, ".home")
    web_page.evaluate("over.overlay.home([120, 80])")
    assert shown(web_page, ".home")
    box = web_page.evaluate("over.find('.home').getBoundingClientRect().toJSON()")
    assert [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2] == pytest.approx([120, 80])
    web_page.evaluate("over.overlay.home(null)")
    assert not shown(web_page, ".home")


def test_the_trail_fades_and_its_newest_end_is_at_z(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    points = [[i / 10, i / 20] for i in range(21)]
    web_page.evaluate("(points) => over.overlay.trail(points, over.viewport)", points)
    assert shown(web_page, ".trail")
    written = web_page.evaluate("[...over.find('.trail').children].map((path) => path.getAttribute('d').slice(1))")
    lines = [np.array([list(map(float, at.split())) for at in line.split("L")]) for line in written]
    assert np.array(lines[0]) == pytest.approx(on_screen(points), abs=0.06)
    assert all(line[-1] == pytest.approx(on_screen(points[-1]), abs=0.06) for line in lines)
    lengths = [len(line) for line in lines]
    assert lengths == sorted(set(lengths), reverse=True), "the newest places are drawn most often"
    web_page.evaluate("over.overlay.trail([[0, 0]], over.viewport)")
    assert not shown(web_page, ".trail"), "one place is no trail"


def test_calm_eyes_see_no_trail(web_page: Page) -> None:
    web_page.emulate_media(reduced_motion="reduce")
    try:
        web_page.evaluate(OVERLAY)
        web_page.evaluate("over.overlay.trail([[0, 0], [1, 1]], over.viewport)")
        assert not shown(web_page, ".trail")
    finally:
        web_page.emulate_media(reduced_motion="null")


def test_each_piece_of_a_way_has_the_texture_of_the_worse_of_its_ends(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    ranks = [0, 0, 0, 1, 1, 2, 2, 0, None, 2]
    points = [[0.1 * i, 0.1 * i, rank] for i, rank in enumerate(ranks)]
    web_page.evaluate("(points) => over.overlay.path(points, over.viewport)", points)
    assert shown(web_page, ".way")
    pieces = {}
    for name in ("near", "thin", "far", "unknown"):
        d = web_page.evaluate("(name) => over.find(`.way .${name}`).getAttribute('d')", name)
        runs = [[tuple(map(float, at.split())) for at in run.split("L")] for run in d.split("M")[1:]]
        pieces[name] = [pair for run in runs for pair in pairwise(run)]
    expected = {"near": [0, 1], "thin": [2, 3], "far": [4, 5, 6], "unknown": [7, 8]}
    places = on_screen([point[:2] for point in points])
    for name, which in expected.items():
        assert len(pieces[name]) == len(which)
        for piece, i in zip(pieces[name], which, strict=True):
            assert np.array(piece) == pytest.approx(places[i : i + 2], abs=0.06)
    web_page.evaluate("over.overlay.path(null, over.viewport)")
    assert not shown(web_page, ".way")


def test_the_net_of_a_square_is_drawn_in_straight_lines(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    web_page.evaluate("over.overlay.net([[[0, 0], [1, 0]], [[0, 0], [0, 1]]], over.viewport)")
    assert shown(web_page, ".net")
    lines = web_page.evaluate("over.find('.net').lastChild.getAttribute('d')").split("M")[1:]
    drawn = [[float(number) for at in line.split("L") for number in at.split()] for line in lines]
    for line, ends in zip(drawn, ([[0, 0], [1, 0]], [[0, 0], [0, 1]]), strict=True):
        assert line == pytest.approx(np.ravel(on_screen(ends)), abs=0.06)
    web_page.evaluate("over.overlay.net([], over.viewport)")
    assert not shown(web_page, ".net")


def test_a_cursor_outside_the_view_is_an_arrow_at_its_edge(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    box = {"width": 600, "height": 400}
    for at, edge, turn in (([900, 200], [584, 200], 0), ([300, 500], [300, 384], 90), ([-84, -44], [16, 56], -135)):
        web_page.evaluate("([at, box]) => over.overlay.cursor(at, box, false)", [at, box])
        words = [web_page.evaluate("(name) => over.find(name).getAttribute('transform')", name)
                 for name in (".cursor", ".cursor .arrow")]  # fmt: skip
        assert [float(number) for number in words[0][10:-1].split()] == edge
        assert float(words[1][7:-1]) == pytest.approx(turn)
        assert web_page.evaluate("over.find('.cursor').classList.contains('away')")
    web_page.evaluate("(box) => over.overlay.cursor([20, 390], box, false)", box)
    assert not web_page.evaluate("over.find('.cursor').classList.contains('away')")


def test_pins_are_marked_with_their_letters(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    marks = """(pins) => {
        over.overlay.pins(pins);
        return Array.from(over.find(".pinned").children, (mark) => [mark.textContent, mark.getAttribute("transform")]);
    }"""
    a, b = {"name": "A", "at": [10, 20]}, {"name": "B", "at": [30, 40]}
    assert web_page.evaluate(marks, [a, b]) == [["A", "translate(10.0 20.0)"], ["B", "translate(30.0 40.0)"]]
    assert web_page.evaluate(marks, [b | {"at": [31, 41]}]) == [["B", "translate(31.0 41.0)"]]


def test_the_ellipse_is_not_hidden_by_the_cursor(web_page: Page) -> None:
    web_page.evaluate(OVERLAY)
    order = web_page.evaluate("[...over.overlay.element.children].map((each) => each.getAttribute('class'))")
    assert order.index("ellipse") > order.index("cursor")
    assert web_page.evaluate("over.find('.ellipse').firstChild.getAttribute('class')") == "halo"
