"""The images of a data set that its findings are about."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.images.tiles import photo_name
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import Finding

_SHIFT = 32


class FindingRows:
    """Rows of the index by what findings name: where images are tiles, findings name photos.

    Args:
        folder: The data set's folder.

    Raises:
        UserError: The data set is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._tiled = read_record(folder).tiles is not None
        self._index = base_index(folder)
        paths: list[str] = self._index.images["path"].to_pylist()
        self._rows = {path: [row] for row, path in enumerate(paths)}
        for row, path in enumerate(paths) if self._tiled else ():
            if (photo := photo_name(path)) != path:
                self._rows.setdefault(photo, []).append(row)

    def of_image(self, path: str) -> list[int]:
        """The rows of an image, or of the tiles of a photo; none if it is not there.

        Args:
            path: Relative to the root of the images, or to that of the photos.
        """
        known = self._rows.get(path)
        if known is None and self._tiled:
            known = self._rows.get(photo_name(path))
        return known or []

    def of(self, finding: Finding) -> list[int]:
        """The rows that a finding is about: of an object, those of the tiles that it is in."""
        rows, number = self.of_image(finding.image), finding.values.get("number")
        if not self._tiled or not isinstance(number, int):
            return rows
        keys = np.array(rows, np.int64) << _SHIFT | number
        places = np.searchsorted(self._objects, keys).clip(0, max(len(self._objects) - 1, 0))
        held = self._objects[places] == keys if len(self._objects) else np.zeros(len(keys), bool)
        return [row for row, holds in zip(rows, held.tolist(), strict=True) if holds]

    @cached_property
    def _objects(self) -> NDArray[np.int64]:
        """Row and number of every object in one number, ascending."""
        image, number = (numbers(self._index.objects[name]) for name in ("image", "number"))
        return np.sort(image.astype(np.int64) << _SHIFT | number)
