"""Brightness and sharpness of a data set's images: measured once and kept in its folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import open_whole
from paddlex_nb.data.checks.images import measured
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.thumbnails.making import stamp, state_key
from paddlex_nb.layout.dataset import DatasetFolder

_MEASURING = threading.Lock()
"""Held while images are measured, which takes all cores."""

_FILE = 0
"""In place of a thumbnail's size: what is kept depends on the file alone."""

_COLUMNS = ("brightness", "sharpness")

Kept = tuple[NDArray[np.uint64], NDArray[np.float64]]
"""Stamps of image files, ascending, and brightness and sharpness of each, of shape (n, 2)."""


def looks_of(dataset: Path, root: Path, paths: Sequence[str]) -> NDArray[np.float64]:
    """Brightness and sharpness of images (`brightness_and_sharpness`), of shape (images, 2).

    Only images that are not known as they are now are measured. Whoever asks meanwhile waits for
    that, in place of decoding the same images beside it.

    Args:
        dataset: The data set's folder.
        root: Folder of its images.
        paths: Some of them.

    Returns:
        NaN where an image is gone or cannot be read.
    """
    file = DatasetFolder(dataset).looks
    with _MEASURING:
        stamps = _stamps(root, paths)
        values, known = _found(_read(file), stamps)
        missing = np.flatnonzero(~known & (stamps != 0)).tolist()
        if missing:
            fresh = each(measured, [root / paths[place] for place in missing], lambda _: None)
            values[missing] = list(fresh)
            # with what another process has added meanwhile
            _write(file, _joined(_read(file), (stamps[missing], values[missing])))
    return values


def keep_looks(
    dataset: Path, root: Path, paths: Sequence[str], looks: Sequence[tuple[float, float]]
) -> None:
    """Keep what an import has measured, and forget what was known of files that are no more.

    Args:
        dataset: The data set's folder.
        root: Folder of its images.
        paths: All of them.
        looks: Brightness and sharpness of each; NaN where that was not measured.
    """
    file = DatasetFolder(dataset).looks
    stamps, told = _stamps(root, paths), np.array(looks, np.float64).reshape(-1, 2)
    values, known = _found(_read(file), stamps)
    new = ~np.isnan(told).any(axis=1)
    values[new] = told[new]
    chosen = (known | new) & (stamps != 0)
    _write(file, (stamps[chosen], values[chosen]))


def _stamps(root: Path, paths: Sequence[str]) -> NDArray[np.uint64]:
    """What changes if an image is replaced; 0 for one that is gone."""
    return np.array([stamp(state_key(root, path, _FILE)) for path in paths], np.uint64)


def _found(kept: Kept, stamps: NDArray[np.uint64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What is known of some images, NaN of others; and of which it is."""
    values = np.full((len(stamps), 2), np.nan)
    if not len(kept[0]):
        return values, np.zeros(len(stamps), np.bool_)
    places = np.minimum(np.searchsorted(kept[0], stamps), len(kept[0]) - 1)
    known = kept[0][places] == stamps
    values[known] = kept[1][places[known]]
    return values, known


def _joined(one: Kept, other: Kept) -> Kept:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])


def _read(file: Path) -> Kept:
    """What was measured; nothing if it is gone or damaged."""
    try:
        table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
        stamps = table["stamp"].to_numpy().astype(np.uint64)
        columns = [table[name].to_numpy().astype(np.float64) for name in _COLUMNS]
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError):
        stamps, columns = np.zeros(0, np.uint64), [np.zeros(0)] * 2
    return stamps, np.stack(columns, axis=1)


def _write(file: Path, kept: Kept) -> None:
    """Keep what was measured; a workspace that may only be read does without."""
    stamps, first = np.unique(kept[0], return_index=True)
    columns = {name: kept[1][first, place] for place, name in enumerate(_COLUMNS)}
    table = pa.table({"stamp": stamps, **columns})
    with (
        suppress(UserError, OSError),
        open_whole(file) as out,
        pa.ipc.new_file(out, table.schema) as writer,
    ):
        writer.write_table(table)
