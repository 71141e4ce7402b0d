"""The encoded pictures themselves: asked for once each, and not again where the server has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

ASK = """async (asked) => {
    const { createOriginals } = await import("/web/picture/originals.js");
    const model = { originals: new URL("/originals/", location).href, shape: [1, 1, 2] };
    const desk = { store: { state: { model } } };
    const answers = [];
    for (const indices of asked) answers.push(await createOriginals(desk).ask(indices));
    return answers.map((answer) => answer && Array.from(answer, (value) => 255 * value));
}"""


def test_each_picture_is_asked_for_once_whoever_wants_it(web_page: Page) -> None:
    asked = []

    def serve(route: Route) -> None:
        indices = [int(word) for word in route.request.url.rpartition("/")[2].split(",")]
        asked.append(indices)
        route.fulfill(body=bytes(value for index in indices for value in (index, index + 1)))

    web_page.route("**/originals/*", serve)
    answers = web_page.evaluate(ASK, [[3], [3, 7, 3]])
    web_page.unroute("**/originals/*")
    assert asked == [[3], [7]]
    assert answers[0] == pytest.approx([3, 4], abs=1e-4)
    assert answers[1] == pytest.approx([3, 4, 7, 8, 3, 4], abs=1e-4)


def test_a_server_that_has_none_is_asked_once(web_page: Page) -> None:
    asked = []
    web_page.route("**/originals/*", lambda route: asked.append(route.request.url) or route.fulfill(status=404))
    assert web_page.evaluate(ASK, [[3], [4], [3, 4]]) == [None, None, None]
    web_page.unroute("**/originals/*")
    assert len(asked) == 1


def test_a_server_that_is_in_trouble_is_asked_again(web_page: Page) -> None:
    answers = [{"status": 503}, {"status": 200, "body": bytes([3, 4])}]
    web_page.route("**/originals/*", lambda route: route.fulfill(**answers.pop(0)))
    assert web_page.evaluate(ASK, [[3], [3]]) == [None, pytest.approx([3, 4], abs=1e-4)]
    web_page.unroute("**/originals/*")
