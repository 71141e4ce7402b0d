"""TensorBoard event files: read back by TensorBoard itself, also of a run that was killed and went on."""

import json
from dataclasses import replace

import pytest

from explorer import events, export, run, trainer
from explorer.plan import Plan
from explorer.spec import Training
from explorer.train import train

WANTED = Training(epochs=3, tensorboard=True)


def read(folder):
    """Return of each figure its steps and values, as TensorBoard shows them."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    found = accumulator.EventAccumulator(str(folder / events.FOLDER), size_guidance={"scalars": 0})
    found.Reload()
    return {tag: [(each.step, each.value) for each in found.Scalars(tag)] for tag in found.Tags()["scalars"]}


@pytest.fixture
def begin(tmp_path, tiny_spec, digits, monkeypatch):
    """Begin a run that reports at each step, and exports nothing."""
    monkeypatch.setattr(trainer, "train", lambda *given: train(*given, every=0))
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 0.0)
    monkeypatch.setattr(trainer, "SNAPSHOT_SHARE", 1e9)
    monkeypatch.setattr(trainer, "LINE_SHARE", 0.0)
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)

    def begin(training=WANTED, **more):
        spec = replace(tiny_spec, classes=10, training=training, **more)
        return run.create(tmp_path / "models" / "runs" / "mine", spec, tmp_path, digits.train)

    return begin


@pytest.fixture
def go(digits):
    def go(found, watch=lambda state, report: None):
        with found.trained():
            return trainer.carry_on(run.read(found.folder), Plan(), digits, watch, lambda: False)

    return go


def test_tensorboard_shows_what_the_metrics_hold(begin, go):
    pytest.importorskip("tensorboard")
    found = begin()
    assert go(found) == "done"
    shown, metrics = read(found.folder), found.metrics()
    assert set(shown) == {
        "reconstruction/train", "reconstruction/held_out", "kl/train", "kl/held_out", "total/train", "total/held_out",
        "loss/train", "kl_per_dimension/active", "kl_per_dimension/largest", "kl_per_dimension/mean", "training/rate",
        "training/gradient", "training/images_per_second", "training/epoch"}  # fmt: skip
    for tag, key in (("reconstruction/train", "reconstruction"), ("kl/train", "kl"), ("kl/held_out", "test_kl")):
        told = [(report["step"], report[key]) for report in metrics if key in report]
        assert [step for step, _ in shown[tag]] == [step for step, _ in told]
        assert [value for _, value in shown[tag]] == pytest.approx([value for _, value in told])
    last = metrics[-1]
    assert shown["total/train"][-1] == (last["step"], pytest.approx(last["reconstruction"] + last["kl"]))
    assert 0 <= shown["kl_per_dimension/active"][-1][1] <= 3


def test_a_killed_run_goes_on_without_a_gap_and_without_a_step_twice(begin, go, monkeypatch):
    pytest.importorskip("tensorboard")
    found = begin()

    def watch(state, report):
        if report.step == 20:
            monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 1e9)
        if report.step == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(found, watch)
    kept = int(found.snapshot()["step"])
    assert [step for step, _ in read(found.folder)["loss/train"]][-1] == 24
    assert kept < 24
    monkeypatch.setattr(trainer, "SNAPSHOT_SECONDS", 0.0)
    assert go(found) == "done"
    steps = [step for step, _ in read(found.folder)["loss/train"]]
    assert steps == [report["step"] for report in found.metrics() if "reconstruction" in report]
    assert steps == sorted(set(steps))
    assert len(list((found.folder / events.FOLDER).iterdir())) == 2


def test_nothing_is_written_where_nobody_asks(begin, go):
    found = begin(Training(epochs=1))
    assert go(found) == "done"
    assert not (found.folder / events.FOLDER).exists()


def test_without_tensorboard_it_is_said_what_to_install(begin, go, monkeypatch):
    monkeypatch.setattr(events, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="not installed here: `pip install tensorboard`, or train without"):
        go(begin())
    events.check(begin(Training(epochs=1)).spec)


def test_a_full_disk_is_said(begin, tmp_path):
    pytest.importorskip("tensorboard")
    (tmp_path / events.FOLDER).write_text("in the way")
    with (
        pytest.raises(OSError, match=r"tensorboard could not be written .* then go on"),
        events.written(tmp_path, begin().spec, 0),
    ):
        pass


def test_a_write_that_fails_is_said(begin, tmp_path):
    pytest.importorskip("tensorboard")

    def fail(*given):
        raise OSError(28, "No space left on device")

    with events.written(tmp_path, begin().spec, 0) as writing:
        writing.writer.add_scalar = fail
        with pytest.raises(OSError, match=r"No space left on device.*make room, then go on"):
            writing.write({"step": 1, "reconstruction": 2.0}, [])


@pytest.mark.parametrize(
    ("report", "kl", "wanted"),
    [
        ({"step": 1}, [], {}),
        ({"step": 1, "reconstruction": 5.0, "regularization": 8.0, "kl": 2.0}, [2.0, 0.001],
         {"reconstruction/train": 5.0, "kl/train": 2.0, "total/train": 7.0, "loss/train": 13.0,
          "kl_per_dimension/active": 1, "kl_per_dimension/largest": 2.0, "kl_per_dimension/mean": 1.0005}),
        ({"step": 1, "test_reconstruction": 5.0}, [], {"reconstruction/held_out": 5.0, "total/held_out": 5.0}),
    ],
)  # fmt: skip
def test_figures(report, kl, wanted):
    assert events.figures(json.loads(json.dumps(report)), kl) == wanted
