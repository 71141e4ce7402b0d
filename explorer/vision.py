"""torchvision, made to import beside a CPU build of torch.

The wheel of torchvision on the usual index is built for CUDA. Beside a CPU build of torch its compiled part does not
load, and the import fails with "operator torchvision::nms does not exist", although data sets and transforms need no
operator at all. Declaring the schemas of the two operators that it asks for first is enough. Where the import works
by itself, nothing is declared.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

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


def _declare_operators() -> None:
    import torch

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]  # what the failed import left behind
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    _declared.append(library)
