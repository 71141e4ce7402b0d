"""Principal directions, orthogonal directions and ways along them, against numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def latents(mean: np.ndarray) -> dict:
    n, d = mean.shape
    return {"n": n, "d": d, "mean": mean.astype(np.float32)}


def spread_like(variances: list[float], n: int = 400, seed: int = 0) -> np.ndarray:
    """Make points whose covariance has exactly these eigenvalues, along directions of no axis."""
    rng = np.random.default_rng(seed)
    white = rng.normal(size=(n, len(variances)))
    white -= white.mean(axis=0)
    white = white @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(white.T, bias=True)))).T
    turn = np.linalg.qr(rng.normal(size=(len(variances),) * 2))[0]
    return white * np.sqrt(variances) @ turn.T + 3


@pytest.mark.parametrize("variances", [[5.0, 2.0, 0.5], [2.0, 1.00001, 1.0, 0.99999, 0.1], [3.0, 1.0, 0.0], [1.0]])
def test_principal_directions_are_the_eigenvectors_of_the_covariance(js: Callable, variances: list[float]) -> None:
    mean = spread_like(variances).astype(np.float32).astype(np.float64)
    found = js("latent/directions.js", "principal", latents(mean))
    matrix = np.cov(mean.T, bias=True).reshape(len(variances), -1)
    values, vectors = np.linalg.eigh(matrix)[0][::-1], np.array(found["vectors"])
    assert found["mean"] == pytest.approx(mean.mean(axis=0), abs=1e-6)
    assert np.square(found["sigmas"]) == pytest.approx(values, abs=1e-9)
    assert found["shares"] == pytest.approx(values / values.sum(), abs=1e-9)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(variances)), atol=1e-10)
    np.testing.assert_allclose(matrix @ vectors.T, vectors.T * np.square(found["sigmas"]), atol=1e-9)
    assert all(vector[np.abs(vector).argmax()] > 0 for vector in vectors), "the sign is left to chance"


def test_of_very_many_the_strongest_directions_are_found(js: Callable) -> None:
    mean = spread_like([float(10 * 0.9**i) for i in range(90)], n=500)
    found = js("latent/directions.js", "principal", latents(mean))
    matrix = np.cov(mean.astype(np.float32).T, bias=True)
    values, vectors = np.linalg.eigh(matrix)
    assert len(found["vectors"]) == 40
    assert np.square(found["sigmas"]) == pytest.approx(values[::-1][:40], rel=1e-6)
    cosines = np.abs((np.array(found["vectors"]) * vectors.T[::-1][:40]).sum(axis=1))
    assert cosines == pytest.approx(np.ones(40), abs=1e-5)


def test_of_many_that_are_nearly_as_strong_each_is_found_and_soon(web_page: Page) -> None:
    variances = 1 / (1 + np.arange(192) / 40)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(192, 192)))[0]
    found = web_page.evaluate(
        """async ([matrix, d]) => {
        const { strongest } = await import("/web/latent/eigen.js");
        const started = performance.now();
        const { values, vectors } = strongest(Float64Array.from(matrix), d, 40);
        return { ms: performance.now() - started, values: [...values], vectors: vectors.map((each) => [...each]) };
    }""",
        [((turn * variances) @ turn.T).ravel().tolist(), 192],
    )
    assert found["values"] == pytest.approx(variances[:40].tolist(), rel=1e-10)
    cosines = np.abs((np.array(found["vectors"]) * turn.T[:40]).sum(axis=1))
    assert cosines == pytest.approx(np.ones(40), abs=1e-9)
    assert found["ms"] < 1500, "the page stands still meanwhile"


def test_directions_are_made_orthogonal_in_their_order(js: Callable) -> None:
    steps = np.random.default_rng(1).normal(size=(4, 6))
    steps[2] = 2 * steps[0] - 3 * steps[1]  # nothing is left of it
    found = js("latent/directions.js", "apart", steps.tolist())
    assert found[0]["step"] == pytest.approx(steps[0])
    assert [found[0]["left"], found[2]["left"]] == [1, 0]
    triangle = np.linalg.qr(steps[[0, 1, 3]].T)[1]
    lengths = np.abs(np.diagonal(triangle)) / np.linalg.norm(steps[[0, 1, 3]], axis=1)
    assert [found[i]["left"] for i in (0, 1, 3)] == pytest.approx(lengths)
    products = np.array([found[i]["step"] for i in (0, 1, 3)])
    products = products @ products.T
    np.testing.assert_allclose(products - np.diag(np.diagonal(products)), 0, atol=1e-12)


def test_a_way_moves_z_along_itself_only(web_page: Page) -> None:
    rng = np.random.default_rng(2)
    origin, step, z, std = rng.normal(size=(4, 5))
    found = web_page.evaluate(
        """async ([origin, step, z, std]) => {
        const { direction, dimension } = await import("/web/latent/directions.js");
        const [line, axis] = [direction(origin, step), dimension(3, 5)];
        return { at: line.at(z), there: line.at([9, 9, ...z], 2), moved: line.move(z, 2.5), width: line.width(std),
                 one: line.at(origin.map((value, k) => value + step[k])), axis: axis.move(z, 7), step: [...axis.step] };
    }""",
        [origin.tolist(), step.tolist(), z.tolist(), np.abs(std).tolist()],
    )
    at = (z - origin) @ step / (step @ step)
    assert [found["at"], found["there"], found["one"]] == pytest.approx([at, at, 1])
    assert found["moved"] == pytest.approx(z + (2.5 - at) * step)
    assert found["width"] == pytest.approx(np.sqrt(((std * step) ** 2).sum()) / (step @ step))
    assert found["axis"] == [*z[:3], 7, z[4]]
    assert found["step"] == [0, 0, 0, 1, 0]


def test_the_sigma_of_the_data_is_one_number(web_page: Page) -> None:
    rng = np.random.default_rng(4)
    mean, std = rng.normal(size=(25_000, 3)), rng.uniform(0.1, 0.9, (25_000, 3))
    found = web_page.evaluate(
        """async ([mean, std]) => {
        const latents = { n: mean.length / 3, d: 3, mean: Float32Array.from(mean), std: Float32Array.from(std) };
        const [{ sigmasOf }, { rangeOf }, { dimension, direction }] = await Promise.all(
            ["spread", "ranges", "directions"].map((name) => import(`/web/latent/${name}.js`)));
        const ranges = [0, 1, 2].map((k) => rangeOf(latents, dimension(k, 3), true, "data").sigma);
        const { sigma } = rangeOf(latents, direction([0, 0, 0], [1, 2, -1]), true, "data");
        return { sigmas: [...sigmasOf(latents)], ranges, sigma };
    }""",
        [mean.ravel().tolist(), std.ravel().tolist()],
    )
    assert found["sigmas"] == found["ranges"]
    looked = slice(None, None, 3)
    assert found["sigmas"] == pytest.approx(np.sqrt(mean[looked].var(axis=0) + (std[looked] ** 2).mean(axis=0)))
    step = np.array([1, 2, -1]) / 6
    along = (mean[looked] @ step).var() + ((std[looked] * step) ** 2).sum(axis=1).mean()
    assert found["sigma"] == pytest.approx(np.sqrt(along))


def test_the_most_active_are_ordered_once(web_page: Page) -> None:
    found = web_page.evaluate("""async () => {
        const { byActivity } = await import("/web/latent/activity.js");
        let reads = 0;
        const mean = Float32Array.from([0, 1, 0, 0, 2, 9, 0, 3, 1]);
        const latents = { n: 3, d: 3, kl: null, get mean() { return (reads += 1, mean); } };
        const orders = [1, 2, 3].map(() => byActivity({ stochastic: false, latent: 3 }, latents).order.join());
        const kl = Float32Array.from([0.5, 0.002, 2]);
        const told = byActivity({ stochastic: true, latent: 3 }, { n: 3, d: 3, kl, mean });
        return { orders, reads, told, unread: byActivity({ stochastic: true, latent: 2 }, null) };
    }""")
    assert found["orders"] == ["2,1,0"] * 3
    assert found["reads"] == 1
    assert found["told"] == {"order": [2, 0, 1], "used": 2}
    assert found["unread"] == {"order": [0, 1], "used": 2}
