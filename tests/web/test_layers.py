"""The layers of the map: each is where its numbers say, is asked for sparingly, and says why it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from tests.web.conftest import TinyModel
from tests.web.stage import set_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .conftest import Site

pytestmark = pytest.mark.browser

VIEW = "(({ x, y, k, width, height }) => ({ x, y, k, width, height }))(stage.viewport)"


def settle(page: Page) -> None:
    """Wait until the view has rested, and all that it asked for is there and drawn."""
    page.evaluate("stage.settle()")
    assert page.evaluate("stage.failed") == []


def view(page: Page) -> dict[str, float]:
    return page.evaluate(VIEW)


def on_screen(seen: dict[str, float], xy: Any) -> np.ndarray:
    off = (np.asarray(xy) - [seen["x"], seen["y"]]) * [seen["k"], -seen["k"]]
    return off + np.array([seen["width"], seen["height"]]) / 2


def unproject(model: TinyModel, name: str, xy: Any) -> np.ndarray:
    return model.tensors[f"map.{name}.origin"] + np.asarray(xy) @ model.tensors[f"map.{name}.basis"]


def tiles(seen: dict[str, float]) -> list[tuple[float, float]]:
    """Find the middles of all tiles wholly in sight: multiples of a power of two, about 44 pixels apart."""
    step = 2.0 ** np.round(np.log2(44 / seen["k"]))
    found = []
    for i in range(-60, 61):
        for j in range(-60, 61):
            at, half = on_screen(seen, [i * step, j * step]), step * seen["k"] / 2
            if (at > half).all() and (at < np.array([seen["width"], seen["height"]]) - half).all():
                found.append((i * step, j * step))
    assert len(found) > 40
    return found


def assert_tiles(page: Page, model: TinyModel, name: str, label: int = 0) -> None:
    """Hold the middle of each pixel of each tile in sight against the decoder, at its place on the map."""
    seen = view(page)
    step = 2.0 ** np.round(np.log2(44 / seen["k"]))
    size = step * seen["k"] / 4  # of a pixel of a picture of 4 x 4
    middles = tiles(seen)
    grid = np.stack(np.meshgrid(np.arange(4) - 1.5, np.arange(4) - 1.5), axis=-1) * size  # x, y
    spots = np.concatenate([(on_screen(seen, at) + grid).reshape(-1, 2) for at in middles])
    painted = np.array(page.evaluate("(at) => stage.colour(stage.layers.ground, at)", spots.tolist()))
    expected = np.concatenate([model.gray(unproject(model, name, at), label) for at in middles])
    assert (painted[:, 3] == 255).all()
    assert np.abs(painted[:, 0] - expected).max() <= 1


@pytest.mark.parametrize("name", ["pca", "axes"])
def test_each_tile_is_decoded_from_its_own_place(web_page: Page, web_site: Site, name: str) -> None:
    model = web_site.model("layers")
    set_stage(web_page, model.data(), layers=["manifold"])
    web_page.evaluate("(name) => stage.show(name)", name)
    settle(web_page)
    assert_tiles(web_page, model, name)


def test_a_pan_asks_only_for_the_new_edge_and_a_zoom_keeps_what_it_can(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers")
    set_stage(web_page, model.data(), layers=["manifold"])
    web_page.evaluate("stage.show('pca')")
    settle(web_page)
    # A frame of a pan asks for nothing; at rest the new edge comes.
    web_page.evaluate("""() => {
        for (let i = 0; i < 30; i++) {
            stage.viewport.pan(-2, 1);
            stage.layers.draw(stage.viewport, stage.mapOf("pca"));
        }
    }""")
    assert web_page.evaluate("stage.asked.length") == 1
    settle(web_page)
    assert_tiles(web_page, model, "pca")
    web_page.evaluate("stage.viewport.zoom(2, 300, 200), stage.layers.draw(stage.viewport, stage.mapOf('pca'))")
    bare = web_page.evaluate(
        "stage.painted(stage.layers.ground).data.filter((value, i) => i % 4 === 3 && value < 255).length"
    )
    assert bare < 0.1 * 600 * 400, "the old tiles stay until the new ones are there"
    settle(web_page)
    assert_tiles(web_page, model, "pca")
    asked = [np.array(one["z"]).reshape(-1, 3) for one in web_page.evaluate("stage.asked")]
    assert len(asked) == 3
    assert len(asked[1]) < 0.35 * len(asked[0])
    together = np.concatenate(asked).round(5)
    assert len(np.unique(together, axis=0)) == len(together), "a place was decoded twice"
    assert {one["priority"] for one in web_page.evaluate("stage.asked")} == {5}


def test_the_tiles_are_of_the_class_that_is_painted(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers", conditional=True)
    set_stage(web_page, model.data(), layers=["manifold"], label=2)
    web_page.evaluate("stage.show('pca')")
    settle(web_page)
    assert_tiles(web_page, model, "pca", label=2)
    web_page.evaluate("stage.store.set({ label: 1 }, { by: 'person' })")
    settle(web_page)
    assert_tiles(web_page, model, "pca", label=1)


def test_a_hidden_layer_costs_nothing(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("layers").data())
    web_page.evaluate("stage.show('pca')")
    web_page.wait_for_timeout(200)
    assert web_page.evaluate("stage.asked.length") == 0
    assert web_page.evaluate(
        "[stage.layers.ground, stage.layers.above].every(({ hidden, width }) => hidden && width === 1)"
    )
    marks = web_page.locator(".density, .prior, .means")
    assert [mark.get_attribute("visibility") for mark in marks.all()] == ["hidden"] * 3


def test_the_tiles_of_another_model_go_with_it(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("layers").data(), layers=["manifold", "means"])
    web_page.evaluate("stage.show('pca')")
    settle(web_page)
    web_page.evaluate("stage.store.set({ latents: null }, { by: 'host' })")
    assert web_page.evaluate("stage.layers.ground.hidden")
    assert web_page.locator(".means").get_attribute("visibility") == "hidden"


def test_points_become_pictures_once_there_are_few(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers", n=200, conditional=True)
    set_stage(web_page, model.data(), layers=["thumbnails"], label=0)
    web_page.evaluate("stage.show('axes')")
    assert web_page.evaluate("stage.layers.above.hidden")
    web_page.locator("summary").click()
    assert "Zoom in further: more than 150" in web_page.locator(".check").nth(1).inner_text()
    web_page.evaluate("""() => {
        const { viewport, layers, latents, mapOf } = stage;
        const [x, y] = viewport.toScreen(latents.meanOf(0).slice(0, 2));
        viewport.zoom(16, x, y);
        viewport.pan(300 - x, 200 - y); // example 0 stands in the middle
        layers.draw(viewport, mapOf("axes"));
    }""")
    settle(web_page)
    assert "Zoom in" not in web_page.locator(".check").nth(1).inner_text()
    seen, xy = view(web_page), model.tensors["mean"][:, :2]
    places = on_screen(seen, xy)
    inside = [i for i, at in enumerate(places) if (at > 0).all() and (at < [600, 400]).all()]
    asked = np.array(web_page.evaluate("stage.asked.flatMap(({ z }) => z)")).reshape(-1, 3)
    assert sorted(map(tuple, asked)) == sorted(map(tuple, model.tensors["mean"][inside].astype(float)))
    distances = np.linalg.norm(places[inside][:, None] - places[inside], axis=-1) + 1e9 * np.eye(len(inside))
    size = np.clip(np.median(distances.min(1)), 26, 56)
    off_the_edge = [(places[i] > 40).all() and (places[i] < [560, 360]).all() for i in inside]
    lonely = [i for k, i in enumerate(inside) if distances[k].min() > 75 and off_the_edge[k]]
    assert lonely
    for i in lonely:
        grid = np.stack(np.meshgrid(np.arange(4) - 1.5, np.arange(4) - 1.5), axis=-1) * size / 4
        edge = places[i] - [size / 2 + 1, 0]
        spots = np.concatenate([(places[i] + grid).reshape(-1, 2), [edge]])
        *painted, frame = web_page.evaluate("(at) => stage.colour(stage.layers.above, at)", spots.tolist())
        label = model.tensors["labels"][i]
        assert np.abs(np.array(painted)[:, 0] - model.gray(model.tensors["mean"][i], label)).max() <= 1, (
            "not its own class"
        )
        assert "#{:02x}{:02x}{:02x}".format(*frame[:3]) == ["#0879ff", "#fe5105", "#51d4e6"][label]
    web_page.evaluate("stage.store.set({ hidden: [0, 1, 2] }, { by: 'person' })")
    web_page.evaluate("nextFrame()")
    assert not web_page.evaluate("stage.painted(stage.layers.above).data.some(Boolean)"), "hidden points are drawn"


# --- density


def cloud(n: int = 6000) -> np.ndarray:
    rng = np.random.default_rng(3)
    hills = [rng.normal([0, 0], [1, 0.5], (n // 2, 2)), rng.normal([4, 2], [0.4, 0.9], (n // 3, 2))]
    return np.concatenate([*hills, rng.normal([-1, 4], 0.3, (n - n // 2 - n // 3, 2))]).astype(np.float32)


def test_the_density_is_that_of_numpy(js: Callable) -> None:
    xy = cloud()
    found = js("map/layers/density.js", "densityOf", xy)
    grid = np.array(found["grid"]).reshape(160, 160)
    edges = [np.array([found["left"], found["bottom"]])[axis] + np.arange(161) * found["cell"][axis] for axis in (0, 1)]
    counts, _, _ = np.histogram2d(xy[:, 1], xy[:, 0], bins=(edges[1], edges[0]))
    width = 0.5 * xy.std(axis=0) * len(xy) ** (-1 / 6)
    assert found["sigma"] == pytest.approx(width / found["cell"], rel=1e-4)
    expected = gaussian_filter(counts, (found["sigma"][1], found["sigma"][0]), mode="constant", truncate=4.2)
    assert np.abs(grid - expected).max() < 1e-3 * expected.max()


def loops_of(path: str) -> list[np.ndarray]:
    return [
        np.array([list(map(float, at.split())) for at in loop.strip("Z").split("L")]) for loop in path.split("M")[1:]
    ]


def inside(loops: list[np.ndarray], xy: np.ndarray) -> np.ndarray:
    """Tell which points an odd number of loops goes around."""
    odd = np.zeros(len(xy), bool)
    x, y = xy.T
    for loop in loops:
        for (ax, ay), (bx, by) in zip(loop, np.roll(loop, -1, axis=0), strict=True):
            if ay != by:
                odd ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return odd


def test_each_contour_encloses_the_share_that_it_says(js: Callable) -> None:
    xy = cloud()
    paths = js("map/layers/density.js", "pathsOf", xy)
    shares = [inside(loops_of(path), xy).mean() for path in paths]
    assert shares == pytest.approx([0.9, 0.7, 0.5, 0.3, 0.1], abs=0.005)


def test_contours_worked_by_hand(js: Callable) -> None:
    peak = [0, 0, 0, 0, 4, 0, 0, 0, 0]
    (diamond,) = js("map/layers/contours.js", "contours", peak, 3, 1)
    assert sorted(map(tuple, diamond)) == [(0.25, 1), (1, 0.25), (1, 1.75), (1.75, 1)]
    saddle = [4, 0, 0, 4]  # two high corners across: apart while their middle, 2, is low
    assert len(js("map/layers/contours.js", "contours", saddle, 2, 3)) == 2
    assert len(js("map/layers/contours.js", "contours", saddle, 2, 1)) == 1
    assert len(js("map/layers/contours.js", "contours", [0, 4, 4, 0], 2, 3)) == 2
    assert len(js("map/layers/contours.js", "contours", [0, 4, 4, 0], 2, 1)) == 1
    ring = 10 - np.abs(np.hypot(*np.mgrid[-20:21, -20:21]) - 10)
    outer, inner = sorted(js("map/layers/contours.js", "contours", ring.ravel(), 41, 7), key=len, reverse=True)
    for loop, radius in ((outer, 13), (inner, 7)):
        assert np.hypot(*(np.array(loop) - 20).T) == pytest.approx(radius, abs=0.06)

    def turns(loop: list[list[float]]) -> float:  # twice the area that it goes around; positive: high is on its left
        x, y = np.array(loop).T
        return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))

    assert turns(outer) > 0 > turns(inner)


def test_the_contours_lie_on_the_points_and_follow_a_pan_without_being_drawn_anew(
    web_page: Page, web_site: Site
) -> None:
    model = web_site.model("layers", n=900)
    set_stage(web_page, model.data(), layers=["density"])
    web_page.evaluate("stage.show('tsne')")
    xy = model.tensors["map.tsne.xy"]
    for _ in range(2):
        box = web_page.evaluate("stage.root.querySelector('.density path').getBoundingClientRect().toJSON()")
        at = on_screen(view(web_page), xy)
        middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        assert middle == pytest.approx(at.mean(axis=0), abs=20)
        share = ((np.abs(at - middle) * 2) < [box["width"], box["height"]]).all(axis=1).mean()
        assert 0.9 <= share < 1, "the box of the outermost contour"
        web_page.evaluate("""() => {
            const line = stage.root.querySelector(".density path");
            line.setAttribute = () => { throw new Error("drawn anew by a pan"); };
            stage.viewport.pan(80, -40);
            stage.layers.draw(stage.viewport, stage.mapOf("tsne"));
            delete line.setAttribute;
        }""")
    before = web_page.locator(".density path").first.get_attribute("d")
    web_page.evaluate("stage.store.set({ hidden: [0] }, { by: 'person' })")
    web_page.evaluate("nextFrame()")
    shown = xy[model.tensors["labels"] != 0]
    loops = loops_of(web_page.locator(".density path").first.get_attribute("d") or "")
    assert web_page.locator(".density path").first.get_attribute("d") != before
    assert inside(loops, shown).mean() == pytest.approx(0.9, abs=0.02)


# --- the prior and the means


@pytest.mark.parametrize("unit", [True, False])
def test_the_prior_is_the_projection_of_unit_normals(web_page: Page, unit: bool) -> None:
    rng = np.random.default_rng(5)
    basis = np.linalg.qr(rng.normal(size=(6, 2)))[0].T if unit else rng.normal(size=(2, 6))
    origin = rng.normal(size=6)
    found = web_page.evaluate(
        """async ([basis, origin]) => {
        const { createMap } = await import("/web/latent/plane.js");
        const { outlinesOf } = await import("/web/map/layers/prior.js");
        const [words, mean] = [{ name: "m", title: "m", about: "", axes: ["", ""] }, new Float32Array(6)];
        const typed = { basis: Float32Array.from(basis), origin: Float32Array.from(origin) };
        return outlinesOf(createMap(words, { ...typed, mean }));
    }""",
        [basis.ravel().tolist(), origin.tolist()],
    )
    middle = -basis @ origin
    inverse = np.linalg.inv(basis @ basis.T)
    for sigma, outline in zip((1, 2, 3), found, strict=True):
        off = np.array(outline) - middle
        assert np.sqrt(np.einsum("ni,ij,nj->n", off, inverse, off)) == pytest.approx(sigma, rel=1e-4)
        if unit:
            assert np.linalg.norm(off, axis=1) == pytest.approx(sigma, rel=1e-4)
    draws = (rng.normal(size=(20_000, 6)) - origin) @ basis.T - middle
    held = [np.mean(np.einsum("ni,ij,nj->n", draws, inverse, draws) < sigma**2) for sigma in (1, 2, 3)]
    assert held == pytest.approx([0.39, 0.86, 0.99], abs=0.015), "what the line of help says"


def test_the_circles_of_the_prior_have_their_radius_on_the_screen(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers")
    set_stage(web_page, model.data(), layers=["prior"])
    web_page.evaluate("stage.show('pca')")
    seen = view(web_page)
    middle = on_screen(seen, -model.tensors["map.pca.basis"] @ model.tensors["map.pca.origin"])
    lines = web_page.locator(".prior path:not(.halo)")
    boxes = lines.evaluate_all("(all) => all.map((line) => line.getBoundingClientRect().toJSON())")
    for sigma, box in zip((1, 2, 3), boxes, strict=True):
        assert [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2] == pytest.approx(middle, abs=0.5)
        assert [box["width"], box["height"]] == pytest.approx([2 * sigma * seen["k"]] * 2, rel=0.01)
    assert web_page.locator(".prior text").all_text_contents() == ["1σ", "2σ", "3σ"]


def test_the_mean_of_each_class_stands_at_its_average(web_page: Page, web_site: Site, js: Callable) -> None:
    xy = np.array([[0, 0], [2, 4], [9, 9], [4, 2]], np.float32)
    assert js("map/layers/means.js", "meansOf", xy, [2, 0, -1, 0]) == [[3, 3], None, [0, 0]]
    model = web_site.model("layers", names="abcd")
    set_stage(web_page, model.data(), layers=["means"])
    web_page.evaluate("stage.show('tsne')")
    seen = view(web_page)
    marks = web_page.locator(".mean")
    assert marks.locator("text").all_text_contents() == list("abcd")
    for label in range(4):
        at = on_screen(seen, model.tensors["map.tsne.xy"][model.tensors["labels"] == label].mean(axis=0))
        box = marks.nth(label).locator("circle").bounding_box()
        assert box is not None
        assert [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2] == pytest.approx(at, abs=0.5)
    web_page.evaluate("stage.store.set({ hidden: [1, 3] }, { by: 'person' })")
    web_page.evaluate("nextFrame()")
    assert [mark.is_visible() for mark in marks.locator("circle").all()] == [True, False, True, False]
    web_page.evaluate("stage.store.set({ colour: 'z1' }, { by: 'person' })")  # where no classes are hidden
    web_page.evaluate("nextFrame()")
    assert all(mark.is_visible() for mark in marks.locator("circle").all())


def test_names_of_means_that_lie_near_each_other_do_not_overlap(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers", names="abcdef")
    set_stage(web_page, model.data(), size=(300, 200), layers=["means"])
    web_page.evaluate("""() => {
        for (let i = 0; i < 6; i++) stage.latents.labelNames[i] = `person ${i}`;
        stage.show("tsne");
    }""")
    first = web_page.locator(".mean text").first
    assert first.text_content() == "person 0"
    boxes = [box.bounding_box() for box in web_page.locator(".mean text").all()]
    near = [
        (a, b)
        for k, a in enumerate(boxes)
        for b in boxes[:k]
        if min(a["x"] + a["width"], b["x"] + b["width"]) > max(a["x"], b["x"]) and abs(a["y"] - b["y"]) < 12
    ]
    assert near == []


def test_names_of_means_make_room_for_the_letters_of_pins(web_page: Page, web_site: Site) -> None:
    model = web_site.model("layers")
    set_stage(web_page, model.data(), layers=["means"])
    web_page.evaluate("stage.show('pca')")
    high = "document.querySelector('.mean text').getAttribute('y')"
    alone = web_page.evaluate(high)
    mean = model.tensors["mean"][model.tensors["labels"] == 0].mean(axis=0).tolist()
    web_page.evaluate("""(z) => {
        const [side] = [Number(document.querySelector(".mean text").dataset.side)];
        const map = stage.mapOf("pca");
        const at = stage.viewport.toMap(stage.viewport.toScreen(map.project(z)).map((x, i) => x + (i ? 0 : 14 * side)));
        stage.store.set({ pins: { A: { z: map.unproject(at, z), label: null } } }, { by: "person" });
        stage.show("pca");
    }""", mean)  # fmt: skip
    assert web_page.evaluate(high) != alone


# --- the menu


def test_the_menu_writes_the_choice_and_says_what_each_layer_is(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("layers").data())
    web_page.evaluate("stage.show('pca')")
    web_page.locator("summary").press("Enter")
    for title in ("Prior", "Decoded map", "Class means"):
        web_page.get_by_role("checkbox", name=title, exact=True).check()
    assert web_page.evaluate("stage.store.state.layers") == ["manifold", "prior", "means"]
    web_page.get_by_role("checkbox", name="Prior", exact=True).press("Space")
    assert web_page.evaluate("stage.store.state.layers") == ["manifold", "means"]
    web_page.evaluate("nextFrame()")
    assert web_page.locator("summary").inner_text() == "Layers: 2"
    assert all(len(help_) > 20 for help_ in web_page.locator(".check span span").all_inner_texts())


@pytest.mark.parametrize(
    ("name", "settings", "lost"),
    [
        ("tsne", {}, {"Decoded map": "no z of its own", "Prior": "not distances"}),
        ("pca", {"stochastic": False}, {"Prior": "autoencoder"}),
        ("pca", {"decoder": False}, {"Decoded map": "no decoder", "Points as pictures": "no decoder"}),
    ],
)
def test_a_layer_without_meaning_is_off_and_says_why(
    web_page: Page, web_site: Site, name: str, settings: dict[str, bool], lost: dict[str, str]
) -> None:
    everything = ["manifold", "thumbnails", "density", "prior", "means"]
    data = web_site.model("layers").data(**settings)
    set_stage(web_page, data | {"decodes": settings.get("decoder", True)}, layers=everything)
    web_page.evaluate("(name) => stage.show(name)", name)
    web_page.locator("summary").click()
    boxes = web_page.get_by_role("checkbox")
    disabled = [box.get_attribute("aria-label") for box in boxes.all() if box.is_disabled()]
    assert disabled == list(lost)
    for title, why in lost.items():
        box = web_page.get_by_role("checkbox", name=title, exact=True)
        assert why in (box.get_attribute("aria-description") or "")
        assert why in web_page.locator(".check", has_text=title).inner_text()
    if "Prior" in lost:
        assert web_page.locator(".prior").get_attribute("visibility") == "hidden"


def test_more_classes_than_an_eye_can_tell_apart_have_no_means(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("layers", names="".join(map(chr, range(65, 97)))).data(), layers=["means"])
    web_page.evaluate("stage.show('pca')")
    web_page.locator("summary").click()
    assert "There are 32 classes" in web_page.locator(".check", has_text="Class means").inner_text()


def test_all_that_is_in_sight_is_kept(web_page: Page) -> None:
    kept = web_page.evaluate("""async () => {
        const { createStamps } = await import("/web/map/layers/stamps.js");
        const lane = { async decode(z, labels, part) { part(new Float32Array(z.length), 0, z.length); return z; } };
        const stamps = createStamps(lane, 3, () => {});
        const places = [0, 1, 2, 3, 4].map((key) => ({ key, z: [key], label: null }));
        stamps.ask(places, [1, 1, 1]);
        await nextFrame();
        return places.map(({ key }) => stamps.has(key));
    }""")
    assert kept == [True] * 5
