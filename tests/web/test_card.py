"""The card of a hovered point: its name at once, its picture after a dwell, never over the point or beyond the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tests.web.stage import set_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from .conftest import Site, TinyModel

pytestmark = pytest.mark.browser

PICTURE = """(k) => {
    const canvas = stage.card.element.querySelectorAll("canvas")[k];
    return Array.from(stage.painted(canvas).data);
}"""
WHOLE = "stage.card.element.querySelectorAll('[data-state=whole] figure.painted').length === {}"
SHOW = "([index, at]) => stage.card.show(index, at, { width: 600, height: 400 })"


def rgb(page: Page, k: int, shape: tuple[int, int, int]) -> np.ndarray:  # (c, h, w) in 0..255
    c, h, w = shape
    return np.array(page.evaluate(PICTURE, k)).reshape(h, w, 4)[..., :c].transpose(2, 0, 1)


def originals(model: TinyModel, calls: list[list[int]], status: int = 200, spare: int = 0) -> Callable[[Route], None]:
    """Answer as the server does: raw bytes of pictures that are known by their index."""

    def answer(route: Route) -> None:
        indices = [int(word) for word in route.request.url.split("/")[-1].split(",")]
        calls.append(indices)
        body = b"".join(bytes([index] * int(np.prod(model.shape))) for index in indices) + bytes(spare)
        route.fulfill(status=status, body=body)

    return answer


def test_the_name_comes_at_once_and_the_picture_after_the_dwell(web_page: Page, web_site: Site) -> None:
    model = web_site.model("card", conditional=True)
    set_stage(web_page, model.data(), label=0)
    at_once = web_page.evaluate(f"(given) => (({SHOW})(given), stage.card.element.innerText)", [4, [300, 200]])
    assert at_once.split() == ["b", "example", "4"]
    card = web_page.locator(".tip")
    assert web_page.locator(".tip b").inner_text() == "b"
    web_page.wait_for_function(WHOLE.format(1))
    expected = model.decode(model.tensors["mean"][4], model.tensors["labels"][4])
    assert np.abs(rgb(web_page, 0, model.shape) - expected * 255).max() <= 1
    assert web_page.evaluate("stage.asked.map(({ priority }) => priority)") == [1]
    assert web_page.locator(".tip figure").nth(1).is_hidden(), "no original is at hand"
    assert "example 4" in card.inner_text()
    took = web_page.evaluate("""async () => {
        const start = performance.now();
        stage.card.show(7, [100, 300], { width: 600, height: 400 });
        const painted = () => stage.card.element.querySelector("[data-state=whole] figure.painted");
        while (!painted()) await new Promise((done) => setTimeout(done));
        return performance.now() - start - 90;
    }""")
    print(f"\npicture {took:.0f} ms after the dwell")
    assert took < 150
    web_page.evaluate("stage.card.hide()")
    assert card.is_hidden()


def test_a_hand_that_moves_on_leaves_no_wrong_picture(web_page: Page, web_site: Site) -> None:
    model = web_site.model("card")
    set_stage(web_page, model.data())
    web_page.evaluate("""() => {
        for (let index = 0; index < 12; index++) stage.card.show(index, [300, 200], { width: 600, height: 400 });
        const shake = () => stage.card.show(11, [302, 201], { width: 600, height: 400 });
        window.shaking = setInterval(shake, 30); // on the same point, so the dwell goes on
    }""")
    web_page.wait_for_function(WHOLE.format(1))
    web_page.evaluate("clearInterval(window.shaking)")
    assert np.abs(rgb(web_page, 0, model.shape) - model.decode(model.tensors["mean"][11]) * 255).max() <= 1
    assert web_page.evaluate("stage.asked.length") == 1
    web_page.evaluate(SHOW, [3, [300, 200]])
    assert web_page.locator(".tip canvas").first.is_hidden(), (
        "the picture of the point before stands under another name"
    )


def test_the_figures_are_those_of_this_example(web_page: Page, web_site: Site, js: Callable) -> None:
    model = web_site.model("card", d=5)
    rng = np.random.default_rng(1)
    mean, std = rng.normal(size=(7, 5)).astype(np.float32), rng.uniform(0.05, 1.5, (7, 5)).astype(np.float32)
    normal = torch.distributions.Normal
    q, p = normal(torch.tensor(mean), torch.tensor(std)), normal(torch.zeros(5), torch.ones(5))
    expected = torch.distributions.kl_divergence(q, p).sum(1)
    for index in (0, 6):
        found = js("latent/kl.js", "klOf", {"mean": mean, "std": std, "d": 5}, index)
        assert found == pytest.approx(float(expected[index]), rel=1e-5)
    set_stage(web_page, model.data())
    web_page.evaluate(SHOW, [9, [300, 200]])
    own = torch.distributions.kl_divergence(normal(torch.tensor(model.tensors["mean"][9]), 0.2), p).sum()
    web_page.wait_for_function("stage.card.element.dataset.state === 'whole'")
    assert web_page.locator(".tip dd").all_inner_texts() == [
        f"{own:.1f} nats", "1.0 nats", "Less is better; below 0 where p(x|z) is a density.",
    ]  # fmt: skip
    web_page.evaluate("dispose()")
    set_stage(web_page, model.data(stochastic=False))
    web_page.evaluate(SHOW, [9, [300, 200]])
    web_page.wait_for_function("stage.card.element.dataset.state === 'whole'")
    assert web_page.locator(".tip dt").all_inner_texts() == ["Reconstruction error"], "a plain autoencoder has no KL"


def test_the_card_stays_in_the_plot_and_off_the_point(js: Callable) -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        box = rng.uniform([300, 260], [900, 700])
        at, tall = rng.uniform(0, 1, 2) * box, 165.0
        size = np.array([rng.uniform(90, 130), rng.choice([30.0, tall])])
        corner = np.array(js("map/card.js", "cornerFor", at, size, {"width": box[0], "height": box[1]}, tall))
        assert (corner >= 0).all()
        assert (corner + size <= box).all()
        away = np.maximum(np.maximum(corner - at, at - corner - size), 0)
        assert np.linalg.norm(away) >= 10, "the card covers the ring of the point"


def test_the_whole_card_stays_in_the_plot(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("card", shape=(3, 6, 5)).data())
    for index, at in enumerate([[2, 2], [598, 1], [300, 399], [1, 399], [599, 200]]):
        web_page.evaluate(SHOW, [index, at])
        web_page.wait_for_function(WHOLE.format(1))
        box = web_page.locator(".tip").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 600
        assert box["y"] + box["height"] <= 400
    assert web_page.locator(".tip").evaluate("(it) => getComputedStyle(it).pointerEvents") == "none"


def test_the_original_stands_beside_its_reconstruction(web_page: Page, web_site: Site) -> None:
    model, calls = web_site.model("card", shape=(3, 4, 4)), []
    web_page.route("**/originals/*", originals(model, calls))
    try:
        set_stage(web_page, model.data(originals="/originals/"))
        web_page.evaluate(SHOW, [42, [300, 200]])
        web_page.wait_for_function(WHOLE.format(2))
        assert (rgb(web_page, 1, model.shape) == 42).all()
        assert np.abs(rgb(web_page, 0, model.shape) - model.decode(model.tensors["mean"][42]) * 255).max() <= 1
    finally:
        web_page.unroute("**/originals/*")


def test_an_original_of_the_model_before_is_not_painted(web_page: Page, web_site: Site) -> None:
    model, held = web_site.model("card"), []
    web_page.route("**/originals/*", lambda route: held.append(route))
    web_page.route("**/others/*", lambda route: route.abort())
    try:
        set_stage(web_page, model.data(originals="/originals/"))
        web_page.evaluate(SHOW, [42, [300, 200]])
        web_page.wait_for_function(WHOLE.format(1))
        web_page.evaluate("""() => {
            const { model, latents } = stage.store.state;
            stage.store.set({ model: { ...model, originals: "/others/" }, latents: { ...latents } }, { by: "host" });
        }""")
        web_page.evaluate(SHOW, [42, [300, 200]])
        web_page.wait_for_function(WHOLE.format(1))
        held[0].fulfill(body=bytes([9] * 16))
        web_page.evaluate("new Promise((done) => setTimeout(done, 50)).then(nextFrame)")
        assert web_page.evaluate(WHOLE.format(1))
    finally:
        web_page.unroute("**/originals/*")
        web_page.unroute("**/others/*")


ASK = """async ([url, asked]) => {
    const { createOriginals } = await import("/web/picture/originals.js");
    window.originals ??= createOriginals({ store: { get state() { return { model: window.modelNow }; } } });
    window.modelNow = window.modelNow?.originals === url ? window.modelNow : { shape: [1, 4, 4], originals: url };
    const found = await window.originals.ask(asked);
    return found && Array.from(found);
}"""


def test_originals_are_asked_for_once_and_kept_per_model(web_page: Page, web_site: Site) -> None:
    calls: list[list[int]] = []
    web_page.route("**/originals*/*", originals(web_site.model("card"), calls))
    try:
        found = web_page.evaluate(ASK, ["/originals/", [3, 9]])
        assert found == pytest.approx([3 / 255] * 16 + [9 / 255] * 16)
        found = web_page.evaluate(ASK, ["/originals/", [9, 200, 3, 9]])
        assert found == pytest.approx(np.repeat([9, 200, 3, 9], 16) / 255)
        assert calls == [[3, 9], [200]]
        web_page.evaluate(ASK, ["/originals-of-another/", [3]])
        assert calls == [[3, 9], [200], [3]]
    finally:
        web_page.unroute("**/originals*/*")
        web_page.evaluate("delete window.originals, delete window.modelNow")


@pytest.mark.parametrize("trouble", ["missing", "refused", "short", "gone"])
def test_originals_that_cannot_be_had_are_null(web_page: Page, web_site: Site, trouble: str) -> None:
    answers = {
        "refused": originals(web_site.model("card"), [], status=403),
        "short": originals(web_site.model("card"), [], spare=1),
        "gone": lambda route: route.abort(),
    }
    if trouble in answers:
        web_page.route("**/originals/*", answers[trouble])
    try:
        assert web_page.evaluate(ASK, [None if trouble == "missing" else "/originals/", [1, 2]]) is None
    finally:
        if trouble in answers:
            web_page.unroute("**/originals/*")
        web_page.evaluate("delete window.originals, delete window.modelNow")


def test_a_hand_that_shakes_on_a_point_reads_no_layout(web_page: Page, web_site: Site) -> None:
    set_stage(web_page, web_site.model("card").data())
    web_page.evaluate(SHOW, [4, [300, 200]])
    web_page.wait_for_function(WHOLE.format(1))
    reads = web_page.evaluate("""() => {
        let reads = 0;
        for (const name of ["offsetWidth", "offsetHeight"]) {
            Object.defineProperty(stage.card.element, name, { get: () => (reads++, 100) });
        }
        for (let k = 0; k < 9; k++) stage.card.show(4, [300 + k, 200], { width: 600, height: 400 });
        return reads;
    }""")
    assert reads == 0
