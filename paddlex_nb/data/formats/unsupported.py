"""Formats that are known but not read: whoever has one is told its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from paddlex_nb.core.i18n import Message
from paddlex_nb.data.source.file_tree import FileTree

_LOOKED_AT = 64


def unsupported(tree: FileTree, *, certain: bool = False) -> Message | None:
    """What a folder holds whose format is known but not read, or None.

    Args:
        tree: The files that there are.
        certain: Only if it tells what the images are.
    """
    for name, suffixes, holds in _KNOWN:
        if certain and name in _PERHAPS_MORE:
            continue
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


_PERHAPS_MORE = {"tfrecord", "array", "pickle", "arrow", "volume", "video", "idx", "points"}
"""Files that may lie beside images of another data set: they do not tell what the images are."""

_KNOWN: tuple[tuple[str, tuple[str, ...], Callable[[FileTree, str], bool]], ...] = (
    ("tfrecord", (".tfrecord", ".tfrecords", ".record"), _always),
    ("coco_captions", (".json",), _says(r'"images"\s*:\s*\[', r'"caption"\s*:')),
    ("coco_panoptic", (".json",), _says(r'"images"\s*:\s*\[', r'"segments_info"\s*:')),
    ("coco_keypoints", (".json",), _says(r'"images"\s*:\s*\[', r'"keypoints"\s*:\s*\[\s*[-\d]')),
    ("coco_labels", (".json",), _says(r'"images"\s*:\s*\[', r'"category_id"\s*:')),
    ("coco_images", (".json",), _says(r'"images"\s*:\s*\[', r'"annotations"\s*:\s*\[\s*\]')),
    ("coco_unlabelled", (".json",), _says(r'"images"\s*:\s*\[', r'"annotations"\s*:\s*\[')),
    ("youtube_vis", (".json",), _says(r'"videos"\s*:\s*\[', r'"file_names"\s*:')),
    ("via3", (".json",), _says(r'"data_format_version"\s*:', r'"vid_list"\s*:')),
    ("lanes", (".json",), _says(r'"lanes"\s*:\s*\[', r'"h_samples"\s*:')),
    ("poses", (".json",), _says(r'"joint_self"\s*:|"joints"\s*:\s*\[\s*\[')),
    ("scale", (".json",), _says(r'"task_id"\s*:', r'"attachment"\s*:')),
    ("eiseg", (".json",), _says(r'"labelIdx"\s*:', r'"points"\s*:')),
    ("fiftyone", (".json",), _says(r'^\s*\{\s*"classes"\s*:\s*(?:\[|null)', r'"labels"\s*:\s*\{')),
    ("fiftyone", (".json",), _says(r'^\s*\{\s*"samples"\s*:\s*\[', r'"filepath"\s*:')),
    ("ultralytics", (".ndjson", ".jsonl"), _says(r'"type"\s*:\s*"dataset"', r'"class_names"\s*:')),
    ("sagemaker", (".manifest", ".jsonl", ".json"), _says(r'"source-ref"\s*:')),
    ("grounding", (".json", ".jsonl"), _says(r'"filename"\s*:', r'"detection"\s*:\s*\{')),
    ("vertex", (".jsonl",), _says(r'"imageGcsUri"\s*:')),
    ("phrases", (".jsonl",), _says(r'"prefix"\s*:', r'"suffix"\s*:')),
    ("huggingface", (".jsonl",), _says(r'"file_name"\s*:', r'"objects"\s*:\s*\{')),
    ("label_studio_csv", (".csv", ".tsv"), _says(r"\Aannotation_id[,\t]", r"labels\W{1,5}\[")),
    ("detrac", (".xml",), _says(r"<sequence[\s>]", r"<target_list>")),
    ("hrsc", (".xml",), _says(r"<HRSC_")),
    ("aperio", (".xml",), _says(r"<Annotations[\s>]", r"<Vertices>")),
    ("ellipses", (".txt",), _named(r"(?:^|/)FDDB-fold-\d+(?:-ellipseList)?\.txt$")),
    ("caltech_pedestrians", (".txt", ".vbb"), _says(r"^% bbGt version")),
    ("celeba", (".txt", ".csv"), _named(r"(?:^|/)(?:list_attr|identity)_celeba\.(?:txt|csv)$")),
    ("actions", (".csv",), _named(r"(?:^|/)ava_(?:train|val|test|default)_[^/]*\.csv$")),
    ("mot", (".txt",), _named(r"(?:^|/)gt/gt\.txt$")),
    ("mot", (".txt",), _says(r"\A(?:\d+,-?\d+(?:,-?[\d.]+){4,8}\s*?(?:\n|\Z))+\Z")),
    ("text", (".txt",), _named(r"(?:^|/)(?:gt|(?:poly_)?gt_[^/]*)\.txt$")),
    ("text_regions", (".txt",), _says(r'\t\[\{"transcription"\s*:')),
    ("several", (".txt",), _says(r"(?m)^\S.*\t[01](?:,[01])+\s*$")),
    (
        "persons",
        (".jpg", ".png"),
        _named(r"(?:^|/)(?:bounding_box|bbox)_(?:train|test)/(?:-?\d+/)?-?\d+_?c\d"),
    ),
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
