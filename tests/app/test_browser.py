"""The whole app in a real Chromium: the mouse on one side, the websocket's messages on the other."""

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from explorer import checkpoint, export
from explorer.learner import Learner
from explorer.train import train

pytestmark = pytest.mark.browser

PAINTED = """
window.painted = [];
document.addEventListener("explorer:painted", ({ detail }) => window.painted.push(detail), true);
window.pixels = () => {
  const find = (node) => {
    for (const each of node.querySelectorAll("*")) {
      if (each.matches(".pixels")) return each;
      const inside = each.shadowRoot && find(each.shadowRoot);
      if (inside) return inside;
    }
  };
  const canvas = find(document);
  return Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
};
"""


@pytest.fixture(scope="module")
def context(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(PAINTED)
    yield context
    context.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.errors, page.sent = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: page.sent.append(frame)))
    yield page
    page.close()
    assert page.errors == []


@pytest.fixture(scope="module")
def told(server, digits, tiny_spec):
    """A conditional model beside the others."""
    spec = replace(tiny_spec, conditional=True, classes=10)
    *_, last = train(Learner(spec), digits.train)
    checkpoint.save(server.models / "told", last.model, digits.test, maps=["pca"])
    yield
    shutil.rmtree(server.models / "told")


def open_model(page, server, **query):
    page.goto(f"{server.url}/?" + "&".join(f"{key}={value}" for key, value in query.items()))
    page.wait_for_selector('.explorer[data-ready="true"]')
    page.wait_for_function("painted.length > 0")
    page.wait_for_selector(".cursor")
    page.wait_for_timeout(700)  # whatever Streamlit still has to say after the first run


def drag(page, slider, to, release=True):
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, middle, steps=12)
    if release:
        page.mouse.up()


def z_of(page):
    """Read the sliders, which stand in the order of their KL, in the order of z: they are called z₁, z₂ and so on."""
    sliders = page.locator(".row input[type=range]").all()
    found = {slider.get_attribute("aria-label"): float(slider.input_value()) for slider in sliders}
    return [found[name] for name in sorted(found)]  # of fewer than ten


