"""Which columns of a table are which, by their names and by what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from paddlex_nb.core.spreadsheet import as_it_was
from paddlex_nb.data.source.file_tree import is_image

IMAGE_COLUMNS = (
    *("filename", "file_name", "image", "image_path", "path", "file", "img", "image_id"),
    *("image_name", "img_name", "imagename"),
)
CLASS_COLUMNS = (
    *("class", "label", "class_name", "category", "name", "label_name", "cell_type", "breed"),
    *("choice", "species", "diagnosis", "dx", "finding labels", "labels", "tags", "target"),
    *("classid", "class_id", "category_id"),
)
_TOGETHER = ("group", "group_id", "patient", "patient_id", "subject", "video", "scene")
_SPLIT = ("split", "subset", "set")
_SHAPES = {
    *("bbox", "box", "boxes", "bboxes", "segmentation", "polygon", "encodedpixels", "rle"),
    *("rle_mask", "annotation", "annotations", "boxesstring", "predictionstring"),
    *("region_shape_attributes", "encoded_pixels"),
}
"""Columns of shapes: such a table is not one of classes alone."""

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
    ("x_1", "y_1", "width", "height"),
    ("left", "top", "width", "height"),
)
_IN_ONE = ("bbox", "box")
_LEAST_CLASSES = 2
_NO_CLASS = re.compile(r"(?:^|[_ .])(?:id|count|index|idx|number|no|num|width|height)$|[a-z]id$")
_LEAST_ROWS = 3
_AN_IMAGE = re.compile(r"(?:image|img|file|path|photo|pic)")
_OF_NAMES = re.compile(r"id|image|img|file|photo|pic|name")
_FLAGS = {"0", "1", "0.0", "1.0"}
_MOST = 0.8
"""Share of the cells of a column that must name images."""

_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{0,20})?")
_FOUR = re.compile(r"[\[(]?\s*-?\d[\d.]*(?:[\s,]+-?\d[\d.]*){3}\s*[\])]?")

NamesImage = Callable[[str], bool]


class TableColumns(msgspec.Struct, frozen=True):
    """Names of the columns of a table; empty where there is none.

    Attributes:
        image: The image's file.
        label: The class; where there is none in a table of boxes, all are of one.
        split: The split.
        together: What the images of a group have in common.
        box: The four columns of a box, or the one that holds all four numbers.
        sized: Whether ``box`` is left, top, width and height; else it is two corners.
        classes: The columns of 0 and 1, one for each class, and the names of these as they are
            spelt.
        head: Names of all columns where the table has none itself: its first line is a row.
    """

    image: str
    label: str
    split: str
    together: str
    box: tuple[str, ...]
    sized: bool
    classes: dict[str, str] = {}
    head: tuple[str, ...] = ()


def plain_name(name: str) -> str:
    """The name of a column as names are compared: lower case, without marks around it."""
    return _bare(name).lower()


def _bare(name: str) -> str:
    return name.strip().strip("\ufeff").strip('"')


def table_columns(lines: Sequence[list[str]], names_image: NamesImage) -> TableColumns | None:
    """The columns of a table of images and their classes or boxes, or None.

    Args:
        lines: Its first lines, cut into cells.
        names_image: Whether a cell names an image of the data set.
    """
    if not lines:
        return None
    if any(is_image(cell.strip()) and names_image(cell) for cell in lines[0]):
        return _bare_columns(lines, names_image)
    head = [plain_name(name) for name in lines[0]]
    rows = [row for row in lines[1:] if len(row) >= len(head)]
    image = next((n for n in IMAGE_COLUMNS if n in head), None) or _naming(head, rows, names_image)
    if image is None or _is_of_others(head, rows, image, names_image):
        return None
    return _named_columns(head, rows, image) or _class_columns(lines[0], rows, image)


def _is_of_others(
    head: list[str], rows: Sequence[list[str]], image: str, names_image: NamesImage
) -> bool:
    """Whether a table is of pairs of images, or names no image that is there."""
    cells = [row[head.index(image)] for row in rows]
    if len(cells) >= _LEAST_ROWS and not any(map(names_image, cells)):
        return True
    others = (n for n, name in enumerate(head) if name != image and _AN_IMAGE.match(name))
    return any(_names(rows, n, names_image) for n in others)


def _named_columns(head: list[str], rows: Sequence[list[str]], image: str) -> TableColumns | None:
    """The columns of a table with one for the class, or some for a box."""
    names = set(head) - {image}
    label = next((n for n in CLASS_COLUMNS if n in names), None)
    corners = next((c for c in _CORNERS if names.issuperset(c)), ())
    sized: tuple[str, ...] = () if corners else next((c for c in _SIZED if names.issuperset(c)), ())
    box: tuple[str, ...] = corners or sized
    if not box and (in_one := next((n for n in _IN_ONE if n in names), "")):
        cells = [cell for row in rows if (cell := row[head.index(in_one)].strip())]
        if cells and all(_FOUR.fullmatch(cell) for cell in cells):
            box = (in_one,)
            sized = box if _are_sized(cells) else ()
    if not box and (_SHAPES & names):
        return None
    if label and any(row[head.index(label)].lstrip().startswith(("[", "{")) for row in rows):
        return None  # Label Studio writes shapes so
    if label is None and len(head) == 2 and not box:
        label = _repeating(head, rows, image)
    if label is None and not box:
        return None
    split = next((n for n in _SPLIT if n in names), "")
    together = next((n for n in _TOGETHER if n in names), "")
    return TableColumns(image, label or "", split, together, box, bool(sized))


def _class_columns(spelt: list[str], rows: Sequence[list[str]], image: str) -> TableColumns | None:
    """The columns of a table that has one of 0 and 1 for each class, or None."""
    head = [plain_name(name) for name in spelt]
    whole = [[plain_name(cell) for cell in row] for row in rows if len(row) == len(head)]
    if not whole or len(set(head)) < len(head) or _SHAPES & set(head):
        return None
    classes = {
        name: as_it_was(_bare(spelt[at]))
        for at, name in enumerate(head)
        if name
        and name != image
        and not _NO_CLASS.search(name)
        and all(row[at] in _FLAGS for row in whole)
    }
    if len(classes) < _LEAST_CLASSES:
        return None
    return TableColumns(image, "", "", "", (), sized=False, classes=classes)


def _bare_columns(lines: Sequence[list[str]], names_image: NamesImage) -> TableColumns | None:
    """The columns of a table without a header: an image, a class and perhaps a box.

    RetinaNet's are image, two corners, class; those of make-sense class, left, top, width,
    height, image.
    """
    width = len(lines[0])
    rows = [row for row in lines if len(row) == width]
    numeric = [_is_numeric([row[at] for row in rows]) for at in range(width)]
    image = next((n for n in range(width) if _names(rows, n, names_image)), None)
    start = next((n for n in range(width - 3) if all(numeric[n : n + 4])), None)
    others = [n for n in range(width) if n != image and not numeric[n]]
    if image is None or not others or (start is None and width != 2):
        return None
    head = [f"column {n + 1}" for n in range(width)]
    label = next((n for n in others if start is not None and n == start + 4), others[0])
    box = tuple(head[start : start + 4]) if start is not None else ()
    sized = start is not None and label < start < image
    return TableColumns(head[image], head[label], "", "", box, sized=sized, head=tuple(head))


def _naming(head: list[str], rows: Sequence[list[str]], names_image: NamesImage) -> str | None:
    """The first column whose cells name images; mere numbers do only if the column is of names."""
    for at, name in enumerate(head):
        plain = all(row[at].strip().isdecimal() for row in rows)
        if (_OF_NAMES.search(name) or not plain) and _names(rows, at, names_image):
            return name
    return None


def _names(rows: Sequence[list[str]], at: int, names_image: NamesImage) -> bool:
    cells = [cell for row in rows if (cell := row[at].strip())]
    return bool(cells) and sum(map(names_image, cells)) >= _MOST * len(cells)


def _repeating(head: list[str], rows: Sequence[list[str]], image: str) -> str | None:
    """The other of two columns, if its values come again and again, as classes do."""
    at = 1 - head.index(image)
    values = [row[at].strip() for row in rows]
    return head[at] if values and len(set(values)) * 2 <= len(values) else None


def _is_numeric(cells: Sequence[str]) -> bool:
    """Whether cells are numbers or empty, and some are not empty."""
    some = [cell.strip() for cell in cells if cell.strip()]
    return bool(some) and all(_NUMBER.fullmatch(cell) for cell in some)


def four_numbers(cell: str) -> list[str]:
    """The numbers in a cell such as ``[1, 2, 3, 4]``."""
    return re.findall(r"-?\d[\d.]*", cell)


def _are_sized(cells: Sequence[str]) -> bool:
    """Whether boxes in cells end in their sizes, as one of them cannot end in a corner."""
    boxes = [[float(n) if _NUMBER.fullmatch(n) else 0.0 for n in four_numbers(c)] for c in cells]
    return any(c <= a or d <= b for a, b, c, d in boxes)
