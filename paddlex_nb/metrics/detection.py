"""Metrics of detection: COCO's, PASCAL VOC's, and what is found at a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import Regions
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.coco import CocoFigures
from paddlex_nb.metrics.object_table import match_columns, object_columns
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.metrics.pairs import pairs_of
from paddlex_nb.metrics.voc import Ranked

if TYPE_CHECKING:
    import pyarrow as pa

    from paddlex_nb.contracts.batch import Batch

_WHILE_TRAINING = ("map", "ap50", "ap75")


class DetectionMetric:
    """Collects objects and says how good they are.

    Args:
        classes: Class names.
        threshold: Score from which a prediction counts in the confusion matrix and in precision,
            recall and F1.
    """

    def __init__(self, classes: Sequence[str], threshold: float = 0.3) -> None:
        self._classes = list(classes)
        self._threshold = threshold
        self._rows: list[int] = []
        self._truth: list[Objects] = []
        self._predicted: list[Objects] = []

    def update(self, batch: Batch, predictions: Sequence[Objects]) -> None:
        """Take in a batch.

        Args:
            batch: With ``truth`` in its data, one `Objects` an image.
            predictions: One `Objects` an image.
        """
        self._rows += batch.rows
        self._truth += batch.data["truth"]
        self._predicted += predictions
        for known in ("_joined", "_objects"):
            self.__dict__.pop(known, None)

    def scores(self) -> dict[str, float | None]:
        """The main figures, ``map`` first; None where there is no object to be found."""
        figures = self._figures("bbox").summary()
        return {name: figures[name] for name in _WHILE_TRAINING}

    def report(self) -> dict[str, Any]:
        """All metrics of the evaluation, as plain JSON.

        ``metrics``, ``per_class``, ``confusion_matrix`` (rows are the truth; the last row and
        column are the background), ``curves`` of precision over recall at IoU 0.5, ``threshold``.
        """
        figures = self._figures("bbox")
        matrix = self._confusion_matrix()
        voc = self._voc()
        metrics = {**figures.summary(), **{name: _mean(values) for name, values in voc.items()}}
        return {
            "metrics": metrics,
            "per_class": [
                {
                    "class": name,
                    **coco,
                    **{key: values[number] for key, values in voc.items()},
                    **at_threshold,
                }
                for number, (name, coco, at_threshold) in enumerate(
                    zip(
                        self._classes,
                        figures.by_class(),
                        per_class_figures(matrix)[:-1],
                        strict=True,
                    )
                )
            ],
            "confusion_matrix": matrix.tolist(),
            "curves": self._curves(figures),
            "threshold": self._threshold,
            "classes": self._classes,
        }

    def table(self) -> pa.Table:
        """One row an image: ``row`` in the split, and lists of the objects, best first.

        ``class_id``, ``score`` and ``box`` (x, y, width, height in pixels) of the predictions.
        ``true_class`` and ``true_number`` say with which true object the confusion matrix counts
        each: its class (the number of classes for the background, null for a prediction below the
        threshold) and which it is in its image (null if there is none); ``missed_class`` and
        ``missed_number`` are those of the true objects that were not predicted. All that is needed
        for other thresholds and overlaps is there too (`object_columns`).
        """
        import pyarrow as pa

        _, columns = self._joined
        ends = np.cumsum([0, *map(len, self._predicted)])

        def by_image(values: pa.Array) -> pa.Array:
            return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)

        corners = np.arange(len(columns) + 1) * 4
        boxes = pa.ListArray.from_arrays(
            pa.array(corners, pa.int32()), pa.array(columns.xywh.ravel(), pa.float32())
        )
        return pa.table(
            {
                "row": pa.array(self._rows, pa.int32()),
                "class_id": by_image(pa.array(columns.class_id, pa.int32())),
                "score": by_image(pa.array(columns.score, pa.float64())),
                "box": by_image(boxes),
                **match_columns(self._objects, self._threshold, MATCH_IOU),
                **object_columns(self._objects),
            }
        )

    def _regions(self, objects: Objects) -> Regions:
        """The regions whose overlap matches predictions with objects: here boxes."""
        return objects.xywh

    @cached_property
    def _joined(self) -> tuple[Objects, Objects]:
        """The true objects and the predictions of all images."""
        return Objects.joined(self._truth), Objects.joined(self._predicted)

    @cached_property
    def _objects(self) -> MatchedObjects:
        """Predictions and objects, and which of them overlap."""
        count = len(self._classes)
        return MatchedObjects.of(*self._joined, len(self._rows), count, self._regions)

    def _confusion_matrix(self) -> NDArray[np.int64]:
        """Counts of shape (classes + 1, classes + 1), the last one being background.

        Rows are the truth, columns what was predicted with at least the threshold as score.
        """
        return AtThreshold(self._objects, self._threshold, MATCH_IOU).matrix

    def _figures(self, kind: Literal["bbox", "segm"]) -> CocoFigures:
        return CocoFigures(*self._joined, len(self._rows), len(self._classes), kind)

    def _voc(self) -> dict[str, list[float | None]]:
        truth, predicted = self._joined
        pairs = self._objects.pairs
        if truth.crowd.any():  # as any objects here
            images = len(self._rows)
            pairs = pairs_of(truth, predicted, images, self._regions, groups=False)
        order = self._objects.best_first
        ranked = Ranked(truth, predicted, len(self._classes), pairs, order)
        levels = {"voc_ap50": 0.5, "voc_ap75": 0.75}
        return {name: ranked.average_precision(overlap) for name, overlap in levels.items()}

    def _curves(self, figures: CocoFigures) -> list[dict[str, Any]]:
        pairs = zip(self._classes, figures.curves(), strict=True)
        return [{"class": name, "recall": r, "precision": p} for name, (r, p) in pairs]


def _mean(values: Sequence[float | None]) -> float | None:
    defined: NDArray[np.float64] = np.array([v for v in values if v is not None], np.float64)
    return float(defined.mean()) if defined.size else None
