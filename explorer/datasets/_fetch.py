"""Data sets that torchvision and scikit-learn fetch: one sentence where that is not possible."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from tarfile import TarError
from typing import Any
from zipfile import BadZipFile

from explorer.datasets import Report
from explorer.vision import torchvision_datasets


@contextmanager
def fetching(name: str, remedy: str, report: Report) -> Iterator[None]:
    """Report that `name` is being fetched; if that fails, raise LookupError with `remedy`: which files to put where."""
    report(0.0, f"fetching {name}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it tries again
            yield
    except (RuntimeError, OSError, HTTPException, EOFError, BadZipFile, TarError, ImportError) as error:
        raise LookupError(f"{name} could be neither found nor fetched: {remedy}.") from error


def torchvision(name: str, folder: Path, remedy: str, report: Report, **options: Any) -> Any:
    """Return torchvision's data set `name` in `folder`, fetched if it is not there. LookupError as above."""
    made = getattr(torchvision_datasets(), name)
    with fetching(name, remedy, report):
        return made(folder, download=True, **options)
