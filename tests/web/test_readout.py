"""What a frame costs is written at the pace of an eye, and not of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("pace", [60, 75, 144])
def test_it_is_written_four_times_a_second_on_every_screen(web_page: Page, pace: int) -> None:
    written = web_page.evaluate(
        """async (pace) => {
        const { createReadout } = await import("/web/readout.js");
        const { createStore } = await import("/web/state.js");
        const [real, waiting] = [window.requestAnimationFrame, []];
        window.requestAnimationFrame = (call) => waiting.push(call);
        const store = createStore({ readout: false });
        const { element } = createReadout({ root: document.createElement("div"), store });
        store.set({ readout: true }, { by: "person" });
        const frames = (count) => { for (; count > 0; count--) waiting.shift()((1000 * frame++) / pace); };
        let frame = 1;
        frames(2 * pace); // a second and more, until what is written holds a whole one
        const watch = new MutationObserver(() => {});
        watch.observe(element, { childList: true });
        frames(2 * pace);
        window.requestAnimationFrame = real;
        return watch.takeRecords().length;
    }""",
        pace,
    )
    assert 7 <= written <= 8
