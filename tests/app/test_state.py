"""The URL as the one place of a person's choices."""

import pytest

from explorer.app import state


class Params(dict):
    """Stands for Streamlit's query parameters."""

    to_dict = dict.copy

    def from_dict(self, words):
        self.clear()
        self.update(words)


@pytest.fixture
def url(monkeypatch):
    params = Params()
    monkeypatch.setattr(state.st, "query_params", params)
    monkeypatch.setattr(state.st, "session_state", {})
    return params


def test_the_first_choice_and_its_stand_in(url):
    assert state.chosen_model(["digits-2d", "mnist-2d"]) == "mnist-2d"
    assert state.chosen_model(["mine", "yours"]) == "mine"
    assert state.missing_model(["mine"]) is None


def test_the_link_decides_unless_it_asks_for_what_is_not_there(url):
    url["model"] = "mine"
    assert state.chosen_model(["mine", "mnist-2d"]) == "mine"
    assert state.missing_model(["mine", "mnist-2d"]) is None
    assert state.chosen_model(["yours", "mnist-2d"]) == "mnist-2d"
    assert state.missing_model(["yours", "mnist-2d"]) == "mine"


def test_the_words_of_a_link_go_to_the_view_of_their_model_as_they_are(url):
    url.update({"map": "pca", "z": "1,x", "class": "7"})
    assert state.link("mine") == {"map": "pca", "z": "1,x", "class": "7"}
    url["model"] = "mine"
    assert state.link("mine") == {"map": "pca", "z": "1,x", "class": "7"}
    assert state.link("other") == {}


def test_what_the_view_says_replaces_the_url(url):
    url.update({"model": "new", "class": "3"})
    state.settled({"model": "new", "map": "pca", "z": "1"})
    assert url == {"model": "new", "map": "pca", "z": "1"}


def test_a_late_word_of_another_model_does_not_undo_the_choice(url):
    url["model"] = "new"
    state.st.session_state["chosen"] = "new"
    state.settled({"model": "old", "map": "pca", "z": "1"})
    assert url == {"model": "new"}
    state.settled({"model": "new", "map": "pca", "z": "1"})
    assert url == {"model": "new", "map": "pca", "z": "1"}
