"""The URL as the one place of a person's choices."""

import pytest

from explorer.app import state


@pytest.mark.parametrize(
    ("text", "latent", "z"),
    [
        ("0.5,-1", 2, [0.5, -1.0]),
        ("0", 1, [0.0]),
        ("0.5,-1", 3, None),
        ("0.5,nan", 2, None),
        ("0.5,inf", 2, None),
        ("1e999,0", 2, None),
        ("a,b", 2, None),
        ("", 1, None),
        (None, 2, None),
    ],
)
def test_z_from_a_link_is_numbers_for_this_model_or_nothing(text, latent, z):
    assert state.parse_z(text, latent) == z


def test_the_first_choice_and_its_stand_in(monkeypatch):
    monkeypatch.setattr(state.st, "query_params", {})
    assert state.chosen_model(["digits-2d", "mnist-2d"]) == "mnist-2d"
    assert state.chosen_model(["mine", "yours"]) == "mine"


def test_the_link_decides_unless_it_asks_for_what_is_not_there(monkeypatch):
    monkeypatch.setattr(state.st, "query_params", {"model": "mine"})
    assert state.chosen_model(["mine", "mnist-2d"]) == "mine"
    assert state.chosen_model(["yours", "mnist-2d"]) == "mnist-2d"


def test_a_late_word_of_another_model_does_not_undo_the_choice(monkeypatch):
    class Params(dict):
        from_dict = dict.update

    params = Params(model="new")
    monkeypatch.setattr(state.st, "query_params", params)
    monkeypatch.setattr(state.st, "session_state", {"chosen": "new"})
    state.settled({"model": "old", "map": "pca", "z": [1.0]})
    assert params == {"model": "new"}
    state.settled({"model": "new", "map": "pca", "z": [1.0]})
    assert params == {"model": "new", "map": "pca", "z": "1"}
