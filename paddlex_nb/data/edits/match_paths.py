"""Choosing images by their paths."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.one_or_many import Images, image_list
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


def chosen_rows(folder: Path, images: Images) -> list[int]:
    """Rows of images that are given by rows or by patterns of their paths; one or several.

    Raises:
        UserError: No image matches one of the patterns.
    """
    given = image_list(images)
    patterns = [image for image in given if isinstance(image, str)]
    rows = [image for image in given if isinstance(image, int)]
    return rows + (rows_matching(folder, patterns) if patterns else [])
