"""One picture: every kind that cameras and programs write becomes what a person expects; broken ones are refused."""

import io
import struct
import time
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer.datasets import _decode
from explorer.datasets._decode import block, native, picture
from tests.sources import sentence

RED, BLUE, WHITE = [255, 0, 0], [0, 0, 255], [255, 255, 255]


def stored(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return io.BytesIO(file.getvalue())


def halves(size=(8, 8), left=(255, 0, 0), right=(0, 0, 255)):
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, size[0], size[1]))
    return image


def colours(pixels):
    return pixels.transpose(1, 2, 0)


@pytest.mark.parametrize("kind", _decode.FORMATS)
def test_every_kind_is_read(kind):
    pixels = picture(stored(halves()), 8, 3)
    assert pixels.shape == (3, 8, 8)
    again = picture(stored(halves((16, 16)), kind), 16, 3)
    assert np.abs(colours(again)[0, 2].astype(int) - RED).max() < 60
    assert np.abs(colours(again)[0, -2].astype(int) - BLUE).max() < 60


def test_other_kinds_are_not_read():
    with pytest.raises(ValueError, match="it is none of PNG, JPEG"):
        picture(stored(halves(), "TIFF"), 8, 3)


def test_a_picture_of_the_right_size_is_left_as_it_is():
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    assert np.array_equal(picture(stored(Image.fromarray(noise)), 28, 1)[0], noise)


def test_of_an_oblong_picture_the_middle_is_taken():
    wide = Image.new("RGB", (40, 8), "red")
    wide.paste("blue", (16, 0, 24, 8))
    assert (colours(picture(stored(wide), 8, 3)) == BLUE).all()
    assert (colours(picture(stored(wide.rotate(90, expand=True)), 8, 3)) == BLUE).all()
    assert (colours(picture(stored(wide), 4, 3, crop=6)) == BLUE).all()


def test_a_large_photo_is_smoothed_not_sampled():
    stripes = np.tile(np.array([[0], [255]], np.uint8), (500, 1500))
    for kind in ("PNG", "JPEG"):
        pixels = picture(stored(Image.fromarray(stripes), kind), 64, 1)
        assert np.abs(pixels.astype(int) - 127).max() < 12


def test_pixel_art_is_not_blurred():
    art = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    small = Image.fromarray(art)
    enlarged = small.resize((64, 64), Image.Resampling.NEAREST)
    assert np.array_equal(colours(picture(stored(small), 64, 3)), np.asarray(enlarged))
    assert np.array_equal(colours(picture(stored(enlarged), 16, 3)), art)
    assert np.array_equal(colours(picture(stored(enlarged), 32, 3)), np.asarray(small.resize((32, 32), 0)))


@pytest.mark.parametrize(
    ("image", "size"), [(np.eye(6), 1), (np.kron(np.eye(3), np.ones((4, 4))), 4), (np.ones((5, 5)), 5)]
)
def test_block_is_the_size_at_which_a_picture_was_drawn(image, size):
    assert block(image.astype(np.uint8)[:, :, None]) == size


def test_blocks_must_be_even_in_both_directions():
    image = np.kron(np.arange(6).reshape(2, 3), np.ones((6, 4)))
    assert block(image.astype(np.uint8)[:, :, None]) == 2


def test_native_says_side_blocks_and_colour():
    assert native(stored(halves((20, 12))), 128) == (12, 6, True)
    assert native(stored(Image.fromarray(np.eye(9, dtype=np.uint8))), 128) == (9, 1, False)
    assert native(stored(halves((2000, 2000)), "JPEG"), 128)[0] == 250


def test_transparent_parts_are_white():
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 4, 8))
    assert colours(picture(stored(clear), 8, 3))[0, [0, -1]].tolist() == [RED, WHITE]
    half = Image.new("LA", (8, 8), (0, 128))
    assert picture(stored(half), 8, 1)[0, 0, 0] == pytest.approx(127, abs=1)
    palette = halves().quantize(2)
    blue = palette.getpixel((7, 0))
    assert colours(picture(stored(palette, transparency=blue), 8, 3))[0, [0, -1]].tolist() == [RED, WHITE]


