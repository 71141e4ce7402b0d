"""`explorer export`: what leaves is whole, and nothing that is there is lost."""

import shutil
import zipfile

import pytest
from click.testing import CliRunner
from PIL import Image

from explorer import checkpoint, export, pack
from explorer.__main__ import cli


@pytest.fixture
def model(tiny, tmp_path):
    """A model that a test may damage."""
    return shutil.copytree(tiny.folder, tmp_path / "models" / "tiny")


@pytest.fixture
def explorer(tmp_path):
    """Run `explorer export` on the models of this test; return the exit code and what was said."""

    def run(*words):
        done = CliRunner().invoke(cli, ["export", *map(str, words), "--models-dir", str(tmp_path / "models")])
        return done.exit_code, " ".join(done.output.split()) + str(done.exception or "")

    return run


def test_a_zip_is_unpacked_into_a_folder_of_models_and_is_there(explorer, model, tmp_path):
    code, said = explorer("tiny", tmp_path / "tiny.zip")
    assert (code, "model.safetensors" in said) == (0, True)
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        archive.extractall(tmp_path / "others")
    assert checkpoint.find("tiny", tmp_path / "others").spec == checkpoint.read(model).spec
    checkpoint.find("tiny", tmp_path / "others").model()


def test_a_page_gets_the_same_archive(model, tmp_path):
    pack.archive(checkpoint.read(model), tmp_path / "tiny.zip")
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"tiny/{file.name}" for file in model.iterdir())


def test_every_part_into_a_folder(explorer, model, tmp_path):
    code, _ = explorer("tiny", tmp_path / "out", "--what", "onnx, weights,latents,sheet,card")
    assert code == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "encoder.onnx", "decoder.onnx", "model.safetensors", "config.json", "latents.csv", "sheet.png", "README.md",
    }  # fmt: skip
    with Image.open(tmp_path / "out" / "sheet.png") as sheet:
        assert sheet.width > 500
    assert (tmp_path / "out" / "latents.csv").read_text().count("\n") == 360


def test_a_missing_decoder_is_exported_anew(explorer, model, tmp_path):
    (model / "decoder.onnx").unlink()
    assert explorer("tiny", tmp_path / "out", "--what", "onnx")[0] == 0
    z = checkpoint.read(model).latents()[0].mean[:3]
    assert export.run(tmp_path / "out" / "decoder.onnx", z)[0].shape == (3, 1, 8, 8)


def test_a_failed_export_says_why_and_writes_nothing(explorer, model, tmp_path, monkeypatch):
    def fails(model, folder):
        raise ValueError("decoder.onnx differs from torch by 1e-2.")

    (model / "decoder.onnx").unlink()
    monkeypatch.setattr(export, "onnx", fails)
    assert explorer("tiny", tmp_path / "out", "--what", "onnx,card") == (1, "decoder.onnx differs from torch by 1e-2.")
    assert not (tmp_path / "out").exists()


def test_a_sheet_that_the_model_has_is_taken(explorer, model, tmp_path):
    (model / checkpoint.SHEET).write_bytes(b"painted before")
    explorer("tiny", tmp_path / "out", "--what", "sheet")
    assert (tmp_path / "out" / "sheet.png").read_bytes() == b"painted before"


@pytest.mark.parametrize("target", ["there.zip", "there"])
def test_what_is_there_is_kept_unless_it_may_be_replaced(explorer, model, tmp_path, target):
    assert explorer("tiny", tmp_path / target, "--what", "card")[0] == 0
    code, said = explorer("tiny", tmp_path / target, "--what", "card")
    assert (code, "is there already: choose another place, or --replace it." in said) == (1, True)
    assert explorer("tiny", tmp_path / target, "--what", "card", "--replace")[0] == 0


def test_links_and_hidden_files_do_not_leave(explorer, model, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (model / "link.txt").symlink_to(tmp_path / "secret")
    (model / ".hidden").write_text("hidden")
    explorer("tiny", tmp_path / "out")
    assert not {"link.txt", ".hidden"} & {file.name for file in (tmp_path / "out").iterdir()}


def test_a_link_in_the_place_of_a_part_is_not_followed(explorer, model, tmp_path):
    (tmp_path / "secret").write_text("secret")
    for name, what in (("README.md", "card"), ("model.safetensors", "weights")):
        (model / name).unlink()
        (model / name).symlink_to(tmp_path / "secret")
        code, said = explorer("tiny", tmp_path / "out", "--what", what)
        assert (code, f"has no {name}: it cannot be exported" in said) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_link_in_the_place_of_the_sheet_is_painted_anew(explorer, model, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (model / "sheet.png").unlink()
    (model / "sheet.png").symlink_to(tmp_path / "secret")
    assert explorer("tiny", tmp_path / "out", "--what", "sheet")[0] == 0
    with Image.open(tmp_path / "out" / "sheet.png") as sheet:
        assert sheet.width > 500


@pytest.mark.parametrize("what", ["nothing", ",", "onnx,nothing"])
def test_a_part_that_there_is_not_is_wrong_usage(explorer, model, tmp_path, what):
    code, said = explorer("tiny", tmp_path / "out", "--what", what)
    assert (code, "--what is one or more of model,onnx,weights,latents,sheet,card" in said) == (2, True)


def test_a_file_that_the_model_lacks(explorer, model, tmp_path):
    (model / "README.md").unlink()
    code, said = explorer("tiny", tmp_path / "out", "--what", "card")
    assert (code, "has no README.md: it cannot be exported" in said) == (1, True)


@pytest.mark.parametrize("name", ["tiny.tar", "tiny.tar.gz", "tiny.7Z"])
def test_an_archive_of_another_kind_is_wrong_usage(explorer, model, tmp_path, name):
    code, said = explorer("tiny", tmp_path / name)
    assert (code, "would be another archive than zip: name a .zip, or a folder." in said) == (2, True)
    assert not (tmp_path / name).exists()
