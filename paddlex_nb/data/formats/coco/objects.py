"""Objects from the annotations of a COCO file: by columns, because there may be a million."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np
from msgspec import Raw
from numpy.typing import NDArray

from paddlex_nb.data.formats.coco.chunks import Chunk, told_apart
from paddlex_nb.data.formats.coco.columns import EXACT, Columns
from paddlex_nb.data.formats.coco.file import Annotation, CocoFile, Id, decoded
from paddlex_nb.data.formats.coco.irregular import UNLISTED, irregular_objects
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTable, ObjectTableBuilder


def read_objects(
    part: CocoFile,
    images: Mapping[Id, int],
    categories: Mapping[Id, int],
    file: str,
    report: Report,
    *,
    outlined: bool,
) -> ObjectTable:
    """The objects that can be used, in their order; what is wrong with the others is reported.

    Args:
        part: The COCO file, whose annotations are taken from it.
        images: Positions of the images by id, -1 for those that cannot be used.
        categories: Class numbers by category id.
        file: The COCO file, for findings.
        report: Takes the findings.
        outlined: Read the outlines too, not only the boxes.
    """
    chunks, table = part.take_annotations()
    if table is None:
        sound = ObjectTableBuilder().build()
        ids = np.full(sum(map(len, chunks)), np.nan)
        remaining = {n: e for n, e in enumerate(chain.from_iterable(chunks)) if isinstance(e, Raw)}
    else:
        sound, irregular = _sound(table, _Finder(images), _Finder(categories))
        ids = np.where(np.abs(table.id) < EXACT, table.id, np.nan)
        remaining = _entries(chunks, table.chunk, np.flatnonzero(irregular), file, report)
    _report_ids(ids, file, report)
    again = decoded(
        list(remaining.values()), Annotation, "annotations", file, report, list(remaining)
    )
    unnumbered = frozenset(np.flatnonzero(np.isnan(ids)).tolist())
    others = irregular_objects(
        again, images, categories, unnumbered, file, report, outlined=outlined
    )
    if not len(others):
        return sound
    objects = ObjectTable.joined([sound, others])
    return objects.take(np.argsort(objects.number, kind="stable"))


def _sound(
    table: Columns, find_image: _Finder, find_class: _Finder
) -> tuple[ObjectTable, NDArray[np.bool_]]:
    """The objects of annotations that are as they should be, and which others there are."""
    image, class_id = find_image(table.image_id), find_class(table.category_id)
    irregular = table.irregular | (image == UNLISTED) | (class_id == UNLISTED)
    irregular |= ~(np.isfinite(table.boxes).all(axis=1) & (np.abs(table.id) < EXACT))
    number = np.arange(len(irregular), dtype=np.int32)
    objects = ObjectTable(
        image, class_id, table.boxes, table.crowd, number, table.outlines, table.attributes
    )
    return objects.take(np.flatnonzero(~irregular & (image >= 0))), irregular


def _entries(
    chunks: list[Chunk],
    homes: NDArray[np.int32],
    rows: NDArray[np.int64],
    file: str,
    report: Report,
) -> dict[int, Raw]:
    """The JSON of some annotations; ``homes`` says of all in which chunk they are."""
    starts = np.searchsorted(homes, np.arange(len(chunks)))
    entries: dict[int, Raw] = {}
    for home in np.unique(homes[rows]).tolist():
        inside = rows[homes[rows] == home].tolist()
        try:
            apart = told_apart(chunks[home])
        except ValueError as error:  # DuckDB is not as strict
            for row in inside:
                report.error("malformed_json", file, f"annotations[{row}]", reason=str(error))
        else:
            # copies, so that the text of the file can be let go of
            entries |= {row: apart[row - int(starts[home])].copy() for row in inside}
    return entries


def _report_ids(ids: NDArray[np.float64], file: str, report: Report) -> None:
    """Report ids that several annotations use; NaN stands for none."""
    rows = np.flatnonzero(~np.isnan(ids))
    rows = rows[np.argsort(ids[rows], kind="stable")]
    again = rows[1:][np.diff(ids[rows]) == 0]
    for row in np.sort(again).tolist():
        id_ = float(ids[row])
        shown = int(id_) if id_.is_integer() else id_
        report.warning("duplicate_annotation_id", file, f"annotations[{row}]", id=shown)


class _Finder:
    """Finds what belongs to many ids at once; if some ids are texts, to none, but one by one."""

    def __init__(self, known: Mapping[Id, int]) -> None:
        numbers = [(k, v) for k, v in known.items() if not isinstance(k, str)]
        integers = {k: v for k, v in numbers if -EXACT < k < EXACT}
        if len(numbers) < len(known):
            integers = {}
        keys = np.fromiter(integers.keys(), np.float64, len(integers))
        order = np.argsort(keys)
        self._keys = np.append(keys[order], np.nan)
        values = np.fromiter(integers.values(), np.int32, len(integers))
        self._values = np.append(values[order], UNLISTED)

    def __call__(self, ids: NDArray[np.float64]) -> NDArray[np.int32]:
        """What belongs to each; -2 to those that are not known, or are no number."""
        place = np.searchsorted(self._keys[:-1], ids)
        same = self._keys[place] == ids
        values: NDArray[np.int32] = np.where(same, self._values[place], UNLISTED)
        return values
