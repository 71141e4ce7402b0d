"""Numbers in the words of the view: their minus, their digits, and what a person may type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("written", [-1.005], "−1.00"),
        ("written", [0.1234, 3], "0.123"),
        ("written", [-0.004], "0.00"),
        ("short", [-1234.5], "−1230"),
        ("short", [0.5], "0.5"),
        ("signed", [1.5], "+1.5"),
        ("signed", [-0.333], "−0.33"),
        ("signed", [-0.001], "0"),
        ("percent", [0.256], "26 %"),
        ("percent", [0.0123, 1], "1.2 %"),
        ("counted", [70_000], "70,000"),
    ],
)
def test_a_number_in_words(js: Callable, name: str, given: list[float], words: str) -> None:
    assert js("ui/words.js", name, *given) == words


@pytest.mark.parametrize(
    ("text", "number"), [(" −0.5 ", -0.5), ("–2", -2), ("1,25", 1.25), ("1e3", 1000), ("", None), ("two", None)]
)
def test_a_number_that_a_person_typed(js: Callable, text: str, number: Any) -> None:
    assert js("ui/words.js", "numberIn", text) == number
