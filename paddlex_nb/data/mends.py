"""What can be done about findings: changes of the data set, offered and counted beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from paddlex_nb.data.changes import (
    Change,
    DropObjects,
    Exclude,
    MergeClasses,
    RemoveClasses,
    history,
    kind_of,
    make,
)
from paddlex_nb.data.changes.change import Entry
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.records import Finding
from paddlex_nb.data.versions import base_index
from paddlex_nb.errors import UserError
from paddlex_nb.i18n import Message


class Mend(msgspec.Struct, frozen=True):
    """A change that would mend all findings of one code.

    Attributes:
        code: Their code.
        change: The change.
        images: Rows of the images that it concerns.
        count: How many images, objects or classes it changes.
        made: The number of the change, once it is made; else 0.
    """

    code: str
    change: Change
    images: list[int]
    count: int
    made: int = 0

    @property
    def message(self) -> Message:
        """What it would do, in a few words."""
        return Message(f"data.mend.{kind_of(self.change)}", {"count": self.count})


_Maker = Callable[[Sequence[Finding], dict[str, int]], Change]


def mends(folder: Path) -> dict[str, Mend]:
    """The mends of a data set's findings, by code."""
    by_code: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in read_findings(folder):
        if finding.code in _MAKERS:
            by_code[finding.code].append(finding)
    if not by_code:
        return {}
    rows = {path: row for row, path in enumerate(base_index(folder).images["path"].to_pylist())}
    made = {entry.code: entry.number for entry in history(folder).entries}
    offered = {}
    for code, findings in by_code.items():
        change = _MAKERS[code](findings, rows)
        images = sorted({row for f in findings if (row := image_of(f, rows)) is not None})
        if count := _count(change):
            offered[code] = Mend(code, change, images, count, made.get(code, 0))
    return offered


def mend(folder: Path, code: str) -> Entry:
    """Make the change that mends all findings of a code.

    Raises:
        UserError: There is none, it was made already, or it would leave nothing to train with.
    """
    offered = mends(folder).get(code)
    if offered is None or offered.made:
        raise UserError("data.no_mend", code=code)
    return make(folder, offered.change, code)


def image_of(finding: Finding, rows: dict[str, int]) -> int | None:
    """The row of the image that a finding is about, if it is about one in the index."""
    return rows.get(str(finding.values.get("image", finding.file)))


def _exclude(findings: Sequence[Finding], rows: dict[str, int]) -> Change:
    return Exclude(sorted({rows[f.file] for f in findings if f.file in rows}))


def _exclude_both(findings: Sequence[Finding], rows: dict[str, int]) -> Change:
    """One of the two is wrong, and nobody has said which."""
    files = {file for f in findings for file in (f.file, str(f.values["other"]))}
    return Exclude(sorted(rows[file] for file in files if file in rows))


def _drop(findings: Sequence[Finding], rows: dict[str, int]) -> Change:
    found = [(image_of(f, rows), int(f.values["number"])) for f in findings]
    return DropObjects(sorted({(row, number) for row, number in found if row is not None}))


def _merge(findings: Sequence[Finding], _rows: dict[str, int]) -> Change:
    return MergeClasses([(str(f.values["name"]), str(f.values["other"])) for f in findings])


def _remove(findings: Sequence[Finding], _rows: dict[str, int]) -> Change:
    return RemoveClasses([str(f.values["name"]) for f in findings])


_MAKERS: dict[str, _Maker] = {
    "exact_duplicate": _exclude,
    "near_duplicate": _exclude,
    "duplicate_conflicting_label": _exclude_both,
    "alike_conflicting_label": _exclude_both,
    "blank_image": _exclude,
    "dark_image": _exclude,
    "blurred_image": _exclude,
    "duplicate_box": _drop,
    "box_covers_image": _drop,
    "slender_box": _drop,
    "self_crossing": _drop,
    "negative_coordinate": _drop,
    "box_outside_image": _drop,
    "similar_class_names": _merge,
    "unused_class": _remove,
}


def _count(change: Change) -> int:
    match change:
        case Exclude(images=found) | DropObjects(objects=found):
            return len(found)
        case MergeClasses(pairs=pairs):
            return len(pairs)
        case RemoveClasses(names=names):
            return len(names)
    return 0
