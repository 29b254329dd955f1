"""Folders of results that are there whole or not at all, and names of files in them."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors

_PLAIN = re.compile(r"[^\w.-]+")


def require_free(out: Path) -> None:
    """See to it that nothing is overwritten.

    Raises:
        UserError: There is something at ``out`` that is not an empty folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError("export.out_used", out=out)


@contextmanager
def drafted(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` to write into, which becomes ``out`` unless it is moved or fails.

    Args:
        out: A folder that is not there or empty.

    Raises:
        UserError: ``out`` is there already, or cannot be written.
    """
    require_free(out)
    draft = out.with_name(f".{out.name}-{uuid.uuid4().hex[:8]}")
    try:
        with disk_errors(out):
            draft.mkdir(parents=True)
            yield draft
            if not out.is_file():  # else it was packed
                if out.exists():
                    out.rmdir()
                draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def file_names(paths: Iterable[Path]) -> list[str]:
    """A file name without suffix for each image, no two alike."""
    names: list[str] = []
    taken: set[str] = set()
    for path in paths:
        plain = _PLAIN.sub("_", path.stem).strip("._")[:100] or "image"
        name, number = plain, 2
        while name.lower() in taken:  # some file systems do not know capitals
            name, number = f"{plain}_{number}", number + 1
        taken.add(name.lower())
        names.append(name)
    return names
