"""Choosing images by their paths."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.versions import base_index
from paddlex_nb.data.store.view import image_root


def rows_matching(folder: Path, patterns: Sequence[str]) -> list[int]:
    """Rows of the images whose paths match a pattern, ascending.

    Args:
        folder: The data set's folder.
        patterns: As in a shell, but ``*`` stands for ``/`` too; relative to the root of the
            images, or absolute.

    Raises:
        UserError: No image matches one of them.
    """
    paths = base_index(folder).images["path"].to_pylist()
    root = f"{image_root(folder, read_record(folder))}/"
    found: set[int] = set()
    for pattern in patterns:
        wanted = pattern.removeprefix(root)
        rows = [
            row for row, path in enumerate(paths) if wanted == path or fnmatchcase(path, wanted)
        ]
        if not rows:
            raise UserError("data.no_image_matches", pattern=pattern)
        found.update(rows)
    return sorted(found)
