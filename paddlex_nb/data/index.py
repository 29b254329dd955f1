"""The index of a data set: its usable images and their labels in columns, memory-mapped.

Two Arrow files. ``images.arrow``, a row an image: ``path`` (relative to the root), ``width`` and
``height`` (int32, pixels as shown), ``split`` (as it came: train, val, test or empty),
``class_id`` (int32, classification; else -1), ``mask`` (path of the semantic mask or empty),
``format`` (Pillow's name), ``group`` (int32, row of the first copy of the same picture),
``present`` (list of int32: class numbers that occur) and ``excluded`` (bool: left out by a
change). ``objects.arrow``, a row an object, sorted by image: ``image`` (int32 row), ``class_id``
(int32), ``x``, ``y``, ``w``, ``h`` (float32, pixels), ``polygons`` (list of lists of float32: x0,
y0, x1, ...), ``crowd`` (bool) and ``number`` (int32, its place in the label file). The rows of
images stay the same whatever is changed later.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.errors import UserError
from paddlex_nb.files import write_bytes

if TYPE_CHECKING:
    from paddlex_nb.data.examine import Examined

IMAGES = "images.arrow"
OBJECTS = "objects.arrow"

VERSIONS = "versions"
"""Folder of the indexes with changes, in a data set's own."""

_IMAGES = pa.schema(
    [
        ("path", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("split", pa.string()),
        ("class_id", pa.int32()),
        ("mask", pa.string()),
        ("format", pa.string()),
        ("group", pa.int32()),
        ("present", pa.list_(pa.int32())),
        ("excluded", pa.bool_()),
    ]
)
_OBJECTS = pa.schema(
    [
        ("image", pa.int32()),
        ("class_id", pa.int32()),
        ("x", pa.float32()),
        ("y", pa.float32()),
        ("w", pa.float32()),
        ("h", pa.float32()),
        ("polygons", pa.list_(pa.list_(pa.float32()))),
        ("crowd", pa.bool_()),
        ("number", pa.int32()),
    ]
)


class Index:
    """The index, as it lies on disk.

    Attributes:
        images: Table of the images.
        objects: Table of the objects.

    Args:
        images: Table of the images.
        objects: Table of the objects.
    """

    def __init__(self, images: pa.Table, objects: pa.Table) -> None:
        self.images = images
        self.objects = objects

    def __len__(self) -> int:
        return int(self.images.num_rows)

    @classmethod
    def load(cls, folder: Path) -> Index:
        """Map an index into memory.

        Args:
            folder: The data set's folder for the index as imported, or that of a version.

        Raises:
            UserError: There is none, or it is damaged.
        """
        return cls(_open(folder / IMAGES), _open(folder / OBJECTS))

    @classmethod
    def of(cls, examined: Examined) -> Index:
        """The index of a data set that was read and checked."""
        draft = examined.draft.images
        probes = examined.probes
        images = {
            "path": [image.path for image in draft],
            "width": [probe.width for probe in probes],
            "height": [probe.height for probe in probes],
            "split": [image.split for image in draft],
            "class_id": [image.class_id for image in draft],
            "mask": [image.mask for image in draft],
            "format": [probe.format for probe in probes],
            "group": examined.groups,
            "present": examined.present,
            "excluded": [False] * len(draft),
        }
        found = examined.draft.objects
        left, top, right, bottom = found.boxes.astype(np.float32).T
        outlines = found.outlines
        polygons = pa.ListArray.from_arrays(
            (outlines.polygons * 2).astype(np.int32), pa.array(outlines.points.ravel())
        )
        objects = {
            "image": found.image,
            "class_id": found.class_id,
            "x": left,
            "y": top,
            "w": right - left,
            "h": bottom - top,
            "polygons": pa.ListArray.from_arrays(outlines.objects.astype(np.int32), polygons),
            "crowd": found.crowd,
            "number": found.number,
        }
        return cls(pa.table(images, schema=_IMAGES), pa.table(objects, schema=_OBJECTS))

    def left(self) -> Index:
        """Only the images that are not left out, and their objects; rows are counted anew."""
        excluded = self.numbers("excluded")
        if not excluded.any():
            return self
        rows = np.flatnonzero(~excluded)
        moved = np.cumsum(~excluded) - 1
        image = numbers(self.objects["image"])
        kept = np.flatnonzero(~excluded[image])
        objects = rows_of(self.objects, kept)
        column = pa.array(moved[image[kept]].tolist(), pa.int32())
        place = objects.schema.get_field_index("image")
        objects = objects.set_column(place, objects.schema.field("image"), column)
        return Index(rows_of(self.images, rows), objects)

    def save(self, folder: Path) -> None:
        """Write the index into a data set's folder, each file whole or not at all.

        Raises:
            UserError: The disk is full or refuses.
        """
        _write(folder / OBJECTS, self.objects)
        _write(folder / IMAGES, self.images)

    def numbers(self, column: str) -> NDArray[Any]:
        """A column of numbers of the images, of shape (images,)."""
        return numbers(self.images[column])


def numbers(column: pa.ChunkedArray | pa.Array) -> NDArray[Any]:
    """A column of numbers or of yes and no as an array, read only.

    Not by pyarrow's own ``to_numpy``, nor its ``array``: both import pandas, which takes the
    kernel seconds.
    """
    if not len(column):
        return np.zeros(0, column.type.to_pandas_dtype())
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_boolean(whole.type):
        return numbers(whole.cast(pa.uint8())).astype(bool)
    return np.from_dlpack(whole)


def rows_of(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of a table, in that order."""
    whole = np.ascontiguousarray(rows, np.int64)
    return table.take(pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)]))


def _write(path: Path, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    write_bytes(path, sink.getvalue())


def _open(path: Path) -> pa.Table:
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error
