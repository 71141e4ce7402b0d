"""What tells several runs apart: colours for every kind of eye, and shapes for who sees none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.web.test_colours import EYES, TO_CONES, TO_OKLAB

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SHOW = """async (scheme) => {
    const { createSign, lineOf, SIGNS } = await import("/web/studio/sign.js");
    const sheet = document.createElement("div");
    sheet.className = "explorer compare-room";
    sheet.style.setProperty("--scheme", scheme);
    document.body.append(sheet);
    await dressed(sheet);
    const signs = SIGNS.map((shape, i) => createSign(lineOf(i), shape));
    sheet.append(...signs);
    const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    const shown = (colour) => {
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        return Array.from(brush.getImageData(0, 0, 1, 1).data).slice(0, 3);
    };
    const colours = signs.map((sign) => shown(getComputedStyle(sign).fill));
    const paper = shown(getComputedStyle(sheet).backgroundColor);
    sheet.remove();
    return { colours, paper, shapes: SIGNS };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_runs_are_told_apart_by_all_eyes_on_both_papers(web_page: Page, scheme: str) -> None:
    found = web_page.evaluate(SHOW, scheme)
    assert len(set(found["shapes"])) == 4
    values = np.array([*found["colours"], found["paper"]]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    *lights, paper = linear @ [0.2126, 0.7152, 0.0722] + 0.05
    assert min(max(light, paper) / min(light, paper) for light in lights) >= 3
    for eye in EYES:
        seen = np.clip(linear[:-1] @ np.transpose(eye), 0, 1)
        oklab = np.cbrt(seen @ np.transpose(TO_CONES)) @ np.transpose(TO_OKLAB)
        apart = np.linalg.norm(oklab[:, None] - oklab, axis=-1)
        assert apart[np.triu_indices(len(oklab), 1)].min() >= 0.1
