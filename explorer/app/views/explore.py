"""Explore: the map, the sliders and the picture of one model, all alive."""

from __future__ import annotations

import streamlit as st

from explorer.app import controls, live, state

models, problems = state.models()
for problem in problems:
    st.warning(controls.plain(problem))
if not models:
    st.info("There is no model yet. Train one: `explorer train digits`; it appears here by itself.")
    st.stop()

model = controls.model_menu(models)
missing = state.missing_model([each.name for each in models])
if missing is not None:
    said = f"The link asks for the model {missing!r}, which is not here; this is another one."
    st.warning(controls.plain(said))


@st.fragment
def live_view() -> None:
    """Rerun alone when the view comes to rest."""
    live.show(model, state.link(model.name), state.settled)


live_view()
