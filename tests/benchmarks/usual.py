"""What should be usual: candidates trained for a few epochs, and how their samples compare with the data.

Run `python -m tests.benchmarks.usual DATA [SET ...]`, DATA being the folder of data sets and SET mnist or fashion. One
thread, float32, so that the same numbers come again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import torch

from explorer import catalog
from explorer.catalog import Choice
from explorer.datasets import Split
from explorer.learner import Learner
from explorer.measures.batches import real
from explorer.measures.classifier import trained
from explorer.measures.frechet import frechet
from explorer.measures.sharpness import gradient_energy, sharpness
from explorer.spec import Spec, Training
from explorer.train import train

EPOCHS, SAMPLES = 6, 10_000
CANDIDATES = [("mlp", "continuous_bernoulli"), ("resmlp", "bernoulli"), ("resmlp", "gaussian"),
              ("resmlp", "continuous_bernoulli"), ("conv", "continuous_bernoulli")]  # fmt: skip


def main(root: Path, names: list[str]) -> None:
    """Print a line for each candidate on each data set."""
    for name in names:
        split: Split = catalog.make("datasets", Choice(name)).load(root)
        with tempfile.TemporaryDirectory() as folder:
            judge, _ = trained(split.train, Choice(name), Path(folder))
        test = torch.cat(list(real(split.test)))
        features = judge.features(test)
        print(f"{name}: the classifier tells {judge.accuracy(features, split.test.labels):.1%} of the test pictures")
        for network, likelihood in CANDIDATES:
            choices = {"network": Choice(network), "likelihood": Choice(likelihood)}
            spec = Spec(split.train.shape, data=Choice(name), training=Training(epochs=EPOCHS), **choices)
            start = time.process_time()
            *_, last = train(Learner(spec), split.train, every=1e9)
            seconds = time.process_time() - start
            samples = _samples(last.model)
            distance, sharp = (
                frechet(judge.features(samples), features),
                sharpness(gradient_energy(samples), gradient_energy(test)),
            )
            print(
                f"  {network}, {likelihood}: Frechet {distance:.1f}, sharpness {sharp:.2f}, {seconds:.0f} CPU-seconds"
            )


def _samples(model) -> torch.Tensor:
    torch.manual_seed(0)
    with torch.inference_mode():
        return model.eval().picture(torch.randn(SAMPLES, model.spec.latent))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["mnist", "fashion"])
