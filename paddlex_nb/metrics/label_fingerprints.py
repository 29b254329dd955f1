"""Fingerprints of the labels of evaluated images: whether two evaluations went by the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.list_columns import flat

if TYPE_CHECKING:
    import pyarrow as pa

    from paddlex_nb.contracts.batch import Batch

_CLASS, _HASH = "labels_class", "labels_hash"

_PARTS = 100
"""Parts of a pixel to which boxes are compared."""

Fingerprints = list[tuple[int, int]]
"""Each class that occurs in an image, and 64 bits that change with what is labelled as it."""


class LabelFingerprints:
    """Collects a fingerprint of each class in each image.

    The number of a class is no part of its fingerprint, as two data sets may number the same
    classes in another way. The class of a whole image (classification) needs none: the counts by
    image tell it (`ImageCounts.truth`).

    Args:
        classes: Number of classes; what is labelled as none of them does not count.
    """

    def __init__(self, classes: int) -> None:
        self._classes = classes
        self._images: list[Fingerprints] = []

    def update(self, batch: Batch) -> None:
        """Take in the labels of a batch, as the task's metric takes it."""
        for truth in batch.data.get("truth", ()):
            of = _of_objects if isinstance(truth, Objects) else _of_map
            self._images.append([one for one in of(truth) if one[0] < self._classes])

    def added_to(self, table: pa.Table) -> pa.Table:
        """A metric's table with the lists ``labels_class`` and ``labels_hash``, if there are any.

        Args:
            table: One row an image, in the order in which the batches came.
        """
        import pyarrow as pa

        if not self._images:
            return table
        for place, (name, kind) in enumerate(((_CLASS, pa.int32()), (_HASH, pa.uint64()))):
            values = [[one[place] for one in image] for image in self._images]
            table = table.append_column(name, pa.array(values, pa.list_(kind)))
        return table


def fingerprints(table: pa.Table, classes: int) -> NDArray[np.uint64] | None:
    """Row of the image, class and fingerprint of all that an evaluation was held against.

    Args:
        table: The evaluation's predictions.
        classes: Number of its classes.

    Returns:
        Of shape (n, 3); None if an early version has stored them, or in classification.

    Raises:
        ValueError: The columns do not fit each other, or name another class.
    """
    if not {_CLASS, _HASH} <= set(table.column_names):
        return None
    image, class_id = flat(table, _CLASS, np.uint64)
    if bool((class_id >= classes).any()):
        raise ValueError("a fingerprint is of no class")
    return np.stack([image.astype(np.uint64), class_id, flat(table, _HASH, np.uint64)[1]], axis=1)


def _of_objects(objects: Objects) -> Iterator[tuple[int, int]]:
    """The objects of a class in whatever order: boxes, masks, whether group or difficult."""
    rows = np.empty((len(objects), 6), "<i8")
    np.rint(objects.xyxy * _PARTS, out=rows[:, :4], casting="unsafe")
    rows[:, 4], rows[:, 5] = objects.crowd, objects.difficult
    masks: Sequence[RLE | None] = objects.masks or [None] * len(objects)
    by_class: defaultdict[int, list[bytes]] = defaultdict(list)
    for number, row, mask in zip(objects.class_id.tolist(), rows, masks, strict=True):
        data = row.tobytes() if mask is None else row.tobytes() + mask["counts"]
        by_class[number].append(_digest(data))
    for number, digests in by_class.items():
        yield number, _number(b"".join(sorted(digests)))


def _of_map(truth: NDArray[np.uint8]) -> Iterator[tuple[int, int]]:
    """The pixels of a class, as the runs of it in the rows of the map one after another."""
    pixels = truth.reshape(-1)
    starts = np.concatenate([[0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1])
    runs = np.stack([starts, np.diff(starts, append=len(pixels))], axis=1).astype("<i8")
    size = np.array(truth.shape, "<i8").tobytes()
    class_id = pixels[starts]
    by_class = runs[np.argsort(class_id, kind="stable")]
    ends = np.cumsum(np.bincount(class_id)).tolist()
    for number, (start, end) in enumerate(pairwise([0, *ends])):
        if end > start:
            yield number, _number(size + by_class[start:end].tobytes())


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=8).digest()


def _number(data: bytes) -> int:
    return int.from_bytes(_digest(data), "little")
