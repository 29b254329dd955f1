"""Orders in which images are looked at: most errors, loss, least sure of, alike errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.list_columns import flat
from paddlex_nb.metrics.image_counts import ImageCounts

if TYPE_CHECKING:
    import pyarrow as pa

CLOSE = 0.1
"""How far from the threshold a score may be for its object to be in doubt."""


def worst(table: pa.Table, counts: ImageCounts) -> NDArray[np.int64]:
    """Images with errors, those with most first; of wrong classes those the model was surest of.

    Args:
        table: The stored predictions (`Metric.table`).
        counts: What is counted of them.

    Returns:
        Rows of the table, of shape (images with errors,).
    """
    errors = counts.errors()
    sure = table["score"].to_numpy() if counts.overall == "top1" else np.zeros(counts.images)
    order: NDArray[np.int64] = np.lexsort((-sure, -errors))
    return order[errors[order] > 0]


def loss(table: pa.Table) -> NDArray[np.float64] | None:
    """The cross-entropy of each image: minus the logarithm of the probability of its true class.

    Args:
        table: The stored predictions (`Metric.table`).

    Returns:
        Of shape (images,), 0 or more; None of other tasks, and of early versions: they store no
        such probability.
    """
    if "truth_score" not in table.column_names:
        return None
    true = table["truth_score"].to_numpy().astype(np.float64)
    found: NDArray[np.float64] = -np.log(true.clip(np.finfo(np.float32).tiny, 1))
    return found


def doubt(table: pa.Table, threshold: float) -> NDArray[np.float64] | None:
    """How unsure the model is of each image.

    Of a class: one minus its probability (least confidence: Lewis and Gale 1994, "A Sequential
    Algorithm for Training Text Classifiers"). Of objects: how many have a score near the threshold,
    one at the threshold counting 1, one that is `CLOSE` away 0.

    Args:
        table: The stored predictions (`Metric.table`).
        threshold: Least score of an object that counts, from 0 to 1.

    Returns:
        Of shape (images,), not above 0 where nothing is in doubt; None in semantic segmentation,
        of which no probabilities are stored.
    """
    if "prediction" in table.column_names:
        unsure: NDArray[np.float64] = 1 - table["score"].to_numpy().astype(np.float64)
        return unsure
    if "class_id" not in table.column_names:
        return None
    image, score = flat(table, "score")
    near = np.maximum(0.0, 1 - np.abs(score - threshold) / CLOSE)
    return np.bincount(image, near, len(table)).astype(np.float64)


def alike(table: pa.Table, classes: int) -> NDArray[np.int64]:
    """Images with errors, those with the same main error together, the most frequent one first.

    The main error of an image is the pair of true and predicted class that is wrong most often in
    it, the background being one of them; in semantic segmentation the class of which most pixels
    are lost. Within a group those come first that have most of it, or where the model was surest.

    Args:
        table: The stored predictions (`Metric.table`).
        classes: Number of classes.

    Returns:
        Rows of the table, of shape (images with errors,).
    """
    image, kind, strength = _errors(table, classes)
    if not len(image):
        return np.zeros(0, np.int64)
    kinds = (classes + 1) ** 2
    pairs, place = np.unique(image * kinds + kind, return_inverse=True)
    total = np.bincount(place, strength)
    of, which = pairs // kinds, pairs % kinds
    # the strongest pair of each image, of equal ones the first
    order = np.lexsort((which, -total, of))
    first = order[np.concatenate([[True], of[order][1:] != of[order][:-1]])]
    rows, main, much = of[first], which[first], total[first]
    size = np.bincount(main, minlength=kinds)[main]
    found: NDArray[np.int64] = rows[np.lexsort((rows, -much, main, -size))]
    return found


def _errors(
    table: pa.Table, classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Image, pair of classes and strength of each error."""
    names = set(table.column_names)
    width = classes + 1
    if "prediction" in names:
        truth, told = (table[n].to_numpy().astype(np.int64) for n in ("truth", "prediction"))
        wrong = np.flatnonzero(truth != told)
        strength = table["score"].to_numpy().astype(np.float64)
        return wrong, truth[wrong] * width + told[wrong], strength[wrong]
    if "missed_class" in names:
        image, told = flat(table, "class_id")
        _, true = flat(table, "true_class")
        wrong = ~np.isnan(true) & (true != told)
        missed_image, missed = flat(table, "missed_class")
        kind = np.concatenate([true[wrong] * width + told[wrong], missed * width + classes])
        found = np.concatenate([image[wrong], missed_image])
        return found, kind.astype(np.int64), np.ones(len(found))
    if "pixels_class" in names:
        image, class_id = flat(table, "pixels_class")
        lost = flat(table, "pixels_true")[1] - flat(table, "pixels_both")[1]
        some = lost > 0
        return image[some], (class_id[some] * width).astype(np.int64), lost[some]
    none = np.zeros(0, np.int64)
    return none, none, np.zeros(0)
