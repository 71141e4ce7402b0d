"""A run's folder that was edited by hand into nonsense: every route answers, and the other runs stay as they are."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from explorer import export, film, mould, places, run, trainer
from explorer.app import moments, studio
from explorer.plan import Plan
from explorer.spec import Training
from tests.app import asking

PAGE = places.PACKAGE / "app" / "main.py"
HALF = b'"\\ud800"'  # of a letter, which JSON may hold and UTF-8 may not
NOISE = {
    "nothing": b"",
    "bytes": b"\xff\xfe\x00 nonsense",
    "no number": b'{"step": NaN, "seconds": 1}\n[NaN, 1e999, -Infinity, ' + b"9" * 400 + b"]",
    "half a letter": b'{"step": 1, ' + HALF + b": 2}\n" + HALF,
    "lists": b'[[], {}, null, {"step": "x"}]',
    "another object": b'{"step": 1, "state": [], "words": null, "do": {}, "values": null}',
    "a very deep list": b"[" * 100_000,
    "one long line": b"x" * 2_000_000,
}
ANY = [None, True, -1, float("nan"), 10**400, "", "\ud800", "x" * 10_000, [], [None], {}, {"step": []}]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, tiny_spec, digits):
    """Two runs that are done, with all that a run's folder may hold, and a mould for them."""
    models = tmp_path_factory.mktemp("whole")
    spec = replace(tiny_spec.complete(), classes=10, training=Training(epochs=1))
    found = run.create(places.runs_dir(models) / "mine", spec, models, digits.train)
    found.ask("slow", seconds=0.5)
    asked = iter([False] * 3 + [True] * 99)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "onnx", lambda model, folder: None)
        trainer.carry_on(found, Plan(), digits, lambda state, report: None, lambda: next(asked))
    found.say("running")  # so that somebody can be asked
    found.ask("pause")
    change = {"step": 1, "seconds": 0.5, "values": {"beta": 2.0}, "spec": spec.to_json()}
    run.change(found, changes=[change])
    mould.make(spec, found.folder.parent / ".moulds" / mould.key(spec))
    shutil.copytree(found.folder, found.folder.with_name("other"))
    return models


@pytest.fixture
def mine(whole, tmp_path, monkeypatch):
    """The folder of one of them, in a copy of both."""
    shutil.copytree(whole, tmp_path / "models")
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(places, "gallery_dir", lambda: tmp_path / "gallery")
    monkeypatch.setattr(moments, "_make", lambda key, it: None)
    return places.runs_dir(tmp_path / "models") / "mine"


def files_of(folder):
    """Return the files of a run's folder; of the moments of its film the last."""
    last = f"{film.steps(folder / run.FILM)[-1]:08d}"
    every = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [file for file in every if file.name[0] != "0" or file.parent.name != run.FILM or last in file.name]


