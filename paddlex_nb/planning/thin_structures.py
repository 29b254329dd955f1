"""Whether what is labelled is too thin to be seen once images are made smaller."""

from __future__ import annotations

import math

import msgspec

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few
from paddlex_nb.data.images.tiles import WINDOW_OVERLAP, Tiling
from paddlex_nb.planning.facts import DatasetFacts

LEAST = 4
"""Pixels of thickness at the input size below which a class is hardly learnt, as objects are
(`small_objects.LEAST`). Measured in tests/benchmarks/README.md, "Thin structures"."""

_MOST = 0.5
"""Share of the classes but the thickest, which is what lies around them, that must be so thin:
a single class of several is no reason to take the view of the whole image from all others."""

_LEAST_EVALUATIONS = 10
"""So often a run is evaluated at least: one of them is the best."""

_NAMED = 5
"""Classes that a reason names."""


class Thin(msgspec.Struct, frozen=True):
    """Classes that are too thin at an input size.

    Attributes:
        names: Their names, or numbers where there are none.
        thickness: Typical thickness of the thinnest in pixels of the images.
        scaled: Likewise at the input size.
    """

    names: list[str]
    thickness: float
    scaled: float


def resolution(facts: DatasetFacts, size: int) -> tuple[bool, Message]:
    """Whether to train on pieces at full resolution, and why.

    Args:
        facts: The data set.
        size: The input size in pixels.
    """
    thin = thin_classes(facts, size)
    if thin is not None:
        said = {"names": few(thin.names, _NAMED), "least": LEAST}
        said |= {"thickness": f"{thin.thickness:.1f}", "scaled": f"{thin.scaled:.1f}"}
        return True, Message("params.reason.thin", said)
    if facts.long_side <= size:
        return False, Message("params.reason.not_shrunk")
    if sum(side > 0 for side in facts.thickness) > 1:
        return False, Message("params.reason.not_thin", {"least": LEAST})
    return False, Message("params.reason.default")


def thin_classes(facts: DatasetFacts, size: int) -> Thin | None:
    """The classes that are too thin once images are brought to a size; None if they are too few.

    Args:
        facts: The data set.
        size: The input size in pixels.
    """
    scale = size / max(1, facts.long_side)
    known = {number: side for number, side in enumerate(facts.thickness) if side > 0}
    if scale >= 1 or len(known) < 2:
        return None
    others = sorted(known, key=known.__getitem__)[:-1]
    thin = sorted(number for number in others if known[number] * scale < LEAST)
    if not thin or len(thin) < _MOST * len(others):
        return None
    least = min(known[number] for number in thin)
    names = [facts.names[n] if n < len(facts.names) else str(n) for n in thin]
    return Thin(names, least, least * scale)


def evaluation_interval(facts: DatasetFacts, size: int, epochs: int) -> tuple[int, Message]:
    """After how many epochs at full resolution to evaluate, and why.

    An epoch learns from one piece of each image, an evaluation looks at all of it: so seldom that
    this takes no more than a quarter of the time.

    Args:
        facts: The data set.
        size: Side of a window in pixels.
        epochs: Epochs of the run.
    """
    windows = len(Tiling(size, WINDOW_OVERLAP).tiles(facts.long_side, facts.short_side))
    # a window that is only predicted takes a third of the time of one that is learned from
    interval = math.ceil(4 * windows * facts.val / (3 * max(1, facts.train)))
    most = max(1, epochs // _LEAST_EVALUATIONS)
    return min(interval, most), Message("params.reason.eval_windows", {"windows": windows})
