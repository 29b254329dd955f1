"""The classes of public data sets' maps of objects, and where they say them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats import palettes
from paddlex_nb.data.formats.class_tables import class_table
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_MAX_TEXT = 1 << 20
_MOTS = {1: "car", 2: "pedestrian"}


class Names(msgspec.Struct, frozen=True):
    """The classes of maps.

    Attributes:
        by_value: Names by the number that values (or maps of classes) give.
        things: Those numbers whose objects are told apart.
    """

    by_value: dict[int, str]
    things: frozenset[int]


NamesOf: TypeAlias = "Callable[[FileTree, Report], Names]"


def voc_names(tree: FileTree, report: Report) -> Names:
    """By number and by colour: maps of classes may be either."""
    table = class_table(tree, report)
    rows = table[1] if table else palettes.VOC
    by_value = {row.value: row.name for row in rows if row.name}
    by_value |= {row.colour: row.name for row in rows if row.name and row.colour > 0}
    background = {value for value, name in by_value.items() if "background" in name.lower()}
    return Names(by_value, frozenset(by_value.keys() - background - {0}))


def city_names(tree: FileTree, report: Report) -> Names:
    """Those of a table in the data set, or Cityscapes' own."""
    table = class_table(tree, report)
    if table is None:
        by_value = {row.value: row.name for row in palettes.CITYSCAPES_ALL if row.value}
        return Names(by_value, frozenset(palettes.CITYSCAPES_THINGS))
    by_value = {row.value: row.name for row in table[1] if row.name}
    return Names(by_value, frozenset(by_value))


def mapillary_names(tree: FileTree, report: Report) -> Names:
    """Those of its configuration, which says too what is told apart."""
    table = class_table(tree, report)
    rows = table[1] if table else []
    by_value = {row.value: row.name for row in rows if row.name}
    things = frozenset(by_value)
    try:
        config = read_json_file(tree, table[0], _Config, _MAX_TEXT) if table else _Config([])
        told = [value for value, label in enumerate(config.labels) if label.instances]
        things = frozenset(told) or things
    except (UserError, *JSON_ERRORS):
        pass
    return Names(by_value, things)


class _Label(msgspec.Struct):
    instances: bool = False


class _Config(msgspec.Struct):
    labels: list[_Label]


def mots_names(tree: FileTree, report: Report) -> Names:
    """Those of a list in the data set, or MOTS' own."""
    file = next((f for f in tree.ending(".txt") if f.endswith("instances/labels.txt")), None)
    lines = tree.text(file, report, _MAX_TEXT).splitlines() if file else []
    names = {n: line.strip() for n, line in enumerate(filter(str.strip, lines), 1)}
    names = {n: name for n, name in names.items() if name.lower() != "ignored"} or _MOTS
    return Names(names, frozenset(names))


def no_names(_tree: FileTree, _report: Report) -> Names:
    """None: all objects are of one class."""
    return Names({}, frozenset())
