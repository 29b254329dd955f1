"""What is looked for among the images of a data set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

IMAGE_QUANTITIES = ("width", "height", "aspect_ratio", "objects")
"""Numbers of an image: its sides in pixels, width by height, how many objects it has."""

OBJECT_QUANTITIES = ("object_side", "object_share", "object_aspect")
"""Numbers of an object: the square root of its box's area in pixels, the share of its image that
the box covers (0 to 1), the box's width by its height."""

SORTS = ("order", "path", "area", "objects", "largest_object", "smallest_object", "class")
"""What images are sorted by: as imported, file path, pixels, number of objects, the share of the
image that its largest object covers, or its smallest (1 where there is none), the class that it
shows first."""


class Match(str, Enum):
    """Which images fit some classes: with one of them, with all."""

    ANY = "any"
    ALL = "all"

    def __str__(self) -> str:
        return self.value


class LeftOut(str, Enum):
    """Whether a query includes images that are excluded."""

    WITHOUT = "without"
    WITH = "with"
    ONLY = "only"

    def __str__(self) -> str:
        return self.value


class Query(msgspec.Struct, frozen=True, omit_defaults=True):
    """What images have to fulfil, all of it at once; nothing by default.

    Conditions on objects and `Match.ANY` hold together for one object: "a small apple", not "an
    apple, and something small".

    Attributes:
        text: Part of the path, in any case of letters.
        split: train, val or test; ``none`` for images in no split; empty for all.
        classes: Class numbers that images have to show.
        match: How images have to fit them.
        without: Class numbers that images must not show.
        finding: Code of a finding about them.
        ranges: Least and greatest value (both included) of quantities.
        cell: Row and column of the cell (of a grid of `counting.GRID` a side) in which the
            centre of an object lies.
        left_out: Whether images that are left out are looked at.
        sort: One of `SORTS`.
        descending: The greatest first.
    """

    text: str = ""
    split: str = ""
    classes: tuple[int, ...] = ()
    match: Match = Match.ANY
    without: tuple[int, ...] = ()
    finding: str = ""
    ranges: dict[str, tuple[float, float]] = {}
    cell: tuple[int, int] | None = None
    left_out: LeftOut = LeftOut.WITHOUT
    sort: str = "order"
    descending: bool = False


def replaced(query: Query, **fields: object) -> Query:
    """The query with some fields exchanged."""
    return msgspec.structs.replace(query, **fields)


def differing(one: Query, other: Query) -> set[str]:
    """Names of the fields in which two queries differ."""
    names = Query.__struct_fields__
    return {name for name in names if getattr(one, name) != getattr(other, name)}


def renamed(query: Query, former: Sequence[str], classes: Sequence[str]) -> Query:
    """The query after the classes have got other numbers: those that it names stay the same.

    Args:
        query: The query.
        former: The classes before.
        classes: The classes now.
    """

    def moved(numbers: Iterable[int]) -> tuple[int, ...]:
        names = (former[number] for number in numbers if number < len(former))
        return tuple(classes.index(name) for name in names if name in classes)

    return replaced(query, classes=moved(query.classes), without=moved(query.without))
