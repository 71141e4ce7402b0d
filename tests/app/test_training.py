"""The way from the set-up to the studio in a real Chromium, with a real trainer."""

import pytest

from explorer import places, run

pytestmark = pytest.mark.browser
SMALL = "data=digits&network=mlp&width=8&latent=2&threads=1&precision=float32"


@pytest.fixture
def page(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    page.close()
    assert page.errors == []


def begun(page, server):
    name = page.evaluate("new URLSearchParams(location.search).get('run')")
    return run.find(name, places.runs_dir(server.models))


def test_one_click_starts_a_training_that_is_watched_and_listed(page, server):
    page.goto(f"{server.url}/train?{SMALL}&epochs=100000")
    page.get_by_text("passes over the pictures").wait_for()
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**run=digits-vae-2d*")
    page.locator(".studio").wait_for()
    page.wait_for_function("name => fetch(`/live/runs/${name}`).then((it) => it.json()).then((it) => it.step > 0)",
                           arg=begun(page, server).name)  # fmt: skip
    found = begun(page, server)
    page.reload()  # it is there for who comes later
    page.locator(".studio").wait_for()
    page.get_by_role("link", name="Runs").click()
    row = page.locator(".run", has_text=found.name)
    row.wait_for()
    page.get_by_text("trains").first.wait_for()
    page.get_by_role("button", name="⋯").first.click()
    page.get_by_role("button", name="Stop, and keep").click()
    page.locator('.run[data-state="stopped"]').wait_for()  # the list follows by itself
    assert found.status().state == "stopped"


def test_the_page_is_there_at_once_and_fits_a_phone(chromium, server):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/train?{SMALL}&epochs=2")
    start = page.get_by_role("button", name="Start")
    start.wait_for()
    page.get_by_text("passes over the pictures").wait_for()
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")
    assert start.bounding_box()["y"] < 500
    page.close()
