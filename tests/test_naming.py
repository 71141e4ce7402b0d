"""The name of a new run: allowed, free, and nobody else's meanwhile."""

import errno
import os
import shutil
import threading

import pytest

from explorer import naming, places, run

ASKED = {"name": None, "replace": False, "data": "digits", "objective": None, "latent": None}


def held(models, **values):
    with naming.held(models, ASKED | values) as folder:
        return folder


def begin(models, name, spec, images, state="stopped"):
    found = run.create(places.runs_dir(models) / name, spec, models, images)
    found.say(state, 5, 0.5)
    return found


def test_a_name_is_made_from_what_was_chosen(tmp_path):
    assert held(tmp_path) == tmp_path / "runs" / "digits-vae-16d"
    assert held(tmp_path, objective="ae", latent=2).name == "digits-ae-2d"
    assert held(tmp_path, name="Ein schöner Name").name == "Ein schöner Name"


def test_the_next_name_is_made_where_a_model_or_a_run_has_the_first(tmp_path, tiny_spec, digits):
    (tmp_path / "digits-vae-16d").mkdir()
    begin(tmp_path, "digits-vae-16d-2", tiny_spec, digits.train)
    begin(tmp_path, "digits-vae-16d-3", tiny_spec, digits.train, "running")
    broken = begin(tmp_path, "digits-vae-16d-4", tiny_spec, digits.train)
    (broken.folder / run.RUN).write_text("{")
    assert held(tmp_path).name == "digits-vae-16d-5"
    assert held(tmp_path, replace=True).name == "digits-vae-16d"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../out",
        "a/b",
        "a\\b",
        "/abs",
        ".hidden",
        "-flag",
        "runs",
        "RUNS",
        " a",
        "a\n",
        "a\x1b[2J",
        "a:b",
        "x" * 101,
        "字" * 100,
        "\udcff",
    ],
)
def test_what_is_no_name(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be a model's name: "):
        held(tmp_path, name=name)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("stopped", "The run 'mine' is not at its end: `explorer resume mine --models-dir .*` goes on with it"),
        ("failed", "is not at its end"),
        ("running", r"mine is being trained by process \d+: choose another --name"),
    ],
)
def test_a_name_whose_run_is_not_at_its_end_is_taken(tmp_path, tiny_spec, digits, state, sentence):
    begin(tmp_path, "mine", tiny_spec, digits.train, state)
    with pytest.raises(ValueError, match=sentence):
        held(tmp_path, name="mine")
    assert held(tmp_path, name="mine", replace=True).name == "mine"


def test_a_damaged_run_can_be_replaced(tmp_path, tiny_spec, digits):
    found = begin(tmp_path, "mine", tiny_spec, digits.train)
    (found.folder / run.RUN).write_text("{")
    with pytest.raises(ValueError, match=r"There is a run 'mine', and .* is damaged: .* or --replace it"):
        held(tmp_path, name="mine")
    assert held(tmp_path, name="mine", replace=True)


def test_a_run_that_is_done_leaves_its_name_when_its_model_is_gone(tmp_path, tiny_spec, digits):
    begin(tmp_path, "mine", tiny_spec, digits.train, "done")
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError, match=r"There is a model 'mine' in .*: choose another --name, or --replace it"):
        held(tmp_path, name="mine")
    shutil.rmtree(tmp_path / "mine")
    assert held(tmp_path, name="mine").name == "mine"


def test_a_name_that_is_held_is_nobody_elses(tmp_path):
    refused = []

    def second():
        with pytest.raises(ValueError, match="mine is being trained by another process already") as error:
            held(tmp_path, name="mine", replace=True)
        refused.append(error)

    with naming.held(tmp_path, ASKED | {"name": "mine"}):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert refused


def test_who_begins_at_the_same_time_gets_the_next_name_that_is_made(tmp_path):
    names = []
    with naming.held(tmp_path, ASKED), naming.held(tmp_path, ASKED | {"latent": 2}):
        thread = threading.Thread(target=lambda: names.append(held(tmp_path).name))
        thread.start()
        thread.join()
    assert names == ["digits-vae-16d-2"]
    assert held(tmp_path).name == "digits-vae-16d"


def test_a_place_where_nothing_can_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"No model can be kept in .*: choose another --models-dir"):
        naming.check_writable(tmp_path / "file" / "models")


def test_a_disk_without_room_is_named_before_anything_begins(tmp_path, monkeypatch):
    def full(opened):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No model can be kept in .* \(No space left on device\): make room, or choose"):
        naming.check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_free_name_is_nobody_elses(tmp_path, tiny_spec, digits):
    assert naming.free(tmp_path, "mine") == "mine"
    begin(tmp_path, "mine", tiny_spec, digits.train)
    assert naming.free(tmp_path, "mine") == "mine-2"
    assert naming.free(tmp_path, "mine", {"mine-2"}) == "mine-3"
