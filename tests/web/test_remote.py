"""The server decodes for a browser that cannot: when it does, that it says so, and what a lost connection costs."""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from websockets.sync.server import serve

from tests.web.hand import drag_slider, gray, z_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from .conftest import Site, TinyModel

pytestmark = pytest.mark.browser


@dataclass
class Remote:
    """Speaks the protocol of explorer/app/remote.py by itself, for a model of which everything is known."""

    url: str = ""
    model: TinyModel | None = None
    refuse: str = ""  # with what sentence
    drop: int = 0  # so many questions are answered by a lost connection
    asked: list[tuple[int, int]] = field(default_factory=list)  # what, and how many pictures
    open: int = 0

    def serve(self, socket: Any) -> None:
        self.open += 1
        try:
            for message in socket:
                kind, n = struct.unpack("<II", message[:8])
                self.asked.append((kind, n))
                if self.drop > 0:
                    self.drop -= 1
                    return
                socket.send(self.refuse or self.answer(kind, n, message[8:]))
        finally:
            self.open -= 1

    def answer(self, kind: int, n: int, rest: bytes) -> bytes:
        model = self.model
        assert model is not None
        d, size = model.weight.shape
        cut = n * d * 4 if kind == 0 else n * size
        labels = np.frombuffer(rest[cut:], np.int32) if model.classes else np.zeros(n, np.int32)
        assert len(labels) == n
        if kind == 0:
            z = np.frombuffer(rest[:cut], np.float32).reshape(n, d)
            pictures = [model.decode(*each) for each in zip(z, labels, strict=True)]
            return np.rint(255 * np.array(pictures)).astype(np.uint8).tobytes()
        pixels = np.frombuffer(rest[:cut], np.uint8).reshape(n, *model.shape) / np.float32(255)
        mean = model.encode(pixels).astype(np.float32)
        return mean.tobytes() + np.full_like(mean, 0.2).tobytes()


@pytest.fixture
def remote() -> Iterator[Remote]:
    known = Remote()
    with serve(known.serve, "127.0.0.1", 0, close_timeout=0.1) as server:
        known.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield known
        server.shutdown()
    thread.join()


@pytest.fixture
def blocked_page(web_fresh_page: Page) -> Page:
    """A page in which no wasm can be had."""
    web_fresh_page.route("**/*.wasm", lambda route: route.abort())
    return web_fresh_page


