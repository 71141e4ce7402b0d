"""Widgets made from the core's own descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from explorer.app import state
from explorer.checkpoint import Checkpoint

# No Markdown: Streamlit would make the heading a link, which is a stop of the Tab key that leads nowhere.
HEAD = "<h1>explorer</h1><p>Move <b>z</b>, and the decoder paints what lies there.</p>"


def model_menu(models: Sequence[Checkpoint]) -> Checkpoint:
    """Show the menu of models and return the one that is chosen, by the URL or by hand."""
    by_name = {model.name: model for model in models}
    st.session_state["chosen"] = state.chosen_model(list(by_name))
    title, menu = st.columns([3, 2], vertical_alignment="center")
    title.html(HEAD)
    menu.selectbox(
        "Model", by_name, key="chosen", format_func=lambda name: label(by_name[name]), label_visibility="collapsed",
        on_change=lambda: state.choose_model(st.session_state["chosen"]),
    )  # fmt: skip
    return by_name[st.session_state["chosen"]]


def label(model: Checkpoint) -> str:
    """Return a model's line in the menu: its name and what it is."""
    spec = model.spec
    kind = f"conditional {spec.objective.name}" if spec.conditional else spec.objective.name
    return f"{model.name}: {spec.data.name}, {kind}, {spec.latent} latent dimensions"


def plain(text: str) -> str:
    """Return text as Markdown that shows it as it is: no picture in it is fetched, no word of it is a link."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
