"""The columns of a data set's index as arrays."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.checks.groups import FindingGroup, finding_groups
from paddlex_nb.data.explore.counting import grid_cells
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.snapshot import Snapshot, snapshot
from paddlex_nb.data.store.split_file import sides

Mask = NDArray[np.bool_]


class Columns:
    """What is known about the images and objects of a data set, as it is now.

    Args:
        folder: The data set's folder.
        taken: What it was at a moment; as it is now if None.

    Attributes:
        classes: Class names.
        task: What the labels are for.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, taken: Snapshot | None = None) -> None:
        taken = taken or snapshot(folder)
        self._index = taken.index
        self.classes, self.task = taken.record.classes, taken.record.task
        self._folder = folder

    def __len__(self) -> int:
        return len(self._index)

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

    def words(self, column: str) -> list[str]:
        """A column of texts of the images: ``path`` or ``together``."""
        return [text or "" for text in self._index.images[column].to_pylist()]

    @cached_property
    def left_out(self) -> Mask:
        """Whether each image is left out by a change, of shape (images,)."""
        return self._index.numbers("excluded").astype(np.bool_)

    @cached_property
    def splits(self) -> NDArray[np.int8]:
        """The split of each image as its number in `SPLITS`, -1 for none; of shape (images,)."""
        return sides(self._folder, len(self))

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
        return grid_cells(across, down)

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
        images = len(self)  # an update may have brought more since
        return {g.code: [row for row in g.images if row < images] for g in self.findings}
