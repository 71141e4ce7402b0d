"""The only owner of session state and of the URL: which model, which map, which z."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from explorer import checkpoint, places

KEYS = ("model", "map", "z")
FIRST_CHOICE = "mnist-2d"  # what a newcomer meets, if it is there
DIGITS = 4  # decimals of z in the URL: less than a thousandth of a sigma


def models() -> tuple[list[checkpoint.Checkpoint], list[str]]:
    """Return the models of this server, the user's own before the gallery, and what is wrong with damaged ones."""
    return checkpoint.listing(places.models_dir(), places.gallery_dir())


def chosen_model(names: list[str]) -> str:
    """Return the model that the URL asks for, else the first choice; also if the URL asks for one that is not there."""
    asked = st.query_params.get("model")
    if asked in names:
        return str(asked)
    return FIRST_CHOICE if FIRST_CHOICE in names else names[0]


def choose_model(name: str) -> None:
    """Go to another model, at its usual map and z."""
    _write({"model": name})


def start_view(latent: int) -> dict[str, Any]:
    """Return where the live view starts: the map and z of the URL, or None for what it does not (rightly) say.

    It stays the same while the person moves about, for the view knows better where it is than the server; it changes
    when the URL was changed by somebody else: by a link, or by the browser's Back.
    """
    now = {key: st.query_params.get(key) for key in KEYS}
    if st.session_state.get("written") != now:
        st.session_state["written"] = now
        st.session_state["start"] = {"map": now["map"], "z": parse_z(now["z"], latent)}
    start: dict[str, Any] = st.session_state["start"]
    return start


def settled(view: dict[str, Any]) -> None:
    """Write into the URL what the live view says when it has come to rest."""
    z = ",".join(f"{round(float(value), DIGITS) + 0.0:g}" for value in view["z"])
    _write({"model": view["model"], "map": view["map"], "z": z}, keep_start=True)


def parse_z(text: str | None, latent: int) -> list[float] | None:
    """Return the z that a URL gives as numbers with commas between, or None if it gives none for this model."""
    try:
        z = [float(part) for part in (text or "").split(",")]
    except ValueError:
        return None
    return z if len(z) == latent and all(map(math.isfinite, z)) else None


def _write(params: dict[str, str | None], keep_start: bool = False) -> None:
    given = {key: value for key, value in params.items() if value is not None}
    st.query_params.from_dict(given)
    if keep_start:
        st.session_state["written"] = {key: given.get(key) for key in KEYS}
