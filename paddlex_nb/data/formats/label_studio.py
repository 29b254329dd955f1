"""Label Studio's own JSON, as a list of tasks or in its short form (JSON-MIN)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.data.formats.corners import box_corners, ellipse_corners, turned
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import json_entries
from paddlex_nb.data.formats.label_studio_brush import brush_outlines
from paddlex_nb.data.formats.listfiles import read_labels
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import UNSAID, said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import yes_or_no

_LOOKED_AT = 64
_TASK = re.compile(r'"(?:annotations|completions)"\s*:\s*\[')
_RESULT = re.compile(r'"(?:from_name|to_name)"\s*:')
_SHORT = re.compile(r'"(?:annotation_id|lead_time|original_width)"\s*:')
_PREFIX = re.compile(r"^[0-9a-f]{8}-(?=.)")
"""What Label Studio puts before the name of a file that is uploaded."""

_ATTRIBUTES = ("choices", "text", "number", "rating")
"""What controls that are shown for each region say of one."""

_SHORT_LABELS = ("choice", "choices", "label")


class _Annotation(msgspec.Struct):
    result: list[dict[str, Any]] = []
    was_cancelled: bool = False


class _Task(msgspec.Struct):
    data: dict[str, Any] = {}
    annotations: list[_Annotation] = []
    completions: list[_Annotation] = []
    file_upload: str | None = None


class LabelStudio(EntryFormat):
    """Boxes, polygons, ellipses, brush strokes or choices, in percent of the image's sides.

    Of several annotations of one task the last counts that was not cancelled.
    """

    name = "label_studio"
    kinds: ClassVar[Kinds] = {
        "labels": re.compile(r'"(?:choices?)"\s*:\s*["\[]'),
        "boxes": re.compile(r'"rectanglelabels"\s*:|"type"\s*:\s*"rectangle"'),
        "outlines": re.compile(
            r'"(?:polygonlabels|brushlabels|ellipselabels)"\s*:'
            r'|"type"\s*:\s*"(?:polygon|brush|ellipse)"'
        ),
    }

    def files(self, tree: FileTree) -> list[str]:
        """JSON files that begin with a list of tasks, or of images in the short form."""
        files = []
        for file in tree.ending(".json")[:_LOOKED_AT]:
            head = "\n".join(tree.head(file))
            whole = _TASK.search(head) and _RESULT.search(head)
            if head.lstrip().startswith("[") and (whole or _SHORT.search(head)):
                files.append(file)
        return files

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names in ``labels.txt``, if that is there."""
        return read_labels(tree, report)

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file."""
        for place, content in json_entries(tree, file, dict[str, Any], report):
            try:
                task = msgspec.convert(content, _Task)
            except (ValueError, RecursionError) as error:
                report.error("malformed_json", file, place, reason=str(error))
                continue
            given = task.annotations or task.completions
            done = [annotation for annotation in given if not annotation.was_cancelled]
            short = "data" not in content
            if not done and not short:
                continue  # nobody labelled it, or whoever did skipped it
            results = _short_results(content) if short else done[-1].result
            name = _image(content if short else task.data) or task.file_upload or ""
            head, slash, last = name.replace("\\", "/").rpartition("/")
            split = as_split(str(task.data.get("split", "")))
            entry = Entry(name, place, split, aliases=(head + slash + _PREFIX.sub("", last),))
            _fill(entry, results, file, report)
            yield entry


def _image(data: dict[str, Any]) -> str:
    """The image of a task: whatever of its data ends like one, else is called one."""
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    named = next((t for t in texts.values() if is_image(t.partition("?")[0]) or "?d=" in t), "")
    return named or texts.get("image", "") or texts.get("img", "")


def _short_results(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of an entry of the short form, as in the long one."""
    results: list[dict[str, Any]] = []
    for key, value in content.items():
        if isinstance(value, list):
            results += [{"value": one} for one in value if isinstance(one, dict)]
        choices = value.get("choices") if isinstance(value, dict) else value
        if key in _SHORT_LABELS and isinstance(choices, str):
            results.append({"value": {"choices": [choices]}})
        elif key in _SHORT_LABELS and isinstance(value, dict) and isinstance(choices, list):
            results.append({"value": {"choices": choices}})
    return results


def _fill(entry: Entry, results: list[dict[str, Any]], file: str, report: Report) -> None:
    """Take classes and shapes from the results of an annotation."""
    named = {
        r.get("id"): label for r in results if isinstance(r.get("id"), str) and (label := _label(r))
    }
    seen: set[object] = set()
    said: dict[object, dict[str, Any]] = {}
    for number, result in enumerate(results):
        value = result.get("value")
        if not isinstance(value, dict):
            continue
        key = result.get("id") if isinstance(result.get("id"), str) else None
        if key in named and (kind := next((k for k in _ATTRIBUTES if k in value), "")):
            name = str(result.get("from_name") or kind)
            said.setdefault(key, {})[name] = _attribute(value[kind])
            continue
        choices = value.get("choices")
        if isinstance(choices, list):
            entry.labels += [str(choice).strip() for choice in choices]
            continue
        place = f"result[{number}]"
        size = said_size(
            result.get("original_width", value.get("original_width")),
            result.get("original_height", value.get("original_height")),
        )
        entry.size = entry.size if size == UNSAID else size
        label = _label(result) or named.get(key, "")
        if key is not None and key in seen:  # a label of its own for the same region
            continue
        outline = _outline(value, size)
        if outline is None:
            if label:
                kind = str(result.get("type", "–"))[:40]
                report.info("shape_without_area", file, f"{entry.place}, {place}", shape=kind)
            continue
        seen.add(key)
        drawn = "width" not in value or bool(value.get("rle"))
        shape = Shape(label, outline, drawn, place=place)
        if key is not None:
            shape.attributes = said.setdefault(key, {})  # those that follow, too
        entry.shapes.append(shape)


def _attribute(given: Any) -> Any:
    """What a control for single regions says of one."""
    texts = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    return yes_or_no(", ".join(texts)) if texts else given


def _label(result: dict[str, Any]) -> str:
    """The class of a region: the first in whichever list ends in ``labels``."""
    value = result.get("value")
    lists = (
        (v for k, v in value.items() if str(k).endswith("labels") and isinstance(v, list) and v)
        if isinstance(value, dict)
        else ()
    )
    return next((str(names[0]).strip() for names in lists), "")


def _outline(value: dict[str, Any], size: tuple[int, int]) -> list[list[float]] | None:
    """The polygons of a region in pixels; None if it has none or the image's size is not said."""
    if size == UNSAID:
        return None
    wide, high = (side / 100 for side in size)

    def number(key: str) -> float:
        return parse_float(value.get(key))

    try:
        if isinstance(value.get("rle"), list):
            return brush_outlines(value["rle"], *size) or None
        if isinstance(value.get("points"), list):
            points = [(parse_float(x) * wide, parse_float(y) * high) for x, y in value["points"]]
            return [[v for point in points for v in point]] if len(points) >= 3 else None
        x, y = number("x") * wide, number("y") * high
        degrees = number("rotation") if value.get("rotation") else 0.0
        if "radiusX" in value:
            ellipse = ellipse_corners(x, y, number("radiusX") * wide, number("radiusY") * high)
            return [turned(ellipse, degrees, x, y)]
        box = box_corners(x, y, x + number("width") * wide, y + number("height") * high)
        return [turned(box, degrees, x, y)]
    except (TypeError, ValueError, OverflowError):
        return None
