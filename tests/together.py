"""Train each kind of model for 20 steps, alone or as one of many, and print the loss of each as JSON."""

import json

import torch

from explorer import catalog, plan
from explorer.catalog import Choice
from explorer.learner import Learner
from explorer.spec import Spec, Training
from explorer.train import train

SPEC = {"latent": 3, "network": Choice("mlp", {"width": 16}), "training": Training(batch=72, epochs=1), "classes": 10}
KINDS = {
    **{name: {"objective": Choice(name)} for name in catalog.names("objectives")},
    "free bits": {"objective": Choice("vae", {"free_bits": 0.5})},
    "stratified": {"objective": Choice("beta_tc", {"estimator": "stratified"})},
    "binarized": {"training": Training(batch=72, epochs=1, binarize=True)},
    "conditional": {"conditional": True},
    "conv": {"network": Choice("conv", {"channels": 4})},
    "optimal sigma": {"likelihood": Choice("gaussian", {"sigma": "optimal"})},
    "learned sigma": {"likelihood": Choice("gaussian", {"sigma": "learned"})},
}

if __name__ == "__main__":
    how, losses = plan.joined("cpu"), {}
    images = catalog.make("datasets", Choice("digits")).load(None).train
    for name, changes in KINDS.items():
        choice = {"likelihood": Choice("bernoulli"), **changes}
        *_, last = train(Learner(Spec((1, 8, 8), **{**SPEC, **choice}), how), images, every=1e9)
        assert last.step == 20
        losses[name] = last.loss
    print(json.dumps(losses)) if how.rank == 0 else None
    plan.part(how)
    assert torch.get_num_threads() == 1
