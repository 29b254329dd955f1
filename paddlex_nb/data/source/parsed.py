"""What a format's reader gives: images and labels as claimed, not yet checked."""

from __future__ import annotations

import msgspec

from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.store.label_maps import MaskCode
from paddlex_nb.data.store.object_table import ObjectTable, ObjectTableBuilder

UNSAID = (0, 0)

_LONGEST = 1e9
"""Pixels of a side that can be meant."""


def said_size(width: object, height: object) -> tuple[int, int]:
    """The size of an image as its labels say it, in pixels; `UNSAID` if they say none."""
    try:
        wide, high = parse_float(width), parse_float(height)
    except ValueError:
        return UNSAID
    if 1 <= wide <= _LONGEST and 1 <= high <= _LONGEST:  # NaN is not
        return int(wide), int(high)
    return UNSAID


class DraftImage(msgspec.Struct):
    """One image and its labels as the reader of a format gives them.

    Attributes:
        path: File relative to the root, which exists.
        split: Split that the data set came with, or empty.
        class_id: Number of its class in classification, else -1.
        mask: File of its semantic mask relative to the root, or empty.
        labels: File that its objects come from, for findings.
        place: Where in that file, or empty.
        together: The same for images that belong together (of one patient, say), or empty.
        values: Values of its mask that occur, as far as they are below 255.
        size: Width and height that its labels say it has, or `UNSAID`.
    """

    path: str
    split: str = ""
    class_id: int = -1
    mask: str = ""
    labels: str = ""
    place: str = ""
    together: str = ""
    values: list[int] = []
    size: tuple[int, int] = UNSAID


class Draft(msgspec.Struct):
    """A data set as a reader understood it.

    Attributes:
        images: The images, in the order that they shall keep.
        classes: Class names, in the order of their numbers; empty in segmentation if nothing
            names them.
        places: Where each class is defined (a folder or a file), for findings.
        objects: The objects of all images.
        relative: Their coordinates are shares of the image's width and height, not pixels.
        object_place: What a finding calls the place of an object of some number.
        masks: What the pixels of the masks mean. In segmentation, images without a mask file get
            one drawn from their objects.
        thickness: Typical thickness in pixels of what masks show, by class number, once they were
            looked at.
    """

    images: list[DraftImage]
    classes: list[str]
    places: list[str]
    objects: ObjectTable = msgspec.field(default_factory=lambda: ObjectTableBuilder().build())
    relative: bool = False
    object_place: str = "object {}"
    masks: MaskCode = MaskCode()
    thickness: dict[int, float] = {}
