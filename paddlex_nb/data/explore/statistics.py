"""Sizes, shapes, classes and colours of a data set, from its index."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.explore.counting import GRID, grid_cells, shown_classes, shown_together
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image, stretched
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import current
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.label_maps import IGNORE
from paddlex_nb.data.store.split_file import split_counts
from paddlex_nb.data.store.view import DatasetView

_COLOUR_SIZE = 256
_MOST_CLASSES = 200


class Spread(msgspec.Struct):
    """The distribution of a set of numbers."""

    min: float
    median: float
    max: float


class Colours(msgspec.Struct):
    """Mean and standard deviation of the pixels by channel (red, green, blue), 0 to 1.

    Attributes:
        mean: Mean.
        std: Standard deviation.
        images: So many images were looked at.
    """

    mean: list[float]
    std: list[float]
    images: int


class DatasetStatistics(msgspec.Struct, omit_defaults=True):
    """A data set in figures.

    Attributes:
        images: Usable images.
        formats: Images by file format.
        width: Widths in pixels.
        height: Heights in pixels.
        aspect_ratio: Widths divided by heights.
        classes: By class and split, as in `SplitCounts`.
        objects: Objects in all; 0 in classification and segmentation.
        objects_per_image: Their number per image.
        box_share: Share of its image that a box covers, 0 to 1.
        box_width: Widths of the boxes in pixels.
        box_height: Heights of the boxes in pixels.
        positions: Share of the boxes' centres in each cell of a grid over the image, 16 rows from
            the top of 16 cells.
        together: For each pair of classes the images in which both occur (on the diagonal those
            of a class); empty in classification and with more than 200 classes.
        pixels: Share of the labelled pixels by class (segmentation), of a sample, if asked for.
        colours: Of a sample of the images, if asked for.
    """

    images: int
    formats: dict[str, int]
    width: Spread
    height: Spread
    aspect_ratio: Spread
    classes: dict[str, dict[str, int]]
    objects: int = 0
    objects_per_image: Spread | None = None
    box_share: Spread | None = None
    box_width: Spread | None = None
    box_height: Spread | None = None
    positions: list[list[float]] = []
    together: list[list[int]] = []
    pixels: dict[str, float] = {}
    colours: Colours | None = None


def statistics(folder: Path, colours: bool = False, sample: int = 200) -> DatasetStatistics:
    """Describe a data set.

    Args:
        folder: The data set's folder.
        colours: Also decode a sample of the images for the channels' mean and deviation, and of
            masks for the classes' share of the pixels.
        sample: So many images, spread evenly.

    Raises:
        UserError: The data set is not ready or damaged.
    """
    record, index = current(folder)
    index = index.left()
    width, height = (index.numbers(name).astype(np.float64) for name in ("width", "height"))
    result = DatasetStatistics(
        images=len(index),
        formats=dict(Counter(index.images["format"].to_pylist()).most_common()),
        width=_spread(width),
        height=_spread(height),
        aspect_ratio=_spread(width / height),
        classes=split_counts(folder).classes,
    )
    if record.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        image = numbers(index.objects["image"])
        result.objects = len(image)
        result.objects_per_image = _spread(np.bincount(image, minlength=len(index)))
        if len(image):
            x, y, w, h = (numbers(index.objects[name]) for name in ("x", "y", "w", "h"))
            result.box_share = _spread(w * h / (width * height)[image])
            result.box_width, result.box_height = _spread(w), _spread(h)
            across, down = (x + w / 2) / width[image], (y + h / 2) / height[image]
            result.positions = _positions(across, down)
    if record.task is not Task.CLASSIFICATION and len(record.classes) <= _MOST_CLASSES:
        result.together = _together(index, len(record.classes))
    if colours:
        view = DatasetView(folder)
        rows = np.unique(np.linspace(0, len(view) - 1, min(sample, len(view))).astype(int))
        result.colours = _colours([view.paths[row] for row in rows])
        if record.task is Task.SEGMENTATION:
            result.pixels = _pixels(view, rows.tolist())
    return result


def _positions(across: NDArray[Any], down: NDArray[Any]) -> list[list[float]]:
    counts = np.bincount(grid_cells(across, down), minlength=GRID * GRID).reshape(GRID, GRID)
    shares: list[list[float]] = (counts / max(1, len(across))).round(6).tolist()
    return shares


def _together(index: Index, classes: int) -> list[list[int]]:
    lists = index.images["present"].combine_chunks()
    images, numbers_ = numbers(lists.value_parent_indices()), numbers(lists.flatten())
    shown = shown_classes(images, numbers_, (len(index), classes))
    pairs: list[list[int]] = shown_together(shown).tolist()
    return pairs


def _pixels(view: DatasetView, rows: list[int]) -> dict[str, float]:
    def counted(row: int) -> NDArray[np.int64]:
        """How many pixels of a mask are of each class; none if it is gone."""
        try:
            return np.bincount(view.label_map(row).ravel(), minlength=IGNORE + 1)
        except UserError:
            return np.zeros(IGNORE + 1, np.int64)

    counts = sum(each(counted, rows, lambda _: None), np.zeros(IGNORE + 1))
    total = max(1.0, counts[: len(view.classes)].sum())
    return {name: round(float(counts[n] / total), 6) for n, name in enumerate(view.classes)}


def _spread(values: NDArray[Any]) -> Spread:
    low, middle, high = (float(f(values)) for f in (np.min, np.median, np.max))
    return Spread(round(low, 4), round(middle, 4), round(high, 4))


def _colours(paths: list[Path]) -> Colours | None:
    """Every image counts alike, whatever its size."""
    moments = [m for m in each(_moments, paths, lambda _: None) if m is not None]
    if not moments:
        return None
    first, second = np.mean(moments, axis=0)
    std = np.sqrt(np.maximum(second - first**2, 0))
    return Colours(first.round(4).tolist(), std.round(4).tolist(), len(moments))


def _moments(path: Path) -> NDArray[np.float64] | None:
    """Mean of the channels and of their squares, of shape (2, 3); None if it is gone."""
    try:
        with open_image(path) as image:
            image.draft("RGB", (_COLOUR_SIZE, _COLOUR_SIZE))
            pixels = np.asarray(stretched(image)[0], np.float32).reshape(-1, 3) / 255
    except DECODE_ERRORS:
        return None
    return np.stack([pixels.mean(axis=0), (pixels**2).mean(axis=0)]).astype(np.float64)
