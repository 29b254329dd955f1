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
...), ``crowd`` (bool), ``number`` (int32, its place in the label file) and, only where a label file
says any, ``attributes`` (large_string or null, see `attributes`). The rows of images stay the same
whatever is changed later.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, NewType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import open_whole
from paddlex_nb.data.store.arrow import column, lists, numbers, rows_of, with_columns
from paddlex_nb.layout.dataset import VersionFolder

DatasetRow = NewType("DatasetRow", int)
"""Row of an image in the index; its position among the images of a split is another number."""

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
