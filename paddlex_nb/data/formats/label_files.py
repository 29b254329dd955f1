"""Files that look as if labels were in them, whatever their format."""

from __future__ import annotations

import re
from collections.abc import Iterable

from paddlex_nb.data.source.file_tree import FileTree

_SUFFIXES: tuple[str, ...] = (
    ".xml",
    ".json",
    ".jsonl",
    ".ndjson",
    ".odgt",
    ".manifest",
    ".csv",
    ".tsv",
    ".txt",
    ".yaml",
    ".yml",
    ".names",
    ".data",
)
_SUFFIXES += (".tfrecord", ".record", ".pbtxt", ".parquet", ".mat", ".npy", ".npz", ".h5", ".pkl")
_ABOUT = re.compile(
    r"(?:^|/)(?:readme|licen[cs]e|copying|notice|changelog|changes|requirements|citation|about"
    r"|imagesets/.*|attribution|credits|dataset_?info|package|pyproject|environment|setup"
    r"|docker-compose|mkdocs|\.pre-commit-config)[^/]*$",
    re.IGNORECASE,
)
_LOOKED_AT = 40
_ID = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w-]{4,}")
"""A name without a suffix by which nothing else can be meant."""

_NAME = re.compile(r"[^\s\"'<>,;:|()\[\]{}=]+")


def text_files(tree: FileTree) -> list[str]:
    """Files in which labels may be: XML, tables, lists; not what tells of the data set."""
    return [file for file in tree.ending(*_SUFFIXES) if not _ABOUT.search(file)]


def label_files(tree: FileTree, files: Iterable[str] | None = None) -> list[str]:
    """Those of some files that belong to images: under the name of one, or naming one.

    Args:
        tree: The files that there are.
        files: Which of them to look at; all `text_files` if None.
    """
    wanted = text_files(tree) if files is None else list(files)
    stems = {image.rpartition("/")[2].rpartition(".")[0] for image in tree.images}
    names = {image.rpartition("/")[2] for image in tree.images}
    labels: list[str] = []
    others: list[str] = []
    for file in wanted:
        stem = file.rpartition("/")[2].rpartition(".")[0]
        own = stem in stems or stem in names  # x.json, or x.jpg.json
        (labels if own else others).append(file)
    called = names | {stem for stem in stems if _ID.fullmatch(stem)}
    labels += [file for file in others[:_LOOKED_AT] if _names_one(tree, file, called)]
    return sorted(labels)


def _names_one(tree: FileTree, file: str, names: set[str]) -> bool:
    """Whether one of some names of images is in the first lines of a file."""
    words = (word for line in tree.head(file) for word in _NAME.findall(line))
    return any(word.replace("\\", "/").rpartition("/")[2] in names for word in words)
