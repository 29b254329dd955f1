"""What speaks against taking folders for classes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from paddlex_nb.core.i18n import Message
from paddlex_nb.data.formats.class_paths import ClassPaths
from paddlex_nb.data.formats.class_splits import split_lists
from paddlex_nb.data.formats.label_files import label_files, text_files
from paddlex_nb.data.formats.label_like import are_masks
from paddlex_nb.data.formats.layout_words import is_layout_word, words_in
from paddlex_nb.data.formats.mask_pairs import MaskPair
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.formats.unsupported import unsupported
from paddlex_nb.data.source.file_tree import FileTree

_MOST_SHARED = 0.8
"""So many of the names in a folder come again in another: they are of the same scenes."""

_LEAST_SHARED = 2
_OTHER_KINDS = (".pcd", ".tfrecord", ".tfrecords", ".arrow", ".datum", ".nii")
_FEW_FOLDERS = 6
_COUNTER = 6
"""A name of so few digits counts images; one of more is a date or an id."""


def class_doubts(
    tree: FileTree, paths: ClassPaths, masks: Sequence[MaskPair]
) -> tuple[Message, ...]:
    """The doubts, in words; none if a folder per class is what it looks like.

    Args:
        tree: The files that there are.
        paths: The classes that its folders would be.
        masks: Its images with masks.
    """
    doubts = [_words(paths), _masks(masks), _labels(tree), _splits(paths), _levels(paths)]
    doubts += [_other_kinds(tree), unsupported(tree, certain=True), _one(tree, paths)]
    if not doubts[1]:
        doubts.append(_same_scenes(tree, paths))
    return tuple(doubt for doubt in doubts if doubt is not None)


def _words(paths: ClassPaths) -> Message | None:
    parts = dict.fromkeys(part for name in paths.classes for part in name.split("/"))
    words = [part for part in parts if is_layout_word(part)]
    tops = list(dict.fromkeys(name.split("/")[0] for name in paths.classes))
    if not words and all(any(map(as_split, words_in(top))) for top in tops):
        words = tops  # cars_train, cars_test
    return _doubt("words", folders=words[:3]) if words else None


def _masks(pairs: Sequence[MaskPair]) -> Message | None:
    both = [pair for pair in pairs if pair.image and pair.mask]
    if not both:
        return None
    return _doubt("masks", pairs=len(both), image=both[0].image, mask=both[0].mask)


def _labels(tree: FileTree) -> Message | None:
    divide = set(split_lists(tree).values())
    files = [file for file in label_files(tree) if file not in divide]
    return _doubt("labels", files=len(files), example=files[0]) if files else None


def _splits(paths: ClassPaths) -> Message | None:
    """Images in a folder that is a split, beside other folders that are none."""
    bare = [f for f in paths.bare if any(map(as_split, f.split("/")))]
    divided = "train" in paths.splits
    if not bare or (divided and not any(as_split(f.split("/")[0]) == "train" for f in bare)):
        return None  # test images are often unlabelled
    return _doubt("splits", folders=sorted(bare)[:3])


def _other_kinds(tree: FileTree) -> Message | None:
    """Files of data sets that are no images with labels: there the images are by the way."""
    files = tree.ending(*_OTHER_KINDS)
    return _doubt("other_kinds", files=len(files), example=files[0]) if files else None


def _one(tree: FileTree, paths: ClassPaths) -> Message | None:
    """A single folder beside tables or lists is where all images lie, and these tell of them."""
    if len(paths.classes) > 1 or not text_files(tree):
        return None
    return _doubt("one", folder=paths.classes[0])


def _levels(paths: ClassPaths) -> Message | None:
    return _doubt("levels", folders=paths.inner[:3]) if paths.inner else None


def _same_scenes(tree: FileTree, paths: ClassPaths) -> Message | None:
    """Folders that show the same scenes, by the names of their images (or by their pixels)."""
    by_class: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for folder, (_, name) in paths.folders.items():
        for file in tree.image_folders[folder]:
            by_class[name][file.rpartition("/")[2].rpartition(".")[0]] = file
    if not 1 < len(by_class) <= _FEW_FOLDERS:
        return None
    counters = _are_counters({stem for stems in by_class.values() for stem in stems})
    for first, second in combinations(sorted(by_class), 2):
        one, other = by_class[first], by_class[second]
        shared = sorted(one.keys() & other.keys())
        if len(shared) < max(_LEAST_SHARED, _MOST_SHARED * min(len(one), len(other))):
            continue
        pairs = [(one[stem], other[stem]) for stem in shared]
        turned = [(mask, photo) for photo, mask in pairs]
        if not counters or are_masks(tree.root, pairs) or are_masks(tree.root, turned):
            return _doubt("stems", first=first, second=second, count=len(shared), example=shared[0])
    return None


def _are_counters(stems: set[str]) -> bool:
    """Whether names only count images (``cat/1.jpg``, ``dog/1.jpg``), as anybody may do."""
    skeletons = {re.sub(r"\d+", "", stem) for stem in stems}
    digits = max((sum(c.isdigit() for c in stem) for stem in stems), default=0)
    return len(skeletons) <= _FEW_FOLDERS and digits <= _COUNTER


def _doubt(kind: str, **values: str | int | list[str]) -> Message:
    return Message(f"formats.folders.doubt.{kind}", values)
