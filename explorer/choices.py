"""What a person chooses for a training, from menus and knobs: as values, as words of an address, as a command.

Each choice has a value; one of them may have several, and then several runs are meant that differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from explorer import allowed, catalog, flags
from explorer.catalog import Knob, Value
from explorer.spec import MENUS, Spec, Training

Table = Mapping[str, Sequence[Knob]]  # "objectives/beta": its knobs
Chosen = dict[str, tuple[Value, ...]]  # menus and knobs, those that were chosen
MOST = 4  # runs that are begun at once
OWN = "folder"  # the data set that is a place on this machine: a page may name those that are allowed, by
PATH = "path"
SINGLE = ("data", PATH)  # in which runs cannot differ


def entries(menu: str) -> tuple[str, ...]:
    """Return what a page may choose from a menu."""
    return catalog.names(MENUS[menu])


def table() -> dict[str, tuple[Knob, ...]]:
    """Return the knobs of all entries of all menus. Imports them all, so it needs torch."""
    named = [(menu, name) for menu in MENUS for name in entries(menu)]
    return {f"{MENUS[menu]}/{name}": catalog.knobs(catalog.entry(MENUS[menu], name)) for menu, name in named}


def knobs(menu: str, names: Iterable[Value], known: Table) -> list[Knob]:
    """Return the knobs that all of these entries of a menu have."""
    first, *others = [{knob.name: knob for knob in known.get(f"{MENUS[menu]}/{name}", ())} for name in names] or [{}]
    return [knob for name, knob in first.items() if all(name in each for each in others)]


def read(words: Mapping[str, Sequence[str]], known: Table) -> tuple[Chosen, list[str]]:
    """Return what the words of an address choose, and a sentence for each that cannot be meant."""
    chosen: Chosen = {}
    problems: list[str] = []
    for name, given in sorted(words.items(), key=lambda each: each[0] not in MENUS):  # the menus first
        try:
            chosen[name] = _values(name, given, chosen, known)
        except (LookupError, ValueError) as error:
            problems.append(str(error))
    several = [name for name, values in chosen.items() if len(values) > 1]
    for name in several[1:]:
        problems.append(f"Runs can differ in one choice only: here in {several[0]}, so not in {name}.")
        chosen[name] = chosen[name][:1]
    return chosen, problems


def _values(name: str, given: Sequence[str], chosen: Chosen, known: Table) -> tuple[Value, ...]:
    words = tuple(dict.fromkeys(given))
    if not 1 <= len(words) <= (1 if name in SINGLE else MOST):
        raise ValueError(
            f"Up to {MOST} runs can be begun at once, on one data set: {len(words)} of {name} are asked for."
        )
    if name in MENUS:
        if wrong := next((word for word in words if word not in entries(name)), None):
            raise LookupError(f"There is no {name} {wrong!r} here; choose one of: {', '.join(entries(name))}.")
        return words
    if (knob := turnable(chosen, known).get(name)) is None:
        raise LookupError(f"What is chosen here has no knob {name!r}.")
    if name == PATH:
        return (allowed.checked(words[0]),)
    try:
        return tuple(flags.KnobType(knob).convert(word, None, None) for word in words)
    except click.ClickException as error:
        raise ValueError(error.message) from None


def turnable(chosen: Mapping[str, Sequence[Value]], known: Table) -> dict[str, Knob]:
    """Return the knobs that go with what is chosen from the menus."""
    own = [knob for menu in MENUS for knob in knobs(menu, chosen.get(menu, ()), known)]
    return {knob.name: knob for knob in (*own, *catalog.knobs(Spec), *catalog.knobs(Training))}


def runs(chosen: Mapping[str, Sequence[Value]]) -> list[dict[str, Value]]:
    """Return the values of each run that is meant; the first one's come first."""
    count = max((len(values) for values in chosen.values()), default=1)
    return [{name: values[min(i, len(values) - 1)] for name, values in chosen.items()} for i in range(count)]


def command(values: Mapping[str, Value]) -> list[str]:
    """Return the words of the command that trains with these values. LookupError if they name a path not allowed."""
    if PATH in values:
        values = {**values, PATH: allowed.checked(str(values[PATH]))}
    options = [(name, value) for name, value in values.items() if name != "data"]
    flat = [word for name, value in options for word in (f"--{name.replace('_', '-')}", flags.shown(value))]
    return ["train", str(values["data"]), *flat]


def words(values: Iterable[Any]) -> list[str]:
    """Return values as words of an address."""
    return [flags.shown(value) for value in values]
