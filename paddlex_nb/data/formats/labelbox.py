"""Labelbox: an export of a project, a JSON object for each image on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report


class _DataRow(msgspec.Struct):
    external_id: str | None = None
    global_key: str | None = None
    row_data: str | None = None


class _Size(msgspec.Struct):
    width: Any = None
    height: Any = None


class _Object(msgspec.Struct):
    name: str = ""
    annotation_kind: str = ""
    bounding_box: dict[str, Any] | None = None
    polygon: list[dict[str, Any]] | None = None


class _Answer(msgspec.Struct):
    name: str = ""


class _Question(msgspec.Struct):
    radio_answer: _Answer | None = None
    checklist_answers: list[_Answer] = []


class _Annotations(msgspec.Struct):
    objects: list[_Object] = []
    classifications: list[_Question] = []


class _Label(msgspec.Struct):
    annotations: _Annotations = msgspec.field(default_factory=_Annotations)


class _Project(msgspec.Struct):
    labels: list[_Label] = []


class _Line(msgspec.Struct):
    data_row: _DataRow
    media_attributes: _Size = msgspec.field(default_factory=_Size)
    projects: dict[str, _Project] = {}


class Labelbox(EntryFormat):
    """``export.ndjson`` with the images under their external ids.

    Of an image that several people labelled, the first labels count. Masks lie on Labelbox's
    servers and are reported as objects without an outline.
    """

    name = "labelbox"
    kinds: ClassVar[Kinds] = {
        "labels": re.compile(r'"(?:radio_answer|checklist_answers)"\s*:'),
        "boxes": re.compile(r'"bounding_box"\s*:'),
        "outlines": re.compile(r'"polygon"\s*:'),
    }

    def files(self, tree: FileTree) -> list[str]:
        """The files whose first line is an image of a project."""
        files = tree.ending(".ndjson", ".jsonl", ".json") if tree.images else []
        heads = {file: "".join(tree.head(file)[:1]) for file in files if file.count("/") <= 1}
        return [f for f, head in heads.items() if '"data_row"' in head and '"projects"' in head]

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file."""
        try:
            lines = tree.text(file, report).splitlines()
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            place = f"line {number}"
            try:
                line = msgspec.json.decode(text, type=_Line)
            except JSON_ERRORS as error:
                report.error("malformed_json", file, place, reason=str(error))
                continue
            row, size = line.data_row, line.media_attributes
            names = [name for name in (row.external_id, row.global_key, row.row_data) if name]
            labels = [label for project in line.projects.values() for label in project.labels]
            said = labels[0].annotations if labels else _Annotations()
            answers = [a for q in said.classifications for a in q.checklist_answers]
            answers += [q.radio_answer for q in said.classifications if q.radio_answer]
            yield Entry(
                names[0] if names else "",
                place,
                size=said_size(size.width, size.height),
                labels=[answer.name.strip() for answer in answers],
                shapes=[_shape(one) for one in said.objects],
                aliases=tuple(names[1:]),
            )


def _shape(one: _Object) -> Shape:
    """An object; without a polygon if it has no whole one."""
    name = one.name.strip()
    try:
        if one.bounding_box is not None:
            sides = (parse_float(one.bounding_box[k]) for k in ("left", "top", "width", "height"))
            left, top, width, height = sides
            return Shape(name, [box_corners(left, top, left + width, top + height)])
        if one.polygon is not None:
            outline = [parse_float(point[key]) for point in one.polygon for key in ("x", "y")]
            return Shape(name, [outline] if len(outline) >= 6 else [], drawn=True)
    except (KeyError, ValueError):
        pass
    return Shape(name, [])
