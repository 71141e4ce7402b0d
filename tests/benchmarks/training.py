"""Training throughput: ours beside the loop of pytorch/examples and pythae's trainer, same network, real MNIST.

Run `python -m tests.benchmarks.training DATA`, DATA being the folder that holds MNIST/raw; pythae is timed too if it is
installed (`pip install pythae==0.1.2`). Each contestant is a process of its own, with all cores, and they take turns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

BATCH, HIDDEN, LATENT, RATE = 128, 400, 20, 1e-3
WARM, SECONDS, ROUNDS = 30, 6.0, 3  # steps that do not count, then seconds of steps that do
OURS, EXAMPLES, PYTHAE = "explorer", "pytorch/examples", "pythae 0.1.2"


class Clock:
    """Counts steps; tells when it is enough."""

    def __init__(self) -> None:
        self.steps, self.start = -WARM, 0.0

    def tick(self) -> bool:
        self.steps += 1
        if self.steps == 0:
            self.start = time.perf_counter()
        return self.steps > 0 and time.perf_counter() - self.start > SECONDS

    def images_per_second(self) -> float:
        return BATCH * self.steps / (time.perf_counter() - self.start)


def ours(root: Path) -> float:
    """Train as `explorer train mnist --network mlp` does, with the others' width, activation and likelihood."""
    from explorer import threads

    threads.share()
    from explorer import catalog, plan
    from explorer.catalog import Choice
    from explorer.learner import Learner
    from explorer.spec import Spec, Training
    from explorer.train import train

    images = catalog.make("datasets", Choice("mnist")).load(root).train
    network, likelihood = Choice("mlp", {"width": HIDDEN, "activation": "relu"}), Choice("bernoulli")
    training = Training(batch=BATCH, rate=RATE, minutes=1.0)
    spec = Spec((1, 28, 28), LATENT, network=network, likelihood=likelihood, training=training)
    how = plan.choose(spec, images, plan.joined())
    clock = Clock()
    for _ in train(Learner(spec, how), images, every=0):
        if clock.tick():
            break
    print(f"  {OURS}: {how.threads} threads, {how.precision}", file=sys.stderr)
    return clock.images_per_second()


def examples(root: Path) -> float:
    """Train as https://github.com/pytorch/examples/blob/main/vae/main.py does on a CPU."""
    import torch
    import torch.nn.functional as F  # noqa: N812
    from torch import nn, optim

    from explorer.vision import torchvision_datasets

    datasets = torchvision_datasets()
    from torchvision import transforms

    class Vae(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.fc21, self.fc22 = (
                nn.Linear(784, HIDDEN),
                nn.Linear(HIDDEN, LATENT),
                nn.Linear(HIDDEN, LATENT),
            )
            self.fc3, self.fc4 = nn.Linear(LATENT, HIDDEN), nn.Linear(HIDDEN, 784)

        def forward(self, x):
            h = F.relu(self.fc1(x.view(-1, 784)))
            mu, logvar = self.fc21(h), self.fc22(h)
            std = torch.exp(0.5 * logvar)
            z = mu + torch.randn_like(std) * std
            return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar

    with tempfile.TemporaryDirectory() as folder:  # it unpacks the files beside themselves, and reads them into memory
        shutil.copytree(root / "MNIST" / "raw", Path(folder) / "MNIST" / "raw")
        dataset = datasets.MNIST(folder, train=True, download=True, transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)
    model = Vae().train()
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    clock = Clock()
    while True:
        for data, _ in loader:
            optimizer.zero_grad()
            recon, mu, logvar = model(data)
            bce = F.binary_cross_entropy(recon, data.view(-1, 784), reduction="sum")
            loss = bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
            loss.backward()
            loss.item()
            optimizer.step()
            if clock.tick():
                return clock.images_per_second()


def pythae(root: Path) -> float:
    """Train as pythae's BaseTrainer does, with the same network, on pictures that are floats in memory."""
    import torch
    from pythae.data.datasets import BaseDataset
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import TrainingCallback
    from torch import nn

    from explorer import catalog
    from explorer.catalog import Choice

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, HIDDEN), nn.ReLU())
            self.mu, self.log_variance = nn.Linear(HIDDEN, LATENT), nn.Linear(HIDDEN, LATENT)

        def forward(self, x):
            h = self.hidden(x)
            return ModelOutput(embedding=self.mu(h), log_covariance=self.log_variance(h))

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(LATENT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 784), nn.Sigmoid())

        def forward(self, z):
            return ModelOutput(reconstruction=self.layers(z).view(-1, 1, 28, 28))

    class EnoughError(Exception):
        pass

    clock = Clock()

    class Stop(TrainingCallback):
        def on_train_step_end(self, training_config, **kwargs) -> None:
            if clock.tick():
                raise EnoughError

    pixels = catalog.make("datasets", Choice("mnist")).load(root).train.pixels
    images = torch.from_numpy(pixels.copy()).float() / 255
    settings = VAEConfig(input_dim=(1, 28, 28), latent_dim=LATENT, reconstruction_loss="bce")
    model = VAE(settings, encoder=Encoder(), decoder=Decoder())
    with tempfile.TemporaryDirectory() as folder:
        training = BaseTrainerConfig(
            output_dir=folder, per_device_train_batch_size=BATCH, learning_rate=RATE, num_epochs=99
        )
        data = BaseDataset(images, torch.zeros(len(images)))
        trainer = BaseTrainer(model, data, training_config=training, callbacks=[Stop()])
        try:
            trainer.train()
        except EnoughError:
            return clock.images_per_second()
    raise AssertionError  # 99 epochs take longer


def main(root: Path) -> None:
    """Print the images per second of each round, and the ratios of the medians."""
    found: dict[str, list[float]] = {OURS: [], EXAMPLES: [], PYTHAE: []}
    for turn in range(ROUNDS):
        for name, speeds in found.items():
            command = [sys.executable, "-m", "tests.benchmarks.training", str(root), name]
            environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                print(f"round {turn + 1}: {name} was not timed: {done.stderr.strip().splitlines()[-1]}")
                continue
            speeds.append(float(done.stdout.split()[-1]))
            print(f"round {turn + 1}: {name} {speeds[-1]:,.0f} images/s", flush=True)
    for name in (EXAMPLES, PYTHAE):
        if found[name]:
            print(f"explorer / {name}: {median(found[OURS]) / median(found[name]):.2f}")


if __name__ == "__main__":
    data, *who = sys.argv[1:]
    if who:
        print({OURS: ours, EXAMPLES: examples, PYTHAE: pythae}[who[0]](Path(data)))
    else:
        main(Path(data))
