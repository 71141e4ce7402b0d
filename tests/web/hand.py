"""What a hand does in the live view, and what an eye reads there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.web.conftest import TinyModel


def z_of(page: Page) -> list[float]:
    return page.evaluate("z()")


def numbers(words: str) -> list[float]:
    return [float(word) for word in words.split(",")]


def gray(page: Page) -> np.ndarray:
    return np.array(page.evaluate("pixels()"))[::4]


def plot(page: Page) -> dict[str, float]:
    box = page.locator(".plot").bounding_box()
    assert box is not None
    return box


def cursor(page: Page) -> tuple[float, float]:
    """Find the middle of the cursor's ring on the screen."""
    return tuple(
        page.evaluate("""() => {
        const box = root().querySelector(".cursor circle").getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    }""")
    )


def next_frame(page: Page) -> None:
    """Wait until what was asked for is drawn: the points and the axes follow the pointer once a frame."""
    page.evaluate("nextFrame()")


def ticks(page: Page, axis: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the numbers on an axis and where they stand: the test's own way from map units to pixels."""
    found = page.evaluate(
        """(axis) => {
        const words = [...root().querySelectorAll(".ticklabels text")];
        const lines = [...root().querySelectorAll(".grid line")];
        return words
            .map((word, i) => [word.getAttribute("text-anchor"), number(word), lines[i].getBoundingClientRect()])
            .filter(([anchor]) => anchor === (axis === "x" ? "middle" : "end"))
            .map(([, at, box]) => [at, axis === "x" ? box.x + box.width / 2 : box.y + box.height / 2]);
    }""",
        axis,
    )
    numbers, places = np.array(found).T
    return numbers, places


def on_screen(page: Page, xy: np.ndarray) -> np.ndarray:
    """Where map coordinates lie on the screen, read off the axes."""
    return np.array(
        [np.polyval(np.polyfit(*ticks(page, axis), 1), value) for axis, value in zip("xy", xy, strict=True)]
    )


def on_map(page: Page, at: tuple[float, float]) -> np.ndarray:
    return np.array(
        [np.polyval(np.polyfit(*ticks(page, axis)[::-1], 1), value) for axis, value in zip("xy", at, strict=True)]
    )


def project(model: TinyModel, name: str, z: Any) -> np.ndarray:
    return (np.asarray(z) - model.tensors[f"map.{name}.origin"]) @ model.tensors[f"map.{name}.basis"].T


def empty_place(page: Page, model: TinyModel, name: str = "pca") -> tuple[float, float]:
    """Find a place on the screen that is far from all points and from the cursor."""
    box = plot(page)
    points = np.array([on_screen(page, xy) for xy in maps_xy(model, name)])
    for share in np.random.default_rng(0).uniform(0.1, 0.9, (500, 2)):
        at = np.array([box["x"], box["y"]]) + share * [box["width"], box["height"]]
        if np.linalg.norm(points - at, axis=1).min() > 25 and np.linalg.norm(at - cursor(page)) > 25:
            return float(round(at[0])), float(round(at[1]))
    raise AssertionError("the map of this test has no empty place")


def maps_xy(model: TinyModel, name: str) -> np.ndarray:
    return model.tensors["map.tsne.xy"] if name == "tsne" else project(model, name, model.tensors["mean"])


def map_is_described(page: Page) -> None:
    """Wait for the line below the map that is measured last: it may take another row, and so move the points."""
    page.wait_for_function("root().querySelector('.about').textContent.includes('ontinuity')")
    page.evaluate("nextFrame()")


def lonely_point(page: Page, model: TinyModel, name: str = "pca") -> tuple[int, np.ndarray]:
    """Find an example that has no other within 26 pixels, inside the view."""
    points = np.array([on_screen(page, xy) for xy in maps_xy(model, name)])
    box = plot(page)
    for i, at in enumerate(points):
        others = np.delete(points, i, axis=0)
        inside = (
            box["x"] + 20 < at[0] < box["x"] + box["width"] - 20
            and box["y"] + 20 < at[1] < box["y"] + box["height"] - 20
        )
        if inside and np.linalg.norm(others - at, axis=1).min() > 26:
            return i, at
    raise AssertionError("the map of this test has no lonely point")


def drag_slider(page: Page, k: int, to: float, steps: int = 20) -> None:
    """Take the thumb of slider k and carry it to a share of the rail; do not let go."""
    next_frame(page)  # the rows take their height from the view, a frame after it is seen
    thumb = page.locator(".row input").nth(k)
    box = thumb.bounding_box()
    assert box is not None
    share = page.evaluate(
        "(k) => Number(root().querySelectorAll('.row input')[k].style.getPropertyValue('--share'))", k
    )
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 10 + share * (box["width"] - 20), y)
    page.mouse.down()
    page.mouse.move(box["x"] + to * box["width"], y, steps=steps)
