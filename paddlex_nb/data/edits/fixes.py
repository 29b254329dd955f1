"""What can be done about findings: changes of the data set, offered and counted beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.edits import (
    Change,
    DropObjects,
    Exclude,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    SingleObjects,
    history,
    kind_of,
    make,
)
from paddlex_nb.data.store.changes.change import Entry
from paddlex_nb.data.store.finding_rows import FindingRows
from paddlex_nb.data.store.label_maps import IGNORE
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import DatasetRecord, Finding

OF_SPLIT = {"uneven_split", "class_not_in_train"}
"""Findings about the split that a data set came with, which another split fixes."""

OF_TILES = {"tiny_objects", "image_too_large"}
"""Findings about whole images that an import in tiles fixes."""

_VOID = "void"
"""Name of the class of pixels that nobody labelled."""


class Fix(msgspec.Struct, frozen=True):
    """A change that would fix all findings of one code.

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
        """What the fix would do, in a few words."""
        values: dict[str, Any] = {"count": self.count}
        if isinstance(self.change, RemapMasks):
            values["names"] = [f"{value} → {name}" for value, name in self.change.pairs]
        return Message(f"data.fix.{kind_of(self.change)}", values)


_Maker = Callable[[Sequence[Finding], FindingRows], Change]


def fixes(folder: Path, findings: Sequence[Finding] | None = None) -> dict[str, Fix]:
    """The fixes of a data set's findings, by code.

    Args:
        folder: The data set's folder.
        findings: Its findings, if they were read already.
    """
    makers = dict(_MAKERS)
    if read_record(folder).masks:
        del makers["void_value"]  # in masks that were made, all values without class are one
    by_code: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in read_findings(folder) if findings is None else findings:
        if finding.code in makers:
            by_code[finding.code].append(finding)
    if not by_code:
        return {}
    rows = FindingRows(folder)
    entries = history(folder).entries
    offered = {}
    for code, group in by_code.items():
        change = makers[code](group, rows)
        images = sorted({row for f in group for row in rows.of(f)})
        change_number = next(
            (e.number for e in entries if e.code == code and e.change == change), 0
        )
        if count := _count(change, group):
            offered[code] = Fix(code, change, images, count, change_number)
    return offered


def settled(record: DatasetRecord, offered: dict[str, Fix]) -> set[str]:
    """Codes of findings that are dealt with: their fix was made, or the images divided anew.

    Args:
        record: The data set's description.
        offered: Its fixes.
    """
    done = {code for code, fix in offered.items() if fix.made}
    divided_anew = record.split is not None and not record.split.given
    return done | OF_SPLIT if divided_anew else done


def fix(folder: Path, code: str) -> Entry:
    """Make the change that fixes all findings of a code.

    Raises:
        UserError: There is none, it was made already, or it would leave nothing to train with.
    """
    offered = fixes(folder).get(code)
    if offered is None or offered.made:
        raise UserError("data.no_fix", code=code)
    return make(folder, offered.change, code)


def _exclude(findings: Sequence[Finding], rows: FindingRows) -> Change:
    return Exclude(sorted({row for f in findings for row in rows.of_image(f.file)}))


def _exclude_both(findings: Sequence[Finding], rows: FindingRows) -> Change:
    """Exclude both images of each pair: one of them has a wrong class, and it is unknown which."""
    files = {file for f in findings for file in (f.file, str(f.values["other"]))}
    return Exclude(sorted({row for file in files for row in rows.of_image(file)}))


def _drop(findings: Sequence[Finding], rows: FindingRows) -> Change:
    pairs = {(row, int(f.values["number"])) for f in findings for row in rows.of(f)}
    return DropObjects(sorted(pairs))


def _merge(findings: Sequence[Finding], _rows: FindingRows) -> Change:
    return MergeClasses([(str(f.values["name"]), str(f.values["other"])) for f in findings])


def _single(_findings: Sequence[Finding], _rows: FindingRows) -> Change:
    return SingleObjects()


def _remove(findings: Sequence[Finding], _rows: FindingRows) -> Change:
    return RemoveClasses([str(f.values["name"]) for f in findings])


def _remap(findings: Sequence[Finding], _rows: FindingRows) -> Change:
    """Classes for what nobody labelled; one for each value, since they may differ."""
    said = [str(f.values["value"]) for f in findings]
    values = sorted(int(value) for value in said if value.isdecimal() and int(value) < IGNORE)
    return RemapMasks([(v, _VOID if len(values) == 1 else f"{_VOID} {v}") for v in values])


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
    "inverted_box": _drop,
    "self_crossing": _drop,
    "negative_coordinate": _drop,
    "box_outside_image": _drop,
    "only_crowds": _single,
    "similar_class_names": _merge,
    "unused_class": _remove,
    "void_value": _remap,
}

FIXED = frozenset(_MAKERS)
"""Codes of the findings that a change can fix."""


def _count(change: Change, findings: Sequence[Finding]) -> int:
    match change:
        case SingleObjects():
            return sum(int(f.values["objects"]) for f in findings)
        case Exclude(images=rows) | DropObjects(objects=rows):
            return len(rows)
        case MergeClasses(pairs=pairs) | RemapMasks(pairs=pairs):
            return len(pairs)
        case RemoveClasses(names=names):
            return len(names)
    return 0
