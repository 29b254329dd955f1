"""Which image a label file means that names it: as a path, a URL, an id or a bare file name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from paddlex_nb.data.source.file_tree import FileTree, is_image


class ImageByName:
    """Finds the images that a label file names.

    Tools write where an image was when it was labelled: on a server, on another machine. What is
    found is always one of the tree's own images: at the path itself, at its longest end, or the
    only one of that name.

    Args:
        tree: The files that there are.
    """

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return _grouped(self._tree.images, lambda path: path.rpartition("/")[2].lower())

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        names = self._tree.images
        return _grouped(names, lambda path: path.rpartition("/")[2].rpartition(".")[0].lower())

    @cached_property
    def _by_place(self) -> dict[str, list[str]]:
        return _grouped(self._tree.images, lambda path: path.rpartition(".")[0].lower())

    def find_any(self, names: tuple[str, ...], folders: tuple[str, ...]) -> str | None:
        """The image of the first of some names that is found; see `find`."""
        return next(filter(None, (self.find(name, folders) for name in names)), None)

    def find(self, name: str, folders: tuple[str, ...] = ("",)) -> str | None:
        """The image that is meant; None if there is none, or which one is not clear.

        Args:
            name: What the label file calls it, perhaps without a suffix.
            folders: Folders that it may be relative to, those that are likeliest first.
        """
        path = plain_path(name)
        if not path:
            return None
        for folder in folders:
            place = f"{folder}/{path}" if folder else path
            file = self._tree.find(place)
            if file and is_image(file):
                return file
            if len(bare := self._by_place.get(place.lower(), [])) == 1:
                return bare[0]
        if "/" in path and (file := self._tree.find_end(path)) and is_image(file):
            return file
        last = path.rpartition("/")[2].lower()
        same = self._by_name.get(last, []) or self._by_stem.get(last, [])
        if len(same) > 1:  # of several splits: the one below the likeliest folder
            below = [[s for s in same if f and s.startswith(f"{f}/")] for f in folders]
            same = next((some for some in below if len(some) == 1), same)
        return same[0] if len(same) == 1 else None


def plain_path(name: str) -> str:
    """The path in a name that may be a URL (``file:``, ``s3:``, ``/data/local-files/?d=…``)."""
    path = name.strip().replace("\\", "/")
    if "://" in path or path.startswith("file:") or "?d=" in path:
        try:
            parts = urlsplit(path)
        except ValueError:
            return ""
        asked = parse_qs(parts.query).get("d", [""])[0]
        path = unquote(asked or parts.path)
    while path.startswith("./"):
        path = path[2:]
    return "" if ".." in path.split("/") else path


def _grouped(paths: list[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[key(path)].append(path)
    return groups
