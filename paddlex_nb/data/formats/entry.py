"""An image and its labels as a label file says them."""

from __future__ import annotations

from typing import Any

import msgspec

from paddlex_nb.data.source.parsed import UNSAID


class Shape(msgspec.Struct):
    """An object as a label file draws it.

    Attributes:
        label: Name of its class.
        polygons: Its outlines, or the corners of its box; each x0, y0, x1, ... in pixels.
        drawn: They are its outlines; else the corners of its box.
        crowd: It stands for a crowd of its class.
        place: Where in the entry, for findings.
        attributes: What else is said of it, as `read_attributes` takes it.
    """

    label: str
    polygons: list[list[float]]
    drawn: bool = False
    crowd: bool = False
    place: str = ""
    attributes: Any = None


class Entry(msgspec.Struct):
    """An image and its labels as a label file says them.

    Attributes:
        image: What the file calls it: a path, a URL, a name or an id.
        place: Where in the file, for findings.
        split: Split that the file says, or empty.
        size: Width and height that it says, or `UNSAID`.
        labels: Classes of the whole image.
        shapes: Its objects.
        folders: Folders that ``image`` may be relative to, before the usual ones.
        aliases: What else the image may be called.
        undivided: The folders train, val and test on its way are no split.
    """

    image: str
    place: str = ""
    split: str = ""
    size: tuple[int, int] = UNSAID
    labels: list[str] = []
    shapes: list[Shape] = []
    folders: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    undivided: bool = False
