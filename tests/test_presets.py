"""The presets: each can be trained, here and where nothing was fetched."""

import pytest

from explorer import catalog, choices, flags, presets
from explorer.catalog import Choice
from explorer.spec import MENUS

TABLE = choices.table()


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda each: each.name)
@pytest.mark.parametrize("fetched", [True, False])
def test_a_preset_chooses_what_there_is(preset, fetched):
    chosen = presets.choices(preset, lambda data: fetched)
    words = {name: choices.words(values) for name, values in chosen.items()}
    read, problems = choices.read({"objective": [flags.USUAL.objective.name], **words}, TABLE)
    assert problems == []
    assert {name: read[name] for name in chosen} == chosen
    assert 1 <= len(choices.runs(read)) <= choices.MOST


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda each: each.name)
def test_without_the_network_a_preset_takes_what_needs_none(preset, tmp_path):
    (data,) = presets.choices(preset, lambda name: False)["data"]
    assert catalog.make(MENUS["data"], Choice(data)).here(tmp_path)


def test_names_tell_presets_apart():
    assert len({each.name for each in presets.PRESETS}) == len(presets.PRESETS) == 6
    assert all(each.sentence.endswith(".") for each in presets.PRESETS)


def test_two_of_them_compare_runs_of_one_seed():
    several = [len(choices.runs(presets.choices(each, lambda name: True))) for each in presets.PRESETS]
    assert several == [1, 1, 1, 1, 3, 3]
