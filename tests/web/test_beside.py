"""Generate, Morph and Traverse in a real browser: their pictures, and the way back to the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.web.hand import gray

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser


def data(model: TinyModel, z: list[float] | None = None, label: int | None = None, **link: Any) -> dict[str, Any]:
    given = model.data(z=z, label=label)
    given["link"] |= {word: str(value) for word, value in link.items()}
    return given


def tiles(page: Page, where: str, columns: int, n: int, shape: tuple[int, int] = (4, 4)) -> np.ndarray:
    """Read the pictures of a sheet, one pixel between them: (n, h * w) in 0..255."""
    script = """(it) => {
        const image = it.getContext("2d").getImageData(0, 0, it.width, it.height);
        return [it.width, Array.from(image.data)];
    }"""
    width, flat = page.locator(f"{where} canvas.tiles").first.evaluate(script)
    image = np.array(flat)[::4].reshape(-1, width)
    h, w = shape
    corners = [(i // columns * (h + 1), i % columns * (w + 1)) for i in range(n)]
    return np.array([image[y : y + h, x : x + w].ravel() for y, x in corners])


def shows(page: Page, where: str, columns: int, truth: np.ndarray) -> bool:
    """Wait until a sheet shows these pictures (n, h * w)."""
    for _ in range(100):
        found = tiles(page, where, columns, len(truth)) if page.locator(f"{where} canvas.tiles").count() else None
        if found is not None and found.shape == truth.shape and np.abs(found - truth).max() <= 1:
            return True
        page.wait_for_timeout(30)
    return False


def drawn(js: Callable, model: TinyModel, **choices: Any) -> list[dict[str, Any]]:
    state = {"latents": {}, "draws": "prior", "temperature": 1, "seed": 1, "side": 8, "rows": False, "label": None}
    spec = {"latent": len(model.weight), "stochastic": True, "classes": model.classes, "name": model.name}
    return js("beside/generate.js", "placesOf", {**state, "model": spec, **choices})["places"]


def pictures(model: TinyModel, places: list[dict[str, Any]]) -> np.ndarray:
    return np.array([model.gray(place["z"], place["label"] or 0) for place in places])


def painted_z(page: Page) -> list[float]:
    """Wait until the picture of the z of the sliders is on the canvas, and give that z."""
    page.wait_for_function("root().querySelector('.picture').dataset.state === 'decoded'")
    page.wait_for_function("z().every((value, k) => Math.abs(value - painted.at(-1).z[k]) < 1e-3)")
    return page.evaluate("painted.at(-1).z")


# --- generate


def test_a_seed_makes_the_same_pictures_and_a_larger_grid_begins_with_them(js: Callable, tiny: TinyModel) -> None:
    few, many, other = drawn(js, tiny, side=3), drawn(js, tiny, side=5), drawn(js, tiny, side=3, seed=2)
    assert few == drawn(js, tiny, side=3)
    assert [len(few), len(many)] == [9, 25]
    assert many[:9] == few
    assert other != few
    z = np.array([place["z"] for place in drawn(js, tiny, side=20)])
    assert z.mean() == pytest.approx(0, abs=0.1)
    assert z.std() == pytest.approx(1, abs=0.05)


def test_the_grid_shows_the_decoded_draws(web_page: Page, web_open: Callable, js: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="generate", side=5, seed=7, temperature=0.5))
    places = drawn(js, tiny, side=5, seed=7, temperature=0.5)
    assert shows(web_page, ".generate", 5, pictures(tiny, places))
    web_page.get_by_role("button", name="New").click()
    web_page.wait_for_function("sent.length && sent.at(-1).seed !== '7'")
    seed = int(web_page.evaluate("sent.at(-1).seed"))
    assert shows(web_page, ".generate", 5, pictures(tiny, drawn(js, tiny, side=5, seed=seed, temperature=0.5)))


def test_a_click_takes_its_z_to_the_explorer(web_page: Page, web_open: Callable, js: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="generate", side=4))
    places = drawn(js, tiny, side=4)
    assert shows(web_page, ".generate", 4, pictures(tiny, places))
    box = web_page.locator(".generate canvas.tiles").bounding_box()
    assert box is not None
    web_page.mouse.click(box["x"] + 0.65 * box["width"], box["y"] + 0.4 * box["height"])  # column 2, row 1
    assert painted_z(web_page) == pytest.approx(places[6]["z"])
    assert web_page.locator(".picture").is_visible(), "the tab is another one"
    assert np.abs(gray(web_page) - tiny.gray(places[6]["z"])).max() <= 1


def test_a_picture_is_taken_from_the_keyboard(
    web_page: Page, web_open: Callable, js: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="generate", side=3))
    places = drawn(js, tiny, side=3)
    assert shows(web_page, ".generate", 3, pictures(tiny, places))
    sheet = web_page.get_by_role("application", name="Generated pictures")
    sheet.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        web_page.keyboard.press(key)  # the first shows the ring, and the last row is the end
    assert sheet.locator(".unseen").inner_text() == "row 3, column 1"
    web_page.keyboard.press("Enter")
    assert painted_z(web_page) == pytest.approx(places[6]["z"])


def test_the_mixture_is_drawn_from_where_there_is_one(
    web_page: Page, web_open: Callable, js: Callable, web_site: Site
) -> None:
    model = web_site.model("mixed")
    web_open(data(model, show="generate", side=3))
    option = web_page.get_by_role("radio", name="Mixture")
    assert option.is_disabled()
    assert "explorer encode mixed" in web_page.locator(".generate .menu label").nth(1).get_attribute("title")
    mixture = {
        "weights": np.array([1], np.float32), "means": np.array([[9, 8, 7]], np.float32),
        "factors": np.eye(3, dtype=np.float32)[None] * 0.1,
    }  # fmt: skip
    model.rewrite(model.tensors | {f"mixture.{name}": array for name, array in mixture.items()})
    web_open(web_site.model("between").data())
    web_open(data(model, show="generate", side=3, draws="mixture"))
    assert option.is_checked()
    places = drawn(js, model, side=3, draws="mixture", latents={"mixture": mixture})
    assert np.mean([place["z"] for place in places], axis=0) == pytest.approx([9, 8, 7], abs=0.3)
    assert shows(web_page, ".generate", 3, pictures(model, places))


def test_each_row_can_be_a_class_of_the_same_z(
    web_page: Page, web_open: Callable, js: Callable, web_site: Site
) -> None:
    told = web_site.model("told", conditional=True)
    web_open(data(told, label=1, show="generate", side=4))
    assert shows(web_page, ".generate", 4, pictures(told, drawn(js, told, side=4, label=1)))
    web_page.get_by_role("checkbox", name="A class to each row").check()
    places = drawn(js, told, side=4, rows=True)
    assert [place["label"] for place in places] == [0] * 4 + [1] * 4 + [2] * 4
    assert places[0]["z"] == places[4]["z"] == places[8]["z"]
    assert shows(web_page, ".generate", 4, pictures(told, places))
    box = web_page.locator(".generate canvas.tiles").bounding_box()
    assert box is not None
    web_page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + 0.9 * box["height"])
    assert painted_z(web_page) == pytest.approx(places[8]["z"])
    assert web_page.evaluate("painted.at(-1).label") == 2


def test_a_closed_panel_decodes_nothing(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, side=5, pins="A:0,0,0|B:1,1,1"))
    web_page.wait_for_timeout(200)
    sizes = "['.generate', '.traverse', '.journey'].map((name) => root().querySelector(`${name} canvas.tiles`).width)"
    assert web_page.evaluate(sizes) == [300, 300, 300], "the size of a canvas that nobody has touched"


# --- morph

A, B, C, D = [0.0, 0.0, 1.0], [2.0, 0.0, 0.0], [0.0, -2.0, 0.0], [1.0, 1.0, 1.0]
PINS = "|".join(f"{name}:{','.join(map('{:g}'.format, z))}" for name, z in zip("ABCD", (A, B, C, D), strict=True))


def fade(model: TinyModel, one: list[float], other: list[float], t: float) -> np.ndarray:
    return (1 - t) * model.gray(one) + t * model.gray(other)


def test_a_morph_decodes_the_way_and_mixes_its_ends(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", pins=PINS, steps=5))
    shares = np.linspace(0, 1, 5)
    way = np.array([tiny.gray((1 - t) * np.array(A) + t * np.array(B)) for t in shares])
    mixed = np.array([fade(tiny, A, B, t) for t in shares])
    assert shows(web_page, ".journey > .strip:nth-child(1)", 5, way)
    assert shows(web_page, ".journey > .strip:nth-child(2)", 5, mixed)
    assert np.abs(way[2] - mixed[2]).max() > 10, "the two are the same, and nothing is shown"
    web_page.get_by_role("radio", name="All pins").check(force=True)
    legs = np.array([fade(tiny, *pair, t) for pair, t in (((A, B), 0), ((A, B), 0.75), ((B, C), 0.5), ((C, D), 0.25))])
    assert shows(web_page, ".journey > .strip:nth-child(2)", 5, np.array([*legs, tiny.gray(D)]))


def test_other_ends_are_chosen_and_the_way_can_be_turned_round(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="morph", pins=PINS, steps=3))
    to = web_page.get_by_role("combobox", name="to")
    to.select_option("C")
    half = (np.array(A) + C) / 2
    assert shows(web_page, ".journey > .strip:nth-child(1)", 3, np.array([tiny.gray(z) for z in (A, half, C)]))
    to.select_option("A")
    assert shows(web_page, ".journey > .strip:nth-child(1)", 3, np.array([tiny.gray(z) for z in (C, half, A)]))


def test_scrubbing_moves_z_and_both_large_pictures(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, z=A, show="morph", pins=PINS, steps=3))
    assert shows(web_page, ".journey .two .strip:nth-child(1)", 1, tiny.gray(A)[None])
    rail = web_page.get_by_role("slider", name="Where on the way")
    rail.fill("0.25")
    place = 0.75 * np.array(A) + 0.25 * np.array(B)
    assert painted_z(web_page) == pytest.approx(place.tolist())
    assert shows(web_page, ".journey .two .strip:nth-child(1)", 1, tiny.gray(place)[None])
    assert shows(web_page, ".journey .two .strip:nth-child(2)", 1, fade(tiny, A, B, 0.25)[None])
    web_page.wait_for_function("sent.length > 0")
    assert web_page.evaluate("sent.at(-1).along") == "0.25"
    assert len(web_page.evaluate("sent")) == 1


def test_play_goes_on_and_stops(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    web_page.get_by_role("button", name="Play").click()
    web_page.wait_for_function("painted.length > 10")
    assert web_page.evaluate("sent") == [], "the host was told while it played"
    web_page.get_by_role("button", name="Pause").click()
    web_page.wait_for_timeout(100)
    stood = web_page.evaluate("painted.length")
    web_page.wait_for_timeout(200)
    assert web_page.evaluate("painted.length") == stood
    x, y, height = web_page.evaluate("painted.at(-1).z")
    assert 0 < x < 2
    assert y == 0
    assert x / 2 + height == pytest.approx(1), "z left the line from A to B"


def test_play_goes_in_steps_for_whom_nothing_must_glide(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_page.emulate_media(reduced_motion="reduce")
    web_open(data(tiny, show="morph", pins=PINS, steps=3))
    before = web_page.evaluate("painted.length")
    web_page.get_by_role("button", name="Play").click()
    web_page.wait_for_function("(before) => painted.length >= before + 2", arg=before)
    web_page.get_by_role("button", name="Pause").click()
    web_page.emulate_media(reduced_motion="no-preference")
    places = web_page.evaluate("(before) => painted.slice(before).map(({ z }) => z[0])", before)
    assert set(places) <= {0, 1, 2}


HELD = "!root().querySelector('.journey').classList.contains('off')"


def on_line(z: list[float], t: float) -> bool:
    return z == pytest.approx(((1 - t) * np.array(A) + t * np.array(B)).tolist(), abs=1e-6)


def test_z_on_the_way_goes_along_with_another_way(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, z=A, show="morph", pins=PINS, steps=3))
    rail = web_page.get_by_role("slider", name="Where on the way")
    rail.fill("0.6")
    assert on_line(painted_z(web_page), 0.6)
    web_page.get_by_role("radio", name="Spherical").check(force=True)
    angle = 0.6 * np.pi / 2  # A and B are at a right angle, 1 and 2 long
    arc = 1.6 * np.array([np.sin(angle), 0, np.cos(angle)])
    assert painted_z(web_page) == pytest.approx(arc.tolist(), abs=1e-6)
    assert shows(web_page, ".journey .two .strip:nth-child(1)", 1, tiny.gray(arc)[None])
    list_of(web_page, "to").select_option("D")
    assert painted_z(web_page) != pytest.approx(arc.tolist(), abs=0.01)
    assert web_page.evaluate(HELD)


def test_a_z_that_is_elsewhere_is_not_said_to_be_on_the_way(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, z=[1.0, 1.0, 1.0], show="morph", pins=PINS, steps=3, along=0.5))
    first = ".journey .two .strip:nth-child(1)"
    assert shows(web_page, first, 1, tiny.gray([1, 1, 1])[None])
    assert not web_page.evaluate(HELD)
    assert "not on this way" in web_page.locator(".journey .away").inner_text()
    web_page.get_by_role("radio", name="Spherical").check(force=True)
    assert painted_z(web_page) == [1, 1, 1], "a way that does not hold z moved it"
    web_page.get_by_role("radio", name="Straight").check(force=True)
    rail = web_page.get_by_role("slider", name="Where on the way")
    box = rail.bounding_box()
    assert box is not None
    web_page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert on_line(painted_z(web_page), web_page.evaluate("Number(root().querySelector('.scrub input').value)"))
    assert web_page.evaluate(HELD)
    assert web_page.locator(".journey .away").is_hidden()
    web_page.locator(".explorer").press("z")
    assert painted_z(web_page) == [1, 1, 1]
    assert shows(web_page, first, 1, tiny.gray([1, 1, 1])[None])
    assert not web_page.evaluate(HELD)


def test_the_picture_in_morph_is_that_of_z_after_another_tab(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, z=A, show="morph", pins=PINS, steps=3))
    web_page.get_by_role("radio", name="Explore").check(force=True)
    web_page.locator(".explorer").press("1")
    z = painted_z(web_page)
    web_page.get_by_role("radio", name="Morph").check(force=True)
    assert shows(web_page, ".journey .two .strip:nth-child(1)", 1, tiny.gray(z)[None])
    assert not web_page.evaluate(HELD)


def test_escape_stops_a_film(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    web_page.get_by_role("button", name="Play").focus()
    web_page.keyboard.press("Enter")
    web_page.wait_for_function("painted.length > 5")
    web_page.keyboard.press("Escape")
    assert web_page.get_by_role("button", name="Play").is_visible()


def test_the_lines_of_the_map_are_explained_where_it_draws_them(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    key = web_page.locator(".waykey")
    for words in ("among the data", "thin here", "no data here"):
        assert words in key.inner_text()
    web_open(data(tiny, show="morph", pins=PINS, map="tsne"))
    assert key.is_hidden()


def test_without_pins_it_says_what_to_do_and_does_it(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, z=[1.0, 0.0, 0.0], show="morph"))
    missing = web_page.locator(".missing")
    assert "none is set yet" in missing.inner_text()
    assert web_page.locator(".journey").is_hidden()
    missing.get_by_role("button", name="Pin z as A").click()
    missing.get_by_role("button", name="Pin a random example as B").click()
    assert missing.is_hidden()
    assert web_page.locator(".journey").is_visible()
    web_page.get_by_role("radio", name="Square").check(force=True)
    assert "2 of 4 are set" in missing.inner_text()
    missing.get_by_role("button", name="Fill the rest").click()
    web_page.wait_for_function("sent.at(-1)?.pins?.split('|').length === 4")
    pins = web_page.evaluate("sent.at(-1).pins").split("|")
    assert pins[0] == "A:1,0,0", "a pin that was set was written over"
    z = np.array([list(map(float, pin[2:].split(","))) for pin in pins[1:]])
    assert np.abs(tiny.tensors["mean"] - z[:, None]).max(axis=2).min(axis=1).max() < 1e-5, "no examples"


def test_the_square_is_bilinear_in_z_beside_bilinear_in_pixels(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="morph", way="square", pins=PINS, steps=3))
    shares = [(u, v) for v in (0, 0.5, 1) for u in (0, 0.5, 1)]
    weights = np.array([[(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v] for u, v in shares])
    corners = np.array([A, B, C, D])
    assert shows(web_page, ".square .strip:nth-child(1)", 3, np.array([tiny.gray(z) for z in weights @ corners]))
    mixed = weights @ np.array([tiny.gray(z) for z in corners])
    assert shows(web_page, ".square .strip:nth-child(2)", 3, mixed)


def test_a_picture_of_the_square_is_shown_larger_and_taken(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", way="square", pins=PINS, steps=3))
    corners = np.array([tiny.gray(z) for z in (A, B, C, D)])
    assert shows(web_page, ".square .strip:nth-child(2)", 3, np.array(
        [weights @ corners for weights in
         [[(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v] for v in (0, 0.5, 1) for u in (0, 0.5, 1)]]
    ))  # fmt: skip
    hint = web_page.locator(".larger .away")
    assert hint.is_visible()
    web_page.locator(".square .strip:nth-child(1) canvas.tiles").hover()
    middle = np.mean([A, B, C, D], axis=0)
    assert shows(web_page, ".larger .proof-room:nth-child(1)", 1, tiny.gray(middle)[None])
    assert shows(web_page, ".larger .proof-room:nth-child(2)", 1, corners.mean(axis=0)[None])
    assert hint.is_hidden()
    web_page.locator(".square .strip:nth-child(1) canvas.tiles").click()
    assert painted_z(web_page) == pytest.approx(middle.tolist())


def test_each_picture_of_a_conditional_model_is_told_the_class_of_the_nearer_pin(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    told = web_site.model("told", conditional=True)
    web_open(data(told, label=1, show="morph", pins="A:0,0,1;0|B:2,0,0;2", steps=4))
    places = [((1 - t) * np.array(A) + t * np.array(B), 0 if t < 0.5 else 2) for t in (0, 1 / 3, 2 / 3, 1)]
    truth = np.array([told.gray(z, label) for z, label in places])
    assert shows(web_page, ".journey > .strip:nth-child(1)", 4, truth)
    assert "different classes" in web_page.locator(".journey .says").last.inner_text()


# --- traverse


def table_of(js: Callable, **changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    mean = (rng.normal(size=(500, 4)) * [1, 2, 3, 4] + [0, 1, 2, 3]).astype(np.float32)
    latents = {"n": 500, "d": 4, "mean": mean, "kl": [0.5, 0.001, 2.0, 1.0]} | changes.pop("latents", {})
    state = {"z": [0.1, 0.2, 0.3, 0.4], "label": None, "home": None, "source": None, "drawn": False, "columns": 7}
    model = {"stochastic": True, "classes": 0}
    return js("beside/traverse.js", "tableOf", {"latents": latents, "model": model, "around": "z", **state, **changes})


def test_a_row_moves_its_own_dimension_and_nothing_accumulates(js: Callable) -> None:
    table = table_of(js)
    assert table["rows"] == [2, 3, 0], "by KL, the unused left out"
    assert "1 unused" in table["left"]
    assert table["heads"] == ["−3", "−2", "−1", "0", "+1", "+2", "+3"]
    places = np.array(table["places"]).reshape(3, 7, 4)
    for row, k in enumerate(table["rows"]):
        truth = np.tile([0.1, 0.2, 0.3, 0.4], (7, 1))
        truth[:, k] = np.linspace(-3, 3, 7)
        assert places[row] == pytest.approx(truth)


def test_a_plain_autoencoder_goes_by_the_spread_of_its_codes(js: Callable) -> None:
    table = table_of(js, model={"stochastic": False, "classes": 0}, around="mean")
    mean = np.random.default_rng(0).normal(size=(500, 4)) * [1, 2, 3, 4] + [0, 1, 2, 3]
    assert table["rows"] == [3, 2, 1, 0], "by variance"
    places = np.array(table["places"]).reshape(4, 7, 4)
    assert places[0][:, 3] == pytest.approx(mean[:, 3].mean() + mean[:, 3].std() * np.linspace(-3, 3, 7), abs=1e-4)
    assert places[0][:, 0] == pytest.approx(np.full(7, mean[:, 0].mean()), abs=1e-5)
    assert "standard deviations of the data" in table["unit"]


def test_of_very_many_dimensions_the_most_active_have_a_row(js: Callable) -> None:
    d = 40
    mean = np.random.default_rng(0).normal(size=(50, d)).astype(np.float32)
    table = table_of(js, latents={"n": 50, "d": d, "mean": mean, "kl": np.arange(1, d + 1).tolist()}, z=[0.0] * d)
    assert table["rows"] == list(range(39, 7, -1))
    assert "Not shown: 8 in use" in table["left"]


def test_the_table_follows_z_at_rest_and_gives_its_z_back(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, z=[0.5, -1.0, 1.5], show="traverse"))

    def truth(base: list[float]) -> np.ndarray:
        places = [[*base[:k], value, *base[k + 1 :]] for k in range(3) for value in np.linspace(-3, 3, 7)]
        return np.array([tiny.gray(z) for z in places])

    assert shows(web_page, ".traverse", 7, truth([0.5, -1.0, 1.5]))
    web_page.evaluate("(data) => show(data)", data(tiny, z=[1.0, 0.0, 0.0], show="traverse"))
    assert shows(web_page, ".traverse", 7, truth([1.0, 0.0, 0.0]))
    web_page.get_by_role("radio", name="Data’s mean").check(force=True)
    assert shows(web_page, ".traverse", 7, truth(tiny.tensors["mean"].mean(axis=0).tolist()))
    web_page.get_by_role("radio", name="z", exact=True).check(force=True)
    web_page.get_by_role("application", name="Traversal of each dimension").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        web_page.keyboard.press(key)
    assert painted_z(web_page) == [1.0, -2.0, 0.0]
    assert web_page.locator(".picture").is_visible()


@pytest.mark.parametrize("tab", ["generate", "morph", "traverse"])
def test_a_panel_fits_beside_the_map(web_page: Page, web_open: Callable, web_site: Site, tab: str) -> None:
    model = web_site.model("fits", d=16, shape=(1, 28, 28))
    pins = "|".join(f"{name}:{','.join(['1'] * 15 + [str(i)])}" for i, name in enumerate("ABCD"))
    web_open(data(model, show=tab, pins=pins, side=20))
    web_page.wait_for_timeout(300)
    lowest, end = web_page.evaluate("""() => {
        const seen = (it) => it.checkVisibility() && !it.closest(".more, .unseen");
        const parts = [...root().querySelectorAll(".panel:not([hidden]) *")].filter(seen);
        const bottom = (it) => it.getBoundingClientRect().bottom;
        return [Math.max(...parts.map(bottom)), bottom(root())];
    }""")
    assert lowest <= end + 1


def test_a_film_that_plays_stops_when_somebody_moves_z(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    web_page.get_by_role("button", name="Play").click()
    web_page.wait_for_function("painted.length > 5")
    web_page.locator(".explorer").press("1")
    mean = tiny.tensors["mean"][tiny.tensors["labels"] == 1].mean(axis=0)
    assert painted_z(web_page) == pytest.approx(mean, abs=1e-6)
    assert web_page.get_by_role("button", name="Play").is_visible()
    web_page.evaluate("nextFrame().then(nextFrame)")
    assert painted_z(web_page) == pytest.approx(mean, abs=1e-6)


def test_a_film_that_plays_stops_with_its_model_and_its_view(
    web_page: Page, web_open: Callable, web_site: Site, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    web_page.get_by_role("button", name="Play").click()
    web_page.wait_for_function("painted.length > 5")
    other = web_site.model("other", seed=5)
    web_page.evaluate("painted.length = 0")
    web_open(data(other, z=[1.0, 1.0, 1.0], show="morph", pins=PINS))
    web_page.wait_for_function("painted.length > 0")  # the other decoder may take its time
    web_page.evaluate("nextFrame().then(nextFrame)")
    assert web_page.evaluate("painted.at(-1).z") == [1.0, 1.0, 1.0]
    web_page.get_by_role("button", name="Play").click()
    web_page.wait_for_function("painted.length > 5")
    asked = """async () => {
        const own = window.requestAnimationFrame;
        dispose();
        let frames = 0;
        window.requestAnimationFrame = (...given) => (frames++, own.call(window, ...given));
        await new Promise((done) => own.call(window, () => own.call(window, done)));
        window.requestAnimationFrame = own;
        return frames;
    }"""
    assert web_page.evaluate(asked) == 0


def test_four_examples_are_of_four_classes(web_page: Page, web_open: Callable, web_site: Site) -> None:
    model = web_site.model("many", names="abcd")
    web_open(data(model, show="morph"))
    web_page.get_by_role("button", name="Fill with four random examples").click()
    web_page.wait_for_function("sent.at(-1)?.pins?.split('|').length === 4")
    z = np.array(
        [[float(word) for word in pin[2:].split(",")] for pin in web_page.evaluate("sent.at(-1).pins").split("|")]
    )
    found = np.abs(model.tensors["mean"] - z[:, None]).max(axis=2).argmin(axis=1)
    assert sorted(model.tensors["labels"][found]) == [0, 1, 2, 3]


def list_of(page: Page, word: str) -> Locator:
    return page.get_by_role("combobox", name=word, exact=True)


def test_from_the_mean_of_one_class_to_that_of_another(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", steps=3))
    assert "choose means" in web_page.locator(".missing").inner_text()
    list_of(web_page, "From").select_option("2")
    list_of(web_page, "to").select_option("0")
    mean, labels = tiny.tensors["mean"], tiny.tensors["labels"]
    ends = [mean[labels == label].mean(axis=0) for label in (2, 0)]
    way = np.array([tiny.gray(z) for z in (ends[0], (ends[0] + ends[1]) / 2, ends[1])])
    assert shows(web_page, ".journey > .strip:nth-child(1)", 3, way)
    web_page.wait_for_function("sent.length > 0")
    assert web_page.evaluate("[sent.at(-1).ends, sent.at(-1).pins]") == ["2|0", None]


def test_a_mean_at_an_end_of_the_way_leaves_the_pins_alone(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", pins=PINS, steps=3))
    list_of(web_page, "From").select_option("1")
    mean = tiny.tensors["mean"][tiny.tensors["labels"] == 1].mean(axis=0)
    way = np.array([tiny.gray(z) for z in (mean, (mean + B) / 2, B)])
    assert shows(web_page, ".journey > .strip:nth-child(1)", 3, way)
    web_page.wait_for_function("sent.length > 0")
    assert web_page.evaluate("[sent.at(-1).ends, sent.at(-1).pins]") == ["1|B", PINS]
    assert [list_of(web_page, word).input_value() for word in ("From", "to")] == ["1", "B"]


def test_the_grey_numbers_of_the_table_have_a_heading(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="traverse"))
    heading = web_page.locator(".traverse .kls")
    heading.wait_for()
    assert heading.inner_text() == "KL"
    assert "nats" in heading.get_attribute("title")
    web_open(tiny.data(stochastic=False) | {"link": {"show": "traverse"}})


def test_without_its_examples_traverse_says_why_there_is_no_table(web_page: Page, web_site: Site) -> None:
    model = web_site.model("mute")
    (model.folder / "latents.safetensors").write_bytes(b"abc")
    web_page.evaluate("(data) => show(data)", data(model, show="traverse"))
    web_page.locator(".traverse .says", has_text="cannot be read").wait_for()
    assert web_page.locator(".traverse .matrix").is_hidden()


def test_arrow_keys_leaf_through_the_ends_and_enter_chooses(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="morph", pins=PINS))
    ends = list_of(web_page, "From")
    ends.focus()
    for _ in range(5):
        web_page.keyboard.press("ArrowDown")
    assert ends.input_value() == "1"
    assert web_page.evaluate("sent.every(({ ends }) => ends === undefined)")
    web_page.keyboard.press("Enter")
    web_page.wait_for_function("sent.at(-1)?.ends === '1|B'")


FOCUSED = "root().getRootNode().activeElement.ariaLabel ?? root().getRootNode().activeElement.textContent"


def test_the_focus_stays_on_the_button_that_pins(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(data(tiny, show="morph", way="square"))
    web_page.get_by_role("button", name="Pin z as A").focus()
    for name in "BCD":
        web_page.keyboard.press("Enter")
        web_page.evaluate("nextFrame()")
        assert web_page.evaluate(FOCUSED) == f"Pin z as {name}"
    web_page.keyboard.press("Enter")
    web_page.locator(".morph .missing").wait_for(state="hidden")
    assert web_page.get_by_role("radio", name="Square").evaluate("(it) => it === it.getRootNode().activeElement")


def test_lists_that_must_not_say_the_same_exchange_what_they_say(js: Callable) -> None:
    assert js("ui/pair.js", "exchanged", [4, 7], 0, 7) == [7, 4]
    assert js("ui/pair.js", "exchanged", [4, 7], 1, 9) == [4, 9]
    assert js("ui/pair.js", "exchanged", ["A", "B", "C"], 0, "C") == ["C", "B", "A"]


CANVAS = "root().getRootNode().activeElement === root().querySelector('.pixels')"


@pytest.mark.parametrize("tab", ["generate", "traverse", "square"])
@pytest.mark.parametrize("by", ["key", "mouse"])
def test_the_focus_goes_with_a_picture_that_is_taken(
    web_page: Page, web_open: Callable, tiny: TinyModel, tab: str, by: str
) -> None:
    link = {"show": "morph", "way": "square", "pins": PINS} if tab == "square" else {"show": tab, "side": 3}
    web_open(data(tiny, **link))
    sheet = web_page.locator(f".{tab} [role=application]").first
    web_page.wait_for_function("(tab) => root().querySelector(`.${tab} .tiles`).width !== 300", arg=tab)
    if by == "mouse":
        sheet.locator("canvas.tiles").click()
    else:
        sheet.focus()
        web_page.keyboard.press("ArrowRight")
        web_page.keyboard.press("Enter")
    web_page.evaluate("nextFrame()")
    assert web_page.evaluate(CANVAS)
    before = painted_z(web_page)
    web_page.keyboard.press("r")
    assert painted_z(web_page) != before


def test_a_grid_of_another_model_is_not_taken(
    web_page: Page, web_open: Callable, web_site: Site, tiny: TinyModel
) -> None:
    web_open(data(tiny, show="generate", side=3))
    web_page.wait_for_function("root().querySelector('.generate canvas').width === 14")
    other = web_site.model("other", d=2, conditional=True)
    held: list[Route] = []
    web_page.route("**/other/latents.safetensors", lambda route: held.append(route))
    web_page.evaluate("(data) => show(data)", data(other, show="generate", side=3))
    web_page.wait_for_function("root().dataset.ready === 'true'")
    assert tiles(web_page, ".generate", 3, 9).max() == 0, "the pictures of the last model"
    web_page.locator(".generate canvas.tiles").click()
    assert web_page.locator(".generate").is_visible()
    assert "Reading" in web_page.locator(".generate .says").inner_text()
    for route in held:
        route.continue_()
    web_page.unroute("**/other/latents.safetensors")
    web_page.wait_for_function("painted.at(-1)?.z.length === 2")
    web_page.locator(".generate canvas.tiles").click()
    assert len(painted_z(web_page)) == 2


@pytest.mark.parametrize("typed", ["-5", "1e99", ""])
@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_seed_that_cannot_be_does_not_stay(
    web_page: Page, web_open: Callable, tiny: TinyModel, typed: str, key: str
) -> None:
    web_open(data(tiny, show="generate", side=3, seed=7))
    field = web_page.get_by_role("spinbutton", name="Seed")
    field.fill(typed)
    web_page.keyboard.press(key)
    assert field.input_value() == "7"
    said = field.evaluate("(it) => it.validationMessage")
    if key == "Tab":
        assert said == ""
    else:
        assert "is no seed, so it stays 7. Type a whole number from 0 to 999999." in said
        web_page.keyboard.type("8")
        assert field.evaluate("(it) => it.validity.valid")
        web_page.wait_for_function("sent.at(-1)?.seed === '8'")
