"""Your own pictures on the page Train, as Streamlit runs it without a browser."""

import io
import json
import os
import zipfile

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import own, places, preview
from explorer.app import launch, previews
from tests.sources import write_pictures

PAGE = places.PACKAGE / "app" / "main.py"


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    """A server with no data, whose preview answers at once, in this process, and times nothing."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(places, "gallery_dir", lambda: tmp_path / "gallery")
    asked = []

    def ask(what, values):
        asked.append((what, dict(values)))
        given = {"ask": what, "values": values}
        return {"problem": "not timed"} if what == "time" else json.loads(json.dumps(preview._answer(given)))

    monkeypatch.setattr(previews, "ask", ask)
    tmp_path.joinpath("data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def started(monkeypatch):
    begun = []
    monkeypatch.setattr(launch, "_start", lambda name, words: begun.append((name, list(words))))
    return begun


def open_page(**query):
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page.switch_page("views/train.py")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def text(page):
    return " ".join(each.proto.body for each in page.get("html"))


def chosen(page):
    words = dict(page.query_params)["path"]
    return words if isinstance(words, str) else "".join(words)


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def png(shade):
    stream = io.BytesIO()
    Image.new("L", (12, 8), shade).save(stream, "PNG")
    return stream.getvalue()


PETS = zipped(**{f"{kind}__{i}_png": png(i) for kind in ("cat", "dog") for i in range(10)}, cat__bad_png=b"x")


def send(page, *files, name=""):
    page.file_uploader[0].set_value([(each, content, "") for each, content in files]).run()
    page.text_input(key="called-0").set_value(name).run()
    return page.button(key="keep").click().run()


def test_an_archive_is_kept_shown_trained_on_and_found_in_the_menu(data, started):
    page = open_page(data="folder", latent="2")
    assert page.button(key="start").disabled
    assert page.button(key="keep").disabled
    send(page, ("Pets 1.zip", PETS))
    assert not page.exception
    (kept,), _ = own.listing(data)
    assert (kept.name, chosen(page)) == ("Pets-1", kept.path)
    assert "18 pictures to learn from, 8x8 grey, 2 classes" in text(page)
    assert "20 files of 12x8 pixels; the model sees the middle of each as 8x8 grey" in text(page)
    assert "cat/bad.png: it is none of PNG" in text(page)
    assert "Pets-1 (own)" in page.selectbox(key="menu-data").options
    assert len(page.file_uploader[0].value) == 0  # the server lets go of what was sent
    page.button(key="start").click().run()
    ((name, words),) = started
    assert name == "Pets-1-vae-2d"
    assert words[:2] == ["train", "folder"]
    assert words[words.index("--path") + 1] == kept.path


def test_several_pictures_are_kept_under_a_name_that_is_given(data):
    page = send(open_page(data="folder"), ("a.png", png(1)), ("b.png", png(2)), name="../My cats")
    assert [each.name for each in own.listing(data)[0]] == ["My-cats"]
    assert not page.error


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("pets.zip", b"PK nonsense", r"pets\.zip is not a zip archive that can be read"),
        ("pets.zip", zipped(**{"..__evil_png": png(1)}), r"a name that leads out of it\, \.\.\/evil\.png"),
        ("a.png", b"MZ", "There are not two pictures in what was sent"),
    ],
)
def test_what_cannot_be_kept_is_answered_by_a_sentence(data, file, content, said):
    page = send(open_page(data="folder"), (file, content))
    assert not page.exception
    assert said in page.error[0].value
    assert own.listing(data) == ([], [])


def test_a_set_is_chosen_from_the_menu_and_another_data_set_after_it(data):
    kept = own.keep(data, "pets", [("pets.zip", io.BytesIO(PETS))])
    page = open_page(data="digits", latent="2", minutes="1")
    page.selectbox(key="menu-data").select(kept.path).run()
    assert chosen(page) == kept.path
    assert page.text_input(key="server").disabled
    page.number_input(key="knob-side").set_value(16).run()
    assert "18 pictures to learn from, 16x16 grey" in text(page)
    assert "knob-path" not in [each.key for each in page.text_input]
    page.selectbox(key="menu-data").select("digits").run()
    assert {"path", "side"}.isdisjoint(page.query_params)
    assert not page.file_uploader


def test_a_set_is_deleted_and_taken_back(data):
    kept = own.keep(data, "pets", [("pets.zip", io.BytesIO(PETS))])
    page = open_page(data="folder", path=kept.path)
    page.button(key="delete-pets").click().run()
    assert own.listing(data)[0] == []
    assert "path" not in page.query_params
    assert page.button(key="start").disabled
    (thrown,) = own.thrown(data)
    page.button(key=f"back-{thrown.folder.name}").click().run()
    assert own.listing(data)[0] == [kept]
    page.button(key="use-pets").click().run()
    assert chosen(page) == kept.path


def test_pictures_that_are_gone_cannot_be_trained_on(data):
    page = open_page(data="folder", path=str(data.resolve() / "own" / "pets" / "pictures.zip"))
    assert not page.exception
    assert page.button(key="start").disabled
    assert "choose some that are here" in text(page)


def test_a_folder_of_the_server_is_read_if_its_owner_allowed_it(tmp_path, monkeypatch, started):
    srv = tmp_path / "srv"
    write_pictures(srv / "cats", 20)
    monkeypatch.setenv("EXPLORER_PICTURES", str(srv))
    page = open_page(data="folder")
    assert f"In {srv}: cats." in text(page)
    page.text_input(key="server").set_value("cats").run()
    assert chosen(page) == str(srv / "cats")
    assert "18 pictures to learn from" in text(page)
    page.button(key="start").click().run()
    assert started[0][0] == "cats-vae-16d"


@pytest.mark.parametrize("path", ["/etc", "../secret", "{}/srv/../secret", "{}/srv/door", "~root"])
def test_no_other_path_is_read_by_field_or_by_address(tmp_path, monkeypatch, started, path):
    write_pictures(tmp_path / "secret", 20)
    (tmp_path / "srv").mkdir()
    monkeypatch.setenv("EXPLORER_PICTURES", str(tmp_path / "srv"))
    if os.name == "posix":
        (tmp_path / "srv" / "door").symlink_to(tmp_path / "secret")
    asked, answered = [], preview._answer
    monkeypatch.setattr(preview, "_answer", lambda question: asked.append(question) or answered(question))
    page = open_page(data="folder")
    page.text_input(key="server").set_value(path.format(tmp_path)).run()
    assert "A page may only read below" in page.error[0].value
    assert "path" not in page.query_params
    page = open_page(data="folder", path=path.format(tmp_path))
    assert not page.exception
    assert "A page may only read below" in text(page)
    assert page.button(key="start").disabled
    assert not any("path" in question["values"] for question in asked)
    with pytest.raises(LookupError, match="A page may only read below"):
        launch.train([{"data": "folder", "path": path.format(tmp_path)}])
    assert started == []


def test_without_an_allowed_folder_the_field_says_how_one_is_allowed():
    page = open_page(data="folder")
    assert page.text_input(key="server").disabled
    assert "None is allowed: whoever starts the server allows folders by" in text(page)
