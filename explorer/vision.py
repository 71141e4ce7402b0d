"""torchvision, made to import beside a CPU build of torch.

The wheel of torchvision on the usual index is built for CUDA. Beside a CPU build of torch its compiled part does not
load, and the import fails with "operator torchvision::nms does not exist", although data sets and transforms need no
operator at all. Declaring the schemas of the two operators that it asks for first is enough. Where the import works
by itself, nothing is declared.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from http.client import HTTPException
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import BadZipFile

from explorer.datasets import Report

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared: list[object] = []  # a torch.library.Library takes its operators along when it is collected


@cache
def torchvision_datasets() -> ModuleType:
    """Return torchvision.datasets. Takes a second: call it only where a data set is read."""
    try:
        from torchvision import datasets
    except RuntimeError as error:
        if "does not exist" not in str(error):
            raise
        _declare_operators()
        from torchvision import datasets
    return datasets  # type: ignore[no-any-return]


def fetch(name: str, folder: Path, remedy: str, report: Report, **options: Any) -> Any:
    """Return torchvision's data set `name` in `folder`, fetched if it is not there.

    LookupError, with the sentence `remedy` on which files to put where, if it cannot be fetched.
    """
    report(0.0, f"fetching {name}")
    made = getattr(torchvision_datasets(), name)
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # its own bars would cut through ours
            return made(folder, download=True, **options)
    except (RuntimeError, OSError, HTTPException, EOFError, BadZipFile, ImportError) as error:
        raise not_fetched(name, remedy) from error


def not_fetched(name: str, remedy: str) -> LookupError:
    """Return what is said where a data set is missing: `remedy` says which files to put where."""
    return LookupError(f"{name} could be neither found nor fetched: {remedy}.")


def _declare_operators() -> None:
    import torch

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]  # what the failed import left behind
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    _declared.append(library)
