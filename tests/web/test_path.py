"""The way of a morph on the map: how near data lie to it is said of the model that is open, once it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_another_model_with_the_same_pins_has_a_nearness_of_its_own(web_page: Page) -> None:
    found = web_page.evaluate("""async () => {
        const { createPath } = await import("/web/map/path.js");
        let distance = 1;
        const lane = {
            spacing: async () => ({ means: [1], samples: [2] }),
            near: async () => ({ indices: [0], distances: [distance] }),
        };
        let [told, known] = [Promise.resolve(), null];
        const expect = () => (told = new Promise((tell) => (known = tell)));
        const path = createPath(lane, () => known());
        const model = { stochastic: false };
        const pins = { A: { z: [0, 0] }, B: { z: [1, 0] } };
        const state = { tab: "morph", way: "straight", ends: ["A", "B"], pins, groups: [], model };
        const seen = [];
        const look = () => seen.push([...new Set(path.places().map(({ rank }) => rank))]);
        for (const latents of [{ n: 9 }, { n: 10 }]) {
            expect();
            path.follow({ ...state, latents }, {});
            look();
            await told;
            look();
            distance = 4;
        }
        return seen;
    }""")
    assert found == [[None], [0], [None], [2]]
