"""How a training uses the machine: device, threads, precision, and its part where several processes share it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import psutil
import torch

from explorer.datasets import Images
from explorer.objectives import Moment
from explorer.spec import MOST_EPOCHS, USUAL_MINUTES, Spec
from explorer.status import is_one_of_many

Thing = TypeVar("Thing")
TRIAL = 0.25  # seconds for which each choice is tried: somebody waits for the first step
STEPS = 20  # or so many steps, if they are done earlier
PATIENCE = timedelta(days=365)  # that processes wait for each other: for a pause, or for the first to fetch data
SHORT = 20.0  # seconds of training for which nothing else is tried
GAIN = 1.05  # how much faster bfloat16 must be to be preferred to float32
WORTH = 0.5  # of what more threads could gain: with less, the cores are left to the page, and to whatever else there is


class Plan(NamedTuple):
    """Where and how a training computes. The same seed gives the same model under the same plan on the same machine."""

    device: str = "cpu"
    threads: int = 1
    precision: str = "float32"
    rank: int = 0  # of this process among those that share the training
    world: int = 1  # how many they are


def choose(spec: Spec, images: Images, plan: Plan) -> Plan:
    """Return the fastest plan: a few steps with bfloat16, then with each number of threads, unless the Spec forces it.

    A training of seconds takes one thread and float32: trials would cost what they gain, and give other numbers by
    chance. Where several processes share the training they share the cores: each takes one thread. Only the first of
    them tries the others out, alone.
    """
    best = simplest(spec, plan)
    if any(_others(spec, plan)) and is_long(spec, images, steps := speed(spec, images, best)):
        best, _ = fastest(spec, images, plan, steps)
    return best._replace(rank=plan.rank, world=plan.world)


def simplest(spec: Spec, plan: Plan) -> Plan:
    """Return the plan of one process that takes what the Spec forces, and else one thread and float32."""
    threads, forced = spec.training.threads, spec.training.precision
    return Plan(plan.device, threads or 1, "float32" if forced == "auto" else forced)


def is_long(spec: Spec, images: Images, steps: float) -> bool:
    """Tell whether a training of so many steps per second is worth the trial of other plans."""
    training = spec.training
    return (training.limit or training.epochs * math.ceil(len(images) / training.batch) / steps) > SHORT


def fastest(spec: Spec, images: Images, plan: Plan, steps: float) -> tuple[Plan, float]:
    """Return the plan of one process with the most steps per second, and how many; the simplest one has `steps`.

    More threads are taken only if they bring WORTH of what they could: two that share a core bring a third, and a page
    that shows the training needs it more.
    """
    counts, precisions = _others(spec, plan)
    found = simplest(spec, plan), steps
    for other in [found[0]._replace(precision=each) for each in precisions]:
        found = _faster(spec, images, found, other, GAIN)
    for count in counts:
        least = 1 + WORTH * (count / found[0].threads - 1)
        found = _faster(spec, images, found, found[0]._replace(threads=count), least)
    return found


def _others(spec: Spec, plan: Plan) -> tuple[list[int], list[str]]:
    """Return what may be tried beside the simplest: numbers of threads, and precisions."""
    alone = not spec.training.threads and plan.device == "cpu" and plan.world == 1
    open_ = spec.training.precision == "auto" and plan.device != "mps"
    return _thread_counts()[1:] if alone else [], ["bfloat16"] if open_ else []


def usual_epochs(spec: Spec, images: Images, plan: Plan) -> int:
    """Return how many passes over the pictures take about USUAL_MINUTES under a plan; from 1 to MOST_EPOCHS.

    Only the first of several processes finds out, alone: the others wait for it.
    """
    per_epoch = math.ceil(len(images) / spec.training.batch)
    alone = plan._replace(rank=0, world=1)
    return max(1, min(MOST_EPOCHS, round(60 * USUAL_MINUTES * speed(spec, images, alone) / per_epoch)))


def speed(spec: Spec, images: Images, plan: Plan) -> float:
    """Return training steps per second under a plan, from a few steps of a model that is thrown away."""
    from explorer.learner import Learner
    from explorer.source import Source

    few = images.take(slice(0, 4 * spec.training.batch))
    learner, source = Learner(spec, plan), Source(few, spec, plan)
    moment = Moment(0.0, len(few))
    learner.learn(source.batch(0), moment)  # the first step is slower: memory is taken, kernels are chosen
    start = time.perf_counter()
    for step in range(1, STEPS + 1):
        loss = learner.learn(source.batch(step), moment)
        if time.perf_counter() - start > TRIAL:
            break
    loss.total.item()  # waits for the device
    return step / (time.perf_counter() - start)


def _faster(spec: Spec, images: Images, found: tuple[Plan, float], other: Plan, gain: float) -> tuple[Plan, float]:
    """Return another plan and its steps per second, if those are so much more than what is found, and else that."""
    fast = speed(spec, images, other)
    return (other, fast) if fast > found[1] * gain else found


def _thread_counts() -> list[int]:
    """Return 1, 2, 4 ... and the number of cores that this process may use."""
    cores = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1
    return sorted({*(2**power for power in range(cores.bit_length())), cores})


def agreed(plan: Plan, *numbers: float) -> tuple[float, ...]:
    """Return the first process's numbers in each of those that share a training."""
    if plan.world == 1:
        return numbers
    held = torch.tensor(numbers, dtype=torch.float64, device=plan.device)
    torch.distributed.broadcast(held, src=0)
    return tuple(held.tolist())


def shared(thing: Thing, plan: Plan) -> Thing:
    """Return what the first process holds in each of those that share a training."""
    if plan.world == 1:
        return thing
    held = [thing]
    torch.distributed.broadcast_object_list(held, src=0)
    return held[0]


def joined(device: str = "auto") -> Plan:
    """Return the plan of this process: on which device, and, under torchrun, which one of how many it is.

    Those that share a training meet here; torchrun tells them of each other in the environment.
    ValueError if a device is asked for that is not here.
    """
    plan = Plan(_placed(found(device)))
    if not is_one_of_many():
        return plan
    from torch import distributed

    if not distributed.is_initialized():
        distributed.init_process_group(timeout=PATIENCE)  # gloo for the CPU, and NCCL where there are GPUs
    return plan._replace(rank=distributed.get_rank(), world=distributed.get_world_size())


def again(plan: Plan, kept: Mapping[str, Any], asked: str) -> Plan:
    """Return the plan on the device that a run was trained on so far, if that is here and nobody asks for another."""
    kind = kept.get("device")
    return plan._replace(device=_placed(kind)) if asked == "auto" and kind and _here()[kind] else plan


def _placed(kind: str) -> str:
    """Return a device's own name: of several GPUs each process takes one, for all that it computes and sends."""
    if kind != "cuda" or not is_one_of_many():
        return kind
    torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    return f"cuda:{torch.cuda.current_device()}"


def part(plan: Plan) -> None:
    """Leave those that share a training, at its end."""
    if plan.world > 1:
        torch.distributed.destroy_process_group()


def _here() -> dict[str, bool]:
    return {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}


def found(asked: str) -> str:
    """Return the kind of device that is asked for: cpu, cuda or mps; ValueError if it is not here."""
    here = _here()
    if asked == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if here[name])
    if not here.get(asked):
        found = ", ".join(name for name, there in here.items() if there)
        raise ValueError(f"There is no device {asked!r} here; choose one of: {found}, or auto.")
    return asked
