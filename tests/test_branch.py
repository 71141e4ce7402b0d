"""A run that goes on from a moment of another one."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import branch, export, film, run, tensors, trainer
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.plan import Plan
from explorer.spec import Training
from explorer.train import train


@pytest.fixture
def go(monkeypatch, digits):
    """Carry a run on: reports and snapshots at every step, no export."""
    monkeypatch.setattr(trainer, "train", lambda *given: train(*given, every=0))
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 0.0)
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)

    def go(found, watch=lambda state, report: None):
        with found.trained():
            return trainer.carry_on(run.read(found.folder), Plan(), digits, watch, lambda: False)

    return go


@pytest.fixture
def old(tmp_path, tiny_spec, digits, go):
    """A run whose beta was turned to 4 after step 6."""
    spec = replace(tiny_spec, classes=10, training=Training(epochs=1))
    found = run.create(tmp_path / "models" / "runs" / "old", spec.complete(), tmp_path, digits.train)

    def turn(state, report):
        if state == "running" and report.step == 6:
            found.ask("change", beta=4.0)

    assert go(found, turn) == "done"
    return run.read(found.folder)


def test_the_moment_is_the_one_at_or_before_what_is_asked(old):
    assert film.steps(old.folder / run.FILM) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12]
    assert [branch.moment(old, asked) for asked in (0, 7, 9, 1000, None)] == [0, 6, 8, 12, 12]


def test_it_begins_with_the_weights_the_history_and_the_rules_of_the_moment(old):
    new = branch.create(old, 5, old.folder.with_name("new"), {})
    assert (new.parent, new.status().state, new.changes) == ("old@5", "starting", [])
    assert new.spec.objective == Choice("vae", {"warmup": 0.0, "cycles": 1, "free_bits": 0.0})
    assert [each["step"] for each in new.metrics()] == [1, 2, 3, 4, 5]
    assert film.steps(new.folder / run.FILM) == [0, 1, 2, 3, 4, 5]
    learner = Learner(new.spec)
    learner.restore(new.snapshot())
    assert learner.step == 5


def test_it_goes_on_to_a_model_of_its_own(old, go):
    new = branch.create(old, 8, old.folder.with_name("new"), {"beta": 2.0, "rate": 1e-3})
    assert new.spec.objective.knobs["beta"] == 2.0
    assert [change["step"] for change in new.changes] == [6]
    assert go(new) == "done"
    assert [each["step"] for each in new.metrics()] == list(range(1, 13))
    assert film.steps(new.folder / run.FILM) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12]
    assert new.model_folder.is_dir()
    assert old.model_folder.is_dir()


def test_the_weights_are_those_of_the_moment_as_float16(old, tmp_path):
    weights = branch.create(old, 10, old.folder.with_name("new"), {}).snapshot()
    arrays, _ = tensors.read(film.weights_file(old.folder / run.FILM, 10))
    assert arrays
    assert all(np.allclose(weights[f"model/{name}"].numpy(), value) for name, value in arrays.items())
    last = old.snapshot()
    assert any(not np.allclose(last[f"model/{name}"].numpy(), value, atol=1e-4) for name, value in arrays.items())


def test_what_cannot_be_gone_on_from_is_said(old, tmp_path, digits, tiny_spec):
    new = old.folder.with_name("new")
    with pytest.raises(ValueError, match="'latent' cannot change"):
        branch.create(old, 5, new, {"latent": 3})
    film.weights_file(old.folder / run.FILM, 5).write_bytes(b"cut")
    with pytest.raises(ValueError, match="cannot be read"):
        branch.create(old, 5, new, {})
    assert not new.exists()
    fresh = run.create(old.folder.with_name("fresh"), tiny_spec, tmp_path, digits.train)
    with pytest.raises(LookupError, match="The film of fresh has no moment yet"):
        branch.moment(fresh, None)


def test_nothing_goes_on_from_the_end_and_a_person_is_told_what_to_do(old):
    with pytest.raises(ValueError, match="At step 12 old is at its end: choose an earlier moment, or give it more"):
        branch.create(old, 12, old.folder.with_name("new"), {})
    assert not old.folder.with_name("new").exists()
