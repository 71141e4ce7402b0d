"""Each shipped model paints in the browser what torch paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from explorer import checkpoint, places

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .conftest import Site

pytestmark = pytest.mark.browser

SHIPPED = [found.name for found in checkpoint.listing(places.gallery_dir())[0]]
N = 5
# Decodes as the page does, and encodes what came out, in the session that the page and its worker share.
RUN = """async ([model, runtime, z, labels, n]) => {
    const { startSession } = await import("/web/engine/session.js");
    const absolute = (url) => new URL(url, location.href).href;
    const there = { module: absolute(runtime.module), wasm: absolute(runtime.wasm) };
    const session = await startSession({ ...model, url: absolute(model.url) }, there);
    const pictures = await session.decode(z, labels, n);
    const { mean, std } = await session.encode(pictures, labels, n);
    await session.release();
    return [pictures, mean, std].map((each) => Array.from(each));
}"""


@pytest.mark.parametrize("name", SHIPPED)
def test_the_browser_agrees_with_torch(web_page: Page, web_site: Site, name: str) -> None:
    found = checkpoint.find(name, places.gallery_dir())
    here = web_site.models / f"shipped-{name}"  # no other test has it
    here.symlink_to(found.folder)
    model, spec = found.model(), found.spec
    z = torch.randn(N, spec.latent, generator=torch.Generator().manual_seed(1))
    y = torch.arange(N) % spec.classes if spec.conditional else None
    with torch.inference_mode():
        pictures = model.picture(z, y)
        q = model.encode(pictures, y)
    described = {
        "name": name, "url": f"/models/{here.name}/", "latent": spec.latent, "shape": list(spec.shape),
        "classes": spec.classes if spec.conditional else 0,
    }  # fmt: skip
    ort = "/web/vendor/onnxruntime-web/ort"
    runtime = {"module": f"{ort}.wasm.bundle.min.mjs", "wasm": f"{ort}-wasm-simd-threaded.wasm"}
    labels = None if y is None else y.tolist()
    given = web_page.evaluate(RUN, [described, runtime, z.ravel().tolist(), labels, N])
    here.unlink()
    for there, torch_says in zip(given, (pictures, q.mean, q.stddev), strict=True):
        expected = torch_says.ravel().numpy()
        scale = max(1.0, float(np.abs(expected).max()))  # the codes of a plain autoencoder can be tens wide
        assert np.abs(np.array(there) - expected).max() / scale < 1e-4
