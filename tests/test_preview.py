"""The preview process: what it answers, and when it ends."""

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from PIL import Image

from explorer import choices, mould, own, places, preview
from explorer.spec import Spec


def answer(ask, **values):
    return preview._answer({"ask": ask, "values": values})


def test_it_tells_the_knobs_of_all_entries():
    told = json.loads(json.dumps(answer("menus")))["knobs"]
    assert {knob["name"] for knob in told["objectives/beta"]} >= {"beta", "warmup"}
    assert set(told) == set(choices.table())


def test_it_shows_pictures_as_the_model_will_see_them():
    told = answer("data", data="digits")
    sheet = Image.open(io.BytesIO(base64.b64decode(told["pictures"])))
    assert (sheet.size, sheet.mode) == ((12 * 9 - 1, 4 * 9 - 1), "RGBA")
    assert sheet.getchannel("A").getextrema() == (0, 255)
    assert (told["count"], list(told["shape"]), len(told["label_names"])) == (1438, [1, 8, 8], 10)
    assert 0 < told["midtones"] < 1


@pytest.fixture
def pets(tmp_path, monkeypatch):
    """A folder of the server that its owner allowed, with pictures of 40x30 to 80x60 pixels."""
    monkeypatch.setenv("EXPLORER_PICTURES", str(tmp_path))
    for kind in ("cat", "dog"):
        for i in range(5):
            (tmp_path / "pets" / kind).mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40 + 10 * i, 30 + 7 * i), (50 * i, 0, 0)).save(tmp_path / "pets" / kind / f"{i}.png")
    (tmp_path / "pets" / "cat" / "bad.png").write_bytes(b"nonsense")
    return tmp_path / "pets"


def test_it_tells_of_ones_own_pictures_how_they_were_found_and_which_were_left_out(pets):
    told = answer("data", data="folder", path=str(pets))
    assert told["found"] == "11 files of 40x30 to 80x58 pixels"
    assert (told["count"], told["skipped_count"], told["label_names"]) == (9, 1, ("cat", "dog"))
    assert told["skipped"] == ["cat/bad.png: it is none of PNG, JPEG, WEBP, GIF, BMP"]
    assert answer("model", data="folder", path=str(pets), network="mlp", width=8)["spec"]["data"]["knobs"] == {
        "path": str(pets), "side": 0, "colour": "auto"}  # fmt: skip


def test_what_was_left_out_when_a_set_was_kept_is_told_with_it(pets):
    files = [(file.name, file.open("rb")) for file in sorted((pets / "dog").iterdir())]
    kept = own.keep(places.data_dir(), "dogs", [*files, ("notes.txt", io.BytesIO(b"x"))])
    for _, stream in files:
        stream.close()
    told = answer("data", data="folder", path=kept.path)
    assert (told["skipped"], told["skipped_count"]) == (["notes.txt: it is no picture"], 1)


def test_a_folder_that_changed_is_read_again_and_one_that_is_gone_is_said(pets):
    assert answer("data", data="folder", path=str(pets / "dog"))["count"] == 4
    (pets / "dog" / "4.png").unlink()
    os.utime(pets / "dog", ns=(1, 1))
    assert answer("data", data="folder", path=str(pets / "dog"))["count"] == 3
    shutil.rmtree(pets / "dog")
    assert "There are no pictures in" in answer("data", data="folder", path=str(pets / "dog"))["problem"]


def test_a_folder_that_would_take_minutes_is_not_read(pets, monkeypatch):
    monkeypatch.setattr(preview, "MOST", 11 * 3 * 64 * 64)
    assert "too large to be looked at beforehand" in answer("data", data="folder", path=str(pets))["problem"]


def test_it_judges_a_model(digits):
    told = answer("model", data="digits", latent=40, network="mlp", width=8)
    assert told["spec"]["latent"] == 40
    assert told["spec"]["network"]["knobs"]["width"] == 8
    assert told["weights"] == sum(weight.numel() for weight in _model(told["spec"]).parameters())
    assert "more than these data need" in told["warnings"][0]


def _model(spec):
    from explorer.spec import Spec
    from explorer.vae import VAE

    return VAE(Spec.from_json(spec))


def test_it_estimates_the_time():
    told = answer("time", data="digits", network="mlp", width=8, epochs=2)
    assert told["epochs"] == pytest.approx(2)
    assert 0 < told["seconds"] < 60
    assert answer("time", data="digits", network="mlp", width=8, minutes=3.0)["seconds"] == 180


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"data": "digits", "objective": "beta", "beta": -1.0}, "beta must lie between 0 and 1000"),
        ({"data": "folder", "path": "/etc"}, "No folder of the server may be read from a page"),
        ({"data": "folder", "path": "~"}, "No folder of the server may be read from a page"),
        ({"data": "folder", "path": "explorer"}, "No folder of the server may be read from a page"),
        ({"data": "folder"}, "No folder is named."),
        ({"data": "nowhere"}, "There is no data set 'nowhere' to choose from a page."),
        ({"data": "mnist"}, "mnist is not here yet."),
        ({"data": "shapes", "side": 128}, "too large to be looked at"),
        ({"data": "digits", "latent": 0}, "latent must lie between 1 and 512"),
    ],
)
def test_what_cannot_be_is_answered_by_a_sentence(values, said):
    assert said in answer("model", **values)["problem"]


def start(**options):
    command = [sys.executable, "-m", "explorer.preview"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)


def ask(process, what, **values):
    process.stdin.write(json.dumps({"ask": what, "values": values}) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def test_the_process_answers_and_ends_with_who_started_it():
    process = start()
    try:
        assert ask(process, "data", data="digits")["count"] == 1438
        assert "No folder is named." in ask(process, "data", data="folder")["problem"]
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()


def test_the_process_becomes_a_command(tmp_path):
    environment = os.environ | {"EXPLORER_MODELS": str(tmp_path)}
    process = start(env=environment)
    try:
        log = tmp_path / "log"
        assert ask(process, "become", command=["models"], log=str(log)) == {}
        process.stdin.close()
        assert process.wait(60) == 0
        assert "mnist-2d" in log.read_text()
    finally:
        process.kill()
        process.stdout.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot wait for a pipe")
def test_it_ends_when_nobody_asks_for_a_while(monkeypatch):
    reads, writes = os.pipe()
    with os.fdopen(reads) as silent, os.fdopen(writes, "w"):
        monkeypatch.setattr(sys, "stdin", silent)
        monkeypatch.setattr(preview, "IDLE", 0.1)
        start = time.monotonic()
        assert list(preview._lines()) == []
        assert time.monotonic() - start < 5


def test_it_makes_the_decoder_of_a_model_beforehand(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path))
    chosen = {"data": "digits", "network": "mlp", "width": 8, "latent": 2}
    assert answer("mould", **chosen) == {}
    spec = Spec.from_json(answer("model", **chosen)["spec"])
    assert mould.is_there(mould.place(spec, places.runs_dir(tmp_path)))
    monkeypatch.setattr(mould, "make", lambda *given: pytest.fail("it is made once"))
    assert answer("mould", **chosen) == {}
