"""Which columns of a table are which, by their names."""

from __future__ import annotations

import msgspec

from paddlex_nb.core.spreadsheet import as_it_was

IMAGE_COLUMNS = (
    *("filename", "file_name", "image", "image_path", "path", "file", "img", "image_id"),
    *("image_name", "img_name", "imagename"),
)
_CLASS = ("class", "label", "class_name", "category", "name", "label_name")
_TOGETHER = ("group", "group_id", "patient", "patient_id", "subject", "video", "scene")
_SPLIT = ("split", "subset", "set")
_SHAPES = {"bbox", "box", "boxes", "bboxes", "segmentation", "polygon", "encodedpixels", "rle"}
"""Columns of shapes in forms that are not read: such a table is not one of classes alone."""

_CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x1", "y1", "x2", "y2"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
)
_SIZED = (
    ("x", "y", "w", "h"),
    ("x1", "y1", "w", "h"),
    ("x", "y", "width", "height"),
    ("left", "top", "width", "height"),
)
_LEAST_CLASSES = 2


class TableColumns(msgspec.Struct, frozen=True):
    """Names of the columns of a table; empty where there is none.

    Attributes:
        image: The image's file.
        label: The class.
        split: The split.
        together: What the images of a group have in common.
        box: The four columns of a box.
        sized: Whether ``box`` is left, top, width and height; else it is two corners.
        classes: The columns of 0 and 1, one for each class, and the names of these as they are
            spelt.
    """

    image: str
    label: str
    split: str
    together: str
    box: tuple[str, ...]
    sized: bool
    classes: dict[str, str] = {}


def plain_name(name: str) -> str:
    """The name of a column as names are compared: lower case, without marks around it."""
    return _bare(name).lower()


def _bare(name: str) -> str:
    return name.strip().strip("\ufeff").strip('"')


def named_columns(head: list[str]) -> TableColumns | None:
    """The columns of a table that has one for the image and one for the class, or None."""
    names = {plain_name(name) for name in head}
    image = next((n for n in IMAGE_COLUMNS if n in names), None)
    label = next((n for n in _CLASS if n in names), None)
    if image is None or label is None:
        return None
    if _SHAPES & names and not any(names.issuperset(c) for c in (*_CORNERS, *_SIZED)):
        return None
    corners = next((c for c in _CORNERS if names.issuperset(c)), ())
    sized = () if corners else next((c for c in _SIZED if names.issuperset(c)), ())
    split = next((n for n in _SPLIT if n in names), "")
    together = next((n for n in _TOGETHER if n in names), "")
    return TableColumns(image, label, split, together, corners or sized, bool(sized))


def class_columns(lines: list[list[str]]) -> TableColumns | None:
    """The columns of a table that has one of 0 and 1 for each class, or None.

    Args:
        lines: The header and some rows.
    """
    head, *rows = [[plain_name(cell) for cell in line] for line in lines]
    image = next((n for n in IMAGE_COLUMNS if n in head), None)
    rows = [row for row in rows if len(row) == len(head)]
    if image is None or not rows or len(set(head)) < len(head):
        return None
    classes = {
        name: as_it_was(_bare(lines[0][at]))
        for at, name in enumerate(head)
        if name and name != image and all(row[at] in {"0", "1"} for row in rows)
    }
    if len(classes) < _LEAST_CLASSES:
        return None
    return TableColumns(image, "", "", "", (), sized=False, classes=classes)
