"""Widgets made from the core's own descriptions."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import catalog, choices
from explorer.app import state
from explorer.app.offered import Offered
from explorer.catalog import Knob, Value
from explorer.spec import MENUS

SLIDES = 64  # whole numbers in a range that a slider can choose one of
Changed = Callable[[list[str]], None]  # is told the words of what was chosen; none if it is the usual


def model_menu(models: Sequence[Offered]) -> Offered:
    """Show the menu of models and return the one that is chosen, by the URL or by hand."""
    by_name = {model.name: model for model in models}
    st.session_state["chosen"] = state.chosen_model(list(by_name))
    title, menu = head().columns([3, 2], vertical_alignment="center")
    title.html(heading("explorer", "Move <b>z</b>, and the decoder paints what lies there."))
    menu.selectbox(
        "Model", by_name, key="chosen", format_func=lambda name: by_name[name].label, label_visibility="collapsed",
        on_change=lambda: state.choose_model(st.session_state["chosen"]),
    )  # fmt: skip
    return by_name[st.session_state["chosen"]]


def head() -> DeltaGenerator:
    """Return where the first row of a page goes: beside the names of the pages."""
    return st.container(key="head")


def heading(name: str, sentence: str) -> str:
    """Return the name of a page, and what to do there, as HTML.

    No Markdown: Streamlit would make the heading a link, which is a stop of the Tab key that leads nowhere.
    """
    return f"<h1>{name}</h1><p>{sentence}</p>"


def plain(text: str) -> str:
    """Return text as Markdown that shows it as it is: no picture in it is fetched, no word of it is a link."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def escaped(text: str) -> str:
    """Return text as HTML that shows it as it is."""
    return html.escape(text)


def known_knobs(menus: Mapping[str, Any] | None) -> choices.Table:
    """Return the knobs of all entries as the preview tells them; none while it has not."""
    told = (menus or {}).get("knobs", {})
    return {entry: [Knob(**{**each, "choices": tuple(each["choices"])}) for each in own] for entry, own in told.items()}


def entry(menu: str, chosen: Sequence[Value], usual: str, changed: Changed) -> None:
    """Show a menu. Where nothing is chosen the usual entry is, which is empty while nobody knows it."""
    key = f"menu-{menu}"
    names = choices.entries(menu)
    free = f"as fits ({usual})" if usual else "as fits the pictures"
    options = [*([""] if menu != "objective" else []), *names]
    st.session_state[key] = chosen[0] if chosen else (usual if menu == "objective" else "")

    def change() -> None:
        changed([st.session_state[key]] if st.session_state[key] else [])

    st.selectbox(
        menu.capitalize(), options, key=key, on_change=change,
        format_func=lambda name: title(menu, name) if name else free, help=_ideas(menu, chosen[0] if chosen else usual),
    )  # fmt: skip


def title(menu: str, name: str) -> str:
    """Return an entry's name as people say it: what stands before the colon in its line, where that is a name."""
    said = catalog.summary(MENUS[menu], name).partition(":")[0]
    return said if menu in ("objective", "likelihood") or name == choices.OWN else name


def _ideas(menu: str, name: Value) -> str:
    """Return the idea of the entry that is chosen."""
    return plain(catalog.summary(MENUS[menu], str(name))) if name in choices.entries(menu) else ""


def several(name: str, knob: Knob | None, chosen: Sequence[Value], changed: Changed) -> None:
    """Show what chooses several values of a menu or knob, for as many runs."""
    key = f"several-{name}"
    st.session_state[key] = choices.words(chosen)
    options = choices.entries(name) if knob is None else knob.choices or choices.words(chosen)
    st.multiselect(
        name.capitalize(), options, key=key, on_change=lambda: changed(st.session_state[key]),
        max_selections=choices.MOST, accept_new_options=knob is not None and not knob.choices,
        format_func=lambda word: title(name, word) if knob is None and word in options else word,
        help=f"A run for each, up to {choices.MOST}, alike in everything else. " + (knob.help if knob else ""),
    )  # fmt: skip


def knob(which: Knob, chosen: Sequence[Value], changed: Changed, label: str = "") -> None:
    """Show a knob as what suits its type and range: a toggle, a select, a slider or a number."""
    key = f"knob-{which.name}"
    value = chosen[0] if chosen else which.default
    st.session_state[key] = value

    def change() -> None:
        now = st.session_state[key]
        changed(choices.words([now]) if now is not None and now != which.default else [])

    named = label or which.name.replace("_", " ").capitalize()
    if isinstance(which.default, bool):
        st.toggle(named, key=key, on_change=change, help=which.help)
    elif which.choices:
        st.selectbox(named, which.choices, key=key, on_change=change, help=which.help)
    elif isinstance(which.default, str):
        st.text_input(named, key=key, on_change=change, help=which.help)
    else:
        _number(which, named, key, change)


def _number(which: Knob, named: str, key: str, change: Callable[[], None]) -> None:
    """Show a number: a slider where its range is one that a hand can hit, else a field."""
    assert which.low is not None
    assert which.high is not None
    told: dict[str, Any] = {"key": key, "on_change": change, "help": which.help}
    if isinstance(which.default, int):
        show = st.slider if which.high - which.low <= SLIDES else st.number_input
        show(named, int(which.low), int(which.high), **told)
    elif which.low == 0 and which.high <= 1:
        st.slider(named, 0.0, float(which.high), step=0.01, **told)
    else:
        st.number_input(named, float(which.low), float(which.high), step=_step(which), format="%g", **told)


def _step(which: Knob) -> float:
    """Return the step of a number without a slider: about a tenth of what is usual."""
    return float(f"{max(abs(float(which.default)), 1e-6) / 10:.0e}") if which.default else 1.0
