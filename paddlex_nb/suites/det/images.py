"""The training images of detection and instance segmentation; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.augment import Augmentation
from paddlex_nb.suites.det.canvas import Canvas
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
        self._canvas = Canvas.from_model(setup.entry)
        self._augment = Augmentation.from_config(setup.config, self._canvas.padding)
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
        annotated = self._augment(self._annotated(row), rng)
        placed = self._canvas.placed(annotated, self.input_size).clipped()
        # colours last: the canvas has fewer pixels
        return {"annotated": replace(placed, image=self._augment.colour(placed.image, rng))}

    def _annotated(self, row: int) -> AnnotatedImage:
        objects, size = self.view.objects(row), self.view.sizes[row].tolist()
        annotated = AnnotatedImage.from_objects(self.decoded(row), objects, size)
        return annotated.kept(~annotated.crowd)

    def together(self, samples: Sequence[Sample], rows: Sequence[int], epoch: int) -> list[Picture]:
        """The pictures of a batch, all of one size."""
        annotated: list[AnnotatedImage] = [sample["annotated"] for sample in samples]
        side = self.side(rows, epoch)
        if side != self.input_size:
            annotated = [one.resized(side, side).clipped() for one in annotated]
        if self._mixup is not None and len(annotated) > 1:
            rng = np.random.default_rng((self.seed, epoch, *rows))
            share = float(rng.beta(self._mixup, self._mixup))
            by = int(rng.integers(1, len(annotated)))  # no image with itself: objects would double
            others = [*annotated[by:], *annotated[:by]]
            annotated = [a.mixed(b, share) for a, b in zip(annotated, others, strict=True)]
        return [Picture(one.image, annotated=one) for one in annotated]


def annotated_images(pictures: Sequence[Picture]) -> list[AnnotatedImage]:
    """The pictures of a batch with their objects."""
    return [picture.annotated for picture in pictures if picture.annotated is not None]


class InstanceImages(DetectionImages):
    """Images with those objects alone that have an outline to learn."""

    def _annotated(self, row: int) -> AnnotatedImage:
        return outlined(super()._annotated(row))
