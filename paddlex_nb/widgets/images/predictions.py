"""What a model answered for the images of a split: as layers, and where it is wrong; every task."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NewType, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.task import Task
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.coco_masks import RLE, Regions
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.threshold import WORTH_DRAWING
from paddlex_nb.metrics.matching import codes, match
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.widgets.images.layers import decoded, mask_png, mask_shapes, object_shapes
from paddlex_nb.widgets.parts import Layer

TableRow = NewType("TableRow", int)
"""Row of an image in the table of an evaluation; its position in the split is another number."""


class ImagePredictions(Protocol):
    """Predictions of one evaluation, one an image in the order of its table.

    Args:
        view: The split.
        table: The evaluation's predictions.
        result: The evaluation's result.
    """

    def layer(self, position: TableRow, size: int) -> Layer:
        """The prediction for an image, for a picture of ``size`` pixels."""

    def error_scores(self) -> NDArray[np.float64]:
        """How wrong each image is, where early versions stored nothing that `worst` counts."""

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.float64]:
        """How much of each image is in a cell of the confusion matrix."""


class ClassPredictions:
    """A class for each image."""

    def __init__(self, view: DatasetView, table: pa.Table, result: dict[str, Any]) -> None:
        del view, result
        self._truth = numbers(table["truth"])
        self._predicted = numbers(table["prediction"])
        self._scores = numbers(table["score"]).astype(np.float64)

    def layer(self, position: TableRow, size: int) -> Layer:
        """The class, its probability, and whether it is right."""
        del size
        class_id = int(self._predicted[position])
        sign = "✓" if class_id == self._truth[position] else "✗"
        return Layer((class_id,), note=f"{self._scores[position]:.2f} {sign}")

    def error_scores(self) -> NDArray[np.float64]:
        """1 where the class is wrong, else 0."""
        return np.asarray(self._predicted != self._truth, np.float64)

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.float64]:
        """The images of that class, predicted so."""
        inside = (self._truth == truth) & (self._predicted == predicted)
        return np.where(inside, self._scores, 0.0)


class ObjectPredictions:
    """Objects in each image, by boxes or outlines."""

    def __init__(self, view: DatasetView, table: pa.Table, result: dict[str, Any]) -> None:
        self._view, self._table = view, table
        self._rows = numbers(table["row"])
        self._threshold = float(result.get("threshold", 0.0))
        self._masks = view.task is Task.INSTANCE_SEGMENTATION

    def layer(self, position: TableRow, size: int) -> Layer:
        """The objects that are likely enough to be drawn."""
        predicted = self._objects_above(position, WORTH_DRAWING)
        class_ids, boxes, scores = predicted["class_id"], predicted["box"], predicted["score"]
        if "mask_counts" in predicted:
            masks = self._codes(position, predicted)
            return Layer(shapes=mask_shapes(class_ids, boxes, masks, scores, size))
        side = self._view.sizes[self._rows[position]]
        outlines = predicted.get("polygons", [None] * len(scores))
        return Layer(shapes=object_shapes(side, class_ids, boxes, outlines, scores))

    def _objects_above(self, position: TableRow, least: float) -> dict[str, list[Any]]:
        """Columns of the objects of an image that have a least score."""
        row = self._table.slice(position, 1)
        scores = row["score"][0].as_py()
        count = sum(score >= least for score in scores)  # the best come first
        names = {"class_id", "box", "mask_counts", "polygons"} & set(row.column_names)
        return {name: row[name][0].as_py()[:count] for name in names} | {"score": scores[:count]}

    def _codes(self, position: TableRow, predicted: dict[str, list[Any]]) -> list[RLE]:
        """The masks of the objects that `_objects_above` gives."""
        if "polygons" in predicted:  # what version 0.1.0 kept in place of masks
            return codes(predicted["polygons"], self._view.sizes[self._rows[position]])
        size = self._table["mask_size"][position].as_py()
        return [{"size": size, "counts": counts} for counts in predicted["mask_counts"]]

    @cached_property
    def _pairs(self) -> list[list[tuple[int, int]]]:
        """True and predicted class of what the confusion matrix counts, of each image."""
        positions = _table_rows(self._rows)
        if "true_class" in self._table.column_names:
            return [self._stored(position) for position in positions]
        # version 0.1.0 did not keep what was matched with what
        return list(each(self._matched, positions, lambda _: None))

    def _stored(self, position: TableRow) -> list[tuple[int, int]]:
        names = ("true_class", "class_id", "missed_class")
        true, predicted, missed = (self._table[name][position].as_py() for name in names)
        pairs = [pair for pair in zip(true, predicted, strict=True) if pair[0] is not None]
        return pairs + [(class_id, len(self._view.classes)) for class_id in missed]

    def _matched(self, position: TableRow) -> list[tuple[int, int]]:
        row = int(self._rows[position])
        truth, predicted = self._view.objects(row), self._objects_above(position, self._threshold)
        crowd = truth.crowd
        regions: Regions
        others: Regions
        if self._masks:
            size, outlines = self._view.sizes[row], truth.outlines or ()
            crowd = crowd | np.array([not one for one in outlines], np.bool_)
            regions = codes([one or () for one in outlines], size)
            others = self._codes(position, predicted)
        else:
            regions = truth.xywh
            others = np.asarray(predicted["box"], np.float64).reshape(-1, 4)
        classes = len(self._view.classes)
        scores = np.asarray(predicted["score"], np.float64)
        one = match(regions, others, crowd, scores, self._threshold)
        ids = np.asarray(predicted["class_id"], np.int64)
        return [(true, guess) for true, guess in one.pairs(truth.class_id, ids, classes).tolist()]

    def error_scores(self) -> NDArray[np.float64]:
        """How many objects are missed, made up or taken for another class."""
        return self._counted(lambda truth, predicted: truth != predicted)

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.float64]:
        """How many objects of an image are in the cell."""
        return self._counted(lambda t, f: (t, f) == (truth, predicted))

    def _counted(self, wanted: Any) -> NDArray[np.float64]:
        return np.array([sum(wanted(*pair) for pair in pairs) for pairs in self._pairs], np.float64)


class PixelPredictions:
    """A class for every pixel."""

    def __init__(self, view: DatasetView, table: pa.Table, result: dict[str, Any]) -> None:
        del result
        self._view, self._table = view, table
        self._rows = numbers(table["row"])

    def layer(self, position: TableRow, size: int) -> Layer:
        """The label map, and how well it fits."""
        picture = mask_png(self._mask(position), self._view.classes, size)
        # the share of right pixels first: images with most errors are those with the least of it
        figures = {name: self._table[name][position].as_py() for name in ("accuracy", "miou")}
        known = (f"{metric_label(n)} {v:.2f}" for n, v in figures.items() if v is not None)
        return Layer(mask=picture, note=" · ".join(known))

    def _mask(self, position: TableRow) -> bytes:
        data: bytes = self._table["mask"][position].as_py()
        return data

    def error_scores(self) -> NDArray[np.float64]:
        """One minus the overlap (IoU) with the ground truth."""
        ious = self._table["miou"].to_pylist()
        return np.array([0.0 if iou is None else 1 - iou for iou in ious], np.float64)

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.float64]:
        """The share of an image's pixels that is in the cell."""
        having_class = np.isin(self._rows, self._view.having(truth))

        def share(position: TableRow) -> float:
            if not having_class[position]:
                return 0.0
            known = self._view.label_map(int(self._rows[position]))
            prediction = decoded(self._mask(position))
            if known.shape != prediction.shape:
                return 0.0
            return float(((known == truth) & (prediction == predicted)).mean())

        return np.array(list(each(share, _table_rows(self._rows), lambda _: None)), np.float64)


def _table_rows(rows: NDArray[Any]) -> list[TableRow]:
    """All rows of a table that has as many as ``rows``."""
    return [TableRow(row) for row in range(len(rows))]


PREDICTIONS: dict[Task, Callable[[DatasetView, pa.Table, dict[str, Any]], ImagePredictions]] = {
    Task.CLASSIFICATION: ClassPredictions,
    Task.DETECTION: ObjectPredictions,
    Task.SEGMENTATION: PixelPredictions,
    Task.INSTANCE_SEGMENTATION: ObjectPredictions,
}
