"""Seconds and faith of each map of 10,000 encoded digits, as ratios to scikit-learn's t-SNE, timed in the same run.

Run `OMP_NUM_THREADS=1 python -m tests.benchmarks.projections [MAP ...]`: some minutes. The points are those that the
gallery's `mnist` keeps, so that no data set is needed. A map whose package is not installed is left out and named.
Seconds are those of the process, so that other work on the machine counts less; UMAP is also timed a second time,
because its first includes its compiling.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from explorer import catalog, checkpoint, places
from explorer.neighbours import faith
from explorer.projections import Floats, projectors


def timed(name: str, make: Callable[[], Floats], mean: Floats) -> float:
    """Make a map, print its seconds, trustworthiness and continuity, and return the seconds."""
    wall, start = time.monotonic(), time.process_time()
    xy = make()
    seconds = time.process_time() - start
    wall = time.monotonic() - wall
    trust, continuity = faith(mean, xy) or (0, 0)
    print(f"{name:22} {seconds:6.1f} s ({wall:.1f} s by the clock), trustworthiness {trust:.3f}, ", end="")
    print(f"continuity {continuity:.3f}", flush=True)
    return seconds


def baseline(mean: Floats) -> Floats:
    """Return scikit-learn's t-SNE map, as it comes."""
    from sklearn.manifold import TSNE

    xy: Floats = TSNE(random_state=0, n_jobs=1).fit_transform(mean)
    return xy


def main(names: list[str]) -> None:
    """Print a line for each map, and how many times faster than the baseline it is."""
    mean = checkpoint.find("mnist", places.gallery_dir()).latents()[0].mean
    menu = projectors(names or None)
    print(f"{len(mean):,} points in {mean.shape[1]} dimensions")
    for name in sorted(set(catalog.names("projections")) - set(menu)):
        print(f"{name}: left out")
    seconds = {}
    for name, each in menu.items():
        seconds[name] = timed(name, lambda each=each: each.fit(mean).xy, mean)  # type: ignore[misc]
        if each.needs == ("umap", "umap-learn"):
            seconds[name] = timed(f"{name}, compiled", lambda each=each: each.fit(mean).xy, mean)  # type: ignore[misc]
    slow = timed("scikit-learn's t-SNE", lambda: baseline(mean), mean)
    start = time.monotonic()
    faith(mean, np.ascontiguousarray(mean[:, :2]))
    print(f"trustworthiness and continuity of one map take {time.monotonic() - start:.1f} s")
    for name, took in seconds.items():
        print(f"{name}: {slow / took:,.1f} times as fast as scikit-learn's t-SNE")


if __name__ == "__main__":
    main(sys.argv[1:])
