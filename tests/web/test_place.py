"""Where z lies among the prior and the data: the numbers of the badge against scipy and numpy, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import chi2

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import TinyModel

pytestmark = pytest.mark.browser


def spacing(page: Page, mean: np.ndarray, std: np.ndarray, *asked: int) -> dict[str, list[float]]:
    return page.evaluate(
        """async ([mean, std, d, asked]) => {
        const { createNeighbours } = await import("/web/latent/neighbours.js");
        const neighbours = createNeighbours(Float32Array.from(mean), d, Float32Array.from(std));
        const { means, samples } = neighbours.spacing(...asked);
        return { means: Array.from(means), samples: Array.from(samples) };
    }""",
        [mean.ravel().tolist(), std.ravel().tolist(), mean.shape[1], asked],
    )


def nearest_other(mean: np.ndarray) -> np.ndarray:
    apart = np.linalg.norm(mean[:, None] - mean[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def open_badge(page: Page, word: str) -> str:
    """Wait for a word on the badge, open it, and read its figures once the round trip is known."""
    page.wait_for_function("(word) => root().querySelector('.badge').textContent === word", arg=word)
    page.locator(".place summary").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("root().querySelector('.place').textContent.includes('encoded again')")
    return page.locator(".place dl").inner_text()


@pytest.mark.parametrize("d", [1, 2, 3, 10, 64, 257])
def test_the_share_of_the_prior_is_chi_squared(js: Callable, d: int) -> None:
    for square in [0.0, 1e-3, *np.linspace(0.1, 2.5, 9) * d, 3 * d + 60]:
        z = np.full(d, np.sqrt(square / d))
        assert js("latent/place.js", "priorShare", z) == pytest.approx(chi2.cdf(z @ z, d), abs=1e-9)


def test_a_share_counts_what_is_smaller(js: Callable) -> None:
    numbers = np.sort(np.random.default_rng(0).integers(0, 9, 40).astype(np.float32))
    for value in [-1, 0, 3, 3.5, 8, 9]:
        assert js("latent/place.js", "shareBelow", numbers, value) == np.mean(numbers < value)
    assert js("latent/place.js", "shareBelow", np.zeros(0, np.float32), 1) == 0


@pytest.mark.parametrize(
    ("means", "samples", "prior", "rank"),
    [
        (0.0, 0.0, 0.99999, 0),  # on an example, wherever the prior would have it
        (0.94, 0.2, None, 0),
        (1.0, 0.94, 0.5, 0),  # far for a mean, usual for a sample
        (1.0, 0.94, 0.9995, 1),  # ... but the prior does not expect it
        (1.0, 0.94, 0.99995, 2),
        (0.97, 0.96, 0.5, 1),
        (0.97, 1.0, 0.5, 1),
        (1.0, 0.995, None, 2),
    ],
)
def test_the_words_follow_the_shares(
    js: Callable, means: float, samples: float, prior: float | None, rank: int
) -> None:
    assert js("latent/place.js", "rankOf", {"means": means, "samples": samples, "prior": prior}) == rank


def test_the_spacing_of_means_and_of_samples(web_page: Page) -> None:
    mean = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    still = spacing(web_page, mean, 0 * mean, 50)
    assert still["means"] == pytest.approx(nearest_other(mean), rel=1e-5)
    assert still["samples"] == still["means"], "a sample of no sigma is the mean"
    wide = spacing(web_page, mean, 0 * mean + 50, 50)
    assert wide["means"] == still["means"]
    assert np.median(wide["samples"]) == pytest.approx(50 * np.sqrt(4), rel=0.25)
    assert spacing(web_page, mean, 0 * mean + 50, 50) == wide, "the word for a place would change by chance"
    parts = [spacing(web_page, mean, 0 * mean + 50, 50, at, at + 20) for at in (0, 20, 40)]
    assert [value for part in parts for value in part["samples"]] == wide["samples"]
    assert spacing(web_page, mean[:1], mean[:1], 50) == {"means": [], "samples": []}, "a single example has no other"


def test_the_badge_at_an_example(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    mean = tiny.tensors["mean"]
    web_open(tiny.data(z=[float(value) for value in mean[5]]))
    words = open_badge(web_page, "among the data")
    assert f"{round(100 * chi2.cdf(float(mean[5] @ mean[5]), 3))} % of the draws from N(0, I) lie nearer to 0" in words
    assert "0.00 away" in words
    drift = np.linalg.norm(tiny.encode(tiny.decode(mean[5])[None])[0] - mean[5])
    assert f"comes back {drift:.2f} away" in words


def test_the_badge_of_a_plain_autoencoder_speaks_of_no_samples(
    web_page: Page, web_open: Callable, tiny: TinyModel
) -> None:
    web_open(tiny.data(stochastic=False))
    words = open_badge(web_page, "among the data")
    assert "q(z|x)" not in words + web_page.locator(".place .fine").inner_text()


def test_the_badge_far_out_counts_against_the_data(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    z = [0.0, 4.5, 4.5]
    web_open(tiny.data(z=z))
    words = open_badge(web_page, "no data here: the decoder is guessing")
    distance = np.linalg.norm(tiny.tensors["mean"] - z, axis=1).min()
    assert f"{distance:.2f} away: more than 99.9 % of the examples lie nearer" in words
    assert "more than 99.9 % of the draws from N(0, I) lie nearer to 0" in words
    assert "Explain" in web_page.locator(".place summary").get_attribute("aria-label")
    web_page.keyboard.press("Escape")
    assert web_page.locator(".place dl").is_hidden()


def test_the_badge_follows_a_drag_before_it_ends(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(z=[float(value) for value in tiny.tensors["mean"][5]]))
    web_page.wait_for_function("root().querySelector('.badge').textContent === 'among the data'")
    box = web_page.locator(".pixels").bounding_box()
    web_page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 20)
    web_page.mouse.down()
    web_page.mouse.move(box["x"] + 20 + 2 * box["width"], box["y"] - 2 * box["height"], steps=10)
    web_page.wait_for_function("root().querySelector('.badge').textContent.startsWith('no data here')")


def test_a_plain_autoencoder_has_no_prior(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    web_open(tiny.data(stochastic=False))
    assert "A plain autoencoder has none" in open_badge(web_page, "among the data")


def test_what_can_never_be_known_is_not_waited_for(web_page: Page, web_open: Callable, tiny: TinyModel) -> None:
    (tiny.folder / "latents.safetensors").write_bytes(b"broken")
    web_page.evaluate("(data) => show(data)", tiny.data(decoder=False))
    web_page.wait_for_function("root().querySelector('.badge').textContent.startsWith('place not known')")
    web_page.wait_for_function("!root().style.visibility")
    web_page.locator(".place summary").focus()
    web_page.keyboard.press("Enter")
    web_page.wait_for_function("root().querySelector('.place dl').textContent.includes('again here')")
    words = web_page.locator(".place dl").inner_text()
    assert "could not be read, so nobody knows which lies near" in words
    assert "cannot be decoded and encoded again here" in words
