"""Whether objects are still large enough at the input size that was chosen."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few
from paddlex_nb.data.images.tiles import LEAST as SMALLEST_TILE
from paddlex_nb.params.catalogue import param
from paddlex_nb.params.spec import Value
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.facts import DatasetFacts

LEAST = 4
"""Objects of fewer pixels a side at the input size are hardly learnt, as at import."""

_FEW = 0.05
"""Share of such objects from which it is said."""

HARD = 12
"""Pixels of the input's side below which a class whose objects are mostly smaller is hardly learnt:
one and a half cells of the finest grid (stride 8) in which detectors look."""

_NAMED = 5

_STEP = 32


def small_objects(
    entry: ModelEntry, values: Mapping[str, Value], facts: DatasetFacts
) -> Message | None:
    """A warning if too many objects become too small, with an input size at which they do not.

    And with a size of tiles, at the input size that was chosen. It is of all objects, or of the
    classes whose objects are mostly too small.

    Args:
        entry: The model.
        values: The run's parameters.
        facts: The data set.
    """
    size, sides = as_config(values).input_size, facts.object_sides
    share = bisect_left(sides, LEAST / size) / len(sides) if sides else 0.0
    if share < _FEW:
        return _small_classes(entry, size, facts)
    # so many may be too small
    needed = LEAST / max(sides[math.ceil(_FEW * len(sides)) - 1], 1e-6)
    # what is offered is to be enough for every class, if anything is
    for_all = max(needed, size_for_classes(facts)[0])
    said = {"share": f"{share:.0%}", "side": LEAST, "value": size, "name": "input_size"}
    said["tile"] = _tile(facts.long_side * size / for_all)
    better = _allowed(entry, for_all) or _allowed(entry, needed)
    if better is None:
        return Message("params.small_objects_anyway", said)
    return Message("params.small_objects", {**said, "better": better})


def size_for_classes(facts: DatasetFacts) -> tuple[float, str]:
    """The input size in pixels from which no class has mostly objects that are too small.

    Returns:
        The size, and the name of the class that needs it; 0 and an empty name without objects.
    """
    smallest = min((side for side in facts.class_sides if side > 0), default=0.0)
    if not smallest:
        return 0.0, ""
    class_id = facts.class_sides.index(smallest)
    name = facts.names[class_id] if class_id < len(facts.names) else str(class_id)
    return HARD / smallest, name


def _small_classes(entry: ModelEntry, size: int, facts: DatasetFacts) -> Message | None:
    """A warning that names the classes whose objects are mostly too small."""
    named = zip(facts.names, facts.class_sides, strict=False)
    small = [name for name, side in named if 0 < side * size < HARD]
    if not small:
        return None
    needed, _ = size_for_classes(facts)
    said = {"names": few(small, _NAMED), "count": len(small), "side": HARD, "value": size}
    said |= {"name": "input_size", "tile": _tile(facts.long_side * size / needed)}
    better = _allowed(entry, needed)
    if better is None:
        return Message("params.small_classes_anyway", said)
    return Message("params.small_classes", {**said, "better": better})


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
