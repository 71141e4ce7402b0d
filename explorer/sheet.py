"""The contact sheet of a model, one PNG: reconstructions, samples, traversals, and the classes of a CVAE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from explorer.datasets import Images
    from explorer.latent import LatentTable
    from explorer.vae import VAE

Pixels = NDArray[np.uint8]
COLUMNS = 10
SAMPLE_ROWS, MOST_DIMENSIONS, STYLES = 3, 8, 4  # rows of samples, of traversals, and of each z through the classes
ENCODED = 200  # pictures from which the mean and the most active dimensions are taken, where no table is given
REACH = 3.0  # standard deviations to each side in a traversal
CELL = 56  # pixels, about, for the longer side of a picture; up to twice this where a picture has more
PAPER, INK, QUIET = (250, 250, 248), (30, 30, 30), (110, 110, 110)
MARGIN, GAP, TITLE = 18, 3, 15  # pixels; TITLE is the font's size


@dataclass(frozen=True)
class Section:
    """A titled block of rows of pictures."""

    title: str
    rows: list[Pixels]  # each (columns, c, h, w)
    labels: tuple[str, ...] = ()  # one for each row, or none


def sheet(model: VAE, images: Images, table: LatentTable | None = None, seed: int = 0) -> Image.Image:
    """Return the contact sheet of a model and pictures (usually the test pictures) of its shape.

    `table`: these pictures, encoded; without it some are encoded here. The same model, pictures, table and
    seed give the same sheet. ValueError if the pictures do not fit the model.
    """
    from explorer import latent

    random = np.random.default_rng(seed)
    if table is None:
        images = images.take(np.sort(random.choice(len(images), min(ENCODED, len(images)), replace=False)))
        table = latent.encode(model, images)
    known = len(table.mean)
    shown = np.sort(random.choice(known, min(COLUMNS, known), replace=False))
    sections = [_reconstructions(model, images.take(shown), table.mean[shown]), _samples(model, table, random)]
    sections.append(_traversals(model, table, images.labels))
    if model.classes:
        sections.append(_through_classes(model, table, random, images.label_names))
    return _paint(_headline(model), sections)


def _headline(model: VAE) -> str:
    spec = model.spec
    dimensions = f"{spec.latent} latent dimension{'s' if spec.latent > 1 else ''}"
    told = ", told the class" if model.classes else ""
    return f"{spec.data.name}: {spec.objective.name}, {spec.network.name}, {dimensions}{told}"


def _reconstructions(model: VAE, images: Images, mean: NDArray[np.float32]) -> Section:
    title = "Test pictures, and below each what the model makes of it"
    return Section(title, [images.pixels, _decoded(model, mean, images.labels)])


def _samples(model: VAE, table: LatentTable, random: np.random.Generator) -> Section:
    """Decode draws from the prior; a plain autoencoder has none, so its codes are as wide as those of the data."""
    shape = (SAMPLE_ROWS, min(COLUMNS, model.classes or COLUMNS), model.spec.latent)
    z = random.normal(size=shape).astype(np.float32)
    title = "Samples: pictures that never were, from random z"
    if not model.stochastic:
        z = table.mean.mean(axis=0) + z * table.mean.std(axis=0)
        title = "Random codes, as wide as those of the data (an autoencoder has no prior to draw from)"
    columns = np.arange(shape[1])
    if model.classes:
        title += ", one class a column"
    return Section(title, [_decoded(model, row, columns) for row in z])


def _traversals(model: VAE, table: LatentTable, labels: Any) -> Section:
    """One row a dimension, the most active first: by KL, or, without a q(z|x), by the spread of the codes."""
    middle, spread = table.mean.mean(axis=0), table.mean.std(axis=0)
    activity = spread**2 if table.kl is None else table.kl
    chosen = np.argsort(-activity, kind="stable")[:MOST_DIMENSIONS]
    steps = np.linspace(-REACH, REACH, COLUMNS)
    rows = []
    for i in chosen:
        z = np.tile(middle, (COLUMNS, 1))  # (columns, d), new for each row: moves must not add up
        z[:, i] += steps * spread[i]
        rows.append(_decoded(model, z.astype(np.float32), None if labels is None else np.repeat(labels[:1], COLUMNS)))
    left = len(activity) - len(chosen)
    which = f"the {len(chosen)} most active of {len(activity)} dimensions" if left else "each dimension"
    title = f"Traversals: {which} from -3 to 3 standard deviations, the rest at the mean"
    if len(activity) == 1:
        title = "Traversal: z from -3 to 3 standard deviations"
    unit = "variance" if table.kl is None else "KL"
    return Section(title, rows, tuple(f"z{i + 1}, {unit} {activity[i]:.1f}" for i in chosen))


def _through_classes(model: VAE, table: LatentTable, random: np.random.Generator, names: tuple[str, ...]) -> Section:
    columns = np.arange(min(COLUMNS, model.classes))
    styles = random.normal(size=(STYLES, 1, model.spec.latent)).astype(np.float32)
    if not model.stochastic:
        styles = table.mean.mean(axis=0) + styles * table.mean.std(axis=0)
    rows = [_decoded(model, np.repeat(z, len(columns), axis=0), columns) for z in styles]
    said = ", ".join(names[: len(columns)])
    return Section(f"The same z in each row, told the class: {said}", rows)


def _decoded(model: VAE, z: NDArray[np.float32], labels: Any) -> Pixels:
    """Return the pictures (n, c, h, w) of z (n, d), told the classes `labels` (n,) if the model is conditional."""
    import torch

    from explorer.latent import told

    with torch.inference_mode():
        device = next(model.parameters()).device
        pictures = model.picture(torch.from_numpy(z).to(device), told(model, labels))
        pixels: Pixels = (pictures * 255).round().clamp(0, 255).byte().cpu().numpy()
    return pixels


def _paint(headline: str, sections: list[Section]) -> Image.Image:
    cells = [[_cell(pixels) for pixels in row] for section in sections for row in section.rows]
    width, height = cells[0][0].size
    title, small = ImageFont.load_default(TITLE), ImageFont.load_default(TITLE - 4)
    label = max((round(small.getlength(text)) + 10 for section in sections for text in section.labels), default=0)
    left = {section.title: MARGIN + (label if section.labels else 0) for section in sections}
    wide = max(left[s.title] + max(map(len, s.rows)) * (width + GAP) for s in sections) + MARGIN
    line = round(TITLE * 2)
    high = 2 * MARGIN + line + sum(line + len(s.rows) * (height + GAP) + MARGIN // 2 for s in sections)
    words = [headline, *(section.title for section in sections)]
    wide = max(wide, 2 * MARGIN + max(round(title.getlength(text)) for text in words))
    canvas = Image.new("RGB", (wide, high), PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((MARGIN, MARGIN), headline, INK, title)
    y, rows = MARGIN + line, iter(cells)
    for section in sections:
        draw.text((MARGIN, y + TITLE // 2), section.title, QUIET, title)
        y += line
        for number in range(len(section.rows)):
            if section.labels:
                draw.text((MARGIN, y + height // 2), section.labels[number], QUIET, small, anchor="lm")
            for column, cell in enumerate(next(rows)):
                canvas.paste(cell, (left[section.title] + column * (width + GAP), y))
            y += height + GAP
        y += MARGIN // 2
    return canvas


def _cell(pixels: Pixels) -> Image.Image:
    """Return one picture (c, h, w), enlarged or reduced by a whole number, so that its pixels stay sharp."""
    image = Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0))
    longer = max(image.size)
    if longer > 2 * CELL + 16:
        return image.reduce(-(-longer // (2 * CELL + 16)))
    scale = max(1, round(CELL / longer))
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
