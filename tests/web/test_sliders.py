"""The sliders: what a hand does to them, what they show, and what they leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.web.hand import drag_slider, empty_place, map_is_described, numbers, z_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser

QUIET = 700  # ms: after this the view has said what it had to say
FILMED = """[...root().querySelectorAll(".row")].every(
    (row) => row.querySelector(".tiles").height === 4 && !row.matches(".stale"))"""
RESIZE = """([width, height]) => {
    document.querySelector("#host").style.cssText = `width: ${width}px; height: ${height}px`;
    root().parentNode.style.height = `${height}px`;
}"""
READ = """(canvas) => {
    const { width, height } = canvas;
    return [width, height, Array.from(canvas.getContext("2d").getImageData(0, 0, width, height).data)];
}"""


def slider(page: Page, k: int) -> Locator:
    return page.locator(".row input").nth(k)


def ends(page: Page, k: int) -> tuple[float, float]:
    low, high = (float(slider(page, k).get_attribute(end)) for end in ("min", "max"))
    return low, high


def film(page: Page, k: int) -> np.ndarray:  # (n, h, w) in 0..255
    width, height, data = page.locator(".row .tiles").nth(k).evaluate(READ)
    gray = np.array(data).reshape(height, width, 4)[..., 0]
    return gray.reshape(height, width // height, height).transpose(1, 0, 2)


def sigma_of(model: TinyModel, k: int) -> float:
    mean, std = model.tensors["mean"][:, k], model.tensors["std"][:, k]
    return float(np.sqrt(mean.var() + (std**2).mean()))


# --- film strips


def test_a_picture_of_a_strip_is_what_z_becomes_there(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.3, -0.7, 1.1]))
    web_page.wait_for_function(FILMED)
    for k in range(3):
        low, high = ends(web_page, k)
        strip = film(web_page, k)
        assert 7 <= len(strip) <= 11
        for i, picture in enumerate(strip):
            z = np.array([0.3, -0.7, 1.1])
            z[k] = low + (i + 0.5) / len(strip) * (high - low)
            assert np.abs(picture - tiny.decode(z)[0] * 255).max() <= 1
    box = web_page.locator(".row .tiles").nth(1).bounding_box()
    x, y = box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2
    web_page.mouse.click(x, y)
    low, high = ends(web_page, 1)
    assert z_of(web_page)[1] == pytest.approx(low + 0.25 * (high - low), abs=0.02 * (high - low)), (
        "the strip and the slider disagree on where a value is"
    )


def test_strips_follow_when_z_rests_but_not_the_one_that_is_dragged(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data())
    web_page.wait_for_function(FILMED)
    own, other = film(web_page, 0), film(web_page, 1)
    web_page.locator(".row .tiles").first.evaluate("(it) => it.getContext('2d').fillRect(0, 0, 1, 1)")  # a mark on it
    drag_slider(web_page, 0, 0.9)
    web_page.wait_for_timeout(500)
    assert np.array_equal(film(web_page, 1), other), "a strip was decoded while the hand was at it"
    stale = web_page.locator(".row").evaluate_all("(rows) => rows.map((row) => row.matches('.stale'))")
    assert stale == [False, True, True]
    web_page.mouse.up()
    web_page.wait_for_function(FILMED)
    assert np.abs(film(web_page, 1) - other).max() > 5
    assert film(web_page, 0)[0, 0, 0] == 0, "its own strip was decoded again"
    assert np.array_equal(film(web_page, 0).ravel()[1:], own.ravel()[1:])


def test_strips_out_of_sight_wait(web_page: Page, web_open: Callable, web_site: Site) -> None:
    web_open(web_site.model("dims", d=32).data())
    drawn = "[...root().querySelectorAll('.row')].map((row) => row.querySelector('.tiles').height === 4)"
    web_page.wait_for_function(f"({drawn})[0]")
    web_page.wait_for_timeout(QUIET)
    assert not web_page.evaluate(drawn)[-1], "a strip that nobody sees was decoded"
    slider(web_page, 31).scroll_into_view_if_needed()
    web_page.wait_for_function(f"({drawn})[31]")


# --- hands


def test_the_range_is_chosen(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    mean = tiny.tensors["mean"][:, 1].mean()
    low, high = ends(web_page, 1)
    assert mean - 3.5 < low < mean - 1.2 < mean + 1.2 < high < mean + 3.5
    reach = web_page.get_by_label("How far the sliders reach")
    reach.select_option("sigma")
    assert ends(web_page, 1) == pytest.approx([mean - 3 * sigma_of(tiny, 1), mean + 3 * sigma_of(tiny, 1)])
    reach.select_option("prior")
    assert ends(web_page, 1) == (-3, 3)
    web_page.wait_for_function("sent.at(-1)?.range === 'prior'")


def test_keys_and_the_wheel_nudge_by_sigmas(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    sigma = sigma_of(tiny, 1)
    slider(web_page, 1).focus()
    for key, to in (("ArrowRight", 0.1), ("Shift+ArrowRight", 1.1), ("ArrowDown", 1.0), ("PageDown", 0.0)):
        web_page.keyboard.press(key)
        assert z_of(web_page)[1] == pytest.approx(to * sigma, abs=1e-6), key
    box = slider(web_page, 1).bounding_box()
    web_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    web_page.mouse.wheel(0, -100)
    web_page.wait_for_function("z()[1] > 0")
    assert z_of(web_page)[1] == pytest.approx(0.1 * sigma)
    web_page.keyboard.press("Home")
    assert z_of(web_page)[1] == pytest.approx(ends(web_page, 1)[0])


def test_the_wheel_over_a_slider_that_nobody_clicked_moves_nothing(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    slider(web_page, 1).hover()
    web_page.evaluate(
        "void (window.rolled = new Promise((done) => root().addEventListener('wheel', () => done(), { once: true })))"
    )
    web_page.mouse.wheel(0, -100)
    web_page.evaluate("rolled.then(nextFrame)")
    assert z_of(web_page) == [0, 0, 0]


def test_the_wheel_scrolls_the_panel_where_no_slider_was_clicked(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    web_open(web_site.model("dims", d=32).data())
    before = z_of(web_page)
    box = slider(web_page, 2).bounding_box()
    web_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    web_page.mouse.wheel(0, 80)
    web_page.wait_for_function("root().querySelector('.list').scrollTop > 0")
    assert z_of(web_page) == before


def test_a_number_is_typed(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.5, 0.0]))
    value = web_page.locator(".row .value").nth(1)
    value.click()
    web_page.keyboard.type("−7,25")
    web_page.keyboard.press("Enter")
    assert z_of(web_page) == [0, -7.25, 0]
    assert ends(web_page, 1)[0] == -7.25, "the slider has no room for what was typed"
    assert value.inner_text() == "−7.25"
    value.click()
    web_page.keyboard.type("seven")
    web_page.keyboard.press("Enter")
    field = web_page.get_by_label("Value of z₂")
    assert field.input_value() == "−7.25"
    assert "“seven” is no number, so z₂ stays at −7.25" in field.evaluate("(it) => it.validationMessage")
    web_page.keyboard.press("Escape")
    value.click()
    web_page.keyboard.type("3")
    web_page.keyboard.press("Escape")
    assert z_of(web_page) == [0, -7.25, 0]
    assert web_page.locator(".row input").count() == 3


def test_a_lock_holds_against_all_but_its_own_slider(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[2.0, 1.0, -1.0]))
    lock = web_page.get_by_label("Lock z₂", exact=True)
    lock.click()
    assert lock.get_attribute("aria-pressed") == "true"
    assert "random draws, the map and the picture leave it as it is" in lock.get_attribute("title")
    web_page.mouse.click(*empty_place(web_page, tiny))
    z = z_of(web_page)
    assert z[1] == 1
    assert z[0] != 2
    slider(web_page, 1).focus()
    web_page.keyboard.press("End")
    assert z_of(web_page)[1] == pytest.approx(ends(web_page, 1)[1])
    assert z_of(web_page)[1] > 1.5
    web_page.wait_for_function("sent.at(-1)?.lock === '1'")


def test_a_playing_slider_walks_until_escape_and_tells_nobody(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(z=[0.0, 0.5, 0.25]))
    web_page.get_by_label("How fast a slider plays").select_option("2")
    web_page.wait_for_function("sent.length === 1")
    web_page.get_by_label("Play z₂", exact=True).click()
    low, high = ends(web_page, 1)
    seen = web_page.evaluate(
        """async (far) => {
        const [seen, along, until] = [[], [], performance.now() + 20_000];
        const isShort = () => Math.max(...along) - Math.min(...along) <= far && performance.now() < until;
        while (seen.length < 60 || isShort()) (await nextFrame(), seen.push(z()), along.push(z()[1]));
        return seen;
    }""",
        0.9 * (high - low),
    )
    path = np.array(seen)
    assert (path[:, [0, 2]] == [0, 0.25]).all()
    assert np.ptp(path[:, 1]) > 0.9 * (high - low), "it does not reach its ends"
    assert path[:, 1].min() >= low - 1e-9
    assert path[:, 1].max() <= high + 1e-9
    assert web_page.evaluate("sent.length") == 1, "the host was told while it played"
    web_page.keyboard.press("Escape")
    stopped = z_of(web_page)
    web_page.wait_for_function("sent.length === 2")
    assert z_of(web_page) == stopped
    assert numbers(web_page.evaluate("sent[1].z")) == pytest.approx(stopped, abs=1e-5)


def test_one_plays_at_a_time_and_a_hand_stops_it(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data())
    web_page.get_by_label("Play z₁", exact=True).click()
    web_page.get_by_label("Play z₃", exact=True).click()
    playing = "[...root().querySelectorAll('.key-play')].map((it) => it.getAttribute('aria-pressed'))"
    assert web_page.evaluate(playing) == ["false", "false", "true"]
    slider(web_page, 1).focus()
    web_page.keyboard.press("ArrowRight")
    assert web_page.evaluate(playing) == ["false"] * 3
    z = z_of(web_page)
    web_page.wait_for_timeout(100)
    assert z_of(web_page) == z


def test_with_less_motion_it_steps_twice_a_second(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_page.emulate_media(reduced_motion="reduce")
    web_open(tiny.data())
    web_page.get_by_label("Play z₁", exact=True).click()
    count = web_page.evaluate("""async () => {
        const seen = new Set();
        const start = performance.now();
        while (performance.now() - start < 1600) seen.add((await nextFrame(), z()[0]));
        return seen.size;
    }""")
    assert 3 <= count <= 5
    assert web_page.evaluate("sent") == [], "between two steps z seemed to be at rest"
    web_page.keyboard.press("Escape")
    web_page.emulate_media(reduced_motion="no-preference")


def test_a_visit_of_the_mouse_is_no_place_to_go_on_from(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    rest = [0.0, 1.2, 0.0]
    web_open(tiny.data("axes", z=rest))
    map_is_described(web_page)
    web_page.mouse.move(200, 460)
    web_page.wait_for_function("Math.abs(z()[1] - 1.2) > 0.5")
    slider(web_page, 1).focus()
    web_page.keyboard.press("ArrowRight")
    assert z_of(web_page) == pytest.approx([0, 1.2 + 0.1 * sigma_of(tiny, 1), 0], abs=1e-6)
    web_page.mouse.move(260, 460)
    web_page.wait_for_function("Math.abs(z()[1] - 1.2) > 0.5")
    web_page.get_by_label("Play z₂", exact=True).focus()
    web_page.keyboard.press("Enter")
    low, high = ends(web_page, 1)
    web_page.evaluate(
        "void (window.seen = (async () => { while (Math.abs(z()[0]) > 1e-6) await nextFrame(); return z()[1]; })())"
    )
    web_page.mouse.move(5, 5)
    assert web_page.evaluate("seen") == pytest.approx(1.2, abs=0.15 * (high - low)), "it played on from the visit"


def test_the_hill_is_drawn_once_and_only_makes_room(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[0.0, 0.0, 0.0]))
    hill = "root().querySelectorAll('.ridge path')[1]"
    [shape, reach] = [web_page.evaluate(f"{hill}.getAttribute('d')"), ends(web_page, 1)]
    web_page.evaluate(f"window.hill = {hill}")
    web_page.locator(".row .value").nth(1).click()
    web_page.keyboard.type("9")
    web_page.keyboard.press("Enter")
    assert ends(web_page, 1) == (reach[0], 9)
    assert web_page.evaluate(f"hill === {hill} && hill.getAttribute('d')") == shape
    box = web_page.evaluate("(({ x, width }) => [x, width])(hill.getBoundingClientRect())")
    rail = web_page.locator(".row .ridge").nth(1).bounding_box()
    share = (reach[1] - reach[0]) / (9 - reach[0])
    assert box == pytest.approx([rail["x"], rail["width"] * share], abs=1), "it does not lie where the data are"


# --- the panel


@pytest.mark.parametrize("size", [(1216, 620), (1856, 980)])
@pytest.mark.parametrize("d", [2, 3, 12])
def test_the_tabs_of_the_banks_stay_under_the_mouse(
    web_page: Page, web_open: Callable, web_site: Site, size: tuple[int, int], d: int
) -> None:
    web_page.set_viewport_size({"width": size[0], "height": size[1] + 20})
    web_open(web_site.model(f"dims{d}", d=d).data())
    web_page.evaluate(RESIZE, size)
    at = set()
    for bank in ("Dimensions", "Principal directions", "Between classes", "Dimensions"):
        web_page.locator(".bank").get_by_role("radio", name=bank, exact=True).check(force=True)
        at.add(web_page.locator(".bank").bounding_box()["y"])
        if bank == "Between classes":
            web_page.get_by_role("button", name="Add", exact=True).click()
            web_page.locator(".row").wait_for()
            at.add(web_page.locator(".bank").bounding_box()["y"])
    web_page.evaluate(RESIZE, [1200, 620])
    web_page.set_viewport_size({"width": 1200, "height": 640})
    assert len(at) == 1


def test_a_list_that_goes_on_fades_and_its_last_line_is_in_sight(
    web_page: Page, web_open: Callable, web_site: Site
) -> None:
    model = web_site.model("partly", d=22)
    model.tensors["kl"][-2:] = 0.001
    model.rewrite(model.tensors)
    web_open(model.data() | {"link": {"beside": "source,difference"}})
    web_page.wait_for_function("root().querySelector('.list').matches('.cut')")
    box, line = web_page.locator(".list").bounding_box(), web_page.locator(".list summary").bounding_box()
    assert line["y"] + line["height"] <= box["y"] + box["height"] + 1 <= 621
    lower = line["y"] + 1  # of what is seen of the rows
    rows = [row.bounding_box() for row in web_page.locator(".list > .row").all()[:8]]
    whole = [row for row in rows if row["y"] + row["height"] <= lower]
    assert len(whole) >= 3, "not three whole sliders"
    web_page.locator(".list").evaluate("(it) => (it.scrollTop = it.scrollHeight)")
    web_page.wait_for_function("!root().querySelector('.list').matches('.cut')")


# --- the other banks


def linked(model: TinyModel, z: list[float], **words: str) -> dict:
    data = model.data(z=z)
    return data | {"link": data["link"] | words}


def test_a_principal_direction_moves_z_by_sigmas(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    z = [0.5, 0.2, -0.3]
    web_open(linked(tiny, z, bank="principal"))
    mean = tiny.tensors["mean"].astype(float)
    values, vectors = np.linalg.eigh(np.cov(mean.T, bias=True))
    first, sigma = vectors[:, -1], np.sqrt(values[-1])
    first = first * np.sign(first[np.abs(first).argmax()])
    at = (np.array(z) - mean.mean(axis=0)) @ first / sigma
    assert z_of(web_page)[0] == pytest.approx(at, abs=1e-5)
    assert web_page.locator(".row .left").first.inner_text() == f"{round(100 * values[-1] / values.sum())} %"
    web_page.wait_for_function(FILMED)
    low, high = ends(web_page, 0)
    strip = film(web_page, 0)
    for i in (0, len(strip) - 1):
        there = np.array(z) + (low + (i + 0.5) / len(strip) * (high - low) - at) * sigma * first
        assert np.abs(strip[i] - tiny.decode(there)[0] * 255).max() <= 1
    drag_slider(web_page, 0, 0.7)
    web_page.mouse.up()
    to = z_of(web_page)
    assert to[1:] == pytest.approx(
        [(np.array(z) - mean.mean(axis=0)) @ v / np.sqrt(s) for v, s in own(vectors, values)]
    )
    web_page.wait_for_function("sent.length > 0")
    there = numbers(web_page.evaluate("sent.at(-1).z"))
    assert there == pytest.approx(np.array(z) + (to[0] - at) * sigma * first, abs=1e-4)


def own(vectors: np.ndarray, values: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Return the directions after the first, each with its sign."""
    rest = [(vectors[:, i], values[i]) for i in (1, 0)]
    return [(v * np.sign(v[np.abs(v).argmax()]), s) for v, s in rest]


