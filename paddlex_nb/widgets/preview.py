"""What the preview grid shows: thumbnails and labels of the chosen images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.thumbnails import Thumbnails, thumbnail
from paddlex_nb.data.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.annotations import truth
from paddlex_nb.widgets.parts import Tile

SMALL, LARGE = 160, 1200
"""Longest side of a thumbnail and of a single picture, in pixels."""


class Preview:
    """The images of a data set, by split and class.

    Args:
        dataset: A data set that is ready.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._folder = dataset.folder
        self._thumbnails = Thumbnails(dataset.folder, SMALL)
        self.choose("", -1)

    def choose(self, split: str, class_id: int) -> None:
        """Choose what is shown.

        Args:
            split: train, val or test; empty for all.
            class_id: Images in which this class occurs; -1 for all.
        """
        self._view = DatasetView(self._folder, split or None)
        self._chosen: NDArray[np.int64] = (
            np.arange(len(self._view)) if class_id < 0 else self._view.having(class_id)
        )

    def choose_rows(self, rows: Sequence[int]) -> None:
        """Choose images by their rows of the index, those that are left out too."""
        self._view = DatasetView(self._folder, left_out=True)
        self._chosen = np.array(rows, np.int64)

    @property
    def count(self) -> int:
        """Number of images chosen."""
        return len(self._chosen)

    def tiles(self, start: int, stop: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        here = self._chosen[start:stop]
        pictures = self._thumbnails.tiles(self._view.rows[here].tolist())
        return [self._tile(int(i), jpeg, SMALL) for i, jpeg in zip(here, pictures, strict=True)]

    def picture(self, index: int) -> Tile:
        """One large picture.

        Raises:
            UserError: The file is gone or damaged.
        """
        image = int(self._chosen[index])
        return self._tile(image, thumbnail(self._view.paths[image], LARGE), LARGE)

    def _tile(self, image: int, jpeg: bytes, size: int) -> Tile:
        return Tile(jpeg, self._view.paths[image].name, (truth(self._view, image, size),))
