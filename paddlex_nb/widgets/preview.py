"""What the preview grid shows: thumbnails and labels of the chosen images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.thumbnails import Thumbnails, thumbnail
from paddlex_nb.data.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.parts import Shape, Tile

LARGE = 1200
"""Longest side of a single picture, in pixels."""


class Preview:
    """The images of a data set, by split and class.

    Args:
        dataset: A data set that is ready.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._folder = dataset.folder
        self._thumbnails = Thumbnails(dataset.folder)
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

    @property
    def count(self) -> int:
        """Number of images chosen."""
        return len(self._chosen)

    def tiles(self, start: int, stop: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        here = self._chosen[start:stop]
        pictures = self._thumbnails.tiles(self._view.rows[here].tolist())
        return [self._tile(int(i), jpeg) for i, jpeg in zip(here, pictures, strict=True)]

    def picture(self, index: int) -> Tile:
        """One large picture.

        Raises:
            UserError: The file is gone or damaged.
        """
        image = int(self._chosen[index])
        return self._tile(image, thumbnail(self._view.paths[image], LARGE))

    def _tile(self, image: int, jpeg: bytes) -> Tile:
        path = self._view.paths[image]
        label = int(self._view.labels[image])
        return Tile(
            jpeg,
            path.name,
            class_ids=(label,) if label >= 0 else (),
            shapes=tuple(self._shapes(image)),
        )

    def _shapes(self, image: int) -> list[Shape]:
        """Boxes, or outlines where there are any, as shares of the image's size."""
        objects = self._view.objects(image)
        width, height = self._view.sizes[image]
        shapes: list[Shape] = []
        for class_id, (x, y, w, h), polygons in zip(
            objects["class_id"], objects["boxes"], objects["polygons"], strict=True
        ):
            for outline in polygons or []:
                scale = np.tile([width, height], len(outline) // 2)
                points = tuple((np.asarray(outline) / scale).tolist())
                shapes.append(Shape("polygon", points, int(class_id)))
            if not polygons:
                points = (x / width, y / height, (x + w) / width, (y + h) / height)
                shapes.append(Shape("box", tuple(map(float, points)), int(class_id)))
        return shapes
