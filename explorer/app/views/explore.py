"""Explore: the map, the sliders and the picture of one model, all alive."""

from __future__ import annotations

import streamlit as st

from explorer.app import controls, live, offered, state

POLL = 0.5  # seconds between two looks whether a decoder has been made
models, problems = offered.listing(state.asked_model())
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
    live.show(model.told(), state.link(model.name), state.settled)


@st.fragment(run_every=POLL)
def beginning() -> None:
    """Wait for the decoder of a run, which is made once."""
    if not model.waits():
        st.rerun()
    st.html('<p class="outlook beginning"><i></i>The decoder of this run is being made: a few seconds, once.</p>')


(beginning if model.waits() else live_view)()
