"""The labelled objects of a data set in columns: a million of them are normal."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.data.store.attributes import AttributesBuilder, ObjectAttributes

_POINT = 2 * np.dtype(np.float32).itemsize
"""Bytes of a point."""

XYXY = tuple[float, float, float, float]
"""Left, top, right and bottom of a box, in pixels or in shares of the sides of the image."""


class Outlines(msgspec.Struct):
    """The polygons of objects.

    Attributes:
        points: x and y, float32 of shape (points, 2).
        polygons: Where in ``points`` each polygon starts, and the end of the last; int64 of shape
            (polygons + 1,).
        objects: Where in ``polygons`` each object starts, and the end of the last; int64 of shape
            (objects + 1,).
    """

    points: NDArray[np.float32]
    polygons: NDArray[np.int64]
    objects: NDArray[np.int64]

    @classmethod
    def none(cls, objects: int) -> Outlines:
        """Objects without polygons."""
        zero = np.zeros(1, np.int64)
        return cls(np.zeros((0, 2), np.float32), zero, np.zeros(objects + 1, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Outlines]) -> Outlines:
        """The objects of several tables, concatenated."""
        return cls(
            np.concatenate([part.points for part in parts]),
            _joined([part.polygons for part in parts]),
            _joined([part.objects for part in parts]),
        )

    def take(self, rows: NDArray[np.int64]) -> Outlines:
        """The rows given, in that order."""
        if len(rows) == len(self.objects) - 1 and (np.diff(rows) == 1).all():
            return self
        objects, inside = _ranges(self.objects, rows)
        polygons, points = self.some(inside)
        return Outlines(points, polygons, objects)

    def keep(self, wanted: NDArray[np.bool_]) -> Outlines:
        """Only some polygons, by a mask of shape (polygons,); no object is lost."""
        polygons, points = self.some(np.flatnonzero(wanted))
        before = np.concatenate([[0], np.cumsum(wanted)])
        return Outlines(points, polygons, before[self.objects])

    def some(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Starts and points of some polygons, in that order.

        Arrow copies each as a piece of memory, as what it knows as texts: three times as fast as
        NumPy, which copies point by point.
        """
        points = np.ascontiguousarray(self.points, np.float32)
        buffers = [None, pa.py_buffer(self.polygons * _POINT), pa.py_buffer(points)]
        every = pa.Array.from_buffers(pa.large_binary(), len(self.polygons) - 1, buffers)
        indices = pa.py_buffer(np.ascontiguousarray(rows, np.int64))
        taken = every.take(pa.Array.from_buffers(pa.int64(), len(rows), [None, indices]))
        _, ends, data = taken.buffers()
        starts = np.frombuffer(ends, np.int64, len(rows) + 1) // _POINT
        return starts, np.frombuffer(data or b"", np.float32, 2 * starts[-1]).reshape(-1, 2)

    def scaled(self, factors: NDArray[np.float64]) -> Outlines:
        """All points times a factor for x and one for y, of shape (objects, 2)."""
        each = np.repeat(factors[self.owners], self.corners, axis=0)
        return Outlines((self.points * each).astype(np.float32), self.polygons, self.objects)

    def of_object(self, row: int) -> list[list[float]]:
        """The polygons of an object, each as x0, y0, x1, ..."""
        edges = self.polygons[self.objects[row] : self.objects[row + 1] + 1].tolist()
        return [self.points[a:b].ravel().tolist() for a, b in pairwise(edges)]

    @property
    def corners(self) -> NDArray[np.int64]:
        """The number of points of each polygon, of shape (polygons,)."""
        return np.diff(self.polygons)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The object of each polygon, of shape (polygons,)."""
        return np.repeat(np.arange(len(self.objects) - 1), np.diff(self.objects))


class ObjectTable(msgspec.Struct):
    """The objects of a data set in columns, a row an object: a million are normal.

    Attributes:
        image: Position of the image in the draft, int32 of shape (objects,).
        class_id: Number of the class, int32 of shape (objects,).
        boxes: Left, top, right, bottom in pixels of the image as shown (or in shares of its
            sides, if the draft says so), float64 of shape (objects, 4).
        crowd: The object stands for a crowd of its class, bool of shape (objects,).
        number: Where in its label file, for findings; int32 of shape (objects,).
        outlines: Its polygons.
        attributes: What else its label file says of it.
    """

    image: NDArray[np.int32]
    class_id: NDArray[np.int32]
    boxes: NDArray[np.float64]
    crowd: NDArray[np.bool_]
    number: NDArray[np.int32]
    outlines: Outlines
    attributes: ObjectAttributes

    def __len__(self) -> int:
        return len(self.image)

    @classmethod
    def joined(cls, parts: Sequence[ObjectTable]) -> ObjectTable:
        """The objects of several tables, one after another."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.image for part in parts]),
            np.concatenate([part.class_id for part in parts]),
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.crowd for part in parts]),
            np.concatenate([part.number for part in parts]),
            Outlines.joined([part.outlines for part in parts]),
            ObjectAttributes.joined([part.attributes for part in parts]),
        )

    def take(self, rows: NDArray[np.int64]) -> ObjectTable:
        """Some objects, in that order; itself if that changes nothing."""
        if len(rows) == len(self) and (np.diff(rows) == 1).all():
            return self
        return ObjectTable(
            self.image[rows],
            self.class_id[rows],
            self.boxes.take(rows, axis=0),
            self.crowd[rows],
            self.number[rows],
            self.outlines.take(rows),
            self.attributes.take(rows),
        )


