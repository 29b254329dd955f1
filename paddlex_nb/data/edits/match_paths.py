"""Choosing images by their paths: by patterns, or one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.one_or_many import Images, image_list
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.view import image_root

_ESCAPED = re.compile(r"\[([*?[])\]")
"""What `glob.escape` makes of a character that would stand for others."""


def rows_matching(folder: Path, patterns: Sequence[str]) -> list[int]:
    """Rows of the images whose paths match a pattern, ascending.

    Args:
        folder: The data set's folder.
        patterns: As in a shell, but ``*`` stands for ``/`` too; relative to the root of the
            images, or absolute.

    Raises:
        UserError: No image matches one of them.
    """
    row_of, root = _rows_by_path(folder)
    matching: set[int] = set()
    for pattern in patterns:
        wanted = pattern.removeprefix(root)
        named = _ESCAPED.sub(r"\1", wanted)
        if escape(named) == wanted:
            # one path: a script names thousands, and each would be held against all
            rows = [row_of[named]] if named in row_of else []
        else:
            rows = [
                row for path, row in row_of.items() if wanted == path or fnmatchcase(path, wanted)
            ]
        if not rows:
            raise UserError("data.no_image_matches", pattern=pattern)
        matching.update(rows)
    return sorted(matching)


def rows_of_paths(folder: Path, paths: Iterable[str]) -> list[int]:
    """Rows of images that are named one by one, in the order of the names.

    Args:
        folder: The data set's folder.
        paths: Relative to the root of the images, or absolute; no patterns.

    Raises:
        UserError: There is no such image.
    """
    row_of, root = _rows_by_path(folder)
    rows = []
    for path in paths:
        row = row_of.get(path.removeprefix(root))
        if row is None:
            raise UserError("data.no_image_matches", pattern=path)
        rows.append(row)
    return rows


def _rows_by_path(folder: Path) -> tuple[dict[str, int], str]:
    """The row of each image by its path, and the beginning of absolute paths."""
    paths = base_index(folder).images["path"].to_pylist()
    root = image_root(folder, read_record(folder))
    return {path: row for row, path in enumerate(paths)}, f"{root}/"


def chosen_rows(folder: Path, images: Images) -> list[int]:
    """Rows of images that are given by rows or by patterns of their paths; one or several.

    Raises:
        UserError: No image matches one of the patterns.
    """
    given = image_list(images)
    patterns = [image for image in given if isinstance(image, str)]
    rows = [image for image in given if isinstance(image, int)]
    return rows + (rows_matching(folder, patterns) if patterns else [])
