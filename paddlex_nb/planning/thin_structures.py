"""Whether what is labelled is too thin to be seen once images are made smaller."""

from __future__ import annotations

import msgspec

from paddlex_nb.planning.facts import DatasetFacts

LEAST = 4
"""Pixels of thickness at the input size below which a class is hardly learnt, as objects are
(`small_objects.LEAST`). Measured in tests/benchmarks/README.md, "Thin structures"."""

_MOST = 0.5
"""Share of the classes but the thickest, which is what lies around them, that must be so thin:
a single class of several is no reason to take the view of the whole image from all others."""


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
