"""What a button is called: by its words, or where its face has none by its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MAKE = """async (face) => {
    const [{ button }, { icon }] = [await import("/web/ui/button.js"), await import("/web/ui/icons.js")];
    window.presses = 0;
    const made = button(face ?? icon("save"), "Do it", () => (presses += 1));
    made.click();
    return [made.getAttribute("aria-label"), made.title, presses, made.querySelectorAll("svg.sign path").length];
}"""


@pytest.mark.parametrize(("face", "name", "signs"), [("A", None, 0), ("×", "Do it", 0), (None, "Do it", 1)])
def test_a_button_without_words_is_called_what_its_title_says(
    web_page: Page, face: str | None, name: str | None, signs: int
) -> None:
    assert web_page.evaluate(MAKE, face) == [name, "Do it", 1, signs]
