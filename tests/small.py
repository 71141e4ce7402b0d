"""The smallest variant of an entry: quick to build, to train and to export."""

from explorer import catalog
from explorer.catalog import Choice


def smallest(kind, name):
    """Choose an entry with every whole number that it counts by (width, depth, channels) as low as it goes."""
    counted = [each for each in catalog.knobs(catalog.entry(kind, name)) if type(each.default) is int]
    return Choice(name, {each.name: int(each.low) for each in counted if each.low is not None})
