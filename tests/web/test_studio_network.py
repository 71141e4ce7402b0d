"""The drawing of a network: every part of the model from left to right, in words too, and what a phase lights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from explorer import catalog
from explorer.blueprint import blueprint
from explorer.catalog import Choice
from explorer.spec import Spec

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PHASES = ("encode", "epsilon", "z", "decode", "reconstruction", "kl", "gradients", "update")
OPEN = """async ([blueprint, width]) => {
    const { createNetwork } = await import("/web/studio/network.js");
    const host = document.createElement("div");
    host.className = "explorer";
    host.style.cssText = `position: absolute; inset: 0 auto auto 0; width: ${width}px; z-index: 9`;
    document.body.append(host);
    await dressed(host);
    window.network = createNetwork(blueprint);
    host.append(network.element);
    window.dispose = () => host.remove();
    const more = new Set(["lit", "code", "loss", "wire", "operator", "return", "portrait-x", "portrait-picture"]);
    const names = (part) => [...part.classList].filter((name) => !more.has(name));
    window.lit = () => [...host.querySelectorAll(".lit")].flatMap(names);
    window.say = () => host.querySelector(".says").textContent;
}"""


def drawn(page: Page, width: int = 900, latent: int = 2, shape: tuple[int, ...] = (1, 28, 28), **more: Any) -> dict:
    found = blueprint(Spec(shape, latent, **more))
    page.evaluate(OPEN, [found, width])
    return found


def texts(page: Page, what: str) -> list[str]:
    return page.locator(f".network {what}").all_text_contents()


@pytest.mark.parametrize("objective", ["ae", "vae", "factor"])
@pytest.mark.parametrize("network", catalog.names("networks"))
@pytest.mark.parametrize("conditional", [False, True])
def test_every_network_is_drawn_whole(web_page: Page, network: str, objective: str, conditional: bool) -> None:
    choices = {"network": Choice(network), "objective": Choice(objective), "conditional": conditional, "classes": 10}
    found = drawn(web_page, **choices)
    assert web_page.locator(".network .layer").count() == len(found["encoder"]) + len(found["decoder"])
    lefts = web_page.evaluate(
        "Array.from(document.querySelectorAll('.network .layer path'), (bar) => bar.getBoundingClientRect().left)"
    )
    assert lefts == sorted(lefts)
    codes = ["μ", "z"] if objective == "ae" else ["μ", "σ", "ε", "z"]
    assert set(texts(web_page, ".code .letter")) == {*codes, *(["y"] if conditional else [])}
    words = web_page.get_by_role("img").get_attribute("aria-label")
    assert all(layer["kind"] in words for layer in found["encoder"] + found["decoder"])
    assert f"{found['total']:,} weights" in words
    assert ("discriminator" in words) == (objective == "factor")
    assert ("KL loss" in words) == (objective != "ae")


def test_nothing_lies_outside_and_no_two_bars_overlap(web_page: Page) -> None:
    for network in (Choice("mlp"), Choice("resnet", {"blocks": 2}), Choice("conv", {"depth": 4})):
        drawn(web_page, network=network, shape=(3, 128, 96), conditional=True, classes=3)
        boxes = web_page.evaluate("""() => {
            const drawing = document.querySelector(".network svg").getBoundingClientRect();
            const parts = (what) => [...document.querySelectorAll(`.network ${what}`)];
            const of = (what) => parts(what).map((part) => part.getBoundingClientRect());
            const bars = of(".layer path").map(({ left, right }) => [left, right]);
            const all = [...of("text"), ...of("path"), ...of("circle")].filter(({ width }) => width);
            const across = all.every(({ left, right }) => left >= drawing.left && right <= drawing.right);
            const down = all.every(({ top, bottom }) => top >= drawing.top && bottom <= drawing.bottom + 1);
            return { bars, inside: across && down };
        }""")
        assert boxes["inside"]
        assert all(right <= left for (_, right), (left, _) in zip(boxes["bars"], boxes["bars"][1:], strict=False))
        web_page.evaluate("dispose()")


def test_the_shape_stands_under_each_layer(web_page: Page) -> None:
    drawn(web_page, network=Choice("conv"))
    flat = " ".join(text.replace("\u2009", " ") for text in texts(web_page, ".layer .shape"))
    assert flat == "16 × 14 × 14 32 × 7 × 7 256 256 32 × 7 × 7 16 × 14 × 14 1 × 28 × 28"


def test_many_layers_that_are_the_same_are_one_with_their_number(web_page: Page) -> None:
    found = drawn(web_page, network=Choice("resmlp", {"blocks": 16}))
    assert texts(web_page, ".times") == ["16 ×", "16 ×"]
    web_page.locator(".network .layer").nth(1).hover()
    weights = sum(layer["weights"] for layer in found["encoder"][1:])
    assert (
        f"16 × residual block, then layer norm, SiLU: gives 512 numbers, has {weights:,} weights."
        in web_page.evaluate("say()")
    )


def test_hover_and_the_keys_tell_of_a_part_and_then_of_all(web_page: Page) -> None:
    found = drawn(web_page, network=Choice("conv"))
    whole = web_page.evaluate("say()")
    assert whole.startswith(f"{found['total']:,} weights: encoder")
    web_page.locator(".network .layer").first.hover()
    assert web_page.evaluate("say()") == (
        "convolution 3 × 3, stride 2, then SiLU: gives 16 × 14 × 14 = 3,136 numbers, has 160 weights."
    )
    web_page.locator(".network .room").focus()
    web_page.keyboard.press("ArrowRight")
    assert web_page.evaluate("say()").startswith("convolution")
    web_page.evaluate("document.activeElement.blur()")
    assert web_page.evaluate("say()") == whole
    web_page.locator(".network .room").focus()
    told = []
    for _ in range(20):
        web_page.keyboard.press("ArrowRight")
        told.append(web_page.evaluate("say()"))
    assert told[-1].startswith("x′, the decoded picture")
    assert sum("ε, drawn from" in words for words in told) == 1


def test_a_phase_lights_its_parts_and_some_of_them_later(web_page: Page) -> None:
    drawn(web_page, network=Choice("conv"))
    lit = {}
    for phase in PHASES:
        web_page.evaluate("(phase) => network.light(phase)", phase)
        lit[phase] = web_page.evaluate("lit()")
    assert lit["encode"].count("layer") == 3
    assert {"mu", "sigma", "portrait"} <= set(lit["encode"])
    assert lit["epsilon"] == ["epsilon"]
    assert {"mu", "sigma", "epsilon", "z"} <= set(lit["z"])
    assert lit["decode"].count("layer") == 4
    assert set(lit["reconstruction"]) == {"portrait", "reconstruction"}
    assert set(lit["kl"]) == {"kl", "mu", "sigma"}
    assert lit["gradients"].count("layer") == lit["update"].count("layer") == 7
    assert "epsilon" not in lit["gradients"]  # it is drawn, not learnt
    counts = {phase: [] for phase in ("encode", "gradients")}
    for phase, seen in counts.items():
        for share in (0, 0.4, 0.7, 1):
            web_page.evaluate("([phase, share]) => network.light(phase, share)", [phase, share])
            seen.append(web_page.locator(".network .layer.lit").count())
    assert counts["encode"][0] < counts["encode"][1] < counts["encode"][2] == 3
    assert counts["gradients"][0] < counts["gradients"][2] <= counts["gradients"][3] == 7
    web_page.evaluate("network.light(null)")
    assert web_page.evaluate("lit()") == []


def test_a_narrow_page_scrolls_to_what_is_lit(web_page: Page) -> None:
    drawn(web_page, width=360, network=Choice("conv"))
    web_page.emulate_media(reduced_motion="reduce")
    for phase, name in (("decode", "portrait-picture"), ("encode", "portrait-x")):
        web_page.evaluate("(phase) => network.light(phase)", phase)
        web_page.wait_for_timeout(50)
        box = web_page.locator(f".{name} rect").bounding_box()
        assert box["x"] < 360
        assert box["x"] + box["width"] > 0
    size = web_page.evaluate("parseFloat(getComputedStyle(document.querySelector('.network .shape')).fontSize)")
    scale = web_page.locator(".network svg").bounding_box()["height"] / 260
    assert size * scale > 8.5  # pixels: still read
    web_page.emulate_media(reduced_motion="no-preference")


def test_pictures_take_the_place_of_x_and_of_what_is_decoded(web_page: Page) -> None:
    drawn(web_page)
    assert texts(web_page, ".within") == ["x", "x′"]
    web_page.evaluate("network.paint('x', 'data:image/png;base64,')")
    assert web_page.locator(".portrait-x .within").is_hidden()
    assert web_page.locator(".portrait-picture .within").is_visible()
