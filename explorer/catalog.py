"""The menus: a folder is a menu, a file in it is an entry, a field of its class is a knob.

Nothing here imports torch or scikit-learn: `names` and `summary` read the folder and the text of its files, so that a
menu opens at once and with half of the optional packages absent. Only `entry` imports the one file that was chosen.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

PACKAGE = Path(__file__).parent
Value = bool | int | float | str


@dataclasses.dataclass(frozen=True)
class Choice:
    """What a person chose from a menu: the entry's name, and those of its knobs that were turned."""

    name: str
    knobs: Mapping[str, Value] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Knob:
    """One parameter of an entry: a field of its class, a flag, a slider, a key in JSON and a test case."""

    name: str
    default: Value
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    help: str

    def check(self, value: Any) -> Value:
        """Return `value` as the knob's type; ValueError if it is of another type or out of range."""
        wanted = type(self.default)
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = _as_float(value)
        if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
            raise ValueError(f"{self.name} must be of type {wanted.__name__}, not {value!r}.")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}, not {value!r}.")
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._check_range(value)
        return value

    def _check_range(self, value: float) -> None:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        if not low <= value <= high:  # also false for NaN
            raise ValueError(f"{self.name} must lie between {low:g} and {high:g}, not {value!r}.")


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf  # which no range holds


def knob(
    default: Any,
    low: float | None = None,
    high: float | None = None,
    help: str = "",  # noqa: A002  (it reads well where it is written)
    choices: tuple[str, ...] = (),
) -> Any:
    """Return a dataclass field that is also a slider, a flag, a JSON key and a test case.

    `low` and `high` are the allowed ends (both included), `choices` the allowed words of a text knob.
    """
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "choices": choices, "help": help})


def knobs(entry: Any) -> tuple[Knob, ...]:
    """Return the knobs of a dataclass (or of an instance) in the order in which they are written, its own first."""
    own = inspect.get_annotations(entry if isinstance(entry, type) else type(entry))
    fields = sorted(
        (field for field in dataclasses.fields(entry) if field.metadata), key=lambda each: each.name not in own
    )
    return tuple(Knob(name=field.name, default=cast(Value, field.default), **field.metadata) for field in fields)


def names(kind: str) -> tuple[str, ...]:
    """Return the entries of the menu `kind` ("objectives", "networks", ...), sorted: the files of that folder."""
    return tuple(sorted(file.stem for file in (PACKAGE / kind).glob("*.py") if not file.stem.startswith("_")))


def summary(kind: str, name: str) -> str:
    """Return the first line of an entry's file, which says its idea, without importing it."""
    text = (PACKAGE / kind / f"{_known(kind, name)}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def entry(kind: str, name: str) -> type[Any]:
    """Return the class of an entry: the one public class that its file defines. LookupError for an unknown name."""
    module = importlib.import_module(f"explorer.{kind}.{_known(kind, name)}")
    classes = [
        thing
        for label, thing in vars(module).items()
        if isinstance(thing, type) and thing.__module__ == module.__name__ and not label.startswith("_")
    ]
    if len(classes) != 1:
        raise TypeError(f"{module.__name__} must define exactly one public class, it defines {len(classes)}.")
    return classes[0]


def make(kind: str, choice: Choice) -> Any:
    """Build an entry from what was chosen. LookupError for an unknown name, ValueError for a wrong knob."""
    chosen = entry(kind, choice.name)
    try:
        return chosen(**checked(chosen, choice.knobs))
    except ValueError as error:
        raise ValueError(f"{choice.name} (in {kind}): {error}") from None


def complete(kind: str, choice: Choice) -> Choice:
    """Return the choice with every knob written out, so that it means the same when a default changes later."""
    made = make(kind, choice)
    return Choice(choice.name, {each.name: getattr(made, each.name) for each in knobs(made)})


def checked(entry: Any, values: Mapping[str, Any]) -> dict[str, Value]:
    """Return `values` with each checked against its knob. ValueError for an unknown name or a wrong value."""
    known = {each.name: each for each in knobs(entry)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown knob {', '.join(unknown)}; the knobs are: {', '.join(known) or 'none'}.")
    return {name: known[name].check(value) for name, value in values.items()}


def _known(kind: str, name: str) -> str:
    if name not in names(kind):
        raise LookupError(f"There is no {name!r} in {kind}; choose one of: {', '.join(names(kind))}.")
    return name
