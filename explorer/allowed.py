"""Which paths a page may name: pictures that were kept, and what lies below folders that the server's owner allowed."""

from __future__ import annotations

from pathlib import Path

from explorer import own, places

HOW = "whoever starts the server allows folders by `explorer app --pictures FOLDER`, or by $EXPLORER_PICTURES"


def checked(path: str) -> str:
    """Return where a path leads, links and `..` followed. LookupError, with what is allowed, if no page may read there.

    What lies elsewhere is refused alike whether it is there or not. A path that is not whole begins in the first
    allowed folder that has it.
    """
    folders = places.picture_dirs()
    if not path.strip():
        raise LookupError("No folder is named.")
    kept = places.data_dir() / own.FOLDER
    for folder in (kept, *folders):
        if (found := _below(folder, path)) and (folder != kept or Path(found).name == own.PICTURES):
            return found
    if not folders:
        raise LookupError(f"No folder of the server may be read from a page: {HOW}.")
    raise LookupError(f"A page may only read below {', '.join(map(str, folders))}: {HOW}.")


def _below(folder: Path, path: str) -> str:
    """Return where a path leads if that is `folder` or below it, and empty text if not."""
    try:
        found, inside = (folder / path).resolve(), folder.resolve()
        is_whole = Path(path).is_absolute()
        return str(found) if found.is_relative_to(inside) and (is_whole or found.exists()) else ""
    except (OSError, ValueError, RuntimeError):  # a name that no file has, or a link that goes round and round
        return ""
