"""A run on disk: whole or not there, for one trainer at a time, and never lost by what is written into it."""

import contextlib
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from explorer import places, run
from explorer.__main__ import cli
from explorer.catalog import Choice
from explorer.spec import Training
from explorer.wishes import Wish
from tests.test_status import JSON

QUIET = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}
HOLD = """
import pathlib, sys
from explorer import places, run
from explorer.__main__ import cli
with run.locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "models" / "runs"


@pytest.fixture
def found(runs, tiny_spec, digits):
    """A run that was begun by this process."""
    return run.create(runs / "mine", tiny_spec, runs, digits.train)


@pytest.fixture
def other(found):
    """Another process that holds the lock of the run."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(found.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_what_was_begun_is_read_again(found, tiny_spec):
    assert run.read(found.folder) == found
    assert (found.name, found.spec, found.plan, found.owns) == ("mine", tiny_spec, {}, False)
    assert found.model_folder == found.folder.parent.parent / "mine"
    assert found.status().state == "starting"
    assert (found.metrics(), found.snapshot()) == ([], None)


def test_its_command_goes_on_with_it(found, monkeypatch):
    models = found.model_folder.parent
    assert found.command == f"explorer resume mine --models-dir {models}"
    monkeypatch.setenv("EXPLORER_MODELS", str(models))
    assert found.command == "explorer resume mine"


def test_a_change_is_kept_and_a_wrong_one_harms_nothing(found, tiny_spec):
    longer = replace(tiny_spec, training=Training(epochs=7))
    assert run.change(found, spec=longer).spec == longer
    assert run.read(found.folder).spec == longer
    for wrong in ({"spec": replace(tiny_spec, training=Training(epochs=-1))}, {"plan": {"threads": 0}}, {"owns": 3}):
        with pytest.raises(ValueError, match="must"):
            run.change(found, **wrong)
    assert run.read(found.folder).spec == longer


def test_find_and_listing_name_what_is_there_and_what_is_damaged(found, runs, tiny_spec, digits):
    run.create(runs / "another", tiny_spec, runs, digits.train)
    broken = run.create(runs / "broken", tiny_spec, runs, digits.train)
    (broken.folder / run.RUN).write_text("{")
    listed, problems = run.listing(runs)
    assert [each.name for each in listed] == ["another", "mine"]
    assert len(problems) == 1
    assert "run.json is damaged: it cannot be read as JSON" in problems[0]
    assert run.find("mine", runs) == found
    for name in ("none", "../mine", ".mine", "x" * 300, ""):
        with pytest.raises(LookupError, match="the runs are: another, mine"):
            run.find(name, runs)


FULL = {"threads": 4, "precision": "float32", "device": "cuda", "world": 2}
GOOD_PLANS = [{}, {"threads": 4, "precision": "bfloat16"}, FULL]
BAD_PLANS = [{"threads": 4}, {"threads": 4, "precision": "auto"}, {"threads": True, "precision": "float32"},
             {"threads": 2000, "precision": "float32"}, {"threads": 1, "precision": ["float32"]}, [], None, "fast",
             {"threads": 4, "precision": "float32", "device": "cuda"}, FULL | {"device": "cuda:1"}, FULL | {"world": 0},
             FULL | {"world": True}, FULL | {"device": ["cpu"]}]  # fmt: skip


def edited(found, **changes):
    file = found.folder / run.RUN
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize("plan", GOOD_PLANS + BAD_PLANS, ids=str)
def test_a_plan_is_looked_at_before_it_is_trusted(found, plan):
    edited(found, plan=plan)
    if plan in GOOD_PLANS:
        assert run.read(found.folder).plan == plan
    else:
        with pytest.raises(ValueError, match=r"run\.json is damaged: plan must hold threads from 1 to 1024"):
            run.read(found.folder)


@settings(**QUIET, max_examples=200)
@given(key=some.sampled_from(["format", "spec", "plan", "owns", "data_dir", "fingerprint", "created", "more"]),
       value=JSON)  # fmt: skip
def test_any_json_in_the_settings_is_read_or_refused_in_one_sentence(found, key, value):
    whole = (found.folder / run.RUN).read_text()
    edited(found, **{key: value})
    with contextlib.suppress(ValueError):  # and nothing else
        run.read(found.folder)
    (found.folder / run.RUN).write_text(whole)


@settings(**QUIET, max_examples=100)
@given(noise=some.binary() | JSON.map(lambda value: json.dumps(value).encode()) | some.just(b"[" * 100_000))
def test_settings_of_any_bytes_are_refused_in_one_sentence(found, noise):
    (found.folder / run.RUN).write_bytes(noise)
    with pytest.raises(ValueError, match=r"run\.json is damaged: "):
        run.read(found.folder)


