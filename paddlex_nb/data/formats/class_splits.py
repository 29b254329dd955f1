"""Lists that divide the images of class folders: ``train.txt`` with a class and a name a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.source.file_tree import FileTree, is_image

_LIST = re.compile(r"(?:^|/)([a-z]+)1?\.txt$", re.IGNORECASE)
"""A list of a split, or the first of several divisions (``train1.txt``)."""

_LOOKED_AT = 50


def split_lists(tree: FileTree) -> dict[str, str]:
    """The list of each split whose first lines are images in folders of classes, by split.

    Empty unless there is one for training and another: ``meta/train.txt`` with
    ``apple_pie/1005649`` a line, as Food-101 and DTD have it.
    """
    known = {_key(image) for image in tree.images}
    lists: dict[str, str] = {}
    for file in tree.ending(".txt"):
        match = _LIST.search(file)
        split = as_split(match[1]) if match else ""
        if not split or split in lists:
            continue
        lines = [line.strip() for line in tree.head(file)[:_LOOKED_AT] if line.strip()]
        if lines and all("/" in line and _key(line) in known for line in lines):
            lists[split] = file
    return lists if "train" in lists and len(lists) > 1 else {}


def listed_splits(tree: FileTree, images: Iterable[str]) -> dict[str, str]:
    """The split of each image that such lists name; empty if there are none."""
    by_key = {_key(image): image for image in images}
    splits: dict[str, str] = {}
    for split, file in split_lists(tree).items():
        try:
            lines = tree.text(file).splitlines()
        except UserError:
            continue
        for line in lines:
            if image := by_key.get(_key(line.strip())):
                splits.setdefault(image, split)
    return splits


def _key(path: str) -> str:
    """What a line and an image have in common: the last folder and the name without suffix."""
    stem = path.rpartition(".")[0] if is_image(path) else path
    return "/".join(stem.replace("\\", "/").split("/")[-2:])