@pytest.mark.parametrize("mode", ["P", "1", "L", "CMYK", "YCbCr"])
def test_other_modes_keep_their_colours(mode):
    image = Image.new("RGB", (8, 8), "white").convert(mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert (picture(stored(image, kind), 8, 3) >= 253).all()


def test_cmyk_red_is_red():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert np.abs(colours(picture(stored(image, "JPEG"), 16, 3))[8, 8].astype(int) - RED).max() < 10


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "16 bits"])
def test_strips_make_the_same_picture_in_less_memory(mode, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000, 4), dtype=np.uint8)
    options = {"transparency": 3} if mode == "P" else {}
    image = Image.fromarray(noise[:, :, :2].copy().view(np.uint16)[:, :, 0] if mode == "16 bits" else noise)
    file = stored(image if mode == "16 bits" else image.convert("RGB").quantize(9) if options else image.convert(mode),
                  compress_level=1, **options)  # fmt: skip
    monkeypatch.setattr(_decode, "STRIP", 1000)
    whole = picture(file, 1000, 3)
    monkeypatch.setattr(_decode, "STRIP", 64)
    file.seek(0)
    assert np.array_equal(picture(file, 1000, 3), whole)
    if mode == "16 bits":
        with Image.open(file) as image:
            tracemalloc.start()
            _decode._from_16_bit(image)
            assert tracemalloc.get_traced_memory()[1] < 6 * 1000 * 1000
            tracemalloc.stop()


def test_of_large_pictures_one_at_a_time_is_in_memory(monkeypatch):
    inside, most = [], []

    def flat(image):
        inside.append(1)
        time.sleep(0.02)
        most.append(len(inside))
        inside.pop()
        raise ValueError("broken")

    def read(limit):
        most.clear()
        monkeypatch.setattr(_decode, "LARGE", limit)
        with ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda _: sentence(picture, stored(halves()), 8, 3), range(8)))
        assert said == ["broken"] * 8  # and nobody waits for ever for one that failed
        return max(most)

    monkeypatch.setattr(_decode, "_flat", flat)
    assert (read(63), read(64) > 1) == (1, True)


def test_grey_is_what_pillow_calls_grey():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 8, 8), dtype=np.uint8)
    wanted = [np.asarray(Image.fromarray(each.transpose(1, 2, 0)).convert("L")) for each in pixels]
    assert np.array_equal(_decode.grey(pixels)[:, 0], wanted)


def test_16_bits_become_8():
    grey = np.full((8, 8), 65535, np.uint16)
    grey[0, 0] = 257 * 100
    pixels = picture(stored(Image.fromarray(grey)), 8, 1)[0]
    assert (pixels[0, 0], pixels[1, 1]) == (100, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    file = stored(frames[0], kind, save_all=True, append_images=frames[1:], **lossless)
    assert (colours(picture(file, 8, 3)) == RED).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_camera_was_held(orientation):
    upright = np.array([[0, 85], [170, 255]], np.uint8)  # every turn and flip of it differs
    turned = {  # what a camera stores, so that a viewer turns it upright (EXIF 2.3, 4.6.4 A)
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    large = Image.fromarray(np.kron(turned, np.ones((16, 16))).astype(np.uint8))
    pixels = picture(stored(large, "JPEG", exif=exif, quality=95), 32, 1)[0]
    assert np.abs(pixels[8::16, 8::16].astype(int) - upright).max() < 6


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # as where many are decoded
def test_a_damaged_exif_block_does_not_lose_the_picture():
    file = stored(halves((16, 16)), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7fnonsense")
    assert picture(file, 16, 3).shape == (3, 16, 16)


def bomb(side):
    """Return a PNG whose header promises a picture of side x side."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b""))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_001, 13_000, 100_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused(side):
    with pytest.raises(ValueError, match="pixels"):
        picture(bomb(side), 8, 3)


@pytest.mark.parametrize("cut", [0, 10, 60, -8])
@pytest.mark.parametrize("kind", _decode.FORMATS)
def test_a_picture_that_was_cut_off_is_refused(kind, cut):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    data = stored(Image.fromarray(noise), kind).getvalue()
    broken = data[: len(data) // 2 if cut == -8 else cut]
    with pytest.raises(ValueError, match=r"\w") as error:
        picture(io.BytesIO(broken), 8, 3)
    assert "\n" not in str(error.value)


SEEDS = {kind: stored(halves((24, 24)), kind).getvalue() for kind in _decode.FORMATS}


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(_decode.FORMATS), place=st.integers(0, 2000), damage=st.binary(max_size=30))
def test_any_bytes_are_a_picture_or_a_reason(kind, place, damage):
    data = SEEDS[kind]
    place %= len(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = sentence(picture, io.BytesIO(data[:place] + damage + data[place + len(damage) :]), 8, 3)
    assert "\n" not in said


def test_the_size_is_known_by_the_first_bytes():
    exif = Image.Exif()
    exif[_decode.ORIENTATION] = 6
    file = stored(Image.new("RGB", (3000, 20)), "JPEG", exif=exif)
    assert _decode.size(io.BytesIO(file.getvalue()[:700])) == (20, 3000)
    assert _decode.size(stored(Image.new("L", (30, 20)))) == (30, 20)
    for broken, said in ((b"MZ", "it is none of PNG"), (b"", "it is none of PNG")):
        with pytest.raises(ValueError, match=said):
            _decode.size(io.BytesIO(broken))
