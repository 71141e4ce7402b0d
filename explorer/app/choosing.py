"""The set-up of a training: presets, menus and knobs, which all write into the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import catalog, choices, flags, presets
from explorer.app import controls, pictures, sources, state
from explorer.catalog import Knob, Value
from explorer.choices import Chosen, Table
from explorer.spec import MENUS, USUAL_MINUTES, Spec, Training

FIRST = ("latent", "conditional", "epochs", "minutes", "seed")  # knobs that everybody sees
NAMES = {
    "epochs": "passes",
    "minutes": "minutes",
    "latent": "Latent dimension",
    "conditional": "Tell it the class",
    "tensorboard": "TensorBoard",
}
COMMON = {each.name: each for each in (*catalog.knobs(Spec), *catalog.knobs(Training))}
PASSES = "20"  # epochs that are offered to who would rather count them
COMPARED = ("objective", "likelihood", "network", "latent")  # beside the weights of the objective


def preset() -> None:
    """Show the presets; a click chooses all that one needs. Where the URL chooses nothing the first is meant."""
    if not state.wanted():
        state.want_only(_words(presets.PRESETS[0]))
    by_name = {each.name: each for each in presets.PRESETS}
    wanted = state.wanted()
    now = next((each.name for each in presets.PRESETS if _words(each) == wanted), None)
    st.session_state["preset"] = now

    def choose() -> None:
        if chosen := st.session_state["preset"]:
            state.want_only(_words(by_name[chosen]))

    st.pills("Begin with", list(by_name), key="preset", on_change=choose, label_visibility="collapsed", wrap=True)
    said = by_name[now].sentence if now else "A set-up of your own."
    st.html(f'<p class="facts">{said}</p>')


def _words(preset: presets.Preset) -> dict[str, list[str]]:
    """Return a preset as words of the URL, on this machine."""
    return {name: choices.words(values) for name, values in presets.choices(preset, sources.is_here).items()}


def chosen(known: Table) -> tuple[Chosen, list[str]]:
    """Return what the URL chooses, and what it cannot mean."""
    found, problems = choices.read({"objective": [flags.USUAL.objective.name], **state.wanted()}, known)
    return {"data": ("digits",), **found}, problems


def menus(now: Chosen, known: Table, spec: Mapping[str, Any] | None) -> None:
    """Show the menus, and the knobs that everybody needs. spec: what is meant, where that is known."""
    for row in (("data", "network"), ("objective", "likelihood"), ("latent", "budget"), ("seed", "conditional")):
        for place, name in zip(st.columns(2, vertical_alignment="bottom"), row, strict=True):
            with place:
                if name == "budget":
                    _budget(now)
                elif name in MENUS:
                    _menu(name, now, known, spec)
                else:
                    _knob(COMMON[name], now)


def _menu(menu: str, now: Chosen, known: Table, spec: Mapping[str, Any] | None) -> None:
    """Show a menu; the knobs of an entry go with it."""
    own = {knob.name: list[str]() for knob in choices.knobs(menu, now.get(menu, ()), known) if knob.name not in COMMON}

    def change(words: list[str]) -> None:
        state.want({**own, menu: words})

    values = now.get(menu, ())
    if menu == "data":
        pictures.menu(now, own)
    elif state.varied() == menu or len(values) > 1:
        controls.several(menu, None, values, change)
    else:
        controls.entry(menu, values, spec[menu]["name"] if spec else "", change)


def _knob(which: Knob, now: Chosen, also: Mapping[str, list[str]] | None = None) -> None:
    """Show a knob. also: what must be chosen with it."""

    def change(words: list[str]) -> None:
        state.want({which.name: words, **(also or {})} if words else {which.name: []})

    values = now.get(which.name, ())
    if state.varied() == which.name or len(values) > 1:
        controls.several(which.name, which, values or (which.default,), change)
    else:
        controls.knob(which, values, change, NAMES.get(which.name, ""))


def _budget(now: Chosen) -> None:
    """Show how long it may take: in minutes, or in passes over the pictures."""
    unit, amount = st.columns([3, 2], vertical_alignment="bottom")
    epochs = bool(now.get("epochs", (0,))[0])
    st.session_state["unit"] = "epochs" if epochs else "minutes"

    def turn() -> None:
        state.want({"minutes": [], "epochs": [PASSES] if st.session_state["unit"] == "epochs" else []})

    unit.segmented_control("Budget", ["minutes", "epochs"], key="unit", on_change=turn, required=True)
    with amount:
        _knob(COMMON["epochs"] if epochs else replace(COMMON["minutes"], default=USUAL_MINUTES), now)


def compare(now: Chosen, known: Table) -> None:
    """Show in what several runs may differ."""
    own = choices.knobs("objective", now.get("objective", ()), known)
    several = [name for name, values in now.items() if len(values) > 1]
    weights = [knob.name for knob in own if type(knob.default) is float]
    options = list(dict.fromkeys(["", *COMPARED, *weights, *several]))
    varied = state.varied() or (several or [""])[0]
    st.session_state["vary"] = varied if varied in options else ""
    which, values = st.columns(2, vertical_alignment="bottom")
    which.selectbox(
        "Compare", options, key="vary", on_change=lambda: state.vary(st.session_state["vary"]),
        format_func=lambda name: f"runs that differ in {name.replace('_', ' ')}" if name else "nothing: one run",
        help=f"Starts 2 to {choices.MOST} runs that differ in one choice: same seed, same order of the data.",
    )  # fmt: skip
    with values:
        for each in own:
            if each.name == varied:
                _knob(each, now)


def rest(now: Chosen, known: Table, spec: Mapping[str, Any] | None) -> None:
    """Show all other knobs: those of the entries that are chosen, and those of the training."""
    for menu in MENUS:
        names = now.get(menu) or ((spec[menu]["name"],) if spec else ())
        usual = spec[menu]["knobs"] if spec and menu not in now else {}
        also = {} if menu in now else {menu: choices.words(names)}  # who turns a knob chooses what has it
        title = ", ".join(controls.title(menu, str(name)) for name in names)
        shown = [each for each in choices.knobs(menu, names, known) if each.name != choices.PATH]  # it is chosen above
        _group(title, _usual(shown, usual), now, also)
    usual = {"batch": spec["training"]["batch"]} if spec and "batch" not in now else {}
    _group("Training", _usual([each for each in catalog.knobs(Training) if each.name not in FIRST], usual), now, {})


def _usual(knobs: Sequence[Knob], usual: Mapping[str, Value]) -> list[Knob]:
    """Return knobs with what is usual for these pictures as their defaults."""
    return [replace(each, default=usual.get(each.name, each.default)) for each in knobs]


def _group(title: str, knobs: Sequence[Knob], now: Chosen, also: Mapping[str, list[str]]) -> None:
    knobs = [each for each in knobs if each.name != state.varied() and len(now.get(each.name, ())) < 2]  # seen above
    if knobs:
        st.caption(controls.plain(title))
    for i in range(0, len(knobs), 3):
        for place, each in zip(st.columns(3, vertical_alignment="bottom"), knobs[i : i + 3], strict=False):
            with place:
                _knob(each, now, also)
