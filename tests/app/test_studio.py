"""What a page learns of a training over the server's routes, and what it may ask."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from explorer import export, film, mould, run, tensors
from explorer.app import moments, studio
from tests.app import asking


def get(path, **query):
    return asking.run(asking.answer(studio.routes(), path, query=query))


def post(path, body, **headers):
    return asking.run(asking.answer(studio.routes(), path, body, headers))


@pytest.fixture
def filmed(filmed_run, monkeypatch):
    """A run that is done, of whose network no mould is made unless a test does."""
    monkeypatch.setattr(moments, "_make", lambda folder, it: None)
    return filmed_run


def test_a_page_is_told_where_a_run_stands_and_only_what_is_new(filmed):
    told = get("/live/runs/mine").json()
    assert (told["name"], told["state"], told["alive"], told["step"]) == ("mine", "done", False, 12)
    assert [step for step, _ in told["moments"]] == film.steps(filmed.folder / run.FILM)
    assert [knob["name"] for knob in told["knobs"]] == ["beta", "warmup", "free_bits", "rate", "clip"]
    reports = told["reports"]
    assert [each["step"] for each in reports["lines"]] == list(range(1, 13))
    again = get("/live/runs/mine", **{"id": reports["id"], "from": reports["next"]}).json()["reports"]
    assert again["lines"] == []
    filmed.append({"step": 13, "seconds": 1.0})
    more = get("/live/runs/mine", **{"id": reports["id"], "from": reports["next"]}).json()["reports"]
    assert [each["step"] for each in more["lines"]] == [13]
    filmed.rewind(5)  # the file is another one: the page begins anew
    anew = get("/live/runs/mine", **{"id": reports["id"], "from": more["next"]}).json()["reports"]
    assert (anew["from"], [each["step"] for each in anew["lines"]]) == (0, [1, 2, 3, 4, 5])


def test_whoever_asks_is_somebody_who_looks_on(filmed):
    assert not film.is_watched(filmed.folder / run.FILM)
    get("/live/runs/mine")
    assert film.is_watched(filmed.folder / run.FILM)


def test_a_moment_is_served_as_the_files_of_a_model(filmed):
    step, version = get("/live/runs/mine").json()["moments"][-1]
    base = f"/live/runs/mine/moments/{step}-{version}"
    look = get(f"{base}/look.safetensors")
    assert "immutable" in look.headers["cache-control"]
    (filmed.folder / "a").write_bytes(look.content)
    assert film.read_look(filmed.folder / "a").figures["step"] == step
    (filmed.folder / "b").write_bytes(get(f"{base}/latents.safetensors").content)
    arrays, words = tensors.read(filmed.folder / "b")
    assert np.allclose(arrays["mean"], film.read_look(filmed.folder / "a").mean.astype(np.float32))
    assert "error" not in arrays
    assert [each["name"] for each in json.loads(words["maps"])] == ["pca", "axes"]
    assert get(f"{base}/preview.png").content[:4] == b"\x89PNG"
    assert get(f"{base}/config.json").status == 404
    assert get(f"/live/runs/mine/moments/{step}-1/look.safetensors").status == 404


def test_the_decoder_of_a_moment_is_poured_once_its_mould_is_there(filmed, monkeypatch):
    step, version = get("/live/runs/mine").json()["moments"][3]
    asked = []
    monkeypatch.setattr(moments, "_make", lambda folder, it: asked.append(folder))
    address = f"/live/runs/mine/moments/{step}-{version}/decoder.onnx"
    assert get(address).status == 503
    assert asked == [mould.place(filmed.spec, filmed.folder.parent)]
    mould.make(filmed.spec, mould.place(filmed.spec, filmed.folder.parent))
    file = filmed.folder / "decoder.onnx"
    file.write_bytes(get(address).content)
    look = film.read_look(film.moment_file(filmed.folder / run.FILM, step))
    (picture,) = export.run(file, look.mean[:16].astype(np.float32))
    assert np.abs(picture * 255 - look.reconstructed).max() < 3, "codes and weights are kept as float16"


def test_a_page_is_told_when_moments_can_be_decoded_and_pours_them_itself(filmed):
    assert get("/live/runs/mine").json()["mould"] == {"version": 0, "words": studio.BEING_MADE}
    assert get("/live/runs/mine/mould/1/decoder.onnx").status == 404
    made = mould.place(filmed.spec, filmed.folder.parent)
    mould.make(filmed.spec, made)
    told = get("/live/runs/mine").json()["mould"]
    assert told["version"] > 0
    for file in ("decoder.onnx", mould.PLACES):
        assert get(f"/live/runs/mine/mould/{told['version']}/{file}").content == (made / file).read_bytes()
    assert get(f"/live/runs/mine/mould/{told['version']}/check").status == 404
    step, version = get("/live/runs/mine").json()["moments"][3]
    weights = get(f"/live/runs/mine/moments/{step}-{version}/weights.safetensors").content
    assert weights == film.weights_file(filmed.folder / run.FILM, step).read_bytes()


def test_a_mould_that_cannot_be_made_is_said_and_not_tried_again_at_once(filmed, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("EXPLORER_MODELS", str(filmed.folder.parent.parent))
    started = []

    class Failed:
        pid = 0

        def __init__(self, *command, stderr, **how):
            started.append(command)
            stderr.write(b"Traceback\nOSError: the disk is full")

        def poll(self):
            return 1

    monkeypatch.setattr(moments.subprocess, "Popen", Failed)
    monkeypatch.setattr(moments.lowly, "step_back", lambda *given: None)
    words = [get("/live/runs/mine").json()["mould"]["words"] for _ in range(3)]
    assert words[0] == studio.BEING_MADE
    assert words[1] == words[2] == "No decoder could be made for this run: OSError: the disk is full"
    assert len(started) == 1


def test_a_process_that_has_made_its_mould_is_let_go(filmed, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("EXPLORER_MODELS", str(filmed.folder.parent.parent))
    monkeypatch.setattr(moments, "_making", {})
    made, popen, begun = mould.place(filmed.spec, filmed.folder.parent), subprocess.Popen, []

    def talkative(command, **how):
        begun.append((popen([sys.executable, "-c", "import os; os.write(2, bytes(200_000))"], **how), how["stderr"]))
        return begun[0][0]

    monkeypatch.setattr(moments.subprocess, "Popen", talkative)
    assert moments.mould_of(filmed) is None
    mould.make(filmed.spec, made)
    (process, words), *_ = begun
    process.wait(20)
    assert moments.mould_of(filmed) == made
    assert moments._making == {}
    assert words.closed


def test_stage_look_and_closeup_are_served_if_they_are_there(filmed):
    assert get("/live/runs/mine/stage/1").status == 200
    assert get("/live/runs/mine/closeup/1").text == "This run has no closeup yet."
    assert get("/live/runs/mine/state.json/1").status == 404
    assert get("/live/runs/..%2f..%2fmine/stage/1").status == 404


def test_a_wish_reaches_the_trainer_or_its_asker_is_told_why_not(filmed):
    def ask(**body):
        answer = post("/live/runs/mine/wish", json.dumps(body).encode())
        return answer.status, answer.text

    assert ask(do="pause") == (409, "mine is not being trained: it is done.")
    filmed.say("running")
    assert ask(do="slow", values={"seconds": 4}) == (204, "")
    assert [wish.do for wish in filmed.heard()] == ["slow"]
    assert ask(do="fly")[0] == 409
    assert ask(do="slow", values=[1]) == (409, "This is no wish.")
    assert post("/live/runs/mine/wish", b"\xff").status == 409
    assert post("/live/runs/mine/wish", b"x" * 20_000).status == 413
    foreign = post("/live/runs/mine/wish", b"{}", Origin="https://elsewhere.example")
    assert foreign.status == 403
    assert filmed.heard() == []


def test_a_run_that_is_gone_or_damaged_is_said(filmed):
    assert "no run 'other'" in get("/live/runs/other").text
    (filmed.folder / run.RUN).write_text("{}")
    answer = get("/live/runs/mine")
    assert (answer.status, "is damaged" in answer.text) == (409, True)
