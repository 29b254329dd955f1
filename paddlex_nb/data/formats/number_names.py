"""A JSON file that names the numbers of classes, as ``{"0": "healthy", "1": "ill"}``."""

from __future__ import annotations

from collections.abc import Iterable

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.source.file_tree import FileTree

_MAX_JSON = 1 << 20
_LOOKED_AT = 16


def names_of_numbers(tree: FileTree, numbers: Iterable[str]) -> dict[str, str]:
    """The names of class numbers that a file at the top gives; empty if none names them all."""
    wanted = set(numbers)
    if not wanted or not all(number.isdecimal() for number in wanted):
        return {}
    for file in [f for f in tree.folders.get("", []) if f.lower().endswith(".json")][:_LOOKED_AT]:
        try:
            names = read_json_file(tree, file, dict[str, str], _MAX_JSON)
        except (UserError, *JSON_ERRORS):
            continue
        names = {number.strip(): name.strip() for number, name in names.items()}
        if wanted <= names.keys() and len(set(names.values())) == len(names):
            return names
    return {}