def ways(file, folder):
    """Yield the ways in which a file is spoilt, and spoil it; it is whole again after each."""
    data = file.read_bytes()
    given = {**NOISE, "half": data[: len(data) // 2], "another's": (folder / run.FILM / film.STAGE).read_bytes()}
    made = {
        "gone": lambda: None,
        "a folder": lambda: file.mkdir(),
        "a pipe": lambda: os.mkfifo(file),
        "a link to itself": lambda: file.symlink_to(file),
        "a link to nowhere": lambda: file.symlink_to(folder / "nowhere"),
    }
    for way in [*given, *made]:
        file.unlink(missing_ok=True)
        made.get(way, lambda way=way: file.write_bytes(given[way]))()
        yield way
        file.rmdir() if file.is_dir() else file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)


def ask_all(paths):
    """Ask for paths, and wish for a pause; return status and text of each answer."""

    async def answers():
        asked = [asking.answer(studio.routes(), path) for path in paths]
        return [
            await each for each in [*asked, asking.answer(studio.routes(), "/live/runs/mine/wish", b'{"do": "pause"}')]
        ]

    return asking.run(answers())


def no_number(word):
    raise AssertionError(f"{word} is no JSON")


def told(answer):
    """Return what is told of a run, if that is JSON as browsers know it, else the sentence in its place."""
    assert answer.status in (200, 409)
    return json.loads(answer.text, parse_constant=no_number) if answer.status == 200 else said(answer)


def said(answer):
    """Return a sentence for people."""
    assert answer.text.endswith((".", "`", ")")), answer.text
    assert not {"Errno", "Traceback", "\n"} & {word for word in ("Errno", "Traceback", "\n") if word in answer.text}
    return answer.text


def test_whatever_a_file_of_a_run_holds_every_route_answers(mine):
    step, version = moments.listing(run.read(mine))[-1]
    base = f"/live/runs/mine/moments/{step}-{version}"
    paths = [f"/live/runs/mine/{what}/1" for what in studio.CHANGING]
    paths += [f"{base}/{file}" for file in ("look.safetensors", "latents.safetensors", "decoder.onnx", "preview.png")]
    spoilt = files_of(mine)
    assert len(spoilt) > 9
    for file in spoilt:
        for _ in ways(file, mine):
            where, *others = ask_all(["/live/runs/mine", *paths])
            if where.status != 404:  # without its settings it is no run
                told(where)
            for each in others:
                assert each.status in (200, 204, 404, 409, 503)
                assert each.status < 400 or said(each)
            runs, problems = run.listing(mine.parent)
            assert ("other" in [each.name for each in runs], len(runs) + len(problems)) == (True, 2)


def edited(value):
    """Yield what a JSON value becomes when anything stands in the place of one of its parts."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for other in [*ANY, *edited(part)]:
            if isinstance(value, dict):
                yield {**value, key: other}
            else:
                yield [*value[:key], other, *value[key + 1 :]]


@pytest.mark.parametrize("name", [run.RUN, run.STATE, run.KNOBS])
def test_whatever_stands_in_a_field_a_page_is_told_in_json_or_in_a_sentence(mine, name):
    whole, wrong = json.loads((mine / name).read_text()), []

    async def look():
        for each in edited(whole if isinstance(whole, dict) else whole[:2]):
            (mine / name).write_text(json.dumps(each))
            wrong.append(told(await asking.answer(studio.routes(), "/live/runs/mine")))

    asking.run(look())
    assert len(wrong) > 50


def test_the_runs_page_lists_the_others_and_says_what_is_wrong(mine):
    for number, noise in enumerate(NOISE.values()):
        shutil.copytree(mine, mine.with_name(f"broken-{number}"))
        (mine.with_name(f"broken-{number}") / run.RUN).write_bytes(noise)
    (mine / run.METRICS).write_text('{"step": 3, "regularization": 1}\n')
    (mine.with_name("no-run")).mkdir()
    (mine.with_name("a file")).write_text("foreign")
    os.rename(shutil.copytree(mine, mine.with_name("odd")), os.fsencode(mine.parent) + b"/\xff\n")  # noqa: PTH104  (no text)
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page = page.switch_page("views/runs.py").run()
    assert not page.exception
    shown = " ".join(each.proto.body for each in page.get("html"))
    assert "<b>mine</b>" in shown
    assert "<b>other</b>" in shown
    assert shown.count("is damaged: ") == len(NOISE)
    assert "There is no run in" in shown
    assert "name: rename that folder" in shown


FOUND = [run.METRICS, run.SNAPSHOT, run.STATE, run.KNOBS, run.BLUEPRINT, "film/stage.safetensors", "film", "wishes"]
HARMLESS = {"noise": {*FOUND} - {run.SNAPSHOT, "film"}, "a folder": {"film", "wishes"}}


@pytest.mark.parametrize("what", FOUND)
@pytest.mark.parametrize("how", HARMLESS)
def test_a_trainer_goes_on_with_it_or_says_what_is_to_be_mended(mine, digits, monkeypatch, what, how):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    path = mine / what
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.mkdir() if how == "a folder" else path.write_bytes(NOISE["bytes"])
    found, said = run.read(mine), ""
    try:
        with found.trained():
            assert trainer.carry_on(found, Plan(), digits, lambda state, report: None, lambda: False) == "done"
    except (ValueError, OSError) as error:
        said = str(error)
    assert (not said) == (what in HARMLESS[how])
    assert not said or (str(path) in said and ("mend that" in said or "delete it" in said))
