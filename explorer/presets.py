"""Trainings to begin with, by name: what each shows, and the choices that make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from explorer.catalog import Value

Choices = dict[str, tuple[Value, ...]]


class Preset(NamedTuple):
    """A set-up with a name. A choice with several values means as many runs, alike in everything else."""

    name: str
    sentence: str
    data: dict[str, Choices]  # the first that is here is taken, with choices of its own; the last needs no download
    choices: Choices


PRESETS = (
    Preset(
        "2-D map of digits in a minute",
        "Two dimensions are few, but they are a map: watch the ten digits find their places on it.",
        {"mnist": {"network": ("resmlp",), "width": (200,)}, "digits": {}},
        {"latent": (2,), "minutes": (1.0,)},
    ),
    Preset(
        "Sharp digits",
        "Ten dimensions hold what two cannot: strokes come out as sharp as the data's. About three minutes.",
        {"mnist": {}, "digits": {}},
        {"latent": (10,), "minutes": (3.0,)},
    ),
    Preset(
        "Faces",
        "Photographs of few people, or drawn faces where those are not here: glasses, beards and smiles come apart.",
        {"olivetti": {}, "avatars": {}},
        {"latent": (16,), "minutes": (3.0,)},
    ),
    Preset(
        "Disentangle shapes",
        "Shapes whose size, place and colour are known: a price on what dimensions share makes them part.",
        {"shapes": {"side": (24,), "positions": (16,), "scales": (4,), "rotations": (1,)}},
        {"objective": ("beta_tc",), "latent": (8,), "minutes": (5.0,)},
    ),
    Preset(
        "Autoencoder against VAE",
        "The same network without a prior, with it, and with four times its weight: see who leaves holes in the map.",
        {"mnist": {"epochs": (5,)}, "digits": {"epochs": (100,)}},
        {"objective": ("ae", "vae", "beta"), "latent": (2,)},
    ),
    Preset(
        "What beta does",
        "One seed, three weights of the KL: the larger beta, the rounder the map and the blurrier the pictures.",
        {"mnist": {"epochs": (5,)}, "digits": {"epochs": (100,)}},
        {"objective": ("beta",), "beta": (0.2, 1.0, 10.0), "latent": (2,)},
    ),
)


def choices(preset: Preset, here: Callable[[str], bool]) -> Choices:
    """Return what a preset chooses on a machine where some data sets are here."""
    data = next((name for name in preset.data if here(name)), [*preset.data][-1])
    return {"data": (data,), **preset.choices, **preset.data[data]}
