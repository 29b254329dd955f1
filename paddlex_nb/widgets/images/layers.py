"""Labels and predictions as layers over pictures, for every task."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.images.tile_reader import most_pixels
from paddlex_nb.data.store.attributes import Attributes, in_words
from paddlex_nb.data.store.coco_masks import RLE, outlines
from paddlex_nb.data.store.label_maps import is_background, shrunk
from paddlex_nb.data.store.trace import Ring
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.making import SIZE
from paddlex_nb.widgets.parts import Layer, Shape
from paddlex_nb.widgets.parts.pictures import NOTHING

SHOWN_OBJECTS = 100
"""Objects drawn over a thumbnail; what comes best first is cut behind these."""

_MOST = 2_000
"""Objects drawn over a large picture."""

_LEAST_CORNERS = 3
"""Corners that a polygon has at least."""

_NOTED = 8
"""Attributes of an object that are shown."""

_FEW = 8
"""Corners of an outline of which none need be left out."""

_CORNERS = 24
"""Corners of an outline over a thumbnail, about: no more can be told apart there."""


def truth(view: DatasetView, image: int, size: int) -> Layer:
    """The labels of an image.

    Args:
        view: The data set.
        image: Position of the image in it.
        size: Longest side in pixels at which the picture is shown.
    """
    if view.task is Task.SEGMENTATION:
        try:
            return Layer(mask=mask_png(view.label_map(image, size), view.classes, size))
        except UserError:  # the mask is gone
            return Layer()
    if view.task is Task.CLASSIFICATION:
        label = int(view.labels[image])
        return Layer((label,) if label >= 0 else ())
    objects = view.objects(image)
    shapes = object_shapes(
        view.size(image),
        objects.class_id,
        objects.xywh,
        objects.outlines or (),
        numbers=objects.number,
        small=size <= SIZE,
        notes=None if size <= SIZE else map(_note, view.attributes(image)),
    )
    return Layer(shapes=shapes)


def mask_shapes(
    class_ids: Sequence[int],
    boxes: Sequence[Sequence[float]],
    masks: Sequence[RLE],
    scores: Sequence[float],
    shown: int,
) -> tuple[Shape, ...]:
    """Predicted masks by their outlines, with their holes; an empty one by its box.

    Args:
        class_ids: Class numbers.
        boxes: x, y, width, height in pixels.
        masks: The masks, of the image's size.
        scores: How sure the model is of each, the surest first.
        shown: Longest side in pixels at which the picture is shown: if it is smaller than the
            image, corners are left out that nobody sees; else the outlines are the masks' own.
    """
    most = SHOWN_OBJECTS if shown <= SIZE else _MOST
    columns = zip(class_ids, boxes, masks, scores, strict=True)
    return tuple(_mask_shape(*one, shown) for one in islice(columns, most))


def _mask_shape(class_id: int, box: Sequence[float], mask: RLE, score: float, shown: int) -> Shape:
    height, width = mask["size"]
    error = 0.5 * max(width, height) / shown if shown < max(width, height) else 0.0
    rings = [_without_small_steps(ring, error) for ring in outlines(mask)]
    if not rings:
        x, y, w, h = box
        corners = (x / width, y / height, (x + w) / width, (y + h) / height)
        return Shape("box", corners, class_id, score)
    points = (np.concatenate(rings) / (width, height)).ravel().tolist()
    return Shape("polygon", tuple(points), class_id, score, rings=tuple(map(len, rings)))


def _without_small_steps(ring: Ring, error: float) -> Ring:
    """A ring with fewer corners, none of its points farther away than an error in pixels."""
    if not error or len(ring) <= _FEW:
        return ring
    simple = cv2.approxPolyDP(ring.astype(np.int32), error, closed=True).reshape(-1, 2)
    return simple.astype(np.int64) if len(simple) >= _LEAST_CORNERS else ring


def object_shapes(
    size: Sequence[int] | NDArray[np.int64],
    class_ids: Iterable[int],
    boxes: Iterable[Sequence[float]],
    polygons: Iterable[Sequence[Sequence[float]] | None],
    scores: Iterable[float] | None = None,
    *,
    numbers: Iterable[int] | None = None,
    small: bool = False,
    notes: Iterable[str] | None = None,
) -> tuple[Shape, ...]:
    """Objects as outlines where there are any, else as boxes.

    Args:
        size: Width and height of the image in pixels.
        class_ids: Class numbers.
        boxes: x, y, width, height in pixels.
        polygons: Outlines of each object, each x0, y0, x1, ... in pixels.
        scores: How sure the model is of each.
        numbers: What corrections call each.
        small: They are for a thumbnail: not too many of them, and no detail that is not seen.
        notes: What else is said of each.
    """
    width, height = (max(1.0, float(side)) for side in size)
    shapes: list[Shape] = []
    known: Iterable[float | None] = repeat(None) if scores is None else scores
    called: Iterable[int | None] = repeat(None) if numbers is None else numbers
    said: Iterable[str] = repeat("") if notes is None else notes
    for class_id, (x, y, w, h), parts, score, number, note in zip(
        class_ids, boxes, polygons, known, called, said, strict=False
    ):
        if len(shapes) >= (SHOWN_OBJECTS if small else _MOST):
            break
        sure = None if score is None else float(score)
        name = None if number is None else int(number)
        for outline in parts or ():
            corners = np.asarray(outline, np.float64).reshape(-1, 2) / (width, height)
            step = max(1, len(corners) // _CORNERS) if small else 1
            points = tuple(corners[::step].ravel().tolist())
            shapes.append(Shape("polygon", points, int(class_id), sure, name, note=note))
        if not parts:
            box = (x / width, y / height, (x + w) / width, (y + h) / height)
            sides = tuple(map(float, box))
            shapes.append(Shape("box", sides, int(class_id), sure, name, note=note))
    return tuple(shapes)


def _note(attributes: Attributes) -> str:
    """A few words that say what else is said of an object."""
    words = (
        name if value is True else f"{name}: {in_words(value)}"
        for name, value in attributes.items()
    )
    return ", ".join(islice(words, _NOTED))


def mask_png(mask: Path | bytes | NDArray[np.uint8], classes: Sequence[str], size: int) -> bytes:
    """A label map as a grey PNG of class numbers; empty if it cannot be read.

    Background and pixels of no class are `NOTHING`.

    Args:
        mask: A file, its content, or class numbers of shape (H, W).
        classes: Class names.
        size: Longest side in pixels; a smaller map keeps its size.
    """
    try:
        labels = mask if isinstance(mask, np.ndarray) else decoded(mask)
    except DECODE_ERRORS:
        return b""
    labels = shrunk(labels, size)
    clean = np.where((labels < 0) | (labels >= len(classes)), NOTHING, labels).astype(np.uint8)
    for hidden in uncoloured(Task.SEGMENTATION, classes):
        clean[clean == hidden] = NOTHING
    out = io.BytesIO()
    Image.fromarray(clean).save(out, "PNG")
    return out.getvalue()


def uncoloured(task: Task, classes: Sequence[str]) -> list[int]:
    """Classes that are not drawn: the background of label maps."""
    if task is Task.SEGMENTATION and classes and is_background(classes[0]):
        return [0]
    return []


def _opened(mask: Path) -> Image.Image:
    """The file of a mask, which may be that of an image predicted by tiles."""
    return open_image(mask, most_pixels())


def decoded(mask: Path | bytes) -> NDArray[Any]:
    """Class numbers of a PNG mask, of shape (H, W)."""
    with Image.open(io.BytesIO(mask)) if isinstance(mask, bytes) else _opened(mask) as image:
        return np.asarray(image)
