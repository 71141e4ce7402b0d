"""Where data and models live: what was asked for, else an environment variable, else the usual place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

PACKAGE = Path(__file__).parent
RUNS = "runs"  # no model can have this name


def data_dir(chosen: str | Path | None = None) -> Path:
    """Return the folder of data sets: `chosen`, else $EXPLORER_DATA, else the user's cache."""
    return _first(chosen, "EXPLORER_DATA", user_cache_path("explorer") / "data")


def models_dir(chosen: str | Path | None = None) -> Path:
    """Return the folder of the user's own models: `chosen`, else $EXPLORER_MODELS, else the user's data."""
    return _first(chosen, "EXPLORER_MODELS", user_data_path("explorer") / "models")


def runs_dir(models: Path) -> Path:
    """Return the folder of training runs, inside that of the models they make."""
    return models / RUNS


def picture_dirs() -> list[Path]:
    """Return the folders below which a page may read pictures: those in $EXPLORER_PICTURES."""
    given = os.environ.get("EXPLORER_PICTURES", "").split(os.pathsep)
    return [Path(each).expanduser().absolute() for each in given if each.strip()]


def joined(folders: Iterable[Path]) -> str:
    """Return folders as $EXPLORER_PICTURES holds them. ValueError for a name that would be taken for two."""
    paths = [str(folder.absolute()) for folder in folders]
    if odd := next((path for path in paths if os.pathsep in path), None):
        raise ValueError(f"{odd} cannot be allowed: its name holds {os.pathsep!r}, which parts folders.")
    return os.pathsep.join(paths)


def gallery_dir() -> Path:
    """Return the folder of the models that come with the program: inside the wheel, or beside the source."""
    inside = PACKAGE / "checkpoints"
    return inside if inside.is_dir() else PACKAGE.parent / "checkpoints"


def _first(chosen: str | Path | None, variable: str, usual: Path) -> Path:
    return Path(chosen or os.environ.get(variable) or usual).expanduser().absolute()
