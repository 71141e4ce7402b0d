"""The shelf of runs: sizes, names, and a bin that gives back."""

import os
import shutil
import time
from pathlib import Path

import pytest

from explorer import mould, places, run, shelf, trash


@pytest.fixture
def begin(tmp_path, tiny, tiny_spec, digits):
    """Make a run that is at rest, with the model that it made if that is asked for."""

    def begin(name="mine", state="stopped", model=False):
        found = run.create(places.runs_dir(tmp_path) / name, tiny_spec, tmp_path, digits.train, owns=model)
        found.say(state, 5, 0.5)
        found.append({"step": 5, "reconstruction": 2.0, "regularization": 1.0})
        if model:
            shutil.copytree(tiny.folder, found.model_folder)
        return found

    return begin


def names(tmp_path):
    return [found.name for found in run.listing(places.runs_dir(tmp_path))[0]]


def test_the_size_is_that_of_all_its_files(begin):
    found = begin()
    before = shelf.size(found.folder)
    (found.folder / "film").mkdir()
    (found.folder / "film" / "some").write_bytes(bytes(1000))
    assert shelf.size(found.folder) == before + 1000


def test_the_last_report_is_read_from_the_end(begin):
    found = begin()
    for step in range(6, 400):
        found.append({"step": step, "reconstruction": float(step), "regularization": 0.0})
    with (found.folder / run.METRICS).open("a") as stream:
        stream.write('{"step": 400, "recon')  # cut short by a kill
    assert shelf.last_report(found)["step"] == 399
    (found.folder / run.METRICS).unlink()
    assert shelf.last_report(found) == {}


def test_a_run_is_renamed_with_the_model_that_it_made(begin, tmp_path):
    found = begin(model=True)
    new = shelf.rename(found, "better")
    assert (names(tmp_path), new.name) == (["better"], "better")
    assert (tmp_path / "better" / "config.json").is_file()
    assert not (tmp_path / "mine").exists()
    assert new.metrics() == [{"step": 5, "reconstruction": 2.0, "regularization": 1.0}]


def test_a_model_that_another_made_keeps_its_name(begin, tmp_path, tiny):
    found = begin()
    shutil.copytree(tiny.folder, found.model_folder)
    shelf.rename(found, "better")
    assert (tmp_path / "mine" / "config.json").is_file()


@pytest.mark.parametrize("name", ["../out", "a/b", ".hidden", "", "runs", "taken"])
def test_a_name_that_is_none_or_is_taken_is_refused(begin, tmp_path, name):
    found = begin()
    begin("taken")
    with pytest.raises(ValueError, match=r"name|taken"):
        shelf.rename(found, name)
    assert names(tmp_path) == ["mine", "taken"]


@pytest.mark.parametrize(
    "do", [lambda found: shelf.rename(found, "other"), lambda found: shelf.throw(found, model=True)]
)
def test_a_run_at_work_is_left_alone(begin, tmp_path, do):
    found = begin(state="running")
    with pytest.raises(ValueError, match="mine is at work: stop it first"):
        do(found)
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("model", [True, False])
def test_what_is_thrown_away_can_be_taken_back(begin, tmp_path, model):
    found = begin(model=True)
    gone = shelf.throw(found, model=model)
    assert names(tmp_path) == []
    assert (tmp_path / "mine").exists() is not model
    assert shelf.thrown(found.folder.parent) == [gone]
    if not model:
        shutil.rmtree(tmp_path / "mine")
    back = shelf.take_back(found.folder.parent, gone.folder.name)
    assert (back.name, back.metrics()) == ("mine", found.metrics())
    assert shelf.has_model(back) is model
    assert shelf.thrown(found.folder.parent) == []


def test_what_comes_back_to_a_taken_name_gets_the_next_one(begin, tmp_path):
    gone = shelf.throw(begin(), model=False)
    begin()
    assert shelf.take_back(places.runs_dir(tmp_path), gone.folder.name).name == "mine-2"
    assert names(tmp_path) == ["mine", "mine-2"]


