"""Wishes: none is lost, each is heard once, and what is none is not obeyed."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as some

from explorer import wishes
from explorer.wishes import Wish
from tests.test_run import QUIET, settings
from tests.test_status import JSON


def test_wishes_are_heard_once_and_in_their_order(tmp_path):
    asked = [Wish("pause"), Wish("step"), Wish("slow", {"seconds": 4}), Wish("change", {"beta": 2.5}), Wish("stop")]
    assert wishes.heard(tmp_path / "wishes") == []
    for wish in asked:
        wishes.ask(tmp_path / "wishes", wish)
    assert wishes.heard(tmp_path / "wishes") == asked
    assert wishes.heard(tmp_path / "wishes") == []


def test_of_many_who_ask_at_once_everybody_is_heard(tmp_path):
    def ask(number):
        for each in range(20):
            wishes.ask(tmp_path, Wish("change", {"beta": float(100 * number + each)}))

    people = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for each in people:
        each.start()
    heard = []
    while any(each.is_alive() for each in people) or list(tmp_path.iterdir()):
        heard += wishes.heard(tmp_path)
    values = [wish.values["beta"] for wish in heard]
    assert sorted(values) == [100 * number + each for number in range(4) for each in range(20)]
    assert [value for value in values if value < 100] == list(range(20)), "one person's wishes keep their order"


@pytest.mark.parametrize(
    ("do", "values", "sentence"),
    [
        ("fly", {}, "can be asked to pause, go on, stop, step, slow, change, not 'fly'"),
        ("pause", {"seconds": 3}, "To pause needs nothing more, not seconds"),
        ("slow", {}, "needs the seconds of a step, from 0.5 to 60"),
        ("slow", {"seconds": 0.1}, "from 0.5 to 60"),
        ("slow", {"seconds": float("nan")}, "from 0.5 to 60"),
        ("slow", {"seconds": float("inf")}, "from 0.5 to 60"),
        ("slow", {"seconds": 10**400}, "from 0.5 to 60"),
        ("slow", {"seconds": "3"}, "from 0.5 to 60"),
        ("change", {}, "at least one knob"),
    ],
)
def test_what_is_no_wish_is_refused_with_a_sentence(do, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        Wish(do, values)


@settings(**QUIET, max_examples=60)
@given(noise=some.binary() | JSON.map(lambda found: json.dumps(found).encode()))
def test_a_file_of_any_bytes_is_no_wish_and_is_taken_away(tmp_path, noise):
    (tmp_path / "1-1.json").write_bytes(noise)
    wishes.ask(tmp_path, Wish("stop"))
    assert wishes.heard(tmp_path) == [Wish("stop")]
    assert list(tmp_path.iterdir()) == []
