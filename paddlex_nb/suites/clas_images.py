"""The training images of classification; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.suites.augment import Augmentation
from paddlex_nb.suites.images import ImageCache
from paddlex_nb.suites.pictures import Picture, Sample, TrainingImages


class ClassificationImages(TrainingImages):
    """Images with smoothed or mixed targets.

    Args:
        setup: The run.
        view: Its training split.
        cache: Where decoded images are kept.
    """

    cached_scale = 1.5  # what a random crop can make use of

    def __init__(self, setup: RunSetup, view: DatasetView, cache: ImageCache) -> None:
        super().__init__(setup, view, cache)
        config = setup.config
        self._augment = Augmentation.from_config(config)
        self._smoothing = config.label_smoothing
        self._mixup = config.mixup

    def sample(self, row: int, epoch: int) -> Sample:
        """An augmented image with its class."""
        rng = np.random.default_rng((self.seed, epoch, row))
        return {"image": self._augment(self.decoded(row), rng), "label": self.view.labels[row]}

    def together(self, samples: Sequence[Sample], rows: Sequence[int], epoch: int) -> list[Picture]:
        """The pictures of a batch, mixed in pairs if that is asked for."""
        classes = len(self.setup.record.classes)
        labels = np.array([sample["label"] for sample in samples], np.int64)
        targets = np.eye(classes, dtype=np.float32)[labels]
        targets = targets * (1 - self._smoothing) + self._smoothing / classes
        pictures = [Picture(s["image"], t) for s, t in zip(samples, targets, strict=True)]
        if self._mixup is None:
            return pictures
        rng = np.random.default_rng((self.seed, epoch, *rows))
        share = np.float32(rng.beta(self._mixup, self._mixup))
        other = rng.permutation(len(samples))
        return [
            replace(
                one,
                image=share * one.image + (1 - share) * pictures[i].image,
                target=share * targets[row] + (1 - share) * targets[i],
            )
            for row, (one, i) in enumerate(zip(pictures, other, strict=True))
        ]
