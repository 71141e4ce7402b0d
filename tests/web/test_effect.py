"""What a dimension does, in numbers: against numpy, and on the card of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import Site, TinyModel

pytestmark = pytest.mark.browser


def ratio(values: np.ndarray, labels: np.ndarray) -> float:
    """Return eta squared, as sums of squares."""
    values, labels = values[labels >= 0], labels[labels >= 0]
    within = sum(((values[labels == k] - values[labels == k].mean()) ** 2).sum() for k in np.unique(labels))
    return 1 - within / ((values - values.mean()) ** 2).sum()


def test_the_correlation_ratio_by_hand_and_by_numpy(js: Callable) -> None:
    assert js("latent/effect.js", "correlationRatio", [1, 1, 3, 3], [0, 0, 1, 1]) == 1
    assert js("latent/effect.js", "correlationRatio", [1, 3, 1, 3], [0, 0, 1, 1]) == 0
    assert js("latent/effect.js", "correlationRatio", [0, 2, 4, 6], [0, 0, 1, 1]) == pytest.approx(16 / 20)
    assert js("latent/effect.js", "correlationRatio", [1, 2], [0, 0]) is None
    rng = np.random.default_rng(0)
    labels = rng.integers(-1, 5, 200).astype(np.int32)
    values = rng.normal(size=200) + 0.4 * labels
    assert js("latent/effect.js", "correlationRatio", values, labels) == pytest.approx(ratio(values, labels))


def test_the_correlation_with_a_factor_is_numpys(js: Callable) -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(90, 3)).astype(np.float32)
    table[:, 2] = 4
    values = rng.normal(size=90) - 2 * table[:, 1]
    expected = np.corrcoef(values, table[:, 1])[0, 1]
    assert js("latent/effect.js", "correlation", values, table, 3, 1) == pytest.approx(expected)
    assert js("latent/effect.js", "correlation", values, table, 3, 2) is None


def test_the_effect_is_the_mean_difference(js: Callable) -> None:
    lower, upper = np.random.default_rng(2).random((2, 5, 3, 4, 6)).astype(np.float32)
    found = js("latent/effect.js", "effectOf", np.concatenate([lower, upper]), 5, 3)
    assert found["size"] == pytest.approx(np.abs(upper - lower).mean(), rel=1e-5)
    assert found["where"] == pytest.approx((upper - lower).mean(axis=(0, 1)).ravel(), abs=1e-6)


def test_examples_are_spread_over_the_data(js: Callable) -> None:
    some = js("latent/effect.js", "someOf", 10_000)
    assert len(set(some)) == 24
    assert set(np.diff(some)) <= {416, 417}
    assert js("latent/effect.js", "someOf", 3) == [0, 1, 2]


@pytest.fixture
def known(web_site: Site) -> TinyModel:
    """A model of whose pictures two factors are known; the first is its second dimension."""
    model = web_site.model("known", n=24)
    noise = np.random.default_rng(3).normal(size=24)
    factors = np.stack([model.tensors["mean"][:, 1], noise], axis=1).astype(np.float32)
    model.tensors["kl"][:] = [3, 0.5, 0.002]
    model.rewrite(model.tensors | {"factors": factors}, factor_names='["height", "hue"]')
    return model


def test_the_card_tells_of_a_dimension(web_page: Page, web_open: Callable, known: TinyModel) -> None:
    web_open(known.data())
    web_page.get_by_label("About z₂", exact=True).click()
    web_page.wait_for_function("root().querySelector('.dimension canvas')")
    mean, std = known.tensors["mean"].astype(float), known.tensors["std"].astype(float)
    sigma = np.sqrt(mean[:, 1].var() + (std[:, 1] ** 2).mean())
    by = 0.5 * sigma * np.eye(3)[1]
    change = np.stack([known.decode(z + by) - known.decode(z - by) for z in mean])
    card = web_page.locator(".dimension")
    said = card.inner_text()
    assert f"{np.abs(change).mean():.3f} mean change of a pixel" in said
    assert f"Strong: for each sigma it changes a pixel by about {100 * np.abs(change).mean():.0f} %" in said
    assert "0.50 nats: in use" in said
    assert f"{mean[:, 1].mean():.2f}".replace("-", "−") + f" ± {sigma:.2f}" in said
    assert f"{ratio(mean[:, 1], known.tensors['labels']):.2f} of its variance lies between the classes" in said
    assert "1.00 Pearson" in said
    rgba = np.array(
        card.locator("canvas").evaluate("(it) => Array.from(it.getContext('2d').getImageData(0, 0, 4, 4).data)")
    ).reshape(16, 4)
    where = change.mean(axis=(0, 1)).ravel()
    strong = np.abs(where) > 0.05
    assert ((rgba[:, 0] > rgba[:, 2]) == (where > 0))[strong].all(), "orange where it grows brighter, else blue"
    assert rgba[:, 3].argmax() == np.abs(where).argmax()
    web_page.keyboard.press("Escape")
    assert card.is_hidden()
    assert web_page.get_by_label("About z₂", exact=True).evaluate("(it) => it.matches(':focus')")


def test_the_card_says_why_a_dimension_is_not_used(web_page: Page, web_open: Callable, known: TinyModel) -> None:
    web_open(known.data())
    web_page.locator(".list summary").click()
    web_page.get_by_label("About z₃", exact=True).click()
    assert "0.00 nats: not used" in web_page.locator(".dimension").inner_text()
    web_page.locator(".plot").click()
    assert web_page.locator(".dimension").is_hidden()


def test_a_card_that_is_opened_again_knows_at_once(web_page: Page, web_open: Callable, known: TinyModel) -> None:
    web_open(known.data())
    for _ in range(2):
        web_page.get_by_label("About z₂", exact=True).click()
        web_page.wait_for_selector(".dimension canvas")
        web_page.keyboard.press("Escape")


def test_the_card_of_a_direction_is_of_the_direction_as_it_is_now(
    web_page: Page, web_open: Callable, known: TinyModel
) -> None:
    web_open(known.data() | {"link": {"bank": "between", "between": "0>1|0>2"}})
    sizes = []
    for _ in range(2):
        web_page.get_by_label("About from a to c", exact=True).click()
        web_page.wait_for_selector(".dimension canvas")
        sizes.append(web_page.locator(".dimension .fact").first.inner_text())
        web_page.keyboard.press("Escape")
        web_page.get_by_label("at right angles").check()
    assert "mean change of a pixel" in sizes[0]
    assert sizes[0] != sizes[1], "what the whole direction did was told of what is left of it"


def test_the_effect_in_plain_words(js: Callable) -> None:
    said = [js("sliders/facts.js", "wordsOf", size) for size in (0.043, 0.012, 0.0021, 0.0002)]
    assert [words.split(":")[0] for words in said] == ["Strong", "Moderate", "Weak", "Next to nothing"]
    assert "about 4 %" in said[0]
    assert "about 0.2 %" in said[2]