@settings(**QUIET, max_examples=100)
@given(noise=some.binary() | some.lists(JSON).map(lambda lines: "\n".join(map(json.dumps, lines)).encode()))
def test_of_the_metrics_only_reports_are_read(found, noise):
    line = b'{"step": 3, "seconds": 1.5}'
    (found.folder / run.METRICS).write_bytes(line + b"\n" + noise + b"\n" + line[:9])
    read = found.metrics()
    assert read[0] == {"step": 3, "seconds": 1.5}
    assert all(np.isfinite(list(each.values())).all() and type(each["step"]) is int for each in read)
    found.rewind(10**9)


def test_metrics_are_appended_and_what_comes_after_a_step_is_forgotten(found):
    for step in (1, 2, 3):
        found.append({"step": step, "reconstruction": step / 2})
    with (found.folder / run.METRICS).open("a") as stream:
        stream.write('{"step": 4, "recon')  # killed
    assert [each["step"] for each in found.metrics()] == [1, 2, 3]
    found.rewind(2)
    found.append({"step": 3, "reconstruction": 9.0})
    assert [each["reconstruction"] for each in found.metrics()] == [0.5, 1.0, 9.0]


def test_a_wish_is_heard_once_and_only_while_somebody_is_there(found):
    assert found.heard() == []
    found.ask("pause")
    found.ask("slow", seconds=2.0)
    assert (found.heard(), found.heard()) == ([Wish("pause"), Wish("slow", {"seconds": 2.0})], [])
    with pytest.raises(ValueError, match="not 'fly'"):
        found.ask("fly")
    found.say("done", 3, 1.0)
    with pytest.raises(ValueError, match="mine is not being trained: it is done"):
        found.ask("pause")


def test_a_second_trainer_gets_a_sentence_and_a_dead_one_does_not_count(found, other, tiny_spec, digits):
    with pytest.raises(ValueError, match="mine is being trained by another process already"), found.trained():
        pass
    with pytest.raises(ValueError, match="already"):  # nor is it replaced under its trainer
        run.create(found.folder, tiny_spec, found.folder, digits.train)
    other.kill()
    other.wait()
    with found.trained():
        assert found.status().state == "starting"


def test_the_lock_may_be_taken_again_by_who_holds_it(found):
    with run.locked(found.folder), found.trained(), run.locked(found.folder):
        pass


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [(ValueError("why"), "failed", "why"), (KeyboardInterrupt(), "stopped", "Interrupted.")],
)
def test_an_error_leaves_word_of_how_far_it_had_come(found, error, state, words):
    def die():
        with found.trained():
            found.say("running", 5, 0.5)
            raise error

    with pytest.raises(type(error)):
        die()
    now = found.status()
    assert (now.state, now.words, now.step, now.done) == (state, words, 5, 0.5)


def test_a_trainer_removes_what_a_killed_one_left_behind(found):
    found.ask("stop")
    left = found.folder / ".snapshot.safetensors.explorer-new-1"
    left.write_bytes(b"half")
    with found.trained():
        assert not left.exists()
        assert found.heard() == []
    assert sorted(file.name for file in found.folder.iterdir()) == ["run.json", "state.json", "wishes"]


def test_a_snapshot_is_kept(found):
    found.keep({"step": torch.tensor(3)})
    assert found.snapshot()["step"] == 3


def changed_pictures(images):
    pixels = images.pixels.copy()
    pixels[0] = 255 - pixels[0]
    return {
        "fewer": images.take(slice(0, 1000)),
        "another first picture": replace(images, pixels=pixels),
        "another label": replace(images, labels=np.roll(images.labels, 1)),
        "other names": replace(images, label_names=tuple("abcdefghij")),
        "no labels": replace(images, labels=None, label_names=()),
    }


@pytest.mark.parametrize("how", ["fewer", "another first picture", "another label", "other names", "no labels"])
def test_pictures_that_have_changed_are_noticed(found, digits, how):
    found.check_data(digits.train)
    with pytest.raises(ValueError, match="The pictures of digits have changed since mine began with them"):
        found.check_data(changed_pictures(digits.train)[how])


def test_a_run_is_replaced_as_one(found, tiny_spec, digits):
    found.keep({"step": torch.tensor(3)})
    again = run.create(found.folder, replace(tiny_spec, objective=Choice("ae")), found.folder, digits.train, owns=True)
    assert again.owns
    assert again.snapshot() is None
    assert run.read(found.folder).spec.objective.name == "ae"


@pytest.mark.parametrize("wish", ["pause", "stop"])
def test_any_terminal_may_ask_a_trainer(tmp_path, tiny_spec, digits, wish, capsys):
    found = run.create(places.runs_dir(tmp_path) / "mine", tiny_spec, tmp_path, digits.train)
    cli([wish, "mine", "--models-dir", str(tmp_path)], standalone_mode=False)
    assert [each.do for each in found.heard()] == [wish]
    assert capsys.readouterr().out == f"mine was asked to {wish}.\n"
    found.say("done")
    with pytest.raises(ValueError, match="mine is not being trained: it is done"):
        cli([wish, "mine", "--models-dir", str(tmp_path)], standalone_mode=False)
