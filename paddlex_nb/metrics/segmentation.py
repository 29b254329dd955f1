"""Metrics of semantic segmentation, from the counts of pixels by truth and prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.label_png import label_png

if TYPE_CHECKING:
    import pyarrow as pa

    from paddlex_nb.contracts.batch import Batch

LabelMap = NDArray[np.uint8]

_EXACT = 1 << 24
"""Pixels that OpenCV's histogram counts at most without rounding: its counts are float32."""


class SegmentationMetric:
    """Counts pixels and says how good the predictions are.

    The figures are those of ``paddleseg.utils.metrics``, but for classes that occur neither in
    the truth nor in the predictions: they do not count, where paddleseg counts them as 0.

    Args:
        classes: Class names.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self._classes = list(classes)
        self._matrix = np.zeros((len(classes), len(classes)), np.int64)
        self._rows: list[int] = []
        self._images: list[tuple[float | None, float | None]] = []
        self._masks: list[bytes] = []
        self._pixels: list[tuple[NDArray[np.int64], ...]] = []

    def update(self, batch: Batch, predictions: Sequence[LabelMap]) -> None:
        """Take in a batch.

        Args:
            batch: With ``truth`` in its data, a label map an image; numbers that are no class
                are ignored.
            predictions: A label map an image, of the same size.
        """
        self._rows += batch.rows
        for truth, predicted in zip(batch.data["truth"], predictions, strict=True):
            matrix = pixel_counts(truth, predicted, len(self._classes))
            self._matrix += matrix
            figures = _figures(matrix)
            self._images.append((figures["miou"], figures["accuracy"]))
            self._pixels.append(_pixels(matrix))
            self._masks.append(label_png(predicted))

    def scores(self) -> dict[str, float | None]:
        """The main figures, ``miou`` first; None where no pixel is known."""
        return _figures(self._matrix)

    def report(self) -> dict[str, Any]:
        """All metrics of the evaluation, as plain JSON.

        ``metrics``, ``per_class``, ``confusion_matrix`` (pixels; rows are the truth), ``classes``.
        """
        per_class = zip(
            self._classes,
            _by_class(self._matrix),
            per_class_figures(self._matrix),
            strict=True,
        )
        return {
            "metrics": _figures(self._matrix),
            "per_class": [{"class": name, **areas, **others} for name, areas, others in per_class],
            "confusion_matrix": self._matrix.tolist(),
            "classes": self._classes,
        }

    def table(self) -> pa.Table:
        """One row an image: ``row`` in the split, its ``miou``, ``accuracy`` and PNG ``mask``.

        Of each class that occurs in it (``pixels_class``) the pixels in truth, in prediction, and
        in both (``pixels_true``, ``pixels_predicted``, ``pixels_both``).
        """
        import pyarrow as pa

        names = ("class", "true", "predicted", "both")
        pixels = {
            f"pixels_{name}": pa.array([one[place] for one in self._pixels], pa.list_(pa.int64()))
            for place, name in enumerate(names)
        }
        return pa.table(
            {
                "row": pa.array(self._rows, pa.int32()),
                "miou": pa.array([one[0] for one in self._images], pa.float32()),
                "accuracy": pa.array([one[1] for one in self._images], pa.float32()),
                "mask": pa.array(self._masks, pa.binary()),
                **pixels,
            }
        )


def pixel_counts(truth: LabelMap, predicted: LabelMap, classes: int) -> NDArray[np.int64]:
    """Pixels by truth (rows) and prediction (columns)."""
    # numbers that are no class are beyond the bins; 24 bits of mantissa count 16 million pixels
    counts = np.zeros((classes, classes), np.int64)
    limits = [0, classes, 0, classes]
    for start in range(0, len(truth), rows := max(1, _EXACT // max(1, truth.shape[1]))):
        part = [truth[start : start + rows], predicted[start : start + rows]]
        counts += cv2.calcHist(part, [0, 1], None, [classes, classes], limits).astype(np.int64)
    return counts


def _pixels(matrix: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """The classes that occur in an image, and their pixels in truth, prediction and both."""
    true, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    present = np.flatnonzero(true + predicted)
    return present, true[present], predicted[present], matrix.diagonal()[present]


def _by_class(matrix: NDArray[np.int64]) -> list[dict[str, float | None]]:
    """IoU of each class: intersection by union of its true and its predicted pixels."""
    hits = matrix.diagonal()
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - hits
    return [
        {"iou": hit / area if area else None, "dice": 2 * hit / (hit + area) if area else None}
        for hit, area in zip(hits.tolist(), union.tolist(), strict=True)
    ]


def _figures(matrix: NDArray[np.int64]) -> dict[str, float | None]:
    by_class = _by_class(matrix)
    total = int(matrix.sum())
    return {
        "miou": _mean([one["iou"] for one in by_class]),
        "accuracy": int(matrix.trace()) / total if total else None,
        "kappa": _kappa(matrix),
        "dice": _mean([one["dice"] for one in by_class]),
    }


def _kappa(matrix: NDArray[np.int64]) -> float | None:
    """Cohen's kappa (1960): agreement beyond what chance would give."""
    shares = matrix / max(1, int(matrix.sum()))
    chance = float((shares.sum(axis=0) * shares.sum(axis=1)).sum())
    if not matrix.sum() or chance == 1:
        return None
    return (float(shares.trace()) - chance) / (1 - chance)


def _mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None
