"""A folder for each split, in it one for each class."""

from __future__ import annotations

import re
from pathlib import Path

from paddlex_nb.data.writers.content import Content, Picture

_REFUSED = re.compile(r'[\x00-\x1f<>:"\\|?*]')
"""What one of the usual file systems refuses in names."""


def write(content: Content, folder: Path) -> None:
    """Write a folder per split and class: ``train/cat/x.jpg``."""
    names = _folder_names(content.classes)

    def place(picture: Picture) -> Path:
        return folder / picture.split / names[picture.class_name] / picture.name

    for _ in content.copy(place):
        pass


def _folder_names(classes: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in classes:
        parts = [_REFUSED.sub("_", part).strip(". ") or "_" for part in name.split("/")]
        plain = "/".join(parts)
        while plain.casefold() in taken:
            plain += "_"
        taken.add(plain.casefold())
        names[name] = plain
    return names
