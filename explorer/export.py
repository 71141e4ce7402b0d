"""A model as ONNX, checked against torch, for the browser and for anybody else."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor, nn

    from explorer.vae import VAE

TOLERANCE = 1e-4  # largest difference from torch that is accepted, relative where a value is above 1
OPSET = 20
PROBES = 3  # more than one, so that a batch size that got frozen into the file is seen


def onnx(model: VAE, folder: Path) -> None:
    """Write decoder.onnx (z -> picture) and encoder.onnx (picture -> mean, std) with a dynamic batch into `folder`.

    Both halves of a conditional model have a second input, `label`: the classes as int64 (n,). ValueError if the files
    do not compute what the model computes; then neither is left behind.
    """
    model = copy.deepcopy(model).cpu()
    halves = _halves(model)
    names = {"decoder": (["z"], ["picture"]), "encoder": (["picture"], ["mean", "std"])}
    try:
        for half, example in _examples(model).items():
            inputs, outputs = names[half]
            _write(halves[half], example, [*inputs, "label"][: len(example)], outputs, folder / f"{half}.onnx")
        check(model, folder)
    except ValueError:
        for half in names:
            (folder / f"{half}.onnx").unlink(missing_ok=True)
        raise


def check(model: VAE, folder: Path) -> None:
    """Run both files with the engine that the browser runs, and compare. ValueError if they are not the model's."""
    halves = _halves(model)
    for half, example in _examples(model).items():
        _check(halves[half], tuple(each[:2] for each in example), folder / f"{half}.onnx")


def _examples(model: VAE) -> dict[str, tuple[Tensor, ...]]:
    import torch

    random = torch.Generator().manual_seed(0)
    z = torch.randn(PROBES, model.spec.latent, generator=random)
    x = torch.rand(PROBES, *model.spec.shape, generator=random)
    if not model.classes:
        return {"decoder": (z,), "encoder": (x,)}
    label = torch.arange(PROBES) % model.classes
    return {"decoder": (z, label), "encoder": (x, label)}


def _halves(model: VAE) -> dict[str, nn.Module]:
    from torch import nn

    class Decoder(nn.Module):
        def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
            return model.picture(z, label)

    class Encoder(nn.Module):
        def forward(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor]:
            q = model.encode(x, label)
            return q.mean, q.stddev

    halves = {"decoder": Decoder(), "encoder": Encoder()}
    for half in halves.values():
        half.model = model  # registers the weights
    return {name: half.eval() for name, half in halves.items()}


def _write(half: nn.Module, example: tuple[Tensor, ...], inputs: list[str], outputs: list[str], file: Path) -> None:
    import torch

    n = torch.export.Dim("n")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns about its own use of deprecated calls
            torch.onnx.export(
                half, example, file, input_names=inputs, output_names=outputs, dynamo=True, opset_version=OPSET,
                dynamic_shapes=[{0: n}] * len(example), external_data=False, verbose=False,
            )  # fmt: skip
    except Exception as error:  # (the exporter raises many kinds, and none may cost a training)
        raise ValueError(f"torch cannot write {file.name}: {str(error).partition(chr(10))[0]}") from error


def _check(half: nn.Module, example: tuple[Tensor, ...], file: Path) -> None:
    """Run the file with the engine that the browser runs and compare; ValueError if it differs."""
    import torch

    with torch.inference_mode():
        wanted = half(*example)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    try:
        given = run(file, *(each.numpy() for each in example))
    except Exception as error:  # (the engine's own errors are plain Exceptions)
        raise ValueError(f"{file.name} does not run: {str(error).partition(chr(10))[0]}") from error
    for here, there in zip(wanted, given, strict=True):
        scale = max(1.0, float(here.abs().max()))  # the codes of a plain autoencoder can be tens wide
        difference = float(np.abs(here.numpy() - there).max()) / scale
        if not difference <= TOLERANCE:
            raise ValueError(f"{file.name} differs from torch by {difference:.1e}, more than {TOLERANCE:.0e}.")


def run(file: Path, *arrays: np.ndarray[Any, Any]) -> list[Any]:
    """Return the outputs of an ONNX file for its inputs, in their order, without torch."""
    return opened(file)(*arrays)


def opened(file: Path) -> Callable[..., list[Any]]:
    """Return an ONNX file as a function from its inputs to its outputs, each in their order, computed on one core."""
    import onnxruntime  # takes a while, and only some commands need it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]

    def run(*arrays: np.ndarray[Any, Any]) -> list[Any]:
        outputs: list[Any] = session.run(None, dict(zip(names, arrays, strict=True)))
        return outputs

    return run