def test_from_one_class_to_another(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    means = [tiny.tensors["mean"][tiny.tensors["labels"] == k].astype(float).mean(axis=0) for k in range(3)]
    web_open(linked(tiny, means[0].tolist(), bank="between"))
    assert "Choose two classes" in web_page.locator(".list .empty").inner_text()
    web_page.get_by_role("button", name="Add", exact=True).click()
    web_page.wait_for_function("sent.at(-1)?.between === '0>1'")
    assert web_page.locator(".pairs").get_by_label("From the mean of").input_value() == "0"
    assert z_of(web_page) == pytest.approx([0], abs=1e-5)
    row = slider(web_page, 0)
    assert row.get_attribute("aria-label") == "from a to b"
    web_page.locator(".row .value").click()
    web_page.keyboard.type("1")
    web_page.keyboard.press("Enter")
    web_page.wait_for_function("sent.length === 2")
    assert numbers(web_page.evaluate("sent.at(-1).z")) == pytest.approx(means[1], abs=1e-4)
    assert web_page.get_by_role("button", name="Add", exact=True).is_disabled()
    web_page.locator(".row").hover()
    web_page.get_by_label("Remove from a to b").click()
    assert web_page.locator(".row").count() == 0


def test_directions_at_right_angles_leave_each_other_alone(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(linked(tiny, [0.0, 0.0, 0.0], bank="between", between="0>1|0>2|1>2"))
    first, second = z_of(web_page)[:2]
    drag_slider(web_page, 0, 0.8)
    web_page.mouse.up()
    assert z_of(web_page)[1] != pytest.approx(second, abs=1e-3)
    web_page.get_by_label("at right angles").check()
    second = z_of(web_page)[1]
    drag_slider(web_page, 0, 0.3)
    web_page.mouse.up()
    assert z_of(web_page)[0] != pytest.approx(first, abs=1e-3)
    assert z_of(web_page)[1] == pytest.approx(second, abs=1e-9)
    assert "left" in web_page.locator(".row .left").nth(1).inner_text()
    assert "Nothing is left of it" in web_page.locator(".row.blocked").inner_text()
    assert slider(web_page, 2).is_disabled()


def test_the_focus_stays_on_the_button_that_adds_a_direction(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data() | {"link": {"bank": "between"}})
    add = web_page.get_by_role("button", name="Add", exact=True)
    add.focus()
    for _ in range(2):  # the second press does nothing
        web_page.keyboard.press("Enter")
        web_page.evaluate("nextFrame()")
        assert add.evaluate("(it) => it === it.getRootNode().activeElement")
    assert web_page.locator(".row").count() == 1
