"""A data set as training and evaluation see it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.decode import DECODE_ERRORS
from paddlex_nb.data.store.arrow import numbers, rows_of
from paddlex_nb.data.store.attributes import COLUMN, DIFFICULT, Attributes, decoded, is_set
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.data.store.index import DatasetRow, Index
from paddlex_nb.data.store.label_maps import read_label_map
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.snapshot import Snapshot, snapshot
from paddlex_nb.data.store.split_file import read_splits, split_rows
from paddlex_nb.data.store.versions import (
    as_recorded,
    version_classes,
    version_folder,
    version_table,
)


class DatasetView:
    """The images of one split, or all of them, with their labels.

    Args:
        folder: The data set's folder.
        split: train, val or test; all images if None.
        divided: Folder of a run, whose split counts and the version that it was trained with;
            by default those of the data set.
        left_out: With the images that a change leaves out.
        taken: The data set at a moment; as it is now if None, and not where ``divided`` is.

    Attributes:
        task: What the labels are for.
        classes: Class names, in the order of their numbers.
        root: Folder of the images.
        rows: Rows of these images in the index, of shape (images,).

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(
        self,
        folder: Path,
        split: str | None = None,
        *,
        divided: Path | None = None,
        left_out: bool = False,
        taken: Snapshot | None = None,
    ) -> None:
        splits = read_splits(divided or folder) if divided or split else None

        def version_of(record: DatasetRecord) -> str:
            return splits.version if divided and splits else record.version

        if taken is None and divided is None:
            taken = snapshot(folder)
        if taken is None:
            record, self._table, self._index = as_recorded(
                folder,
                lambda record: (
                    record,
                    version_table(folder, record, version_of(record)),
                    Index.load(version_folder(folder, version_of(record))),
                ),
            )
        else:
            record, self._table, self._index = taken.record, taken.table, taken.index
        self.task: Task = record.task
        self.classes: list[str] = record.classes
        if (version := version_of(record)) != record.version:
            self.classes = version_classes(folder, record, version)
        self.root: Path = image_root(folder, record)
        self._mask_root = folder / record.masks if record.masks else self.root
        rows = np.arange(len(self._index))
        if split is not None and splits is not None:
            rows = split_rows(splits, split, self._index)
        excluded = self._index.numbers("excluded")[rows]
        self.rows: NDArray[np.int64] = rows if left_out else rows[~excluded]
        images = self._index.images
        everything = split is None and len(self.rows) == len(self._index)
        self._images = images if everything else rows_of(images, self.rows)  # mapped, not copied

    def __len__(self) -> int:
        return len(self.rows)

    def dataset_rows(self, images: NDArray[np.int64]) -> list[DatasetRow]:
        """Rows of the index of images that are given by their positions in this view."""
        return [DatasetRow(row) for row in self.rows[images].tolist()]

    @cached_property
    def paths(self) -> list[Path]:
        """The paths of the image files."""
        return [self.root / path for path in self._images["path"].to_pylist()]

    def path(self, image: int) -> Path:
        """File of one image; `paths` is made only where all are wanted."""
        return self.root / str(self._images["path"][image])

    def name(self, image: int) -> str:
        """File name of one image."""
        return str(self._images["path"][image]).rpartition("/")[2]

    def size(self, image: int) -> tuple[int, int]:
        """Width and height of one image in pixels as shown."""
        width, height = (self._images[name][image].as_py() for name in ("width", "height"))
        return width, height

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Class numbers in classification, of shape (images,)."""
        return numbers(self._images["class_id"]).astype(np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Widths and heights in pixels as shown, of shape (images, 2)."""
        columns = [numbers(self._images[name]) for name in ("width", "height")]
        return np.stack(columns, axis=1).astype(np.int64)

    @cached_property
    def masks(self) -> list[Path]:
        """Files of the semantic masks; what their values mean is known to `label_map`."""
        return [self._mask_root / path for path in self._images["mask"].to_pylist()]

    def label_map(self, image: int, size: int | None = None) -> NDArray[np.uint8]:
        """The class number of every pixel of an image, 255 where there is none.

        Args:
            image: Position of the image in this view, from 0.
            size: Longest side in pixels to which it is shrunk; as it is if None.

        Returns:
            Of shape (height, width).

        Raises:
            UserError: Its mask is gone or damaged.
        """
        path = self._mask_root / str(self._images["mask"][image])
        try:
            return read_label_map(path, self._table, size)
        except DECODE_ERRORS as error:
            raise UserError("data.image_unreadable", path=path) from error

    @cached_property
    def excluded(self) -> NDArray[np.bool_]:
        """Whether each image is left out by a change, of shape (images,)."""
        return numbers(self._images["excluded"]).astype(np.bool_)

    def having(self, class_id: int) -> NDArray[np.int64]:
        """Positions in this view of the images in which a class occurs, ascending."""
        present = self._images["present"].combine_chunks()
        images = numbers(present.value_parent_indices())
        return np.unique(images[numbers(present.flatten()) == class_id]).astype(np.int64)

    @property
    def images_by_class(self) -> NDArray[np.int64]:
        """How many images have each class, of shape (classes,)."""
        present = numbers(self._images["present"].combine_chunks().flatten()).astype(np.int64)
        return np.bincount(present, minlength=len(self.classes))

    @property
    def groups(self) -> NDArray[np.int64]:
        """A number of each image, the same for copies of one picture, of shape (images,)."""
        return numbers(self._images["group"]).astype(np.int64)

    def object_sides(
        self, images: NDArray[np.int64], number: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The shorter sides of some labelled objects in pixels; NaN where there is none such.

        Args:
            images: Positions of their images in this view, of shape (objects,).
            number: Which object of its image each is, of shape (objects,).
        """
        table = self._index.objects
        numbered = numbers(table["number"]).astype(np.int64)
        stride = int(max(numbered.max(initial=0), number.max(initial=0))) + 1
        keys = self._object_images.astype(np.int64) * stride + numbered
        order = np.argsort(keys, kind="stable")
        wanted = self.rows[images] * stride + number
        places = np.searchsorted(keys[order], wanted)
        inside = places < len(keys)
        places = order[np.where(inside, places, 0)] if len(keys) else places
        sides = np.full(len(wanted), np.nan)
        if len(keys):
            fits = inside & (keys[places] == wanted)
            least = np.minimum(numbers(table["w"]), numbers(table["h"]))
            sides[fits] = least[places[fits]]
        return sides

    def sides_of_class(self, class_id: int) -> NDArray[np.float64]:
        """The shorter sides in pixels of the objects of a class, of shape (objects,)."""
        table = self._index.objects
        mine = (numbers(table["class_id"]) == class_id) & np.isin(self._object_images, self.rows)
        sides = np.stack([numbers(table[name])[mine] for name in ("w", "h")]).astype(np.float64)
        least: NDArray[np.float64] = sides.min(axis=0)
        return least

    def present(self, image: int) -> list[int]:
        """The classes that occur in one image, in no order."""
        found: list[int] = self._images["present"][image].as_py()
        return found

    @cached_property
    def occurring(self) -> NDArray[np.int64]:
        """The classes by which a model can be judged on these images, ascending.

        Objects that are a group do not count, nor in instance segmentation those without outline.
        """
        if self.task in {Task.CLASSIFICATION, Task.SEGMENTATION}:
            present = numbers(self._images["present"].combine_chunks().flatten())
            return np.unique(present).astype(np.int64)
        objects = self._index.objects
        counts = np.isin(self._object_images, self.rows)
        counts &= ~numbers(objects["crowd"]).astype(np.bool_)
        if self.task is Task.INSTANCE_SEGMENTATION and len(counts):
            counts &= numbers(objects["polygons"].combine_chunks().value_lengths()) > 0
        return np.unique(numbers(objects["class_id"])[counts]).astype(np.int64)

    @cached_property
    def with_objects(self) -> NDArray[np.bool_]:
        """Whether each image has an object that is no crowd, of shape (images,)."""
        single = ~numbers(self._index.objects["crowd"]).astype(np.bool_)
        return np.isin(self.rows, self._object_images[single])

    def object_places(self, image: int) -> tuple[int, int]:
        """Where in the index the objects of an image begin and end."""
        row = self.rows[image]
        start, end = np.searchsorted(self._object_images, [row, row + 1]).tolist()
        return start, end

    def objects(self, image: int) -> Objects:
        """The labelled objects of an image, with the polygons that they have.

        Args:
            image: Position of the image in this view, from 0.
        """
        start, end = self.object_places(image)
        table = self._index.objects.slice(start, end - start)
        said = self.attributes(image)
        return Objects.from_boxes(
            corners(np.stack([numbers(table[name]) for name in "xywh"], axis=1)),
            numbers(table["class_id"]),
            crowd=numbers(table["crowd"]),
            number=numbers(table["number"]),
            difficult=[is_set(one.get(DIFFICULT)) for one in said] if any(said) else None,
            outlines=table["polygons"].to_pylist(),
        )

    def attributes(self, image: int) -> list[Attributes]:
        """What else is said of each of the labelled objects of an image, in their order."""
        start, end = self.object_places(image)
        table = self._index.objects
        if COLUMN not in table.column_names:
            return [{} for _ in range(start, end)]
        return [decoded(text) for text in table[COLUMN].slice(start, end - start).to_pylist()]

    @property
    def with_attributes(self) -> int:
        """How many of the labelled objects have attributes."""
        table = self._index.objects
        if COLUMN not in table.column_names:
            return 0
        said = numbers(table[COLUMN].is_valid())
        return int((said & np.isin(self._object_images, self.rows)).sum())

    @cached_property
    def _object_images(self) -> NDArray[Any]:
        return numbers(self._index.objects["image"])


def image_root(folder: Path, record: DatasetRecord) -> Path:
    """Folder of a data set's images: its own root, which may be inside the data set's folder."""
    return folder / record.root
