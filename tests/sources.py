"""Small files in the formats of the data sets, for tests."""

import gzip
import struct

import numpy as np
from PIL import Image

from explorer.datasets import _idx
from explorer.datasets.mnist import SOURCE as MNIST


def sentence(call, *given):
    """Return what a call says where it raises ValueError; empty where it does not."""
    try:
        call(*given)
    except ValueError as error:
        return str(error)
    return ""


def write_idx(root, source, packed=True, n=5, columns=1):
    """Write four idx files; picture i is filled with the grey value i but for its right column, its label is i."""
    raw = root / source.name / "raw"
    raw.mkdir(parents=True)
    pixels = np.repeat(np.arange(n, dtype=np.uint8), 784).reshape(n, 28, 28)
    pixels[:, :, -1] = 255
    marks = np.arange(n) % len(source.label_names) + source.first
    for pair in (source.train, source.test):
        labels = struct.pack(">II", 2049, n) + bytes(marks.tolist())
        if columns > 1:
            head = struct.pack(">III", 0x0C02, n, columns)
            labels = head + np.repeat(marks[:, None], columns, axis=1).astype(">i4").tobytes()
        images = struct.pack(">IIII", 2051, n, 28, 28) + pixels.tobytes()
        for name, data in ((pair.images, images), (pair.labels, labels)):
            (raw / f"{name}.gz").write_bytes(gzip.compress(data)) if packed else (raw / name).write_bytes(data)
    return root


def write_mnist(root, packed=True, n=5):
    """Write four files of MNIST's format."""
    assert _idx.usual("MNIST") == MNIST
    return write_idx(root, MNIST, packed, n)


def write_pictures(folder, n=5, side=8, suffix="png"):
    """Write n pictures in colour, each of one colour; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        Image.new("RGB", (side, side), (5 * i % 256, 100, 200)).save(folder / f"{i}.{suffix}")
    return folder
