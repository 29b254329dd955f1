"""The probabilities of every class that an evaluation keeps of each image.

All of them where they fit; beyond that the likeliest classes only. 100,000 images of 1,000 classes
would be 400 MB in single precision, and half precision would make ties of scores near 1, which
moves points of curves. The 20 likeliest are 16 MB and keep top-k, calibration and the upper part
of each curve exact; the score of other classes is then taken for 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

MOST_SCORES = 10_000_000
"""Scores that are kept whole, 40 MB in single precision."""

LIKELIEST = 20
"""Classes of an image whose scores are kept beyond that."""


@dataclass(frozen=True, eq=False)
class ClassScores:
    """Truth and probabilities of the images of an evaluation, in the order of its table.

    Attributes:
        classes: Number of classes.
        truth: True class of each image, of shape (images,).
        truth_score: Its probability, float32 of shape (images,).
        predicted: Likeliest class of each image, of shape (images,).
        confidence: Its probability, float32 of shape (images,).
        values: The probabilities that were kept, float32 of shape (images, kept).
        ids: Their classes, of shape (images, kept); (1, classes) where all were kept.
        whole: Whether all were kept; else only those of the `LIKELIEST` and of the true class,
            and the others are taken for 0.
    """

    classes: int
    truth: NDArray[np.int64]
    truth_score: NDArray[np.float32]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float32]
    values: NDArray[np.float32]
    ids: NDArray[np.int64]
    whole: bool

    def column(self, class_id: int) -> NDArray[np.float32]:
        """Probability of a class in each image, of shape (images,)."""
        if self.whole:
            return self.values[:, class_id]
        column = np.where(self.truth == class_id, self.truth_score, np.float32(0))
        image, place = np.nonzero(self.ids == class_id)
        column[image] = self.values[image, place]
        return column

    def top_k(self, most: int = 5) -> list[float]:
        """Share of images whose true class is among the k likeliest, for k from 1 to ``most``."""
        ranks = _ranks(self.truth, self.truth_score, self.values, self.ids)
        return _shares(ranks, min(most, self.classes))


def top_k_accuracies(
    truth: NDArray[np.int64], scores: NDArray[np.float32], most: int
) -> list[float]:
    """Share of images whose true class is among the k likeliest, for each k.

    Of classes with equal scores the one with the smaller number comes first.

    Args:
        truth: True class of each image, of shape (images,).
        scores: Of each class, of shape (images, classes).
        most: The largest k; no more than there are classes.

    Returns:
        Fractions from 0 to 1 for k = 1, 2, ...; empty without images.
    """
    own = scores[np.arange(len(truth)), truth]
    ranks = _ranks(truth, own, scores, np.arange(scores.shape[1])[None])
    return _shares(ranks, min(most, scores.shape[1]))


def _ranks(
    truth: NDArray[np.int64],
    own: NDArray[np.float32],
    values: NDArray[np.float32],
    ids: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many classes are likelier than the true one; those that were not kept have 0."""
    of, at = own[:, None], truth[:, None]
    earlier = ids < at
    ranks = (values > of).sum(axis=1) + ((values == of) & earlier).sum(axis=1)
    gone = truth - earlier.sum(axis=1)
    return np.where(own == 0, ranks + gone, ranks)


def _shares(ranks: NDArray[np.int64], most: int) -> list[float]:
    if not len(ranks):
        return []
    return [float((ranks < k).mean()) for k in range(1, most + 1)]


def score_columns(scores: NDArray[np.float32]) -> dict[str, pa.Array]:
    """The columns of a table of predictions that keep the scores.

    ``scores`` has all of them (fixed lists of float32), or ``top_class`` and ``top_score`` those
    of the likeliest classes, the best first.
    """
    import pyarrow as pa

    classes = scores.shape[1]
    if scores.size <= MOST_SCORES:
        flat = pa.array(np.ascontiguousarray(scores, np.float32).ravel())
        return {"scores": pa.FixedSizeListArray.from_arrays(flat, classes)}
    kept = min(LIKELIEST, classes)
    best = np.argpartition(-scores, kept - 1, axis=1)[:, :kept]
    best.sort(axis=1)  # of equals the smaller number comes first
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    values = np.take_along_axis(scores, best, axis=1)
    return {
        "top_class": pa.FixedSizeListArray.from_arrays(pa.array(best.ravel(), pa.int32()), kept),
        "top_score": pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), kept),
    }


def class_scores(table: pa.Table, classes: int) -> ClassScores | None:
    """The scores in a table of predictions.

    Args:
        table: What `ClassificationMetric.table` gave.
        classes: Number of classes.

    Returns:
        None where they were not kept (versions before 0.3), or are not of so many classes.

    Raises:
        ValueError: The table's columns do not fit each other.
    """
    names = set(table.column_names)
    if not {"truth", "truth_score"} <= names:
        return None
    whole = "scores" in names
    if whole:
        values = _rows(table, "scores")
        if values.shape[1] != classes:
            return None
        ids = np.arange(classes)[None]
    elif "top_class" in names:
        values, ids = _rows(table, "top_score"), _rows(table, "top_class").astype(np.int64)
    else:
        return None
    kept = ClassScores(
        classes,
        table["truth"].to_numpy().astype(np.int64),
        table["truth_score"].to_numpy(),
        table["prediction"].to_numpy().astype(np.int64),
        table["score"].to_numpy(),
        values,
        ids,
        whole,
    )
    _check(kept)
    return kept


def _check(of: ClassScores) -> None:
    """Refuse numbers that lead out of the table: a file is not believed."""
    fits = of.whole or of.ids.shape == of.values.shape
    for ids in (of.truth, of.predicted, of.ids):
        fits = fits and bool(((ids >= 0) & (ids < of.classes)).all())
    if not fits:
        raise ValueError("the columns of classes and scores do not fit")


def _rows(table: pa.Table, name: str) -> NDArray[Any]:
    """A column of lists of equal lengths, of shape (images, length)."""
    column = table[name].combine_chunks()
    flat: NDArray[Any] = column.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(table), column.type.list_size)
