"""Pictures of a data set with their labels: thumbnails, and single ones to look into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.store.index import DatasetRow
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.snapshot import Snapshot, snapshot
from paddlex_nb.data.store.split_file import sides
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.full_size import whole_picture
from paddlex_nb.data.thumbnails.making import SIZE, Thumbnails, thumbnail
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.layers import truth
from paddlex_nb.widgets.parts import Layer, Pictures, Tile

MEDIUM, LARGE = 2 * SIZE, 1200
"""Longest side of a large thumbnail and of a single picture, in pixels."""


class DatasetThumbnails:
    """Thumbnails of a data set in the two sizes that are kept.

    Args:
        dataset: A data set that is ready.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._folder = dataset.folder
        self._sizes: dict[int, Thumbnails] = {}

    def tiles(self, rows: Sequence[DatasetRow], side: int) -> list[bytes]:
        """JPEG of images at least as large as wanted, where there is one; empty where none is."""
        return self._of(side).tiles(rows)

    def at_hand(self, rows: Sequence[DatasetRow], side: int) -> list[bytes]:
        """The thumbnails that exist already, from the first image on."""
        return self._of(side).at_hand(rows)

    def _of(self, side: int) -> Thumbnails:
        size = kept_side(side)
        if size not in self._sizes:
            self._sizes[size] = Thumbnails(self._folder, size)
        return self._sizes[size]


def kept_side(side: int) -> int:
    """The size of thumbnails that serves a wanted one."""
    return SIZE if side <= SIZE else MEDIUM


class DatasetPictures(Pictures):
    """Images of a data set, those left out too, with their labels.

    Args:
        dataset: A data set that is ready.
        rows: Rows of the index; all of them if None.
        taken: The data set at a moment; as it is now if None.

    Attributes:
        rows: The images shown, by their rows of the index.
        matching: Which objects of the data set are looked for, of shape (objects,): the others
            are drawn faintly. None if all are alike.
    """

    def __init__(
        self,
        dataset: Dataset,
        rows: Sequence[int] | None = None,
        taken: Snapshot | None = None,
    ) -> None:
        self._dataset = dataset
        self.matching: NDArray[np.bool_] | None = None
        self._root: Path | None = None
        self.reload(taken)
        self.rows: NDArray[np.int64] = (
            np.arange(len(self._view)) if rows is None else np.asarray(rows, np.int64)
        )

    def reload(self, taken: Snapshot | None = None) -> None:
        """Show the labels of another moment, now if None, and read the split anew."""
        folder = self._dataset.folder
        self._view = DatasetView(folder, left_out=True, taken=taken or snapshot(folder))
        self._splits = sides(self._dataset.folder, len(self._view))
        if self._view.root != self._root:
            self._root, self._thumbnails = self._view.root, DatasetThumbnails(self._dataset)

    @property
    def classes(self) -> list[str]:
        """Names of the classes of the labels that are shown."""
        return self._view.classes

    @property
    def count(self) -> int:
        """Number of images shown."""
        return len(self.rows)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        rows = self._view.dataset_rows(self.rows[start:stop])
        pictures = dict(zip(rows, self._thumbnails.tiles(rows, side), strict=True))

        def tile(row: DatasetRow) -> Tile:
            return self._tile(row, pictures[row], kept_side(side))

        masks = self._view.task is Task.SEGMENTATION  # to be decoded: threads do it side by side
        return list(each(tile, rows, lambda _: None) if masks else map(tile, rows))

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        """The first thumbnails that are made already; none of masks, which take time to decode."""
        if self._view.task is Task.SEGMENTATION:
            return ()
        rows = self._view.dataset_rows(self.rows[:stop])
        pictures = self._thumbnails.at_hand(rows, side)
        size = kept_side(side)
        return [self._tile(row, jpeg, size) for row, jpeg in zip(rows, pictures, strict=False)]

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels.

        Raises:
            UserError: The file is gone or damaged.
        """
        row = int(self.rows[index])
        path = self._view.path(row)
        jpeg = whole_picture(path) if whole else thumbnail(path, LARGE)
        return self._tile(row, jpeg, max(self._view.size(row)) if whole else LARGE)

    def path(self, row: int) -> str:
        """The file of an image."""
        return str(self._view.path(row))

    def size(self, row: int) -> tuple[int, int]:
        """Width and height of an image in pixels as shown."""
        return self._view.size(row)

    def _marked(self, row: int, layer: Layer) -> Layer:
        """The labels, those objects faint that are not looked for."""
        if self.matching is None or not layer.shapes:
            return layer
        start, end = self._view.object_places(row)
        others = ~self.matching[start:end]
        numbers = set(self._view.objects(row).number[others].tolist())
        shapes = tuple(replace(one, faint=one.number in numbers) for one in layer.shapes)
        return replace(layer, shapes=shapes)

    def _tile(self, row: int, jpeg: bytes, side: int) -> Tile:
        view = self._view
        out = bool(view.excluded[row])
        split = int(self._splits[row])
        words = [tr("parts.left_out")] if out else []
        if split >= 0 and not out:
            words.append(tr(f"data.split.{SPLITS[split]}"))
        return Tile(
            jpeg,
            view.name(row),
            (self._marked(row, truth(view, row, side)),),
            view.size(row),
            " · ".join(words),
            out,
        )
