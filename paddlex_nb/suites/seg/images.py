"""The training images of semantic segmentation; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.suites.images import ImageCache, Pixels
from paddlex_nb.suites.pictures import Picture, Sample, TrainingImages
from paddlex_nb.suites.seg.augment import Augmentation
from paddlex_nb.suites.seg.masks import LabelMap, resize_mask


class SegmentationImages(TrainingImages):
    """Images with their label maps.

    Args:
        setup: The run.
        view: Its training split.
        cache: Where decoded images are kept.
    """

    def __init__(self, setup: RunSetup, view: DatasetView, cache: ImageCache) -> None:
        super().__init__(setup, view, cache)
        self._augment = Augmentation.from_config(setup.config)

    def sample(self, row: int, epoch: int) -> Sample:
        """An augmented image with its label map."""
        image, mask = self._pair(row)
        rng = np.random.default_rng((self.seed, epoch, row))
        changed, labels = self._augment(image, mask, self.input_size, rng)
        return {"image": changed, "mask": labels}

    def _pair(self, row: int) -> tuple[Pixels, LabelMap]:
        image, mask = self.decoded(row), self.cache.get(("mask", row))
        if mask is None:
            mask = resize_mask(self.view.label_map(row), image.shape[1], image.shape[0])
            self.cache.put(("mask", row), mask)
        return image, mask

    def together(self, samples: Sequence[Sample], rows: Sequence[int], epoch: int) -> list[Picture]:
        """The pictures of a batch, all of one size."""
        side = self.side(rows, epoch)
        return [
            Picture(
                np.asarray(cv2.resize(sample["image"], (side, side)), np.uint8),
                mask=resize_mask(sample["mask"], side, side),
            )
            for sample in samples
        ]
