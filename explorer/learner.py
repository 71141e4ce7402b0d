"""What a training changes as it goes: weights, optimizer, steps done. It learns from batches, and can be kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from explorer import catalog
from explorer.objectives import Batch, Loss, Moment, Objective
from explorer.plan import Plan
from explorer.spec import Spec
from explorer.vae import VAE

State = dict[str, Tensor]


class Learner:
    """A model in training. Its random numbers follow from the seed and the step alone: it can go on anywhere.

    Without a plan it takes one CPU thread and float32. The number of threads is set for the whole process.
    """

    def __init__(self, spec: Spec, plan: Plan | None = None) -> None:
        plan = plan or Plan()
        torch.set_num_threads(plan.threads)
        torch.manual_seed(spec.training.seed)
        self.spec, self.plan = spec, plan
        self.step, self.seconds = 0, 0.0
        self.stopping = False  # set it, and the training ends after the step that is under way
        self.model = VAE(spec).to(plan.device).train()
        self.model.shard = (plan.rank, plan.world)
        if any(isinstance(part, nn.Conv2d) for part in self.model.modules()):
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # documented
        self.objective: Objective = catalog.make("objectives", spec.objective)
        self.optimizers = {"model": _adam(self.model, spec)}
        self.discriminator = self.objective.discriminator(spec.latent)
        if self.discriminator is not None:
            self.discriminator.to(plan.device)
            self.optimizers["discriminator"] = _adam(self.discriminator, spec)
        self.average = (
            AveragedModel(self.model, multi_avg_fn=_average(spec.training.ema), use_buffers=True)
            if spec.training.ema
            else None
        )
        self._judge: nn.Module = _Judge(self.model, self.objective)
        if plan.world > 1:
            self._judge = DistributedDataParallel(self._judge)

    @property
    def best(self) -> VAE:
        """The model that is to be kept: the averaged one, if that was asked for."""
        model: VAE = self.average.module if self.average else self.model  # type: ignore[assignment]
        return model

    def learn(self, batch: Batch, now: Moment) -> Loss:
        """Take one step down the gradient of the loss of a batch, and return that loss."""
        torch.manual_seed(_mixed(self.spec.training.seed, self.step))
        if not self.model.training:  # somebody looked at it
            self.model.train()
        with torch.autocast(torch.device(self.plan.device).type, torch.bfloat16, self.plan.precision == "bfloat16"):
            loss: Loss = self._judge(batch, now, self.discriminator)
        together = loss._replace(parts=_mean_of_all(loss.parts, self.plan.world))
        self._descend("model", self.model, loss.total, now)
        if self.discriminator is not None:
            self._descend(
                "discriminator", self.discriminator, self.objective.discriminator_loss(self.discriminator, loss.z), now
            )
        if self.average:
            self.average.update_parameters(self.model)
        self.step += 1
        return together

    def _descend(self, name: str, module: nn.Module, loss: Tensor, now: Moment) -> None:
        training, optimizer = self.spec.training, self.optimizers[name]
        falling = 0.5 * (1 + math.cos(math.pi * now.done)) if training.schedule == "cosine" else 1.0
        optimizer.param_groups[0]["lr"] = training.rate * falling
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.plan.world > 1 and name != "model":  # the model's gradients are shared by what wraps it
            _share_gradients(module, self.plan.world)
        if training.clip:
            nn.utils.clip_grad_norm_(module.parameters(), training.clip)
        optimizer.step()

    def state(self) -> State:
        """Return copies, on the CPU, of all that is needed to go on. ValueError if a weight is not a number."""
        kept = {"step": torch.tensor(self.step), "seconds": torch.tensor(self.seconds, dtype=torch.float64)}
        for name, module in self._modules().items():
            kept |= {f"{name}/{key}": value for key, value in module.state_dict().items()}
        for name, optimizer in self.optimizers.items():
            for index, moments in optimizer.state_dict()["state"].items():
                kept |= {f"adam/{name}/{index}/{key}": value for key, value in moments.items()}
        for key, value in kept.items():
            if not torch.isfinite(value).all():
                raise ValueError(f"{key} is no longer a number at step {self.step}: try a smaller --rate, or --clip.")
        return {key: value.detach().cpu().clone() for key, value in kept.items()}

    def restore(self, state: State) -> None:
        """Go on from what `state` returned. ValueError if it is of another model."""
        try:
            for name, module in self._modules().items():
                prefix = f"{name}/"
                module.load_state_dict(
                    {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
                )
            for name, optimizer in self.optimizers.items():
                optimizer.load_state_dict(optimizer.state_dict() | {"state": _moments(state, f"adam/{name}/")})
            self.step, self.seconds = int(state["step"]), float(state["seconds"])
        except (RuntimeError, KeyError, ValueError) as error:
            raise ValueError(f"The snapshot does not belong to this model: {error}") from None

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


def _adam(module: nn.Module, spec: Spec) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), lr=spec.training.rate, fused=True)


def _average(decay: float) -> Callable[[Any, Any, Tensor | int], None]:
    """Return the update of a moving average whose memory is shorter at first, so that the random start is forgotten."""

    def update(averaged: Any, current: Any, updates: Tensor | int) -> None:
        keep = min(decay, (1 + int(updates)) / (10 + int(updates)))
        for mean, value in zip(averaged, current, strict=True):
            mean.lerp_(value, 1 - keep) if mean.is_floating_point() else mean.copy_(value)

    return update


def _moments(state: State, prefix: str) -> dict[int, dict[str, Tensor]]:
    found: dict[int, dict[str, Tensor]] = {}
    for key, value in state.items():
        if key.startswith(prefix):
            index, name = key.removeprefix(prefix).split("/")
            found.setdefault(int(index), {})[name] = value
    return found


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


def _mixed(seed: int, step: int) -> int:
    """Return a random-looking number for a seed and a step: splitmix64, Steele 2014, doi 10.1145/2660193.2660195."""
    value = (seed * 0x9E3779B97F4A7C15 + step + 1) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    value = (value ^ value >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
    return (value ^ value >> 31) & (1 << 63) - 1
