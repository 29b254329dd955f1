"""Changes of a data set: what the workspace says otherwise than the user's files."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Exclude(msgspec.Struct, frozen=True, tag="exclude"):
    """Leave images out of every split.

    Attributes:
        images: Rows of the index.
    """

    images: list[int]


class DropObjects(msgspec.Struct, frozen=True, tag="drop_objects"):
    """Leave objects out.

    Attributes:
        objects: Row of the image in the index, and the object's number in its label file.
    """

    objects: list[tuple[int, int]]


class MergeClasses(msgspec.Struct, frozen=True, tag="merge_classes"):
    """Make classes one.

    Attributes:
        pairs: A class and the one that it becomes part of, by name.
    """

    pairs: list[tuple[str, str]]


class RemoveClasses(msgspec.Struct, frozen=True, tag="remove_classes"):
    """Take out classes that no image shows.

    Attributes:
        names: The classes.
    """

    names: list[str]


Change: TypeAlias = "Exclude | DropObjects | MergeClasses | RemoveClasses"


def kind_of(change: Change) -> str:
    """The name of a kind of change, as it is in files."""
    return str(type(change).__struct_config__.tag)


class Entry(msgspec.Struct, frozen=True):
    """A change that was made.

    Attributes:
        number: Counts up from 1; never used again in this data set.
        when: Seconds since the epoch.
        change: What was changed.
        code: Code of the findings that it mends, or empty.
    """

    number: int
    when: float
    change: Change
    code: str = ""


class History(msgspec.Struct):
    """All changes of a data set (`versions.HISTORY` of a version).

    Attributes:
        classes: Class names after the changes.
        entries: The changes, oldest first.
        last: Number of the newest change that ever was.
    """

    classes: list[str]
    entries: list[Entry] = []
    last: int = 0
