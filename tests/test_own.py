"""Your own pictures: kept as they came, named, listed, deleted and taken back; what was not meant well is refused."""

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
from PIL import Image

from explorer import catalog, own, packing
from explorer.catalog import Choice


def png(shade=0, side=8, suffix="PNG"):
    stream = io.BytesIO()
    Image.new("L", (side, side), shade).save(stream, suffix)
    return stream.getvalue()


def sent(**files):
    return [(name.replace("_", "."), io.BytesIO(content)) for name, content in files.items()]


def zipped(**files):
    """Return a zip archive as it is sent; in a name, __ is a slash and _ a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return [("pets.zip", stream)]


def pets():
    return {f"{kind}__{i}_png": png(10 * i) for kind in ("cat", "dog") for i in range(10)}


def load(kept, root):
    return catalog.make("datasets", Choice("folder", {"path": kept.path})).load(root)


def test_an_archive_is_kept_and_is_a_data_set(tmp_path):
    kept = own.keep(tmp_path, "My pets!", zipped(**pets(), notes_txt=b"x", run_exe=b"MZ", cat__bad_png=b"nonsense"))
    assert (kept.name, kept.count, kept.labels) == ("My-pets", 20, ("cat", "dog"))
    assert kept.left_out == ("notes.txt: it is no picture", "run.exe: it is no picture",
                             "cat/bad.png: it is none of PNG, JPEG, WEBP, GIF, BMP")  # fmt: skip
    assert own.listing(tmp_path) == ([kept], [])
    assert own.at(kept.path) == kept
    assert sorted(file.name for file in kept.folder.iterdir()) == ["about.json", "pictures.zip"]
    train, test = load(kept, tmp_path)
    assert (len(train), len(test), train.label_names, train.shape) == (18, 2, ("cat", "dog"), (1, 8, 8))


def test_pictures_are_kept_byte_by_byte(tmp_path):
    kept = own.keep(tmp_path, "", sent(a_png=png(1), b_jpg=png(2, suffix="JPEG"), c_txt=b"x"))
    assert (kept.name, kept.count, kept.labels) == ("my-pictures", 2, ())
    assert kept.left_out == ("c.txt: it is no picture",)
    with zipfile.ZipFile(kept.path) as archive:
        assert archive.namelist() == ["a.png", "b.jpg"]
        assert archive.read("a.png") == png(1)


def test_nothing_is_overwritten(tmp_path):
    names = [own.keep(tmp_path, "pets", zipped(**pets())).name for _ in range(3)]
    assert names == ["pets", "pets-2", "pets-3"]


@pytest.mark.parametrize(
    ("given", "name"),
    [("../../etc", "etc"), (".hidden", "hidden"), ("a/b\\c", "a-b-c"), ("Кошки 1", "Кошки-1"), ("\0", "my-pictures"),
     ("x" * 300, "x" * 40), ("<b>", "b"), ("CON:", "CON")],
)  # fmt: skip
def test_names_are_cleaned(given, name):
    assert own.cleaned(given) == name


def damaged():
    (name, stream), *_ = zipped(**pets())
    return [(name, io.BytesIO(stream.getvalue()[:-30]))]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (lambda: [], "There are not two pictures in what was sent."),
        (lambda: sent(a_png=png()), "There are not two pictures in what was sent. Send a zip archive, or pictures"),
        (lambda: sent(a_pkl=pickle.dumps({}), b_exe=b"MZ"), "2 could not be taken, such as a.pkl: it is no picture."),
        (lambda: sent(a_png=pickle.dumps({}), b_png=b"MZ"), "such as a.png: it is none of PNG, JPEG, WEBP, GIF, BMP."),
        (lambda: [("pets.zip", io.BytesIO(pickle.dumps({})))], "pets.zip is not a zip archive that can be read"),
        (lambda: [("pets.zip", io.BytesIO(b""))], "pets.zip is not a zip archive that can be read"),
        (damaged, "pets.zip is not a zip archive that can be read"),
        (lambda: zipped(readme_txt=b"x"), "1 could not be taken, such as readme.txt: it is no picture."),
        (lambda: zipped(**pets(), **{"..__..__evil_png": png()}), "a name that leads out of it, ../../evil.png"),
        (lambda: zipped(**pets(), **{"__evil_png": png()}), "a name that leads out of it, /evil.png"),
        (lambda: zipped(**pets(), **{"C:\\evil_png": png()}), "a name that leads out of it"),
        (lambda: zipped(**pets()) + zipped(**pets()), "Send one zip archive, or pictures without an archive"),
        (lambda: zipped(**pets()) + sent(a_png=png()), "Send one zip archive, or pictures without an archive"),
    ],
)
def test_what_cannot_be_kept_is_said_and_leaves_nothing(tmp_path, files, said):
    with pytest.raises(ValueError, match=r"\S") as error:
        own.keep(tmp_path / "data", "pets", files())
    assert said in str(error.value)
    assert ".explorer-new-" not in str(error.value)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.datasets._files.ROOM", 1 << 20)
    (name, stream), *_ = zipped(a_bmp=bytes(64 << 20), b_png=png())
    with pytest.raises(
        ValueError, match=r"pets\.zip would expand to more than 200 times its size: it may be a zip bomb"
    ):
        own.keep(tmp_path, "pets", [(name, stream)])


@pytest.mark.parametrize(
    ("bound", "value", "said"),
    [
        ("LARGEST", 100, "MB were sent: up to"),
        ("MOST", 5, "There are more than 5 pictures: send fewer."),
        ("PIXELS", 200, "billion pixels: send fewer, or smaller ones."),
        ("FREE", 1 << 60, "The disk of the server is nearly full"),
    ],
)
def test_there_are_bounds(tmp_path, monkeypatch, bound, value, said):
    monkeypatch.setattr(packing, bound, value)
    with pytest.raises(ValueError, match=said):
        own.keep(tmp_path, "pets", zipped(**pets()))
    assert own.listing(tmp_path) == ([], [])


def test_a_picture_that_promises_too_many_pixels_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.datasets._decode.LARGEST", 100)
    kept = own.keep(tmp_path, "pets", sent(a_png=png(), b_png=png(), c_png=png(side=11)))
    assert kept.left_out == ("c.png: it has more than 100 pixels",)


def test_many_that_are_left_out_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "TOLD", 2)
    kept = own.keep(tmp_path, "pets", zipped(**pets(), **{f"x{i}_txt": b"" for i in range(5)}))
    assert kept.left_out == ("x0.txt: it is no picture", "x1.txt: it is no picture")
    assert kept.others == 5


def test_a_full_disk_is_said(tmp_path):
    (tmp_path / "own").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="could not be written"):
        own.keep(tmp_path, "pets", zipped(**pets()))


def test_a_set_is_deleted_and_taken_back(tmp_path):
    kept = own.keep(tmp_path, "pets", zipped(**pets()))
    thrown = own.throw(kept)
    assert own.listing(tmp_path) == ([], [])
    assert [each.name for each in own.thrown(tmp_path)] == ["pets"]
    own.keep(tmp_path, "pets", zipped(**pets()))
    assert own.take_back(tmp_path, thrown.folder.name).name == "pets-2"
    assert own.thrown(tmp_path) == []
    with pytest.raises(LookupError, match="no longer in the bin"):
        own.take_back(tmp_path, "../../etc")


def test_the_bin_is_emptied_after_some_days(tmp_path):
    own.throw(own.keep(tmp_path, "pets", zipped(**pets())))
    own.empty(tmp_path)
    assert len(own.thrown(tmp_path)) == 1
    own.empty(tmp_path, days=0)
    assert own.thrown(tmp_path) == []


def test_with_a_set_go_its_decoded_pictures_and_no_others(tmp_path):
    gone, stays = (own.keep(tmp_path, name, zipped(**pets())) for name in ("pets", "others"))
    for kept, knobs in ((gone, {}), (gone, {"side": 16, "colour": "colour"}), (stays, {})):
        catalog.make("datasets", Choice("folder", {"path": kept.path, **knobs})).load(tmp_path)
    assert len(list((tmp_path / "cache").iterdir())) == 3
    own.throw(gone)
    own.empty(tmp_path)
    assert len(list((tmp_path / "cache").iterdir())) == 3
    own.keep(tmp_path, "pets", zipped(**pets()))
    own.empty(tmp_path, days=0)
    assert len(list((tmp_path / "cache").iterdir())) == 3, "another set has the name"
    own.throw(own.read(gone.folder))
    own.empty(tmp_path, days=0)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert own.listing(tmp_path) == ([stays], [])


def test_what_a_killed_server_left_is_removed(tmp_path, monkeypatch):
    left = tmp_path / "own" / ".pets.explorer-new-99999999"
    left.mkdir(parents=True)
    own.empty(tmp_path)
    assert left.exists()  # it may still be written
    monkeypatch.setattr("explorer.atomic.LONGEST", -1.0)
    own.empty(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"count": "x", "labels": [], "left_out": []}), "[" * 9999])
def test_a_damaged_set_is_said(tmp_path, text):
    kept = own.keep(tmp_path, "pets", zipped(**pets()))
    (kept.folder / "about.json").write_text(text)
    found, (problem,) = own.listing(tmp_path)
    assert found == []
    assert "is damaged" in problem
    assert own.at(kept.path) is None


def test_titles():
    titles = [own.title(Choice("folder", {"path": path})) for path in ("/data/own/pets/pictures.zip", "/srv/cats.zip",
                                                                      "/srv/cats", "")]  # fmt: skip
    assert titles == ["pets", "cats", "cats", "folder"]
    assert own.title(Choice("mnist")) == "mnist"


@pytest.mark.skipif(os.name != "posix", reason="Windows has other odd names")
def test_odd_names_in_an_archive_are_readable(tmp_path):
    kept = own.keep(tmp_path, "pets", zipped(**{"a\x1b[31m_png": png(), "b_png": png(1), f"{'c' * 600}_png": png(2)}))
    with zipfile.ZipFile(kept.path) as archive:
        assert archive.namelist() == ["a�[31m.png", "b.png"]
    assert kept.left_out[0].endswith(": its name is too long")
    assert np.array_equal(load(kept, tmp_path).train.pixels[0, 0], np.zeros((8, 8)))