def test_what_comes_back_finds_the_model_that_it_made(begin, tmp_path):
    gone = shelf.throw(begin(model=True), model=False)
    back = shelf.take_back(places.runs_dir(tmp_path), gone.folder.name)
    assert back.name == "mine"
    assert shelf.has_model(back)


def test_what_comes_back_does_not_take_the_model_that_another_made(begin, tmp_path, tiny):
    gone = shelf.throw(begin(), model=False)
    shutil.copytree(tiny.folder, tmp_path / "mine")
    assert shelf.take_back(places.runs_dir(tmp_path), gone.folder.name).name == "mine-2"


def test_what_comes_back_does_not_meet_a_run_that_is_done_and_has_lost_its_model(begin, tmp_path):
    gone = shelf.throw(begin(), model=False)
    begin(state="done")
    assert shelf.take_back(places.runs_dir(tmp_path), gone.folder.name).name == "mine-2"
    assert names(tmp_path) == ["mine", "mine-2"]


@pytest.mark.parametrize("name", ["../../etc", "", "1-mine"])
def test_only_what_is_in_the_bin_comes_back(begin, tmp_path, name):
    shelf.throw(begin(), model=False)
    with pytest.raises(LookupError, match="no longer in the bin"):
        shelf.take_back(places.runs_dir(tmp_path), name)


def test_the_bin_is_emptied_after_some_days(begin, tmp_path):
    runs = places.runs_dir(tmp_path)
    old, young = shelf.throw(begin("old"), model=False), shelf.throw(begin("young"), model=False)
    when = time.time_ns() - int(8 * 86_400e9)
    old.folder.rename(old.folder.with_name(f"{when}-old"))
    shelf.empty(runs)
    assert shelf.thrown(runs) == [young]


class Killed(BaseException):
    """The process is killed."""


def test_a_process_killed_while_it_throws_a_run_away_leaves_a_run_that_can_be_taken_back(begin, tmp_path, monkeypatch):
    found = begin(model=True)
    rename = Path.rename

    def killed(path, target):
        if Path(target).parent.parent.name == trash.FOLDER and list(Path(target).parent.iterdir()):
            raise Killed
        return rename(path, target)

    with monkeypatch.context() as dying:
        dying.setattr(Path, "rename", killed)
        with pytest.raises(Killed):
            shelf.throw(found, model=True)
    (gone,) = shelf.thrown(found.folder.parent)
    back = shelf.take_back(found.folder.parent, gone.folder.name)
    assert (back.name, shelf.has_model(back)) == ("mine", True)


def test_the_bin_is_emptied_also_of_what_has_no_run(tmp_path):
    runs = places.runs_dir(tmp_path)
    when = time.time_ns() - int(8 * 86_400e9)
    (runs / trash.FOLDER / f"{when}-mine" / "model").mkdir(parents=True)
    shelf.empty(runs)
    assert list((runs / trash.FOLDER).iterdir()) == []


def test_words_and_moulds_of_runs_that_are_gone_go_with_the_bin(begin):
    """Those of runs that are here stay, and for some days the others too: a mould is made before its run."""
    found = begin()
    runs = found.folder.parent
    old = time.time() - 8 * 86_400
    moulds = [runs / mould.FOLDER / name for name in (mould.key(found.spec), "of-nobody", "of-nobody-yet")]
    logs = [runs / shelf.LOGS / f"{name}.log" for name in ("mine", "gone", "begins")]
    (runs / shelf.LOGS).mkdir()
    for folder, log in zip(moulds, logs, strict=True):
        folder.mkdir(parents=True)
        (folder / mould.PLACES).write_text("{}")
        log.write_text("words")
        if not folder.name.endswith("yet"):
            os.utime(folder, (old, old))
            os.utime(log, (old, old))
    shelf.empty(runs)
    assert [each.exists() for each in moulds] == [True, False, True]
    assert [each.exists() for each in logs] == [True, False, True]
