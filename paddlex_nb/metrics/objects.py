"""Objects in an image: what a detector finds, and what is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE


@dataclass(frozen=True)
class Objects:
    """The objects of one image; n is their number.

    Attributes:
        class_ids: Class numbers, of shape (n,).
        scores: From 0 to 1, of shape (n,); 1 for what is true.
        boxes: x, y, width, height in pixels of the image as shown, of shape (n, 4).
        masks: Their masks, of the image's size; None where the task has none.
        crowd: Whether each is a group that counts as no single object, of shape (n,).
        number: Which each is in its image, as corrections call it, of shape (n,); empty for what is
            predicted.
    """

    class_ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    boxes: NDArray[np.float32]
    masks: Sequence[RLE] | None = None
    crowd: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    number: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.class_ids)
