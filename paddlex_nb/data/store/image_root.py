"""Where the images of a data set are now: below, in or above a folder that the user points to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

_LOOKED_FOR = 32
"""Images by which folders are compared."""

_UP, _DOWN = 4, 3
"""Levels above and below the folder in which is looked."""

_MOST = 1_000
"""Folders below it in which is looked."""


def find_root(place: Path, inside: PurePosixPath, paths: Sequence[str]) -> Path:
    """The folder that paths are relative to, as far as can be told.

    Args:
        place: The folder that the user points to: what was imported, the folder of the images
            in it, or one above or below them.
        inside: Where the images' folder was in what was imported; ``.`` if it was the same.
        paths: The images; at least one.

    Returns:
        That in which most of some images are; ``place`` itself where none is anywhere.
    """
    wanted = spread(paths, _LOOKED_FOR)
    best, most = place, 0
    for folder in _candidates(place, inside):
        present = sum(is_there(folder / path) for path in wanted)
        if present > most:
            best, most = folder, present
        if present == len(wanted):
            break
    return best


def is_there(path: Path) -> bool:
    """Whether there is something that can be reached at a path."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def missing_in(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of the paths at which there is nothing; by folders, as a slow disk is asked least."""
    by_folder: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        by_folder[path.rpartition("/")[0]].append(path)
    missing = []
    for folder, inside in by_folder.items():
        try:
            names = set(os.listdir(root / folder))  # noqa: PTH208 - names are all that is asked
        except OSError:
            names = set()
        missing += [path for path in inside if path.rpartition("/")[2] not in names]
    return sorted(missing)


def spread(paths: Sequence[str], count: int) -> list[str]:
    """So many of the paths, from all over them."""
    rows = np.unique(np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int))
    return [paths[row] for row in rows.tolist()]


def _candidates(place: Path, inside: PurePosixPath) -> Iterator[Path]:
    """Folders that may be the images', the likely ones first."""
    for folder in (place, *place.parents[:_UP], *_below(place)):
        if inside.parts:
            yield folder / inside
        yield folder


def _below(place: Path) -> Iterator[Path]:
    level, count = [place], 0
    for _ in range(_DOWN):
        inner = [folder for above in level for folder in _folders(above)][: _MOST - count]
        yield from inner
        level, count = inner, count + len(inner)


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if not e.name.startswith(".") and e.is_dir()]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]
