"""Choosing images by their paths."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from paddlex_nb.data.versions import base_index
from paddlex_nb.errors import UserError


def rows_matching(folder: Path, patterns: Sequence[str]) -> list[int]:
    """Rows of the images whose paths match a pattern, ascending.

    Args:
        folder: The data set's folder.
        patterns: As in a shell, but ``*`` stands for ``/`` too.

    Raises:
        UserError: No image matches one of them.
    """
    paths = base_index(folder).images["path"].to_pylist()
    found: set[int] = set()
    for pattern in patterns:
        rows = [row for row, path in enumerate(paths) if fnmatchcase(path, pattern)]
        if not rows:
            raise UserError("data.no_image_matches", pattern=pattern)
        found.update(rows)
    return sorted(found)
