"""A blueprint: what a drawing of a network needs, its layers with shapes and numbers of weights. Found without data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from explorer import catalog
from explorer.spec import Spec

if TYPE_CHECKING:
    from torch import Tensor, nn

PICTURES = 2  # that pass through the network to find its shapes: a batch norm needs more than one
NAMES = {"Linear": "fully connected", "Conv2d": "convolution", "ConvTranspose2d": "transposed convolution"}
AFTER = {"activation", "normalization", "batchnorm", "instancenorm", "dropout"}  # modules of torch.nn: parts of a layer


def blueprint(spec: Spec) -> dict[str, Any]:
    """Return a drawing's facts on the network of a Spec, as JSON. LookupError or ValueError if it cannot be built.

    encoder, decoder: lists of layers; what comes after the encoder's last are the two heads. weights: numbers by part,
    which add up to `total`. A discriminator is trained beside the model and is no part of it.
    """
    import torch

    from explorer.vae import VAE

    channels, height, width = spec.shape
    with torch.device("meta"):  # knows the shapes, takes no memory
        model = VAE(spec)
        beside = catalog.make("objectives", spec.objective).discriminator(spec.latent)
        *encoder, last = _layers(model.encoder, torch.empty(PICTURES, channels + bool(model.classes), height, width))
        decoder = _layers(model.decoder, torch.empty(PICTURES, spec.latent + model.classes))
    parts = {"encoder": model.encoder, "decoder": model.decoder, "likelihood": model.likelihood}
    parts |= {"class": model.condition} if model.classes else {}
    weights = {name: _weights(part) for name, part in parts.items()}
    return {
        "shape": list(spec.shape), "latent": spec.latent, "classes": model.classes, "stochastic": model.stochastic,
        "encoder": encoder, "heads": _heads(last, spec.latent), "decoder": decoder,
        "likelihood": {"name": spec.likelihood.name.replace("_", " "), "about": _about(spec.likelihood.name)},
        "weights": weights, "total": sum(weights.values()), "discriminator": _weights(beside) if beside else 0,
    }  # fmt: skip


def _about(likelihood: str) -> str:
    """Return what a likelihood says of itself, without its name."""
    return catalog.summary("likelihoods", likelihood).partition(": ")[2]


def _heads(last: dict[str, Any], latent: int) -> dict[str, Any]:
    """Return mu and log sigma^2 as layers of their own: one layer computes both, each has half of its weights."""
    half = {**last, "shape": [latent], "weights": last["weights"] // 2}
    return {"mu": half, "log sigma^2": {**half, "weights": last["weights"] - half["weights"]}}


def _layers(network: nn.Module, numbers: Tensor) -> list[dict[str, Any]]:
    """Return the layers of a network in order. What norms or bends the numbers belongs to the layer before it."""
    found: list[dict[str, Any]] = []
    enlarged: list[str] = []
    for module, shape in _passed(network, numbers):
        part = type(module).__module__.rpartition(".")[2]
        if part == "flatten":
            _reshape(found, shape)
        elif part == "upsampling":
            enlarged = [f"enlarged to {' × '.join(map(str, shape[1:]))}"]
        elif part in AFTER and found:
            found[-1]["then"].append(_words(module))
            found[-1]["weights"] += _weights(module)
        else:
            found.append({"name": _words(module), "kind": ", ".join([*enlarged, _kind(module)]), "then": [],
                          "shape": shape, "weights": _weights(module)})  # fmt: skip
            enlarged = []
    return found


def _passed(network: nn.Module, numbers: Tensor) -> list[tuple[nn.Module, list[int]]]:
    """Return the steps of a network in the order in which numbers pass them, each with the shape of what it gives."""
    found: list[tuple[nn.Module, list[int]]] = []
    hooks = [step.register_forward_hook(lambda module, _, given: found.append((module, list(given.shape[1:]))))
             for step in _steps(network)]  # fmt: skip
    network(numbers)
    for hook in hooks:
        hook.remove()
    return found


def _steps(network: nn.Module) -> list[nn.Module]:
    """Return the modules of a network that a person would name: those of a sequence, however nested; a block is one."""
    if type(network).__name__ != "Sequential":
        return [network]
    return [step for child in network.children() for step in _steps(child)]


def _reshape(found: list[dict[str, Any]], shape: list[int]) -> None:
    """Show numbers that become a picture as that picture; a picture that becomes a row stays one."""
    if found and len(shape) > 1:
        found[-1]["shape"] = shape


def _kind(module: nn.Module) -> str:
    """Return a layer in words, with what matters of a convolution."""
    kernel, stride = getattr(module, "kernel_size", None), getattr(module, "stride", None)
    size = f" {kernel[0]} × {kernel[1]}" if isinstance(kernel, tuple) else ""
    step = f", stride {stride[0]}" if isinstance(stride, tuple) and stride[0] > 1 else ""
    return _words(module) + size + step


def _words(module: nn.Module) -> str:
    """Return the name of a module in words; that of an activation is its own."""
    name = type(module).__name__.strip("_")
    if type(module).__module__.endswith(".activation"):
        return name
    return NAMES.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _weights(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())
