"""The only owner of session state and of the URL: which model, and the words that lead to a view of it."""

from __future__ import annotations

import streamlit as st

from explorer import checkpoint, places

FIRST_CHOICE = "mnist-2d"  # what a newcomer meets, if it is there


def models() -> tuple[list[checkpoint.Checkpoint], list[str]]:
    """Return the models of this server, the user's own before the gallery, and what is wrong with damaged ones."""
    return checkpoint.listing(places.models_dir(), places.gallery_dir())


def chosen_model(names: list[str]) -> str:
    """Return the model that the URL asks for, else the first choice; also if the URL asks for one that is not there."""
    asked = st.query_params.get("model")
    if asked in names:
        return str(asked)
    return FIRST_CHOICE if FIRST_CHOICE in names else names[0]


def missing_model(names: list[str]) -> str | None:
    """Return the model that the URL asks for in vain, if it does."""
    asked = st.query_params.get("model")
    return None if asked in names else asked


def choose_model(name: str) -> None:
    """Go to another model, at its usual view."""
    st.query_params.from_dict({"model": name})


def link(model: str) -> dict[str, str]:
    """Return the words of the URL that lead to a view of `model`; what they mean is known to the live view alone.

    Empty if the URL is of another model. The live view ignores its own word when it hears it back, for its person may
    be further on by now; it follows when somebody else changed the URL: a link, or the browser's Back.
    """
    words = st.query_params.to_dict()
    return words if words.pop("model", model) == model else {}


def settled(link: dict[str, str]) -> None:
    """Write into the URL what the live view says when it has come to rest.

    A view of another model than the chosen one is a late word from before the choice, and is dropped.
    """
    if link["model"] == st.session_state.get("chosen", link["model"]):
        st.query_params.from_dict(link)
