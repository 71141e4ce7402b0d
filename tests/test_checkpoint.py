"""Checkpoints: the same model from disk, and nothing lost or believed when a file is damaged."""

import json
import os
import shutil

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file, save_file

from explorer import atomic, checkpoint, export, latent, sheet
from explorer.vae import VAE

FILES = {
    "README.md", "config.json", "decoder.onnx", "encoder.onnx", "latents.safetensors", "model.safetensors",
    "preview.png", "sheet.png",
}  # fmt: skip


@pytest.fixture
def copy(tiny, tmp_path):
    """A model folder that a test may damage."""
    return shutil.copytree(tiny.folder, tmp_path / "models" / "tiny")


def edit_config(folder, **changes):
    file = folder / "config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps({key: value for key, value in (config | changes).items() if value != "DROP"}))


def test_the_folder_holds_what_the_layout_promises(tiny):
    assert {file.name for file in tiny.folder.iterdir()} == FILES
    assert list(tiny.folder.parent.glob(".*")) == []
    assert len({file.stat().st_mode for file in tiny.folder.iterdir()}) == 1  # who may read one may read all


def test_round_trip(tiny, tiny_spec):
    model = tiny.model()
    assert model.spec == tiny_spec.complete()
    assert not model.training
    torch.manual_seed(tiny_spec.training.seed)
    again = checkpoint.save(tiny.folder.parent.parent / "again" / "tiny", model, images_of(tiny))
    for name, value in model.state_dict().items():
        assert torch.equal(again.model().state_dict()[name], value)


def images_of(tiny):
    from explorer import catalog

    return catalog.make("datasets", tiny.spec.data).load(None).test


def test_the_preview_is_the_decoded_mean_of_the_first_example(tiny):
    table, _ = tiny.latents()
    assert tiny.preview == table.mean[0].tolist()
    with torch.no_grad():
        wanted = tiny.model().picture(torch.tensor([tiny.preview]))[0, 0] * 255
    shown = np.asarray(Image.open(tiny.folder / "preview.png"))
    assert np.abs(shown - wanted.numpy()).max() <= 0.51


def test_reading_needs_no_torch(tiny):
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from explorer import checkpoint\n"
        f"found = checkpoint.read(Path({str(tiny.folder)!r})); found.latents(); found.digest\n"
        "assert 'torch' not in sys.modules, 'torch'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_failed_save_leaves_the_old_one_whole(copy, monkeypatch, digits):
    before = checkpoint.read(copy).model().state_dict()
    fresh = VAE(checkpoint.read(copy).spec)

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "_write_preview", full_disk)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(copy, fresh, digits.test)
    after = checkpoint.read(copy).model().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert [file.name for file in copy.parent.iterdir()] == ["tiny"]


def test_weights_that_are_no_numbers_never_replace_good_ones(copy, digits):
    broken = checkpoint.read(copy).model()
    with torch.no_grad():
        next(broken.decoder.parameters()).fill_(float("nan"))
    with pytest.raises(ValueError, match="not a finite number"):
        checkpoint.save(copy, broken, digits.test)
    checkpoint.read(copy).model()


class Killed(BaseException):
    """Stands for a kill at one of the renames, after which there is nothing to clean up."""


@pytest.mark.parametrize("at", [1, 2])
def test_killed_between_the_two_renames(copy, monkeypatch, digits, at):
    """Whatever a kill leaves behind, the next look finds the old model or the new one, whole."""
    real, calls = os.rename, []

    def rename(old, new):
        calls.append(new)
        if len(calls) == at:
            raise Killed
        real(old, new)

    monkeypatch.setattr(os, "rename", rename)
    model = checkpoint.read(copy).model()
    with pytest.raises(Killed):
        checkpoint.save(copy, model, digits.test)
    monkeypatch.undo()
    monkeypatch.setattr(atomic, "GRACE", -1.0)
    found, problems = checkpoint.listing(copy.parent)
    assert [each.name for each in found] == ["tiny"]
    assert problems == []
    found[0].model()


def test_a_config_of_absurd_size_is_not_read(copy, monkeypatch):
    monkeypatch.setattr(checkpoint, "BIGGEST_CONFIG", 10)
    with pytest.raises(ValueError, match="more than 10 bytes"):
        checkpoint.read(copy)


def test_a_failed_export_is_noted_and_the_model_is_still_good(tmp_path, tiny, digits, monkeypatch):
    def fails(model, folder):
        raise ValueError("decoder.onnx differs from torch by 1e-2.")

    monkeypatch.setattr(export, "onnx", fails)
    kept = checkpoint.save(tmp_path / "m", tiny.model(), digits.test)
    assert kept.note == "decoder.onnx differs from torch by 1e-2."
    kept.model()


