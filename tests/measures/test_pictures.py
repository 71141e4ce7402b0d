"""Reconstruction, sharpness, active units, Fréchet distance and the linear probe: by hand."""

import numpy as np
import pytest
import torch

from explorer.measures import UnmeasurableError
from explorer.measures.activity import active
from explorer.measures.frechet import frechet
from explorer.measures.probe import probe
from explorer.measures.reconstruction import mse, psnr, ssim
from explorer.measures.sharpness import gradient_energy, sharpness


def test_mse_and_psnr():
    x, y = torch.zeros(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)
    y[1] = 0.1
    assert mse(x, y).tolist() == pytest.approx([0, 0.01])
    assert psnr(x, y).tolist() == pytest.approx([100, 20], rel=1e-5)


def noisy(*shape):
    random = np.random.default_rng(0)
    x = random.random(shape).astype(np.float32)
    y = np.clip(x + 0.2 * random.standard_normal(shape).astype(np.float32), 0, 1)
    return torch.from_numpy(x)[None, None], torch.from_numpy(y)[None, None]


def test_ssim_is_the_number_of_scikit_image():
    """structural_similarity(..., gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1), 0.26."""
    assert ssim(*noisy(16, 20)).item() == pytest.approx(0.8209717651208241, abs=1e-5)


def test_ssim_of_equal_and_of_opposite_pictures():
    x, _ = noisy(8, 8)
    assert ssim(x, x).item() == pytest.approx(1, abs=1e-5)
    assert ssim(x, 1 - x).item() < 0
    flat = torch.full((1, 3, 4, 4), 0.5)
    c1 = 0.01**2
    wanted = (2 * 0.5 * 0.25 + c1) / (0.5**2 + 0.25**2 + c1)  # no variance: only the means are compared
    assert ssim(flat, flat / 2).item() == pytest.approx(wanted, rel=1e-4)


def test_gradient_energy_of_a_step():
    step = torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1  # one of three differences across is 1, none down
    assert gradient_energy(torch.cat((step, step / 2))).tolist() == pytest.approx([1 / 3, 1 / 12])


def test_sharpness_is_the_ratio_of_mean_energies():
    assert sharpness(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 3.0, 4.0])) == 0.5


def test_flat_pictures_have_no_sharpness():
    with pytest.raises(UnmeasurableError, match="no edge"):
        sharpness(torch.ones(2), torch.zeros(2))


def test_active_units():
    mean = np.array([[0.0, 1.0, 5.0], [0.1, 1.3, 5.0], [0.2, 0.7, 5.0], [0.1, 1.0, 5.0]], np.float32)
    assert active(mean).tolist() == [False, True, False]  # variances 0.005, 0.045, 0


def test_frechet_of_known_gaussians():
    """Two clouds whose moments are exact: |m|^2 + tr(S1) + tr(S2) - 2 tr(root), S1 = diag(1, 4), S2 = diag(9, 4)."""
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * np.sqrt(3 / 4)  # covariance (n - 1) is the identity
    one, two = corners * [1, 2], corners * [3, 2] + [5, 0]
    assert frechet(one, two) == pytest.approx(25 + 5 + 13 - 2 * (3 + 4))
    assert frechet(one, one) == pytest.approx(0, abs=1e-12)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert frechet(one @ turn, two @ turn) == pytest.approx(frechet(one, two))


def test_frechet_of_covariances_that_do_not_commute():
    """Against the matrix root itself."""
    from scipy.linalg import sqrtm

    random = np.random.default_rng(0)
    one, two = (random.normal(size=(200, 4)) @ random.normal(size=(4, 4)) for _ in range(2))
    a, b = np.cov(one.T), np.cov(two.T)
    wanted = ((one.mean(0) - two.mean(0)) ** 2).sum() + np.trace(a + b - 2 * sqrtm(a @ b).real)
    assert frechet(one, two) == pytest.approx(wanted, rel=1e-6)


def test_frechet_of_a_feature_that_never_fires_or_of_few_pictures():
    features = np.zeros((5, 3))
    assert frechet(features, features) == 0
    with pytest.raises(UnmeasurableError, match="two pictures or more on each side, not 5 and 1"):
        frechet(features, features[:1])


def test_a_probe_tells_what_a_line_can_part():
    random = np.random.default_rng(0)
    codes = random.normal(size=(2000, 3)).astype(np.float32)
    corner = (codes[:, 0] > 0).astype(int)
    crossed = (codes[:, 0] * codes[:, 1] > 0).astype(int)  # no line parts the quarters of a plane
    assert probe(codes[:1000], corner[:1000], codes[1000:], corner[1000:]) > 0.98
    assert probe(codes[:1000], crossed[:1000], codes[1000:], crossed[1000:]) == pytest.approx(0.5, abs=0.06)
    assert probe(codes[:1000] * [1e-6, 1, 1], corner[:1000], codes[1000:] * [1e-6, 1, 1], corner[1000:]) > 0.98


def test_a_probe_needs_two_classes():
    with pytest.raises(UnmeasurableError, match="one class"):
        probe(np.zeros((4, 2)), np.zeros(4, int), np.zeros((4, 2)), np.zeros(4, int))
