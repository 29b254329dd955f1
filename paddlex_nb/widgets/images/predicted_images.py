"""Images of a split with what a model predicted for them: the truth beside the prediction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tile_reader import most_pixels
from paddlex_nb.data.store.index import DatasetRow
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.full_size import whole_picture
from paddlex_nb.data.thumbnails.making import thumbnail
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.dataset_images import LARGE, DatasetThumbnails, kept_side
from paddlex_nb.widgets.images.layers import truth
from paddlex_nb.widgets.images.predictions import ImagePredictions, TableRow
from paddlex_nb.widgets.parts import Layer, Pictures, Tile


class PredictedImages(Pictures):
    """Images of a split with predictions for them.

    Args:
        dataset: The data set.
        view: Its split.
        rows: Positions in the split of the images that were predicted, in the order of the table.
        predictions: What was predicted.
    """

    def __init__(
        self,
        dataset: Dataset,
        view: DatasetView,
        rows: NDArray[np.int64],
        predictions: ImagePredictions,
    ) -> None:
        self._view = view
        self._rows = rows
        self._predictions = predictions
        self._thumbnails = DatasetThumbnails(dataset)
        self._chosen: NDArray[np.int64] = np.arange(len(rows))

    def _layers(self, position: TableRow, size: int) -> tuple[Layer, ...]:
        """What lies over the picture of an image."""
        row = int(self._rows[position])
        return truth(self._view, row, size), self._predictions.layer(position, size)

    def _dataset_rows(self, chosen: NDArray[np.int64]) -> list[DatasetRow]:
        return self._view.dataset_rows(self._rows[chosen])

    @property
    def count(self) -> int:
        """Number of images chosen."""
        return len(self._chosen)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        here, size = self._chosen[start:stop], kept_side(side)
        pictures = self._thumbnails.tiles(self._dataset_rows(here), side)
        return self._tiles(here, pictures, size)

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        """The first thumbnails that are made already."""
        if self._view.task is Task.SEGMENTATION:  # masks take time to decode
            return ()
        here = self._chosen[:stop]
        rows = self._dataset_rows(here)
        pictures, size = self._thumbnails.at_hand(rows, side), kept_side(side)
        return self._tiles(here, pictures, size)

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels.

        Raises:
            UserError: The file is gone or damaged.
        """
        position = TableRow(int(self._chosen[index]))
        row = int(self._rows[position])
        path, size = self._view.path(row), self._view.size(row)
        most = most_pixels()  # photos of a data set in tiles may be large
        jpeg = whole_picture(path, most) if whole else thumbnail(path, LARGE, most)
        return self._tile(position, jpeg, max(size) if whole else LARGE)

    def _tiles(self, chosen: NDArray[np.int64], pictures: Sequence[bytes], size: int) -> list[Tile]:
        """The tiles of the first images, as many as there are pictures."""
        pairs = zip(chosen.tolist(), pictures, strict=False)
        return [self._tile(TableRow(row), jpeg, size) for row, jpeg in pairs]

    def _tile(self, position: TableRow, jpeg: bytes, size: int) -> Tile:
        row = int(self._rows[position])
        layers = self._layers(position, size)
        return Tile(jpeg, self._view.name(row), layers, self._view.size(row))
