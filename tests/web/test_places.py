"""Places as a question to a lane: what is asked of it, with and without classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ASK = """async (places) => {
    const { decodePlaces } = await import("/web/engine/places.js");
    const decode = async (z, labels) => ({ z: Array.from(z), labels, whole: z instanceof Float32Array });
    return decodePlaces({ decode }, places);
}"""
EXAMPLE = """async ([label, known]) => {
    const { placeOfExample } = await import("/web/latent/latents.js");
    const latents = { meanOf: (index) => [index, 0.5], classOf: () => known };
    return placeOfExample({ latents, label }, 3);
}"""


@pytest.mark.parametrize(("told", "labels"), [([4, 0], [4, 0]), ([None, None], None)])
def test_places_are_decoded_with_their_classes_where_there_are_any(web_page: Page, told: list, labels: Any) -> None:
    asked = web_page.evaluate(ASK, [{"z": [i, -i], "label": label} for i, label in enumerate(told)])
    assert asked == {"z": [0, 0, 1, -1], "labels": labels, "whole": True}


@pytest.mark.parametrize(("label", "known", "told"), [(None, 2, None), (7, 2, 2), (7, None, 7)])
def test_an_example_is_told_its_class_or_else_that_of_now(web_page: Page, label: Any, known: Any, told: Any) -> None:
    assert web_page.evaluate(EXAMPLE, [label, known]) == {"z": [3, 0.5], "label": told}
