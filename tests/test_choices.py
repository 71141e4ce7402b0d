"""What a person chooses: read from words of an address, written as a command that means the same."""

import subprocess
import sys

import pytest

from explorer import catalog, choices, flags
from explorer.__main__ import cli

TABLE = choices.table()


def read(**words):
    return choices.read({name: [word] if isinstance(word, str) else word for name, word in words.items()}, TABLE)


def test_words_become_values_of_the_knobs_types():
    chosen, problems = read(data="mnist", objective="beta", beta="2", latent="3", conditional="yes", minutes="0.5")
    assert problems == []
    assert choices.runs(chosen) == [
        {"data": "mnist", "objective": "beta", "beta": 2.0, "latent": 3, "conditional": True, "minutes": 0.5}
    ]


def test_one_choice_may_have_several_values_and_means_as_many_runs():
    chosen, problems = read(data="digits", latent=["2", "8", "2", "32"], epochs="3")
    assert problems == []
    assert choices.runs(chosen) == [{"data": "digits", "latent": latent, "epochs": 3} for latent in (2, 8, 32)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"data": "nowhere"}, "There is no data 'nowhere' here; choose one of: avatars"),
        ({"data": "folder", "path": "/etc"}, "No folder of the server may be read from a page"),
        ({"data": "folder", "path": "~"}, "No folder of the server may be read from a page"),
        ({"data": "folder", "path": ["/etc", "/tmp"]}, "on one data set: 2 of path"),
        ({"objective": "beta", "path": "/etc"}, "What is chosen here has no knob 'path'."),
        ({"data": "digits", "path": "/etc"}, "What is chosen here has no knob 'path'."),
        ({"data": "digits", "beta": "3"}, "What is chosen here has no knob 'beta'."),
        ({"objective": "beta", "beta": "-1"}, "beta must lie between 0 and 1000, not -1.0."),
        ({"latent": "two"}, "'two' is not a valid integer."),
        ({"latent": ["1", "2", "3", "4", "5"]}, "Up to 4 runs can be begun at once"),
        ({"data": ["digits", "mnist"]}, "on one data set"),
        (
            {"latent": ["1", "2"], "seed": ["1", "2"]},
            "Runs can differ in one choice only: here in latent",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_and_left_out(words, said):
    chosen, problems = read(**words)
    assert any(said in problem for problem in problems)
    assert sum(len(values) > 1 for values in chosen.values()) <= 1
    assert "path" not in chosen


def test_an_allowed_path_is_chosen_as_where_it_leads_and_checked_again_for_the_command(tmp_path, monkeypatch):
    (tmp_path / "cats").mkdir()
    monkeypatch.setenv("EXPLORER_PICTURES", str(tmp_path))
    chosen, problems = read(data="folder", path=f"{tmp_path}/cats/../cats", side="16")
    assert problems == []
    assert chosen["path"] == (str(tmp_path / "cats"),)
    (values,) = choices.runs(chosen)
    assert choices.command(values) == ["train", "folder", "--path", str(tmp_path / "cats"), "--side", "16"]
    monkeypatch.setenv("EXPLORER_PICTURES", str(tmp_path / "cats" / "white"))
    with pytest.raises(LookupError, match="A page may only read below"):
        choices.command(values)


def test_knobs_that_not_all_of_several_entries_have_are_none():
    names = {knob.name for knob in choices.knobs("objective", ("ae", "beta"), TABLE)}
    assert "beta" not in names
    assert "beta" in {knob.name for knob in choices.knobs("objective", ("beta",), TABLE)}


def test_the_command_is_one_that_the_command_line_reads_as_the_same(monkeypatch):
    chosen, _ = read(data="shapes", side="24", objective="beta", beta="0.25", conditional="yes", minutes="1")
    (values,) = choices.runs(chosen)
    given = {}
    monkeypatch.setattr("explorer.start.train", given.update)
    cli(choices.command(values), standalone_mode=False)
    assert {name: given[name] for name in values} == values


def test_every_entry_that_a_page_offers_has_its_knobs_in_the_table():
    for menu, kind in choices.MENUS.items():
        for name in choices.entries(menu):
            assert tuple(TABLE[f"{kind}/{name}"]) == catalog.knobs(catalog.entry(kind, name))


def test_words_of_values_are_read_as_these_values():
    chosen, _ = read(data="digits", rate=choices.words([0.0005]), conditional=choices.words([True]))
    assert chosen["rate"] == (0.0005,)
    assert chosen["conditional"] == (True,)


def test_it_needs_no_torch_where_the_knobs_are_told():
    code = "import sys; from explorer import choices, presets; assert not {'torch', 'sklearn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_flags_and_words_show_values_alike():
    assert choices.words([True, 2, 0.5, "vae"]) == [flags.shown(value) for value in (True, 2, 0.5, "vae")]
