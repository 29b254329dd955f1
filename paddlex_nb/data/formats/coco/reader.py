"""COCO: all labels of a split in one JSON file."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

import numpy as np

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.background import with_background
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import without_classes
from paddlex_nb.data.formats.coco.file import CocoFile
from paddlex_nb.data.formats.coco.objects import read_objects
from paddlex_nb.data.formats.listfiles import note_unlisted
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTable, ObjectTableBuilder

_SPLIT = re.compile(r"(?:^|[_-])(train|val|valid|validation|test)(?:\d{4})?$", re.IGNORECASE)
_KEYS = (re.compile(rb'"images"\s*:\s*\['), re.compile(rb'"annotations"\s*:\s*\['))
_CAPTION = re.compile(rb'"caption"\s*:')
_SEGMENTS = re.compile(rb'"segments_info"\s*:')
_CATEGORY = re.compile(rb'"category_id"\s*:')
_SHAPE = re.compile(rb'"(?:bbox|segmentation)"\s*:')
_IMAGES_ONLY = re.compile(r"(?:^|/)image_info[^/]*$")
_INSTANCES = re.compile(r"(?:^|/)instances[^/]*$")
_KINDS = re.compile(r"(?:^|/)(?:person_keypoints|stuff|labels)_[^/]*$")
_DEEPEST = 2
_FIRST = 1 << 20
"""Bytes of a file's first annotations, which say of what kind they all are."""

_OUTLINE = re.compile(rb'"segmentation"\s*:\s*(?:\[\s*[\[\d.-]|\{)')

_NO_OBJECTS = {"_background_", "__ignore__"}


class Coco:
    """Boxes or outlines as COCO files: ``annotations.json``, or ``train.json``, ``val.json``.

    Class numbers follow the order of the category ids. In detection only the boxes count; in
    semantic segmentation outlines are drawn on the background, small objects over large ones.

    Args:
        task: Detection, semantic or instance segmentation.
    """

    name = "coco"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise JSON files that hold images and annotations."""
        files = _files(tree)
        if not files:
            return None
        outlines = any(contains(tree.root / f, _OUTLINE) for f in files)
        if self.task is Task.SEGMENTATION and not outlines:
            return None
        wanted = self.task is Task.INSTANCE_SEGMENTATION
        code = "formats.coco.outline_evidence" if outlines else "formats.coco.box_evidence"
        values = {"files": files[:3]}
        likely = 0.45 if self.task is Task.SEGMENTATION else 0.4 if outlines else 0.2
        return Evidence(0.9 if outlines == wanted else likely, Message(code, values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all JSON files; labels that cannot be used become findings."""
        files = _files(tree)
        outlined = self.task is not Task.DETECTION
        read = [CocoFile(tree, file, report, outlined=outlined) for file in files]
        named = [part.categories() for part in read]
        pairs = sorted(
            (pair for names in named for pair in names.items()),
            key=lambda pair: (isinstance(pair[0], str), pair[0]),
        )
        classes = list(dict.fromkeys(name for _, name in pairs))
        everywhere = {id_: classes.index(name) for id_, name in reversed(pairs)}
        images: list[DraftImage] = []
        known: dict[str, int] = {}
        parts: list[ObjectTable] = []
        for done, (file, part, names) in enumerate(zip(files, read, named, strict=True), 1):
            by_id = part.images(images, known, split_of(file) or split_in(file))
            # an id may stand for another name in another file
            numbers = everywhere | {id_: classes.index(name) for id_, name in names.items()}
            table = read_objects(part, by_id, numbers, file, report, outlined=outlined)
            parts.append(table)
            bare = int(((np.diff(table.outlines.objects) == 0) & ~table.crowd).sum())
            if bare and outlined:
                report.warning("objects_without_outline", file, objects=bare)
            report.progress("scan", done, len(files), "files")
        note_unlisted(tree.images, known, report)
        objects = ObjectTable.joined(parts) if parts else ObjectTableBuilder().build()
        parents = {name for part in read for name in part.parents}
        # those of no object that only sum up others, or that LabelMe's converter always writes
        sums = {n for n, name in enumerate(classes) if name in parents or name in _NO_OBJECTS}
        classes = without_classes(classes, sums, objects)
        if self.task is Task.SEGMENTATION:
            classes = with_background(classes, objects)
            left, top, right, bottom = objects.boxes.T
            with np.errstate(over="ignore"):  # sides may be anything yet
                area = (right - left) * (bottom - top)
            objects = objects.take(np.argsort(-area, kind="stable"))
        places = [files[0] if files else "."] * len(classes)
        return Draft(images, classes, places, objects, object_place="annotations[{}]")


def _files(tree: FileTree) -> list[str]:
    """JSON files of COCO labels that can be learnt from, not far below the top.

    Where files of several kinds describe the same images, those called ``instances`` count.
    """
    candidates = [f for f in tree.ending(".json") if f.count("/") <= _DEEPEST]
    readable = [
        f
        for f in candidates[:64]
        if all(contains(tree.root / f, key) for key in _KEYS)
        and not _is_other_kind(tree.root / f)
        and not _IMAGES_ONLY.search(f)
    ]
    shapes = any(contains(tree.root / f, _SHAPE) for f in readable)
    if not shapes and any(contains(tree.root / f, _CATEGORY) for f in readable):
        return []  # classes of whole images
    instances = [f for f in readable if _INSTANCES.search(f)]
    kinds = [f for f in readable if _KINDS.search(f)]
    if instances and kinds:
        readable = [f for f in readable if f not in kinds]
    # a file of images without objects goes with those that have some
    return readable


def _is_other_kind(path: Path) -> bool:
    """Whether a COCO file is of captions or of panoptic segments."""
    first = _first_annotations(path)
    if _SEGMENTS.search(first):
        return True
    return _CAPTION.search(first) is not None and not contains(path, _SHAPE)


def _first_annotations(path: Path) -> bytes:
    """The begin of a file's annotations; empty if there are none."""
    with suppress(OSError, ValueError), _mapped(path) as data:
        match = _KEYS[1].search(data)
        return data[match.end() : match.end() + _FIRST] if match else b""
    return b""


def contains(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Whether a pattern is anywhere in a file, which is not read as a whole."""
    with suppress(OSError, ValueError), _mapped(path) as data:
        return pattern.search(data) is not None
    return False


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    """The bytes of a file, which are read where they are looked at.

    Raises:
        OSError: It cannot be read.
        ValueError: It is empty.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def split_of(file: str) -> str:
    """The split that a file's name says (``train.json``, ``instances_val2017.json``), or empty."""
    match = _SPLIT.search(PurePosixPath(file).stem)
    return as_split(match[1]) if match else ""
