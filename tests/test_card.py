"""The model card says how the model was made, so that it can be made again."""

import dataclasses
import os
import shlex

import click
import numpy as np
import pytest

from explorer import card, checkpoint, export, flags
from explorer.__main__ import cli
from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.spec import Spec, Training

SPECS = [
    Spec.usual((1, 28, 28)),
    Spec.usual((3, 32, 32)),
    Spec((1, 8, 8), network=Choice("resmlp", {"width": 8}), conditional=True, classes=2),
    Spec((1, 8, 8), 2, Choice("digits"), Choice("conv", {"channels": 8}), Choice("beta", {"beta": 0.5})),
    Spec((1, 8, 8), 2, likelihood=Choice("gaussian", {"sigma": "learned"}), training=Training(minutes=2.5, seed=3)),
    Spec((1, 8, 8), objective=Choice("ae"), training=Training(epochs=7, rate=1e-3)),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: card.command("it", spec))
def test_the_command_on_the_card_asks_for_the_same_spec(spec):
    explorer, train, *words = shlex.split(card.command("mine", spec.complete()))
    assert (explorer, train) == ("explorer", "train")
    command = cli.commands["train"]
    with click.Context(command) as context:
        command.parse_args(context, words)
        pictures = Images(np.zeros((1, *spec.shape), np.uint8), label_names=("a", "b")[: spec.classes])
        again = flags.spec_from(pictures, context.params)
    assert again.complete() == spec.complete()
    assert context.params["name"] == "mine"


def test_the_card_of_a_kept_model(tiny):
    text = (tiny.folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("---\nlibrary_name: explorer\n")
    menus, knobs = "--network mlp --objective vae --likelihood continuous_bernoulli", "--epochs 1 --batch 128 --width 8"
    assert f"explorer train digits --name tiny {menus} --latent 3 {knobs}" in text
    assert "Licence of the data: CC BY 4.0." in text
    assert f"| reconstruction loss at z = mu, nats per image | {tiny.measures['reconstruction']:.2f} |" in text
    assert f"| KL to the prior, nats per image | {tiny.measures['kl']:.2f} |" in text


def test_a_folder_whose_name_is_no_utf_8_is_trained_on_and_kept(tiny, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "onnx", lambda model, folder: None)
    model = tiny.model()
    data = Choice("folder", {"path": os.fsdecode(b"/home/me/caf\xe9"), "side": 8, "colour": "grey"})
    model.spec = dataclasses.replace(model.spec, data=data)
    kept = checkpoint.save(tmp_path / "m", model, digits.test)
    assert "--path '/home/me/caf�' --side 8" in (kept.folder / "README.md").read_text(encoding="utf-8")
    assert kept.spec.data == data  # evaluate finds it there


def test_a_card_says_nothing_of_a_machine_of_which_it_has_no_numbers():
    made = {"seconds": 60.0, "device": "cpu", "precision": "float32"}
    assert "in 1.0 minutes on cpu with 2 threads" in card.text("m", SPECS[0], {}, made | {"threads": 2})
    assert "minutes on cpu" not in card.text("m", SPECS[0], {}, made | {"threads": float("inf")})
