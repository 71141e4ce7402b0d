"""The film of a training on disk, and the camera that makes it."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import camera, film, latent, tensors
from explorer.camera import Camera
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.spec import Training
from explorer.train import Progress, train


def at(learner):
    return Progress(learner.step, 0.5, 0.25, 3.0, {}, [], 0.0, learner)


@pytest.fixture
def filmed(tmp_path, tiny_spec, digits):
    """A film of a short training, with its camera and its learner."""
    learner = Learner(replace(tiny_spec, classes=10, training=Training(epochs=3)))
    made = Camera(tmp_path / "film", learner, digits.test)
    made.begin()
    made.film(at(learner))
    for progress in train(learner, digits.train, every=1e9):
        made.film(progress)
    made.film(progress, last=True)
    return made


def test_moments_lie_further_and_further_apart_from_the_first_to_the_last(filmed):
    assert film.steps(filmed.folder) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 36]


@pytest.mark.parametrize(
    ("weights", "most"), [(1_000, 64), (1_000_000, 64), (2_000_000, 32), (100_000_000, 12), (10**9, 12)]
)
def test_a_large_model_has_fewer_moments(weights, most):
    step, moments = 0, 0
    while step < 10**5:
        step, moments = max(step + 1, int(np.ceil(step * camera.growth(weights)))), moments + 1
    assert moments <= most + 12  # the first few steps lie close together
    assert camera.growth(weights) >= camera.GROWTH


def test_weights_that_are_no_numbers_make_no_moment(filmed):
    with torch.no_grad():
        next(filmed.learner.model.parameters())[0] = float("nan")
    kept = film.steps(filmed.folder)
    with pytest.raises(FloatingPointError, match="The weights are no longer numbers at step 40"):
        filmed.film(at(filmed.learner)._replace(step=40), last=True)
    assert film.steps(filmed.folder) == kept
    with torch.inference_mode():
        assert filmed.judge() == {}, "a figure that is no number is left out"


def test_a_moment_holds_what_the_model_makes_of_the_stage(filmed, digits):
    learner, step = filmed.learner, filmed.learner.step
    look = film.read_look(film.moment_file(filmed.folder, step))
    images = camera._spread(digits.test)
    table = latent.encode(learner.best, images)
    assert np.allclose(look.mean, table.mean, rtol=1e-2, atol=1e-3)  # kept as float16
    assert np.allclose(look.std, table.std, rtol=1e-2, atol=1e-3)
    assert np.allclose(look.kl, table.kl, rtol=1e-3)
    stage, words = tensors.read(filmed.folder / film.STAGE)
    assert np.array_equal(stage["originals"], images.pixels[:16])
    assert np.array_equal(stage["labels"], images.labels)
    assert "label_names" in words["words"]
    with torch.inference_mode():
        samples = learner.best.picture(torch.from_numpy(stage["z"]))
        shown = learner.best.picture(torch.from_numpy(table.mean[:16]))
    assert np.abs(look.samples / 255 - samples.numpy()).max() < 0.003
    assert np.abs(look.reconstructed / 255 - shown.numpy()).max() < 0.003
    assert look.figures["step"] == step


def test_the_weights_of_a_moment_are_those_of_the_model(filmed):
    arrays, _ = tensors.read(film.weights_file(filmed.folder, filmed.learner.step))
    state = filmed.learner.best.state_dict()
    assert set(arrays) == set(state)
    assert all(np.allclose(arrays[name], state[name].numpy(), rtol=1e-3, atol=1e-6) for name in state)


def test_the_judged_loss_is_that_of_the_test_pictures(filmed, digits, monkeypatch):
    table = latent.encode(filmed.learner.best, digits.test)
    monkeypatch.setattr(filmed.model, "draw", lambda q: q.loc)
    with torch.inference_mode():
        judged = filmed.judge()
    assert judged["test_kl"] == pytest.approx(table.kl.sum(), rel=1e-4)
    assert judged["test_reconstruction"] == pytest.approx(table.error.mean(), rel=1e-4)


def test_what_is_shown_first_is_of_all_classes(filmed, digits):
    labels = tensors.read(filmed.folder / film.STAGE)[0]["labels"]
    assert set(labels[:10]) == set(range(10))
    assert sorted(labels) == sorted(digits.test.labels)


def test_there_are_looks_only_while_somebody_looks_on(filmed):
    assert not film.is_watched(filmed.folder)
    assert not (filmed.folder / film.NOW).exists()
    film.watch(filmed.folder)
    filmed.film(at(filmed.learner))
    assert film.read_look(filmed.folder / film.NOW).figures["step"] == filmed.learner.step
    os.utime(filmed.folder / film.WATCHED, (1, 1))
    assert not film.is_watched(filmed.folder)


def test_a_slow_network_is_looked_at_a_little_at_a_time(filmed, monkeypatch):
    monkeypatch.setattr(camera, "LOOK", 0.0)
    filmed.mean[:] = 9.0
    left = []
    with torch.inference_mode():
        for _ in filmed._work():
            filmed._look(at(filmed.learner))
            left.append(int((filmed.mean == 9.0).all(axis=1).sum()))
    assert left[0] == len(filmed.mean) - camera.CHUNK
    assert left[-1] == 0


def test_an_autoencoder_and_a_conditional_model_are_filmed(tmp_path, tiny_spec, digits):
    for spec in (replace(tiny_spec, objective=Choice("ae")), replace(tiny_spec, conditional=True, classes=10)):
        learner = Learner(spec)
        made = Camera(tmp_path / spec.objective.name, learner, digits.test)
        made.begin()
        judged = made.film(at(learner))
        look = film.read_look(film.moment_file(made.folder, 0))
        assert len(look.kl) == (0 if spec.objective.name == "ae" else 3)
        assert ("test_kl" in judged) == (spec.objective.name != "ae")
        assert ("classes" in tensors.read(made.folder / film.STAGE)[0]) == spec.conditional


def test_a_film_is_cut_and_copied(filmed, tmp_path):
    film.copy(filmed.folder, tmp_path / "copy", 10)
    assert film.steps(tmp_path / "copy") == [0, 1, 2, 3, 4, 5, 6, 8, 10]
    film.cut(tmp_path / "copy", 3)
    assert film.steps(tmp_path / "copy") == [0, 1, 2, 3]
    assert film.steps(filmed.folder)[-1] == 36


def test_pictures_without_labels_are_filmed_as_they_come(tmp_path, tiny_spec, digits):
    learner = Learner(tiny_spec)
    images = replace(digits.test, labels=None, label_names=())
    made = Camera(tmp_path / "film", learner, images)
    made.begin()
    assert "labels" not in tensors.read(made.folder / film.STAGE)[0]


@pytest.mark.parametrize("noise", [b"", b"no look", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_look_is_said(tmp_path, noise):
    (tmp_path / "look.safetensors").write_bytes(noise)
    with pytest.raises(ValueError, match=r"look.safetensors"):
        film.read_look(tmp_path / "look.safetensors")


def test_what_films_keeps_to_its_share_by_one_of_two_clocks(monkeypatch):
    clocks = np.zeros(2)
    monkeypatch.setattr(camera, "_clocks", clocks.copy)
    monkeypatch.setattr(camera.time, "monotonic", lambda: float(clocks[0]))
    allowed = camera._Allowance(every=0.5, share=0.1, credit=1.0)

    def spend(wall, work):
        with allowed.spend():
            clocks[:] += wall, work

    spend(0.8, 0.8)
    clocks += 0.4
    assert not allowed.is_due(), "half a second has not passed"
    clocks += 0.2
    assert not allowed.is_due(), "another 0.8 s would be more than 1 + a tenth of 1.4"
    clocks[0] += 5.0
    assert allowed.is_due(), "the wall's clock has gone on, as between steps in slow motion"
    spend(30.0, 0.1)
    clocks += 0.6
    assert allowed.is_due(), "the machine was busy with something else"


def test_the_map_of_a_slow_network_has_fewer_pictures(tiny_spec, monkeypatch):
    model = Learner(tiny_spec).best
    each = sum(2 * layer.weight.numel() for layer in model.encoder.modules() if hasattr(layer, "weight"))
    assert camera.affordable(model, tiny_spec.shape, "cpu") == camera.PICTURES
    monkeypatch.setattr(camera, "WORK", 700.0 * each)
    assert camera.affordable(model, tiny_spec.shape, "cpu") == 700
    monkeypatch.setattr(camera, "WORK", each)
    assert camera.affordable(model, tiny_spec.shape, "cpu") == camera.FEWEST_PICTURES
    assert camera.affordable(model, tiny_spec.shape, "cuda") == camera.PICTURES


def test_pixels_are_judged_as_they_are_learnt_drawn_as_black_or_white(tmp_path, tiny_spec, digits):
    spec = replace(tiny_spec, training=replace(tiny_spec.training, binarize=True))
    made = Camera(tmp_path, Learner(spec), digits.test)
    x = made._drawn(made._batch(slice(0, 100))[0], 0)
    assert set(x.unique().tolist()) == {0.0, 1.0}
    grey = made._batch(slice(0, 100))[0]
    assert float(x.mean()) == pytest.approx(float(grey.mean()), abs=0.02)
    assert torch.equal(x, made._drawn(grey, 0)), "the same coins each time: the line does not tremble"


def test_after_a_resume_the_first_look_is_of_all_pictures(filmed, digits):
    """Nothing is filmed at once then: the next moment lies ahead."""
    again = Camera(filmed.folder, filmed.learner, digits.test)
    again.begin()
    film.watch(again.folder)
    again.film(at(again.learner))
    look = film.read_look(again.folder / film.NOW)
    assert look.std.min() > 0
    assert np.isfinite(look.kl).all()
