"""`explorer encode`: tables for other programs, and a model's own table anew."""

import csv
import errno
import pathlib
import shutil
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from explorer import atomic, catalog, checkpoint, encode, latent, rows
from explorer.__main__ import cli
from explorer.datasets import Split
from explorer.latent import LatentTable
from explorer.projections import Projection
from explorer.spec import Spec


@pytest.fixture
def model(tiny, tmp_path):
    """A model that a test may write to."""
    return shutil.copytree(tiny.folder, tmp_path / "models" / "tiny")


@pytest.fixture
def explorer(tmp_path):
    """Run `explorer encode` on the models of this test; return the exit code and what was said."""

    def run(*words):
        done = CliRunner().invoke(cli, ["encode", *map(str, words), "--models-dir", str(tmp_path / "models")])
        return done.exit_code, " ".join(done.output.split()) + str(done.exception or "")

    return run


@pytest.fixture
def table():
    mean = np.array([[1 / 3, 2], [-3, 4e-7]], np.float32)
    labels, factors = np.array([1, 0], np.int32), np.array([[5], [6]], np.float32)
    error = np.array([7, 8], np.float32)
    return LatentTable(mean, mean**2, error, labels, ("a", "b, c"), None, factors, ("hue",))


MAPS = {"pca": Projection(np.array([[1, 2], [3, 4]], np.float32), "PCA", "a.", ("x", "y"))}


def test_csv_has_a_row_for_each_picture_and_every_digit(tmp_path, table):
    rows.write(tmp_path / "t.csv", table, MAPS)
    with (tmp_path / "t.csv").open(newline="") as stream:
        header, one, two = csv.reader(stream)
    assert header == ["picture", "label", "error", "mean_1", "mean_2", "std_1", "std_2", "hue", "pca_x", "pca_y"]
    assert one[:3] == ["0", "b, c", "7"]
    assert np.float32(one[3]) == table.mean[0, 0]
    assert np.float32(two[4]) == table.mean[1, 1]
    assert two[-3:] == ["6", "3", "4"]


def test_npz_holds_the_arrays_without_pickle(tmp_path, table):
    rows.write(tmp_path / "t.npz", table, MAPS)
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["mean"], table.mean)
        assert arrays["label_names"][arrays["labels"]].tolist() == ["b, c", "a"]
        assert np.array_equal(arrays["map.pca"], MAPS["pca"].xy)
        assert "kl" not in arrays


def test_safetensors_is_read_as_the_models_own(tmp_path, table):
    rows.write(tmp_path / "t.safetensors", table, MAPS)
    back, maps = latent.read(tmp_path / "t.safetensors", 2)
    assert np.array_equal(back.mean, table.mean)
    assert list(maps) == ["pca"]


def test_an_ending_that_says_nothing_is_refused(tmp_path, table):
    with pytest.raises(ValueError, match=r"t\.xls must end in \.npz, \.csv, \.safetensors"):
        rows.write(tmp_path / "t.xls", table, {})


