"""Spec: everything needed to rebuild a model and to say how it was trained. JSON in, JSON out.

It lives beside `vae.py` and not in it because the page lists models by their Specs before anybody needs torch.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.catalog import Choice, checked, complete, knob

MENUS = {"data": "datasets", "network": "networks", "objective": "objectives", "likelihood": "likelihoods"}
USUAL_MINUTES, MOST_EPOCHS = 5.0, 300  # of a training for which nobody says how long
FEW, SMALL = 5_000, 20_000  # pictures in a data set, below which a batch is smaller
SCHEDULES, PRECISIONS = ("cosine", "constant"), ("auto", "float32", "bfloat16")
INK = {1: 0.5, 3: 0.2}  # share of midtones, by channels, up to which the continuous Bernoulli shows pictures well
FLAT = 1500  # numbers in a picture, up to which fully connected layers serve it best
NARROW = 128  # units of such layers for few larger pictures, which a convolution learns by heart
MOST_CLASSES = 10_000
SIDE = (4, 1024)  # allowed height and width of a picture, in pixels


@dataclass(frozen=True)
class Training:
    """How a model is trained: what is the same for every objective and network."""

    epochs: int = knob(0, 0, 100_000, "passes over the training pictures; 0 is as many as take about five minutes")
    minutes: float = knob(0.0, 0.0, 100_000.0, "train for this long instead of a number of epochs")
    batch: int = knob(128, 1, 65_536, "pictures per step")
    rate: float = knob(2e-3, 1e-7, 1.0, "learning rate at the start")
    schedule: str = knob("cosine", help="what the rate does: falls to zero along a cosine, or stays", choices=SCHEDULES)
    clip: float = knob(0.0, 0.0, 1e9, "longest allowed gradient, longer ones are shortened; 0 allows any")
    ema: float = knob(
        0.0, 0.0, 0.99999, "decay of a moving average of the weights, which is what is kept; 0 keeps the last"
    )
    precision: str = knob(
        "auto", help="numbers inside the networks; auto times both and takes the faster", choices=PRECISIONS
    )
    threads: int = knob(0, 0, 256, "CPU threads; 0 times a few steps with each number and takes the fastest")
    binarize: bool = knob(False, help="show each pixel as black or white, drawn anew each time by its grey value")
    tensorboard: bool = knob(False, help="write TensorBoard event files too, into the run's folder")
    seed: int = knob(0, 0, 2**31 - 1, "start of all random numbers: with a number of epochs, same seed, same model")

    @property
    def limit(self) -> float:
        """Seconds that it may take, or 0 where epochs are counted."""
        return 60 * (self.minutes or (0.0 if self.epochs else USUAL_MINUTES))


@dataclass(frozen=True)
class Spec:
    """A model and its training, as a value.

    shape: (channels, height, width) of a picture, channels 1 or 3. latent: dimension of z, 1 to 512. classes: how many
    the data set has, 0 to 10,000. ValueError if something is out of range; menu names are checked where they are used.
    """

    shape: tuple[int, int, int]
    latent: int = knob(16, 1, 512, "dimensions of z")
    data: Choice = Choice("digits")
    network: Choice = Choice("resmlp")
    objective: Choice = Choice("vae")
    likelihood: Choice = Choice("continuous_bernoulli")
    training: Training = field(default_factory=Training)
    conditional: bool = knob(
        False, help="tell encoder and decoder the class (CVAE): z is left with what is not the class"
    )
    classes: int = 0

    def __post_init__(self) -> None:
        checked(type(self), {"latent": self.latent, "conditional": self.conditional})
        if not _whole(self.classes) or not 0 <= self.classes <= MOST_CLASSES:
            raise ValueError(f"The number of classes must lie between 0 and {MOST_CLASSES:,}, not {self.classes!r}.")
        if len(self.shape) != 3 or not all(_whole(size) for size in self.shape) or self.shape[0] not in (1, 3):
            raise ValueError(f"A picture's shape is (1 or 3 channels, height, width), not {self.shape!r}.")
        if not all(SIDE[0] <= size <= SIDE[1] for size in self.shape[1:]):
            raise ValueError(f"A picture's sides must have 4 to 1024 pixels, not {self.shape[1:]!r}.")

    @classmethod
    def usual(cls, shape: tuple[int, int, int], pictures: int = SMALL, midtones: float = 0.0) -> Spec:
        """Return what is chosen for so many pictures where nobody says otherwise: by measurement, see the README.

        midtones: share of their numbers that are neither nearly black nor nearly white, from 0 (ink on paper) to 1.
        """
        network = Choice("resmlp")
        if math.prod(shape) > FLAT:
            network = Choice("conv") if pictures >= FEW else Choice("resmlp", {"width": NARROW})
        return cls(
            shape,
            network=network,
            likelihood=Choice("gaussian" if midtones > INK[shape[0]] else "continuous_bernoulli"),
        )

    def complete(self) -> Spec:
        """Return the Spec with every knob written out. Imports what was chosen, so it needs torch.

        LookupError or ValueError for a name or a knob that the menus do not have.
        """
        chosen = {menu: complete(kind, getattr(self, menu)) for menu, kind in MENUS.items()}
        return dataclasses.replace(self, **chosen)  # type: ignore[arg-type]  # each is a Choice

    def to_json(self) -> dict[str, Any]:
        """Return plain dictionaries, lists and numbers."""
        return dataclasses.asdict(self) | {"shape": list(self.shape)}

    @classmethod
    def from_json(cls, data: Any) -> Spec:
        """Build a Spec from what `to_json` returned. ValueError for unknown or missing keys and wrong values."""
        values = _only_known("the Spec", data, cls)
        if "shape" not in values or not isinstance(values["shape"], list):
            raise ValueError("The Spec must have a list 'shape' of channels, height and width.")
        values["shape"] = tuple(values["shape"])
        for menu in MENUS.keys() & values.keys():
            values[menu] = _choice(menu, values[menu])
        if "training" in values:
            training = _only_known("training", values["training"], Training)
            values["training"] = Training(**checked(Training, training))  # type: ignore[arg-type]
        return cls(**values)


def usual_batch(pictures: int) -> int:
    """Return how many pictures a step sees where nobody says: of few pictures few, so that there are enough steps."""
    return 32 if pictures < FEW else 64 if pictures < SMALL else 128


def _choice(menu: str, data: Any) -> Choice:
    values = _only_known(menu, data, Choice)
    if not isinstance(values.get("name"), str) or not isinstance(values.get("knobs", {}), dict):
        raise ValueError(f"'{menu}' in the Spec needs a text 'name' and a dictionary 'knobs', not {data!r}.")
    return Choice(**values)


def _only_known(what: str, data: Any, kind: type[Any]) -> dict[str, Any]:
    """Return a copy of `data` if it is a dictionary whose keys are fields of `kind`."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{what} must be a dictionary, not {type(data).__name__}.")
    allowed = [each.name for each in dataclasses.fields(kind)]
    unknown = sorted(set(data) - set(allowed), key=str)
    if unknown:
        raise ValueError(f"Unknown key {unknown[0]!r} in {what}; allowed are {', '.join(allowed)}.")
    return dict(data)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
