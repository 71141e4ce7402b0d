"""What all tests share: one thread, a tiny trained model, no folder of the person who runs them."""

from __future__ import annotations

import os
import shutil

os.environ["OMP_NUM_THREADS"] = "1"  # before torch and numpy are imported

import pytest
import torch

from explorer import catalog, checkpoint
from explorer.catalog import Choice
from explorer.spec import Spec, Training
from explorer.train import train

torch.set_num_threads(1)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path_factory):
    """Keep every test away from the models and data of whoever runs it."""
    for variable in ("EXPLORER_DATA", "EXPLORER_MODELS"):
        monkeypatch.setenv(variable, str(tmp_path_factory.getbasetemp() / variable.lower()))


@pytest.fixture(scope="session")
def digits():
    """The digits that scikit-learn carries, split."""
    return catalog.make("datasets", Choice("digits")).load(None)


@pytest.fixture(scope="session")
def tiny_spec(digits):
    """A model that trains in a blink."""
    small = Choice("mlp", {"width": 8})
    return Spec(digits.train.shape, latent=3, network=small, training=Training(epochs=1))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, digits, tiny_spec):
    """The checkpoint of a tiny trained model. Do not write into it: copy it."""
    *_, last = train(tiny_spec, digits.train)
    return checkpoint.save(tmp_path_factory.mktemp("models") / "tiny", last.model, digits.test)


@pytest.fixture(scope="session")
def chromium():
    """Start one Chromium for the session; without one the tests are skipped on a desk and fail in CI."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright  # an optional tool: the other tests do without it
    except ImportError:
        found = None
    if found is None:
        sentence = f"The live view is tested in a browser: install playwright and {' or '.join(BROWSERS)}."
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
