"""Runs that were never trained, and the server that tells of them: what the studio asks for side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlparse

import numpy as np
from safetensors.numpy import save

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

N, KEPT, DRAWS, SHAPE = 30, 4, 16, (1, 4, 4)  # test pictures, those with originals, draws, (c, h, w)
STAGE = 7  # its version
MOUNT = """async ([runs, runtime]) => {
    const { mountStudio } = await import("/web/studio/studio.js");
    const place = document.createElement("div");
    place.style.cssText = "position: fixed; inset: 0; z-index: 9";
    document.body.append(place);
    const leave = mountStudio(place, { runs, runtime }, () => {});
    window.studio = { place };
    window.dispose = () => (leave(), place.remove());
}"""


def menu(name: str, **knobs: Any) -> dict[str, Any]:
    return {"name": name, "knobs": knobs}


def spec(objective: dict[str, Any], latent: int = 2, **others: Any) -> dict[str, Any]:
    usual = {"data": menu("digits"), "network": menu("mlp", width=8), "likelihood": menu("bernoulli")}
    training = {"epochs": 10, "seed": 0}
    return usual | {"objective": objective, "latent": latent, "conditional": False, "training": training} | others


@dataclass
class Rival:
    """A run: what is told of it, and where its codes lie at each of its steps."""

    name: str
    spec: dict[str, Any]
    steps: list[int]
    spread: float = 1.0  # of its codes
    kl: list[float] = field(default_factory=list)  # of each dimension; none of an autoencoder
    more: dict[str, Any] = field(default_factory=dict)  # what is told of it otherwise
    wishes: list[str] = field(default_factory=list)

    @property
    def d(self) -> int:
        return int(self.spec["latent"])

    def mean(self, step: int) -> np.ndarray:  # (N, d)
        places = np.random.default_rng(self.d).uniform(-1, 1, (N, self.d))
        return (self.spread * (1 + step / 1000) * places).astype(np.float16).astype(np.float32)

    def reports(self) -> list[dict[str, float]]:
        kl = {"kl": sum(self.kl)} if self.kl else {}
        return [
            {"step": step, "epoch": step / 10, "seconds": step / 5, "reconstruction": 90 - step / 10, **kl}
            | {"regularization": sum(self.kl)}
            for step in self.steps
        ]

    def told(self, start: int) -> dict[str, Any]:
        lines = self.reports()
        usual = {
            "name": self.name, "spec": self.spec, "state": "done", "alive": False, "words": "", "step": 100,
            "done": 1.0, "changes": [], "knobs": [], "moments": [[step, 1] for step in self.steps], "model": True,
            "mould": {"version": 1, "words": ""},
            "versions": {"stage": STAGE if self.steps else 0, "now": 0, "closeup": 0, "blueprint": 0},
            "reports": {"id": "1", "from": start, "next": len(lines), "lines": lines[start:]},
        }  # fmt: skip
        return usual | self.more

    def stage(self) -> bytes:
        originals = np.stack([np.full(SHAPE, 60 * i, np.uint8) for i in range(KEPT)])
        z = np.random.default_rng(1).normal(size=(DRAWS, self.d)).astype(np.float32)
        labels = (np.arange(N) % 3).astype(np.int32)
        arrays = {"originals": originals, "z": z, "labels": labels}
        return save(arrays, {"words": json.dumps({"label_names": ["a", "b", "c"]})})

    def look(self, step: int) -> bytes:
        pictures = {"reconstructed": KEPT, "samples": DRAWS}
        arrays = {name: np.full((count, *SHAPE), 99, np.uint8) for name, count in pictures.items()}
        codes = {"mean": self.mean(step).astype(np.float16), "std": np.full((N, self.d), 0.1, np.float16)}
        words = json.dumps({"step": step, "epoch": step / 10})
        return save(arrays | codes | {"kl": np.array(self.kl, np.float32)}, {"words": words})


def serve(page: Page, rivals: list[Rival], decoders: dict[int, Path]) -> None:
    """Answer for the runs; decoders: by their number of dimensions, whatever weights are poured into them."""
    named = {rival.name: rival for rival in rivals}

    def answer(route: Route) -> None:
        asked = urlparse(route.request.url)
        name, *path = asked.path.removeprefix("/live/runs/").split("/")
        rival = named[unquote(name)]
        if rival.more.get("gone"):
            route.fulfill(status=404, body=f"There is no run {rival.name!r} any more.")
        elif not path:
            start = int(parse_qs(asked.query, keep_blank_values=True).get("from", ["0"])[0])
            route.fulfill(json=rival.told(min(start, len(rival.steps))))
        elif path[0] == "wish":
            rival.wishes.append(json.loads(route.request.post_data or "")["do"])
            route.fulfill(status=204)
        else:
            route.fulfill(body=_file(rival, path, decoders), content_type="application/octet-stream")

    page.route("**/live/runs/**", answer)


def _file(rival: Rival, path: list[str], decoders: dict[int, Path]) -> bytes:
    files = {
        "stage": rival.stage,
        "decoder.onnx": (decoders[rival.d] / "decoder.onnx").read_bytes,
        "places.json": lambda: b'{"decoder": []}',
        "weights.safetensors": lambda: save({"none": np.zeros(1, np.float32)}),
        "look.safetensors": lambda: rival.look(int(path[1].split("-")[0])),
    }
    return files["stage" if path[0] == "stage" else path[-1]]()


def show(page: Page, rivals: list[Rival], decoders: dict[int, Path]) -> None:
    """Show runs side by side, and wait until each that has moments is seen and decoded."""
    serve(page, rivals, decoders)
    ort = "/web/vendor/onnxruntime-web/ort"
    runtime = {"module": f"{ort}.wasm.bundle.min.mjs", "wasm": f"{ort}-wasm-simd-threaded.wasm"}
    page.evaluate(MOUNT, [[f"/live/runs/{quote(rival.name)}" for rival in rivals], runtime])
    page.wait_for_function(
        "([seen, all]) => studio.place.querySelectorAll('.cloud[data-step]').length === seen"
        " && studio.place.querySelectorAll('.compare-face [data-step]').length === seen"
        " && [...studio.place.querySelectorAll('.compare-cell h3')].every((each) => each.textContent)",
        arg=[sum(bool(rival.steps) for rival in rivals), len(rivals)],
    )
    page.evaluate("nextFrame()")
