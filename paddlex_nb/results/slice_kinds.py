"""By what the images of an evaluation can be divided, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.task import Task
from paddlex_nb.data.explore import Catalogue
from paddlex_nb.data.explore.looks import looks_of
from paddlex_nb.data.store.view import DatasetView

KINDS = (
    *("class", "objects", "object_size", "image_size", "brightness", "sharpness"),
    *("folder", "group"),
)
"""Classes that occur, number of objects, their median size, size of the image, mean grey level,
variance of the Laplacian, folder, and what belongs together (such as a patient)."""

_LOOKS = ("brightness", "sharpness")

_BINS = 4
"""Parts of a quantity, each with as many images."""

_MOST = 50
"""Slices of a kind: the largest ones."""


@dataclass(frozen=True)
class Divided:
    """The images that are divided.

    Attributes:
        view: The split.
        rows: Positions in it, in the order of the table of predictions.
        catalogue: The data set that they are of.
        dataset: That data set's folder.
    """

    view: DatasetView
    rows: NDArray[np.int64]
    catalogue: Catalogue
    dataset: Path

    @property
    def index_rows(self) -> NDArray[np.int64]:
        """Their rows in the data set."""
        return self.view.rows[self.rows]

    @cached_property
    def looks(self) -> NDArray[np.float64]:
        """Brightness and sharpness of each, of shape (images, 2); NaN where it is gone."""
        paths = self.catalogue.words("path")
        mine = [paths[row] for row in self.index_rows.tolist()]
        return looks_of(self.dataset, self.view.root, mine)


Parts = Iterator[tuple[str, NDArray[np.bool_]]]
"""Name of a slice, and which images are in it."""


def parts(divided: Divided, kind: str) -> Parts:
    """The slices of a kind; none where the images are all alike in it.

    Args:
        divided: The images.
        kind: One of `KINDS`.
    """
    if kind == "class":
        yield from _by_class(divided)
    elif kind in _WORDS:
        yield from _by_word(_WORDS[kind](divided))
    else:
        yield from _by_number(_numbers(divided, kind))


def _by_class(divided: Divided) -> Parts:
    view = divided.view
    having = [(name, view.having(number)) for number, name in enumerate(view.classes)]
    for name, images in sorted(having, key=lambda one: -len(one[1]))[:_MOST]:
        mine = np.isin(divided.rows, images)
        if mine.any() and not mine.all():
            yield name, mine


def _by_word(words: list[str]) -> Parts:
    names, place, count = np.unique(words, return_inverse=True, return_counts=True)
    # where each image is alone in its part, parts say no more than images do
    if len(names) < 2 or count.max() < 2:
        return
    for at in np.argsort(-count, kind="stable")[:_MOST].tolist():
        yield str(names[at]) or "–", place == at


def _by_number(values: NDArray[np.float64]) -> Parts:
    known = values[~np.isnan(values)]
    several = np.unique(known)
    if len(several) < 2:
        return
    if len(several) <= _BINS:
        for value in several.tolist():
            yield f"{value:.4g}", values == value
        return
    limits = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)))
    for at, (low, high) in enumerate(pairwise(limits.tolist())):
        last = at == len(limits) - 2
        mine = (values >= low) & ((values <= high) if last else (values < high))
        if mine.any():
            inside = values[mine]  # named by what is in it: limits would be in two names
            yield f"{_short(inside.min())} – {_short(inside.max())}", mine


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _numbers(divided: Divided, kind: str) -> NDArray[np.float64]:
    catalogue, rows = divided.catalogue, divided.index_rows
    if kind in _LOOKS:
        return divided.looks[:, _LOOKS.index(kind)]
    if kind == "image_size":
        return np.sqrt(catalogue.quantity("width") * catalogue.quantity("height"))[rows]
    if catalogue.task not in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        return np.full(len(rows), np.nan)
    if kind == "objects":
        return catalogue.quantity("objects")[rows]
    return _medians(catalogue)[rows]


def _medians(catalogue: Catalogue) -> NDArray[np.float64]:
    """The median size of the objects of each image of a data set; NaN without any."""
    sides, images = catalogue.quantity("object_side"), catalogue.object_images
    order = np.lexsort((sides, images))
    numbers, starts, counts = np.unique(images[order], return_index=True, return_counts=True)
    medians = np.full(len(catalogue), np.nan)
    medians[numbers] = sides[order][starts + (counts - 1) // 2]
    return medians


def _folders(divided: Divided) -> list[str]:
    paths = divided.catalogue.words("path")
    return [paths[row].rpartition("/")[0] for row in divided.index_rows.tolist()]


def _groups(divided: Divided) -> list[str]:
    words = divided.catalogue.words("together")
    return [words[row] for row in divided.index_rows.tolist()]


_WORDS: dict[str, Callable[[Divided], list[str]]] = {"folder": _folders, "group": _groups}
