"""COCO: all labels of a split in one JSON file."""

from __future__ import annotations

import json
import math
import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import msgspec

from paddlex_nb.data.draft import Draft, DraftImage, DraftObject
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.listfiles import Paths
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

T = TypeVar("T")
Id = int | str

_MAX_JSON = 2 << 30
_MAX_LOOSE_JSON = 256 << 20
"""JSON with NaN goes through Python's own reader, which takes some 20 times the file's size."""
_SPLIT = re.compile(r"(?:^|[_-])(train|val|valid|validation|test)(?:\d{4})?$", re.IGNORECASE)
_OUTLINE = re.compile(rb'"segmentation"\s*:\s*(?:\[\s*\[|\{)')


class _Image(msgspec.Struct):
    id: Id
    file_name: str


class _Category(msgspec.Struct):
    id: Id
    name: str


class _Annotation(msgspec.Struct):
    image_id: Id | None = None
    category_id: Id | None = None
    id: Id | None = None
    bbox: list[float] = []
    segmentation: list[list[float]] | dict[str, Any] | None = None
    area: float | None = None
    iscrowd: int = 0


class _File(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] = []
    categories: list[msgspec.Raw] = []


class Coco:
    """Boxes or outlines as COCO files: ``annotations.json``, or ``train.json``, ``val.json``.

    Class numbers follow the order of the category ids. In detection only the boxes count.

    Args:
        task: Detection or instance segmentation.
    """

    name = "coco"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise JSON files that hold images and annotations."""
        files = _files(tree)
        if not files:
            return None
        outlines = any(_contains(tree.root / f, _OUTLINE) for f in files)
        wanted = self.task is Task.INSTANCE_SEGMENTATION
        code = "formats.coco.outline_evidence" if outlines else "formats.coco.box_evidence"
        values = {"files": ", ".join(files[:3])}
        return Evidence(0.9 if outlines == wanted else 0.4, Message(code, values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all JSON files; labels that cannot be used become findings."""
        categories: dict[Id, str] = {}
        found: list[tuple[str, Id, DraftObject]] = []
        images: dict[str, DraftImage] = {}
        files = _files(tree)
        for done, file in enumerate(files):
            reader = _Reader(tree, file, report)
            categories |= {
                c: name for c, name in reader.categories().items() if c not in categories
            }
            by_id = reader.images(images)
            found += reader.objects(by_id, categories, self.task)
            report.progress("scan", done + 1, len(files), "files")
        names = sorted(categories.items(), key=lambda c: (isinstance(c[0], str), c[0]))
        classes = list(dict.fromkeys(name for _, name in names))
        numbers = {c: classes.index(name) for c, name in names}
        for path, category, item in found:
            item.class_id = numbers[category]
            images[path].objects.append(item)
        place = files[0] if files else "."
        return Draft(list(images.values()), classes, [place] * len(classes))


