"""How images and objects are spread over classes, sizes and places: what plots are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.explore.columns import Mask
from paddlex_nb.data.explore.counting import GRID, shown_classes, shown_together
from paddlex_nb.data.explore.query import OBJECT_QUANTITIES
from paddlex_nb.data.explore.search import Catalogue
from paddlex_nb.data.store.records import SPLITS

_BINS = 20
_TAIL = 0.995
"""The few largest values end in the last bin, or they would squeeze all others into the first."""


class Bars(msgspec.Struct):
    """Counts, in all and of what was chosen.

    Attributes:
        edges: Where bins begin, and where the last ends; empty where bars are no bins.
        totals: All of each.
        counts: Those chosen of each.
    """

    edges: list[float]
    totals: list[int]
    counts: list[int]


def class_bars(catalogue: Catalogue, selected: Mask) -> Bars:
    """Images that show each class.

    Args:
        catalogue: The data set.
        selected: The images that are chosen, of shape (images,).
    """
    images, classes = catalogue.present
    return _counted(classes, selected[images], len(catalogue.classes))


def split_bars(catalogue: Catalogue, selected: Mask) -> Bars:
    """Images in each split, and in none of them."""
    places = np.where(catalogue.splits < 0, len(SPLITS), catalogue.splits)
    return _counted(places, selected, len(SPLITS) + 1)


class Histogram:
    """Bins of a quantity of images or objects.

    Each bin ends before the next one begins; the last one has its end.

    Args:
        catalogue: The data set.
        name: The quantity.

    Attributes:
        edges: Where bins begin, and where the last ends; empty where all values are alike, or there
            are none.
    """

    def __init__(self, catalogue: Catalogue, name: str) -> None:
        values = catalogue.quantity(name)
        several = len(values) > 0 and values.min() < values.max()
        limits = _edges(values) if several else np.zeros(0)
        self.edges: list[float] = limits.tolist()
        last = len(limits) - 2
        # 16 bits: this is kept for each object
        places = np.searchsorted(limits, values, side="right").astype(np.int16) - 1
        self._places = np.minimum(places, last)
        self._images = catalogue.object_images if name in OBJECT_QUANTITIES else None

    def bars(self, selected: Mask) -> Bars:
        """Images, or objects, in each bin.

        Args:
            selected: The images that are chosen, of shape (images,).
        """
        if not self.edges:
            return Bars([], [], [])
        mine = selected if self._images is None else selected[self._images]
        bars = _counted(self._places, mine, len(self.edges) - 1)
        return msgspec.structs.replace(bars, edges=self.edges)


def cells(catalogue: Catalogue, selected: Mask) -> Bars:
    """Objects by the cell of a grid of `GRID` a side in which their centres lie, row by row."""
    return _counted(catalogue.object_cells, selected[catalogue.object_images], GRID * GRID)


def pairs(catalogue: Catalogue, selected: Mask, classes: Sequence[int]) -> Bars:
    """Images that show two classes, for each pair of some classes, row by row.

    Args:
        catalogue: The data set.
        selected: The images that are chosen, of shape (images,).
        classes: Class numbers.
    """
    images, numbers_ = catalogue.present
    place = np.full(len(catalogue.classes), -1)
    place[list(classes)] = np.arange(len(classes))
    known = place[numbers_] >= 0
    shape = len(catalogue), len(classes)
    shown = shown_classes(images[known], place[numbers_[known]], shape)
    both, mine = shown_together(shown), shown_together(shown[selected])
    return Bars([], both.ravel().tolist(), mine.ravel().tolist())


def _counted(places: NDArray[Any], mine: Mask, size: int) -> Bars:
    totals = np.bincount(places, minlength=size)
    counts = np.bincount(places[mine], minlength=size)
    return Bars([], totals.tolist(), counts.tolist())


def _edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where bins begin, and the last ends: at round numbers, whole ones if all values are whole."""
    least, greatest = float(values.min()), float(values.max())
    most = float(np.quantile(values, _TAIL))
    if most == least:  # all but a few are alike
        most = greatest
    integral = bool((values == np.round(values)).all())
    step = _round_step((most - least) / _BINS)
    if integral:
        step = max(1.0, np.ceil(step))
    first = np.floor(least / step) * step
    count = int((most - first) // step) + 1
    edges: NDArray[np.float64] = first + step * np.arange(count + 1)
    # every value lies within, whatever was rounded
    edges[0], edges[-1] = min(edges[0], least), max(edges[-1], greatest)
    return edges


def _round_step(step: float) -> float:
    """The next larger of 1, 2, 2.5 and 5 times a power of ten."""
    if step <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(step))
    return float(next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= step))
