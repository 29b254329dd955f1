"""Changes of a data set: what the workspace says otherwise than the user's files.

Images are rows of the index; an object is the row of its image and its ``number`` in the index.
Classes are names, since numbers move when classes are merged.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

XYWH: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height in pixels of the image as shown: a box as changes keep it."""


class Exclude(msgspec.Struct, frozen=True, tag="exclude"):
    """Leave images out of every split.

    Attributes:
        images: Rows of the index.
    """

    images: list[int]


class Include(msgspec.Struct, frozen=True, tag="include"):
    """Take images that were left out back in, where they were divided to.

    Attributes:
        images: Rows of the index.
    """

    images: list[int]


class SetClass(msgspec.Struct, frozen=True, tag="set_class"):
    """Give images another class (image classification).

    Attributes:
        images: Rows of the index.
        name: The class.
    """

    images: list[int]
    name: str


class DropObjects(msgspec.Struct, frozen=True, tag="drop_objects"):
    """Exclude objects.

    Attributes:
        objects: Row of the image in the index, and the object's number.
    """

    objects: list[tuple[int, int]]


class SingleObjects(msgspec.Struct, frozen=True, tag="single_objects"):
    """Take all objects that are marked as crowds as single ones."""


class SetObjectClass(msgspec.Struct, frozen=True, tag="set_object_class"):
    """Give objects another class.

    Attributes:
        objects: Row of the image in the index, and the object's number.
        name: The class.
    """

    objects: list[tuple[int, int]]
    name: str


class SetBox(msgspec.Struct, frozen=True, tag="set_box"):
    """Draw the box of an object anew (object detection, whose objects have no outlines).

    Attributes:
        image: Row of the image.
        number: The object's number.
        box: The box; what is outside the image is cut off.
    """

    image: int
    number: int
    box: XYWH


class AddObject(msgspec.Struct, frozen=True, tag="add_object"):
    """Add an object (object detection).

    Attributes:
        image: Row of the image.
        name: Its class.
        box: Its box; what is outside the image is cut off.
        number: Its number, given when the change is made: below 0, so that no object of a label
            file, of today or after an update, has it too.
    """

    image: int
    name: str
    box: XYWH
    number: int = 0


class MergeClasses(msgspec.Struct, frozen=True, tag="merge_classes"):
    """Make classes one.

    Attributes:
        pairs: A class and the one that it becomes part of, by name.
    """

    pairs: list[tuple[str, str]]


class RenameClass(msgspec.Struct, frozen=True, tag="rename_class"):
    """Give a class another name.

    Attributes:
        name: The class.
        new: Its new name, which no other class has.
    """

    name: str
    new: str


class RemoveClasses(msgspec.Struct, frozen=True, tag="remove_classes"):
    """Take out classes that no image shows.

    Attributes:
        names: The classes.
    """

    names: list[str]


class RemapMasks(msgspec.Struct, frozen=True, tag="remap_masks"):
    """Let values of masks stand for another class, or for none (semantic segmentation).

    Attributes:
        pairs: A value of the pixels of the mask files, 0 to 254, and the class that it stands
            for; empty for pixels that do not count. A class that there is not yet is added.
    """

    pairs: list[tuple[int, str]]


Change: TypeAlias = (
    Exclude
    | Include
    | SetClass
    | DropObjects
    | SingleObjects
    | SetObjectClass
    | SetBox
    | AddObject
    | MergeClasses
    | RenameClass
    | RemoveClasses
    | RemapMasks
)


def kind_of(change: Change) -> str:
    """The name of a kind of change, as it is in files."""
    return str(type(change).__struct_config__.tag)


class Entry(msgspec.Struct, frozen=True):
    """A change that was made.

    Attributes:
        number: Counts up from 1; never used again in this data set.
        when: Seconds since the epoch.
        change: What was changed.
        code: Code of the findings that it fixes, or empty.
    """

    number: int
    when: float
    change: Change
    code: str = ""


class Undo(msgspec.Struct, frozen=True, tag="undo"):
    """Take a change back; only a journal says so, a version holds what is left.

    Attributes:
        number: Its number.
    """

    number: int


class History(msgspec.Struct):
    """All changes of a data set (`VersionFolder.changes`).

    Attributes:
        classes: Class names after the changes.
        entries: The changes, oldest first.
        last: Number of the newest change that ever was.
        values: Class number by value of a mask's pixel (255 for none), 256 of them; if empty,
            values are class numbers.
    """

    classes: list[str]
    entries: list[Entry] = []
    last: int = 0
    values: list[int] = []
