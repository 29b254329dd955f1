"""What a format's reader gives: images and labels as claimed, not yet checked."""

from __future__ import annotations

import msgspec


class DraftObject(msgspec.Struct):
    """One labelled object of an image.

    Attributes:
        class_id: Number of its class.
        box: Left, top, right, bottom in pixels of the image as shown.
        polygons: Outlines, each ``[x0, y0, x1, y1, ...]`` in pixels.
        crowd: The object stands for a crowd of its class.
        place: Where in the annotation file, for findings.
    """

    class_id: int
    box: tuple[float, float, float, float]
    polygons: list[list[float]] = []
    crowd: bool = False
    place: str = ""


class DraftImage(msgspec.Struct):
    """One image and its labels.

    Attributes:
        path: File relative to the root, which exists.
        split: Split that the data set came with, or empty.
        class_id: Number of its class in classification, else -1.
        mask: File of its semantic mask relative to the root, or empty.
        objects: Its objects.
        labels: File that its objects come from, for findings.
    """

    path: str
    split: str = ""
    class_id: int = -1
    mask: str = ""
    objects: list[DraftObject] = []
    labels: str = ""


class Draft(msgspec.Struct):
    """A data set as a reader understood it.

    Attributes:
        images: The images, in the order that they shall keep.
        classes: Class names, in the order of their numbers; empty in segmentation if nothing
            names them.
        places: Where each class is defined (a folder or a file), for findings.
    """

    images: list[DraftImage]
    classes: list[str]
    places: list[str]
