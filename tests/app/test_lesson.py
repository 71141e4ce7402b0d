"""A lesson, with the mouse alone: a training is set up, watched, stopped, rewound, gone on from, and explored."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.errors, page.loads = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("load", lambda loaded: page.loads.append(loaded.url))
    yield page
    context.close()
    assert page.errors == []


def press(page, name):
    page.locator(".studio").get_by_role("button", name=name, exact=True).click()


def state_is(page, *states):
    page.locator(", ".join(f'.studio .state[data-state="{state}"]' for state in states)).wait_for()


def step_of(page, part):
    return int(page.locator(f".studio {part}").get_attribute("data-step"))


def begin(page, server):
    page.goto(f"{server.url}/train")
    page.get_by_text("2-D map of digits in a minute").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".studio .cloud[data-points]").wait_for()
    state_is(page, "running")


def stop(page):
    press(page, "Stop")
    state_is(page, "stopped")


def test_a_map_of_digits_is_trained_watched_stopped_rewound_branched_and_explored(page, server):
    begin(page, server)
    early = step_of(page, ".cloud")
    page.locator(".studio .easel[data-step]").wait_for()
    cloud = page.locator(".studio .cloud")
    page.wait_for_function(
        "([cloud, early]) => Number(cloud.dataset.step) > early + 30", arg=[cloud.element_handle(), early]
    )

    press(page, "Explore it")  # while it is being trained
    page.wait_for_url("**/?model=*%40*")
    page.locator(".explorer .pixels").wait_for()
    page.go_back()
    cloud.wait_for()

    stop(page)
    rail = page.locator(".timeline input")
    box = rail.bounding_box()
    last = step_of(page, ".cloud")
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    moved = "([one, other, last]) => one.dataset.step === other.dataset.step && Number(one.dataset.step) < last"
    handles = [cloud.element_handle(), page.locator(".studio .easel").element_handle(), last]
    page.wait_for_function(moved, arg=handles)
    assert "so that it lies on the map of step" in page.locator(".cloud .about").inner_text()

    press(page, "Continue from here")
    page.wait_for_url(lambda url: url.endswith("-2"))
    state_is(page, "starting", "running")
    state_is(page, "running")
    stop(page)
    press(page, "Resume")
    state_is(page, "running")
    stop(page)
    press(page, "Explore it")
    page.wait_for_url(lambda url: "model=" in url and url.endswith("-2"))
    page.locator(".explorer .pixels").wait_for()
    assert len(page.loads) == 1, "no page was loaded anew"
