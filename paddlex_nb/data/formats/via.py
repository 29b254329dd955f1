"""VGG Image Annotator: regions of all images of a split in one JSON file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.listfiles import Paths, read_labels
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.formats.via_tables import ViaImage, table_entries, tables
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import yes_or_no
from paddlex_nb.data.store.object_table import ObjectTableBuilder, outline_box

_MAX_JSON = 1 << 30
_UNNAMED = "object"
"""The class of regions that no attribute names, as in sets of a single class."""

_CIRCLE = 32


class Via:
    """Polygons as VIA's JSON or CSV, as an export of annotations or a whole project.

    The class is the first attribute of a region that is text, the others are kept; regions without
    one are of one class. The file's name, or its folder, says the split (``via_train.json``).
    """

    name = "via"
    task = Task.INSTANCE_SEGMENTATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the JSON files by their first bytes."""
        files = _files(tree)
        if not files or not tree.images:
            return None
        values = {"files": files[:3]}
        # COCO files beside it, made of it, say more
        return Evidence(0.85, Message("formats.via.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all files; regions that cannot be used become findings."""
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        objects = ObjectTableBuilder()
        files = _files(tree)
        for done, file in enumerate(files):
            split, home = split_of(file) or split_in(file), file.rpartition("/")[0]
            folders = (home, "", "JPEGImages", "images", *([split] if split else []))
            paths = Paths(tree, file, report, folders)
            entries = table_entries if file.lower().endswith(".csv") else _entries
            for key, entry in entries(tree, file, report):
                path = paths.resolve(entry.filename.replace("\\", "/"), key)
                if path is None:
                    continue
                if path in images:
                    report.warning("listed_twice", file, key, path=path, split=images[path].split)
                    continue
                for number, class_id, polygon, said in _regions(entry, key, file, numbers, report):
                    box = outline_box([polygon])
                    where = len(images), class_id, box, [polygon]
                    objects.add(*where, number=number, attributes=said)
                images[path] = DraftImage(path, split, labels=file, place=key)
            paths.close()
            report.progress("scan", done + 1, len(files), "files")
        table = objects.build()
        classes = numbers.settle([], table)
        places = [files[0] if files else "."] * len(classes)
        return Draft(list(images.values()), classes, places, table, object_place="region {}")


def _files(tree: FileTree) -> list[str]:
    """JSON files and tables at the top, or one folder below, that hold regions."""
    files = [f for f in tree.ending(".json") if f.count("/") <= 1]
    keys = re.compile(r'"(?:regions|_via_img_metadata|shape_attributes)"\s*:')
    vott = re.compile(r'"asset"\s*:\s*\{')  # which has regions, too
    heads = {f: "\n".join(tree.head(f)) for f in files[:64]}
    found = [f for f, head in heads.items() if keys.search(head) and not vott.search(head)]
    return found or tables(tree)  # which may be an export of the same


def _entries(tree: FileTree, file: str, report: Report) -> Iterator[tuple[str, ViaImage]]:
    try:
        content = read_json_file(tree, file, dict[str, msgspec.Raw], _MAX_JSON, report)
        if "_via_img_metadata" in content:
            project = content["_via_img_metadata"]
            content = msgspec.json.decode(project, type=dict[str, msgspec.Raw])
    except (UserError, *JSON_ERRORS) as error:
        report.error("malformed_json", file, reason=str(error))
        return
    for key, raw in content.items():
        try:
            yield key[:200], msgspec.json.decode(raw, type=ViaImage)
        except JSON_ERRORS as error:  # noqa: PERF203 - one by one
            report.error("malformed_json", file, key[:200], reason=str(error))


def _regions(
    entry: ViaImage, key: str, file: str, numbers: ClassNumbers, report: Report
) -> Iterator[tuple[int, int, list[float], dict[str, Any]]]:
    """Number, class number, outline and attributes of each region that is whole."""
    regions = entry.regions
    for number, region in enumerate(regions.values() if isinstance(regions, dict) else regions):
        place = f"{key}, region {number}"
        attributes = region.get("region_attributes")
        said = dict(attributes) if isinstance(attributes, dict) else {}
        texts = (k for k, value in said.items() if isinstance(value, str) and value.strip())
        key_of_class = next(texts, None)
        name = _UNNAMED if key_of_class is None else said.pop(key_of_class).strip()
        polygon = _polygon(region.get("shape_attributes"))
        if polygon is None:
            report.warning("shape_without_area", file, place, shape=_shape(region))
        elif not all(map(math.isfinite, polygon)):
            report.error("nan_value", file, place)
        elif (class_id := numbers.number(name)) is not None:
            yield number, class_id, polygon, {k: _value(v) for k, v in said.items()}


def _value(value: Any) -> Any:
    """An attribute; of boxes that can be ticked, the names of those that are."""
    if isinstance(value, dict):
        return ", ".join(str(name) for name, ticked in value.items() if ticked is True)
    return yes_or_no(value) if isinstance(value, str) else value


def _shape(region: dict[str, Any]) -> str:
    shape = region.get("shape_attributes")
    return str(shape.get("name", "–"))[:40] if isinstance(shape, dict) else "–"


def _polygon(shape: Any) -> list[float] | None:
    """The outline of a region; None if it has no area or is not whole."""
    try:
        match shape["name"]:
            case "polygon":
                xs, ys = shape["all_points_x"], shape["all_points_y"]
                values = [parse_float(v) for point in zip(xs, ys, strict=True) for v in point]
                return values if len(values) >= 6 else None
            case "rect":
                x, y = parse_float(shape["x"]), parse_float(shape["y"])
                right, bottom = x + parse_float(shape["width"]), y + parse_float(shape["height"])
                return [x, y, right, y, right, bottom, x, bottom]
            case "circle" | "ellipse":
                x, y = parse_float(shape["cx"]), parse_float(shape["cy"])
                rx, ry = (parse_float(shape.get(k, shape.get("r", 0))) for k in ("rx", "ry"))
                angles = (2 * math.pi * step / _CIRCLE for step in range(_CIRCLE))
                return [v for a in angles for v in (x + rx * math.cos(a), y + ry * math.sin(a))]
    except (KeyError, TypeError, ValueError):
        return None
    return None
