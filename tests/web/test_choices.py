"""What a person can choose comes back from a link as it went, and nonsense in a link is a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MODEL = {"latent": 2, "classes": 0}
ROUND = """async ([chosen, model]) => {
    const { readChoices, writeChoices, START } = await import("/web/choices.js");
    const link = writeChoices({ ...START, ...chosen });
    return { link, ...readChoices(link, model), start: START };
}"""
CHOSEN: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {}),
    ({"colour": "factor:hue"}, {"colour": "factor:hue"}),
    ({"hidden": [0, 12]}, {"hide": "0,12"}),
    ({"layers": ["manifold", "prior"]}, {"layers": "manifold,prior"}),
    ({"tab": "morph", "way": "spherical", "along": 0.25}, {"show": "morph", "way": "spherical", "along": "0.25"}),
    ({"ends": ["4", "g:loops"]}, {"ends": "4|g:loops"}),
    ({"pins": {"B": {"z": [1.5, -2], "label": None}}}, {"pins": "B:1.5,-2"}),
    ({"groups": [{"name": "loops left", "members": [0, 5, 6, 700]}]}, {"groups": "loops left:AEA1V"}),
    ({"between": ["4>9", "g:loops>0"], "apart": True}, {"between": "4>9|g:loops>0", "apart": "1"}),
    ({"view": [-1.25, 0, 3.5]}, {"view": "-1.25,0,3.5"}),
    ({"side": 20, "temperature": 0.5, "seed": 7, "draws": "mixture"},
     {"side": "20", "temperature": "0.5", "seed": "7", "draws": "mixture"}),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "link"), CHOSEN)
def test_a_choice_comes_back_as_it_went(web_page: Page, chosen: dict[str, Any], link: dict[str, str]) -> None:
    found = web_page.evaluate(ROUND, [chosen, MODEL])
    assert found["wrong"] == []
    assert found["choices"] == found["start"] | chosen
    assert {word: text for word, text in found["link"].items() if word != "groups"} == {
        word: text for word, text in link.items() if word != "groups"
    }


def test_every_choice_has_a_word_of_its_own(web_page: Page) -> None:
    words = web_page.evaluate(
        "import('/web/choices.js').then(({ CHOICES }) => Object.values(CHOICES).map((c) => c.word))"
    )
    assert len(set(words) | {"model", "map", "z", "class", "example"}) == len(words) + 5


@pytest.mark.parametrize(
    "link",
    [
        {"hide": "1,x"}, {"layers": "prior,moon"}, {"show": "nowhere"}, {"sample": "yes"}, {"side": "2"},
        {"side": "21"}, {"temperature": "-1"}, {"seed": ""}, {"pins": "E:1,2"}, {"pins": "A:1"}, {"pins": "A:1,2;3"},
        {"pins": "A"}, {"groups": "name"}, {"groups": ":AB"}, {"along": "1.5"}, {"along": "NaN"},
        {"side": "8.5"}, {"steps": "9.1"}, {"columns": "7.5"}, {"seed": "1.5"},
        {"groups": "x:______A"}, {"groups": "x:_______A"}, {"groups": f"x:{'g' * 300}A"}, {"lock": "2"},
        {"lock": "0,0"}, {"steer": "0,0"}, {"steer": "0,2"}, {"steer": "0"}, {"between": "4"}, {"between": "4>9|x>9"},
        {"view": "1,2"}, {"view": "1,2,0"}, {"view": "1,x,2"},
        {"ends": "A"}, {"ends": "A|B|C"}, {"ends": "A|E"},
    ],
)  # fmt: skip
def test_nonsense_in_a_link_is_said_and_the_usual_holds(web_page: Page, link: dict[str, str]) -> None:
    read = "async ([link, model]) => (await import('/web/choices.js')).readChoices(link, model)"
    found = web_page.evaluate(read, [link, MODEL])
    assert found["choices"] == web_page.evaluate("import('/web/choices.js').then(({ START }) => START)")
    (word,) = link
    assert len(found["wrong"]) == 1
    assert f"The link’s {word}" in found["wrong"][0]


def test_a_pin_of_a_conditional_model_needs_one_of_its_classes(web_page: Page) -> None:
    read = "async ([link, model]) => (await import('/web/choices.js')).readChoices(link, model).choices.pins"
    conditional = {"latent": 2, "classes": 3}
    found = web_page.evaluate(read, [{"pins": "A:1,2;2"}, conditional])
    assert found == {"A": {"z": [1, 2], "label": 2}}
    for words in ("A:1,2", "A:1,2;3"):
        assert web_page.evaluate(read, [{"pins": words}, conditional]) == {}


@pytest.mark.parametrize("n", [0, 1, 50, 3000])
def test_members_of_a_group_come_back(js: Callable, n: int) -> None:
    members = sorted(np.random.default_rng(n).choice(70_000, n, replace=False).tolist())
    words = js("choices.js", "writeMembers", members)
    assert js("choices.js", "readMembers", words) == members
    assert len(words) <= 4 * n, "a letter holds five bits of a gap"


@pytest.mark.parametrize("n", [300, 3_000, 9_000])
def test_a_large_group_still_fits_into_a_link(js: Callable, n: int) -> None:
    members = sorted(np.random.default_rng(n).choice(10_000, n, replace=False).tolist())
    words = js("choices.js", "writeMembers", members)
    assert js("choices.js", "readMembers", words) == members
    assert len(words) <= 1 + 10_000 / 6 + 1
    group = {"groups": [{"name": "many", "members": members}]}
    assert js("choices.js", "readChoices", {"groups": f"many:{words}"}, MODEL)["choices"]["groups"] == group["groups"]
