"""What stands around the picture: dragging on it, comparing, samples, nearest examples, zoom, copy and save."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.web.hand import lonely_point, map_is_described

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser


def sigma(model: TinyModel) -> np.ndarray:
    return np.sqrt(model.tensors["mean"].var(axis=0) + (model.tensors["std"] ** 2).mean(axis=0))


def resting_z(page: Page) -> np.ndarray:
    """Wait until the newest picture is painted, and give its z."""
    page.evaluate("nextFrame()")
    page.wait_for_timeout(60)
    return np.array(page.evaluate("painted.at(-1).z"))


def canvas_of(page: Page, where: str) -> np.ndarray:  # (h, w, 4)
    return np.array(
        page.evaluate(
            """(where) => {
        const canvas = root().querySelector(where);
        const { data, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return [Array.from(data), height];
    }""",
            where,
        )[0]
    ).reshape(-1, page.evaluate("(where) => root().querySelector(where).width", where), 4)


def click_an_example(page: Page, model: TinyModel) -> int:
    map_is_described(page)
    index, at = lonely_point(page, model)
    page.mouse.click(*at)
    page.wait_for_function(
        "(name) => root().querySelector('.caption').textContent.includes(name)", arg=f"example {index}"
    )
    page.mouse.move(0, 0)
    return index


def drag(page: Page, by: tuple[float, float], release: bool = True) -> None:
    """Drag from the middle of the picture, by shares of its width."""
    box = page.locator(".pixels").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] * box["width"], y + by[1] * box["width"], steps=7)
    if release:
        page.mouse.up()


# --- numbers


def test_the_sigma_of_the_data_is_that_of_all_samples_together(js: Callable, tiny: TinyModel) -> None:
    mean, std = np.random.default_rng(0).normal(2, 3, (40, 5)), np.random.default_rng(1).uniform(0.1, 2, (40, 5))
    found = js("latent/spread.js", "sigmasOf", {"n": 40, "d": 5, "mean": mean, "std": std})
    assert found == pytest.approx(np.sqrt(mean.var(axis=0) + (std**2).mean(axis=0)), rel=1e-9)


def test_a_drag_moves_the_chosen_dimensions_or_the_most_active(js: Callable) -> None:
    latents = {"n": 3, "d": 3, "mean": np.array([0, 1, 0, 0, 2, 9, 0, 3, 1.0]), "kl": np.array([0.1, 0.5, 2.0])}
    model = {"latent": 3, "stochastic": True}
    ask = lambda **state: js("picture/steer.js", "axesOf", {"steer": [], "model": model, "latents": latents} | state)  # noqa: E731
    assert ask() == [2, 1]
    assert ask(steer=[1, 0]) == [1, 0]
    assert ask(steer=[7, 0]) == [2, 1], "a dimension that this model does not have"
    assert ask(latents=None) == [0, 1]
    two = {"n": 2, "d": 2, "mean": np.array([0, 1, 0, 9.0]), "kl": np.array([0.1, 2.0])}
    assert ask(latents=two, model=model | {"latent": 2}) == [0, 1], "as on the map of the two"
    assert ask(model=model | {"stochastic": False}) == [2, 1], "by variance, where there is no KL"
    assert ask(model={"latent": 1, "stochastic": True}, latents=None) == [0]


@pytest.mark.parametrize("channels", [1, 3])
def test_difference_and_deviation_are_numpys(js: Callable, channels: int) -> None:
    pictures = np.random.default_rng(0).uniform(size=(8, channels, 4, 5)).astype(np.float32)
    found = js("picture/difference.js", "signedDifference", pictures[0], pictures[1], channels)
    assert found == pytest.approx((pictures[0] - pictures[1]).mean(axis=0).ravel(), abs=1e-6)
    found = js("picture/difference.js", "deviation", pictures, 8, channels)
    assert found == pytest.approx(pictures.std(axis=0).mean(axis=0).ravel(), abs=1e-6)


def test_the_scale_of_a_difference_is_round_and_does_not_flicker(js: Callable) -> None:
    limit = lambda *given: js("picture/difference.js", "limitFor", *given)  # noqa: E731
    assert [limit([value]) for value in (0, 0.04, -0.3, 0.6, 1.4)] == [0.05, 0.05, 0.5, 1, 1]
    assert limit([0.19], 0.5) == 0.5, "just below the next step it stays"
    assert limit([0.1], 0.5) == 0.1
    assert limit([0.19], 0.1) == 0.2


# --- dragging on the picture


def test_a_drag_moves_two_dimensions_from_where_it_began(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    base = np.array([0.3, -0.2, 0.6])
    web_open(tiny.data(z=base.tolist()) | {"link": {"z": "0.3,-0.2,0.6", "steer": "2,0"}})
    drag(web_page, (0.25, -0.5), release=False)
    expected = base + np.array([0.5 * 4, 0, 0.25 * 4]) * sigma(tiny)
    assert resting_z(web_page) == pytest.approx(expected, abs=0.02)
    box = web_page.locator(".pixels").bounding_box()
    web_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=9)
    assert resting_z(web_page) == pytest.approx(base, abs=1e-6), "steps of a drag were added up"
    assert web_page.evaluate("sent") == []
    web_page.mouse.up()
    drag(web_page, (0.1, 0))
    drag(web_page, (0.1, 0))
    assert resting_z(web_page) == pytest.approx(base + np.array([0, 0, 0.8]) * sigma(tiny), abs=0.03)
    web_page.locator(".pixels").click()
    assert resting_z(web_page)[2] == pytest.approx(base[2] + 0.8 * sigma(tiny)[2], abs=0.03), "a click moved z"


def test_a_second_finger_on_the_picture_moves_nothing(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.3, -0.2, 0.6]))
    drag(web_page, (0.25, 0.25), release=False)
    z = list(resting_z(web_page))
    finger = """(type) => root().querySelector(".pixels").dispatchEvent(
        new PointerEvent(type, { pointerId: 77, button: 0, clientX: 3, clientY: 3, bubbles: true }))"""
    for kind in ("pointermove", "pointerup"):
        web_page.evaluate(finger, kind)
    assert list(resting_z(web_page)) == z
    drag_on = web_page.locator(".pixels.steering")
    assert drag_on.count() == 1, "the finger that came second ended the drag of the first"
    web_page.mouse.up()


def test_the_two_dimensions_can_be_chosen_and_change_places(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    sideways, up = web_page.get_by_label("Sideways"), web_page.get_by_label("Up and down")
    assert [sideways.input_value(), up.input_value()] == ["0", "1"]
    sideways.select_option("1")
    assert [sideways.input_value(), up.input_value()] == ["1", "0"]
    up.select_option("2")
    web_page.wait_for_function("sent.at(-1)?.steer === '1,2'")


def test_arrow_keys_on_the_picture(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    web_page.locator(".pixels").focus()
    for key in ["ArrowRight", "Shift+ArrowRight", "ArrowDown"]:
        web_page.keyboard.press(key)
    assert resting_z(web_page) == pytest.approx(np.array([1.1, -0.1, 0]) * sigma(tiny), abs=1e-4)


def test_a_locked_dimension_stays(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data() | {"link": {"z": "0,0,0", "lock": "0"}})
    drag(web_page, (0.2, -0.2))
    assert resting_z(web_page) == pytest.approx(np.array([0, 0.8, 0]) * sigma(tiny), abs=0.03)


# --- beside the picture


def test_source_and_difference_stay_with_the_example_while_z_moves(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[2.0, 1.0, -1.0]))
    for name in ["source", "difference"]:
        web_page.get_by_role("button", name=name, exact=True).click()
    assert "Click a point" in web_page.locator(".compare").inner_text()
    index = click_an_example(web_page, tiny)
    web_page.locator(".source canvas").wait_for()
    drag(web_page, (0.3, 0.2))
    assert f"Compared with example {index}" in web_page.locator(".compare").inner_text()
    assert "reconstruction" in web_page.locator(".source").inner_text()
    mean = tiny.tensors["mean"][index]
    assert canvas_of(web_page, ".source canvas")[..., 0] == pytest.approx(tiny.decode(mean)[0] * 255, abs=1)
    signed = tiny.decode(resting_z(web_page))[0] - tiny.decode(mean)[0]
    limit = float(web_page.locator(".signed span").last.inner_text())
    shown = canvas_of(web_page, ".difference canvas")
    assert shown[..., 3] == pytest.approx(np.minimum(255, 255 * np.abs(signed) / limit), abs=2)
    strong = np.abs(signed) > 0.1 * limit
    assert strong.any()
    assert ((shown[..., 0] > shown[..., 2]) == (signed > 0))[strong].all(), "orange is more, blue is less"
    web_page.wait_for_function("sent.at(-1)?.beside === 'source,difference'")


def test_the_original_is_shown_where_it_is_at_hand(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    pixels = np.arange(16, dtype=np.uint8) * 15

    def answer(route: Route) -> None:
        asked = route.request.url.rsplit("/", 1)[1].split(",")
        route.fulfill(body=b"".join((pixels // 15 + int(index)).astype(np.uint8).tobytes() for index in asked))

    web_page.route("**/originals/*", answer)
    web_open(tiny.data(originals="/models/tiny/originals/"))
    map_is_described(web_page)
    web_page.get_by_role("button", name="source", exact=True).click()
    index = click_an_example(web_page, tiny)
    web_page.wait_for_function("root().querySelector('.source').textContent === 'original'")
    assert canvas_of(web_page, ".source canvas")[..., 0].ravel() == pytest.approx(pixels // 15 + index, abs=1)
    web_page.unroute("**/originals/*")


def test_samples_are_of_q_and_a_click_takes_one(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.get_by_role("button", name="samples", exact=True).click()
    index = click_an_example(web_page, tiny)
    web_page.wait_for_selector(f".samples[data-example='{index}']")
    faces = np.array([canvas_of(web_page, f".samples .face:nth-child({i + 1}) canvas")[..., 0] for i in range(8)])
    assert len({face.tobytes() for face in faces}) == 8
    spread = canvas_of(web_page, ".samples .spread canvas")[..., 3] / 255
    limit = float(web_page.locator(".samples .spread").inner_text().removeprefix("σ ≤ "))
    assert spread * limit == pytest.approx((faces / 255).std(axis=0), abs=0.01)
    web_page.locator(".samples .face").nth(3).click()
    z = resting_z(web_page)
    assert tiny.decode(z)[0] * 255 == pytest.approx(faces[3], abs=1)
    assert 0 < np.abs(z - tiny.tensors["mean"][index]).max() < 6 * 0.2, "not from q of this example"
    web_page.wait_for_function("sent.at(-1)?.example !== undefined")
    web_page.get_by_role("button", name="Resample").click()
    before = faces[0].ravel().tolist()
    web_page.wait_for_function(
        """(before) => {
        const canvas = root().querySelector(".samples .face canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return before.some((value, i) => data[4 * i] !== value);
    }""",
        arg=before,
    )


def test_mu_or_sample_is_one_switch(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[2.0, 1.0, -1.0]))
    assert web_page.get_by_role("radio", name="sample").is_disabled()
    assert "click a point" in web_page.locator(".sampling").inner_text()
    index = click_an_example(web_page, tiny)
    mean = tiny.tensors["mean"][index]
    web_page.get_by_role("radio", name="sample").check(force=True)
    one = resting_z(web_page)
    assert 0 < np.abs(one - mean).max() < 6 * 0.2
    assert "a sample of example" in web_page.locator(".caption").inner_text()
    web_page.get_by_role("button", name="Resample").click()
    assert not np.array_equal(resting_z(web_page), one)
    web_page.get_by_role("radio", name="μ").check(force=True)
    assert resting_z(web_page) == pytest.approx(mean, abs=1e-6)


def test_a_plain_autoencoder_has_nothing_to_sample(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(stochastic=False))
    click_an_example(web_page, tiny)
    assert web_page.get_by_role("radio", name="sample").is_disabled()
    assert "no σ" in web_page.locator(".sampling").inner_text()
    samples = web_page.get_by_role("button", name="samples", exact=True)
    assert samples.is_disabled()
    assert samples.get_attribute("title") == web_page.locator(".sampling").get_attribute("title")
    web_page.evaluate("(data) => show(data)", tiny.data(stochastic=False) | {"link": {"beside": "samples"}})
    assert web_page.locator(".samples").is_hidden()


@pytest.fixture
def examples(web_page: Page) -> None:
    """Pictures of examples as window.examples; window.kind decides what is at hand, and each of n shows its index."""
    web_page.evaluate("""async () => {
        const { createExamples } = await import("/web/picture/examples.js");
        const n = 900;
        const latents = { n, d: 1, meanOf: (index) => [index / n], classOf: () => null };
        const model = { shape: [1, 1, 1], classes: 0, originals: "/originals/" };
        const state = { latents, model, label: null };
        window.asks = [];
        const decode = async (z) => (asks.push(z.length), Float32Array.from(z, (value) => -Math.round(value * n)));
        window.examples = createExamples({ store: { state }, lane: () => ({ decode }) }, 1);
        window.ask = async (...indices) => {
            const found = await examples.ask(indices);
            return found && [found.original, ...found.pictures.map((pixels) => Math.round(pixels[0] * 255))];
        };
    }""")


def test_after_very_many_pictures_what_is_asked_for_is_still_there(web_page: Page, examples: None) -> None:
    web_page.route("**/originals/*", lambda route: route.fulfill(status=404))
    web_page.evaluate("ask(...Array.from({ length: 300 }, (_, i) => i))")
    assert web_page.evaluate("ask(0, 300)") == [False, 0, -300 * 255], "it threw away what it was just asked for"
    assert web_page.evaluate("asks") == [300, 1]
    assert web_page.evaluate("ask(0, 2)") == [False, 0, -2 * 255]
    assert web_page.evaluate("asks") == [300, 1], "the oldest went, and not the one that was used last"
    web_page.unroute("**/originals/*")


def test_originals_that_come_late_replace_all_reconstructions(web_page: Page, examples: None) -> None:
    there = []

    def answer(route: Route) -> None:
        asked = route.request.url.rsplit("/", 1)[1].split(",")
        route.fulfill(body=bytes(map(int, asked))) if there else route.fulfill(status=503)

    web_page.route("**/originals/*", answer)
    assert web_page.evaluate("ask(1, 2)") == [False, -255, -2 * 255]
    there.append(True)
    assert web_page.evaluate("ask(2, 3)") == [True, 2, 3]
    web_page.unroute("**/originals/*")


def test_the_switch_knows_its_example_while_the_mouse_looks_around(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    click_an_example(web_page, tiny)
    web_page.mouse.move(200, 300)
    web_page.wait_for_function("root().querySelector('.home:not([hidden])')")
    assert web_page.get_by_role("radio", name="sample").is_enabled()
    assert web_page.locator(".formula").is_visible()


def test_a_sample_that_is_taken_leaves_what_is_locked(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data() | {"link": {"beside": "samples", "example": "4"}})
    web_page.wait_for_selector(".samples[data-example='4']")
    web_page.get_by_label("Lock z₂", exact=True).click()
    before = web_page.evaluate("z()")
    web_page.locator(".samples .face").nth(2).click()
    z = web_page.evaluate("z()")
    assert z[1] == before[1]
    assert z[0] != before[0]
    assert "example" not in web_page.locator(".caption").inner_text(), "it is no sample of q(z|x) any more"


def test_near_is_near_in_style_where_the_class_is_told(web_page: Page, web_open: Callable, web_site: Site) -> None:
    web_open(web_site.model("told", conditional=True).data(label=1))
    about = web_page.locator(".near .fine")
    assert "the class is told beside z" in about.get_attribute("title")
    web_open(web_site.model("tiny").data())
    assert "class" not in about.get_attribute("title")


# --- the nearest examples


def test_the_nearest_examples_follow_and_lead_back(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    drag(web_page, (0.2, 0.1), release=False)
    apart = np.linalg.norm(tiny.tensors["mean"] - resting_z(web_page), axis=1)
    nearest = [str(index) for index in np.argsort(apart)[:6]]
    shown = "[...root().querySelectorAll('.near .face')].map((face) => face.dataset.example)"
    web_page.wait_for_function(f"(wanted) => String({shown}) === String(wanted)", arg=nearest)
    web_page.mouse.up()
    web_page.wait_for_function("!root().querySelector('.near .late')")
    third = int(nearest[2])
    expected = tiny.decode(tiny.tensors["mean"][third])[0] * 255
    assert canvas_of(web_page, ".near .face:nth-child(3) canvas")[..., 0] == pytest.approx(expected, abs=1)
    name = web_page.locator(".near .face").nth(2).get_attribute("title")
    assert name == f"Example {third}, class {'abc'[third % 3]}: {apart[third]:.2f} from z"
    web_page.locator(".near .face").nth(2).focus()
    web_page.keyboard.press("Enter")
    assert resting_z(web_page) == pytest.approx(tiny.tensors["mean"][third], abs=1e-6)
    assert f"example {third}" in web_page.locator(".caption").inner_text()


# --- zoom, copy, save


def test_zoom_keeps_the_picture_alive_and_escape_closes(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    small = web_page.locator(".pixels").bounding_box()["width"]
    web_page.locator(".pixels").dblclick()
    web_page.wait_for_function("root().querySelector('dialog').open")
    assert web_page.locator(".pixels").bounding_box()["width"] > 1.5 * small
    web_page.keyboard.press("ArrowRight")
    assert resting_z(web_page) == pytest.approx([0.1 * sigma(tiny)[0], 0, 0], abs=1e-4)
    assert canvas_of(web_page, "dialog .pixels")[..., 0] == pytest.approx(
        tiny.decode(resting_z(web_page))[0] * 255, abs=1
    )
    web_page.keyboard.press("Escape")
    web_page.wait_for_selector(".picture .pixels")
    assert web_page.locator(".pixels").bounding_box()["width"] == pytest.approx(small, abs=1)
    assert web_page.locator("dialog").count() == 0


def test_a_saved_picture_is_sharp_and_named_after_the_model(web_page: Page, web_open: Callable, web_site: Site) -> None:
    model = web_site.model("wide", shape=(3, 5, 6))
    web_open(model.data())
    with web_page.expect_download() as waiting:
        web_page.get_by_role("button", name="Save the picture").click()
    assert waiting.value.suggested_filename == "wide-z.png"
    found = np.array(Image.open(BytesIO(Path(waiting.value.path()).read_bytes())).convert("RGB"))
    assert found.shape == (515, 618, 3)
    expected = model.decode(model.start).transpose(1, 2, 0).repeat(103, axis=0).repeat(103, axis=1) * 255
    assert np.abs(found - expected).max() <= 1


def test_copy_says_what_became_of_it(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.evaluate("""() => {
        window.copied = [];
        navigator.clipboard.write = async (items) => {
            if (copied.length) throw new Error("denied");
            copied.push((await items[0].getType("image/png")).size);
        };
    }""")
    copy = web_page.get_by_role("button", name="Copy the picture")
    copy.click()
    web_page.wait_for_function("root().querySelector('.told').textContent === 'Copied.'")
    assert web_page.evaluate("copied[0]") > 100
    copy.click()
    web_page.wait_for_function("root().querySelector('.told').textContent.includes('save it instead')")


def test_where_the_search_fails_nobody_says_how_near_data_are(web_page: Page) -> None:
    heard = web_page.evaluate("""async () => {
        const [{ createNear }, { createStore }] = await Promise.all(
            ["picture/near.js", "state.js"].map((path) => import(`/web/${path}`)));
        const latents = { labelOf: () => null, meanOf: () => [0], classOf: () => null };
        const store = createStore({ model: { classes: 0 }, latents: null, z: [0] });
        const answers = [{ indices: [4], distances: [0.5] }, null];
        const lane = () => ({ near: async () => answers.shift(), decode: async () => null });
        const heard = [];
        const near = createNear({ store, lane }, (distance) => heard.push(distance));
        for (const z of [[1], [2]]) {
            store.set({ latents, z }, { by: "person" });
            await nextFrame();
        }
        return { heard, hidden: near.element.hidden };
    }""")
    assert heard == {"heard": [None, 0.5, None], "hidden": True}
