"""The images of a data set that fulfil a query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.explore.columns import Columns, Mask
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.explore.query import OBJECT_QUANTITIES, LeftOut, Match, Query
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.snapshot import Snapshot

_KEPT = 12
"""Conditions whose result is kept: of a million objects each takes a megabyte."""


class Catalogue(Columns):
    """Finds images of a data set, as it is now.

    Args:
        folder: The data set's folder.
        taken: What it was at a moment; as it is now if None.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, taken: Snapshot | None = None) -> None:
        super().__init__(folder, taken)
        self._kept: dict[tuple[object, ...], Mask] = {}

    def rows(self, query: Query) -> NDArray[np.int64]:
        """Rows of the images that fulfil a query, in its order.

        Raises:
            UserError: The query names a quantity or an order that there is not.
        """
        matching = np.flatnonzero(self.fits(query))
        if query.sort == "order":
            return matching[::-1] if query.descending else matching
        keys = self._keys(query.sort)[matching]
        order = np.argsort(-keys if query.descending else keys, kind="stable")
        return matching[order]

    def fits(self, query: Query) -> Mask:
        """Whether each image matches a query, bool of shape (images,)."""
        fits = np.ones(len(self), np.bool_)
        if query.left_out is not LeftOut.WITH:
            fits &= self.left_out if query.left_out is LeftOut.ONLY else ~self.left_out
        if query.split:
            fits &= self.splits == (SPLITS.index(query.split) if query.split in SPLITS else -1)
        if query.text:
            fits &= self._keep(lambda: self._named(query.text), "text", query.text)
        if query.finding:
            concerned = np.zeros(len(self), np.bool_)
            concerned[self.finding_rows.get(query.finding, [])] = True
            fits &= concerned
        for name, limits in query.ranges.items():
            if name not in OBJECT_QUANTITIES:
                fits &= self._within(name, limits)
        if query.without:
            fits &= ~self._show(query.without, Match.ANY)
        return fits & self._fit_objects(query)

    def _fit_objects(self, query: Query) -> Mask:
        """Whether each image has the classes, in an object that fulfils what is said of objects."""
        objects = self.matching(query)
        if objects is None:
            return self._show(query.classes, query.match)
        fits = np.zeros(len(self), np.bool_)
        fits[self.object_images[objects]] = True
        if query.match is not Match.ANY:
            fits &= self._show(query.classes, query.match)
        return fits

    def matching(self, query: Query) -> Mask | None:
        """Whether each object is one that is looked for, of shape (objects,).

        None if nothing is said about single objects.
        """
        wanted = [(n, r) for n, r in query.ranges.items() if n in OBJECT_QUANTITIES]
        if not wanted and query.cell is None:
            return None
        objects = np.ones(len(self.object_images), np.bool_)
        for name, limits in wanted:
            objects &= self._within(name, limits)
        if query.cell is not None:
            row, column = query.cell
            objects &= self.object_cells == row * GRID + column
        if query.classes and query.match is Match.ANY:
            objects &= self._keep(
                lambda: np.isin(self.object_classes, query.classes), "objects", query.classes
            )
        return objects

    def _within(self, name: str, limits: tuple[float, float]) -> Mask:
        """Whether each image, or each object, has a quantity within limits."""

        def make() -> Mask:
            values = self.quantity(name)
            return (values >= limits[0]) & (values <= limits[1])

        return self._keep(make, name, *limits)

    def _keep(self, make: Callable[[], Mask], *key: object) -> Mask:
        """What one condition gives, kept: plots ask for the same ones again and again."""
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = make()
        return self._kept[key]

    def _show(self, classes: tuple[int, ...], match: Match) -> Mask:
        """Whether each image shows any or all of some classes; all images if there are none."""
        if not classes:
            return np.ones(len(self), np.bool_)
        images, numbers_ = self.present
        if match is Match.ALL:
            shown = np.bincount(images[np.isin(numbers_, classes)], minlength=len(self))
            shows_all: Mask = shown == len(set(classes))
            return shows_all
        fits = np.zeros(len(self), np.bool_)
        fits[images[np.isin(numbers_, classes)]] = True
        return fits

    def _named(self, text: str) -> Mask:
        matches = pc.match_substring(self._index.images["path"], text, ignore_case=True)
        return numbers(matches)

    def _keys(self, sort: str) -> NDArray[np.float64]:
        match sort:
            case "path":
                rank = np.empty(len(self), np.float64)
                order = numbers(pc.sort_indices(self._index.images["path"]))
                rank[order.astype(np.int64)] = np.arange(len(self))
                return rank
            case "area":
                area: NDArray[np.float64] = self.quantity("width") * self.quantity("height")
                return area
            case "largest_object":
                return _of_each(
                    np.maximum, self.object_images, self.quantity("object_share"), len(self), 0
                )
            case "smallest_object":
                return _of_each(
                    np.minimum, self.object_images, self.quantity("object_share"), len(self), 1
                )
            case "class":
                return _of_each(np.minimum, *self.present, len(self), len(self.classes))
            case "objects":
                return self.quantity(sort)
        raise UserError("data.no_such_quantity", name=sort)


def _of_each(
    reduce: np.ufunc, images: NDArray[Any], values: NDArray[Any], count: int, empty: float
) -> NDArray[np.float64]:
    """The least or greatest of each image's values, whose images are ascending."""
    reduced = np.full(count, empty, np.float64)
    if len(images):
        starts = np.flatnonzero(np.diff(images, prepend=-1))
        reduced[images[starts]] = reduce.reduceat(values, starts)
    return reduced
