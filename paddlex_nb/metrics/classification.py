"""Metrics of classification, equal to scikit-learn's on the same predictions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.class_scores import score_columns, top_k_accuracies

if TYPE_CHECKING:
    import pyarrow as pa

    from paddlex_nb.contracts.batch import Batch

_TINY = 1e-12


class ClassificationMetric:
    """Collects probabilities and says how good they are.

    Means over classes leave out the classes for which a figure is not defined: precision and F1
    count 0 for a class that occurs but is never predicted; a class that neither occurs nor is
    predicted has neither, nor has a class without images a recall, nor one without others an AUC.

    Args:
        classes: Class names.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self._classes = list(classes)
        self._rows: list[NDArray[np.int64]] = []
        self._labels: list[NDArray[np.int64]] = []
        self._scores: list[NDArray[np.float32]] = []

    def update(self, batch: Batch, predictions: NDArray[np.float32]) -> None:
        """Take in a batch.

        Args:
            batch: With ``label`` in its data.
            predictions: Probabilities of shape (images, classes).
        """
        self._rows.append(np.asarray(batch.rows, np.int64))
        self._labels.append(np.asarray(batch.data["label"], np.int64))
        self._scores.append(predictions)

    def _collected(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return np.concatenate(self._labels), np.concatenate(self._scores)

    def scores(self) -> dict[str, float | None]:
        """All figures, top-1 accuracy first and the loss last; None where undefined."""
        return dict(self.report()["metrics"])

    def report(self) -> dict[str, Any]:
        """All figures: ``metrics``, ``per_class``, ``confusion_matrix`` (rows are the truth).

        ``top_k`` has the top-k accuracy for k = 1 to 5, or to the number of classes.
        """
        labels, scores = self._collected()
        ranked = top_k_accuracies(labels, scores, 5)
        matrix = confusion_matrix(labels, scores.argmax(axis=1), len(self._classes))
        per_class: list[dict[str, Any]] = [
            {"class": name, **figures, "auc": auc(labels == number, scores[:, number])}
            for number, (name, figures) in enumerate(
                zip(self._classes, per_class_figures(matrix), strict=True)
            )
        ]
        true_scores = scores[np.arange(len(labels)), labels]
        metrics = {
            "top1": ranked[0],
            "top5": ranked[-1],
            **{
                n: _mean([row[n] for row in per_class])
                for n in ("precision", "recall", "f1", "auc")
            },
            "loss": float(-np.log(np.maximum(true_scores, _TINY, dtype=np.float64)).mean()),
        }
        return {
            "metrics": metrics,
            "per_class": per_class,
            "confusion_matrix": matrix.tolist(),
            "top_k": ranked,
            "classes": self._classes,
        }

    def table(self) -> pa.Table:
        """One row an image: row in the split, truth, prediction, its score, the truth's score.

        And the scores of all classes, or of the likeliest (`score_columns`).
        """
        import pyarrow as pa

        labels, scores = self._collected()
        predicted = scores.argmax(axis=1)
        every = np.arange(len(labels))
        return pa.table(
            {
                "row": pa.array(np.concatenate(self._rows), pa.int32()),
                "truth": pa.array(labels, pa.int32()),
                "prediction": pa.array(predicted, pa.int32()),
                "score": pa.array(scores[every, predicted], pa.float32()),
                "truth_score": pa.array(scores[every, labels], pa.float32()),
                **score_columns(scores),
            }
        )


def confusion_matrix(
    labels: NDArray[np.int64], predictions: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Counts of shape (classes, classes): rows are the truth, columns the prediction."""
    flat = np.bincount(labels * classes + predictions, minlength=classes * classes)
    return flat.reshape(classes, classes)


def per_class_figures(matrix: NDArray[np.int64]) -> list[dict[str, float | int | None]]:
    """Precision, recall, F1 and number of images of each class; None where not defined."""
    rows: list[dict[str, float | int | None]] = []
    for hits, truth, predicted in zip(
        matrix.diagonal().tolist(),
        matrix.sum(axis=1).tolist(),
        matrix.sum(axis=0).tolist(),
        strict=True,
    ):
        occurs = truth + predicted > 0
        precision = hits / predicted if predicted else (0.0 if occurs else None)
        figures: dict[str, float | int | None] = {
            "precision": precision,
            "recall": hits / truth if truth else None,
            "f1": 2 * hits / (truth + predicted) if occurs else None,
            "support": truth,
        }
        rows.append(figures)
    return rows


def auc(is_class: NDArray[np.bool_], scores: NDArray[np.float32]) -> float | None:
    """Area under the ROC curve of a class against the rest.

    The chance that an image of the class has a higher score than one of another, ties counting
    half (Mann-Whitney U). None if there are no images of the class, or no others.
    """
    positive = int(is_class.sum())
    negative = len(is_class) - positive
    if not positive or not negative:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # equal scores share their mean rank
    above = float(ranks[is_class].sum()) - positive * (positive + 1) / 2
    return above / (positive * negative)


def _mean(values: Sequence[float | int | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return math.fsum(defined) / len(defined) if defined else None
