"""Metrics of detection: COCO's, PASCAL VOC's, and what is found at a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.coco import CocoFigures, Columns
from paddlex_nb.metrics.objects import Objects
from paddlex_nb.metrics.voc import voc_average_precision

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
        self._found: list[Objects] = []

    def update(self, batch: Batch, predictions: Sequence[Objects]) -> None:
        """Take in a batch.

        Args:
            batch: With ``truth`` in its data, one `Objects` an image.
            predictions: One `Objects` an image.
        """
        self._rows += batch.rows
        self._truth += batch.data["truth"]
        self._found += predictions

    def scores(self) -> dict[str, float | None]:
        """The main figures, ``map`` first; None where there is no object to be found."""
        figures = self._figures("bbox").summary()
        return {name: figures[name] for name in _WHILE_TRAINING}

    def report(self) -> dict[str, Any]:
        """All figures.

        ``metrics``, ``per_class``, ``confusion_matrix`` (rows are the truth; the last row and
        column are the background), ``curves`` of precision over recall at IoU 0.5, ``threshold``.
        """
        figures = self._figures("bbox")
        matrix = figures.confusion_matrix(self._threshold)
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
        """One row an image: ``row`` in the split, and lists of the objects, best first."""
        import pyarrow as pa

        columns = Columns.of(self._found)
        ends = np.cumsum([0, *map(len, self._found)])

        def by_image(values: pa.Array) -> pa.Array:
            return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)

        corners = np.arange(len(columns.boxes) + 1) * 4
        boxes = pa.ListArray.from_arrays(
            pa.array(corners, pa.int32()), pa.array(columns.boxes.ravel(), pa.float32())
        )
        return pa.table(
            {
                "row": pa.array(self._rows, pa.int32()),
                "class_id": by_image(pa.array(columns.class_ids, pa.int32())),
                "score": by_image(pa.array(columns.scores, pa.float32())),
                "box": by_image(boxes),
            }
        )

    def _figures(self, kind: Literal["bbox", "segm"]) -> CocoFigures:
        truth, found = Columns.of(self._truth), Columns.of(self._found)
        return CocoFigures(truth, found, len(self._rows), len(self._classes), kind)

    def _voc(self) -> dict[str, list[float | None]]:
        truth, found = Columns.of(self._truth), Columns.of(self._found)
        count = len(self._classes)
        return {
            "voc_ap50": voc_average_precision(truth, found, count, 0.5),
            "voc_ap75": voc_average_precision(truth, found, count, 0.75),
        }

    def _curves(self, figures: CocoFigures) -> list[dict[str, Any]]:
        pairs = zip(self._classes, figures.curves(), strict=True)
        return [{"class": name, "recall": r, "precision": p} for name, (r, p) in pairs]


def _mean(values: Sequence[float | None]) -> float | None:
    defined: NDArray[np.float64] = np.array([v for v in values if v is not None], np.float64)
    return float(defined.mean()) if defined.size else None
