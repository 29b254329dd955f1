"""Whether objects are still large enough at the input size that was chosen."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.images.tiles import LEAST as SMALLEST_TILE
from paddlex_nb.params.catalogue import param
from paddlex_nb.params.spec import Value
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.facts import DatasetFacts

LEAST = 4
"""Objects of fewer pixels a side at the input size are hardly learnt, as at import."""

_FEW = 0.05
"""Share of such objects from which it is said."""


_STEP = 32


def small_objects(
    entry: ModelEntry, values: Mapping[str, Value], facts: DatasetFacts
) -> Message | None:
    """A warning if too many objects become too small, with an input size at which they do not.

    And with a size of tiles, at the input size that was chosen.

    Args:
        entry: The model.
        values: The run's parameters.
        facts: The data set.
    """
    size, sides = as_config(values).input_size, facts.object_sides
    share = bisect_left(sides, LEAST / size) / len(sides) if sides else 0.0
    if share < _FEW:
        return None
    # so many may be too small
    needed = LEAST / max(sides[math.ceil(_FEW * len(sides)) - 1], 1e-6)
    said = {"share": f"{share:.0%}", "side": LEAST, "value": size, "name": "input_size"}
    said["tile"] = _tile(facts.long_side * size / needed)
    better = _allowed(entry, needed)
    if better is None:
        return Message("params.small_objects_anyway", said)
    return Message("params.small_objects", {**said, "better": better})


def _tile(side: float) -> int:
    """A size of tiles, each of which becomes an input, that is no larger than what would do."""
    return max(SMALLEST_TILE, int(side) // _STEP * _STEP)


def _allowed(entry: ModelEntry, needed: float) -> int | None:
    """The smallest input size of a model that is large enough."""
    if entry.input_sizes:
        return min((size for size in entry.input_sizes if size >= needed), default=None)
    spec = param("input_size")
    step, most = spec.multiple_of or 1, spec.maximum or math.inf
    better = math.ceil(needed / step) * step
    return better if better <= most else None
