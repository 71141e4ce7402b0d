"""The only owner of session state and of the URL: which model, which map, which z."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from explorer import checkpoint, places

FIRST_CHOICE = "mnist-2d"  # what a newcomer meets, if it is there
DIGITS = 5  # decimals of z in the URL: an example is known again by them


def models() -> tuple[list[checkpoint.Checkpoint], list[str]]:
    """Return the models of this server, the user's own before the gallery, and what is wrong with damaged ones."""
    return checkpoint.listing(places.models_dir(), places.gallery_dir())


def chosen_model(names: list[str]) -> str:
    """Return the model that the URL asks for, else the first choice; also if the URL asks for one that is not there."""
    asked = st.query_params.get("model")
    if asked in names:
        return str(asked)
    return FIRST_CHOICE if FIRST_CHOICE in names else names[0]


def broken_link(names: list[str], latent: int) -> list[str]:
    """Return a sentence for each thing that the URL asks for in vain."""
    asked, z = st.query_params.get("model"), st.query_params.get("z")
    sentences = []
    if asked is not None and asked not in names:
        sentences.append(f"The link asks for the model {asked!r}, which is not here; this is another one.")
    elif z is not None and parse_z(z, latent) is None:
        sentences.append(f"The link's z is not {latent} numbers with commas between; this is the usual start.")
    return sentences


def choose_model(name: str) -> None:
    """Go to another model, at its usual map and z."""
    _write({"model": name})


def view(latent: int) -> dict[str, Any]:
    """Return where the live view is to be: the map and z of the URL, or None for what it does not (rightly) say.

    The live view ignores its own word when it hears it back, for its person may be further on by now; it follows when
    somebody else changed the URL: a link, or the browser's Back.
    """
    return {"map": st.query_params.get("map"), "z": parse_z(st.query_params.get("z"), latent)}


def settled(view: dict[str, Any]) -> None:
    """Write into the URL what the live view says when it has come to rest.

    A view of another model than the chosen one is a late word from before the choice, and is dropped.
    """
    if view["model"] != st.session_state.get("chosen", view["model"]):
        return
    z = ",".join(f"{round(float(value), DIGITS) + 0.0:.12g}" for value in view["z"])
    _write({"model": view["model"], "map": view["map"], "z": z})


def parse_z(text: str | None, latent: int) -> list[float] | None:
    """Return the z that a URL gives as numbers with commas between, or None if it gives none for this model."""
    try:
        z = [float(part) for part in (text or "").split(",")]
    except ValueError:
        return None
    return z if len(z) == latent and all(map(math.isfinite, z)) else None


def _write(params: dict[str, str | None]) -> None:
    st.query_params.from_dict({key: value for key, value in params.items() if value is not None})
