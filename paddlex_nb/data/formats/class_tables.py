"""Files that name the classes of masks by their numbers or colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.palettes import Row, packed
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.report import Report

_MAX_TABLE = 1 << 20
_IGNORED = {"__ignore__", "_ignore_", "ignored", "ignore", "void"}
_COLOUR_NAME = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\S.*?)\s*")
_NAME_COLOUR = re.compile(
    r"\s*([^,:;\t]+?)\s*[,:;\t]\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3}).*"
)
_EISEG = re.compile(r"\s*(\d{1,3})\s+(\S.*?)\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s*")
_PIXEL_VALUES = re.compile(r"\ufeff?\s*pixel[ _]value\s*,\s*class", re.IGNORECASE)
_ADE = re.compile(r"\s*(\d{1,4})\s+[\d.]+\s+\d+\s+\d+\s+[01]\s+(\S.*?)\s*")


class _Meta(msgspec.Struct):
    """``dataset_meta.json`` of Open Model Zoo and Datumaro."""

    label_map: dict[str, str] = {}
    labels: list[str] = []
    segmentation_colors: list[list[int]] = []
    background_label: str | int | None = None


class _Label(msgspec.Struct):
    name: str
    color: list[int] = []
    readable: str = ""


class _ColourMap(msgspec.Struct):
    """What X-AnyLabeling writes masks by."""

    colors: dict[str, list[int] | int]


class _Config(msgspec.Struct):
    """``config.json`` of Mapillary Vistas."""

    labels: list[_Label]


def class_table(tree: FileTree, report: Report) -> tuple[str, list[Row]] | None:
    """The file that names classes with their values, and its rows; None if there is none."""
    for file, read in _candidates(tree):
        try:
            rows = list(read(tree, file, report))
        except (UserError, *JSON_ERRORS):
            continue  # of another kind
        if rows:
            return file, rows
    return None


def _candidates(tree: FileTree) -> Iterator[tuple[str, Any]]:
    named: tuple[tuple[str, Any], ...] = (
        ("dataset_meta.json", _meta),
        ("config_v2.0.json", _config),
        ("config_v1.2.json", _config),
        ("config.json", _config),
        ("objectInfo150.txt", _object_info),
        ("label_colors.txt", _colours),
        ("labelmap.csv", _colours),
        ("labelmap.txt", _colours),
        ("class_dict.csv", _colours),
        ("class_names.txt", _names),
        ("label_names.txt", _names),
        ("label.txt", _eiseg),
        ("labels.txt", _eiseg),
        ("_classes.csv", _pixel_values),
        ("mask_color_map.json", _colour_map),
        ("mask_grayscale_map.json", _colour_map),
    )
    for name, read in named:
        inside = (f for f in tree.files if f.count("/") <= 2 and f.endswith(f"/{name}"))
        if file := tree.find(name) or next(inside, None):
            yield file, read


def _meta(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    meta = read_json_file(tree, file, _Meta, _MAX_TABLE, report)
    names = meta.label_map or {str(n): name for n, name in enumerate(meta.labels)}
    for at, (key, name) in enumerate(names.items()):
        value = said_whole(key)
        colours = meta.segmentation_colors
        yield Row(
            name, _colour(colours[at] if at < len(colours) else []), at if value is None else value
        )


def _config(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    config = read_json_file(tree, file, _Config, _MAX_TABLE, report)
    for value, label in enumerate(config.labels):
        unlabelled = label.name.startswith("void--unlabeled") or label.name == "unlabeled"
        yield Row("" if unlabelled else label.name, _colour(label.color), value)


def _colour_map(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """Colours or grey values by the names of their classes; 0 is the background."""
    colours = read_json_file(tree, file, _ColourMap, _MAX_TABLE, report).colors
    yield Row("background", 0, 0)
    for name, colour in colours.items():
        if isinstance(colour, int):
            yield Row(name, -1, colour)
        else:
            yield Row(name, _colour(colour), -1)


def _eiseg(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """Lines ``number name r g b``, as EISeg keeps its classes; 0 is the background."""
    lines = [line for line in tree.text(file, report, _MAX_TABLE).splitlines() if line.strip()]
    matches = [match for line in lines if (match := _EISEG.fullmatch(line))]
    if not matches or len(matches) < len(lines):
        return
    if all(int(match[1]) for match in matches):
        yield Row("background", 0, 0)
    for match in matches:
        yield Row(
            match[2], _colour([int(channel) for channel in match.groups()[2:]]), int(match[1])
        )


def _object_info(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """ADE20K's 150 classes, from 1; 0 is of no class."""
    yield Row("", -1, 0)
    for line in tree.text(file, report, _MAX_TABLE).splitlines():
        if match := _ADE.fullmatch(line):
            yield Row(match[2].split(",")[0].strip(), -1, int(match[1]))


def _colours(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """Lines ``r g b name`` or ``name,r,g,b``, numbered as they come."""
    value = 0
    for line in tree.text(file, report, _MAX_TABLE).splitlines():
        if line.lstrip().startswith("#"):
            continue
        if match := _COLOUR_NAME.fullmatch(line):
            *colour, name = match.groups()
        elif match := _NAME_COLOUR.fullmatch(line):
            name, *colour = match.groups()
        else:
            continue
        ignored = name.lower() in _IGNORED
        yield Row("" if ignored else name, _colour([int(c) for c in colour]), value)
        value += 1


def _pixel_values(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """Lines ``value, name`` below ``Pixel Value, Class``, as Roboflow writes them."""
    head, *lines = tree.text(file, report, _MAX_TABLE).splitlines() or [""]
    if not _PIXEL_VALUES.match(head):
        return
    for line in lines:
        value, _, name = line.partition(",")
        if (number := said_whole(value.strip())) is not None and name.strip():
            yield Row(name.strip(), -1, number)


def _names(tree: FileTree, file: str, report: Report) -> Iterator[Row]:
    """The names that labelme2voc writes: ``__ignore__`` is number -1, the others count from 0."""
    lines = [line.strip() for line in tree.text(file, report, _MAX_TABLE).splitlines()]
    names = [line for line in lines if line]
    if names and names[0].lower() in _IGNORED:
        names = names[1:]
    for value, name in enumerate(names):
        yield Row(name, -1, value)


def _colour(channels: list[int]) -> int:
    known = len(channels) >= 3 and all(0 <= channel <= 255 for channel in channels[:3])
    return packed(*channels[:3]) if known else -1
