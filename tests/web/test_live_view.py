"""The live view in a real browser: what moves z, what is painted, and what the host hears of it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from tests.web.hand import (
    cursor,
    drag_slider,
    empty_place,
    gray,
    lonely_point,
    map_is_described,
    next_frame,
    numbers,
    on_map,
    on_screen,
    plot,
    project,
    ticks,
    z_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from .conftest import Site, TinyModel

pytestmark = pytest.mark.browser

QUIET = 700  # ms: after this the view has said what it had to say


def test_the_picture_follows_a_drag_and_the_host_hears_once(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    before = gray(web_page)
    drag_slider(web_page, 1, 0.8)
    web_page.wait_for_function("painted.at(-1).z[1] > 1 && String(painted.at(-1).z) === String(z())")
    during = z_of(web_page)
    assert np.abs(gray(web_page) - before).max() > 10, "the picture did not change while the button was down"
    assert np.abs(gray(web_page) - tiny.gray(during)).max() <= 1
    web_page.wait_for_timeout(QUIET)
    assert web_page.evaluate("sent") == [], "the host was told while the pointer was down"
    web_page.mouse.up()
    web_page.wait_for_function("sent.length > 0")
    web_page.wait_for_timeout(QUIET)
    sent = web_page.evaluate("sent")
    assert len(sent) == 1
    assert sent[0]["model"] == "tiny"
    assert sent[0]["map"] == "pca"
    assert numbers(sent[0]["z"]) == pytest.approx(z_of(web_page), abs=1e-5)
    assert "class" not in sent[0]
    latency = np.array(
        [one["inputToPaintMs"] for one in web_page.evaluate("painted") if one["inputToPaintMs"] is not None]
    )
    print(
        f"\nevent to canvas: p50 {np.median(latency):.1f} ms, p95 {np.quantile(latency, 0.95):.1f} ms "
        f"({len(latency)} pictures)"
    )


def test_a_click_on_a_point_takes_its_mean(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    index, at = lonely_point(web_page, tiny)
    web_page.mouse.move(*at)
    assert f"example {index}" in web_page.locator(".tip").inner_text()
    web_page.mouse.click(*at)
    assert z_of(web_page) == pytest.approx(tiny.tensors["mean"][index], abs=1e-6)
    assert f"example {index}" in web_page.locator(".caption").inner_text()
    assert np.abs(gray(web_page) - tiny.gray(z_of(web_page))).max() <= 1


def test_a_click_on_empty_space_decodes_there(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[2.0, 1.0, -1.0]))
    at = empty_place(web_page, tiny)
    web_page.mouse.click(*at)
    expected = tiny.tensors["map.pca.origin"] + on_map(web_page, at) @ tiny.tensors["map.pca.basis"]
    assert z_of(web_page) == pytest.approx(expected, abs=0.02)
    assert cursor(web_page) == pytest.approx(at, abs=1.5)


def test_the_cursor_stays_on_z_under_zoom_pan_and_sliders(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    box = plot(web_page)
    x, y = box["x"] + 0.45 * box["width"], box["y"] + 0.55 * box["height"]
    web_page.mouse.move(x, y)
    held = on_map(web_page, (x, y))
    web_page.mouse.wheel(0, -300)
    next_frame(web_page)
    assert on_screen(web_page, held) == pytest.approx((x, y), abs=1.5), "the place under the pointer moved"
    web_page.mouse.move(*(place := empty_place(web_page, tiny)))
    web_page.mouse.down()
    web_page.mouse.move(place[0] + 40, place[1] - 30, steps=4)
    web_page.mouse.up()
    next_frame(web_page)
    assert z_of(web_page) == tiny.start, "a pan moved z"
    assert cursor(web_page) == pytest.approx(on_screen(web_page, project(tiny, "pca", tiny.start)), abs=1.5)
    drag_slider(web_page, 2, 0.6)
    web_page.mouse.up()
    assert cursor(web_page) == pytest.approx(on_screen(web_page, project(tiny, "pca", z_of(web_page))), abs=1.5)


def test_the_cursor_can_be_dragged_and_keeps_what_is_off_the_plane(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(map_name="axes", z=[0.2, 0.1, 1.5]))
    start = cursor(web_page)
    web_page.mouse.move(*start)
    web_page.mouse.down()
    web_page.mouse.move(start[0] + 90, start[1] + 60, steps=6)
    assert cursor(web_page) == pytest.approx((start[0] + 90, start[1] + 60), abs=1.5)
    web_page.mouse.up()
    z = z_of(web_page)
    assert z[2] == 1.5
    assert z[:2] == pytest.approx(on_map(web_page, (start[0] + 90, start[1] + 60)), abs=0.02)


def test_a_map_that_cannot_be_decoded_says_so(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(map_name="tsne"))
    map_is_described(web_page)
    assert "no place of its own" in web_page.locator(".remark").inner_text()
    web_page.mouse.click(*empty_place(web_page, tiny, "tsne"))
    assert "Approximate" in web_page.locator(".hint").inner_text()
    index, at = lonely_point(web_page, tiny, "tsne")
    web_page.mouse.click(*at)
    assert z_of(web_page) == pytest.approx(tiny.tensors["mean"][index], abs=1e-6)
    assert cursor(web_page) == pytest.approx(at, abs=1.5)
    assert web_page.locator(".remark").is_hidden()
    assert web_page.locator(".cursor.standin").count() == 0


def test_on_a_map_without_a_way_back_the_nearest_example_stands_in_for_z(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(map_name="tsne"))
    drag_slider(web_page, 1, 0.7)
    web_page.mouse.up()
    nearest = int(np.linalg.norm(tiny.tensors["mean"] - z_of(web_page), axis=1).argmin())
    assert cursor(web_page) == pytest.approx(on_screen(web_page, tiny.tensors["map.tsne.xy"][nearest]), abs=1.5)
    assert "standin" in web_page.locator(".cursor").get_attribute("class")
    assert web_page.locator(".remark").is_visible()
    assert web_page.locator(".ellipse").get_attribute("visibility") == "hidden", "the ellipse of no example"


def test_the_menu_of_maps_says_what_each_is(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    titles = [each.get_attribute("title") for each in web_page.locator(".map .menu label").all()]
    assert titles[:2] == ["About pca.", "About tsne."]
    assert [title.split()[0] for title in titles[2:]] == ["Two", "The", "From"], "axes, a plane, a class axis"
    assert web_page.locator(".about").inner_text().startswith("About pca.")


def test_latest_wins_under_a_flood(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    before = web_page.evaluate("painted.at(-1).runs")
    web_page.evaluate("""() => {
        const input = root().querySelector(".row input");
        for (let i = 1; i <= 100; i++) {
            input.value = String(i / 50);
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    web_page.wait_for_function("painted.at(-1).z[0] === 2")
    assert np.abs(gray(web_page) - tiny.gray([2, 0, 0])).max() <= 1
    assert web_page.evaluate("painted.at(-1).runs") - before <= 5


def test_an_unchanged_view_never_moves_z_and_a_changed_one_does(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    first = tiny.data(z=[0.0, 1.0, 0.0])
    web_open(first)
    drag_slider(web_page, 0, 0.9)
    web_page.mouse.up()
    web_page.wait_for_function("sent.length === 1")
    moved = z_of(web_page)
    assert moved[0] > 1
    web_page.evaluate("(data) => show(data)", first)
    assert z_of(web_page) == moved
    echo = tiny.data(map_name="pca") | {"link": web_page.evaluate("sent[0]")}
    drag_slider(web_page, 1, 0.2)
    further = z_of(web_page)
    web_page.evaluate("(data) => show(data)", echo)
    assert z_of(web_page) == further, "our own word, given back late, moved z"
    web_page.mouse.up()
    web_page.wait_for_function("sent.length === 2")
    web_page.evaluate("(data) => show(data)", first)
    assert z_of(web_page) == [0.0, 1.0, 0.0]
    web_page.wait_for_function("String(painted.at(-1).z) === '0,1,0'")
    web_page.wait_for_timeout(QUIET)
    assert web_page.evaluate("sent.length") == 2, "what the host did was told to the host"


def test_an_old_word_of_our_own_never_moves_z_however_late_it_comes(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    first = tiny.data(z=[0.0, 1.0, 0.0])
    web_open(first)
    for k, words in ((0, 1), (1, 2)):
        drag_slider(web_page, k, 0.9)
        web_page.mouse.up()
        web_page.wait_for_function("(words) => sent.length === words", arg=words)
    held = z_of(web_page)
    old = {"link": web_page.evaluate("sent[0]")}
    web_page.evaluate("(data) => show(data)", first | old | {"heard": 1})
    assert z_of(web_page) == held, "the host had not heard the second word yet"
    web_page.evaluate("(data) => show(data)", first | {"heard": 2})
    assert z_of(web_page) == [0.0, 1.0, 0.0], "it had heard all, and went back"
    web_page.evaluate("(data) => show(data)", first | old | {"heard": 2})
    assert z_of(web_page) == pytest.approx(numbers(old["link"]["z"]), abs=1e-5), "and forward again"


def test_a_late_result_of_another_model_is_dropped(
    web_page: Page, web_open: Callable, web_site: Site, tiny: TinyModel
) -> None:
    other = web_site.model("other", d=2, shape=(3, 5, 6), seed=7)
    web_open(tiny.data())
    web_page.evaluate(
        """(data) => {
        const input = root().querySelector(".row input");
        painted.length = 0;
        input.value = "1.25";
        input.dispatchEvent(new Event("input", { bubbles: true }));  // the decode is under way ...
        show(data);                                                   // ... and the model goes
    }""",
        other.data(),
    )
    web_page.wait_for_function("root().dataset.ready === 'true' && painted.length > 0")
    assert [one["z"] for one in web_page.evaluate("painted")] == [other.start]
    rgba = np.array(web_page.evaluate("pixels()")).reshape(5, 6, 4)
    assert np.abs(rgba[..., :3] - other.decode(other.start).transpose(1, 2, 0) * 255).max() <= 1
    assert web_page.evaluate("sent") == []
    web_page.evaluate("(data) => show(data)", tiny.data())
    web_page.wait_for_function("painted.length > 1")
    assert z_of(web_page) == tiny.start


@pytest.mark.parametrize("damage", ["short", "header", "cut", "shape", "absent"])
def test_damaged_latents_are_a_sentence(web_page: Page, web_site: Site, damage: str) -> None:
    model = web_site.model("damaged")
    file = model.folder / "latents.safetensors"
    whole = file.read_bytes()
    if damage == "absent":
        file.unlink()
    else:
        file.write_bytes(
            {
                "short": b"abc",
                "header": b"\xff" * 64,
                "cut": whole[:-40],
                "shape": whole.replace(b"[60,3]", b"[30,6]"),
            }[damage]
        )
    web_page.evaluate("(data) => show(data)", model.data())
    web_page.wait_for_function("root().querySelector('.notice').textContent.startsWith('The map cannot be shown')")
    assert "latents.safetensors" in web_page.locator(".notice").text_content()
    web_page.wait_for_function("painted.length > 0 && !root().style.visibility")
    drag_slider(web_page, 0, 0.9)
    web_page.mouse.up()
    web_page.wait_for_function("painted.at(-1).z[0] > 2")


@pytest.mark.parametrize("why", ["missing", "broken", "said"])
def test_without_a_decoder_the_rest_goes_on(web_page: Page, web_site: Site, why: str) -> None:
    model = web_site.model("mute")
    file = model.folder / "decoder.onnx"
    file.unlink() if why == "missing" else file.write_bytes(b"this is no network")
    data = model.data(decoder=False, note="Its decoder is too large for a browser.") if why == "said" else model.data()
    web_page.evaluate("(data) => show(data)", data)
    sentence = "too large for a browser" if why == "said" else "No picture can be painted"
    web_page.wait_for_function(
        "(sentence) => root().querySelector('.veil').textContent.includes(sentence)", arg=sentence
    )
    web_page.wait_for_function("drawnPoints()")
    assert np.abs(gray(web_page) - model.gray(model.start)).max() <= 1, "the preview is still true"
    drag_slider(web_page, 0, 0.9)
    web_page.mouse.up()
    web_page.wait_for_function("sent.length === 1")
    assert z_of(web_page)[0] > 1.5
    assert web_page.locator(".picture").get_attribute("data-state") == "outdated"
    assert cursor(web_page) == pytest.approx(on_screen(web_page, project(model, "pca", z_of(web_page))), abs=1.5)


def test_the_browser_decodes_what_onnxruntime_decodes(web_page: Page, tiny: TinyModel) -> None:
    z = [0.3, -1.7, 2.2]
    pixels = web_page.evaluate(
        """async ([z, data]) => {
        const { createDecoder } = await import("/web/engine/decoder.js");
        return new Promise(async (resolve, reject) => {
            const decoder = createDecoder(({ pixels }) => resolve(Array.from(pixels)), reject);
            await decoder.open(data.model, data.runtime);
            decoder.request({ z, label: null });
        });
    }""",
        [z, tiny.data()],
    )
    session = onnxruntime.InferenceSession(tiny.folder / "decoder.onnx", providers=["CPUExecutionProvider"])
    expected = session.run(["picture"], {"z": np.array([z], np.float32)})[0]
    assert np.abs(np.array(pixels) - expected.ravel()).max() < 1e-5


def test_the_preview_comes_before_the_runtime(web_fresh_page: Page, tiny: TinyModel) -> None:
    waiting = []
    web_fresh_page.route("**/*.wasm", lambda route: waiting.append(route))
    web_fresh_page.evaluate("(data) => show(data)", tiny.data())
    web_fresh_page.wait_for_function("root().querySelector('.picture').dataset.state === 'preview' && drawnPoints()")
    assert np.abs(gray(web_fresh_page) - tiny.gray(tiny.start)).max() <= 1
    drag_slider(web_fresh_page, 0, 0.9)  # the sliders do not wait for the decoder
    web_fresh_page.mouse.up()
    assert web_fresh_page.locator(".picture").get_attribute("data-state") == "outdated"
    assert web_fresh_page.evaluate("painted") == []
    waiting[0].continue_()
    web_fresh_page.wait_for_function("painted.length > 0")
    assert np.abs(gray(web_fresh_page) - tiny.gray(z_of(web_fresh_page))).max() <= 1


def test_a_link_with_another_z_never_shows_the_preview(web_fresh_page: Page, tiny: TinyModel) -> None:
    waiting = []
    web_fresh_page.route("**/*.wasm", lambda route: waiting.append(route))
    web_fresh_page.evaluate("(data) => show(data)", tiny.data(map_name="axes", z=[1.0, 1.0, 1.0]))
    web_fresh_page.wait_for_function("drawnPoints()")
    web_fresh_page.wait_for_function(
        "performance.getEntriesByName(new URL('/models/tiny/preview.png', location).href).length > 0"
    )
    assert web_fresh_page.locator(".picture").get_attribute("data-state") == "empty"
    assert "starting" in web_fresh_page.locator(".veil").text_content()
    assert web_fresh_page.locator(".map .menu input:checked").get_attribute("value") == "axes"
    waiting[0].continue_()
    web_fresh_page.wait_for_function("painted.length > 0")
    assert np.abs(gray(web_fresh_page) - tiny.gray([1, 1, 1])).max() <= 1


def test_everything_can_be_done_from_the_keyboard(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(map_name="axes", z=[0.0, 0.0, 0.0]))
    slider = web_page.get_by_label("z₂", exact=True)
    slider.focus()
    web_page.keyboard.press("ArrowRight")
    step = z_of(web_page)[1]
    assert 0 < step < 0.2
    web_page.keyboard.press("PageUp")
    assert z_of(web_page)[1] == pytest.approx(11 * step)
    web_page.keyboard.press("End")
    assert z_of(web_page)[1] == pytest.approx(float(slider.get_attribute("max")))
    assert slider.get_attribute("aria-valuetext") == f"{z_of(web_page)[1]:.2f}"
    web_page.locator(".plot").focus()
    before = cursor(web_page)
    web_page.keyboard.press("ArrowLeft")
    assert cursor(web_page)[0] < before[0]
    assert z_of(web_page)[0] < 0
    lines = len(ticks(web_page, "x")[0])
    for _ in range(8):
        web_page.keyboard.press("+")
    web_page.wait_for_function(
        "(before) => number(root().querySelector('.ticklabels text')) > before",
        arg=-1.5,
    )
    web_page.keyboard.press("0")
    web_page.wait_for_function(
        "(lines) => root().querySelectorAll('.ticklabels text[text-anchor=middle]').length === lines",
        arg=lines,
    )
    web_page.locator(".map .menu input").first.focus()
    web_page.keyboard.press("ArrowLeft")
    assert web_page.locator(".map .menu input:checked").get_attribute("value") != "axes"
    web_page.wait_for_function("sent.length > 0")


def test_a_double_click_resets(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[2.0, 2.0, 2.0]))
    web_page.locator(".row .value").nth(1).dblclick()
    assert z_of(web_page)[1] == pytest.approx(tiny.tensors["mean"][:, 1].mean(), abs=1e-6)
    assert [z_of(web_page)[0], z_of(web_page)[2]] == [2.0, 2.0]
    before, z = ticks(web_page, "x"), z_of(web_page)
    web_page.mouse.move(*empty_place(web_page, tiny))
    web_page.mouse.wheel(0, -400)
    next_frame(web_page)
    assert len(ticks(web_page, "x")[0]) != len(before[0]) or not np.allclose(ticks(web_page, "x")[1], before[1])
    web_page.mouse.dblclick(*empty_place(web_page, tiny))
    next_frame(web_page)
    np.testing.assert_allclose(ticks(web_page, "x"), before, atol=0.5)
    assert z_of(web_page) == z, "resetting the view moved z"


@pytest.mark.parametrize("d", [2, 20, 32])
def test_any_number_of_dimensions_fits(web_page: Page, web_open: Callable, web_site: Site, d: int) -> None:
    web_open(web_site.model("dims", d=d).data())
    assert web_page.locator(".row").count() == d
    inside = web_page.evaluate("""() => {
        const side = root().querySelector(".side").getBoundingClientRect();
        const [page, panel] = [document.documentElement, root().querySelector(".sliders")];
        return {
            page: page.scrollHeight <= innerHeight && page.scrollWidth <= innerWidth,
            panel: panel.getBoundingClientRect().bottom <= side.bottom + 1,
            side: side.bottom <= 621,
            wide: panel.scrollWidth <= panel.clientWidth + 1,
            picture: root().querySelector(".pixels").clientHeight,
        };
    }""")
    assert inside["picture"] >= 200
    assert all(inside.values()), inside
    last = web_page.locator(".row input").last
    last.focus()
    web_page.keyboard.press("Home")
    assert z_of(web_page)[-1] == pytest.approx(float(last.get_attribute("min")))


def test_a_plain_autoencoder_has_the_range_of_its_codes(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(stochastic=False))
    slider = web_page.get_by_label("z₁", exact=True)
    codes = tiny.tensors["mean"][:, 0]  # of 60 the extreme ones are the quantiles
    assert [float(slider.get_attribute(end)) for end in ("min", "max")] == pytest.approx([codes.min(), codes.max()])


@pytest.mark.parametrize(("n", "layer"), [(10_000, "webgl2"), (70_000, "webgl2"), (10_000, "plotly")])
def test_many_points_are_drawn(web_fresh_page: Page, web_site: Site, n: int, layer: str) -> None:
    if layer == "plotly":
        web_fresh_page.evaluate("""() => {
            const own = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
                return kind === "webgl2" ? null : own.call(this, kind, ...rest);
            };
        }""")
    model = web_site.model("many", d=2, n=n)
    took = web_fresh_page.evaluate(
        """async (data) => {
        const start = performance.now();
        show(data);
        while (!drawnPoints()) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        await new Promise((done) => setTimeout(done));
        return performance.now() - start;
    }""",
        model.data(),
    )
    print(f"\n{n} points, {layer}: {took:.0f} ms from mount to the frame after they were drawn")
    if layer == "plotly":
        web_fresh_page.wait_for_selector(".plotly .point", state="attached")
    box = plot(web_fresh_page)
    middle = {
        "x": box["x"] + box["width"] / 2 - 60,
        "y": box["y"] + box["height"] / 2 - 60,
        "width": 120,
        "height": 120,
    }
    shot = np.asarray(Image.open(BytesIO(web_fresh_page.screenshot(clip=middle))).convert("RGB")).reshape(-1, 3)
    colours, counts = np.unique(shot, axis=0, return_counts=True)
    covered = (shot != colours[counts.argmax()]).any(axis=1).mean()
    assert covered > 0.3, "the middle of the cloud is empty"


def test_disposing_leaves_nothing(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.evaluate("dispose()")
    assert web_page.evaluate("root() === null")
    web_open(tiny.data())
    assert z_of(web_page) == tiny.start


def test_a_view_that_is_gone_is_not_kept_in_memory(web_fresh_page: Page, web_site: Site) -> None:
    page, model = web_fresh_page, web_site.model("left", n=50)
    page.evaluate("window.gone = []")
    for _ in range(3):
        page.evaluate("(data) => show(data)", model.data())
        page.wait_for_function("root().dataset.ready === 'true' && drawnPoints()")
        page.evaluate("() => { gone.push(new WeakRef(root())); dispose(); window.dispose = null; painted.length = 0; }")
    collector = page.context.new_cdp_session(page)
    for _ in range(20):
        collector.send("HeapProfiler.collectGarbage")
        kept = page.evaluate("gone.slice(0, -1).filter((each) => each.deref()).length")  # the last may be on its way
        if not kept:
            break
        page.wait_for_timeout(100)
    assert kept == 0


def test_the_enter_key_on_a_menu_loads_nothing(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.evaluate("window.same = true")
    for menu in (".tabs .menu", ".map .menu", ".maptools .modes"):
        web_page.locator(f"{menu} input:checked").press("Enter")
    web_page.evaluate("nextFrame()")
    assert web_page.evaluate("window.same && root() !== null")


def test_the_stand_alone_page_keeps_its_view_in_the_link(web_fresh_page: Page, web_site: Site, tiny: TinyModel) -> None:
    web_fresh_page.goto(f"{web_site.url}/web/index.html?model=/models/tiny/#map=axes&z=1,2,0")
    web_fresh_page.wait_for_selector('.explorer[data-ready="true"]')
    slider = web_fresh_page.get_by_label("z₁", exact=True)
    assert float(slider.input_value()) == 1
    slider.focus()
    web_fresh_page.keyboard.press("End")
    web_fresh_page.wait_for_function("location.hash.includes('map=axes') && location.hash.includes('%2C')")
    web_fresh_page.go_back()
    web_fresh_page.wait_for_function("Number(document.querySelector('.row input').value) === 1")
    web_fresh_page.goto(f"{web_site.url}/web/index.html?model=/models/nowhere/")
    web_fresh_page.wait_for_function("document.body.textContent.includes('There is no model at')")


def test_a_worker_that_cannot_start_is_said_as_long_as_it_is_so_and_no_longer(
    web_fresh_page: Page, web_site: Site, tiny: TinyModel
) -> None:
    page = web_fresh_page
    page.route("**/worker.js", lambda route: route.abort())
    pins = {"link": {"pins": "A:1,1,1"}}
    page.evaluate("(data) => show(data)", tiny.data() | pins)
    lost = page.locator(".lasting")
    lost.filter(has_text="stand still").wait_for()
    drag_slider(page, 0, 0.9)
    page.mouse.up()
    page.wait_for_function("sent.length === 1")
    assert "stand still" in lost.inner_text(), "it is as lost as before"
    page.unroute("**/worker.js")
    other = web_site.model("other", seed=3)
    page.evaluate("(data) => show(data)", other.data() | pins)
    assert lost.is_hidden()
    page.wait_for_function("root().querySelector('.bar .seat canvas').width === 4")


LANES = """async ([data, act]) => {
    const { createBackground } = await import("/web/engine/background.js");
    const own = window.Worker;
    const [workers, failed] = [[], []];
    window.Worker = class {
        constructor() { workers.push(this); }
        postMessage(question) { this.asked = question; }
        terminate() { this.gone = true; }
    };
    const background = createBackground((error, lost) => failed.push([error.message, lost]));
    const lane = background.lane(0);
    const tick = () => new Promise((done) => setTimeout(done));
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
    const given = { background, lane, workers, failed, tick, data };
    try {
        return await new AsyncFunction(...Object.keys(given), act)(...Object.values(given));
    } finally {
        window.Worker = own;
    }
}"""


def test_a_lost_worker_answers_nobody_and_the_next_model_starts_another(web_page: Page, tiny: TinyModel) -> None:
    act = """
        const model = { ...data.model, latent: 3 };
        background.open(model, {}, null); await tick();
        const early = lane.decode(new Float32Array(3)); await tick();
        workers[0].onerror({ preventDefault() {}, message: "no worker" });
        const first = await early, later = await lane.decode(new Float32Array(3));
        background.close();
        background.open(model, {}, null); await tick();
        workers[1].onmessage({ data: { id: workers[1].asked.id, answer: {} } }); await tick();
        const third = lane.decode(new Float32Array(3)); await tick();
        workers[1].onmessage({ data: { id: workers[1].asked.id, answer: { pixels: new Float32Array(16).fill(0.5) } } });
        const painted = Array.from(await third);
        const fourth = lane.decode(new Float32Array(3)); await tick();
        workers[1].onerror({ preventDefault() {}, message: "it died" });
        return { first, later, painted, fourth: await fourth, failed, gone: workers.map(({ gone }) => gone) };"""
    found = web_page.evaluate(LANES, [tiny.data(), act])
    assert [found["first"], found["later"], found["fourth"]] == [None, None, None]
    assert found["painted"] == [0.5] * 16
    assert found["failed"] == [["no worker", True], ["it died", True]]
    assert found["gone"] == [True, True]


def test_an_encoder_that_could_not_be_had_is_asked_for_again(web_page: Page, tiny: TinyModel) -> None:
    encoder = tiny.folder / "encoder.onnx"
    kept = encoder.read_bytes()
    encoder.unlink()
    begin = """async (data) => {
        const { startSession } = await import("/web/engine/session.js");
        window.session = await startSession(data.model, data.runtime);
        return session.encode(new Float32Array(16), null, 1).then(() => "encoded", (error) => error.message);
    }"""
    assert "404" in web_page.evaluate(begin, tiny.data())
    encoder.write_bytes(kept)
    again = """async () => {
        const { std } = await session.encode(new Float32Array(16), null, 1);
        await session.release();
        return Array.from(std);
    }"""
    assert web_page.evaluate(again) == pytest.approx([0.2] * 3)


def test_a_question_that_goes_wrong_is_not_the_last(web_page: Page) -> None:
    asked = web_page.evaluate("""async () => {
        const { createNewest } = await import("/web/picture/newest.js");
        const asked = [];
        const ask = createNewest(async (word) => { asked.push(word); if (word === 1) throw new Error("once"); });
        await ask(1).catch(() => {});
        await ask(2);
        return asked;
    }""")
    assert asked == [1, 2]


def test_how_far_examples_lie_apart_is_asked_once_and_again_if_it_was_overtaken(web_page: Page) -> None:
    found = web_page.evaluate("""async () => {
        const { spacingOf } = await import("/web/latent/spacing.js");
        const samples = [];
        const answers = [null, { means: [1], samples: [2] }];
        const lane = { spacing: async (sample) => (samples.push(sample), answers.shift()) };
        const latents = { n: 20_000 };
        const first = await Promise.all([spacingOf(lane, latents), spacingOf(lane, latents)]);
        const then = await Promise.all([spacingOf(lane, latents), spacingOf(lane, latents)]);
        return { first, then, samples };
    }""")
    known = {"means": [1], "samples": [2]}
    assert found == {"first": [None, None], "then": [known, known], "samples": [500, 500]}


def test_a_link_that_comes_while_the_map_is_read_keeps_its_example(
    web_fresh_page: Page, web_site: Site, tiny: TinyModel
) -> None:
    page, waiting = web_fresh_page, []
    page.route("**/latents.safetensors", lambda route: waiting.append(route))
    page.evaluate("(data) => show(data)", tiny.data(z=[1.0, 0.0, 0.0]))
    page.wait_for_function("root().dataset.ready === 'true'")
    drawn = tiny.data(z=[0.25, 0.0, 0.0])
    drawn["link"]["example"] = "7"
    page.evaluate("(data) => show(data)", drawn)
    waiting[0].continue_()
    page.wait_for_function("drawnPoints()")
    assert "a sample of example 7" in page.locator(".picture .caption").inner_text()


def test_an_open_panel_of_a_view_that_is_gone_listens_no_more(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    web_page.evaluate("""() => {
        window.listening = 0;
        for (const [name, by] of [["addEventListener", 1], ["removeEventListener", -1]]) {
            const own = window[name];
            window[name] = (kind, ...rest) => {
                if (kind === "pointerdown") listening += by;
                own.call(window, kind, ...rest);
            };
        }
    }""")
    web_page.locator("details.keyboard summary").click()
    web_page.wait_for_function("listening === 1")
    web_page.evaluate("dispose()")
    web_page.wait_for_function("listening === 0")
    web_page.evaluate("() => { delete window.addEventListener; delete window.removeEventListener; }")


def test_escape_on_a_closed_panel_is_for_what_lies_around_it(web_page: Page) -> None:
    heard = web_page.evaluate("""async () => {
        const { createPopover } = await import("/web/ui/popover.js");
        const { element } = createPopover("face", "label");
        document.body.append(element);
        const heard = [];
        document.body.addEventListener("keydown", ({ key }) => heard.push(key), { once: true });
        const key = () => new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
        const escape = () => element.querySelector("summary").dispatchEvent(key());
        element.open = true;
        escape();
        const open = [element.open, heard.length];
        escape();
        element.remove();
        return [...open, heard.length];
    }""")
    assert heard == [False, 0, 1]
