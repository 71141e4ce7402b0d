"""Runs as a page shows them: what their trainers say until there is something to see, then the studio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer import places, run
from explorer.app import controls, launch, offered, state, watch

POLL = 0.4  # seconds between two looks at a run that begins
MOST = 4  # runs beside each other


def show(names: Sequence[str]) -> None:
    """Show the studio of runs; of one that is not there yet, what its trainer says; or why it ended."""
    if model := st.session_state.pop("go", ""):
        st.switch_page("views/explore.py", query_params={"model": model})
    names = names[:MOST]
    _head()
    if all(_is_there(name) for name in names):
        watch.show(names, lambda act, values: _act(names[0], act, values))
        return

    @st.fragment(run_every=POLL)
    def beginning() -> None:
        lost = [name for name in names if not _is_there(name) and not launch.is_starting(name)]
        if not lost and all(_is_there(name) for name in names):
            st.rerun()
        for name in names:
            _say(name, name in lost)

    beginning()


def _is_there(name: str) -> bool:
    try:
        run.find(name, places.runs_dir(places.models_dir()))
    except LookupError:
        return False
    except ValueError:
        return True  # damaged: the studio says how
    return True


def _head() -> None:
    """Show what can be done here, and the way back. The studio says which runs these are."""
    title, back = controls.head().columns([4, 1], vertical_alignment="center")
    title.html(controls.heading("train", "It goes on when this page is closed; who has the link watches it too."))
    if back.button("Set up another", type="tertiary", icon=":material/add:", width="stretch"):
        state.want_only({})
        st.rerun()


def _say(name: str, lost: bool) -> None:
    """Show what the trainer of a run says that has no folder yet, or its last words."""
    said = launch.last_words(name)
    if _is_there(name):
        st.html(f'<p class="outlook">{controls.escaped(name)} begins.</p>')
    elif not lost:
        words = said[-1] if said else "A process begins: it loads what it needs and reads the pictures …"
        st.html(f'<p class="outlook beginning"><i></i>{controls.escaped(name)}: {controls.escaped(words)}</p>')
    elif said:
        st.error(controls.plain(f"{name} ended before it began. Its last words: {' '.join(said)}"))
    else:
        st.error(controls.plain(f"There is no run {name!r} here: it was renamed or deleted, or the link is wrong."))


def _act(name: str, act: str, values: dict[str, Any]) -> None:
    """Do what a person asks of the host in the studio. It is called before the page is drawn again."""
    step = values.get("step")
    try:
        if act == "explore":
            st.session_state["go"] = f"{name}{offered.AT}{step}" if isinstance(step, int) else name
        elif act == "resume":
            launch.resume(name)
        elif act == "branch":
            state.watch([launch.branch(run.find(name, places.runs_dir(places.models_dir())).name, step)])
    except (LookupError, ValueError, OSError) as error:
        st.toast(controls.plain(str(error)), icon=":material/error:", duration="long")
