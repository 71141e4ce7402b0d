"""What the points are coloured by: the figures, and the colours they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(5)
N, D = 40, 3
MEAN = RNG.normal(size=(N, D)).astype(np.float32)
STD = RNG.uniform(0.1, 0.9, (N, D)).astype(np.float32)
FACTORS = np.stack([RNG.integers(0, 3, N) * 0.5, RNG.uniform(size=N)], axis=1).astype(np.float32)
ALL = """async ([mean, std, factors, n, d, stochastic]) => {
    const { coloursOf } = await import("/web/map/colours.js");
    const latents = { n, d, mean: Float32Array.from(mean), std: Float32Array.from(std), kl: new Float32Array(d),
        error: new Float32Array(n).fill(7), drift: null, labels: new Int32Array(n), labelNames: ["a"],
        factors: Float32Array.from(factors), factorNames: ["size", "hue"] };
    return coloursOf({ latents, model: { stochastic } }).map(({ key, title, kind, values, names }) =>
        ({ key, title, kind, values: Array.from(values()), names: names ?? null }));
}"""


def colours(page: Page, stochastic: bool = True) -> dict[str, Any]:
    given = [MEAN.ravel().tolist(), STD.ravel().tolist(), FACTORS.ravel().tolist(), N, D, stochastic]
    return {each["key"]: each for each in page.evaluate(ALL, given)}


def test_figures_of_pictures_are_what_their_names_say(web_page: Page) -> None:
    found = colours(web_page)
    kl = (0.5 * (MEAN**2 + STD**2 - 1) - np.log(STD)).sum(axis=1)  # Kingma & Welling 2014, appendix B
    assert found["kl"]["values"] == pytest.approx(kl.tolist(), abs=1e-4)
    assert found["sigma"]["values"] == pytest.approx(STD.mean(axis=1).tolist(), abs=1e-5)
    prior = -0.5 * (MEAN**2).sum(axis=1) - 0.5 * D * np.log(2 * np.pi)
    assert found["prior"]["values"] == pytest.approx(prior.tolist(), abs=1e-4)
    assert found["error"]["values"] == [7] * N
    assert found["z2"]["values"] == pytest.approx(MEAN[:, 1].tolist())
    assert found["z2"]["title"] == "z₂"
    assert "drift" not in found


def test_a_plain_autoencoder_has_no_figures_of_a_distribution(web_page: Page) -> None:
    assert not {"kl", "sigma", "prior"} & colours(web_page, stochastic=False).keys()


def test_a_factor_of_few_steps_is_classes_and_another_a_scale(web_page: Page) -> None:
    found = colours(web_page)
    assert found["factor:size"]["kind"] == "classes"
    assert found["factor:size"]["names"] == ["0", "0.5", "1"]
    assert found["factor:size"]["values"] == (FACTORS[:, 0] * 2).astype(int).tolist()
    assert found["factor:hue"]["kind"] == "scale"


# Machado, Oliveira & Fernandes 2009, table 1, severity 1: how linear sRGB looks to protan, deutan and tritan eyes.
EYES = [
    np.eye(3),
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
]
# Linear sRGB to OKLab, https://bottosson.github.io/posts/oklab
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_OKLAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def test_the_colours_of_classes_stay_apart_for_all_eyes_and_show_on_both_papers(js: Callable) -> None:
    hexes = [js("map/palette.js", "colourOf", label) for label in range(10)]
    values = np.array([js("map/palette.js", "rgb", each) for each in [*hexes, "#14161a"]]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    *lights, dark = linear @ [0.2126, 0.7152, 0.0722] + 0.05
    assert 1.05 / max(lights) >= 1.75
    assert min(lights) / dark >= 3
    for eye in EYES:
        seen = np.clip(linear[:10] @ np.transpose(eye), 0, 1)
        oklab = np.cbrt(seen @ np.transpose(TO_CONES)) @ np.transpose(TO_OKLAB)
        apart = np.linalg.norm(oklab[:, None] - oklab, axis=-1)
        assert apart[np.triu_indices(10, 1)].min() >= 0.1


def test_a_scale_grows_lighter_and_one_far_value_does_not_take_its_colours(js: Callable) -> None:
    steps = np.array([js("map/palette.js", "scaleAt", share) for share in np.linspace(-1, 2, 13)])
    light = steps @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) >= 0).all()
    assert light[-1] - light[0] > 100
    low, high = js("map/colours.js", "endsOf", np.append(np.linspace(0, 1, 1001), 1e6).astype(np.float32))
    assert [low, high] == pytest.approx([0.01, 0.99], abs=0.005)
    assert js("map/colours.js", "endsOf", np.ones(5, np.float32)) == [0.5, 1.5]


def test_hidden_classes_have_no_ink(js: Callable) -> None:
    values = np.array([0, 1, 2, 1, -1], np.int32)
    ink = js("map/colours.js", "inkOf", {"kind": "classes"}, values, 5, [1])["ink"]
    alpha = np.array(ink).reshape(5, 4)[:, 3]
    assert (alpha[[1, 3]] == 0).all()
    assert (alpha[[0, 2, 4]] > 100).all()