def test_a_failed_write_leaves_the_old_file(tmp_path, table, monkeypatch):
    (tmp_path / "t.csv").write_text("old")

    def full_disk(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(rows.WRITERS, ".csv", full_disk)
    with pytest.raises(OSError, match=r"t\.csv could not be written \(No space left on device\): make room"):
        rows.write(tmp_path / "t.csv", table, {})
    assert (tmp_path / "t.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_models_own_pictures_by_default(explorer, model, tmp_path):
    code, said = explorer("tiny", "--out", tmp_path / "out" / "t.npz")
    table, _ = checkpoint.read(model).latents()
    assert code == 0
    assert said.startswith("359 pictures, ")
    with np.load(tmp_path / "out" / "t.npz") as arrays:
        assert arrays["mean"] == pytest.approx(table.mean, abs=1e-5)
        assert arrays["error"] == pytest.approx(table.error, rel=1e-4)


@pytest.mark.parametrize(("part", "n"), [("train", 1438), ("test", 359), ("all", 1797)])
def test_a_data_set_or_a_part_of_it(explorer, model, tmp_path, part, n):
    code, said = explorer("tiny", "digits", "--part", part, "--out", tmp_path / "t.csv", "--maps", "axes")
    assert code == 0
    assert said.startswith(f"{n:,} pictures")
    assert (tmp_path / "t.csv").read_text().count("\n") == n + 1
    assert "axes_x,axes_y" in (tmp_path / "t.csv").read_text()


def test_without_a_file_the_models_own_table_is_made_anew(explorer, model):
    (before, _), files = checkpoint.read(model).latents(), sorted(each.name for each in model.iterdir())
    code, said = explorer("tiny", "--maps", "axes,pca")
    after, maps = checkpoint.read(model).latents()
    assert (code, list(maps)) == (0, ["pca", "axes"])
    assert said.startswith("Maps: pca, axes")
    assert after.mean == pytest.approx(before.mean, abs=1e-5)
    assert sorted(each.name for each in model.iterdir()) == files
    assert explorer("tiny")[0] == 0
    assert list(checkpoint.read(model).latents()[1]) == ["pca", "axes", "tsne"]


def test_the_models_own_table_is_of_pictures_from_all_over(explorer, model, digits, monkeypatch):
    in_order = digits.test.take(np.argsort(digits.test.labels, kind="stable"))
    monkeypatch.setattr(encode.reading, "read", lambda *given: Split(digits.train, in_order))
    monkeypatch.setattr(latent, "MOST", 100)
    assert explorer("tiny", "--maps", "pca")[0] == 0
    assert np.unique(checkpoint.read(model).latents()[0].labels).tolist() == list(range(10))


def test_a_map_that_was_asked_for_once_is_made_again(model, tiny, digits, monkeypatch):
    found = checkpoint.read(model)
    table = latent.encode(found.model(), digits.test)
    monkeypatch.setattr(catalog.entry("projections", "tsne"), "usual", False)
    encode.refresh(found, table, ["pca", "tsne"])
    assert set(encode.refresh(found, table, None)) == {"pca", "axes", "tsne"}


def test_a_damaged_table_is_repaired(explorer, model):
    (model / "latents.safetensors").write_bytes(b"broken")
    assert explorer("tiny", "--maps", "pca")[0] == 0
    checkpoint.read(model).latents()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["tiny", "digits"], 2, "SOURCE and --part go with --out FILE"),
        (["tiny", "--part", "all"], 2, "SOURCE and --part go with --out FILE"),
        (["tiny", "--maps", ","], 2, "Name maps with commas between them: axes,pca"),
        (["tiny", "--out", "x.xls"], 1, "x.xls must end in .npz"),
        (["tiny", "--maps", "nope"], 1, "There is no 'nope' in projections"),
        (["other", "--out", "x.csv"], 1, "There is no model 'other'; the models are: tiny"),
        (["tiny", "/no/where", "--out", "x.csv"], 1, "is neither a folder, nor a zip, nor a data set"),
        (
            ["mnist-2d", "digits", "--out", "x.csv"],
            1,
            "The pictures of digits are 8x8 grey, the model is for 28x28 grey",
        ),
    ],
)
def test_what_is_refused(explorer, model, words, code, sentence):
    assert (explorer(*words)[0], sentence in explorer(*words)[1]) == (code, True)


@pytest.mark.parametrize("words", [["--maps", "pca"], *(["--out", f"t{ending}"] for ending in rows.WRITERS)], ids=str)
def test_a_full_disk_ends_with_what_to_do_and_keeps_the_old(model, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    before = (model / "latents.safetensors").read_bytes()

    def full(*given, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("write_bytes", "open"):
        honest = getattr(pathlib.Path, name)

        def write(path, *given, honest=honest, **more):
            return full() if atomic.NEW in path.name else honest(path, *given, **more)

        monkeypatch.setattr(pathlib.Path, name, write)
    done = CliRunner().invoke(cli, ["encode", "tiny", *words, "--models-dir", str(model.parent)])
    assert isinstance(done.exception, OSError)
    assert "could not be written (No space left on device): make room, then go on." in str(done.exception)
    assert (model / "latents.safetensors").read_bytes() == before
    assert not list(tmp_path.rglob(f"*{atomic.NEW}*"))


def test_a_folder_is_read_in_the_shape_of_the_model(tmp_path):
    choice = encode.source_choice(Spec((3, 32, 32), 2), str(tmp_path))
    assert (choice.name, choice.knobs) == ("folder", {"path": str(tmp_path), "side": 32, "colour": "colour"})
    with pytest.raises(ValueError, match="square pictures, the model is for 20x28 grey"):
        encode.source_choice(Spec((1, 28, 20), 2), str(tmp_path))


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_zip_of_pictures(explorer, model, tmp_path, packed):
    source = tmp_path / "mine"
    source.mkdir()
    for i in range(12):
        Image.fromarray(np.full((20, 30), 20 * i, np.uint8)).save(source / f"{i}.png")
    if packed:
        with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
            for file in source.iterdir():
                archive.write(file, file.name)
        source = tmp_path / "mine.zip"
    code, said = explorer("tiny", source, "--out", tmp_path / "t.csv", "--data-dir", tmp_path / "data")
    assert (code, said.startswith("12 pictures")) == (0, True)
