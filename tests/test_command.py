"""The command line: what it trains, what it says, how it ends."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from explorer import catalog, checkpoint, export, learner, own, places, plan, run
from explorer.__main__ import cli, main
from explorer.catalog import Choice
from explorer.datasets import Split
from tests.sources import write_pictures

QUICK = ["train", "digits", "--latent", "2", "--epochs", "1", "--network", "mlp", "--width", "8", "--threads", "1",
         "--precision", "float32"]  # fmt: skip


@pytest.fixture
def explorer(monkeypatch, capsys):
    """Run the command in this process; return its exit code and what it printed."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["explorer", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, " ".join((out + err).split())

    return run


def test_train_keeps_a_model_and_says_how_to_open_it(explorer, tmp_path):
    code, said = explorer(*QUICK, "--models-dir", tmp_path)
    kept = checkpoint.find("digits-vae-2d", tmp_path)
    assert code == 0
    assert kept.spec.network.knobs == {"width": 8, "depth": 1, "activation": "silu"}
    assert kept.history[-1]["epoch"] == 1.0
    assert f"run `explorer --models-dir {tmp_path}` and choose digits-vae-2d" in said
    assert f"reconstruction {kept.measures['reconstruction']:.1f}, KL {kept.measures['kl']:.1f}." in said


def test_a_second_training_never_overwrites_the_first(explorer, tmp_path, tiny):
    shutil.copytree(tiny.folder, tmp_path / "digits-vae-2d")
    explorer(*QUICK, "--models-dir", tmp_path)
    assert checkpoint.find("digits-vae-2d", tmp_path).spec == tiny.spec
    assert checkpoint.find("digits-vae-2d-2", tmp_path).spec.latent == 2


