"""What all tests share: one thread, a tiny trained model, no folder of the person who runs them."""

from __future__ import annotations

import contextlib
import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch and numpy are imported

import pytest
import torch

from explorer import catalog, checkpoint
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.spec import Spec, Training
from explorer.train import train
from tests import browser

torch.set_num_threads(1)


def pytest_collection_modifyitems(items):
    """Keep the tests that need a browser in one process: two browsers at once starve each other."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path_factory):
    """Keep every test away from the models and data of whoever runs it."""
    monkeypatch.delenv("EXPLORER_PICTURES", raising=False)
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
    *_, last = train(Learner(tiny_spec), digits.train)
    return checkpoint.save(tmp_path_factory.mktemp("models") / "tiny", last.model, digits.test)


@pytest.fixture(scope="session")
def chromium():
    """Start one Chromium for the session; without one the tests are skipped on a desk and fail in CI."""
    with contextlib.ExitStack() as stack:
        try:
            started = stack.enter_context(browser.chromium())
        except LookupError as error:
            pytest.fail(str(error)) if os.environ.get("CI") else pytest.skip(str(error))
        yield started
