"""The job that makes the thumbnails of a whole data set ahead of time."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.thumbnails.making import AWAY, SIZE, Thumbnails, stamp, state_key, thumbnail
from paddlex_nb.data.thumbnails.pack import has_room
from paddlex_nb.jobs.context import JobContext

_NICE = 10
"""Nobody waits for this job: trainings and the notebook come first."""


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing: size and place are those of the preview."""


def run(context: JobContext, _arguments: Arguments) -> dict[str, Any]:
    """Make what is missing or outdated; what is there is kept, so that it goes on after a stop.

    Returns:
        ``made`` and ``left`` (how many could not be kept, for want of space).

    Raises:
        Stopped: The user asked for it; what was made is kept.
        UserError: The data set is not ready or damaged.
    """
    if hasattr(os, "nice"):
        os.nice(_NICE)
    count, remaining = make_missing(
        context.item.resolve(),
        lambda done, total: context.progress("thumbnails", done, total, "images"),
    )
    return {"made": count, "left": remaining}


def make_missing(folder: Path, progress: Callable[[int, int], None]) -> tuple[int, int]:
    """Make the thumbnails that are missing, on all cores.

    Args:
        folder: The data set's folder.
        progress: Told how many images are done, of how many; may raise to stop.

    Returns:
        How many were made, and how many could not be kept.
    """
    thumbnails = Thumbnails(folder)
    pack = thumbnails.pack
    root, paths = thumbnails.root, thumbnails.paths.to_pylist()
    keys = thumbnails.keys(range(len(paths)))
    stamps = np.array([stamp(key) for key in keys], np.uint64)
    away = {row for row, key in enumerate(keys) if key == AWAY}  # what is kept is all there is
    batch: list[tuple[int, int, bytes]] = []
    rows = list(range(len(paths)))
    kept = 0

    def keep(done: int) -> None:
        nonlocal kept
        if not has_room(folder):
            raise OSError
        pack.add(batch)
        batch.clear()
        kept = done
        progress(len(paths) - len(rows) + done, len(paths))

    try:
        pack.repair()
        rows = [row for row in pack.missing(stamps).tolist() if row not in away]
        progress(len(paths) - len(rows), len(paths))
        results = each(partial(_made, root), [paths[row] for row in rows], keep, processes=True)
        for row, (mark, jpeg) in zip(rows, results, strict=True):
            batch.append((row, mark, jpeg))
    except OSError:  # a disk that is full or refuses: the previews do without
        return kept, len(rows) - kept
    return kept, 0


def _made(root: Path, path: str) -> tuple[int, bytes]:
    """Stamp and thumbnail of an image; the stamp is older: a change in between is not missed."""
    mark = stamp(state_key(root, path, SIZE))
    try:
        return mark, thumbnail(root / path, SIZE)
    except UserError:
        return mark, b""