def test_a_place_where_nothing_can_be_kept_is_refused_before_the_training(explorer, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, said = explorer(*QUICK, "--models-dir", tmp_path / "file" / "models")
    assert code == 1
    assert said.startswith("Error: No model can be kept in")
    assert "choose another --models-dir" in said


def test_explorer_alone_takes_the_options_of_the_app(explorer, monkeypatch, tmp_path):
    served = []
    monkeypatch.setattr("explorer.serve.serve", lambda *options: served.append(options))
    assert explorer("--models-dir", tmp_path, "--port", "8600", "--no-browser") == (0, "")
    assert explorer("app", "--host", "0.0.0.0") == (0, "")
    assert served == [("localhost", 8600, False), ("0.0.0.0", None, True)]


def test_a_name_that_is_taken_is_refused_before_the_training(explorer, tmp_path, tiny):
    shutil.copytree(tiny.folder, tmp_path / "mine")
    code, said = explorer(*QUICK, "--models-dir", tmp_path, "--name", "mine")
    assert (code, "choose another --name, or --replace it" in said) == (1, True)
    code, _ = explorer(*QUICK, "--models-dir", tmp_path, "--name", "mine", "--replace")
    assert (code, checkpoint.find("mine", tmp_path).spec.latent) == (0, 2)


@pytest.mark.parametrize("name", ["../out", "a/b", ".hidden", "/abs", ""])
def test_a_name_is_no_path(explorer, tmp_path, name):
    code, said = explorer(*QUICK, "--models-dir", tmp_path, "--name", name)
    assert (code, "cannot be a model's name" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "nope"], "'nope' is not one of"),
        (["train", "digits", "--beta", "2"], "--beta goes with --objective beta or --objective beta_tc."),
        (["train", "digits", "--path", "here"], "--path goes with `train folder`."),
        (["train", "digits", "--width", "100000"], "width must lie between 4 and 4096"),
        (["train", "digits", "--nonsense", "2"], "No such option '--nonsense'"),
        (["--models-dir", "x", "train", "digits"], "Write --models-dir after the command: explorer train"),
        (["train", "digits", "--objective", "beta", "--beta", "9999"], "beta must lie between 0 and 1000"),
        (["train", "digits", "--latent", "0"], "latent must lie between 1 and 512, not 0"),
        (["train", "digits", "--epochs", "many"], "not a valid integer"),
        (["train"], "Missing argument 'DATASET'"),
        (["dance"], "No such command 'dance'"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(explorer, words, sentence):
    code, said = explorer(*words)
    assert code == 2
    assert sentence in said


def test_a_missing_data_set_ends_with_1_and_what_to_do(explorer, tmp_path, monkeypatch):
    def no_network(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", no_network)
    code, said = explorer("train", "mnist", "--data-dir", tmp_path, "--models-dir", tmp_path)
    assert code == 1
    assert said.startswith("Error: MNIST could be neither found nor fetched: put")


def test_train_reads_a_folder_of_pictures_and_names_those_that_cannot_be_read(explorer, tmp_path):
    folder = write_pictures(tmp_path / "my pictures", 20)
    for i in range(7):
        (folder / f"broken[red]{i}.png").write_bytes(b"nonsense")
    words = ["--path", folder, "--latent", "2", "--epochs", "1", "--network", "mlp", "--data-dir", tmp_path / "data"]
    code, said = explorer("train", "folder", *words, "--models-dir", tmp_path / "models")
    assert code == 0
    assert "18 pictures of folder" in said
    assert "7 could not be read and are left out: broken[red]0.png: it is none of PNG, JPEG, WEBP, GIF, BMP" in said
    assert all(f"broken[red]{i}.png" in said for i in range(7))
    assert checkpoint.find("folder-vae-2d", tmp_path / "models").spec.shape == (3, 8, 8)


def test_train_says_where_pictures_cannot_be_kept(explorer, tmp_path):
    (tmp_path / "file").write_text("in the way")
    words = ["--path", write_pictures(tmp_path / "in", 20), "--epochs", "1", "--network", "mlp"]
    code, said = explorer("train", "folder", *words, "--models-dir", tmp_path, "--data-dir", tmp_path / "file" / "data")
    assert code == 0
    assert "The decoded pictures cannot be kept in" in said


@pytest.mark.parametrize("kind", ["objectives", "networks", "datasets", "likelihoods"])
def test_help_lists_every_entry_of_the_menus(explorer, kind):
    _, said = explorer("train", "--help")
    for name in catalog.names(kind):
        assert f" {name} " in said


def test_help_shows_the_knobs_of_what_was_chosen(explorer):
    _, plain = explorer("train", "digits", "--help")
    _, said = explorer("train", "digits", "--objective=beta", "--network", "conv", "--help")
    assert "--beta NUMBER" in said
    assert "--channels INT" in said
    assert "--beta" not in plain.replace("--objective beta --beta 2", "")
    assert "--warmup NUMBER" in plain


@pytest.mark.parametrize("command", cli.commands)
def test_every_command_has_help_with_an_example(explorer, command):
    code, said = explorer(command, "--help")
    assert code == 0
    assert f"Example: explorer {command}" in said


def test_models_lists_yours_and_the_gallery_and_names_the_damaged(explorer, tiny, tmp_path):
    shutil.copytree(tiny.folder, tmp_path / "mine")
    code, said = explorer("models", "--models-dir", tmp_path)
    assert code == 0
    assert "mine" in said
    assert "mnist-2d" in said
    (tmp_path / "mine" / "config.json").write_text("{")
    code, said = explorer("models", "--models-dir", tmp_path)
    assert code == 1
    assert "the model is damaged" in said


def test_models_lists_the_runs_that_are_not_at_their_end(explorer, tiny_spec, digits, tmp_path):
    for name, state in (("waiting", "stopped"), ("at-its-end", "done")):
        run.create(tmp_path / "runs" / name, tiny_spec, tmp_path, digits.train).say(state, 1234, 0.25, "Why it ended.")
    broken = run.create(tmp_path / "runs" / "broken", tiny_spec, tmp_path, digits.train)
    code, said = explorer("models", "--models-dir", tmp_path)
    assert code == 0
    assert "waiting stopped 25% 1,234 Why it ended." in said
    assert "broken starting 0% 0" in said
    assert "at-its-end" not in said
    (broken.folder / run.RUN).write_text("{")
    code, said = explorer("models", "--models-dir", tmp_path)
    assert (code, "run.json is damaged" in said, "waiting" in said) == (1, True, True)


def test_resume_says_what_it_cannot_do(explorer, tmp_path):
    code, said = explorer("resume", "none", "--models-dir", tmp_path)
    assert (code, said) == (1, f"Error: There is no run 'none' in {tmp_path / 'runs'}; the runs are: none.")
    code, said = explorer("resume", "mine", "--rate", "7", "--models-dir", tmp_path)
    assert (code, "rate must lie between 1e-07 and 1, not 7.0" in said) == (2, True)


def test_a_run_that_is_done_says_so_and_goes_on_if_it_is_given_more(explorer, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    assert explorer(*QUICK, "--models-dir", tmp_path, "--name", "mine")[0] == 0
    code, said = explorer("resume", "mine", "--models-dir", tmp_path)
    assert (code, said) == (1, "Error: mine is done: give it more --epochs or --minutes, or open it with `explorer`.")
    shutil.rmtree(tmp_path / "mine")
    assert explorer("resume", "mine", "--models-dir", tmp_path)[0] == 0  # its model was lost: it is kept again
    assert explorer("resume", "mine", "--models-dir", tmp_path, "--epochs", "2")[0] == 0
    kept = checkpoint.find("mine", tmp_path)
    assert (kept.history[-1]["epoch"], kept.spec.training.epochs) == (2.0, 2)


def test_a_rate_that_is_too_large_ends_with_a_sentence_and_a_smaller_one_goes_on(explorer, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    honest = learner.Learner.learn

    def explode(self, batch, now):
        loss = honest(self, batch, now)
        wild = self.spec.training.rate == 1.0 and self.step >= 5
        return loss._replace(parts={"reconstruction": loss.total * float("nan")}) if wild else loss

    monkeypatch.setattr(learner.Learner, "learn", explode)
    words = [*QUICK, "--objective", "ae", "--models-dir", tmp_path, "--name", "mine"]
    code, said = explorer(*words, "--rate", "1")
    assert code == 1
    assert "Error: The loss is no longer a number at step" in said
    assert f"`explorer resume mine --models-dir {tmp_path} --rate 0.1`" in said
    assert explorer("resume", "mine", "--models-dir", tmp_path, "--rate", "0.001")[0] == 0


def test_pictures_that_have_changed_end_a_resume_with_a_sentence(explorer, tmp_path, monkeypatch):
    found = write_pictures(tmp_path / "pictures")
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    words = ["train", "folder", "--path", found, "--name", "mine", "--epochs", "1", "--threads", "1", "--latent", "2",
             "--precision", "float32", "--data-dir", tmp_path / "data", "--models-dir", tmp_path]  # fmt: skip
    assert explorer(*words)[0] == 0
    next(file for file in sorted(found.rglob("*")) if file.is_file()).unlink()
    code, said = explorer("resume", "mine", "--epochs", "2", "--models-dir", tmp_path)
    assert code == 1
    assert "Error: The pictures of folder have changed since mine began with them" in said


def test_a_folder_that_was_named_from_elsewhere_is_found_again(explorer, tmp_path, monkeypatch):
    write_pictures(tmp_path / "here" / "pictures")
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    places = ["--data-dir", tmp_path / "data", "--models-dir", tmp_path / "models"]
    words = ["train", "folder", "--path", "pictures", "--name", "mine", "--epochs", "1", "--threads", "1",
             "--latent", "2", "--precision", "float32"]  # fmt: skip
    monkeypatch.chdir(tmp_path / "here")
    assert explorer(*words, *places)[0] == 0
    monkeypatch.chdir(tmp_path / "there")
    code, said = explorer("resume", "mine", "--epochs", "2", *places[2:])
    assert code == 0, said


def test_a_conditional_model_needs_labels(explorer, tmp_path, monkeypatch):
    kind = catalog.entry("datasets", "digits")
    honest = kind.load

    def unlabelled(self, *given):
        return Split(*(replace(part, labels=None, label_names=()) for part in honest(self, *given)))

    monkeypatch.setattr(kind, "load", unlabelled)
    code, said = explorer(*QUICK, "--conditional", "yes", "--models-dir", tmp_path)
    assert (code, said) == (1, "Error: A conditional model needs a data set with at least two classes, this one has 0.")
    assert not list((tmp_path / "runs").glob("[!.]*"))  # a run that cannot be trained is not begun


def test_datasets_lists_pictures_that_were_kept(explorer, tmp_path):
    assert "Your own: explorer" not in explorer("datasets", "--data-dir", tmp_path)[1]
    folder = write_pictures(tmp_path / "in", 3)
    files = [(file.name, file.open("rb")) for file in folder.iterdir()]
    kept = own.keep(tmp_path, "cats", files)
    for _, stream in files:
        stream.close()
    _, said = explorer("datasets", "--data-dir", tmp_path)
    assert "Your own: explorer train folder --path PATH" in said
    assert f"cats 3 none {kept.path}" in said
    (kept.folder / "about.json").write_text("{}")
    assert "about.json is damaged" in explorer("datasets", "--data-dir", tmp_path)[1]


def test_app_allows_folders(explorer, tmp_path, monkeypatch):
    for variable in ("EXPLORER_DATA", "EXPLORER_MODELS", "EXPLORER_PICTURES"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setattr("explorer.serve.serve", lambda *given: None)
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
    assert explorer("app", "--pictures", tmp_path / "cats", "--pictures", tmp_path / "dogs") == (0, "")
    assert places.picture_dirs() == [tmp_path / "cats", tmp_path / "dogs"]
    code, said = explorer("app", "--pictures", tmp_path / "nowhere")
    assert code == 2
    assert "does not exist" in said


def test_datasets_says_what_is_here(explorer, tmp_path):
    _, said = explorer("datasets", "--data-dir", tmp_path)
    assert "digits" in said
    assert "60,000 + 10,000" in said
    assert str(tmp_path) in said
    assert catalog.summary("datasets", "mnist") in said


def test_a_new_file_in_a_menu_folder_is_all_that_a_new_objective_needs(tmp_path):
    """Copy the package, add one file, and ask the command line of the copy."""
    shutil.copytree(places.PACKAGE, tmp_path / "explorer", ignore=shutil.ignore_patterns("vendor", "__pycache__"))
    beta = (tmp_path / "explorer" / "objectives" / "beta.py").read_text()
    mine = (
        beta.replace("class Beta", "class Mine").replace("beta: float", "strength: float").replace("Beta-VAE", "Mine")
    )
    (tmp_path / "explorer" / "objectives" / "mine.py").write_text(mine.replace("self.beta", "self.strength"))
    command = [sys.executable, "-m", "explorer", "train", "digits", "--objective", "mine", "--strength", "2"]
    rest = ["--latent", "2", "--epochs", "1", "--models-dir", str(tmp_path / "models")]
    shown = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "--strength NUMBER" in shown.stdout
    subprocess.run([*command, *rest], cwd=tmp_path, capture_output=True, check=True)
    assert checkpoint.find("digits-mine-2d", tmp_path / "models").folder.is_dir()


def test_a_device_that_is_not_here_leaves_no_run(explorer, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "_here", lambda: {"cpu": True, "cuda": False, "mps": False})
    code, said = explorer(*QUICK, "--device", "cuda", "--models-dir", tmp_path)
    assert (code, said) == (1, "Error: There is no device 'cuda' here; choose one of: cpu, or auto.")
    assert list(tmp_path.iterdir()) == []


def test_a_knob_that_all_networks_have_goes_with_the_usual_one(explorer, tmp_path):
    words = [word for word in QUICK if word not in ("--network", "mlp")]
    assert explorer(*words, "--models-dir", tmp_path)[0] == 0
    assert checkpoint.find("digits-vae-2d", tmp_path).spec.network == Choice("resmlp", {"width": 8, "blocks": 1})
    code, said = explorer(*words, "--help")
    assert "units in each layer [default: as fits the pictures" in said
    assert code == 0


@pytest.mark.parametrize(("words", "code"), [(["datasets"], 0), (["train", "nowhere"], 2), (["stop", "nobody"], 1)])
def test_one_of_several_processes_ends_at_once_with_its_code(explorer, monkeypatch, tmp_path, words, code):
    """And what it said is said: gloo's threads must not meet the end of Python."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path))
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.setenv(name, "1")
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    assert explorer(*words)[1]
    assert ended == [code]
