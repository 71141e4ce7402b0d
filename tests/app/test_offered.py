"""Moments of runs as something to explore."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import film, mould, run
from explorer.app import moments, offered
from tests.app.test_explore import live_data, open_page


@pytest.fixture
def quick(monkeypatch):
    """Moulds are not made."""
    monkeypatch.setattr(moments, "_make", lambda folder, it: None)


@pytest.fixture
def step(filmed_run):
    return film.steps(filmed_run.folder / run.FILM)[3]


def test_a_moment_is_opened_by_its_link_once_it_can_be_decoded(filmed_run, step, quick):
    page = open_page(model=f"mine@{step}")
    assert not page.exception
    assert not page.get("bidi_component")
    assert any("is being made" in each.proto.body for each in page.get("html"))
    mould.make(filmed_run.spec, mould.place(filmed_run.spec, filmed_run.folder.parent))
    model = live_data(open_page(model=f"mine@{step}"))["model"]
    look = film.read_look(film.moment_file(filmed_run.folder / run.FILM, step))
    assert model["name"] == f"mine@{step}"
    assert model["url"] == f"live/runs/mine/moments/{step}-{moments.version(filmed_run, step)}/"
    assert np.allclose(model["preview"]["z"], look.mean[0])
    assert (model["decoder"], model["stochastic"], model["note"]) == (True, True, "")


def test_only_runs_at_work_and_what_is_asked_for_are_in_the_menu(filmed_run, step, monkeypatch):
    def names(asked=None):
        return [each.name for each in offered.listing(asked)[0] if "@" in each.name]

    assert names() == []
    assert names(f"mine@{step}") == [f"mine@{step}"]
    for nonsense in ("mine@99999", "mine@", "mine@x", "../mine@3", "other@3"):
        assert names(nonsense) == []
    monkeypatch.setattr(run.Status, "alive", property(lambda self: True))
    assert names() == [f"mine@{film.steps(filmed_run.folder / run.FILM)[-1]}"]


def test_a_damaged_moment_opens_with_the_reason(filmed_run, step, quick, monkeypatch):
    film.moment_file(filmed_run.folder / run.FILM, step).write_bytes(b"nonsense")
    told = next(each for each in offered.listing(f"mine@{step}")[0] if "@" in each.name).told()
    assert told["decoder"] is False
    assert "damaged" in told["note"] or "safetensors" in told["note"]


def test_a_decoder_that_cannot_be_made_is_said_at_once(filmed_run, step, monkeypatch):
    def unmade(folder, it):
        raise ValueError("No decoder could be made for this run: the disk is full")

    monkeypatch.setattr(moments, "_make", unmade)
    model = live_data(open_page(model=f"mine@{step}"))["model"]
    assert (model["decoder"], model["note"]) == (False, "No decoder could be made for this run: the disk is full")