def test_the_map_shows_pictures_from_all_over_a_sorted_source(tmp_path, tiny, digits, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    monkeypatch.setattr(latent, "MOST", 100)
    painted = []
    monkeypatch.setattr(sheet, "sheet", lambda model, images, table: painted.append(images) or Image.new("L", (1, 1)))
    in_order = digits.test.take(np.argsort(digits.test.labels, kind="stable"))
    table, _ = checkpoint.save(tmp_path / "m", tiny.model(), in_order).latents()
    assert len(table.mean) == 100
    assert len(np.unique(table.labels)) == 10
    assert table.labels.tolist() == painted[0].labels.tolist()


def test_a_model_that_came_meanwhile_is_not_overwritten(copy, digits):
    before = checkpoint.read(copy).created
    kept = checkpoint.save(copy, checkpoint.read(copy).model(), digits.test, replace=False)
    assert kept.name == "tiny-2"
    assert checkpoint.read(copy).created == before


@pytest.mark.parametrize("file", ["config.json", "latents.safetensors", "model.safetensors"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damaged_files_give_a_sentence_never_another_error(copy, tiny, file, data):
    good = (tiny.folder / file).read_bytes()
    cut = data.draw(st.integers(0, len(good) - 1))
    junk = data.draw(st.binary(max_size=40))
    (copy / file).write_bytes(good[:cut] + junk + good[cut + data.draw(st.integers(0, 40)) :])
    said = str(copy)
    try:
        found = checkpoint.read(copy)
        found.model()
        found.latents()
    except (ValueError, LookupError) as error:
        said = str(error)
    assert str(copy) in said


@pytest.mark.parametrize("file", ["model.safetensors", "latents.safetensors"])
def test_a_file_that_is_cut_short_or_missing(copy, file):
    path = copy / file
    path.write_bytes(path.read_bytes()[:-100])
    load = {"model.safetensors": "model", "latents.safetensors": "latents"}[file]
    with pytest.raises(ValueError, match="missing, cut short or damaged"):
        getattr(checkpoint.read(copy), load)()
    path.unlink()
    with pytest.raises(ValueError, match="missing, cut short or damaged"):
        getattr(checkpoint.read(copy), load)()


def test_a_pickle_in_the_place_of_the_weights_is_not_opened(copy):
    import pickle

    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(copy / "executed"),))

    (copy / "model.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match="damaged"):
        checkpoint.read(copy).model()
    assert not (copy / "executed").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda w: w.pop("encoder.1.weight"), "lacks tensor 'encoder.1.weight'"),
        (lambda w: w.update(extra=torch.zeros(1)), "has an unknown tensor 'extra'"),
        (
            lambda w: w.update({"encoder.1.bias": torch.zeros(9)}),
            r"encoder.1.bias must be F32 of shape \(8,\)",
        ),
        (lambda w: w.update({"encoder.1.bias": torch.zeros(8).double()}), "must be F32"),
        (lambda w: w["encoder.1.bias"].fill_(float("inf")), "not a finite number"),
    ],
)
def test_weights_that_do_not_belong(copy, change, sentence):
    weights = load_file(copy / "model.safetensors")
    change(weights)
    save_file(weights, copy / "model.safetensors")
    with pytest.raises(ValueError, match=sentence):
        checkpoint.read(copy).model()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "its format is 2, this version of explorer reads 1"),
        ({"extra": 1}, "exactly the keys"),
        ({"spec": "DROP"}, "exactly the keys"),
        ({"spec": {"shape": [1, 8, 8], "latent": 0}}, "latent must lie between 1 and 512, not 0"),
        ({"preview": [0.0]}, "'preview' must be 3 numbers"),
        ({"preview": "0 0 0"}, "'preview' must be"),
        ({"preview": [10**400, 0, 0]}, "'preview' must be"),
        ({"note": None}, "must be texts"),
        ({"note": "\x1b[2J"}, "must be texts that can be printed"),
        ({"spec": {"shape": [1, 8, 8], "latent": 3, "data": {"name": "\ud800"}}}, "must be texts that can be printed"),
        ({"measures": {"reconstruction": 10**400, "pictures": 1}}, "'measures'"),
        ({"spec": {"shape": [1, 8, 8], "training": {"minutes": 10**400}}}, "minutes must"),
        ({"measures": {"reconstruction": "good"}}, "'measures'"),
        ({"measures": {}}, "'measures'"),
        ({"history": 3}, "'history'"),
        ({"history": [3]}, "'history'"),
        ({"history": [{"step": 1, "loss": 10**400}]}, "'history'"),
        ({"made": []}, "'made'"),
        ({"made": {"threads": 10**400}}, "'made'"),
        ({"made": {"device": "\ud800"}}, "'made'"),
    ],
)
def test_configs_that_are_not_ours(copy, changes, sentence):
    edit_config(copy, **changes)
    with pytest.raises(ValueError, match=r"config\.json") as error:
        checkpoint.read(copy)
    assert sentence in str(error.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_config_with_a_number_that_is_none_is_refused(copy, number):
    file = copy / "config.json"
    file.write_text(file.read_text().replace('"pictures": 359', f'"pictures": {number}'))
    with pytest.raises(ValueError, match=r"config\.json"):
        checkpoint.read(copy)


def test_an_infinite_number_in_the_history_is_refused(copy):
    config = json.loads((copy / "config.json").read_text()) | {"history": [{"loss": float("inf")}]}
    (copy / "config.json").write_text(json.dumps(config).replace("Infinity", "1e999"))
    with pytest.raises(ValueError, match="'history'"):
        checkpoint.read(copy)


def test_measures_that_are_no_numbers_or_of_a_model_that_was_replaced_are_not_added(copy):
    found, before = checkpoint.read(copy), (copy / "config.json").read_bytes()
    with pytest.raises(ValueError, match="'measures'"):
        checkpoint.add_measures(found, {"nll": float("nan")})
    assert (copy / "config.json").read_bytes() == before
    edit_config(copy, created="later")
    before = (copy / "config.json").read_bytes()
    with pytest.raises(ValueError, match="was replaced meanwhile"):
        checkpoint.add_measures(found, {"nll": 1.0})
    assert (copy / "config.json").read_bytes() == before


def test_a_spec_that_asks_for_a_billion_parameters_is_refused_before_it_is_built(copy):
    config = json.loads((copy / "config.json").read_text())
    config["spec"]["network"]["knobs"] = {"width": 8192, "depth": 8}
    config["spec"]["shape"] = [3, 1024, 1024]
    edit_config(copy, **config)
    with pytest.raises(ValueError, match="more than 500,000,000 parameters"):
        checkpoint.read(copy).model()


def test_a_spec_that_names_what_the_menus_do_not_have(copy):
    config = json.loads((copy / "config.json").read_text())
    config["spec"]["network"] = {"name": "transformer", "knobs": {}}
    edit_config(copy, **config)
    with pytest.raises(ValueError, match="There is no 'transformer' in networks; choose one of: "):
        checkpoint.read(copy).model()


def test_listing_takes_the_first_of_two_names_and_names_the_damaged(copy, tiny):
    shutil.copytree(copy, copy.with_name("broken"))
    (copy.with_name("broken") / "config.json").write_text("{")
    (copy.parent / "no-model").mkdir()
    found, problems = checkpoint.listing(copy.parent, tiny.folder.parent, copy.parent / "nowhere")
    assert [(each.name, each.folder) for each in found] == [("tiny", copy)]
    assert len(problems) == 1
    assert "broken" in problems[0]


@pytest.mark.parametrize("name", ["\x1b[2J", os.fsdecode(b"caf\xe9"), "two\nlines"])
def test_a_model_whose_name_cannot_be_printed_is_a_problem_that_can(copy, name):
    try:
        shutil.copytree(copy, copy.with_name(name))
    except OSError:
        pytest.skip("this file system takes no such names")
    found, problems = checkpoint.listing(copy.parent)
    assert [each.name for each in found] == ["tiny"]
    assert len(problems) == 1
    assert problems[0].isprintable()
    assert "has a name that cannot be printed: rename the model" in problems[0]


def test_a_link_that_leads_out_of_the_models_folder_is_not_followed(copy, tiny, tmp_path):
    (copy.parent / "linked").symlink_to(tiny.folder)
    found, problems = checkpoint.listing(copy.parent)
    assert [each.name for each in found] == ["tiny"]
    assert "leads outside" in problems[0]
    with pytest.raises(ValueError, match="leads outside"):
        checkpoint.find("linked", copy.parent)


def test_find(copy):
    assert checkpoint.find("tiny", copy.parent.parent / "nowhere", copy.parent).folder == copy
    with pytest.raises(LookupError, match="There is no model 'other'; the models are: tiny"):
        checkpoint.find("other", copy.parent)


def test_a_damaged_model_hides_another_of_its_name_for_listing_as_for_finding(copy, tiny):
    (copy / "config.json").write_text("{")
    found, problems = checkpoint.listing(copy.parent, tiny.folder.parent)
    assert (found, len(problems)) == ([], 1)
    with pytest.raises(ValueError, match="damaged"):
        checkpoint.find("tiny", copy.parent, tiny.folder.parent)


@pytest.mark.parametrize("name", ["../models/tiny", "/etc", "..", ".", "", "a/b", ".tiny", "x" * 300])
def test_a_name_with_a_path_is_no_name(copy, name):
    with pytest.raises(LookupError):
        checkpoint.find(name, copy.parent)


def test_the_digest_changes_with_the_files(copy):
    before = checkpoint.read(copy).digest
    assert checkpoint.read(copy).digest == before
    (copy / "decoder.onnx").write_bytes(b"other")
    assert checkpoint.read(copy).digest != before
