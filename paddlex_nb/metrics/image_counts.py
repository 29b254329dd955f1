"""Hits, false positives and misses of each image: what metrics of any choice of images add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.list_columns import flat

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
        swapped: Image, true and predicted class of what was taken for another class, of shape
            (swaps, 3): a false positive and a false negative, but one error.
    """

    images: int
    classes: int
    image: NDArray[np.int64]
    class_id: NDArray[np.int64]
    counts: NDArray[np.float64]
    overall: Overall
    swapped: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), np.int64))

    @property
    def by_class(self) -> str:
        """Name of the figure of one class: ``iou`` with ``miou``, else ``f1``."""
        return "iou" if self.overall == "miou" else "f1"

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
        in_image, true, predicted = self.swapped.T
        swaps = np.stack([place[in_image], number[true], number[predicted]], axis=1)
        return ImageCounts(
            len(images),
            len(classes),
            place[self.image[kept]],
            number[self.class_id[kept]],
            self.counts[kept],
            self.overall,
            swaps[(swaps >= 0).all(axis=1)],
        )

    def errors(self) -> NDArray[np.float64]:
        """How much of each image is wrong, of shape (images,).

        Whether its class is; how many objects are missed, made up or of another class; in maps
        the share of the wrong pixels, 0 to 1.
        """
        hits, false, missed = (np.bincount(self.image, c, self.images) for c in self.counts.T)
        wrong = (false + missed).astype(np.float64)
        if self.overall == "miou":
            return np.asarray(wrong / np.maximum(1, 2 * hits + wrong), np.float64)
        swapped = np.bincount(self.swapped[:, 0], minlength=self.images)
        return np.asarray(wrong - swapped, np.float64)

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
    if {"truth", "prediction"} <= names:
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
        np.stack([rows, truth, predicted], axis=1)[wrong].astype(np.int64),
    )


def _of_objects(table: pa.Table, classes: int) -> ImageCounts:
    image, predicted = flat(table, "class_id")
    _, true = flat(table, "true_class")
    counted = ~np.isnan(true)
    missed_image, missed = flat(table, "missed_class")
    found = np.stack([image[counted], true[counted], predicted[counted]], axis=1)
    rest = np.stack([missed_image, missed, np.full(len(missed), classes)], axis=1)
    return object_counts(np.concatenate([found, rest]).astype(np.int64), len(table), classes)


def object_counts(pairs: NDArray[np.int64], images: int, classes: int) -> ImageCounts:
    """Objects as the confusion matrix counts them: a wrong class is false there and missed here.

    Args:
        pairs: Image, true and predicted class, of shape (pairs, 3); the number of classes stands
            for the background (`AtThreshold.pairs`).
        images: Number of images.
        classes: Number of classes.
    """
    image, true, predicted = pairs.T
    hit = true == predicted
    false, missed = ~hit & (predicted < classes), ~hit & (true < classes)
    parts = [(hit, predicted), (false, predicted), (missed, true)]
    return ImageCounts(
        images,
        classes,
        np.concatenate([image[mine] for mine, _ in parts]),
        np.concatenate([ids[mine] for mine, ids in parts]),
        np.repeat(np.eye(3), [int(mine.sum()) for mine, _ in parts], axis=0),
        "f1",
        pairs[false & missed],
    )


def _of_maps(table: pa.Table, classes: int) -> ImageCounts:
    image, class_id = flat(table, "pixels_class")
    hits, true, predicted = (
        flat(table, f"pixels_{name}")[1] for name in ("both", "true", "predicted")
    )
    counts = np.stack([hits, predicted - hits, true - hits], axis=1)
    return ImageCounts(len(table), classes, image, class_id.astype(np.int64), counts, "miou")
