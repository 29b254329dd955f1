"""Which tiles become images of the data set: not all of those that show nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.cut_objects import ObjectCutter
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.importing.tile_pieces import Piece, path_of
from paddlex_nb.data.store.label_maps import is_background


def showing_of(
    pieces: Sequence[Piece], examined: Examined, cutter: ObjectCutter
) -> NDArray[np.bool_]:
    """Whether each tile shows something: an object, or a class that is not the background.

    Args:
        pieces: The tiles.
        examined: The data set that they are cut from.
        cutter: Has cut its objects, in the order of the tiles.

    Returns:
        Of shape (tiles,).
    """
    if examined.detected.format.task is not Task.SEGMENTATION:
        showing = np.zeros(len(pieces), np.bool_)
        showing[cutter.table().image] = True
        return showing
    names = examined.draft.classes
    nothing = {0} if names and is_background(names[0]) else set()
    known = range(len(names))
    return np.array([any(v in known and v not in nothing for v in p.values) for p in pieces])


def known_of(
    examined: Examined, pieces: Sequence[Piece], known: Collection[str]
) -> NDArray[np.int8]:
    """Of each tile: 1 if there was one of its path, -1 if only others of its image, else 0.

    Args:
        examined: The data set that they are cut from.
        pieces: The tiles.
        known: Paths of the tiles that the data set has had so far.

    Returns:
        Of shape (tiles,).
    """
    if not known:
        return np.zeros(len(pieces), np.int8)
    there = np.array([path_of(examined, piece) in known for piece in pieces], np.bool_)
    photo = np.array([piece.photo for piece in pieces], np.int64)
    return np.where(there, 1, -np.isin(photo, photo[there]).astype(np.int8)).astype(np.int8)


def chosen_of(showing: NDArray[np.bool_], known: NDArray[np.int8]) -> NDArray[np.int64]:
    """Numbers of the tiles that are kept, ascending.

    Args:
        showing: Whether each shows something.
        known: As of `known_of`.
    """
    new = known == 0
    full, empty = np.flatnonzero(showing & new), np.flatnonzero(~showing & new)
    least = int(new.all())  # what has nothing to show has one image at least
    some = np.linspace(0, len(empty) - 1, min(len(empty), max(len(full), least)))
    again = np.flatnonzero(~new & (showing | (known > 0)))
    return np.sort(np.concatenate([again, full, empty[np.unique(some.astype(np.int64))]]))
