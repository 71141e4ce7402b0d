"""The bookkeeping, against examples worked by hand: 2 x 2 pixels in 3 colours, 4 dimensions, batches of 5."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from tests.web import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SIZES = {"shape": [3, 2, 2], "latent": 4, "batch": 5}
REPORT = {"step": 10, "reconstruction": -24.0, "kl": 6.0, "regularization": 6.0}


def spec(objective: str = "vae", **knobs: float) -> dict[str, Any]:
    whole = {"objective": {"name": objective, "knobs": {"free_bits": 0.0} | knobs}, "training": {"batch": 5}}
    return whole | {key: SIZES[key] for key in ("shape", "latent")}


def test_each_scaling_by_hand(js: Callable) -> None:
    """12 values, 4 dimensions, 5 pictures: 12, 12 x 5, 12 / 4 and 1 / 4."""
    found = {each["name"]: each for each in js("studio/accounts.js", "scalingsOf", SIZES)}
    assert {name: each["weighs"] for name, each in found.items()} == {
        "sums": 1, "pixels": 12, "batch": 60, "means": 3, "dimensions": 0.25,
    }  # fmt: skip
    assert {name: -24 * each["a"] for name, each in found.items()} == {
        "sums": -24, "pixels": -2, "batch": -2, "means": -2, "dimensions": -24,
    }  # fmt: skip
    assert {name: 6 * each["b"] for name, each in found.items()} == {
        "sums": 6, "pixels": 6, "batch": 30, "means": 1.5, "dimensions": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["sums", "pixels", "batch", "means", "dimensions"])
def test_the_minimum_is_that_of_the_effective_beta(js: Callable, name: str) -> None:
    """With R = r s^2 / 2 and K = k (s^2 - 1) / 2 - log s, d(a R + b w K)/ds = 0 at s^2 = b w / (a r + b w k)."""
    scaling = next(each for each in js("studio/accounts.js", "scalingsOf", SIZES) if each["name"] == name)
    weight, r, k = 1.5, 40.0, 1.0
    lowest = scaling["b"] * weight / (scaling["a"] * r + scaling["b"] * weight * k)
    beta = weight * scaling["weighs"]
    assert lowest == pytest.approx(beta / (r + beta * k))


def test_without_a_batch_nothing_is_said_of_it(js: Callable) -> None:
    assert "batch" not in [each["name"] for each in js("studio/accounts.js", "scalingsOf", SIZES | {"batch": 0})]


@pytest.mark.parametrize(
    ("objective", "report", "weight"),
    [
        (spec(), {"kl": 6.0, "regularization": 6.0}, 1),
        (spec("beta", beta=4.0), {"kl": 6.0, "regularization": 12.0}, 2),  # half-way through its warm-up
        (spec("beta", beta=4.0, free_bits=0.5), {"kl": 6.0, "regularization": 12.0}, None),
        (spec("beta_tc"), {"kl": 6.0, "regularization": 12.0}, None),
        (spec(), {"kl": 0.0, "regularization": 0.0}, None),
        (spec("ae"), {"regularization": 0.0}, None),
    ],
)
def test_the_weight_is_seen_from_what_was_reported(js: Callable, objective: Any, report: Any, weight: Any) -> None:
    assert js("studio/accounts.js", "weightOf", objective, report) == weight


def test_what_was_turned_later_does_not_weigh_an_earlier_step(js: Callable) -> None:
    turned = {"step": 10, "values": {"free_bits": 0.0}, "before": {"free_bits": 0.5}}
    state = {"spec": spec("beta", beta=4.0, free_bits=0.0), "changes": [turned]}
    knobs = [js("studio/accounts.js", "specAt", state, step)["objective"]["knobs"] for step in (10, 11)]
    assert knobs == [{"beta": 4.0, "free_bits": 0.5}, {"beta": 4.0, "free_bits": 0.0}]


def show(page: Page, report: dict[str, float] = REPORT, settings: Any = None, look: Any = None) -> None:
    state = {"reports": [report, report | {"step": 20, "reconstruction": -30.0}], "spec": settings or spec()}
    stage = {"n": 0, "d": 4, "shape": [3, 2, 2]}  # pictures without labels: n is not told
    sheet.show(page, "bookkeeping", state, {} if look is None else {10: look}, stage, 10 if look else None)


def rows(page: Page, table: int) -> dict[str, list[str]]:
    found = (
        page.locator("table")
        .nth(table)
        .locator("tr[data-row]")
        .evaluate_all("(rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent))")
    )
    return {name: cells for name, *cells in found}


# mu = 1 and sigma = 1 in all four dimensions: 4 x 1/2 = 2 nats; mu = 0, sigma = e: 4 x ((e^2 - 1) / 2 - 1) = 8.78 nats
LOOK = {"mean": [1.0] * 4 + [0.0] * 4, "std": [1.0] * 4 + [math.e] * 4, "kl": [1.0] * 4}


def test_the_losses_in_three_units(web_page: Page) -> None:
    show(web_page, look=LOOK)
    assert rows(web_page, 0) == {
        "Reconstruction": ["−24.00", "−2.0000", "−6.0000"],
        "KL": ["6.0000", "0.5000", "1.5000"],
        "Loss": ["−18.00", "−1.5000", "−4.5000"],
    }
    assert web_page.locator(".when").inner_text() == "Nats of the pictures it learnt from, up to step 10."


def test_what_others_would_print_beside_what_is_true(web_page: Page) -> None:
    show(web_page, look=LOOK)
    assert rows(web_page, 1) == {
        "As it is here": ["−24.00", "6.0000", "1"],
        "Pixel mean": ["−2.0000", "6.0000", "12"],
        "Pixel mean, batch sum": ["−2.0000", "30.00", "60"],
        "Both means": ["−2.0000", "1.5000", "3"],
        "Dimension mean": ["−24.00", "1.5000", "0.25"],
        "One picture": ["−24.00", "2.0000", "–"],
    }
    assert "from 2.00 to 8.78, with a mean of 5.39" in web_page.locator("table").nth(1).inner_text()


def test_the_sentence_says_the_effective_beta(web_page: Page) -> None:
    show(web_page, REPORT | {"regularization": 24.0}, spec("beta", beta=4.0))
    assert web_page.locator(".verdict").inner_text() == (
        "This run has a beta of 4. With a reconstruction averaged over the 12 values of its pixels, the effective beta "
        "would be 48; with the KL averaged over the 4 dimensions as well, 12."
    )
    assert rows(web_page, 0)["Regularization"] == ["24.00", "2.0000", "6.0000"]


def test_of_another_regularizer_it_says_only_how_many_times_as_heavy(web_page: Page) -> None:
    show(web_page, REPORT | {"regularization": 9.0}, spec("beta_tc"))
    assert "the regularizer would have 12 times the weight" in web_page.locator(".verdict").inner_text()
    assert rows(web_page, 1)["Pixel mean"][-1] == "× 12"


def test_points_stand_below_points(web_page: Page) -> None:
    show(web_page)
    at = "(spans) => spans.map((span) => span.getBoundingClientRect().left)"
    for column in (1, 2, 3):
        lefts = web_page.locator(
            f"table >> nth=0 >> tr[data-row] td:nth-child({column + 1}) span:last-child"
        ).evaluate_all(at)
        assert max(lefts) - min(lefts) < 0.5


def test_an_autoencoder_has_nothing_to_weigh(web_page: Page) -> None:
    show(web_page, {"step": 10, "reconstruction": -24.0, "regularization": 0.0}, spec("ae"))
    assert list(rows(web_page, 0)) == ["Reconstruction"]
    assert not web_page.locator("table").nth(1).is_visible()
    assert web_page.locator(".verdict").inner_text().startswith("An autoencoder has no KL")


def test_rows_stay_when_numbers_change(web_page: Page) -> None:
    show(web_page)
    assert rows(web_page, 0)["Reconstruction"][0] == "−30.00"  # nothing is seen yet: the latest report
    web_page.evaluate("window.row = document.querySelector('tr[data-row=reconstruction]')")
    web_page.evaluate("(reports) => studio.tell({ reports })", [REPORT])
    assert web_page.evaluate("row.isConnected && row.cells[1].textContent") == "−24.00"
    web_page.evaluate("(reports) => studio.tell({ reports })", [])
    assert web_page.locator(".bookkeeping").inner_text() == "The books open with the first report."
    web_page.evaluate("studio.part.dispose()")
    assert web_page.evaluate("studio.listeners()") == 0
