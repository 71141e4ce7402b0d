"""One picture of any kind becomes uint8 (c, side, side): the first frame, upright, on white, its middle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # and no other decoder of Pillow's: some start programs
LARGEST = 100_000_000  # pixels; a decompression bomb promises more
LARGE = 10_000_000  # pixels; of pictures with more, one at a time is in memory
STRIP = 64  # rows of a picture that are made 8 bits deep, or laid on white, at a time
TINY = 32  # a picture of at most this many pixels a side is drawn pixel by pixel, and is not blurred when enlarged
ORIENTATION = 0x0112  # where EXIF says how the camera was held
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_large = threading.Lock()


def picture(file: Path | IO[bytes], side: int, channels: int, crop: int = 0) -> NDArray[np.uint8]:
    """Return a picture as (channels, side, side): its largest middle square, resized.

    `crop` takes a middle square of so many pixels instead. ValueError, with the reason, if it cannot be decoded.
    """
    with _opened(file, 2 * side if not crop else 0, channels) as (image, shrunk):
        resized = _resize(middle(image, round(crop * shrunk)), side)
    pixels = np.asarray(resized.convert("L" if channels == 1 else "RGB"))
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures (n, 3, h, w) as (n, 1, h, w), weighed as Pillow does it (ITU-R 601-2, in 1/65536)."""
    weights = np.array([19595, 38470, 7471], np.uint32)
    return ((np.tensordot(pixels, weights, (1, 0)) + 32768) >> 16).astype(np.uint8)[:, None]


def native(file: Path | IO[bytes], enough: int) -> tuple[int, int, bool]:
    """Return what a picture is by itself: its shorter side, the size of its blocks, and whether it is colourful.

    Sides beyond `enough` pixels are only known to be at least that. ValueError as above.
    """
    with _opened(file, enough, 3) as (image, _):
        pixels = np.asarray(middle(image, 0).convert("RGB"))
        is_grey = (pixels == pixels[:, :, :1]).all()
        return len(pixels), block(pixels), not is_grey


def size(file: Path | IO[bytes]) -> tuple[int, int]:
    """Return the width and height of a picture, upright, by its first bytes alone. ValueError as above."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > LARGEST:
                raise ValueError(f"it has more than {LARGEST:,} pixels")
            turned = _orientation(image) in range(5, 9)  # these lie on their side
            return (image.height, image.width) if turned else image.size
    except UnidentifiedImageError:
        raise ValueError(f"it is none of {', '.join(FORMATS)}") from None
    except Exception as error:  # noqa: BLE001  (hostile bytes, as below)
        raise ValueError(str(error).partition("\n")[0] or type(error).__name__) from None


def middle(image: Image.Image, crop: int) -> Image.Image:
    """Return the largest square in the middle of a picture, or one of `crop` pixels."""
    width, height = image.size
    side = min(width, height, crop or width)
    left, top = (width - side) // 2, (height - side) // 2
    return image if width == height == side else image.crop((left, top, left + side, top + side))


def block(pixels: NDArray[np.uint8]) -> int:
    """Return the largest k so that a square picture (n, n, c) consists of even squares of k x k pixels.

    It is 4 for pixel art that was drawn at 16x16 and stored at 64x64, and 1 for a photo.
    """
    n, k = len(pixels), len(pixels)
    for axis in (0, 1):
        lines = np.moveaxis(pixels, axis, 0)
        steps = np.flatnonzero((lines[1:] != lines[:-1]).any(axis=(1, 2))) + 1  # where a line differs from the last
        k = int(np.gcd.reduce([k, n, *steps.tolist()]))
        if k == 1:
            break
    return k


@contextmanager
def _opened(file: Path | IO[bytes], enough: int, channels: int) -> Iterator[tuple[Image.Image, float]]:
    """Give an upright RGB or L picture without transparency, and by what factor it was shrunk while decoded.

    A JPEG is decoded at a half, a quarter or an eighth where its sides stay at least `enough` (0: at full size).
    """
    with ExitStack() as held:
        try:
            opened = _open(file, enough, channels, held)
        except UnidentifiedImageError:
            raise ValueError(f"it is none of {', '.join(FORMATS)}") from None
        except Exception as error:  # noqa: BLE001  (hostile bytes: a decoder may raise anything, and all mean this)
            raise ValueError(str(error).partition("\n")[0] or type(error).__name__) from None
        yield opened


def _open(file: Path | IO[bytes], enough: int, channels: int, held: ExitStack) -> tuple[Image.Image, float]:
    """Return the picture; if it is large, `held` keeps others waiting until it is closed."""
    with Image.open(file, formats=FORMATS) as image:
        width = image.width
        if enough:
            image.draft("L" if channels == 1 else "RGB", (enough, enough))
        if image.width * image.height > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} pixels")
        if image.width * image.height > LARGE:
            held.enter_context(_large)
        flat = _flat(image)
        turn = UPRIGHT.get(_orientation(image))
        return (flat if turn is None else flat.transpose(turn)), image.width / width


def _flat(image: Image.Image) -> Image.Image:
    """Return the first frame as 8-bit grey or RGB, on white where it is transparent."""
    if image.mode.startswith(("I", "F")):
        return _from_16_bit(image)
    if image.has_transparency_data:
        return _on_white(image)
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Strip by strip: four copies of a large picture take gigabytes."""
    image.load()
    flat = Image.new("RGB", image.size)
    for top in range(0, image.height, STRIP):
        layer = image.crop((0, top, image.width, min(top + STRIP, image.height))).convert("RGBA")
        flat.paste(Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB"), (0, top))
    return flat


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Strip by strip, as above."""
    values = np.asarray(image)
    pixels = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), STRIP):
        pixels[top : top + STRIP] = np.clip(np.round(values[top : top + STRIP] / 257), 0, 255)
    return Image.fromarray(pixels)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (a damaged EXIF block is no reason to lose the picture)
        return 1


def _resize(square: Image.Image, side: int) -> Image.Image:
    """Return a square picture at another size: photos are smoothed, the pixels of pixel art stay pixels."""
    if square.width == side:
        return square
    pixels = np.asarray(square)
    k = block(pixels.reshape(square.height, square.width, -1))
    if k > 1 and square.width // k <= max(side, TINY):  # undo an enlargement first: nothing is lost
        square = Image.fromarray(np.ascontiguousarray(pixels[::k, ::k]))
    if square.width < side and square.width <= TINY:
        return square.resize((side, side), Image.Resampling.NEAREST)
    smooth = Image.Resampling.BICUBIC if square.width < side else Image.Resampling.LANCZOS
    return square.resize((side, side), smooth, reducing_gap=3.0)
