"""What a training changes as it goes: weights, optimizer, steps done. It learns from batches, and can be kept."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from explorer import catalog
from explorer.checkpoint import LARGEST
from explorer.objectives import Batch, Loss, Moment, Objective
from explorer.plan import Plan
from explorer.source import mixed
from explorer.spec import Spec
from explorer.vae import VAE

State = dict[str, Tensor]
MOMENTS = ("step", "exp_avg", "exp_avg_sq")  # what Adam keeps of each weight


class Learner:
    """A model in training. Its random numbers follow from the seed and the step alone: it can go on anywhere.

    Without a plan it takes one CPU thread and float32. The number of threads is set for the whole process.
    ValueError if the Spec asks for more weights than a model may have.
    """

    def __init__(self, spec: Spec, plan: Plan | None = None) -> None:
        self.spec, self.plan = spec, plan or Plan()
        self.step, self.seconds = 0, 0.0
        self.stopping = False  # set it, and the training ends after the step that is under way
        self.near = False  # set it, and each step is seen from near: a report after each
        self.wanted = -1  # a step at which somebody wants a report
        self.rate = 0.0  # the learning rate of the last step
        torch.set_num_threads(self.plan.threads)
        self.model = _built(spec, self.plan)
        self.objective: Objective = catalog.make("objectives", spec.objective)
        self.discriminator = self.objective.discriminator(spec.latent)
        trained = {"model": self.model}
        if self.discriminator is not None:
            trained["discriminator"] = self.discriminator.to(self.plan.device)
        self.optimizers = {name: _adam(module, spec) for name, module in trained.items()}
        self.average = _averaged(self.model, spec.training.ema) if spec.training.ema else None
        self._judge: nn.Module = _Judge(self.model, self.objective)
        if self.plan.world > 1:
            self._judge = DistributedDataParallel(self._judge)

    @property
    def best(self) -> VAE:
        """The model that is to be kept: the averaged one, if that was asked for."""
        model: VAE = self.average.module if self.average else self.model  # type: ignore[assignment]
        return model

    def turn(self, spec: Spec) -> None:
        """Go on with other knobs of the training and of the objective. ValueError if that is another model."""
        objective: Objective = catalog.make("objectives", spec.objective)
        same = dataclasses.replace(spec, training=self.spec.training, objective=self.spec.objective) == self.spec
        if not same or objective.stochastic != self.objective.stochastic or self.plan.world > 1:
            raise ValueError("Only the knobs of the training and of the objective can change, in one process.")
        self.spec = self.model.spec = spec
        self.objective = objective
        self._judge = _Judge(self.model, objective)

    def learn(self, batch: Batch, now: Moment) -> Loss:
        """Take one step down the gradient of the loss of a batch, and return that loss."""
        _seed(mixed(self.spec.training.seed, self.step), self.plan.device)
        if not self.model.training:  # somebody looked at it
            self.model.train()
        with torch.autocast(torch.device(self.plan.device).type, torch.bfloat16, self.plan.precision == "bfloat16"):
            loss: Loss = self._judge(batch, now, self.discriminator)
        together = loss._replace(parts=_mean_of_all(loss.parts, self.plan.world))
        self._descend("model", self.model, loss.total, now)
        if self.discriminator is not None:
            theirs = self.objective.discriminator_loss(self.discriminator, loss.z)
            self._descend("discriminator", self.discriminator, theirs, now)
        if self.average:
            self.average.update_parameters(self.model)
        self.step += 1
        return together

    def _descend(self, name: str, module: nn.Module, loss: Tensor, now: Moment) -> None:
        training, optimizer = self.spec.training, self.optimizers[name]
        falling = 0.5 * (1 + math.cos(math.pi * now.done)) if training.schedule == "cosine" else 1.0
        optimizer.param_groups[0]["lr"] = self.rate = training.rate * falling
        for weight in _weights(optimizer):  # what zero_grad does, without its bookkeeping
            weight.grad = None
        loss.backward()
        if self.plan.world > 1 and name != "model":  # the model's gradients are shared by what wraps it
            _share_gradients(module, self.plan.world)
        if training.clip:
            nn.utils.clip_grad_norm_(module.parameters(), training.clip)
        optimizer.step()

    def gradient(self) -> float:
        """Return the length of the last step's gradient, after it was cut to the allowed length; 0 before any step."""
        gradients = [weight.grad.norm() for weight in self.model.parameters() if weight.grad is not None]
        return float(torch.stack(gradients).norm()) if gradients else 0.0

    def state(self) -> State:
        """Return copies, on the CPU, of all that is needed to go on. FloatingPointError if one is not a number."""
        kept = {"step": torch.tensor(self.step), "seconds": torch.tensor(self.seconds, dtype=torch.float64)}
        for name, module in self._modules().items():
            kept |= {f"{name}/{key}": value for key, value in module.state_dict().items()}
        for name, optimizer in self.optimizers.items():
            for index, moments in optimizer.state_dict()["state"].items():
                kept |= {f"adam/{name}/{index}/{key}": value for key, value in moments.items()}
        if lost := [key for key, value in kept.items() if not torch.isfinite(value).all()]:
            raise FloatingPointError(f"The weights are no longer numbers at step {self.step} ({lost[0]}).")
        return {key: value.detach().cpu().clone().contiguous() for key, value in kept.items()}

    def restore(self, state: State) -> None:
        """Go on from what `state` returned. ValueError, and nothing is changed, if it is not of such a learner."""
        self._check(state)
        for name, module in self._modules().items():
            module.load_state_dict({key: state[f"{name}/{key}"] for key in module.state_dict()})
        for name, optimizer in self.optimizers.items():
            moments = {index: _moments(state, name, index, weight) for index, weight in enumerate(_weights(optimizer))}
            found = {"state": {index: each for index, each in moments.items() if each}}
            optimizer.load_state_dict(optimizer.state_dict() | found)
        self.step, self.seconds = int(state["step"]), float(state["seconds"])

    def _check(self, state: State) -> None:
        wanted = {"step": torch.tensor(0), "seconds": torch.tensor(0.0, dtype=torch.float64)}
        for name, module in self._modules().items():
            wanted |= {f"{name}/{key}": value for key, value in module.state_dict().items()}
        moments = {
            f"adam/{name}/{index}/{key}": torch.tensor(0.0) if key == "step" else weight
            for name, optimizer in self.optimizers.items()
            for index, weight in enumerate(_weights(optimizer))
            for key in MOMENTS
        }
        known = {_owner(key) for key in state}
        wanted |= {key: value for key, value in moments.items() if _owner(key) in known}  # none before the first step
        lacking = [key for key in wanted if key not in state]
        unlike = [key for key, value in state.items() if not _alike(value, wanted.get(key))]
        if lacking or unlike:
            raise ValueError(f"The snapshot does not belong to this model: look at {(lacking + unlike)[0]!r} in it.")

    def _modules(self) -> dict[str, nn.Module]:
        every = {"model": self.model, "discriminator": self.discriminator, "average": self.average}
        return {name: module for name, module in every.items() if module is not None}


