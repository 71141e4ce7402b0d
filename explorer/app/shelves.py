"""The list of runs on its page: a row for each, drawn anew while the page is open, and what can be done with one."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer import checkpoint, own, pack, places, run, shelf, trash
from explorer.app import controls, launch, offered
from explorer.app.controls import escaped
from explorer.run import Run

BRANCH = "A new run that goes on from its last moment; the studio branches at any"
POLL = 2.0  # seconds between two looks at the runs
MOST = 30  # rows, until more are asked for
WORDS = {"waiting": "waits in line", "running": "trains", "slow": "trains slowly"}
PARTS = ("reconstruction", "regularization")  # of the loss
RUNS, EXPLORE = "views/train.py", "views/explore.py"


def show() -> None:
    """Show the runs, the latest first, and the bin below them."""
    shelf.empty(_folder())

    @st.fragment(run_every=POLL)
    def rows() -> None:
        runs, damaged = run.listing(_folder())
        runs.sort(key=lambda each: each.created, reverse=True)
        if not runs:
            st.html('<p class="facts">There is no run yet: begin one on the page Train.</p>')
        most = st.session_state.get("rows", MOST)
        for each in runs[:most]:
            _row(each)
        if len(runs) > most and st.button(f"Show all {len(runs)}", type="tertiary"):
            st.session_state["rows"] = len(runs)
            st.rerun(scope="fragment")
        for problem in damaged:
            st.html(f'<p class="advice">{escaped(problem)}</p>')

    rows()
    _bin()
    if name := st.session_state.get("managed"):
        _manage(name)


def _folder() -> Path:
    return places.runs_dir(places.models_dir())


def _row(each: Run) -> None:
    """Show where a run stands, and the ways to it."""
    now = each.status()
    report = shelf.last_report(each)
    total = sum(report[part] for part in PARTS) if set(PARTS) <= set(report) else None
    loss = "" if total is None else f"loss {total:,.1f} nats".replace("-", "−")
    spec = each.spec
    beta = f" {spec.objective.knobs['beta']:g}" if "beta" in spec.objective.knobs else ""
    what = f"{own.title(spec.data)}, {spec.objective.name}{beta}, {spec.latent} latent dimensions"
    parent = f", from {each.parent.replace('@', ' at step ')}" if each.parent else ""
    facts = f"{what}{parent}; {age(each.created)}; {_size(each.folder, now.step, now.state) / 1e6:,.1f} MB"
    word = WORDS.get(now.state, now.state) + (f" {now.done:.0%}" if now.alive and now.done else "")
    row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
    row.html(
        f'<div class="run" data-state="{now.state}" title="{escaped(now.words)}"><b>{escaped(each.name)}</b>'
        f"<i>{word}</i><span>{escaped(facts)}</span><em>{loss}</em></div>",
        width="stretch",
    )
    row.page_link(RUNS, label="Watch", query_params={"run": each.name})
    model = each.name if shelf.has_model(each) and not now.alive else getattr(offered.newest_of(each), "name", "")
    if model:
        row.page_link(EXPLORE, label="Explore", query_params={"model": model})
    if now.words and not now.alive:
        st.html(f'<p class="advice">{escaped(now.words)}</p>')
    if row.button("⋯", key=f"more-{each.name}", help=f"Rename, resume, branch, export or delete {each.name}"):
        st.session_state["managed"] = each.name
        st.rerun()


@lru_cache(maxsize=1000)
def _size(folder: Path, step: int, state: str) -> int:  # noqa: ARG001  (they keep the cache true)
    return shelf.size(folder)


def age(created: str) -> str:
    """Return how long ago a run began, as people say it."""
    try:
        seconds = (datetime.now(UTC) - datetime.fromisoformat(created)).total_seconds()
    except (ValueError, TypeError):  # edited by hand
        return "of an unknown time"
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' * (number > 1)} ago"
    return "just now"


def _leave() -> None:
    st.session_state.pop("managed", None)


@st.dialog("Run", on_dismiss=_leave)
def _manage(name: str) -> None:
    """Show what can be done with a run."""
    try:
        found = run.find(name, _folder())
    except (LookupError, ValueError) as error:
        st.error(controls.plain(str(error)))
        return
    now = found.status()
    st.markdown(
        f"**{controls.plain(name)}** {controls.plain(WORDS.get(now.state, now.state))}. {controls.plain(now.words)}"
    )
    if now.alive:
        stop, pause = st.columns(2)
        if stop.button("Stop, and keep the model so far", width="stretch"):
            _do(lambda: found.ask("stop"))
        if pause.button(*(("Go on",) if now.state == "paused" else ("Pause",)), width="stretch"):
            _do(lambda: found.ask("go on" if now.state == "paused" else "pause"))
        return
    resume, branch = st.columns(2)
    if resume.button("Resume", width="stretch", disabled=now.state == "done", help="Go on from where it ended"):
        _do(lambda: launch.resume(name), watch=name)
    if branch.button("Branch", width="stretch", disabled=now.state == "done", help=BRANCH):
        _do(lambda: launch.branch(name))
    _rename(found)
    _export(found)
    _delete(found)


def _do(what: Any, watch: str = "") -> None:
    """Do what was asked, and show the list again, or why not."""
    try:
        new = what()
    except (LookupError, ValueError, OSError) as error:
        st.error(controls.plain(str(error)))
        return
    _leave()
    if watch or isinstance(new, str):
        st.switch_page(RUNS, query_params={"run": watch or new})
    st.rerun()


def _rename(found: Run) -> None:
    field, button = st.columns([2, 1], vertical_alignment="bottom")
    name = field.text_input("Another name", found.name, max_chars=100)
    if button.button("Rename", width="stretch", disabled=name == found.name):
        _do(lambda: shelf.rename(found, name) and None)


def _export(found: Run) -> None:
    """Show the button that saves the model as a zip archive; packed when it is pressed."""
    if not shelf.has_model(found):
        st.caption("No model is kept yet, so there is nothing to export.")
        return
    st.download_button("Export the model (zip)", lambda: archive(found), f"{found.name}.zip", "application/zip",
                       on_click="ignore", width="stretch")  # fmt: skip


def archive(found: Run) -> bytes:
    """Return the model that a run made, packed."""
    with tempfile.TemporaryDirectory(prefix="explorer-") as scratch:
        target = Path(scratch) / f"{found.name}.zip"
        pack.archive(checkpoint.read(found.model_folder), target)
        return target.read_bytes()


def _delete(found: Run) -> None:
    also = st.toggle("its model too", value=True) if shelf.has_model(found) else False
    if st.button("Delete", width="stretch", help=f"It can be taken back for {trash.DAYS:g} days"):
        _do(lambda: shelf.throw(found, also) and None)


def _bin() -> None:
    """Show what was deleted, and can be taken back."""
    if not (thrown := shelf.thrown(_folder())):
        return
    with st.expander(f"Deleted ({len(thrown)})"):
        for each in thrown:
            said, back = st.columns([5, 1], vertical_alignment="center")
            said.html(f'<p class="facts">{escaped(each.name)}: gone for good in {trash.days_left(each)} days</p>')
            if back.button("Undo", key=f"back-{each.folder.name}", width="stretch"):
                _do(lambda each=each: shelf.take_back(_folder(), each.folder.name) and None)