def query_of(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_dragging_repaints_before_the_release_and_says_one_thing_after_it(page, server):
    open_model(page, server, model="tiny")
    before, said, painted = page.evaluate("pixels()"), len(page.sent), page.evaluate("painted.length")
    drag(page, page.get_by_label("z₁", exact=True), 0.9, release=False)
    page.wait_for_function("(n) => painted.length > n + 3", arg=painted)
    assert page.evaluate("pixels()") != before
    page.wait_for_timeout(600)  # longer than the wait after which a settled state is sent
    assert len(page.sent) == said
    page.mouse.up()
    page.wait_for_url("**z=*")
    page.wait_for_timeout(600)
    assert len(page.sent) == said + 1
    assert query_of(page)["model"] == "tiny"
    assert [float(value) for value in query_of(page)["z"].split(",")] == pytest.approx(z_of(page), abs=1e-4)


def test_the_answer_of_the_server_never_moves_z_back(page, server):
    """Drag again while the server still answers the first drag."""
    open_model(page, server, model="tiny")
    slider = page.get_by_label("z₁", exact=True)
    said = len(page.sent)
    drag(page, slider, 0.9)
    while len(page.sent) == said:
        page.wait_for_timeout(5)  # until it is just sent
    drag(page, slider, 0.2, release=False)
    held = z_of(page)
    page.wait_for_timeout(1500)
    assert z_of(page) == held
    page.mouse.up()


def test_a_link_opens_the_same_view(page, server):
    open_model(page, server, model="tiny", map="axes", z="1.5,-0.5,0.25")
    assert z_of(page) == pytest.approx([1.5, -0.5, 0.25], abs=1e-3)
    assert page.locator(".map .menu input:checked").get_attribute("value") == "axes"
    painted = page.evaluate("painted.at(-1).z")
    assert painted == pytest.approx([1.5, -0.5, 0.25], abs=1e-6)


def test_back_returns_to_the_view_before(page, server):
    open_model(page, server, model="tiny", z="1,1,1")
    drag(page, page.get_by_label("z₁", exact=True), 0.9)
    page.wait_for_function("!location.search.includes('z=1%2C1%2C1') && !location.search.includes('z=1,1,1')")
    assert z_of(page)[0] != pytest.approx(1, abs=1e-3)
    page.go_back()
    page.wait_for_function("painted.at(-1).z.every((value) => Math.abs(value - 1) < 1e-4)")
    assert z_of(page) == pytest.approx([1, 1, 1], abs=1e-3)


def test_back_returns_to_the_map_before(page, server):
    open_model(page, server, model="tiny")
    page.locator(".menu input[value=axes]").check(force=True)
    page.wait_for_url("**map=axes**")
    page.go_back()
    page.locator(".menu input[value=pca]:checked").wait_for(state="attached")


def test_a_link_that_asks_for_what_the_model_has_not_is_answered(page, server):
    open_model(page, server, model="tiny", map="nowhere", z="1,2")
    page.get_by_text("asks for the map “nowhere”").wait_for()
    page.get_by_text("z is not 3 numbers").wait_for()
    drag(page, page.get_by_label("z₁", exact=True), 0.9)
    page.wait_for_url("**map=pca**")
    page.get_by_text("asks for the map").wait_for(state="hidden")


def test_the_class_is_in_the_url_and_a_link_restores_it(page, server, told):
    open_model(page, server, model="told", z="0.5,0.5,0.5", **{"class": "7"})
    seven = page.evaluate("pixels()")
    page.get_by_role("radio", name="1", exact=True).check(force=True)
    page.wait_for_url("**class=1**")
    assert page.evaluate("painted.at(-1)")["label"] == 1
    assert page.evaluate("pixels()") != seven
    page.go_back()
    page.wait_for_function("painted.at(-1).label === 7")
    assert page.evaluate("pixels()") == seven
    assert z_of(page) == [0.5, 0.5, 0.5]


def test_clicking_a_place_on_the_map_decodes_it(page, server):
    open_model(page, server, model="digits-2d")
    plot = page.locator(".plot")
    box = plot.bounding_box()
    painted = page.evaluate("painted.length")
    page.mouse.click(box["x"] + 0.03 * box["width"], box["y"] + 0.05 * box["height"])
    page.wait_for_function("(n) => painted.length > n", arg=painted)
    page.wait_for_url("**z=*")
    assert page.evaluate("painted.at(-1).z") == pytest.approx(z_of(page), abs=1e-2)
    z = [float(value) for value in query_of(page)["z"].split(",")]
    assert z == pytest.approx(page.evaluate("painted.at(-1).z"), abs=1e-4)


def test_the_map_is_in_the_url_and_the_menu_of_models_changes_both(page, server):
    open_model(page, server, model="tiny")
    page.locator(".menu input[value=axes]").check(force=True)
    page.wait_for_url("**map=axes**")
    page.get_by_test_id("stSelectbox").get_by_role("combobox").click()
    page.get_by_role("option", name="digits-2d").click()
    page.wait_for_url("**model=digits-2d*")
    page.wait_for_function("painted.at(-1).z.length === 2")
    assert "z" not in query_of(page)
    assert len(z_of(page)) == 2


def test_a_model_that_was_trained_meanwhile_is_in_the_menu(page, server):
    open_model(page, server, model="tiny")
    shutil.copytree(server.models / "tiny", server.models / "meanwhile")
    try:
        page.reload()
        page.get_by_test_id("stSelectbox").get_by_role("combobox").click()
        page.get_by_role("option", name="meanwhile").wait_for()
    finally:
        shutil.rmtree(server.models / "meanwhile")


def test_the_first_picture_needs_neither_the_decoder_nor_torch(page, server):
    """Hold the decoder's engine back: the stored preview must be there all the same."""
    held = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.goto(f"{server.url}/?model=tiny")
    page.wait_for_selector('.picture[data-state="preview"]')
    assert any(value not in (0, 255) for value in page.evaluate("pixels()"))
    assert page.evaluate("painted.length") == 0
    for route in held:
        route.abort()
    maps = Path(f"/proc/{server.process}/maps")
    if maps.exists():  # Linux: what the server has loaded
        assert "libtorch" not in maps.read_text()


def test_where_wasm_is_blocked_the_server_paints(page, server, tiny):
    page.route("**/*.wasm", lambda route: route.abort())
    open_model(page, server, model="tiny")
    page.get_by_text("the server decodes").wait_for()
    before = page.evaluate("pixels()")
    drag(page, page.get_by_label("z₁", exact=True), 0.9)
    page.wait_for_url("**z=*")
    z = np.array([page.evaluate("painted.at(-1).z")], np.float32)
    (wanted,) = export.run(tiny.folder / "decoder.onnx", z)
    given = np.array(page.evaluate("pixels()"))[::4]
    assert np.abs(given - 255 * wanted.ravel()).max() <= 1
    assert page.evaluate("pixels()") != before


def test_everything_fits_one_screen(page, server):
    open_model(page, server, model="mnist")
    assert page.evaluate("document.querySelector('.stMain').scrollHeight <= innerHeight")
    for slider in page.get_by_role("slider").all():
        box = slider.bounding_box()
        assert 0 <= box["y"] <= 720 - box["height"]


@pytest.mark.parametrize("query", [{"model": "mnist", "large": "1"}, {"model": "nobody"}])
def test_a_projector_and_a_note_leave_it_one_screen(page, server, query):
    open_model(page, server, **query)
    assert page.evaluate("document.querySelector('.stMain').scrollHeight <= innerHeight")


def test_type_for_a_projector_is_half_as_large_again_around_the_view_too(page, server):
    open_model(page, server, model="mnist")
    size = "(element) => parseFloat(getComputedStyle(element).fontSize)"
    names = ("h1 ~ p", ".stSelectbox input", ".value", ".chip", ".ticklabels text")
    places = [page.locator(each).first for each in names]
    before = [place.evaluate(size) for place in places]
    page.locator(".look summary").click()
    page.get_by_role("checkbox", name="Projector").check()
    grown = [place.evaluate(size) / old for place, old in zip(places, before, strict=True)]
    assert min(grown) > 1.49
    rows, room = page.locator(".row").all(), page.locator(".list").bounding_box()
    ends = [box["y"] + box["height"] for box in (row.bounding_box() for row in rows)]
    assert any(abs(end - room["y"] - room["height"]) < 1 for end in ends), "the last row in sight is whole"


def test_light_and_dark_follow_the_theme(context, server):
    papers = {}
    for scheme in ("light", "dark"):
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{server.url}/?model=tiny")
        root = page.locator(".explorer")
        root.wait_for()
        papers[scheme] = root.evaluate("(root) => getComputedStyle(root).backgroundColor")
        assert root.evaluate("(root) => getComputedStyle(root).colorScheme") == scheme
        page.close()
    assert papers["light"] != papers["dark"]


def test_a_damaged_address_of_a_model_says_so_on_the_page(page, server):
    page.route("**/latents.safetensors", lambda route: route.fulfill(status=200, body=b"nonsense"))
    page.goto(f"{server.url}/?model=tiny")
    page.get_by_text("The map cannot be shown").wait_for()


def test_a_view_that_could_not_be_loaded_at_first_comes_alone(page, server):
    page.route("**/mount.js", lambda route: route.abort())
    page.goto(f"{server.url}/?model=tiny")
    page.get_by_text("The live view could not be loaded").wait_for()
    page.unroute("**/mount.js")
    page.get_by_test_id("stSelectbox").get_by_role("combobox").click()
    page.get_by_role("option", name="mnist-2d").click()
    page.wait_for_selector('.explorer[data-ready="true"]')
    assert page.get_by_text("The live view could not be loaded").count() == 0