class ObjectTableBuilder:
    """Collects objects one by one, in a few bytes each."""

    def __init__(self) -> None:
        self._image, self._class, self._number = array("i"), array("i"), array("i")
        self._boxes, self._crowd, self._points = array("d"), array("B"), array("f")
        self._polygons, self._objects = array("q", [0]), array("q", [0])
        self._attributes = AttributesBuilder()

    def add(
        self,
        image: int,
        class_id: int,
        box: XYXY,
        polygons: Iterable[Sequence[float]] = (),
        *,
        crowd: bool = False,
        number: int = 0,
        attributes: object = None,
    ) -> None:
        """Append an object; see `ObjectTable`. Polygons are x0, y0, x1, ... and not cut short.

        Attributes are what the label file says of them, as `read_attributes` takes it.
        """
        self._image.append(image)
        self._class.append(class_id)
        self._number.append(number)
        self._boxes.extend(box)
        self._crowd.append(crowd)
        for polygon in polygons:
            self._points.extend(polygon)
            self._polygons.append(len(self._points) // 2)
        self._objects.append(len(self._polygons) - 1)
        self._attributes.add(attributes)

    def build(self) -> ObjectTable:
        """The table of all that were added."""
        return ObjectTable(
            np.array(self._image, np.int32),
            np.array(self._class, np.int32),
            np.array(self._boxes, np.float64).reshape(-1, 4),
            np.array(self._crowd, np.bool_),
            np.array(self._number, np.int32),
            Outlines(
                np.array(self._points, np.float32).reshape(-1, 2),
                np.array(self._polygons, np.int64),
                np.array(self._objects, np.int64),
            ),
            self._attributes.build(),
        )


def outline_box(polygons: Iterable[Sequence[float]]) -> XYXY:
    """The box around polygons, each x0, y0, x1, ...; there is a point at least."""
    xs = [x for polygon in polygons for x in polygon[::2]]
    ys = [y for polygon in polygons for y in polygon[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _joined(starts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Lists of starts (each with its end), one after another."""
    ends = np.cumsum([0, *(part[-1] for part in starts)])
    return np.concatenate(
        [np.zeros(1, np.int64), *(p[1:] + end for p, end in zip(starts, ends, strict=False))]
    )


def _ranges(
    starts: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """New starts when only some rows are kept, and the positions of what is in them."""
    lengths = np.diff(starts)[rows]
    kept = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    inside = np.arange(kept[-1]) + np.repeat(starts[:-1][rows] - kept[:-1], lengths)
    return kept, inside