class _Reader:
    """Reads one file."""

    def __init__(self, tree: FileTree, file: str, report: Report) -> None:
        self._tree, self._file, self._report = tree, file, report
        self._parts: dict[str, list[Any]] = {}
        self._decode: Callable[[Any, type[Any]], Any] = _from_raw
        data = tree.read(file, _MAX_JSON)
        try:
            raw = msgspec.json.decode(data, type=_File)
            self._parts = {name: getattr(raw, name) for name in raw.__struct_fields__}
        except (msgspec.MsgspecError, RecursionError) as error:
            self._read_loosely(data, str(error))

    def _read_loosely(self, data: bytes, reason: str) -> None:
        """Read JSON that is not quite: NaN and Infinity, which some tools write."""
        try:
            if len(data) > _MAX_LOOSE_JSON:
                raise ValueError(reason)
            whole = json.loads(data)
            self._parts = {k: list(whole.get(k) or []) for k in _File.__struct_fields__}
            self._decode = msgspec.convert
        except (ValueError, AttributeError, TypeError, RecursionError):
            self._report.error("malformed_json", self._file, reason=reason)

    def _all(self, part: str, type_: type[T]) -> Iterator[tuple[int, T]]:
        for number, value in enumerate(self._parts.get(part, ())):
            try:
                item = self._decode(value, type_)
            except (msgspec.MsgspecError, RecursionError) as error:  # noqa: PERF203 - one by one
                place = f"{part}[{number}]"
                self._report.error("malformed_json", self._file, place, reason=str(error))
            else:
                yield number, item

    def categories(self) -> dict[Id, str]:
        """Category names by id."""
        return {c.id: c.name for _, c in self._all("categories", _Category)}

    def images(self, known: dict[str, DraftImage]) -> dict[Id, str]:
        """Image paths by id; adds the new ones to ``known``."""
        split = _split(self._file)
        home = self._file.rpartition("/")[0]
        folders = (home, "", "JPEGImages", "images", split, f"images/{split}", f"{split}2017")
        paths = Paths(self._tree, self._file, self._report, folders)
        by_id: dict[Id, str] = {}
        for number, image in self._all("images", _Image):
            place = f"images[{number}]"
            if image.id in by_id:
                self._report.error("duplicate_image_id", self._file, place, id=image.id)
                continue
            path = paths.resolve(image.file_name.replace("\\", "/"), place)
            by_id[image.id] = path or ""
            if path and path in known:
                self._report.warning(
                    "listed_twice", self._file, place, path=path, split=known[path].split
                )
            elif path:
                known[path] = DraftImage(path, split=split, labels=self._file)
        paths.close()
        return by_id

    def objects(
        self, images: dict[Id, str], categories: dict[Id, str], task: Task
    ) -> Iterator[tuple[str, Id, DraftObject]]:
        """Image path, category id and object of each annotation that can be used."""
        seen: set[Id] = set()
        without_outline = 0
        for number, item in self._all("annotations", _Annotation):
            place = f"annotations[{number}]"
            problem = self._problem(item, images, categories, place)
            if item.id is not None and item.id in seen:
                self._report.warning("duplicate_annotation_id", self._file, place, id=item.id)
            elif item.id is not None:
                seen.add(item.id)
            path = images.get(item.image_id) if item.image_id is not None else None
            if problem or not path or item.category_id is None:
                continue
            polygons = item.segmentation if isinstance(item.segmentation, list) else []
            polygons = [p for p in polygons if len(p) >= 6 and len(p) % 2 == 0]
            box = _box(item.bbox, polygons)
            if box is None:
                self._report.error("malformed_box", self._file, place)
                continue
            without_outline += not polygons and not item.iscrowd
            kept = polygons if task is Task.INSTANCE_SEGMENTATION else []
            yield path, item.category_id, DraftObject(-1, box, kept, bool(item.iscrowd), place)
        if without_outline and task is Task.INSTANCE_SEGMENTATION:
            self._report.warning("objects_without_outline", self._file, objects=without_outline)

    def _problem(
        self, item: _Annotation, images: dict[Id, str], categories: dict[Id, str], place: str
    ) -> bool:
        """Whether the annotation cannot be used; reports why."""
        outline = item.segmentation if isinstance(item.segmentation, list) else []
        numbers = [*item.bbox, *(x for polygon in outline for x in polygon)]
        error = self._report.error
        if not all(map(math.isfinite, numbers)):
            code = "nan_value" if any(map(math.isnan, numbers)) else "infinite_value"
            error(code, self._file, place)
        elif item.image_id is None or item.image_id not in images:
            error("unknown_image_id", self._file, place, id=_shown(item.image_id))
        elif item.category_id is None:
            error("missing_category_id", self._file, place)
        elif item.category_id not in categories:
            error("unknown_category_id", self._file, place, id=item.category_id)
        else:
            if item.area is not None and not math.isfinite(item.area):  # never used
                self._report.warning("infinite_value", self._file, place)
            return False
        return True


def _from_raw(value: msgspec.Raw, type_: type[T]) -> T:
    return msgspec.json.decode(value, type=type_)


def _box(
    bbox: list[float], polygons: list[list[float]]
) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom."""
    if len(bbox) == 4:
        return bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3]
    if polygons:
        xs = [x for p in polygons for x in p[::2]]
        ys = [y for p in polygons for y in p[1::2]]
        return min(xs), min(ys), max(xs), max(ys)
    return None


def _files(tree: FileTree) -> list[str]:
    """JSON files at the top or one folder below that hold COCO labels."""
    candidates = [f for f in tree.files if f.lower().endswith(".json") and f.count("/") <= 1]
    keys = (re.compile(rb'"images"\s*:\s*\['), re.compile(rb'"annotations"\s*:\s*\['))
    return [f for f in candidates[:64] if all(_contains(tree.root / f, key) for key in keys)]


def _contains(path: Path, pattern: re.Pattern[bytes]) -> bool:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return pattern.search(data) is not None
    except (OSError, ValueError):  # unreadable or empty
        return False


def _split(file: str) -> str:
    found = _SPLIT.search(PurePosixPath(file).stem)
    name = found[1].lower() if found else ""
    return "val" if name.startswith("val") else name


def _shown(value: Id | None) -> Id:
    return "–" if value is None else value
