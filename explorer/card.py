"""The model card: what a person reads before using a model, as the README.md of its folder."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from explorer import catalog
from explorer.datasets._files import readable
from explorer.measures import table
from explorer.spec import MENUS, Spec

SLASHED = "\\|"  # how Markdown writes the line of p(x|z) within a table


def text(name: str, spec: Spec, measures: Mapping[str, float], made: Mapping[str, Any]) -> str:
    """Return the card of a model as Markdown, with the header that model hubs read."""
    data = catalog.entry("datasets", spec.data.name)
    kind = catalog.summary("objectives", spec.objective.name)
    channels, height, width = spec.shape
    rows = "\n".join(
        f"| {title} | {value} | {about.replace('|', SLASHED)} |" for title, value, about in table.rows(measures)
    )
    return f"""---
library_name: explorer
tags: [variational-autoencoder, image-generation]
---
# {name}

{kind}

![Test pictures and their reconstructions, samples, and what single dimensions of z do](sheet.png)

Pictures of {height}x{width} pixels, {"grey" if channels == 1 else "colour"}; {spec.latent} latent dimensions.

- Data: `{spec.data.name}`. {catalog.summary("datasets", spec.data.name)} Licence of the data: {data.licence}.
- Made by: `{command(name, spec)}`{_how(made)}
- Open it with: `explorer`, then choose `{name}`.

| measure | value | |
|---|---|---|
{rows}
"""


def _how(made: Mapping[str, Any]) -> str:
    """Return how long that took, and with what; nothing where nobody knows."""
    try:
        minutes, threads = float(made["seconds"]) / 60, int(made["threads"])
        device, precision = str(made["device"]), str(made["precision"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""
    return f", in {minutes:.1f} minutes on {device} with {threads} thread{'s' if threads > 1 else ''} in {precision}."


def command(name: str, spec: Spec) -> str:
    """Return the command that trains this model again; what is as usual is left out, what cannot be printed is �."""
    words = ["explorer", "train", spec.data.name, "--name", name]
    turned = _turned(spec, vars(spec)) | _turned(spec.training, vars(spec.training))
    turned["batch"] = spec.training.batch  # what is usual depends on the number of pictures
    for menu, kind in MENUS.items():
        choice = getattr(spec, menu)
        knobs = _turned(catalog.entry(kind, choice.name), choice.knobs)
        if menu != "data":  # what is usual depends on the pictures
            words += [f"--{menu}", choice.name]
        turned |= knobs
    for knob, value in turned.items():
        said = ("no", "yes")[value] if isinstance(value, bool) else str(value)
        words += [f"--{knob.replace('_', '-')}", said]
    return shlex.join(map(readable, words))


def _turned(entry: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that are not their knob's default."""
    return {
        knob.name: values[knob.name]
        for knob in catalog.knobs(entry)
        if knob.name in values and values[knob.name] != knob.default
    }
