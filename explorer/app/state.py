"""The only owner of session state and of the URL: which model and view of it, which runs, what is to be trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

FIRST_CHOICE = "mnist-2d"  # what a newcomer meets, if it is there


def asked_model() -> str | None:
    """Return the model that the URL asks for, if it does."""
    return st.query_params.get("model")


def chosen_model(names: list[str]) -> str:
    """Return the model that the URL asks for, else the first choice; also if the URL asks for one that is not there."""
    asked = asked_model()
    if asked in names:
        return str(asked)
    return FIRST_CHOICE if FIRST_CHOICE in names else names[0]


def missing_model(names: list[str]) -> str | None:
    """Return the model that the URL asks for in vain, if it does."""
    asked = asked_model()
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


def watched() -> list[str]:
    """Return the runs that the URL asks to watch."""
    return list(dict.fromkeys(st.query_params.get_all("run")))


def watch(names: Sequence[str]) -> None:
    """Go and watch runs."""
    st.query_params.from_dict({"run": list(names)})


def wanted() -> dict[str, list[str]]:
    """Return the words by which the URL chooses what to train."""
    return {name: st.query_params.get_all(name) for name in st.query_params if name not in ("run", "vary")}


def want(chosen: Mapping[str, Iterable[str]]) -> None:
    """Choose in the URL, in place of what stands there: of a choice without a word nothing is left."""
    now = wanted() | {name: list(words) for name, words in chosen.items()}
    vary = {"vary": [varied()]} if varied() else {}
    st.query_params.from_dict({name: words for name, words in (now | vary).items() if words})


def want_only(chosen: Mapping[str, Iterable[str]]) -> None:
    """Choose anew."""
    st.query_params.from_dict({name: list(words) for name, words in chosen.items()})


def varied() -> str:
    """Return the choice in which several runs are to differ; empty if one run is wanted."""
    return str(st.query_params.get("vary", ""))


def vary(name: str) -> None:
    """Choose in what several runs are to differ: every other choice keeps its first word."""
    first = {each: words[:1] for each, words in wanted().items()}
    st.query_params.from_dict(first | ({"vary": [name]} if name else {}))
