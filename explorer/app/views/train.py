"""Train: choose what to train and start it, then watch it learn; any number of people may watch."""

from __future__ import annotations

import streamlit as st

from explorer.app import choosing, controls, drawing, offered, outlook, pictures, previews, state, watching

if came := state.asked_model():  # Back from the explorer passes by an address of Streamlit's that says the model here
    state.watch([came.partition(offered.AT)[0]])
if names := state.watched():
    watching.show(names)
    st.stop()

controls.head().html(controls.heading("train", "Choose, press <b>Start</b>, and watch a latent space form."))
choosing.preset()
menus = previews.ask("menus", {})  # the first page of a server starts the process that knows
known = controls.known_knobs(menus)
now, problems = choosing.chosen(known)
pictures.show(now)
model = outlook.meant(now)
spec = model.get("spec")

left, right = st.container(key="setup").columns([6, 5], gap="large")
with left:
    choosing.menus(now, known, spec)
    choosing.compare(now, known)
    with st.expander("Everything else"):
        choosing.rest(now, known, spec)
with right:
    outlook.show(now, problems if menus else [])  # before that, words of knobs are not known yet
if blueprint := model.get("blueprint"):
    drawing.show(blueprint)
