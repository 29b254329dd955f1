"""The index of a data set: its usable images and their labels in columns, memory-mapped.

Two Arrow files. ``images.arrow``, a row an image: ``path`` (relative to the root), ``width`` and
``height`` (int32, pixels as shown), ``split`` (as it came: train, val, test or empty),
``class_id`` (int32, classification; else -1), ``mask`` (path of the semantic mask or empty),
``format`` (Pillow's name), ``group`` (int32, row of the first copy of the same picture),
``present`` (list of int32: class numbers that occur), ``excluded`` (bool: left out by a change),
``together`` (what the data set says belongs together, such as a patient, or empty) and ``values``
(list of int32: pixel values below 255 that occur in the file of the mask).
``objects.arrow``, a row an object, sorted by image: ``image`` (int32 row), ``class_id`` (int32),
``x``, ``y``, ``w``, ``h`` (float32, pixels), ``polygons`` (list of lists of float32: x0, y0, x1,
...), ``crowd`` (bool) and ``number`` (int32, its place in the label file). The rows of images stay
the same whatever is changed later.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import open_whole
from paddlex_nb.layout.dataset import VersionFolder

IMAGE_COLUMNS = pa.schema(
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
        ("together", pa.string()),
        ("values", pa.list_(pa.int32())),
    ]
)
OBJECT_COLUMNS = pa.schema(
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
        images = _open(VersionFolder(folder).images)
        if "values" not in images.column_names:
            images = _with_values(images)
        return cls(images, _open(VersionFolder(folder).objects))

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
        objects = with_columns(objects, image=column(moved[image[kept]]))
        return Index(rows_of(self.images, rows), objects)

    def save(self, folder: Path, former: tuple[Index, Path] | None = None) -> None:
        """Write the index into a data set's folder, each file whole or not at all.

        Args:
            folder: Where to.
            former: Another index and where it lies: a table that is one of its own is not
                written again, but is the same file on disk.

        Raises:
            UserError: The disk is full or refuses.
        """
        for name, table in (
            (VersionFolder.OBJECTS, self.objects),
            (VersionFolder.IMAGES, self.images),
        ):
            if former and (table is former[0].objects or table is former[0].images):
                with suppress(OSError):  # a disk without such links
                    (folder / name).hardlink_to(former[1] / name)
                    continue
            _write(folder / name, table)

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


def number_lists(column: pa.ChunkedArray) -> list[list[int]]:
    """A column of lists of whole numbers; ten times as fast as pyarrow's own ``to_pylist``."""
    whole = column.combine_chunks()
    values = numbers(whole.flatten()).tolist()
    ends = np.cumsum(numbers(whole.value_lengths())).tolist()
    return [values[start:end] for start, end in pairwise([0, *ends])]


def column(values: NDArray[Any]) -> pa.Array:
    """An array as a column: whole numbers as int32, others as float32, yes and no as bool.

    Without pandas, as `numbers`.
    """
    if values.dtype == np.bool_:
        bits = np.packbits(values, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
    whole = np.issubdtype(values.dtype, np.integer)
    plain = np.ascontiguousarray(values, np.int32 if whole else np.float32)
    kind = pa.int32() if whole else pa.float32()
    return pa.Array.from_buffers(kind, len(plain), [None, pa.py_buffer(plain)])


def texts(values: Sequence[str]) -> pa.Array:
    """Texts as a column; without pandas, too."""
    text = "".join(values)
    lengths = map(len, values) if text.isascii() else (len(value.encode()) for value in values)
    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(np.fromiter(lengths, np.int32, len(values)), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(text.encode())]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def lists(values: Sequence[Sequence[int]]) -> pa.Array:
    """Lists of whole numbers as a column; without pandas, too."""
    counts = np.fromiter(map(len, values), np.int64, len(values))
    return list_column(counts, np.fromiter(chain.from_iterable(values), np.int32))


def list_column(counts: NDArray[Any], values: NDArray[Any]) -> pa.Array:
    """Lists as a column: how long each is, and all their values."""
    ends = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=ends[1:])
    return pa.ListArray.from_arrays(column(ends), column(values))


def with_columns(table: pa.Table, **columns: pa.Array) -> pa.Table:
    """The table with some columns exchanged."""
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), values)
    return table


def rows_of(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of a table, in that order."""
    whole = np.ascontiguousarray(rows, np.int64)
    return table.take(pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)]))


def _write(path: Path, table: pa.Table) -> None:
    with open_whole(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _with_values(images: pa.Table) -> pa.Table:
    """The images of an index that was written when masks could not mean anything else yet.

    Then the classes present in an image were the values of its mask.
    """
    masked = any(images["mask"].to_pylist())
    values = images["present"] if masked else lists([[]] * images.num_rows)
    return images.append_column("values", values).select(IMAGE_COLUMNS.names)


def _open(path: Path) -> pa.Table:
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error
