"""Hits, false positives and misses of each image: what metrics of any choice of images add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Overall = Literal["top1", "f1", "miou"]


@dataclass(frozen=True)
class ImageCounts:
    """True positives, false positives and false negatives by image and class, where there are any.

    Images, objects or pixels are counted, by the task.

    Attributes:
        images: Number of images.
        classes: Number of classes.
        image: Number of the image of each entry, of shape (n,).
        class_id: Class of each entry, of shape (n,).
        counts: True positives, false positives and false negatives, float64 of shape (n, 3).
        overall: How an overall figure is made of them: ``top1`` (hits by images), ``f1``
            (2 TP / (2 TP + FP + FN), of all classes together) or ``miou`` (mean of the classes'
            TP / (TP + FP + FN), of those that occur).
    """

    images: int
    classes: int
    image: NDArray[np.int64]
    class_id: NDArray[np.int64]
    counts: NDArray[np.float64]
    overall: Overall

    def figures(self, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The overall figure and one for each class (IoU with ``miou``, else F1).

        Args:
            weights: How often each image counts, of shape (images,); once if None.

        Returns:
            Fractions from 0 to 1 of shape (1 + classes,); NaN where undefined.
        """
        counts = self.counts if weights is None else self.counts * weights[self.image, None]
        by_class = np.stack(
            [np.bincount(self.class_id, column, self.classes) for column in counts.T], axis=1
        )
        hits, false, missed = by_class.T
        with np.errstate(invalid="ignore"):
            if self.overall == "miou":
                each = hits / (hits + false + missed)
                whole = np.nanmean(each) if (~np.isnan(each)).any() else np.nan
            else:
                each = 2 * hits / (2 * hits + false + missed)
                whole = self._whole(hits.sum(), false.sum(), missed.sum(), weights)
        return np.concatenate([[whole], each])

    def _whole(
        self, hits: float, false: float, missed: float, weights: NDArray[np.float64] | None
    ) -> float:
        if self.overall == "top1":
            of = self.images if weights is None else weights.sum()
            return float(hits / of) if of else np.nan
        of = 2 * hits + false + missed
        return float(2 * hits / of) if of else np.nan

    def chosen(self, images: NDArray[np.int64], classes: Sequence[int]) -> ImageCounts:
        """The counts of some images and classes, in another order.

        Args:
            images: Numbers of the images.
            classes: Numbers of the classes; entries of others are left out.
        """
        place = np.full(self.images, -1)
        place[images] = np.arange(len(images))
        number = np.full(self.classes, -1)
        number[list(classes)] = np.arange(len(classes))
        kept = (place[self.image] >= 0) & (number[self.class_id] >= 0)
        return ImageCounts(
            len(images),
            len(classes),
            place[self.image[kept]],
            number[self.class_id[kept]],
            self.counts[kept],
            self.overall,
        )

    def truth(self) -> NDArray[np.float64]:
        """A number for each image that changes with its labels: whether two sets have the same."""
        real = self.counts[:, 0] + self.counts[:, 2]
        told = real * (self.class_id + 1.37) ** 1.5
        return np.bincount(self.image, told, self.images).astype(np.float64)


def image_counts(table: pa.Table, classes: int) -> ImageCounts | None:
    """The counts of a stored evaluation (``predictions.arrow``); None if it does not have them.

    Args:
        table: What `Metric.table` of the task gave.
        classes: Number of classes.
    """
    names = set(table.column_names)
    if "truth_score" in names:
        return _of_classes(table, classes)
    if "missed_class" in names:
        return _of_objects(table, classes)
    return _of_maps(table, classes) if "pixels_class" in names else None


def _of_classes(table: pa.Table, classes: int) -> ImageCounts:
    truth, predicted = table["truth"].to_numpy(), table["prediction"].to_numpy()
    rows, right = np.arange(len(table)), truth == predicted
    wrong = ~right
    # the true class of each image is hit or missed; the one that was named instead is false
    counts = np.zeros((len(table) + int(wrong.sum()), 3))
    counts[: len(table), 0], counts[: len(table), 2] = right, wrong
    counts[len(table) :, 1] = 1
    return ImageCounts(
        len(table),
        classes,
        np.concatenate([rows, rows[wrong]]),
        np.concatenate([truth, predicted[wrong]]).astype(np.int64),
        counts,
        "top1",
    )


def _of_objects(table: pa.Table, classes: int) -> ImageCounts:
    """Objects as the confusion matrix counts them: a wrong class is false there and missed here."""
    image, predicted = _flat(table, "class_id")
    _, true = _flat(table, "true_class")
    counted = ~np.isnan(true)
    image, predicted, true = image[counted], predicted[counted], true[counted]
    hit, matched = true == predicted, true < classes
    swapped = matched & ~hit
    missed_image, missed = _flat(table, "missed_class")
    parts: list[tuple[NDArray[Any], NDArray[Any], int]] = [
        (image[hit], predicted[hit], 0),
        (image[~hit], predicted[~hit], 1),
        (image[swapped], true[swapped], 2),
        (missed_image, missed, 2),
    ]
    return ImageCounts(
        len(table),
        classes,
        np.concatenate([images for images, _, _ in parts]),
        np.concatenate([ids for _, ids, _ in parts]).astype(np.int64),
        np.concatenate([np.tile(np.eye(3)[kind], (len(ids), 1)) for _, ids, kind in parts]),
        "f1",
    )


def _of_maps(table: pa.Table, classes: int) -> ImageCounts:
    image, class_id = _flat(table, "pixels_class")
    hits, true, predicted = (
        _flat(table, f"pixels_{name}")[1] for name in ("both", "true", "predicted")
    )
    counts = np.stack([hits, predicted - hits, true - hits], axis=1)
    return ImageCounts(len(table), classes, image, class_id.astype(np.int64), counts, "miou")


def _flat(table: pa.Table, name: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The values of a column of lists, null as NaN, and the row that each is in."""
    column = table[name].combine_chunks()
    lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    values = column.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return np.repeat(np.arange(len(table)), lengths), values