def show(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("(data) => show(data)", data)
    page.wait_for_function("root().dataset.ready === 'true' && painted.length > 0")


def wait(page: Page, until: Callable[[], bool]) -> None:
    for _ in range(100):
        if until():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to pass")


def slow(model: TinyModel, products: int = 8, side: int = 640) -> None:
    """Let the decoder multiply large matrices for nothing, before it paints what it painted."""
    network = onnx.load(model.folder / "decoder.onnx")
    rng = np.random.default_rng(0)
    wide = (rng.normal(size=(len(model.weight), side)) / side).astype(np.float32)
    constants = {"wide": wide, "column": np.array([-1, 1], np.int64), "nothing": np.zeros(1, np.float32)}
    nodes = [
        helper.make_node("MatMul", ["z", "wide"], ["row"]),
        helper.make_node("Reshape", ["row", "column"], ["standing"]),
        helper.make_node("Transpose", ["standing"], ["lying"]),
        helper.make_node("MatMul", ["standing", "lying"], ["m0"]),
    ]
    for k in range(products):
        nodes.append(helper.make_node("MatMul", [f"m{k}", f"m{k}"], [f"raw{k}"]))
        nodes.append(helper.make_node("Tanh", [f"raw{k}"], [f"m{k + 1}"]))
    nodes.append(helper.make_node("ReduceMean", [f"m{products}"], ["mean"], keepdims=0))
    nodes.append(helper.make_node("Mul", ["mean", "nothing"], ["zeros"]))
    nodes.append(helper.make_node("Add", ["logits", "zeros"], ["late"]))
    at = next(i for i, node in enumerate(network.graph.node) if node.op_type == "Sigmoid")
    network.graph.node[at].input[0] = "late"
    for node in reversed(nodes):
        network.graph.node.insert(at, node)
    network.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    onnx.save(network, model.folder / "decoder.onnx")


def test_where_wasm_is_blocked_the_server_paints_and_the_page_says_so(
    blocked_page: Page, web_site: Site, remote: Remote
) -> None:
    remote.model = model = web_site.model("tiny")
    show(blocked_page, model.data(remote=remote.url))
    assert blocked_page.evaluate("root().dataset.decoder") == "server"
    assert "the server decodes" in blocked_page.locator(".aside").inner_text()
    assert blocked_page.locator(".complaint").is_hidden(), "nothing is wrong"
    drag_slider(blocked_page, 1, 0.8)
    blocked_page.wait_for_function("painted.at(-1).z[1] > 1 && String(painted.at(-1).z) === String(z())")
    assert np.abs(gray(blocked_page) - model.gray(z_of(blocked_page))).max() <= 1
    blocked_page.mouse.up()


def test_without_a_server_that_decodes_a_blocked_wasm_is_an_error_as_before(
    blocked_page: Page, web_site: Site, remote: Remote
) -> None:
    data = web_site.model("tiny").data(remote=remote.url)
    remote.refuse = "There is no model 'tiny'."
    blocked_page.evaluate("(data) => show(data)", data)
    veil = blocked_page.locator(".veil")
    blocked_page.wait_for_function("root().querySelector('.veil').textContent.includes('No picture can be painted')")
    assert "this browser cannot run the decoder, and the server could not do it" in veil.inner_text()
    assert "this browser" not in veil.locator("small").inner_text(), "in the words of the library, and small"
    assert blocked_page.locator(".aside").is_hidden()


@pytest.mark.parametrize("conditional", [False, True])
def test_grids_and_round_trips_come_from_the_server_too(
    blocked_page: Page, web_site: Site, remote: Remote, conditional: bool
) -> None:
    remote.model = model = web_site.model("tiny", conditional=conditional)
    z = np.random.default_rng(1).normal(size=(150, 3)).astype(np.float32)
    labels = np.arange(150) % 3 if conditional else np.zeros(150, int)
    found = blocked_page.evaluate(
        """async ([data, z, labels]) => {
        const { startSession } = await import("/web/engine/session.js");
        const { decode, encode, where } = await startSession(data.model, data.runtime);
        const pixels = await decode(Float32Array.from(z), labels, labels.length);
        const { mean, std } = await encode(pixels, labels, labels.length);
        return { where, pixels: Array.from(pixels), mean: Array.from(mean), std: Array.from(std) };
    }""",
        [model.data(remote=remote.url), z.ravel().tolist(), labels.tolist()],
    )
    wanted = np.array([model.decode(*each) for each in zip(z, labels, strict=True)])
    rounded = np.rint(255 * wanted) / 255
    assert found["where"] == "server"
    assert np.array(found["pixels"]).reshape(wanted.shape) == pytest.approx(rounded, abs=1e-6)
    assert np.array(found["mean"]).reshape(150, 3) == pytest.approx(model.encode(rounded), abs=1e-5)
    assert found["std"] == pytest.approx([0.2] * 450)
    assert remote.asked == [(0, 1), (0, 64), (0, 64), (0, 22), (1, 64), (1, 64), (1, 22)]


def test_a_decoder_that_is_too_slow_here_runs_at_the_server(
    web_fresh_page: Page, web_site: Site, remote: Remote
) -> None:
    remote.model = model = web_site.model("slow")
    slow(model)
    show(web_fresh_page, model.data(remote=remote.url))
    assert web_fresh_page.evaluate("root().dataset.decoder") == "server"
    said = web_fresh_page.locator(".aside").inner_text()
    assert int(said.removeprefix("This model takes ").partition(" ")[0]) > 50
    assert "ms a picture in this browser: the server decodes" in said
    other = web_site.model("tiny")
    show(web_fresh_page, other.data(remote=remote.url))
    web_fresh_page.wait_for_function("root().dataset.decoder === 'browser'")
    assert web_fresh_page.locator(".aside").is_hidden(), "what was said of the model before"


@pytest.mark.parametrize("why", ["it cannot be reached", "it refuses"])
def test_a_slow_decoder_is_better_than_no_server(
    web_fresh_page: Page, web_site: Site, remote: Remote, why: str
) -> None:
    model = web_site.model("slow")
    slow(model)
    remote.refuse = "This model has changed since the page was opened: reload the page."
    show(web_fresh_page, model.data(remote=remote.url if why == "it refuses" else "ws://127.0.0.1:9/"))
    assert web_fresh_page.evaluate("root().dataset.decoder") == "browser"
    assert np.abs(gray(web_fresh_page) - model.gray(model.start)).max() <= 1


def test_a_quick_decoder_never_asks_the_server(
    web_page: Page, web_open: Callable, web_site: Site, remote: Remote
) -> None:
    web_open(web_site.model("tiny").data(remote=remote.url))
    drag_slider(web_page, 1, 0.8)
    web_page.mouse.up()
    assert web_page.evaluate("root().dataset.decoder") == "browser"
    assert remote.asked == []


def test_a_lost_connection_is_made_again(blocked_page: Page, web_site: Site, remote: Remote) -> None:
    remote.model = model = web_site.model("tiny")
    show(blocked_page, model.data(remote=remote.url))
    remote.drop = 1
    drag_slider(blocked_page, 0, 0.9)
    blocked_page.mouse.up()
    blocked_page.wait_for_function("String(painted.at(-1).z) === String(z())")
    assert remote.drop == 0
    assert np.abs(gray(blocked_page) - model.gray(z_of(blocked_page))).max() <= 1


def test_latest_wins_and_one_question_is_under_way(blocked_page: Page, web_site: Site, remote: Remote) -> None:
    remote.model = model = web_site.model("tiny")
    show(blocked_page, model.data(remote=remote.url))
    before = len(remote.asked)
    blocked_page.evaluate("""() => {
        const input = root().querySelector(".row input");
        for (let i = 1; i <= 100; i++) {
            input.value = String(i / 50);
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    blocked_page.wait_for_function("painted.at(-1).z[0] === 2")
    assert np.abs(gray(blocked_page) - model.gray([2, 0, 0])).max() <= 1
    assert len([n for kind, n in remote.asked[before:] if (kind, n) == (0, 1)]) <= 8


def test_the_view_that_is_left_closes_its_connections(blocked_page: Page, web_site: Site, remote: Remote) -> None:
    remote.model = model = web_site.model("tiny")
    show(blocked_page, model.data(remote=remote.url))
    wait(blocked_page, lambda: remote.open == 2)  # the page's own, and the worker's
    blocked_page.evaluate("dispose()")
    wait(blocked_page, lambda: remote.open == 0)


def test_a_connection_that_is_idle_is_let_go_and_made_again(web_page: Page, web_site: Site, remote: Remote) -> None:
    remote.model = model = web_site.model("tiny")
    web_page.evaluate(
        """async (model) => {
        const later = window.setTimeout;
        window.setTimeout = (call, ms) => later(call, ms === 30_000 ? 50 : ms);
        const { startRemote } = await import("/web/engine/remote.js");
        window.session = await startRemote(model, "");
        window.setTimeout = later;
    }""",
        model.data(remote=remote.url)["model"],
    )
    wait(web_page, lambda: remote.open == 0)
    pixels = web_page.evaluate("session.decode(new Float32Array([1, 0, 2]), null, 1).then((found) => [...found])")
    assert np.abs(255 * np.array(pixels) - model.gray([1, 0, 2])).max() <= 1
    assert remote.open == 1
    web_page.evaluate("session.release(), delete window.session")
    wait(web_page, lambda: remote.open == 0)
