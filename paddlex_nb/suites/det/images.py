"""The training images of detection and instance segmentation; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.suites.det.augment import Augmentation
from paddlex_nb.suites.det.canvas import Canvas
from paddlex_nb.suites.det.labelled import Labelled
from paddlex_nb.suites.det.outlines import outlined
from paddlex_nb.suites.images import ImageCache
from paddlex_nb.suites.pictures import Picture, Sample, TrainingImages


class DetectionImages(TrainingImages):
    """Images on the model's canvas, with their objects.

    Args:
        setup: The run.
        view: Its training split.
        cache: Where decoded images are kept.
    """

    def __init__(self, setup: RunSetup, view: DatasetView, cache: ImageCache) -> None:
        super().__init__(setup, view, cache)
        self._canvas = Canvas.of(setup.entry)
        self._augment = Augmentation.of(setup.config, self._canvas.padding)
        self._mixup = setup.config.mixup

    def rows(self) -> Sequence[int]:
        """Images with objects; all if the run learns from images without any too."""
        return self._rows

    @cached_property
    def _rows(self) -> Sequence[int]:
        rows = super().rows()
        if self.setup.config.negative_samples:
            return rows
        return np.flatnonzero(self.view.with_objects).tolist() or rows

    def sample(self, row: int, epoch: int) -> Sample:
        """An augmented image on the canvas, with its objects."""
        rng = np.random.default_rng((self.seed, epoch, row))
        labelled = self._augment(self._labelled(row), rng)
        placed = self._canvas.placed(labelled, self.input_size).clipped()
        # colours last: the canvas has fewer pixels
        return {"labelled": replace(placed, image=self._augment.colour(placed.image, rng))}

    def _labelled(self, row: int) -> Labelled:
        objects, size = self.view.objects(row), self.view.sizes[row].tolist()
        labelled = Labelled.of(self.decoded(row), objects, size)
        return labelled.kept(~labelled.crowd)

    def together(self, samples: Sequence[Sample], rows: Sequence[int], epoch: int) -> list[Picture]:
        """The pictures of a batch, all of one size."""
        labelled: list[Labelled] = [sample["labelled"] for sample in samples]
        side = self.side(rows, epoch)
        if side != self.input_size:
            labelled = [one.resized(side, side).clipped() for one in labelled]
        if self._mixup is not None and len(labelled) > 1:
            rng = np.random.default_rng((self.seed, epoch, *rows))
            share = float(rng.beta(self._mixup, self._mixup))
            by = int(rng.integers(1, len(labelled)))  # no image with itself: objects would double
            others = [*labelled[by:], *labelled[:by]]
            labelled = [a.mixed(b, share) for a, b in zip(labelled, others, strict=True)]
        return [Picture(one.image, labelled=one) for one in labelled]


def labelled_of(pictures: Sequence[Picture]) -> list[Labelled]:
    """The pictures of a batch with their objects."""
    return [picture.labelled for picture in pictures if picture.labelled is not None]


class InstanceImages(DetectionImages):
    """Images with those objects alone that have an outline to learn."""

    def _labelled(self, row: int) -> Labelled:
        return outlined(super()._labelled(row))
