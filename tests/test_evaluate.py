"""`explorer evaluate`: what it prints, writes, keeps, and says when it cannot."""

import json
import shutil
import sys

import pytest

from explorer import atomic, checkpoint
from explorer.__main__ import main
from explorer.measures import classifier, suite
from explorer.measures.table import TABLE


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(classifier, "SEEN", 2_000)
    monkeypatch.setattr(suite, "SAMPLES", 200)


@pytest.fixture
def evaluate(monkeypatch, capsys, tiny, tmp_path):
    """Run `explorer evaluate tiny` on a copy of the tiny model; return exit code, stdout and stderr."""
    shutil.copytree(tiny.folder, tmp_path / "models" / "tiny")
    places = ["--models-dir", str(tmp_path / "models"), "--data-dir", str(tmp_path / "data")]

    def run(*words):
        fast = ["--samples", "2", "--pictures", "10"]
        monkeypatch.setattr(sys, "argv", ["explorer", "evaluate", "tiny", *places, *fast, *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return run


def test_it_prints_a_table_and_keeps_the_figures_with_the_model(evaluate, tiny, tmp_path):
    code, out, err = evaluate()
    assert code == 0
    assert "tiny: training the small classifier" in err  # no bar where there is no terminal, but a word
    assert "tiny on digits" in out
    assert "Fréchet distance (small classifier)" in out
    assert "KL of each dimension, in nats: " in out
    assert "pictures/s" in out
    assert "No MIG, SAP, DCI and FactorVAE score: the data set has no known factors." in out
    kept = checkpoint.find("tiny", tmp_path / "models")
    assert kept.measures["nll_samples"] == 2
    assert tiny.measures.items() <= kept.measures.items()
    text = (kept.folder / "README.md").read_text(encoding="utf-8")
    assert f"| {TABLE['frechet'].title} | {kept.measures['frechet']:.2f} | {TABLE['frechet'].about} |" in text
    assert "-log p(x\\|z) at the mean" in text  # a bare | would end the cell
    assert kept.digest == checkpoint.read(kept.folder).digest
    assert list(kept.folder.glob(".*")) == []


def test_plain_and_binarized_figures_are_kept_side_by_side(evaluate, tmp_path):
    evaluate()
    evaluate("--binarize")
    kept = checkpoint.find("tiny", tmp_path / "models").measures
    assert {"nll", "nll_binarized"} <= set(kept)


def test_json_on_stdout_is_nothing_but_json(evaluate):
    code, out, _ = evaluate("--json", "-")
    found = json.loads(out)
    assert code == 0
    assert found["model"] == "tiny"
    assert found["settings"] == {"samples": 2, "pictures": 10, "binarize": False}
    assert set(found["figures"]) == set(found["units"]) <= set(TABLE)
    assert len(found["kl_per_dimension"]) == 3
    assert "MIG, SAP, DCI and FactorVAE score" in found["missing"]


def test_json_goes_into_a_file_beside_the_table(evaluate, tmp_path):
    code, out, _ = evaluate("--json", tmp_path / "m.json")
    assert code == 0
    assert "tiny on digits" in out
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["figures"]["nll_pictures"] == 10


def test_a_file_for_the_json_that_cannot_be_written_is_refused_before_anything_is_measured(evaluate, tmp_path):
    (tmp_path / "file").write_text("no folder")
    for target in (tmp_path / "file" / "m.json", tmp_path):
        code, out, err = evaluate("--json", target)
        assert (code, out) == (1, "")
        assert str(target) in err


def test_a_file_for_the_json_that_fails_at_the_end_costs_no_measure(evaluate, tmp_path, monkeypatch):
    honest = atomic.write

    def full(file, data):
        if file.name == "m.json":
            raise OSError(f"{file} could not be written (No space left on device).")
        honest(file, data)

    monkeypatch.setattr(atomic, "write", full)
    code, out, err = evaluate("--json", tmp_path / "m.json")
    assert (code, "tiny on digits" in out, "No space left" in err) == (1, True, True)
    assert checkpoint.find("tiny", tmp_path / "models").measures["nll_samples"] == 2


def test_a_model_that_may_not_be_written_is_measured_all_the_same(evaluate, monkeypatch, tmp_path):
    def refuse(file, data):
        raise OSError(f"{file} could not be written (Read-only file system).")

    monkeypatch.setattr(atomic, "write", refuse)
    code, out, err = evaluate()
    assert code == 0
    assert "Fréchet" in out
    assert "The measures are only shown, because they cannot be stored with the model" in err
    assert "The small classifier is trained anew each time, because it cannot be kept" in err
    assert "nll" not in checkpoint.find("tiny", tmp_path / "models").measures


def test_without_the_data_it_shows_what_is_stored_and_says_what_to_put_where(evaluate, monkeypatch):
    from explorer.datasets.digits import Digits

    def gone(self, root, report):
        raise LookupError(f"Put the digits into {root}.")

    monkeypatch.setattr(Digits, "load", gone)
    code, out, err = evaluate()
    assert code == 1
    assert "tiny: what is stored with it" in out
    assert "active units" in out
    assert "Error: Put the digits into" in err
    assert "Without the pictures only what is stored with the model could be shown." in err
    code, out, err = evaluate("--json", "-")
    assert code == 1
    assert set(json.loads(out)["figures"]) == {"pictures", "reconstruction", "kl", "active_units"}


def test_an_unknown_model_is_named_with_those_there_are(evaluate, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["explorer", "evaluate", "nope", "--models-dir", str(tmp_path / "models")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "There is no model 'nope'; the models are: tiny" in capsys.readouterr().err


def test_help_has_an_example(evaluate):
    code, out, _ = evaluate("--help")
    assert code == 0
    assert "Example: explorer evaluate mnist" in out


@pytest.mark.parametrize("words", [("--samples", "0"), ("--pictures", "0"), ("--samples", "many")])
def test_wrong_numbers_end_with_2(evaluate, words):
    code, _, err = evaluate(*words)
    assert code == 2
    assert "Invalid value for" in err