class _Judge(nn.Module):
    """The loss as a module: what several processes share their gradients by."""

    def __init__(self, model: VAE, objective: Objective) -> None:
        super().__init__()
        self.model, self.objective = model, objective

    def forward(self, batch: Batch, now: Moment, discriminator: nn.Module | None) -> Loss:
        return self.objective.loss(self.model, batch, now, discriminator)


def check(spec: Spec) -> None:
    """Raise a ValueError or LookupError if a Spec cannot be built, or asks for more weights than a model may have."""
    with torch.device("meta"):  # knows the shapes, takes no memory
        weights = sum(weight.numel() for weight in VAE(spec).parameters())
    if weights > LARGEST:
        raise ValueError(f"A model may have {LARGEST:,} weights, this one has {weights:,}: make its network smaller.")


def _built(spec: Spec, plan: Plan) -> VAE:
    """Return the model as the seed begins it, on its device, laid out in memory as that computes it best."""
    check(spec)
    torch.manual_seed(spec.training.seed)
    model = VAE(spec).to(plan.device).train()
    model.shard, model.likelihood.world = (plan.rank, plan.world), plan.world
    if any(isinstance(part, nn.Conv2d) for part in model.modules()):
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # documented
    return model


def _seed(number: int, device: str) -> None:
    """Seed the random numbers of a device: torch.manual_seed does all of them, and takes 0.2 ms without a GPU."""
    torch.default_generator.manual_seed(number)
    if torch.device(device).type == "cuda":
        torch.cuda.manual_seed(number)
    if device == "mps":
        torch.mps.manual_seed(number)


def _adam(module: nn.Module, spec: Spec) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), lr=spec.training.rate, fused=True)


def _weights(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    weights: list[Tensor] = optimizer.param_groups[0]["params"]
    return weights


def _averaged(model: VAE, decay: float) -> AveragedModel:
    """Return a moving average of a model, whose memory is shorter at first: the random start is forgotten."""

    def update(averaged: Any, current: Any, updates: Tensor | int) -> None:
        keep = min(decay, (1 + int(updates)) / (10 + int(updates)))
        for mean, value in zip(averaged, current, strict=True):
            mean.lerp_(value, 1 - keep) if mean.is_floating_point() else mean.copy_(value)

    return AveragedModel(model, multi_avg_fn=update, use_buffers=True)


def _moments(state: State, name: str, index: int, weight: Tensor) -> dict[str, Tensor]:
    """Return what Adam kept of a weight, if anything, laid out in memory like it: fused Adam relies on that."""
    kept = {key: state[f"adam/{name}/{index}/{key}"] for key in MOMENTS if f"adam/{name}/{index}/{key}" in state}
    return {key: value if key == "step" else torch.empty_like(weight).copy_(value) for key, value in kept.items()}


def _owner(key: str) -> str:
    return key.rpartition("/")[0]


def _alike(given: Tensor, wanted: Tensor | None) -> bool:
    """Tell whether a tensor of a snapshot has the shape and type that it must have, and holds numbers."""
    return wanted is not None and (given.shape, given.dtype) == (wanted.shape, wanted.dtype) and bool(
        torch.isfinite(given).all()
    )  # fmt: skip


def _mean_of_all(parts: dict[str, Tensor], world: int) -> dict[str, Tensor]:
    """Return the parts of a loss, averaged over the processes that share its batch."""
    if world == 1:
        return parts
    held = torch.stack([value.detach() for value in parts.values()])
    torch.distributed.all_reduce(held)
    return dict(zip(parts, held / world, strict=True))


def _share_gradients(module: nn.Module, world: int) -> None:
    for weight in module.parameters():
        if weight.grad is not None:
            torch.distributed.all_reduce(weight.grad)
            weight.grad /= world
