"""The Explore page as Streamlit runs it, without a browser."""

import json
import shutil
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoint, places

PAGE = places.PACKAGE / "app" / "main.py"


@pytest.fixture
def models(monkeypatch, tmp_path, tiny):
    """A folder of models that holds `tiny`, and no gallery."""
    shutil.copytree(tiny.folder, tmp_path / "models" / "tiny")
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(places, "gallery_dir", lambda: tmp_path / "gallery")
    return tmp_path / "models"


def open_page(**query):
    page = AppTest.from_file(str(PAGE))
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def live_data(page):
    (view,) = page.get("bidi_component")
    return json.loads(view.proto.json)["live"]


def tiny_digest(models):
    return checkpoint.find("tiny", models).digest


def test_the_page_mounts_the_live_view_with_what_it_needs(models, tiny):
    page = open_page()
    assert not page.exception
    live = live_data(page)
    assert live["model"]["name"] == "tiny"
    assert (live["model"]["latent"], live["model"]["shape"]) == (3, [1, 8, 8])
    assert live["model"]["preview"]["z"] == tiny.preview
    assert live["model"]["decoder"] is True
    assert live["model"]["classes"] == 0
    assert live["model"]["originals"] == f"live/models/tiny/{tiny_digest(models)}/originals/"
    assert live["model"]["remote"] == f"live/models/tiny/{tiny_digest(models)}/decode"
    assert live["link"] == {}


def test_a_conditional_model_names_the_number_of_its_classes(models):
    file = models / "tiny" / "config.json"
    config = json.loads(file.read_text())
    config["spec"] |= {"conditional": True, "classes": 10}
    file.write_text(json.dumps(config))
    assert live_data(open_page())["model"]["classes"] == 10


def test_a_link_opens_its_model_map_and_z(models):
    shutil.copytree(models / "tiny", models / "other")
    page = open_page(model="other", map="axes", z="1,2.5,-3", **{"class": "2"})
    live = live_data(page)
    assert live["model"]["name"] == "other"
    assert live["link"] == {"map": "axes", "z": "1,2.5,-3", "class": "2"}
    assert page.selectbox[0].value == "other"


def test_a_link_to_a_model_that_is_not_here_opens_the_usual_view_of_another(models):
    page = open_page(model="../../etc", z="1,x", map="axes")
    assert not page.exception
    assert live_data(page)["model"]["name"] == "tiny"
    assert live_data(page)["link"] == {}
    assert "which is not here" in page.warning[0].value


def test_a_link_or_a_damaged_model_brings_no_picture_of_another_server(models):
    picture = "![x](https://example.org/x.png)"
    file = shutil.copytree(models / "tiny", models / "broken") / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": picture}))
    page = open_page(model=picture)
    assert len(page.warning) == 2
    for warning in page.warning:
        assert r"\!\[x\]\(https\:\/\/example\.org\/x\.png\)" in warning.value


def test_choosing_a_model_is_in_the_url_and_forgets_the_old_z(models):
    shutil.copytree(models / "tiny", models / "other")
    page = open_page(model="tiny", z="1,2,3")
    page.selectbox[0].select("other").run()
    assert dict(page.query_params) == {"model": "other"}
    assert live_data(page)["model"]["name"] == "other"
    assert live_data(page)["link"] == {}


def test_settled_state_is_in_the_url_and_comes_back_as_the_view(models):
    """A callback of a component cannot be driven here; the browser tests see the whole way. This is its last step."""
    page = AppTest.from_function(settle).run()
    assert not page.exception
    assert dict(page.query_params) == {"model": "tiny", "map": "pca", "z": "1,0,0.12346"}
    link = open_page(**dict(page.query_params))
    assert live_data(link)["link"] == {"map": "pca", "z": "1,0,0.12346"}


def settle():
    from explorer.app import state

    state.settled({"model": "tiny", "map": "pca", "z": "1,0,0.12346"})


def test_a_new_model_is_listed_without_a_restart(models):
    page = open_page()
    shutil.copytree(models / "tiny", models / "newer")
    page.run()
    assert len(page.selectbox[0].options) == 2
    assert any(option.startswith("newer") for option in page.selectbox[0].options)


def test_a_damaged_model_is_named_and_the_others_open(models):
    shutil.copytree(models / "tiny", models / "broken")
    (models / "broken" / "config.json").write_text("{")
    page = open_page()
    assert not page.exception
    assert "broken" in page.warning[0].value
    assert live_data(page)["model"]["name"] == "tiny"


def test_without_any_model_the_page_says_how_to_get_one(models):
    shutil.rmtree(models / "tiny")
    page = open_page()
    assert not page.exception
    assert "explorer train digits" in page.info[0].value


def test_a_model_without_a_browser_decoder_says_why(models):
    file = models / "tiny" / "config.json"
    config = json.loads(file.read_text()) | {"note": "torch cannot write decoder.onnx."}
    file.write_text(json.dumps(config))
    model = live_data(open_page())["model"]
    assert model["decoder"] is False
    assert model["note"] == "torch cannot write decoder.onnx."
    assert (model["originals"], model["remote"]) == (None, None)


@pytest.mark.parametrize("view", ["explore", "train", "runs"])
def test_the_pages_need_no_torch(models, view):
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file({str(PAGE)!r}, default_timeout=30).run().switch_page('views/{view}.py').run()\n"
        "assert not page.exception, page.exception\n"
        "assert 'torch' not in sys.modules and 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
