"""Objects from the annotations of a COCO file: by columns, because there may be a million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.formats.coco_columns import read_columns
from paddlex_nb.data.formats.coco_file import Annotation, Id, decoded
from paddlex_nb.data.formats.coco_odd import odd_objects
from paddlex_nb.data.formats.coco_portions import Portion, told_apart
from paddlex_nb.data.objects import DraftObjects, ObjectsBuilder
from paddlex_nb.data.report import Report

_UNLISTED = -2
_EXACT = 2**53
"""Below this, float64 tells all whole numbers apart."""


def read_objects(
    ways: Iterable[list[Portion]],
    images: Mapping[Id, int],
    categories: Mapping[Id, int],
    file: str,
    report: Report,
    *,
    outlined: bool,
) -> DraftObjects:
    """The objects that can be used, in their order; what is wrong with the others is reported.

    Args:
        ways: The annotations in portions, again if they are no JSON so.
        images: Positions of the images by id, -1 for those that cannot be used.
        categories: Class numbers by category id.
        file: The COCO file, for findings.
        report: Takes the findings.
        outlined: Read the outlines too, not only the boxes.
    """
    find = _Finder(images), _Finder(categories)
    for portions in ways:
        try:
            found = _by_columns(portions, *find, outlined=outlined)
            break
        except ValueError:
            found = _all_odd(portions)
    _report_ids(found, file, report)
    again = decoded(found.entries, Annotation, "annotations", file, report, found.odd)
    unnumbered = frozenset(np.flatnonzero(~found.numbered).tolist())
    odd = odd_objects(again, images, categories, unnumbered, file, report, outlined=outlined)
    if not len(odd):
        return found.objects
    objects = DraftObjects.joined([found.objects, odd])
    return objects.take(np.argsort(objects.number, kind="stable"))


class _Found(msgspec.Struct):
    """Annotations as far as they can be read by columns.

    Attributes:
        objects: Of those that are as they should be.
        odd: Where in the file the others are.
        entries: The JSON of these.
        ids: Of all, int64 of shape (annotations,).
        numbered: Whether they have such an id, bool.
    """

    objects: DraftObjects
    odd: list[int]
    entries: list[msgspec.Raw]
    ids: NDArray[np.int64]
    numbered: NDArray[np.bool_]


def _by_columns(
    portions: list[Portion], find_image: _Finder, find_class: _Finder, *, outlined: bool
) -> _Found:
    table = read_columns(portions, outlined=outlined)
    image, class_id = find_image(table.image_id), find_class(table.category_id)
    odd = table.odd | (image == _UNLISTED) | (class_id == _UNLISTED)
    odd |= ~np.isfinite(table.boxes).all(axis=1)
    number = np.arange(len(odd), dtype=np.int32)
    objects = DraftObjects(image, class_id, table.boxes, table.crowd, number, table.outlines)
    rows = np.flatnonzero(odd)
    return _Found(
        objects.take(np.flatnonzero(~odd & (image >= 0))),
        rows.tolist(),
        _entries(portions, table.portion, rows),
        table.id,
        ~table.unnumbered,
    )


def _entries(
    portions: list[Portion], homes: NDArray[np.int32], rows: NDArray[np.int64]
) -> list[msgspec.Raw]:
    """The JSON of some annotations; ``homes`` says of all in which portion they are."""
    starts = np.searchsorted(homes, np.arange(len(portions)))
    entries: list[msgspec.Raw] = []
    for home in np.unique(homes[rows]).tolist():
        apart = told_apart(portions[home])
        inside = rows[homes[rows] == home] - starts[home]
        # copies, so that the text of the file can be let go of
        entries += [apart[place].copy() for place in inside.tolist()]
    return entries


def _all_odd(portions: list[Portion]) -> _Found:
    entries = [e for portion in portions for e in portion if isinstance(e, msgspec.Raw)]
    rows = list(range(len(entries)))
    none = np.zeros(len(entries), np.int64)
    return _Found(ObjectsBuilder().build(), rows, entries, none, none.astype(np.bool_))


def _report_ids(found: _Found, file: str, report: Report) -> None:
    """Report ids that several annotations use."""
    rows = np.flatnonzero(found.numbered)
    rows = rows[np.argsort(found.ids[rows], kind="stable")]
    again = rows[1:][np.diff(found.ids[rows]) == 0]
    for row in np.sort(again).tolist():
        place = f"annotations[{row}]"
        report.warning("duplicate_annotation_id", file, place, id=int(found.ids[row]))


class _Finder:
    """Finds what belongs to many ids at once; if some ids are texts, to none, but one by one."""

    def __init__(self, known: Mapping[Id, int]) -> None:
        numbers = [(k, v) for k, v in known.items() if not isinstance(k, str)]
        whole = {k: v for k, v in numbers if -_EXACT < k < _EXACT}
        if len(numbers) < len(known):
            whole = {}
        keys = np.fromiter(whole.keys(), np.float64, len(whole))
        order = np.argsort(keys)
        self._keys = np.append(keys[order], np.nan)
        values = np.fromiter(whole.values(), np.int32, len(whole))
        self._values = np.append(values[order], _UNLISTED)

    def __call__(self, ids: NDArray[np.float64]) -> NDArray[np.int32]:
        """What belongs to each; -2 to those that are not known, or are no number."""
        place = np.searchsorted(self._keys[:-1], ids)
        same = self._keys[place] == ids
        found: NDArray[np.int32] = np.where(same, self._values[place], _UNLISTED)
        return found
