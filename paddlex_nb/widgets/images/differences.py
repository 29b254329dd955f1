"""Where a prediction differs from the truth, drawn: right, wrong and missed, for every task."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.decode import DECODE_ERRORS
from paddlex_nb.data.store.label_maps import shrunk
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.widgets.images.layers import decoded, truth, uncoloured
from paddlex_nb.widgets.images.predictions import ImagePredictions, TableRow
from paddlex_nb.widgets.parts import Layer, Shape
from paddlex_nb.widgets.parts.pictures import NOTHING

KINDS = ("right", "wrong", "missed")
"""What a difference tells apart, in place of classes; the palette's first colours are theirs."""

RIGHT, WRONG, MISSED = range(len(KINDS))


def difference(
    view: DatasetView,
    table: pa.Table,
    predictions: ImagePredictions,
    position: TableRow,
    size: int,
) -> Layer:
    """Where the prediction for an image is right, where it is wrong, and what it misses.

    Args:
        view: The split.
        table: The table of predictions (`Metric.table`).
        predictions: The same, as layers.
        position: The image's row in the table.
        size: Longest side in pixels at which the picture is shown.
    """
    said = predictions.layer(position, size)
    row = int(table["row"][position].as_py())
    if view.task is Task.SEGMENTATION:
        return replace(said, mask=_error_map(view, row, table["mask"][position].as_py(), size))
    if view.task is Task.CLASSIFICATION:
        return said
    one: dict[str, Any] = {name: table[name][position].as_py() for name in _MATCHED}
    missed = set(one["missed_number"])
    labelled = [shape for shape in truth(view, row, size).shapes if shape.number in missed]
    return Layer(shapes=(*_judged(view.classes, said.shapes, one), *_missed(view, labelled)))


_MATCHED = ("class_id", "true_class", "missed_number")


def _judged(
    classes: list[str], shapes: tuple[Shape, ...], one: dict[str, list[Any]]
) -> Iterator[Shape]:
    """The predictions that count, in the colours of right and wrong."""
    for shape, class_id, true in zip(shapes, one["class_id"], one["true_class"], strict=False):
        if true is None:  # below the threshold
            continue
        name = classes[class_id]
        if class_id != true and true < len(classes):
            name = tr("wizard.training.samples.instead", predicted=name, truth=classes[true])
        yield replace(shape, class_id=RIGHT if class_id == true else WRONG, note=name)


def _missed(view: DatasetView, labelled: list[Shape]) -> Iterator[Shape]:
    for shape in labelled:
        name = view.classes[shape.class_id]
        yield replace(shape, class_id=MISSED, number=None, note=name)


def _error_map(view: DatasetView, row: int, mask: bytes, size: int) -> bytes:
    """A grey PNG of `KINDS`; nothing where the truth is not known or rightly background."""
    try:
        true, predicted = view.label_map(row, size), shrunk(decoded(mask), size)
    except (UserError, *DECODE_ERRORS):  # a file is gone or damaged
        return b""
    if true.shape != predicted.shape:
        return b""
    background = np.isin(true, hidden := uncoloured(Task.SEGMENTATION, view.classes))
    kinds = np.where(true == predicted, RIGHT, np.where(np.isin(predicted, hidden), MISSED, WRONG))
    kinds[(true >= len(view.classes)) | (background & (true == predicted))] = NOTHING
    out = io.BytesIO()
    Image.fromarray(kinds.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()
