"""Sizes, shapes, classes and colours of a data set, from its index."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.image import DECODE_ERRORS, as_rgb, open_image
from paddlex_nb.data.index import numbers
from paddlex_nb.data.pool import each
from paddlex_nb.data.records import DatasetRecord
from paddlex_nb.data.split import current_index, split_counts
from paddlex_nb.data.view import DatasetView
from paddlex_nb.files import read_json
from paddlex_nb.task import Task

_COLOUR_SIZE = 256


class Spread(msgspec.Struct):
    """How numbers are spread."""

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
    colours: Colours | None = None


def statistics(folder: Path, colours: bool = False, sample: int = 200) -> DatasetStatistics:
    """Describe a data set.

    Args:
        folder: The data set's folder.
        colours: Also decode a sample of the images for the channels' mean and deviation.
        sample: So many images, spread evenly.

    Raises:
        UserError: The data set is not ready or damaged.
    """
    index = current_index(folder).left()
    record = read_json(folder / "dataset.json", DatasetRecord)
    width, height = (index.numbers(name).astype(np.float64) for name in ("width", "height"))
    found = DatasetStatistics(
        images=len(index),
        formats=dict(Counter(index.images["format"].to_pylist()).most_common()),
        width=_spread(width),
        height=_spread(height),
        aspect_ratio=_spread(width / height),
        classes=split_counts(folder).classes,
    )
    if record.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        image = numbers(index.objects["image"])
        found.objects = len(image)
        found.objects_per_image = _spread(np.bincount(image, minlength=len(index)))
        if len(image):
            area = numbers(index.objects["w"]) * numbers(index.objects["h"])
            found.box_share = _spread(area / (width * height)[image])
    if colours:
        view = DatasetView(folder)
        rows = np.unique(np.linspace(0, len(view) - 1, min(sample, len(view))).astype(int))
        found.colours = _colours([view.paths[row] for row in rows])
    return found


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
            pixels = np.asarray(as_rgb(image), np.float32).reshape(-1, 3) / 255
    except DECODE_ERRORS:
        return None
    return np.stack([pixels.mean(axis=0), (pixels**2).mean(axis=0)]).astype(np.float64)
