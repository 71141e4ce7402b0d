"""Several runs side by side: in what they differ, one cursor through all maps, one time, one chart of losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.web import rivals
from tests.web.rivals import Rival, menu, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

COMMON = {"warmup": 0.0, "cycles": 1}
AE, VAE, BETA = menu("ae"), menu("vae", **COMMON), menu("beta", beta=4.0, **COMMON)


def ae(**more: Any) -> Rival:
    return Rival("ae-run", spec(AE), [0, 10, 100], spread=20.0, **more)


def vae(**more: Any) -> Rival:
    return Rival("vae-run", spec(VAE), [0, 12, 100], kl=[2.0, 1.0], **more)


def beta(**more: Any) -> Rival:
    return Rival("beta-run", spec(BETA), [0, 50, 95], spread=0.5, kl=[0.004, 0.0], **more)


@pytest.fixture
def decoders(web_site: Site) -> dict[int, TinyModel]:
    return {d: web_site.model(f"rival-{d}", d=d) for d in (2, 3)}


@pytest.fixture
def show(web_page: Page, decoders: dict[int, TinyModel]) -> Iterator[Callable[..., None]]:
    yield lambda *runs: rivals.show(web_page, list(runs), {d: model.folder for d, model in decoders.items()})
    web_page.evaluate("() => { window.dispose?.(); window.dispose = null; }")  # before the answers end
    web_page.unroute_all()


def expect_texts(page: Page, selector: str, wanted: list[str]) -> None:
    """The words are there, if not at once then soon: each run is asked for on its own."""
    for _ in range(100):
        if (found := page.locator(selector).all_inner_texts()) == wanted:
            return
        page.wait_for_timeout(50)
    assert found == wanted


def choose(page: Page, name: str) -> None:
    page.locator(f".compare-head input[value={name}]").check(force=True)
    page.evaluate("nextFrame()")


def ticks(page: Page, cell: int, anchor: str) -> list[str]:
    return page.locator(
        f".compare-cell:nth-child({cell + 1}) .ticklabels text[text-anchor={anchor}]"
    ).all_text_contents()


def place_of(page: Page, cell: int, at: Any) -> tuple[float, float]:
    """Return where a place of a map lies on the screen, by the ticks of its axes."""
    found = page.locator(".compare-cell .plot").nth(cell).evaluate(
        """(plot, at) => {
            const { x, y } = plot.getBoundingClientRect();
            return [["middle", "x", x], ["end", "y", y]].map(([anchor, axis, from], i) => {
                const [one, other] = [...plot.querySelectorAll(`.ticklabels text[text-anchor=${anchor}]`)].map(
                    (text) => [number(text), Number(text.getAttribute(axis))]);
                return from + one[1] + ((at[i] - one[0]) * (other[1] - one[1])) / (other[0] - one[0]);
            });
        }""",
        [float(each) for each in at],
    )  # fmt: skip
    return found[0], found[1]


def pictures(page: Page) -> list[list[int]]:
    """Return what is decoded in each cell, one byte a pixel."""
    page.evaluate("nextFrame()")
    return page.locator(".compare-face canvas").evaluate_all(
        """(all) => all.map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return Array.from(data).filter((_, i) => i % 4 === 0);
        })"""
    )


def wait_for_pictures(page: Page, wanted: list[np.ndarray], within: float = 2.0) -> None:
    for _ in range(200):
        found = pictures(page)
        if all(np.allclose(one, other, atol=within) for one, other in zip(found, wanted, strict=True)):
            return
        page.wait_for_timeout(50)
    assert found == [each.round().tolist() for each in wanted]


# --- what they are


def test_each_run_says_in_what_it_differs_and_leads_to_itself(web_page: Page, show: Callable) -> None:
    show(ae(), vae(), beta())
    expect_texts(web_page, ".compare-cell h3", ["objective ae", "objective vae", "objective beta, beta 4"])
    links = web_page.locator(".compare-who a")
    assert links.all_inner_texts() == ["ae-run", "vae-run", "beta-run"]
    assert links.first.get_attribute("href") == "?run=ae-run"
    vitals = ["codes only, no KL", "2 of 2 dimensions alive", "all 2 dimensions collapsed"]
    expect_texts(web_page, ".compare-vitals", vitals)
    shapes = web_page.locator(".compare-cell .compare-sign path").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('d'))"
    )
    assert len(set(shapes)) == 3


@pytest.mark.parametrize(
    ("specs", "said"),
    [
        ([spec(menu("beta", beta=0.2)), spec(menu("beta", beta=10.0))], ["beta 0.2", "beta 10"]),
        ([spec(VAE), spec(VAE, latent=8)], ["latent 2", "latent 8"]),
        ([spec(VAE), spec(VAE)], ["", ""]),
        ([spec(VAE), None], ["", ""]),
        (
            [spec(menu("vae")), spec(VAE, latent=8)],
            ["latent 2", "latent 8"],
        ),  # the first waits: its knobs are not known yet
    ],
)
def test_what_differs_in_plain_words(js: Callable, specs: list[Any], said: list[str]) -> None:
    found = js("studio/differs.js", "differencesOf", specs)
    assert found == [{"title": title, "also": ""} for title in said]


def test_how_else_a_run_is_trained_does_not_make_its_title_longer(js: Callable) -> None:
    quick = {"training": {"epochs": 0, "minutes": 1.0, "seed": 0}}
    slow = {"training": {"epochs": 9, "minutes": 0.0, "seed": 0}}
    assert js("studio/differs.js", "differencesOf", [spec(AE, **quick), spec(VAE, **slow)]) == [
        {"title": "objective ae", "also": "minutes 1"},
        {"title": "objective vae", "also": "epochs 9"},
    ]
    assert [
        each["title"] for each in js("studio/differs.js", "differencesOf", [spec(AE, **quick), spec(AE, **slow)])
    ] == [
        "minutes 1",
        "epochs 9",
    ]


def test_runs_agree_until_something_differs(js: Callable) -> None:
    bounded = spec(VAE, likelihood=menu("bernoulli", bound=5.0))
    assert js("studio/differs.js", "agreeOn", [spec(VAE), bounded, None], "likelihood")
    assert not js("studio/differs.js", "agreeOn", [spec(VAE), spec(VAE, likelihood=menu("gaussian"))], "likelihood")


def test_losses_of_other_likelihoods_are_said_not_to_be_compared(web_page: Page, show: Callable) -> None:
    other = vae()
    other.spec = spec(VAE, likelihood=menu("gaussian"))
    show(ae(), other)
    assert "a nat of one is not a nat of another" in web_page.locator(".compare-says .aside").inner_text()


# --- one cursor


def test_the_same_picture_is_decoded_in_each_map(web_page: Page, show: Callable, decoders: dict) -> None:
    runs = [ae(), vae(), beta()]
    show(*runs)
    wait_for_pictures(web_page, [decoders[2].gray(run.mean(run.steps[-1])[0]) for run in runs])
    assert web_page.locator(".compare-told").inner_text().startswith("Test picture 1 (a) in every map")
    assert web_page.locator(".compare-prints .shot:not([hidden])").count() == 3  # its original
    web_page.mouse.click(*place_of(web_page, 0, runs[0].mean(100)[5]))
    wait_for_pictures(web_page, [decoders[2].gray(run.mean(run.steps[-1])[5]) for run in runs])
    assert web_page.locator(".compare-told").inner_text().startswith("Test picture 6 (c) in every map")
    assert web_page.locator(".compare-prints .shot:not([hidden])").count() == 0  # nobody has that of the sixth


def test_beside_the_points_the_hand_decides_and_the_nearest_picture_elsewhere(
    web_page: Page, show: Callable, decoders: dict
) -> None:
    runs = [ae(), vae()]
    show(*runs)
    hole = np.array([21.5, -21.5])
    web_page.mouse.click(*place_of(web_page, 0, hole))
    nearest = np.square(runs[0].mean(100) - hole).sum(axis=1).argmin()
    wait_for_pictures(web_page, [decoders[2].gray(hole), decoders[2].gray(vae().mean(100)[nearest])], within=6)
    said = web_page.locator(".compare-told").inner_text()
    assert said.startswith("In “objective ae” z is where the hand is")
    assert f"test picture {nearest + 1} " in said


def test_a_mouse_that_passes_over_one_map_takes_all_cursors_along_and_leaves_them(
    web_page: Page, show: Callable, decoders: dict
) -> None:
    runs = [ae(), vae(), beta()]
    show(*runs)
    web_page.mouse.click(*place_of(web_page, 1, runs[1].mean(100)[3]))
    web_page.mouse.move(*place_of(web_page, 0, runs[0].mean(100)[5]))
    wait_for_pictures(web_page, [decoders[2].gray(run.mean(run.steps[-1])[5]) for run in runs])
    web_page.locator(".compare-head h2").hover()
    wait_for_pictures(web_page, [decoders[2].gray(run.mean(run.steps[-1])[3]) for run in runs])
    assert web_page.locator(".compare-told").inner_text().startswith("Test picture 4")


def test_the_same_z_is_decoded_in_each_map(web_page: Page, show: Callable, decoders: dict) -> None:
    show(ae(), vae(), beta())
    choose(web_page, "z")
    web_page.mouse.click(*place_of(web_page, 1, [10.0, 5.0]))
    wait_for_pictures(web_page, [decoders[2].gray([10.0, 5.0])] * 3, within=6)
    assert "in every map" in web_page.locator(".compare-told").inner_text()
    web_page.locator(".plot").nth(2).focus()
    web_page.keyboard.press("ArrowLeft")
    assert "in every map" in web_page.locator(".compare-told").inner_text()
    one, other, third = pictures(web_page)
    assert one == other == third


def test_the_same_z_means_nothing_where_dimensions_differ(web_page: Page, show: Callable) -> None:
    other = Rival("wide", spec(VAE, latent=3), [0, 100], kl=[1.0, 0.5, 0.0])
    show(vae(), other)
    web_page.locator(".compare-head input[value=z]").click(force=True)
    assert web_page.locator(".compare-head input[value=example]").is_checked()
    assert "number of latent dimensions" in web_page.locator(".complaint").inner_text()
    web_page.get_by_text("2 of 3 dimensions alive").wait_for()


def test_runs_of_other_pictures_have_no_picture_in_common(web_page: Page, show: Callable) -> None:
    other = vae()
    other.spec = spec(VAE, data=menu("faces"))
    show(ae(), other)
    assert web_page.locator(".compare-head input[value=z]").is_checked()
    assert "They learn from different pictures" in web_page.locator(".compare-says .aside").inner_text()


def test_a_draw_can_be_taken(web_page: Page, show: Callable, decoders: dict) -> None:
    show(ae(), vae())
    choose(web_page, "z")
    choose(web_page, "draws")
    assert web_page.locator(".compare-face:visible").count() == 0
    web_page.locator(".compare-tiles").first.click(position={"x": 3, "y": 3})
    z = np.random.default_rng(1).normal(size=(rivals.DRAWS, 2))[0]
    wait_for_pictures(web_page, [decoders[2].gray(z)] * 2)


# --- the same axes, the same time


def test_maps_have_the_same_axes_or_their_own(web_page: Page, show: Callable) -> None:
    show(ae(), vae(), beta())
    assert ticks(web_page, 0, "middle") == ticks(web_page, 1, "middle") == ticks(web_page, 2, "middle")
    assert "20" in ticks(web_page, 1, "end")
    choose(web_page, "own")
    assert "20" in ticks(web_page, 0, "end")
    assert "20" not in ticks(web_page, 1, "end")


@pytest.mark.parametrize(
    "boxes", [[[-1.1, -1.1, 1.1, 1.1]], [[-21.3, -4, 19, 20], [0, 0, 1, 33]], [[-0.013, -0.2, 0.4, 0.01]]]
)
def test_a_view_holds_all_boxes_in_round_numbers(js: Callable, boxes: list[list[float]]) -> None:
    left, bottom, right, top = js("studio/room.js", "roomFor", boxes)
    assert left <= min(box[0] for box in boxes)
    assert bottom <= min(box[1] for box in boxes)
    assert right >= max(box[2] for box in boxes)
    assert top >= max(box[3] for box in boxes)
    side = max(right - left, top - bottom)
    assert side <= 1.5 * max(max(box[2] for box in boxes) - min(box[0] for box in boxes), top - bottom)
    moved = [[edge * 1.0001 for edge in box] for box in boxes]
    assert np.allclose(js("studio/room.js", "roomFor", moved), [left, bottom, right, top], atol=side / 9)


def test_one_time_machine_goes_to_the_moment_of_each_that_is_nearest(web_page: Page, show: Callable) -> None:
    show(ae(), vae(), beta())
    rail = web_page.get_by_label("Moment of the training")
    assert rail.get_attribute("max") == "4"  # 0, 10, 12, 50 and 100: 95 is as good as 100
    rail.focus()
    for _ in range(2):
        web_page.keyboard.press("ArrowLeft")
    web_page.wait_for_function("studio.place.querySelector('.cloud').dataset.step === '10'")
    assert web_page.locator(".moment").inner_text() == "step 12, epoch 1.20"
    for cell, step in enumerate((10, 12, 0)):
        web_page.locator(".compare-who").nth(cell).get_by_text(f"step {step}", exact=True).wait_for()


def test_what_comes_next_is_fetched_once_the_hand_rests(web_page: Page, show: Callable) -> None:
    asked: list[str] = []
    show(ae(), vae())
    web_page.on("request", lambda request: asked.append(request.url))
    web_page.get_by_label("Moment of the training").focus()
    web_page.keyboard.press("Home")
    web_page.wait_for_timeout(600)
    looks = [url.split("/live/runs/")[1] for url in asked if url.endswith("look.safetensors")]
    wanted = [f"{name}/moments/0-1/look.safetensors" for name in ("ae-run", "vae-run")]
    ahead = ["ae-run/moments/10-1/look.safetensors", "vae-run/moments/12-1/look.safetensors"]
    assert looks == [*wanted, *ahead]


def test_the_cursor_stays_with_its_picture_while_the_map_moves(web_page: Page, show: Callable, decoders: dict) -> None:
    runs = [ae(), vae()]
    show(*runs)
    web_page.mouse.click(*place_of(web_page, 0, runs[0].mean(100)[2]))
    web_page.get_by_label("Moment of the training").focus()
    web_page.keyboard.press("Home")
    wait_for_pictures(web_page, [decoders[2].gray(run.mean(0)[2]) for run in runs])


@pytest.mark.parametrize(
    ("steps", "kept"), [([3, 0, 1, 2, 2], [0, 1, 2, 3]), ([100, 105, 300, 301], [100, 301]), ([], [])]
)
def test_moments_of_several_films_that_lie_close_are_one(js: Callable, steps: list[int], kept: list[int]) -> None:
    assert js("studio/together.js", "apart", steps) == kept


# --- losses


def entry(page: Page, which: int) -> Locator:
    return page.locator(".compare-losses .entries .chip").nth(which)


def test_losses_of_all_runs_on_the_same_axes(web_page: Page, show: Callable) -> None:
    show(ae(), vae(), beta())
    lines = web_page.locator(".compare-losses .line:not(.held)")
    assert lines.evaluate_all("(all) => all.map((line) => line.dataset.line)") == ["run-0", "run-1", "run-2"]
    assert entry(web_page, 1).text_content() == "objective vae80.00"
    web_page.locator(".compare-losses input[value=kl]").check(force=True)
    web_page.evaluate("nextFrame()")
    assert entry(web_page, 0).text_content() == "objective ae–"
    assert entry(web_page, 1).text_content() == "objective vae3.00"
    web_page.locator(".compare-losses input[value=loss]").check(force=True)
    web_page.evaluate("nextFrame()")
    assert [(entry(web_page, i).text_content() or "")[-5:] for i in (0, 1)] == ["80.00", "83.00"]


STANDS = """(i) => {
    const chart = studio.place.querySelector(".compare-losses");
    const line = chart.querySelector(`.line[data-line=run-${i}]:not(.held)`);
    const { x, y } = line.getPointAtLength(line.getTotalLength());
    const signs = Array.from(chart.querySelectorAll(`.signs [data-line=run-${i}]`));
    return signs.some((sign) => sign.getAttribute("transform") === `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}"""


def test_a_sign_stands_at_the_end_of_each_line(web_page: Page, show: Callable) -> None:
    show(ae(), beta())  # of which one ends earlier
    for i in (0, 1):
        web_page.wait_for_function(STANDS, arg=i)


def test_close_up_the_first_tenth_of_the_training_does_not_set_the_scale(web_page: Page, show: Callable) -> None:
    show(ae(), vae())
    highest = "(all) => Math.max(...all.filter((text) => text.getAttribute('text-anchor') === 'end').map(number))"
    scale = web_page.locator(".compare-losses .ticks text")
    scale.first.wait_for(state="attached")
    assert 80 < scale.evaluate_all(highest) < 90  # beyond it lies 90, the value of step 0
    web_page.get_by_label("y", exact=True).select_option("linear")
    web_page.evaluate("nextFrame()")
    assert scale.evaluate_all(highest) == 90


def test_the_name_of_a_run_is_a_switch_of_its_line(web_page: Page, show: Callable) -> None:
    show(ae(), vae())
    entry(web_page, 0).click()
    web_page.evaluate("nextFrame()")
    shown = web_page.locator(".compare-losses .line:not(.held)").evaluate_all(
        "(all) => all.filter((line) => line.style.display !== 'none').map((line) => line.dataset.line)"
    )
    assert shown == ["run-1"]


def test_the_chart_is_scrubbed_by_keys(web_page: Page, show: Callable) -> None:
    show(ae(), vae())
    web_page.get_by_role("slider", name="Losses of all runs").focus()
    web_page.keyboard.press("Home")
    web_page.wait_for_function("studio.place.querySelector('.cloud').dataset.step === '0'")
    assert entry(web_page, 0).text_content() == "objective ae90.00"


# --- trainers


def test_who_waits_says_its_place_and_can_leave_the_line(web_page: Page, show: Callable) -> None:
    waiting = Rival(
        "late", spec(BETA), [], more={"state": "waiting", "alive": True, "words": "2 trainings must end first."}
    )
    show(vae(), waiting)
    expect_texts(web_page, ".compare-veil:visible", ["It waits in line: 2 trainings must end first."])
    assert web_page.locator(".compare-state").nth(1).inner_text() == "waits in line"
    with web_page.expect_response("**/wish"):
        web_page.get_by_role("button", name="Leave the line").click()
    assert waiting.wishes == ["stop"]


def test_all_are_asked_who_can_do_it(web_page: Page, show: Callable) -> None:
    going, held = vae(more={"state": "running", "alive": True}), beta(more={"state": "paused", "alive": True})
    done = ae()
    show(going, held, done)
    for name in ("Pause all", "Go on", "Stop all"):
        web_page.get_by_role("button", name=name).click()
    web_page.wait_for_timeout(200)
    assert (going.wishes, held.wishes, done.wishes) == (["pause", "stop"], ["go on", "stop"], [])


def test_who_failed_says_why(web_page: Page, show: Callable) -> None:
    show(ae(), vae(more={"state": "failed", "words": "The loss is no number any more."}))
    expect_texts(web_page, ".compare-why:visible", ["The loss is no number any more."])
    assert web_page.get_by_role("button", name="Stop all").count() == 0


def test_a_run_that_is_gone_is_said_beside_those_that_are_there(web_page: Page, show: Callable) -> None:
    show(vae(), Rival("old run", spec(AE), [], more={"gone": True}))
    expect_texts(web_page, ".compare-cell h3", ["vae-run", "old run"])
    expect_texts(web_page, ".compare-veil:visible", ["There is no run 'old run' any more."])


def test_taken_away_it_asks_no_more(web_page: Page, show: Callable) -> None:
    asked: list[str] = []
    show(ae(), vae(more={"state": "running", "alive": True}))
    web_page.evaluate("() => { window.dispose(); window.dispose = null; }")
    web_page.on("request", lambda request: asked.append(request.url))
    web_page.wait_for_timeout(900)
    assert [url for url in asked if "/live/" in url] == []
