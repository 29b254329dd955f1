"""Photos and masks of one name in one folder: ``x.jpg`` and ``x.png``."""

from __future__ import annotations

from collections import Counter, defaultdict

from paddlex_nb.data.formats.label_like import are_masks
from paddlex_nb.data.source.file_tree import FileTree

_LOSSLESS = (".png", ".bmp", ".tif", ".tiff", ".gif")


def same_stem_pairs(tree: FileTree) -> dict[str, str]:
    """The mask of each photo that has one beside it under its own name.

    Empty unless a look at some of the pictures shows photos on one side and masks on the other.
    """
    by_stem: defaultdict[str, list[str]] = defaultdict(list)
    for path in tree.images:
        by_stem[path.rpartition(".")[0]].append(path)
    kinds: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for paths in by_stem.values():
        if len(paths) == 2:
            first, second = (path.rpartition(".")[2].lower() for path in paths)
            kinds[first, second].append((paths[0], paths[1]))
            kinds[second, first].append((paths[1], paths[0]))
    counts = Counter({kind: len(pairs) for kind, pairs in kinds.items()})
    by_image: dict[str, str] = {}
    for kind, _ in counts.most_common():
        if f".{kind[1]}" in _LOSSLESS and are_masks(tree.root, kinds[kind]):
            by_image.update(kinds[kind])
    return by_image
