"""An index in arrays, for changes to work on."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.wording import instead
from paddlex_nb.data.store import attributes
from paddlex_nb.data.store.arrow import column, list_column, numbers, with_columns
from paddlex_nb.data.store.changes.change import XYWH
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.label_maps import IGNORE

_LEAST_SIDE = 1.0
"""Pixels; a smaller box is a slip of the hand."""

_ROWS = np.iinfo(np.int32).max
"""No image has such a row."""


class EditableObjects(msgspec.Struct):
    """The objects, sorted by image.

    Attributes:
        image: Row of the image, int32 of shape (objects,).
        number: Which it is in its image, int32 of shape (objects,).
        class_id: Class number, int32 of shape (objects,).
        box: x, y, width and height in pixels, float32 of shape (objects, 4).
        crowd: Whether it stands for a crowd, of shape (objects,).
        kept: Whether it is kept, of shape (objects,).
        row: Row of the index whose polygons and attributes are its own; -1 if it has none; int64
            of shape (objects,).
    """

    image: NDArray[np.int32]
    number: NDArray[np.int32]
    class_id: NDArray[np.int32]
    box: NDArray[np.float32]
    crowd: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    row: NDArray[np.int64]

    def find(self, objects: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        """Where the objects of these images and numbers are; those that are not kept are not."""
        wanted = np.array(objects, np.int64).reshape(-1, 2)
        # only those of the images: all would be half a million, for each of thousands of changes
        rows = np.clip(wanted[:, 0], -1, _ROWS).astype(np.int32)
        start, end = (np.searchsorted(self.image, rows, side) for side in ("left", "right"))
        counts = end - start
        first = np.repeat(start - np.cumsum(counts) + counts, counts)
        places = first + np.arange(len(first))
        same = self.number[places] == np.repeat(wanted[:, 1], counts)
        return np.unique(places[same & self.kept[places]])

    def of_image(self, image: int) -> NDArray[np.int64]:
        """Where the objects of an image are; those that are not kept are not."""
        ends = np.searchsorted(self.image, np.array([image, image + 1], np.int32))
        start, end = ends.tolist()
        return np.arange(start, end, dtype=np.int64)[self.kept[start:end]]

    def add(self, image: int, number: int, class_id: int, box: XYWH) -> None:
        """Put an object behind the others of its image."""
        at = int(np.searchsorted(self.image, image, "right"))
        for name, value in (
            ("image", image),
            ("number", number),
            ("class_id", class_id),
            ("box", box),
            ("crowd", False),
            ("kept", True),
            ("row", -1),
        ):
            setattr(self, name, np.insert(getattr(self, name), at, value, axis=0))


class Labels(msgspec.Struct):
    """The labels of a data set in arrays, which changes are applied to.

    Attributes:
        classes: Class names.
        images: Class number of each image (-1 if it has none), of shape (images,).
        excluded: Whether each image is left out, of shape (images,).
        gone: Whether it was so without any change, its file being lost, of shape (images,).
        objects: The objects.
        table: Class number by value of a mask's pixel, `IGNORE` for none; uint8 of shape (256,).
        former_table: The same before any change.
        index: The index that this was read from.
    """

    classes: list[str]
    images: NDArray[np.int32]
    excluded: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    objects: EditableObjects
    table: NDArray[np.uint8]
    former_table: NDArray[np.uint8]
    index: Index

    @classmethod
    def from_index(
        cls,
        index: Index,
        classes: Sequence[str],
        gone: NDArray[np.bool_],
        table: NDArray[np.uint8],
    ) -> Labels:
        """The labels of an index."""
        table_of_objects = index.objects
        count = table_of_objects.num_rows
        objects = EditableObjects(
            numbers(table_of_objects["image"]),
            numbers(table_of_objects["number"]),
            numbers(table_of_objects["class_id"]).copy(),
            np.stack([numbers(table_of_objects[name]) for name in "xywh"], axis=1),
            numbers(table_of_objects["crowd"]),
            np.ones(count, np.bool_),
            np.arange(count),
        )
        images = index.numbers("class_id").astype(np.int32)
        excluded = index.numbers("excluded").copy()
        return cls(list(classes), images, excluded, gone, objects, table.copy(), table, index)

    def rows(self, images: Sequence[int]) -> NDArray[np.int64]:
        """Those of the given rows of images that exist."""
        rows = np.array(images, np.int64)
        return rows[(rows >= 0) & (rows < len(self.images))]

    def class_number(self, name: str) -> int:
        """The number of a class.

        Raises:
            UserError: There is no such class.
        """
        if name not in self.classes:
            known = instead(name, self.classes)
            raise UserError("data.class_unknown", name=name, known=known)
        return self.classes.index(name)

    def clipped(self, image: int, box: XYWH) -> XYWH | None:
        """The part of a box that is inside its image; None if that is none worth the name."""
        table = self.index.images
        width, height = (table[name][image].as_py() for name in ("width", "height"))
        x, y, w, h = box
        left, right = np.clip([x, x + w], 0, width).tolist()
        top, bottom = np.clip([y, y + h], 0, height).tolist()
        w, h = right - left, bottom - top
        return (left, top, w, h) if w >= _LEAST_SIDE and h >= _LEAST_SIDE else None  # not of NaN

    def snapshot(self) -> Index:
        """The index as these labels say; changes that are made to them later are not in it."""
        objects = msgspec.structs.replace(
            self.objects, class_id=self.objects.class_id.copy(), box=self.objects.box.copy()
        )
        copied = msgspec.structs.replace(self, images=self.images.copy(), objects=objects)
        return copied.changed_index()

    def changed_index(self) -> Index:
        """The index as these labels say; a table in which nothing changed is the same one."""
        changed = self._changed_columns()
        images = with_columns(self.index.images, **changed) if changed else self.index.images
        return Index(images, self._objects())

    def _changed_columns(self) -> dict[str, pa.Array]:
        """The columns of the images that are others now."""
        table = self.index.images
        changed = {}
        if not np.array_equal(self.excluded, self.index.numbers("excluded")):
            changed["excluded"] = column(self.excluded)
        labelled = column(self.images)
        if not labelled.equals(table["class_id"].combine_chunks()):
            changed["class_id"] = labelled
        elif self._same_objects() and np.array_equal(self.table, self.former_table):
            return changed
        changed["present"] = self._present()
        return changed

    def _same_objects(self) -> bool:
        """Whether the objects and their classes are those of the index."""
        current, former = self.objects, self.index.objects
        return (
            len(current.kept) == former.num_rows
            and bool(current.kept.all())
            and np.array_equal(current.class_id, numbers(former["class_id"]))
        )

    def _objects(self) -> pa.Table:
        """The table of the objects."""
        current, kept, former = self.objects, self.objects.kept, self.index.objects
        if len(kept) == former.num_rows and kept.all():
            columns = zip(
                ("class_id", "crowd", *"xywh"),
                (current.class_id, current.crowd, *current.box.T),
                strict=True,
            )
            changed = {
                name: column(values)
                for name, values in columns
                if not np.array_equal(values, numbers(former[name]))
            }
            return with_columns(former, **changed) if changed else former
        box = current.box[kept].T
        objects = {
            "image": column(current.image[kept]),
            "class_id": column(current.class_id[kept]),
            **{name: column(values) for name, values in zip("xywh", box, strict=True)},
            "polygons": self._polygons(current.row[kept]),
            "crowd": column(current.crowd[kept]),
            "number": column(current.number[kept]),
        }
        if attributes.COLUMN in former.column_names:
            objects[attributes.COLUMN] = self._attributes(current.row[kept])
        return pa.table(objects, schema=former.schema)

    def occurring(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of images and numbers of the classes that occur in them, both ascending."""
        labelled = np.flatnonzero(self.images >= 0)
        values = self.index.images["values"].combine_chunks()
        masked = numbers(values.value_parent_indices())
        pixels = self.table[numbers(values.flatten())]
        counting = pixels != IGNORE
        kept = self.objects.kept
        image = np.concatenate([labelled, masked[counting], self.objects.image[kept]])
        number = np.concatenate(
            [self.images[labelled], pixels[counting], self.objects.class_id[kept]]
        )
        classes = max(1, len(self.classes))
        pairs = np.unique(image.astype(np.int64) * classes + number)
        return pairs // classes, pairs % classes

    def _present(self) -> pa.Array:
        """The classes of each image."""
        image, number = self.occurring()
        return list_column(np.bincount(image, minlength=len(self.images)), number)

    def _polygons(self, rows: NDArray[np.int64]) -> pa.Array | pa.ChunkedArray:
        nothing = list_column(np.zeros(0, np.int32), np.zeros(0, np.float32))
        none = pa.ListArray.from_arrays(column(np.zeros(2, np.int32)), nothing)
        return _picked(self.index.objects["polygons"], none, rows)

    def _attributes(self, rows: NDArray[np.int64]) -> pa.Array | pa.ChunkedArray:
        known = self.index.objects[attributes.COLUMN]
        return _picked(known, pa.nulls(1, known.type), rows)


def _picked(
    known: pa.ChunkedArray, none: pa.Array, rows: NDArray[np.int64]
) -> pa.Array | pa.ChunkedArray:
    """Some values of a column, and for -1 a value of no object."""
    if np.array_equal(rows, np.arange(len(known))):
        return known
    every = pa.chunked_array([*known.chunks, none]).combine_chunks()
    return every.take(column(np.where(rows < 0, len(known), rows)))
