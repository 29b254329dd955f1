"""The columns of a data set's index as arrays, and the images that fulfil a query."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from paddlex_nb.data.browse.query import OBJECT_QUANTITIES, LeftOut, Match, Query
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.checks.groups import FindingGroup, finding_groups
from paddlex_nb.data.index import numbers
from paddlex_nb.data.records import SPLITS, DatasetRecord
from paddlex_nb.data.split import FILE, read_splits
from paddlex_nb.data.statistics import GRID
from paddlex_nb.data.versions import current_index
from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json

Mask = NDArray[np.bool_]

_KEPT = 12
"""Conditions whose result is kept: of a million objects each takes a megabyte."""


class Catalogue:
    """What is known about the images of a data set, as it is now.

    Args:
        folder: The data set's folder.

    Attributes:
        classes: Class names.
        task: What the labels are for.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path) -> None:
        record = read_json(folder / "dataset.json", DatasetRecord)
        self.classes, self.task = record.classes, record.task
        self._folder = folder
        self._index = current_index(folder)
        self._kept: dict[tuple[object, ...], Mask] = {}

    def __len__(self) -> int:
        return len(self._index)

    def rows(self, query: Query) -> NDArray[np.int64]:
        """Rows of the images that fulfil a query, in its order.

        Raises:
            UserError: The query names a quantity or an order that there is not.
        """
        found = np.flatnonzero(self.fits(query))
        if query.sort == "order":
            return found[::-1] if query.descending else found
        keys = self._keys(query.sort)[found]
        order = np.argsort(-keys if query.descending else keys, kind="stable")
        return found[order]

    def fits(self, query: Query) -> Mask:
        """Whether each image fulfils a query, of shape (images,)."""
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
        return fits & self._fit_objects(query)

    def _fit_objects(self, query: Query) -> Mask:
        """Whether each image has the classes, in an object that fulfils what is said of objects."""
        wanted = [(n, r) for n, r in query.ranges.items() if n in OBJECT_QUANTITIES]
        if not wanted and query.cell is None:
            return self._show(query.classes, query.match)
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
        fits = np.zeros(len(self), np.bool_)
        fits[self.object_images[objects]] = True
        if query.match is not Match.ANY:
            fits &= self._show(query.classes, query.match)
        return fits

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
        """Whether each image shows any, all or none of some classes."""
        if not classes:
            return np.ones(len(self), np.bool_)
        images, numbers_ = self.present
        if match is Match.ALL:
            shown = np.bincount(images[np.isin(numbers_, classes)], minlength=len(self))
            whole: Mask = shown == len(set(classes))
            return whole
        fits = np.zeros(len(self), np.bool_)
        fits[images[np.isin(numbers_, classes)]] = True
        return ~fits if match is Match.NONE else fits

    def _named(self, text: str) -> Mask:
        found = pc.match_substring(self._index.images["path"], text, ignore_case=True)
        return numbers(found)

    def quantity(self, name: str) -> NDArray[np.float64]:
        """Values of a quantity, one an image or one an object.

        Raises:
            UserError: There is no such quantity.
        """
        match name:
            case "width" | "height":
                return self._index.numbers(name).astype(np.float64)
            case "aspect_ratio":
                ratio: NDArray[np.float64] = self.quantity("width") / np.maximum(
                    self.quantity("height"), 1
                )
                return ratio
            case "objects":
                return np.bincount(self.object_images, minlength=len(self)).astype(np.float64)
            case "object_side":
                return np.sqrt(self._areas())
            case "object_share":
                image_areas = self._of_objects("width") * self._of_objects("height")
                shares: NDArray[np.float64] = self._areas() / image_areas
                return shares
            case "object_aspect":
                width, height = self._object_sides
                aspect: NDArray[np.float64] = width / np.maximum(height, 1e-6, dtype=np.float64)
                return aspect
        raise UserError("data.no_such_quantity", name=name)

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
            case "class":
                return _of_each(np.minimum, *self.present, len(self), len(self.classes))
            case "objects":
                return self.quantity(sort)
        raise UserError("data.no_such_quantity", name=sort)

    @cached_property
    def left_out(self) -> Mask:
        """Whether each image is left out by a change, of shape (images,)."""
        return self._index.numbers("excluded").astype(np.bool_)

    @cached_property
    def splits(self) -> NDArray[np.int8]:
        """The split of each image as its number in `SPLITS`, -1 for none; of shape (images,)."""
        found = np.full(len(self), -1, np.int8)
        if (self._folder / FILE).exists():
            splits = read_splits(self._folder)
            for number, name in enumerate(SPLITS):
                rows = np.array(getattr(splits, name), np.int64)
                found[rows[rows < len(self)]] = number
        return found

    @cached_property
    def present(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Which class occurs in which image: rows, ascending, and class numbers, a pair each."""
        column = self._index.images["present"].combine_chunks()
        images = numbers(column.value_parent_indices()).astype(np.int32)
        return images, numbers(column.flatten())

    @cached_property
    def object_images(self) -> NDArray[np.int32]:
        """The row of each object's image, ascending; of shape (objects,)."""
        return numbers(self._index.objects["image"])

    @cached_property
    def object_classes(self) -> NDArray[np.int32]:
        """The class number of each object, of shape (objects,)."""
        return numbers(self._index.objects["class_id"])

    @cached_property
    def _object_sides(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return numbers(self._index.objects["w"]), numbers(self._index.objects["h"])

    def _areas(self) -> NDArray[np.float64]:
        width, height = self._object_sides
        areas: NDArray[np.float64] = np.maximum(np.multiply(width, height, dtype=np.float64), 0)
        return areas

    @cached_property
    def object_cells(self) -> NDArray[np.int32]:
        """The cell of the grid of positions in which each object's centre lies, row by row."""
        width, height = self._object_sides
        across = (numbers(self._index.objects["x"]) + width / 2) / self._of_objects("width")
        down = (numbers(self._index.objects["y"]) + height / 2) / self._of_objects("height")
        column, row = (np.clip(v * GRID, 0, GRID - 1).astype(np.int32) for v in (across, down))
        cells: NDArray[np.int32] = row * GRID + column
        return cells

    def _of_objects(self, side: str) -> NDArray[np.float64]:
        """A side of each object's image; at least a pixel, since it divides."""
        sides: NDArray[np.float64] = np.maximum(self.quantity(side), 1)[self.object_images]
        return sides

    @cached_property
    def findings(self) -> list[FindingGroup]:
        """The findings about single images, the most harmful first."""
        groups = finding_groups(self._folder, read_findings(self._folder))
        return [group for group in groups if group.images]

    @cached_property
    def finding_rows(self) -> dict[str, list[int]]:
        """Rows of the images that each kind of finding is about."""
        return {group.code: group.images for group in self.findings}


def _of_each(
    reduce: np.ufunc, images: NDArray[Any], values: NDArray[Any], count: int, empty: float
) -> NDArray[np.float64]:
    """The least or greatest of each image's values, whose images are ascending."""
    found = np.full(count, empty, np.float64)
    if len(images):
        starts = np.flatnonzero(np.diff(images, prepend=-1))
        found[images[starts]] = reduce.reduceat(values, starts)
    return found
