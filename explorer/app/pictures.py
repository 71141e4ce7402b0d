"""Your own pictures on the page: sent and kept as a set, chosen, deleted and taken back; or a folder of the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from explorer import allowed, catalog, choices, own, packing, places, trash
from explorer.app import controls, previews, sources, state
from explorer.app.controls import escaped
from explorer.catalog import Choice
from explorer.choices import Chosen
from explorer.datasets import _files
from explorer.spec import MENUS

NAMED = 8  # entries of an allowed folder, and labels of a set, that are named
TYPES = ["zip", *(suffix.removeprefix(".") for suffix in _files.SUFFIXES)]
LIMIT = packing.LARGEST // packing.MEGABYTE


def path(now: Chosen) -> str:
    """Return where the pictures lie that were chosen; empty if they are none of one's own."""
    return str(now.get(choices.PATH, ("",))[0])


def menu(now: Chosen, other: Mapping[str, list[str]]) -> None:
    """Show the data sets: those of the menu, those that were kept, and the way to more. other: what goes with it."""
    kept = [each.path for each in own.listing(_root())[0]]
    listed = [name for name in choices.entries("data") if name != choices.OWN]
    mine = [path(now)] if path(now) and path(now) not in kept else []
    st.session_state["menu-data"] = path(now) or now["data"][0]

    def change() -> None:
        chosen = st.session_state["menu-data"]
        is_path = chosen not in choices.entries("data")
        state.want({**other, "data": [choices.OWN if is_path else chosen], choices.PATH: [chosen] if is_path else []})

    st.selectbox(
        "Data set", [*listed, *kept, *mine, choices.OWN], key="menu-data", on_change=change, format_func=_title,
        help=controls.plain(catalog.summary(MENUS["data"], str(now["data"][0]))),
    )  # fmt: skip


def _title(option: str) -> str:
    if option == choices.OWN:
        return "My own pictures …"
    if option in choices.entries("data"):
        return option if sources.is_here(option) else f"{option}: {sources.to_fetch(option)}"
    return f"{own.title(Choice(choices.OWN, {choices.PATH: option}))} (own)"  # somebody may call them as a data set is


def show(now: Chosen) -> None:
    """Show how pictures get here, and which are here, while pictures of one's own are chosen."""
    if now["data"] != (choices.OWN,):
        return
    own.empty(_root())
    with st.expander("My own pictures", expanded=not path(now), key=f"own-{bool(path(now))}"):
        send, here = st.columns(2, gap="large")
        with send:
            _send()
        with here:
            _sets(path(now))
            _server()


def _root() -> Path:
    """Return the folder of data sets, links followed: as paths that may be named are."""
    return places.data_dir().resolve()


def _send() -> None:
    """Show what takes pictures, and keeps them."""
    turn = st.session_state.setdefault("sent", 0)  # another one has no files yet: the server lets go of those
    files = st.file_uploader(
        "One zip archive, or several pictures", TYPES, accept_multiple_files=True, key=f"send-{turn}",
        max_upload_size=LIMIT, help="Folders in the archive become labels. It stays packed on the server.",
    )  # fmt: skip
    first = files[0].name if files else ""
    called, button = st.columns([3, 1], vertical_alignment="bottom")
    usual = own.cleaned(Path(first).stem if packing.is_archive(first) else own.UNNAMED)
    name = called.text_input("Name", key=f"called-{turn}", placeholder=usual, max_chars=own.LONGEST)
    if button.button("Keep", key="keep", disabled=not files, width="stretch", type="primary"):
        with st.spinner("Looking at the pictures"):
            _do(lambda: _keep(name or usual, [(each.name, each) for each in files]))
    st.html(
        f'<p class="facts">Up to {LIMIT} MB and {packing.MOST:,} pictures ({", ".join(TYPES[1:])}). They are kept on '
        "the server, where everybody who opens this page can choose and delete them.</p>"
    )


def _keep(name: str, files: list[tuple[str, Any]]) -> None:
    kept = own.keep(_root(), name, files)
    st.session_state["sent"] += 1
    _choose(kept.path)


def _choose(place: str) -> None:
    """Choose pictures of one's own; what was known of the place before may not be true any more."""
    for what in ("data", "model", "time"):
        previews.forget(what)
    state.want({"data": [choices.OWN], choices.PATH: [place] if place else []})


def _do(what: Callable[[], object]) -> None:
    """Do what was asked, and show the page again, or why not."""
    try:
        what()
    except (LookupError, ValueError, OSError) as error:
        st.error(controls.plain(str(error)))
        return
    st.rerun()


def _sets(chosen: str) -> None:
    """Show the sets that were kept, and those that were deleted."""
    kept, damaged = own.listing(_root())
    if not kept:
        st.html('<p class="facts">No pictures are kept yet.</p>')
    for each in kept:
        row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
        row.html(f'<p class="facts"><b>{escaped(each.name)}</b> {escaped(facts(each))}</p>', width="stretch")
        if row.button("Use", key=f"use-{each.name}", disabled=each.path == chosen):
            _do(lambda each=each: _choose(each.path))  # type: ignore[misc]
        if row.button("Delete", key=f"delete-{each.name}", help=f"It can be taken back for {trash.DAYS:g} days"):
            _do(lambda each=each: _throw(each, chosen))  # type: ignore[misc]
    for problem in damaged:
        st.html(f'<p class="advice">{escaped(problem)}</p>')
    for bin_ in own.thrown(_root()):
        row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
        said = f"{escaped(bin_.name)} is deleted, and gone in {trash.days_left(bin_)} days"
        row.html(f'<p class="facts">{said}</p>', width="stretch")
        if row.button("Undo", key=f"back-{bin_.folder.name}"):
            _do(lambda bin_=bin_: own.take_back(_root(), bin_.folder.name))  # type: ignore[misc]


def facts(kept: own.Kept) -> str:
    """Return what is known of a set."""
    more = f" and {len(kept.labels) - NAMED} more" if len(kept.labels) > NAMED else ""
    names = f"; {', '.join(kept.labels[:NAMED])}{more}" if kept.labels else ""
    return f"{kept.count:,} pictures, {max(kept.size, 1e4) / 1e6:,.2f} MB{names}"


def _throw(kept: own.Kept, chosen: str) -> None:
    own.throw(kept)
    if kept.path == chosen:
        _choose("")


def _server() -> None:
    """Show the field for a folder of the server, or how its owner allows one."""
    folders = places.picture_dirs()

    def look() -> None:
        try:
            place = allowed.checked(st.session_state["server"])
            if not Path(place).exists():
                raise LookupError(f"There is nothing at {place}.")
            _choose(place)
        except LookupError as error:
            st.session_state["refused"] = str(error)

    st.text_input("A folder or zip archive on the server", key="server", on_change=look, disabled=not folders,
                  placeholder=str(folders[0]) if folders else "")  # fmt: skip
    if refused := st.session_state.pop("refused", ""):
        st.error(controls.plain(refused))
    said = f"In {_listed(folders[0])}" if folders else f"None is allowed: {allowed.HOW}."
    st.html(f'<p class="facts">{escaped(said)}</p>')


def _listed(folder: Path) -> str:
    """Return an allowed folder with some of what can be named in it."""
    found: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        usable = (each for each in entries if each.is_dir() or packing.is_archive(each.name))
        found = sorted(each.name for each in usable if not each.name.startswith("."))
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"{folder}: {', '.join(map(_files.readable, found[:NAMED])) or 'only pictures'}{more}."
