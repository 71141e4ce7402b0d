"""A browser, a server on this machine and a tiny model: what the tests of the live view need."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

WEB = Path(__file__).parents[2] / "explorer" / "web"
# The host of a test: an element of 1200 x 620 inside a shadow root, what was sent, and what was painted.
HOST = """<!doctype html><link rel="icon" href="data:,"><body style="margin:0">
<div id="host" style="width:1200px;height:620px"></div>
<script type="module">
import { mount } from "/web/mount.js";
const element = document.createElement("div");
element.style.height = "620px";
document.querySelector("#host").attachShadow({ mode: "open" }).append(element);
window.sent = [];
window.painted = [];
element.addEventListener("explorer:painted", ({ detail }) => window.painted.push(detail));
window.root = () => element.querySelector(".explorer");
window.pixels = () => {
  const canvas = element.querySelector(".pixels");
  return Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
};
window.z = () => Array.from(element.querySelectorAll(".row input"), (input) => Number(input.value));
window.drawnPoints = () => root().querySelector(".map").dataset.points;
window.number = (word) => Number(word.textContent.replace("−", "-"));
const frame = () => new Promise(requestAnimationFrame);
window.nextFrame = () => frame().then(frame);
// Kept once the style has come: before it everything lies elsewhere and cannot be clicked.
window.show = async (data) => {
  window.dispose = mount(element, data, (view) => window.sent.push(view));
  while (root().style.visibility) await frame();
  await nextFrame();
};
// The styles of the studio, in its order, kept once they have come.
window.dressed = (place) =>
  Promise.all(["studio/studio.css", "style.css"].map((file) => new Promise((onload) => {
    place.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/web/${file}`, onload }));
  })));
window.hosted = true;
</script>"""

Shape = tuple[int, int, int]  # c, h, w


@dataclass(frozen=True)
class TinyModel:
    """A model folder and what is known of it: picture = sigmoid(z @ weight + bias + shift[label])."""

    folder: Path
    name: str
    weight: np.ndarray  # (d, c * h * w)
    bias: np.ndarray  # (c * h * w)
    shift: np.ndarray  # (classes, c * h * w); one row of zeros for a model that is told no class
    sight: np.ndarray  # (c * h * w, d): mu = picture @ sight
    tensors: dict[str, np.ndarray]
    shape: Shape

    @property
    def start(self) -> list[float]:
        return [0.5] + [0.0] * (len(self.weight) - 1)

    @property
    def classes(self) -> int:
        return len(self.shift) if len(self.shift) > 1 else 0

    def decode(self, z: Any, label: int = 0) -> np.ndarray:  # (c, h, w) in [0, 1]
        logits = np.asarray(z, np.float32) @ self.weight + self.bias + self.shift[label]
        return (1 / (1 + np.exp(-logits))).reshape(self.shape)

    def encode(self, pictures: np.ndarray) -> np.ndarray:  # (n, c, h, w) -> mu (n, d)
        return pictures.reshape(len(pictures), -1) @ self.sight

    def gray(self, z: Any, label: int = 0) -> np.ndarray:  # (h * w) in 0..255, of a model with one channel
        return self.decode(z, label).ravel() * 255

    def rewrite(self, tensors: dict[str, np.ndarray], **words: str) -> None:
        """Write the encoded examples anew, with the words that their file has and these."""
        file = self.folder / "latents.safetensors"
        with safe_open(file, "numpy") as opened:
            before = opened.metadata()
        save_file(tensors, file, before | words)

    def data(
        self, map_name: str | None = None, z: list[float] | None = None, label: int | None = None, **model: Any
    ) -> dict[str, Any]:
        described = {
            "name": self.name, "url": f"/models/{self.name}/", "latent": len(self.weight),
            "shape": list(self.shape), "classes": self.classes, "preview": {"z": self.start}, "stochastic": True,
            "decoder": True,
        }  # fmt: skip
        ort = "/web/vendor/onnxruntime-web/ort"
        runtime = {"module": f"{ort}.wasm.bundle.min.mjs", "wasm": f"{ort}-wasm-simd-threaded.wasm"}
        words = {"map": map_name, "z": z and ",".join(map(str, z)), "class": None if label is None else str(label)}
        link = {key: word for key, word in words.items() if word is not None}
        return {"model": described | model, "runtime": runtime, "link": link}


def write_model(
    folder: Path, d: int = 3, n: int = 60, shape: Shape = (1, 4, 4), seed: int = 0, names: str = "abc",
    conditional: bool = False,
) -> TinyModel:  # fmt: skip
    """Write a folder as the exporter does: two linear maps, one that cannot be decoded, and classes with `names`."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    size = int(np.prod(shape))
    weight, bias = rng.normal(size=(d, size)).astype(np.float32), rng.normal(size=size).astype(np.float32)
    mean = rng.normal(size=(n, d)).astype(np.float32)
    if conditional:
        mean[0] = [0.5] + [0.0] * (d - 1)  # the preview is of the first example
    shift = rng.normal(size=(len(names) if conditional else 1, size)).astype(np.float32) * 3 * conditional
    basis = np.linalg.qr(rng.normal(size=(d, 2)))[0].T.astype(np.float32)
    tensors = {
        "mean": mean, "std": np.full((n, d), 0.2, np.float32), "labels": (np.arange(n) % len(names)).astype(np.int32),
        "error": np.ones(n, np.float32), "kl": np.ones(d, np.float32),
        "map.pca.basis": np.ascontiguousarray(basis), "map.pca.origin": mean.mean(axis=0),
        "map.axes.basis": np.eye(2, d, dtype=np.float32), "map.axes.origin": np.zeros(d, np.float32),
        "map.tsne.xy": np.ascontiguousarray(rng.normal(size=(n, 2)).astype(np.float32) * 9),
    }  # fmt: skip
    maps = [
        {"name": name, "title": name.upper(), "about": f"About {name}.", "axes": [f"{name} 1", f"{name} 2"]}
        for name in ("pca", "axes", "tsne")
    ]
    words = {"label_names": json.dumps(list(names)), "maps": json.dumps(maps)}
    save_file(tensors, folder / "latents.safetensors", words)
    sight = (rng.normal(size=(size, d)) / size).astype(np.float32)
    onnx.save(_decoder(weight, bias, shift, shape), folder / "decoder.onnx")
    onnx.save(_encoder(sight, shape, conditional), folder / "encoder.onnx")
    model = TinyModel(folder, folder.name, weight, bias, shift, sight, tensors, shape)
    picture = np.round(model.decode(model.start) * 255).astype(np.uint8)
    Image.fromarray(picture[0] if shape[0] == 1 else picture.transpose(1, 2, 0)).save(folder / "preview.png")
    spec = {"latent": d, "shape": shape, "conditional": conditional, "classes": len(names)}
    config = {"spec": spec, "preview": model.start, "note": "", "measures": {"kl": 1.0}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return model


def _decoder(weight: np.ndarray, bias: np.ndarray, shift: np.ndarray, shape: Shape) -> onnx.ModelProto:
    told = len(shift) > 1
    nodes = [
        helper.make_node("Gemm", ["z", "weight", "bias"], ["free"]),
        helper.make_node("Gather", ["table", "label" if told else "zero"], ["shift"], axis=0),
        helper.make_node("Add", ["free", "shift"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["picture"]),
    ]
    constants = {
        "weight": weight, "bias": bias, "table": shift, "zero": np.zeros(1, np.int64),
        "shape": np.array([-1, *shape], np.int64),
    }  # fmt: skip
    label = helper.make_tensor_value_info("label", onnx.TensorProto.INT64, ["n"])
    graph = helper.make_graph(
        nodes,
        "decoder",
        [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["n", len(weight)]), *([label] if told else [])],
        [helper.make_tensor_value_info("picture", onnx.TensorProto.FLOAT, ["n", *shape])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _encoder(sight: np.ndarray, shape: Shape, told: bool) -> onnx.ModelProto:
    """Return mu = picture @ sight, with a sigma of 1 / 5 everywhere; it is told the class but does not listen."""
    nodes = [
        helper.make_node("Flatten", ["picture"], ["flat"]),
        helper.make_node("MatMul", ["flat", "sight"], ["mean"]),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "fifth"], ["std"]),
    ]
    constants = {"sight": sight, "zero": np.zeros(1, np.float32), "fifth": np.full(1, 0.2, np.float32)}
    label = helper.make_tensor_value_info("label", onnx.TensorProto.INT64, ["n"])
    picture = helper.make_tensor_value_info("picture", onnx.TensorProto.FLOAT, ["n", *shape])
    halves = [(half, onnx.TensorProto.FLOAT, ["n", sight.shape[1]]) for half in ("mean", "std")]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [picture, *([label] if told else [])],
        [helper.make_tensor_value_info(*half) for half in halves],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class _Handler(SimpleHTTPRequestHandler):
    """Serves /web/ and /models/; what lies here as NAME.gz is sent as NAME, as the real server does."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *arguments: Any, models: Path, **keywords: Any) -> None:
        self.models = models
        super().__init__(*arguments, **keywords)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        file = self.models / path[8:] if path.startswith("/models/") else WEB / path.removeprefix("/web/")
        packed = file.with_name(f"{file.name}.gz")
        if path == "/host.html":
            self._send(HOST.encode(), "text/html; charset=utf-8")
        elif file.is_file():
            self._send(file.read_bytes(), self.guess_type(str(file)))
        elif packed.is_file():
            self._send(packed.read_bytes(), self.guess_type(str(file)), {"Content-Encoding": "gzip"})
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(200)
        kept = "max-age=3600" if "/vendor/" in self.path else "no-store"
        fixed = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": kept}
        for name, value in (fixed | (headers or {})).items():
            self.send_header(name, value)
        with suppress(ConnectionError):  # a page that is closed does not wait for the rest
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing: a test's output is its own."""


@dataclass(frozen=True)
class Site:
    """Where the server listens, and how to put a model on it."""

    url: str
    models: Path

    def model(self, name: str, **settings: Any) -> TinyModel:
        shutil.rmtree(self.models / name, ignore_errors=True)
        return write_model(self.models / name, **settings)


@pytest.fixture(scope="session")
def web_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve, on this machine, the view's own files and for the models of the tests."""
    models = tmp_path_factory.mktemp("models")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, models=models))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", models)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tiny(web_site: Site) -> TinyModel:
    """Put the usual model of these tests on the server, whole."""
    return web_site.model("tiny")


@pytest.fixture(scope="session")
def web_browser(chromium: Browser) -> Iterator[BrowserContext]:
    """Keep one context for all pages: its cache keeps the 14 MB of the runtime."""
    context = chromium.new_context(viewport={"width": 1200, "height": 640})
    yield context
    context.close()


def _hosting(browser: BrowserContext, site: Site) -> tuple[Page, list[str]]:
    """Open a page with an empty host; the list is of the exceptions that will have been thrown in it."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site.url}/host.html")
    page.wait_for_function("window.hosted")
    return page, errors


@pytest.fixture(scope="session")
def _web_shared(web_browser: BrowserContext, web_site: Site) -> tuple[Page, list[str]]:
    return _hosting(web_browser, web_site)


@pytest.fixture
def web_page(_web_shared: tuple[Page, list[str]]) -> Iterator[Page]:
    """Give an empty host; an exception in it fails the test. One page for all: the runtime starts once."""
    page, errors = _web_shared
    page.bring_to_front()
    yield page
    page.mouse.up()
    page.mouse.move(0, 0)
    page.evaluate("() => { window.dispose?.(); window.dispose = null; sent.length = painted.length = 0; }")
    thrown = errors.copy()
    errors.clear()
    assert thrown == []


@pytest.fixture
def js(web_page: Page) -> Callable[..., Any]:
    """Give a way to call what a module of web/ exports: module, name, arguments.

    Arrays of numpy arrive as typed arrays, and typed arrays come back as lists.
    """

    def call(module: str, name: str, *arguments: Any) -> Any:
        return web_page.evaluate(
            """async ([module, name, given]) => {
            const types = { float32: Float32Array, int32: Int32Array, float64: Float64Array, uint8: Uint8Array };
            const typed = (_, value) => (value && value.dtype ? types[value.dtype].from(value.values) : value);
            const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
            const found = await (await import(`/web/${module}`))[name](...JSON.parse(given, typed));
            return JSON.parse(JSON.stringify(found ?? null, plain));
        }""",
            [module, name, json.dumps(arguments, default=_typed)],
        )

    return call


def _typed(value: Any) -> Any:
    array = isinstance(value, np.ndarray)
    return {"dtype": str(value.dtype), "values": value.ravel().tolist()} if array else value.item()


@pytest.fixture
def web_fresh_page(web_browser: BrowserContext, web_site: Site) -> Iterator[Page]:
    """Open a page that has not loaded the runtime yet."""
    page, errors = _hosting(web_browser, web_site)
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def web_open(web_page: Page) -> Callable[..., None]:
    """Show data in the page, and wait until the decoder and the map are there."""

    def show(data: dict[str, Any]) -> None:
        web_page.evaluate("(data) => show(data)", data)
        web_page.wait_for_function("root().dataset.ready === 'true' && painted.length > 0 && drawnPoints()")
        web_page.evaluate("nextFrame()")  # the style has just come, and the map takes its size from it

    return show
