"""The worker does a little at a time, so that whoever is urgent does not wait for whoever is long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("long", ["faith(xy)", "spacing(1000)"])
def test_a_long_question_lets_an_urgent_one_go_first(web_page: Page, long: str) -> None:
    answered = web_page.evaluate(
        """async (long) => {
        const [{ createBackground }, { seeded }] = await Promise.all(
            ["engine/background.js", "latent/random.js"].map((path) => import(`/web/${path}`)));
        const [n, d, random] = [20_000, 16, seeded(1)];
        const noise = (count) => Float32Array.from({ length: count }, random);
        const [mean, std, xy] = [noise(n * d), noise(n * d), noise(2 * n)];
        const background = createBackground((error) => { throw error; });
        const [urgent, patient] = [background.lane(0), background.lane(7)];
        const answered = [];
        await background.open({ latent: d }, null, { mean, std });
        new Function("lane", "xy", `return lane.${long}`)(patient, xy).then((found) => found && answered.push("long"));
        for (let i = 0; i < 3; i++) {
            const { indices } = await urgent.near(Array.from(mean.subarray(0, d)), 1);
            answered.push(indices[0]);
        }
        patient.drop();
        background.dispose();
        return answered;
    }""",
        long,
    )
    assert answered == [0, 0, 0]
