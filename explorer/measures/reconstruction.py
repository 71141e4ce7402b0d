"""How close a decoded picture comes to the picture it was made from: MSE, PSNR, SSIM."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor

WINDOW, WIDTH = 11, 1.5  # side and standard deviation of SSIM's Gaussian window, in pixels
STEADY = (0.01**2, 0.03**2)  # C1, C2 for pictures in [0, 1]
SMALLEST = 1e-10  # mean squared error that counts as none: 100 dB


def mse(x: Tensor, y: Tensor) -> Tensor:
    """Return the mean squared error of each picture, (n,), for x and y (n, c, h, w) in [0, 1]."""
    return (x - y).square().mean(dim=(1, 2, 3))


def psnr(x: Tensor, y: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio of each picture, (n,) in dB, at most 100."""
    return -10 * torch.log10(mse(x, y).clamp(min=SMALLEST))


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Return the structural similarity of each picture, (n,), 1 for equal ones.

    Wang, Bovik, Sheikh & Simoncelli 2004, eq. 13, https://doi.org/10.1109/TIP.2003.819861, with their Gaussian window
    of 11x11 pixels wherever it lies whole within the picture, averaged over places and channels; for a side below 11
    the window is the largest odd one that fits. Twenty lines here save the weight of scikit-image, whose numbers
    these are.
    """
    n, c, height, width = x.shape
    window = _window(min(height, width))
    x, y = x.reshape(n * c, 1, height, width), y.reshape(n * c, 1, height, width)
    maps = F.conv2d(torch.cat((x, y, x * x, y * y, x * y)), window).chunk(5)
    mean_x, mean_y = maps[0], maps[1]
    var_x, var_y, both = maps[2] - mean_x**2, maps[3] - mean_y**2, maps[4] - mean_x * mean_y
    c1, c2 = STEADY
    top = (2 * mean_x * mean_y + c1) * (2 * both + c2)
    bottom = (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    return (top / bottom).reshape(n, -1).mean(dim=1)


def _window(side: int) -> Tensor:
    """Return the Gaussian window (1, 1, k, k), its sum 1."""
    reach = (min(WINDOW, side) - 1) // 2
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / WIDTH) ** 2)
    window = line[:, None] * line[None]
    return (window / window.sum())[None, None]
