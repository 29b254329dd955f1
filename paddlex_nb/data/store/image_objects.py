"""The objects in images, labelled or predicted: the one form in which rooms hand them on.

Boxes are corners here. Where others want another form (files, the index, predictions on disk, the
evaluator of COCO), it is made at that edge, by `Objects.xywh` and `corners`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paddlex_nb.data.store.coco_masks import RLE

Polygons = Sequence[Sequence[float]]
"""Outlines of one object, each x0, y0, x1, ... in pixels; what is inside of any is the object."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Objects:
    """The objects of one image, or of several one after another; n is their number.

    Attributes:
        xyxy: Left, top, right, bottom in pixels of the image as shown, from its left upper corner;
            float64 of shape (n, 4).
        class_id: Class numbers from 0, int64 of shape (n,).
        score: How sure a model is, from 0 to 1; 1 for what is labelled; float64 of shape (n,).
        crowd: Whether each is a group that counts as no single object, bool of shape (n,).
        number: Which each is in its image, as corrections call it (below 0 if it was added by
            one), or its place among the predictions; int64 of shape (n,).
        difficult: Whether each is so hard to tell that VOC does not count it, bool of shape (n,).
        image: Position of each object's image, which rises; 0 if they are of one image; int64 of
            shape (n,).
        masks: Their masks, of the image's size; None if the task has none, or if ``outlines``
            are what is known.
        outlines: The polygons that they are labelled with; None if the task has none. An object
            without a polygon has an empty list.
    """

    xyxy: NDArray[np.float64]
    class_id: NDArray[np.int64]
    score: NDArray[np.float64]
    crowd: NDArray[np.bool_]
    number: NDArray[np.int64]
    difficult: NDArray[np.bool_]
    image: NDArray[np.int64]
    masks: Sequence[RLE] | None = None
    outlines: Sequence[Polygons] | None = None

    @classmethod
    def from_boxes(
        cls,
        xyxy: ArrayLike,
        class_id: ArrayLike,
        *,
        score: ArrayLike | None = None,
        crowd: ArrayLike | None = None,
        number: ArrayLike | None = None,
        difficult: ArrayLike | None = None,
        masks: Sequence[RLE] | None = None,
        outlines: Sequence[Polygons] | None = None,
    ) -> Objects:
        """The objects of one image; what is not said is as of labels of single objects.

        Args:
            xyxy: As the attribute, of any type of number; so are the others.
            class_id: Class numbers.
            score: Ones by default.
            crowd: False by default.
            number: 0, 1, 2, ... by default.
            difficult: False by default.
            masks: One an object, or None.
            outlines: Some an object, or None.
        """
        ids = np.asarray(class_id, np.int64).reshape(-1)
        count = len(ids)
        none = np.zeros(count, np.bool_)
        return cls(
            xyxy=np.asarray(xyxy, np.float64).reshape(-1, 4),
            class_id=ids,
            score=np.ones(count) if score is None else np.asarray(score, np.float64),
            crowd=none if crowd is None else np.asarray(crowd, np.bool_),
            number=np.arange(count) if number is None else np.asarray(number, np.int64),
            difficult=none if difficult is None else np.asarray(difficult, np.bool_),
            image=np.zeros(count, np.int64),
            masks=masks,
            outlines=outlines,
        )

    @classmethod
    def joined(cls, images: Sequence[Objects]) -> Objects:
        """The objects of images one after another, the images numbered in that order."""
        if not images:
            return cls.from_boxes(np.zeros((0, 4)), [])
        counts = [len(one) for one in images]
        return cls(
            xyxy=np.concatenate([one.xyxy for one in images]),
            class_id=np.concatenate([one.class_id for one in images]),
            score=np.concatenate([one.score for one in images]),
            crowd=np.concatenate([one.crowd for one in images]),
            number=np.concatenate([one.number for one in images]),
            difficult=np.concatenate([one.difficult for one in images]),
            image=np.repeat(np.arange(len(images)), counts),
            masks=_joined([one.masks for one in images], counts),
            outlines=_joined([one.outlines for one in images], counts),
        )

    def __len__(self) -> int:
        return len(self.class_id)

    def take(self, rows: NDArray[Any]) -> Objects:
        """Some objects in a given order.

        Args:
            rows: Their places, or for every object whether it is taken.
        """
        places = np.arange(len(self))[rows]
        return replace(
            self,
            xyxy=self.xyxy[places],
            class_id=self.class_id[places],
            score=self.score[places],
            crowd=self.crowd[places],
            number=self.number[places],
            difficult=self.difficult[places],
            image=self.image[places],
            masks=None if self.masks is None else [self.masks[place] for place in places],
            outlines=None if self.outlines is None else [self.outlines[place] for place in places],
        )

    @property
    def xywh(self) -> NDArray[np.float64]:
        """Left, top, width, height in pixels, as COCO, the index and predictions have them."""
        return np.concatenate([self.xyxy[:, :2], self.xyxy[:, 2:] - self.xyxy[:, :2]], axis=1)


def corners(xywh: ArrayLike) -> NDArray[np.float64]:
    """Left, top, right, bottom of boxes given by left, top, width, height; of shape (n, 4)."""
    boxes = np.asarray(xywh, np.float64).reshape(-1, 4)
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def _joined(parts: Sequence[Sequence[Any] | None], counts: Sequence[int]) -> list[Any] | None:
    """The concatenation of optional lists; None if any part with objects has no list."""
    if all(part is None for part in parts):
        return None
    if any(part is None and count for part, count in zip(parts, counts, strict=True)):
        return None
    return [one for part in parts for one in part or ()]
