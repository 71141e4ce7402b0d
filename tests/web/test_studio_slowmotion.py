"""Slow motion: the eight phases of a real batch, its numbers and its sums, and what a person may ask meanwhile."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer import catalog, changes, closeup
from explorer.blueprint import blueprint
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.objectives import Moment
from explorer.plan import Plan
from explorer.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from explorer.datasets import Split
    from explorer.spec import Spec

pytestmark = pytest.mark.browser

PHASES = ("encode", "epsilon", "z", "decode", "reconstruction", "kl", "gradients", "update")
OPEN = """async ({ closeups, state, width }) => {
    const { createSlowMotion } = await import("/web/studio/slowmotion.js");
    const types = { float32: Float32Array, uint8: Uint8Array };
    for (const { arrays } of closeups) {
        for (const [name, { dtype, values }] of Object.entries(arrays)) arrays[name] = types[dtype].from(values);
    }
    window.closeups = closeups;
    const root = document.createElement("div");
    root.className = "explorer";
    root.style.cssText = `position: absolute; inset: 0 auto auto 0; width: ${width}px; z-index: 9; block-size: auto`;
    document.body.append(root);
    await dressed(root);
    const views = new Set();
    const subscribe = (view) => (views.add(view), () => views.delete(view));
    const feed = { state: { state: "slow", alive: true, step: 1, closeup: null, ...state }, subscribe };
    window.tell = (patch) => {
        const before = feed.state;
        feed.state = { ...before, ...patch };
        for (const view of views) view(feed.state, before);
    };
    window.asked = [];
    const ask = async (wish, values) => (asked.push(values ? [wish, values] : [wish]), "");
    const slow = createSlowMotion({ root, feed, ask, complain() {} });
    root.append(slow.element);
    window.dispose = () => (slow.dispose(), root.remove());
    window.lit = () => root.querySelector(".network svg")?.dataset.phase ?? "";
    window.shown = () => root.querySelector(".phase.shown").innerText.replace(/\\s+/g, " ");
    await new Promise(requestAnimationFrame);
    tell({});
}"""


def batches(spec: Spec, digits: Split, n: int = 2, done: float = 0.0) -> tuple[list[closeup.Closeup], dict[str, Any]]:
    """Return the close-ups of the first steps of a training, and what the feed tells of its run."""
    learner = Learner(replace(spec, classes=10))
    source = Source(digits.train, learner.spec, Plan())
    seen = [closeup.taken(learner, source.batch(k), Moment(done, len(digits.train)))[1] for k in range(n)]
    state = {"blueprint": blueprint(learner.spec), "knobs": [vars(knob) for knob in changes.turnable(spec)]}
    return seen, state


def opened(page: Page, seen: list[closeup.Closeup], state: dict[str, Any], width: int = 1180) -> None:
    """Show slow motion, with the first close-up already there."""
    arrays = [
        {name: {"dtype": str(each.dtype), "values": each.ravel().tolist()} for name, each in one.arrays.items()}
        for one in seen
    ]
    closeups = [{"words": one.words, "arrays": each} for one, each in zip(seen, arrays, strict=True)]
    page.evaluate(OPEN, {"closeups": closeups, "state": state, "width": width})
    page.evaluate("tell({ closeup: closeups[0] })")


def held(page: Page, phase: str) -> str:
    """Hold a phase, and return what it shows."""
    step = page.locator(".phases button").nth(PHASES.index(phase))
    if step.get_attribute("aria-pressed") != "true":
        step.click()
    page.wait_for_function("(phase) => lit() === phase", arg=phase)
    return page.evaluate("shown()")


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("(", "").replace(")", "").replace(",", ""))


def sum_of(page: Page) -> tuple[float, float, float]:
    """Return total, reconstruction and regularization as they are shown."""
    words = page.locator(".sum").inner_text().replace("\n", " ")
    found = re.fullmatch(
        r"(−?[\d.]+) loss, nats per image = (−?[\d.]+) reconstruction ([+−]) ([\d.]+) regularization", words
    )
    assert found, words
    total, reconstruction, sign, regularization = found.groups()
    return number(total), number(reconstruction), number(regularization) * (-1 if sign == "−" else 1)


# --- sums


def test_shown_parts_add_up_to_the_shown_total_whatever_they_are(js: Callable) -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        parts = (rng.normal(size=rng.integers(1, 20)) * 10.0 ** rng.integers(-4, 4)).tolist()
        total = float(np.float32(sum(parts)))
        for digits in (0, 2):
            shown = js("studio/closeup.js", "addingUp", parts, total, digits)
            assert round(sum(shown), 6) == pytest.approx(math.floor(total * 10**digits + 0.5) / 10**digits, abs=1e-9)
            assert np.abs(np.array(shown) - parts).max() <= 1.0001 * 10.0**-digits


@pytest.mark.parametrize("objective", catalog.names("objectives"))
def test_the_sum_of_the_shown_parts_is_the_shown_total(
    web_page: Page, tiny_spec: Spec, digits: Split, objective: str
) -> None:
    seen, state = batches(replace(tiny_spec, objective=Choice(objective)), digits)
    opened(web_page, seen, state)
    for i, one in enumerate(seen):
        web_page.evaluate("(i) => tell({ closeup: closeups[i] })", i)
        total, reconstruction, regularization = sum_of(web_page)
        assert round(reconstruction + regularization, 2) == total
        assert total == pytest.approx(one.words["total"], abs=0.0051)
        assert reconstruction == pytest.approx(one.words["parts"]["reconstruction"], abs=0.011)
        assert regularization == pytest.approx(one.words["parts"]["regularization"], abs=0.011)


def test_large_losses_are_shown_with_the_digits_that_they_have(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    seen, state = batches(tiny_spec, digits, n=1)
    seen[0].words |= {
        "total": 123456.789,
        "parts": {"reconstruction": 123400.4, "regularization": 56.389},
        "kl": [56.389, 0.0, 0.0],
    }
    opened(web_page, seen, state)
    assert sum_of(web_page) == (123457, 123401, 56)


def test_the_kl_of_the_dimensions_is_that_of_the_picture_and_that_of_the_batch_is_the_regularization(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    seen, state = batches(tiny_spec, digits)
    opened(web_page, seen, state)
    words = held(web_page, "kl")
    shown = [number(text) for text in web_page.locator(".phase.shown .figure").all_text_contents()]
    arrays = seen[0].arrays
    kl = 0.5 * (arrays["mu"] ** 2 + arrays["sigma"] ** 2 - 1) - np.log(arrays["sigma"])
    assert shown == pytest.approx(kl[0].tolist(), abs=0.0101)
    own = number(re.search(r"This picture (−?[\d.]+) nats in sum", words)[1])
    assert round(sum(shown), 2) == own == pytest.approx(seen[0].arrays["kl"][0], abs=0.0051)
    mean = number(re.search(r"Mean of the batch (−?[\d.]+) nats, of 128 pictures", words)[1])
    assert mean == sum_of(web_page)[2]
    assert f"Regularization {mean:.2f} nats: the KL with weight 1" in words


def test_a_weight_of_the_kl_is_shown_as_a_factor(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    spec = replace(tiny_spec, objective=Choice("beta", {"beta": 4.0, "warmup": 0.5}))
    seen, state = batches(spec, digits, done=0.1)
    opened(web_page, seen, state)
    words = held(web_page, "kl")
    found = re.search(r"Regularization warm-up 0.2 × β 4 × KL ([\d.]+) ([=≈]) ([\d.]+) nats", words)
    assert found, words
    assert float(found[3]) == sum_of(web_page)[2]
    assert (round(0.8 * float(found[1]), 2) == float(found[3])) == (found[2] == "=")


def test_what_is_more_than_the_kl_says_so(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(replace(tiny_spec, objective=Choice("info")), digits))
    assert "this objective charges something else than the plain KL" in held(web_page, "kl")


# --- the phases


def test_eight_phases_are_lit_one_after_the_other_and_the_last_stays(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.get_by_role("radio", name="2×").check()
    seen = web_page.evaluate("""async () => {
        const seen = [];
        tell({ closeup: closeups[1] });
        await nextFrame();
        for (const end = performance.now() + 4500; performance.now() < end; await nextFrame()) {
            if (seen.at(-1) !== lit()) seen.push(lit());
        }
        return seen;
    }""")
    assert tuple(seen) == PHASES
    assert web_page.locator("[aria-current=step]").text_content() == "8 Update"
    assert web_page.locator(".phase.shown").count() == 1


def test_the_batch_of_a_later_step_begins_with_the_first_phase(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.wait_for_function("lit() === 'z'", timeout=5000)
    web_page.evaluate("tell({ closeup: { ...closeups[0] } })")  # the same step, fetched again
    assert web_page.evaluate("lit()") != "encode"
    web_page.evaluate("tell({ closeup: closeups[1] })")
    web_page.wait_for_function("lit() === 'encode'", timeout=300)
    assert "Step 2: a batch of 128 pictures." in web_page.locator(".note").inner_text()


def test_a_phase_that_is_held_stays_while_batches_come(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    seen, state = batches(tiny_spec, digits)
    opened(web_page, seen, state)
    before = held(web_page, "z")
    web_page.evaluate("tell({ closeup: closeups[1] })")
    web_page.wait_for_timeout(900)
    assert web_page.evaluate("lit()") == "z"
    after = web_page.evaluate("shown()")
    assert after != before
    assert f"{abs(seen[1].arrays['z'][0, 0]):.2f}" in after
    web_page.locator(".phases button").nth(2).click()
    web_page.wait_for_function("lit() !== 'z'")


def test_the_keys_hold_a_phase_and_let_go(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.evaluate("document.querySelector('.slowmotion').focus()")
    for key, phase in (("5", "reconstruction"), ("ArrowRight", "kl"), ("ArrowLeft", "reconstruction"), ("8", "update")):
        web_page.keyboard.press(key)
        web_page.wait_for_function("(phase) => lit() === phase", arg=phase)
    heard = web_page.locator(".slowmotion > [aria-live]")
    assert heard.inner_text().startswith("Phase 8 of 8, Update, is held. Each weight")
    web_page.keyboard.press("Escape")
    assert heard.inner_text() == "The phases go on."


def test_those_who_asked_for_less_motion_see_each_phase_whole(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    web_page.emulate_media(reduced_motion="reduce")
    opened(web_page, *batches(tiny_spec, digits))
    web_page.wait_for_function("lit() === 'encode'")
    assert web_page.locator(".network .code.mu.lit").count() == 1  # the end of the phase, at once
    web_page.wait_for_function("lit() === 'epsilon'")
    web_page.emulate_media(reduced_motion="no-preference")


# --- the numbers


def test_every_phase_shows_the_numbers_of_the_batch(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    seen, state = batches(tiny_spec, digits)
    opened(web_page, seen, state)
    arrays, words = seen[0].arrays, seen[0].words

    def figures() -> list[float]:
        return [number(text) for text in web_page.locator(".phase.shown .figure").all_text_contents()]

    held(web_page, "encode")
    assert figures() == pytest.approx(np.stack([arrays["mu"][0], arrays["sigma"][0]], 1).ravel().tolist(), abs=0.0051)
    assert number(held(web_page, "epsilon").rsplit("=")[1]) == pytest.approx(arrays["epsilon"][0, 0], abs=0.0051)
    assert web_page.locator(".bell circle").count() == 3
    held(web_page, "z")
    assert figures() == pytest.approx(arrays["z"][0].tolist(), abs=0.0051)
    held(web_page, "decode")
    assert figures() == pytest.approx(arrays["z"][0].tolist(), abs=0.0051)
    said = held(web_page, "reconstruction")
    assert f"This picture {arrays['reconstruction'][0]:.2f}".replace("-", "−") in said
    assert number(re.search(r"Mean of the batch (−?[\d.]+)", said)[1]) == sum_of(web_page)[1]
    said = held(web_page, "gradients")
    unit = 10.0 ** number(
        "".join("-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".index(each)] for each in re.search(r"10([⁻⁰-⁹¹²³]+)", said)[1])
    )
    slopes = np.stack([arrays[f"gradient_{name}"][0] for name in ("z", "mu", "sigma")], 1)
    assert np.array(figures()) * unit == pytest.approx(slopes.ravel(), abs=0.0051 * unit)
    length = np.linalg.norm(arrays["gradient_z"][0])
    assert number(re.search(r"this picture z ([\d.e−]+)", said)[1]) == pytest.approx(length, rel=0.006)
    assert number(re.search(r"encoder ([\d.]+)", said)[1]) == pytest.approx(words["gradient"]["encoder"], rel=0.006)
    said = held(web_page, "update")
    assert number(re.search(r"Learning rate ([\d.]+)", said)[1]) == pytest.approx(words["rate"], rel=0.006)
    assert number(re.search(r"moved by ([\d.]+)", said)[1]) == pytest.approx(words["moved"], rel=0.006)
    share = 100 * words["moved"] / words["weights"]
    assert number(re.search(r"Share of their length ([\d.]+) %", said)[1]) == pytest.approx(share, abs=0.0006)


def test_the_equation_of_z_is_that_of_the_chosen_dimension_and_its_sum_holds(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    seen, state = batches(tiny_spec, digits)
    opened(web_page, seen, state)
    held(web_page, "z")
    for k in (1, 2):
        web_page.locator(".phase.shown .dim").nth(k).hover()
        names, numbers, result = web_page.locator(".phase.shown .equation > span").all_text_contents()
        assert names == f"z{k + 1} = μ{k + 1} + σ{k + 1} · ε{k + 1}"
        given = [number(each) for each in re.findall(r"\(?−?\d+\.\d\d\)?", numbers)]
        arrays = seen[0].arrays
        assert given == pytest.approx([arrays[name][0, k] for name in ("mu", "sigma", "epsilon")], abs=0.0051)
        mean, sign, product, z = re.match(r" ≈ (\(?−?[\d.]+\)?) ([+−]) ([\d.]+) = (−?[\d.]+)", result).groups()
        assert round(number(mean) + (-1 if sign == "−" else 1) * number(product), 2) == number(z)
        assert number(z) == pytest.approx(arrays["z"][0, k], abs=0.0051)


def test_the_arrow_keys_go_from_dimension_to_dimension(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    held(web_page, "encode")
    web_page.locator(".phase.shown .dim").first.focus()
    web_page.keyboard.press("ArrowRight")
    assert web_page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Dimension 2: μ ")
    assert web_page.evaluate("lit()") == "encode"
    assert web_page.locator(".phase.shown .dim[tabindex='0']").count() == 1


def test_another_picture_of_the_batch_can_be_followed(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    seen, state = batches(tiny_spec, digits)
    opened(web_page, seen, state)
    held(web_page, "encode")
    assert web_page.locator(".choice button").count() == 8
    web_page.get_by_label("Picture 4 of the batch").click()
    shown = [number(text) for text in web_page.locator(".phase.shown .figure").all_text_contents()]
    assert shown[::2] == pytest.approx(seen[0].arrays["mu"][3].tolist(), abs=0.0051)
    pixels = web_page.evaluate("""() => {
        const canvas = document.querySelector(".phase.shown .shot canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return Array.from(data).filter((_, i) => i % 4 === 0);
    }""")
    assert pixels == seen[0].arrays["x"][3].ravel().tolist()
    web_page.evaluate("tell({ closeup: closeups[1] })")
    assert web_page.locator(".choice [aria-pressed=true]").get_attribute("aria-label") == "Picture 4 of the batch"


def test_of_many_dimensions_sixteen_are_shown_and_the_rest_is_counted(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    seen, state = batches(replace(tiny_spec, latent=40), digits)
    opened(web_page, seen, state)
    assert "and 24 more dimensions" in held(web_page, "encode")
    assert "The first 16 of 40 are shown." in held(web_page, "epsilon")
    words = held(web_page, "kl")
    shown = [number(text) for text in web_page.locator(".phase.shown .figure").all_text_contents()]
    own, rest = re.search(
        r"This picture ([\d.]+) nats in sum, ([\d.]+) of it in the other 24 dimensions", words
    ).groups()
    assert len(shown) == 16
    assert round(sum(shown) + float(rest), 2) == float(own) == pytest.approx(seen[0].arrays["kl"][0], abs=0.0051)


def test_a_plain_autoencoder_says_what_it_lacks(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(replace(tiny_spec, objective=Choice("ae")), digits))
    assert "what it encodes is a point" in held(web_page, "encode")
    assert held(web_page, "epsilon") == (
        "A plain autoencoder draws nothing: its σ is 0, so that a picture always has the same z."
    )
    assert "takes μ itself for z" in held(web_page, "z")
    assert held(web_page, "kl") == (
        "A plain autoencoder has no KL loss: nothing asks its codes to lie where the prior has its draws."
    )
    assert "through z, which is μ, into the encoder" in held(web_page, "gradients")
    assert web_page.locator(".phase.shown .scale-of:visible").count() == 2
    total, reconstruction, regularization = sum_of(web_page)
    assert (total, regularization) == (reconstruction, 0)


def test_where_several_z_are_weighed_together_no_picture_has_a_loss(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    opened(web_page, *batches(replace(tiny_spec, objective=Choice("iwae")), digits))
    words = held(web_page, "reconstruction")
    assert "Several z are drawn for each picture" in words
    assert "This picture" not in words


def test_a_conditional_model_is_told_the_class(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(replace(tiny_spec, conditional=True, classes=10), digits))
    assert held(web_page, "encode").startswith("The encoder sees x and its class")
    assert "The decoder sees z and the class" in held(web_page, "decode")


# --- what is asked


def test_the_buttons_ask_the_trainer(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.evaluate("tell({ state: 'running' })")
    web_page.get_by_role("button", name="Slow motion").click()
    web_page.get_by_role("button", name="One step").click()
    assert web_page.get_by_role("button", name="Full speed").is_disabled()
    web_page.get_by_role("radio", name="0.5×").check()  # not yet slow: only the next time
    web_page.get_by_role("button", name="Slow motion").click()
    web_page.evaluate("tell({ state: 'slow' })")
    assert web_page.get_by_role("button", name="Slow motion").get_attribute("aria-pressed") == "true"
    web_page.get_by_role("radio", name="2×").check()
    web_page.get_by_role("button", name="Pause").click()
    web_page.evaluate("tell({ state: 'paused' })")
    assert web_page.get_by_role("button", name="Pause").is_disabled()
    web_page.get_by_role("button", name="Full speed").click()
    four, eight, two = ({"seconds": seconds} for seconds in (4, 8, 2))
    expected = [["slow", four], ["step"], ["slow", eight], ["slow", two], ["pause"], ["go on"]]
    assert web_page.evaluate("asked") == expected


def test_a_pause_holds_what_is_lit(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.wait_for_function("lit() === 'epsilon'")
    web_page.get_by_role("button", name="Pause").click()
    web_page.wait_for_timeout(900)
    assert web_page.evaluate("lit()") == "epsilon"
    web_page.get_by_role("button", name="Slow motion").click()
    web_page.wait_for_function("lit() === 'z'")


def test_a_run_that_nobody_trains_can_only_be_looked_at(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.evaluate("tell({ state: 'done', alive: false })")
    for name in ("Slow motion", "One step", "Pause", "Full speed"):
        assert web_page.get_by_role("button", name=name).is_disabled()
    assert web_page.locator(".note").inner_text() == "Nobody trains this model now. This was step 1."
    assert "z is a draw" in held(web_page, "z")


def test_before_the_first_batch_the_drawing_is_there_and_says_what_to_do(
    web_page: Page, tiny_spec: Spec, digits: Split
) -> None:
    seen, state = batches(tiny_spec, digits, n=1)
    opened(web_page, seen, state)
    web_page.evaluate("dispose()")
    opened(web_page, [], state)
    web_page.evaluate("tell({ closeup: null, state: 'running' })")
    assert web_page.locator(".network .layer").count() == 3
    assert web_page.locator(".note").inner_text() == "Press Slow motion, or One step, to see a batch from near."
    assert web_page.locator(".phases button:disabled").count() == 8
    assert web_page.locator(".batch").is_hidden()


@pytest.mark.parametrize("nonsense", [{}, [], {"shape": "large"}, {"shape": [1, 8, 8], "encoder": None}])
def test_a_damaged_drawing_is_told_and_a_whole_one_takes_its_place(
    web_page: Page, tiny_spec: Spec, digits: Split, nonsense: Any
) -> None:
    seen, state = batches(tiny_spec, digits, n=1)
    opened(web_page, seen, {**state, "blueprint": nonsense})
    assert "cannot be read" in web_page.locator(".net .note").inner_text()
    assert web_page.locator(".network").count() == 0
    web_page.keyboard.press("3")
    web_page.evaluate("(blueprint) => tell({ blueprint })", state["blueprint"])
    web_page.wait_for_function("lit() === 'encode'")
    assert web_page.locator(".net .note").count() == 0


def test_what_nobody_sees_waits_until_somebody_does(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    web_page.evaluate("document.querySelector('.slowmotion').style.display = 'none'")
    web_page.evaluate("tell({ closeup: closeups[1] })")
    assert "Step 1:" in web_page.evaluate("document.querySelector('.note').textContent")
    web_page.evaluate("nextFrame().then(nextFrame)")  # hidden and shown between two frames, nothing would have changed
    web_page.evaluate("document.querySelector('.slowmotion').style.display = ''")
    web_page.wait_for_function("document.querySelector('.note').textContent.includes('Step 2:')")


def test_a_new_batch_is_written_into_the_same_elements(web_page: Page, tiny_spec: Spec, digits: Split) -> None:
    opened(web_page, *batches(tiny_spec, digits))
    held(web_page, "encode")
    web_page.evaluate(
        "window.before = [...document.querySelectorAll('.slowmotion .dim, .slowmotion canvas, .network g')]"
    )
    web_page.evaluate("tell({ closeup: closeups[1] })")
    assert web_page.evaluate("before.every((part) => part.isConnected)")


@pytest.mark.parametrize("width", [360, 900, 1180])
def test_nothing_widens_the_page(web_page: Page, tiny_spec: Spec, digits: Split, width: int) -> None:
    opened(web_page, *batches(replace(tiny_spec, latent=40), digits), width=width)
    for phase in PHASES:
        held(web_page, phase)
        assert web_page.evaluate("document.querySelector('.explorer').scrollWidth") <= width, phase
