"""The images that the cells of a table name, as paths, names or ids without a suffix."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from paddlex_nb.data.source.file_tree import FileTree, is_image


class TableImages:
    """Knows what cells may be called that name images.

    Args:
        tree: The files that there are.
    """

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        images: defaultdict[str, list[str]] = defaultdict(list)
        for image in self._tree.images:
            images[image.rpartition("/")[2].rpartition(".")[0]].append(image)
        return dict(images)

    @cached_property
    def _names(self) -> set[str]:
        return {image.rpartition("/")[2] for image in self._tree.images}

    def names_one(self, cell: str) -> bool:
        """Whether a cell names an image that is there, with or without its suffix."""
        name = cell.strip().replace("\\", "/").rpartition("/")[2]
        return name in self._names or name in self._by_stem

    def full(self, name: str) -> str:
        """The name with the suffix that it has on the disk."""
        if not name or is_image(name) or self._tree.has_file(name):
            return name
        _, slash, last = name.rpartition("/")
        images = self._by_stem.get(last, [])
        inside = [i for i in images if slash and f"/{i}".rpartition(".")[0].endswith(f"/{name}")]
        suffixes = [image.rpartition(".")[2] for image in inside or images]
        return f"{name}.{suffixes[0]}" if suffixes else name
