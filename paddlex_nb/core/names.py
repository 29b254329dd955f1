"""Folder names made from what people type."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors

_LONGEST = 200
"""Characters of a name that is shown to people."""


def slug(name: str) -> str:
    """A folder name that resembles ``name``: letters of any language, digits and dashes.

    The result is never empty, starts with no dot and holds no separator, so that it cannot leave
    its folder; it has at most 40 characters.
    """
    text = unicodedata.normalize("NFKC", name).strip().lower()
    return re.sub(r"[^\w]+|_+", "-", text).strip("-")[:40].strip("-") or "item"


def shown_name(name: str) -> str:
    """A name as it is shown to people: spaces around it and line breaks in it are taken out.

    Raises:
        UserError: Nothing would be left, or it is longer than 200 characters.
    """
    text = " ".join(name.split())
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise UserError("workspace.name_empty")
    if len(text) > _LONGEST:
        raise UserError("workspace.name_too_long", length=len(text), limit=_LONGEST)
    return text


def new_folder(parent: Path, name: str) -> Path:
    """Make ``parent/<slug of name>``, with a number behind it where that is taken.

    Raises:
        UserError: ``parent`` cannot be written.
    """
    with disk_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        base, number = slug(name), 1
        while True:
            folder = parent / (base if number == 1 else f"{base}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder


@contextmanager
def removed_on_failure(folder: Path) -> Iterator[None]:
    """Remove a folder that was just made if what is to fill it fails: half an item is none."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def item_folder(parent: Path, identifier: str) -> Path | None:
    """The folder of an item by its id, or None; an id with a path in it is nobody's."""
    folder = parent / identifier
    if not identifier or folder.parent != parent or identifier in {".", ".."}:
        return None
    return folder if folder.is_dir() else None
