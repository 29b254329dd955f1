"""Formats that are known but not read: whoever has one is told its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from paddlex_nb.core.i18n import Message
from paddlex_nb.data.source.file_tree import FileTree

_LOOKED_AT = 64


def unsupported(tree: FileTree) -> Message | None:
    """What a folder holds whose format is known but not read, or None."""
    for name, suffixes, holds in _KNOWN:
        files = [file for file in tree.ending(*suffixes)[:_LOOKED_AT] if holds(tree, file)]
        if files:
            return Message(f"formats.unsupported.{name}", {"example": files[0]})
    return None


def _says(*patterns: str) -> Callable[[FileTree, str], bool]:
    """Whether the first lines of a file hold all of some patterns."""
    wanted = [re.compile(pattern) for pattern in patterns]

    def holds(tree: FileTree, file: str) -> bool:
        text = "\n".join(tree.head(file))
        return all(pattern.search(text) for pattern in wanted)

    return holds


def _always(_tree: FileTree, _file: str) -> bool:
    return True


def _named(path: str) -> Callable[[FileTree, str], bool]:
    """Whether the path of a file matches a pattern."""
    wanted = re.compile(path, re.IGNORECASE)
    return lambda _tree, file: wanted.search(file) is not None


_KNOWN: tuple[tuple[str, tuple[str, ...], Callable[[FileTree, str], bool]], ...] = (
    ("tfrecord", (".tfrecord", ".tfrecords", ".record"), _always),
    ("coco_captions", (".json",), _says(r'"images"\s*:\s*\[', r'"caption"\s*:')),
    ("coco_panoptic", (".json",), _says(r'"images"\s*:\s*\[', r'"segments_info"\s*:')),
    ("coco_keypoints", (".json",), _says(r'"images"\s*:\s*\[', r'"keypoints"\s*:\s*\[\s*[-\d]')),
    ("coco_labels", (".json",), _says(r'"images"\s*:\s*\[', r'"category_id"\s*:')),
    ("coco_images", (".json",), _says(r'"images"\s*:\s*\[', r'"annotations"\s*:\s*\[\s*\]')),
    ("coco_unlabelled", (".json",), _says(r'"images"\s*:\s*\[', r'"annotations"\s*:\s*\[')),
    ("mot", (".txt",), _named(r"(?:^|/)gt/gt\.txt$")),
    ("text", (".txt",), _named(r"(?:^|/)(?:gt|(?:poly_)?gt_[^/]*)\.txt$")),
    (
        "rotated_boxes",
        (".txt",),
        _says(r"(?m)^\s*(?:\d+\s+)?(?:-?[\d.]+\s+){8}\S*[A-Za-z]\S*\s+\d\s*$"),
    ),
    ("tracklets", (".xml",), _says(r"<(?:boost_serialization|tracklets)[\s>]")),
    ("datumaro_binary", (".datum",), _always),
    ("arrow", (".arrow", ".parquet"), _always),
    ("idx", (".gz", ""), _named(r"-ubyte(?:\.gz)?$")),
    ("pickle", (".pkl", ".pickle"), _always),
    (
        "pickle",
        ("", ".meta"),
        _named(r"(?:^|/)(?:data_batch_\d|test_batch|batches\.meta|meta|train|test)$"),
    ),
    ("volume", (".nii",), _always),
    ("volume", (".gz",), _named(r"\.nii\.gz$")),
    ("array", (".h5", ".hdf5", ".mat", ".npz", ".npy"), _always),
    ("points", (".pcd", ".ply", ".las", ".laz"), _always),
    ("points", (".bin",), _named(r"velodyne")),
    ("video", (".mp4", ".avi", ".mov", ".mkv", ".webm"), _always),
)
"""Name, suffixes and a look at each such file; the first that fits is told."""
