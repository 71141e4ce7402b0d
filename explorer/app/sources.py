"""A data set on the page: some of its pictures, what is known of it, and the button that fetches it."""

from __future__ import annotations

import base64
from typing import Any

import streamlit as st

from explorer import catalog, choices, fetch, places
from explorer.app import controls, launch, previews
from explorer.app.controls import escaped
from explorer.catalog import Choice
from explorer.spec import MENUS
from explorer.tables import shape_text


def is_here(data: str, path: str = "") -> bool:
    """Tell whether a data set needs no download. path: of one's own pictures, which must be allowed."""
    knobs = {choices.PATH: path} if path else {}
    return bool(catalog.make(MENUS["data"], Choice(data, knobs)).here(places.data_dir()))


def to_fetch(data: str) -> str:
    """Return how much must be fetched of a data set that is not here."""
    about = fetch.size(data)
    return f"{about / 1e6:,.0f} MB to fetch" if about else "to fetch"


def is_coming(data: str) -> bool:
    """Tell whether a data set is being fetched."""
    now = launch.fetched(data)
    return now is not None and now.alive


def came(data: str) -> None:
    """Ask anew what could not be known before a data set was here."""
    if is_here(data):
        for what in ("data", "model", "time"):
            previews.forget(what)


def show(data: str, told: dict[str, Any] | None, here: bool) -> None:
    """Show pictures as the model will see them, and what is known of them; or how to get them."""
    told = told or {}
    if "pictures" in told:
        st.image(base64.b64decode(told["pictures"]), width="stretch", alt=f"Some pictures of {data}")
    elif here and "problem" not in told:
        st.html('<p class="pictures">…</p>')  # as high as they will be
    st.html(f'<p class="facts">{escaped(", ".join(_facts(data, told)))}</p>')
    if data == choices.OWN:
        _own(told, here)
    elif not here:
        _fetch(data)


def _own(told: dict[str, Any], here: bool) -> None:
    """Show what became of one's own pictures: their size before, and which were left out."""
    if not here:
        st.html('<p class="advice">Send some pictures, or choose some that are here: under “My own pictures”.</p>')
    if told.get("found"):
        seen, (_, height, width) = shape_text(tuple(told["shape"])), told["shape"]
        same = told["found"].endswith(f" {width}x{height} pixels")
        how = "them as they are" if same else f"the middle of each as {seen}"
        st.html(f'<p class="facts">{escaped(told["found"])}; the model sees {how}.</p>')
    if told.get("note"):
        st.html(f'<p class="advice">{escaped(told["note"])}</p>')
    if count := told.get("skipped_count", 0):
        with st.expander(f"{count:,} left out"):
            st.html("".join(f'<p class="facts">{escaped(each)}</p>' for each in told["skipped"]))


def _facts(data: str, told: dict[str, Any]) -> list[str]:
    made = catalog.make(MENUS["data"], Choice(data))
    licence = f"licence: {made.licence}"
    if "shape" in told:
        names = told["label_names"]
        classes = f"{len(names)} classes" if names else "no classes"
        return [f"{told['count']:,} pictures to learn from", shape_text(tuple(told["shape"])), classes, licence]
    return [
        f"{made.size} pictures" if made.size[0].isdigit() else "Your own pictures",
        *([shape_text(made.shape)] if made.shape else []),
        licence,
    ]


def _fetch(data: str) -> None:
    """Show the button that fetches a data set, and how far that has come."""
    now = launch.fetched(data)
    if now and now.alive:
        st.progress(now.share, controls.plain(f"Fetching {data}: {now.words}"))
        return
    if now:
        st.html(f'<p class="advice">{escaped(now.words)}</p>')
    about = fetch.size(data)
    if st.button(f"Fetch {data}" + (f" ({about / 1e6:,.0f} MB)" if about else "")):
        launch.get(data)
        st.rerun()
