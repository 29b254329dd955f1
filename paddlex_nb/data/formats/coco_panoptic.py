"""COCO panoptic: a PNG of segments for each image, and a JSON file that says what these are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.coco.reader import contains, split_of
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import json_entries
from paddlex_nb.data.formats.map_objects import map_values, objects_in
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import UNSAID, said_size
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report

_KEYS = (re.compile(rb'"images"\s*:\s*\['), re.compile(rb'"segments_info"\s*:\s*\['))
_THING, _TOLD = re.compile(rb'"isthing"\s*:\s*(?:1|true)'), re.compile(rb'"isthing"\s*:')
_DEEPEST = 2
_LOOKED_AT = 64
_VOID = "__ignore__"
"""The class of pixels that no segment has."""


class _Image(msgspec.Struct):
    id: int | str
    file_name: str
    width: Any = None
    height: Any = None


class _Category(msgspec.Struct):
    id: int
    name: str
    isthing: bool | int = 1


class _Segment(msgspec.Struct):
    id: int
    category_id: int
    iscrowd: bool | int | None = 0


class _Annotation(msgspec.Struct):
    image_id: int | str
    file_name: str
    segments_info: list[_Segment]


class _Read(msgspec.Struct):
    """What a map says."""

    shapes: list[Shape] = []
    problem: str = ""


class CocoPanoptic(EntryFormat):
    """``panoptic_val2017.json`` with ``panoptic_val2017/x.png``, and the images.

    A segment is the pixels of one colour: its id is red + 256 green + 65,536 blue. In instance
    segmentation the things are objects, and stuff is left out; in semantic segmentation both
    count, and pixels of no segment are of no class.

    Args:
        task: Instance or semantic segmentation.
    """

    name = "coco_panoptic"
    no_photos = re.compile(r"(?:^|/)panoptic[^/]*/[^/]+\.png$", re.IGNORECASE)

    def files(self, tree: FileTree) -> list[str]:
        """JSON files of images and segments, not far below the top, if there are maps."""
        if not tree.ending(".png"):
            return []
        files = [file for file in tree.ending(".json") if file.count("/") <= _DEEPEST]
        return [
            file
            for file in files[:_LOOKED_AT]
            if all(contains(tree.root / file, key) for key in _KEYS)
        ]

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the JSON files by what they hold."""
        files = self.files(tree) if tree.images else []
        if not files:
            return None
        things = any(map(partial(_has_things, tree), files))
        if self.task is Task.INSTANCE_SEGMENTATION and not things:
            return None
        values = {"files": len(files), "example": files[0]}
        # COCO's own instances say more of things, where they are there too
        score = 0.8 if self.task is Task.INSTANCE_SEGMENTATION else 0.5
        return Evidence(score, Message("formats.coco_panoptic.evidence", values))

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The categories in the order of their ids, of instances only the things."""
        every: dict[int, _Category] = {}
        for file in files:
            every = self._categories(tree, file, Report(lambda _: None)) | every
        names = [every[id_].name for id_ in sorted(every)]
        return [*names, _VOID] if self.task is Task.SEGMENTATION else names

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file whose maps are there; these are decoded on all cores."""
        categories = self._categories(tree, file, report)
        images = {i.id: i for _, i in json_entries(tree, file, _Image, report, "images")}
        maps = _maps(tree, file)
        annotations: list[tuple[str, _Annotation, str]] = []
        for place, one in json_entries(tree, file, _Annotation, report, "annotations"):
            path = maps.get(one.file_name.replace("\\", "/").rpartition("/")[2].lower())
            if path is None:
                report.error("missing_image", file, place, path=one.file_name[:200] or "–")
            else:
                annotations.append((place, one, path))
        work = partial(_segments, tree, categories, self.task is Task.SEGMENTATION)
        total = len(annotations)
        jobs = [(path, one.segments_info) for _, one, path in annotations]
        read = each(work, jobs, lambda n: report.progress("scan", n, total, "files"))
        split = split_of(file) or split_in(file)
        folder = file.rpartition("/")[2].rpartition(".")[0].removeprefix("panoptic_")
        for (place, one, path), content in zip(annotations, read, strict=True):
            if content.problem:
                report.error(content.problem, path)
                continue
            image = images.get(one.image_id)
            name = image.file_name.replace("\\", "/") if image else ""
            size = said_size(image.width, image.height) if image else UNSAID
            folders = folder, f"images/{folder}"
            yield Entry(name, place, split, size, shapes=content.shapes, folders=folders)

    def _categories(self, tree: FileTree, file: str, report: Report) -> dict[int, _Category]:
        """The categories that count for the task, by id."""
        every = json_entries(tree, file, _Category, report, "categories")
        return {c.id: c for _, c in every if c.isthing or self.task is Task.SEGMENTATION}


def _maps(tree: FileTree, file: str) -> dict[str, str]:
    """The maps of a JSON file by their names: those in a folder of its own name, or of such maps.

    Where no folder is called so, all PNGs but those in folders of images.
    """
    stem = file.rpartition("/")[2].rpartition(".")[0].lower()
    files = tree.ending(".png")
    for wanted in (rf"(?:^|/){re.escape(stem)}/", r"panoptic[^/]*/", r"mask|label|annotation"):
        pattern = re.compile(wanted, re.IGNORECASE)
        found = {f.rpartition("/")[2].lower(): f for f in files if pattern.search(_home(f))}
        if found:
            return found
    return {f.rpartition("/")[2].lower(): f for f in files}


def _has_things(tree: FileTree, file: str) -> bool:
    """Whether some categories of a file are things; all are if it does not say."""
    path = tree.root / file
    return contains(path, _THING) or not contains(path, _TOLD)


def _home(path: str) -> str:
    return f"{path.rpartition('/')[0]}/"


def _segments(
    tree: FileTree,
    categories: Mapping[int, _Category],
    every: bool,
    job: tuple[str, list[_Segment]],
) -> _Read:
    """The segments of a map that count; with ``every`` also the pixels that are of none."""
    path, segments = job
    try:
        with open_image(tree.root / path) as image:
            values = map_values(image)
            packed = image.mode not in {"1", "L", "P", "I", "I;16"}
    except Image.DecompressionBombError:
        return _Read(problem="image_too_large")
    except DECODE_ERRORS:
        return _Read(problem="truncated_image")
    if packed:  # red is the lowest byte
        values = values >> 16 | (values & 0xFF00) | (values & 0xFF) << 16
    by_id = {segment.id: segment for segment in segments}
    counting = {i: s for i, s in by_id.items() if s.category_id in categories}
    known = np.isin(values, np.fromiter(counting, np.int64, len(counting)))
    shapes = [
        Shape(
            categories[counting[value].category_id].name,
            polygons,
            drawn=True,
            crowd=bool(counting[value].iscrowd),
            place=f"segment {value}",
        )
        for value, _, polygons in objects_in(values, known)
    ]
    if every and not known.all():
        void = objects_in((~known).astype(np.int64), ~known)
        shapes += [Shape(_VOID, outlines, drawn=True) for _, _, outlines in void]
    return _Read(shapes)
