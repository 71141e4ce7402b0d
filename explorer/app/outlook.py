"""What is known of a training before it begins, and the button that begins it: shown as it becomes known."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from explorer import choices, flags
from explorer.app import controls, launch, pictures, previews, sources, state
from explorer.app.controls import escaped
from explorer.catalog import Value

POLL = 0.5  # seconds between two looks at what the preview knows by now
TIMED = {"epochs", "minutes", "seed"}  # what does not change the model
Runs = Sequence[Mapping[str, Value]]
Answer = dict[str, Any] | None  # None while it is not known


class Known(NamedTuple):
    """What the preview has answered so far."""

    menus: Answer
    data: Answer
    models: list[Answer]
    time: Answer

    @property
    def answers(self) -> list[Answer]:
        """All of it."""
        return [self.menus, self.data, *self.models, self.time]

    @property
    def words(self) -> list[str]:
        """What a person should hear, each sentence once."""
        told = [each for each in self.answers if each]
        found = [sentence for each in told for sentence in (each.get("problem"), *each.get("warnings", ()))]
        return [str(sentence) for sentence in dict.fromkeys(found) if sentence]

    @property
    def good(self) -> bool:
        """Whether all models can be built, as far as is known."""
        return not any(each and "problem" in each for each in self.models)


def meant(chosen: choices.Chosen) -> dict[str, Any]:
    """Return what is known of the model of the first run that is chosen: its Spec, and what its drawing needs."""
    here = sources.is_here(str(chosen["data"][0]), pictures.path(chosen))
    return (here and previews.ask("model", _model(choices.runs(chosen)[0]))) or {}


def show(chosen: choices.Chosen, problems: Sequence[str]) -> None:
    """Show what is known of what was chosen, beside the button that starts it."""
    runs = choices.runs(chosen)
    data = str(runs[0]["data"])
    here, fetching = sources.is_here(data, pictures.path(chosen)), sources.is_coming(data)
    waiting = fetching or None in _ask(runs, here).answers

    @st.fragment(run_every=POLL if waiting else None)
    def outlook() -> None:
        known = _ask(runs, here)
        _start(runs, known, may=here and not problems and known.good and known.menus is not None)
        sources.show(data, known.data, here)
        for sentence in (*problems, *known.words):
            st.html(f'<p class="advice">{escaped(sentence)}</p>')
        st.code("\n".join(shlex.join(["explorer", *choices.command(each)]) for each in runs), "sh", wrap_lines=True)
        if waiting and None not in known.answers and not sources.is_coming(data):
            sources.came(data) if fetching else None
            st.rerun()  # the whole page knows more now, and need not ask any more

    outlook()


def _ask(runs: Runs, here: bool) -> Known:
    """Ask the preview of pictures, networks and time; where there are no pictures, of none of them."""
    data, first = str(runs[0]["data"]), dict(runs[0])
    if not here:
        return Known(previews.ask("menus", {}), {}, [{} for _ in runs], {})
    own = {knob.name for knob in flags.entry_knobs("data", data)}
    pictures = {name: value for name, value in first.items() if name == "data" or name in own}
    models = [previews.ask("model", _model(each)) for each in runs]
    return Known(previews.ask("menus", {}), previews.ask("data", pictures), models, previews.ask("time", first))


def _model(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if name not in TIMED}


def _start(runs: Runs, known: Known, may: bool) -> None:
    """Show the button, and how large and how long what it starts will be."""
    button, said = st.columns([2, 3], vertical_alignment="center")
    words = "Start" if len(runs) == 1 else f"Start {len(runs)} runs"
    if button.button(words, type="primary", width="stretch", disabled=not may, key="start"):
        try:
            state.watch(launch.train(runs))
        except (ValueError, OSError) as error:
            st.error(controls.plain(str(error)))
        else:
            st.rerun()
    facts = ", ".join(filter(None, [_size(known), _time(known, len(runs))])) or "Its pictures are not here yet."
    said.html(f'<p class="outlook">{facts}</p>')


def _size(known: Known) -> str:
    """Return the number of weights, the smallest and the largest of several."""
    if None in known.models:
        return "building the network …"
    found = sorted({each["weights"] for each in known.models if each and "weights" in each})
    ends = dict.fromkeys([*found[:1], *found[-1:]])
    return " to ".join(f"{number:,}" for number in ends) + " weights" if found else ""


def _time(known: Known, runs: int) -> str:
    """Return how long it will take, from the few steps that were timed."""
    if known.time is None:
        return "timing a few steps …"
    if "seconds" not in known.time:
        return ""
    each, epochs = " each" if runs > 1 else "", known.time["epochs"]
    return f"about {duration(known.time['seconds'])}{each}: {epochs:,.{int(epochs < 10)}f} passes over the pictures"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
