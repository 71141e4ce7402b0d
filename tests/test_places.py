"""Where things are looked for."""

from pathlib import Path

from explorer import checkpoint, places


def test_what_was_asked_for_comes_before_the_environment_and_the_usual_place(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPLORER_MODELS", "from-environment")
    assert places.models_dir(tmp_path) == tmp_path
    assert places.models_dir() == Path.cwd() / "from-environment"
    monkeypatch.delenv("EXPLORER_MODELS")
    assert places.models_dir().name == "models"
    assert places.data_dir("~/pictures") == Path.home() / "pictures"


def test_the_gallery_is_found_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    names = {each.name for each in checkpoint.listing(places.gallery_dir())[0]}
    assert {"digits-2d", "mnist", "mnist-2d"} <= names
