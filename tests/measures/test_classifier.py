"""The small classifier that pictures are compared by: how long it learns."""

import numpy as np
import pytest
import torch

from explorer.catalog import Choice
from explorer.datasets import Images
from explorer.measures import classifier


def few(count):
    pixels = np.zeros((count, 1, 8, 8), np.uint8)
    pixels[::2] = 255
    return Images(pixels, np.arange(count) % 2, ("white", "black"))


@pytest.mark.parametrize(("count", "steps"), [(8, 25), (40, 50)])
def test_few_pictures_are_shown_so_many_rounds_and_no_more(tmp_path, monkeypatch, count, steps):
    """400 rounds of 8 pictures are 25 steps of 128; 40 pictures would take 125, and stop at the 6,400 seen at most."""
    monkeypatch.setattr(classifier, "SEEN", 6_400)
    taken = []

    def track(each, /, *, description):
        taken.append((len(each), description))
        return each

    judge, note = classifier.trained(few(count), Choice("digits"), tmp_path, track)
    assert taken == [(steps, "training the small classifier")]
    assert note == ""
    black = torch.zeros(1, 1, 8, 8)
    assert judge.accuracy(judge.features(black), np.array([1])) == 1.0
