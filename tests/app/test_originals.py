"""The pictures that were encoded, served where they are surely those; over a real connection where it matters."""

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from dataclasses import replace

import numpy as np
import pytest

from explorer import checkpoint, latent
from explorer.app import files, originals
from explorer.datasets import digits as own
from explorer.datasets import some, which
from explorer.learner import Learner
from explorer.train import train
from tests.app.asking import answer, run


async def ask(path):
    return await answer(originals.routes(), path)


@pytest.fixture
def models(monkeypatch, tmp_path, tiny):
    """A folder of models that holds `tiny`, and nothing remembered of other tests."""
    shutil.copytree(tiny.folder, tmp_path / "tiny")
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path))
    monkeypatch.setattr(originals, "_same", {})
    originals._read.cache_clear()
    return tmp_path


@pytest.fixture
def path(models):
    return lambda indices, name="tiny": f"/{files.model_url(checkpoint.find(name, models))}originals/{indices}"


@pytest.fixture
def get(path):
    return lambda *words: run(ask(path(*words)))


def rewrite(folder, rows=slice(None), shift=0.0, **words):
    """Write a model's table anew with some of its rows, its means shifted, and words of its description replaced."""
    table, _ = checkpoint.read(folder).latents()
    arrays = {name: getattr(table, name)[rows] for name in ("mean", "std", "error", "labels", "drift")}
    latent.write(folder / "latents.safetensors", replace(table, **arrays | {"mean": arrays["mean"] + shift}), {})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"spec": config["spec"] | words}))


@pytest.mark.parametrize("asked", [[3], [3, 17, 205], [358, 0, 0], list(range(256))])
def test_they_are_the_pictures_that_were_encoded(get, digits, asked):
    answer = get(",".join(map(str, asked)))
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    given = np.frombuffer(answer.content, np.uint8).reshape(len(asked), 1, 8, 8)
    assert np.array_equal(given, digits.test.pixels[asked])


def test_the_real_server_serves_them(server, digits):
    address = f"{server.url}/{files.model_url(checkpoint.find('tiny', server.models))}originals/7"
    with urllib.request.urlopen(address) as answer:
        assert np.array_equal(np.frombuffer(answer.read(), np.uint8), digits.test.pixels[7].ravel())


@pytest.mark.parametrize(
    ("indices", "sentence"),
    [
        ("359", "encoded 359 pictures: they are 0 to 358"),
        ("0,999999999", "they are 0 to 358"),
        ("-1", "by their numbers"),
        ("x", "by their numbers"),
        ("1,,2", "by their numbers"),
        ("1,", "by their numbers"),
        ("٣", "by their numbers"),
        ("9" * 30, "by their numbers"),
        (",".join(["1"] * 257), "at most 256"),
        ("..", "by their numbers"),
    ],
)
def test_what_is_no_list_of_examples_is_refused(get, indices, sentence):
    answer = get(indices)
    assert answer.status == 404
    assert sentence in answer.text


def test_of_many_pictures_those_are_served_that_were_encoded(get, models, digits, monkeypatch):
    monkeypatch.setattr(latent, "MOST", 50)
    rewrite(models / "tiny", which(len(digits.test), 50))
    wanted = some(digits.test, 50).pixels
    assert not np.array_equal(wanted, digits.test.pixels[:50])
    assert get(",".join(map(str, range(50)))).content == wanted.tobytes()
    assert get("50").status == 404


def test_a_conditional_model_is_told_the_class_when_it_is_asked_for_proof(get, models, digits, tiny_spec):
    *_, last = train(Learner(replace(tiny_spec, conditional=True, classes=10)), digits.train)
    checkpoint.save(models / "told", last.model, digits.test, maps=["pca"])
    assert get("5", "told").content == digits.test.pixels[5].tobytes()


@pytest.mark.parametrize(
    "other",
    [{"rows": slice(None, None, -1)}, {"rows": slice(358)}, {"shift": 0.01}, {"shape": [1, 16, 16]}, "encoder"],
    ids=["order", "number", "pictures", "shape", "encoder"],
)
def test_other_pictures_than_were_encoded_are_never_shown(get, models, other):
    if other == "encoder":
        (models / "tiny" / "encoder.onnx").write_bytes(b"this is no network")
    else:
        rewrite(models / "tiny", **other)
    assert originals.url(checkpoint.find("tiny", models)) is not None, "so far nothing speaks against it"
    answer = get("3")
    damaged = other == "encoder"
    assert answer.status == (503 if damaged else 404)
    assert ("cannot be read just now" if damaged else "not on the server") in answer.text
    promised = originals.url(checkpoint.find("tiny", models)) is not None
    assert promised is damaged, "what was compared is known; what could not be is looked at again"


@pytest.mark.parametrize("data", ["mnist", "of another program"])
def test_a_data_set_that_is_not_here_is_neither_promised_nor_fetched(get, models, monkeypatch, data):
    rewrite(models / "tiny", data={"name": data, "knobs": {}})
    monkeypatch.setattr(originals, "_read", lambda *_: pytest.fail("it was read"))
    assert originals.url(checkpoint.find("tiny", models)) is None
    assert get("0").status == 404


def test_thirty_who_ask_at_once_have_it_read_once(path, monkeypatch):
    honest, reads = own.Digits.load, []

    def load(self, root, report=None):
        reads.append(root)
        return honest(self, root)

    monkeypatch.setattr(own.Digits, "load", load)

    async def all_at_once():
        return await asyncio.gather(*(ask(path(i)) for i in range(30)))

    answers = run(all_at_once())
    assert [answer.status for answer in answers] == [200] * 30
    assert len(reads) == 1


def test_an_old_address_says_to_reload(models):
    assert "reload the page" in run(ask("/live/models/tiny/0123456789abcdef/originals/1")).text
    assert run(ask("/live/models/nobody/0/originals/1")).status == 404


def test_a_refusal_over_a_real_connection_names_no_folder(server):
    address = f"{server.url}/{files.model_url(checkpoint.find('tiny', server.models))}originals/nothing"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    assert "/" not in refused.value.read().decode()


def test_what_went_wrong_once_is_tried_again(get, monkeypatch, digits):
    honest = originals._is_same

    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(originals, "_is_same", fail)
    assert get("3").status == 503, "a browser would not ask again after a 404"
    monkeypatch.setattr(originals, "_is_same", honest)
    assert get("3").content == digits.test.pixels[3].tobytes()


def test_more_than_can_wait_are_told_to_come_again(path, monkeypatch):
    monkeypatch.setattr(originals, "_places", asyncio.Semaphore(5))

    async def all_at_once():
        return await asyncio.gather(*(ask(path(i)) for i in range(8)))

    answers = run(all_at_once())
    assert [answer.status for answer in answers] == [200] * 5 + [503] * 3
    assert "ask again" in answers[-1].text
    assert run(ask(path(1))).status == 200
