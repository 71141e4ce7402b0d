"""JSON on disk, looked at before it is trusted: anybody may have edited it.

What Python would read and others would not is refused: NaN, numbers without end, half letters. So whatever has been
read here can be passed on to a browser.
"""

from __future__ import annotations

import json
import math
import stat
from pathlib import Path
from typing import Any, NoReturn

LARGEST = 20_000_000  # bytes; the largest of ours, a run that was changed a thousand times, has a tenth of that
WIDEST = 10**300  # what a floating number can nearly hold


def read(file: Path, largest: int = LARGEST) -> Any:
    """Return what a file holds. ValueError if it is missing, too large, no file, or no JSON."""
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
            raise ValueError("it is no file")
        if about.st_size > largest:
            raise ValueError(f"it has {about.st_size:,} bytes, more than any of ours")
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("it cannot be read as text") from None


def parse(text: str) -> Any:
    """Return what a text says. ValueError if it is no JSON."""
    try:
        found = _DECODER.decode(text)
        if "\\u" in text:  # by an escape alone can half a letter come in
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it cannot be read as JSON: {error}") from None
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _float(word: str) -> float:
    return number if math.isfinite(number := float(word)) else _refuse(word)


def _int(word: str) -> int:
    return number if -WIDEST < (number := int(word)) < WIDEST else _refuse(word[:20])


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_float, parse_int=_int)
