"""Augmentation of images with objects; no Paddle, so that the wizard can show what it does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.suites.colour import NO_CHANGE, Colour
from paddlex_nb.suites.det.annotated import AnnotatedImage

_TRIES = 20


@dataclass(frozen=True)
class Augmentation:
    """The random changes of one run; None switches one off.

    Attributes:
        colour: Change of colours.
        crop: Least share of the image's area that a random crop keeps (aspect 1/2 to 2).
        scale: Largest factor by which an image is enlarged (a part of it is left) or shrunk (on a
            canvas of the image's size).
        expand: Largest side of the canvas that every second image is placed on, by its own.
        horizontal_flip: Mirror every second image.
        vertical_flip: Turn every second image upside down.
        padding: Colour of the canvas.
    """

    colour: Colour = NO_CHANGE
    crop: float | None = None
    scale: float | None = None
    expand: float | None = None
    horizontal_flip: bool = False
    vertical_flip: bool = False
    padding: Sequence[int] = (124, 116, 104)

    @classmethod
    def from_config(cls, config: TrainingConfig, padding: Sequence[int]) -> Augmentation:
        """The augmentation that a run's parameters describe."""
        return cls(
            colour=Colour.from_config(config),
            crop=config.random_crop,
            scale=config.random_scale,
            expand=config.expand,
            horizontal_flip=config.horizontal_flip,
            vertical_flip=config.vertical_flip,
            padding=padding,
        )

    def __call__(self, annotated: AnnotatedImage, rng: np.random.Generator) -> AnnotatedImage:
        """A changed image of any size, with its objects."""
        if self.expand is not None and rng.random() < 0.5:
            annotated = self._expanded(annotated, rng, self.expand)
        if self.scale is not None:
            annotated = self._scaled(annotated, rng, self.scale)
        if self.crop is not None:
            annotated = _cropped(annotated, rng, self.crop)
        if self.horizontal_flip and rng.random() < 0.5:
            annotated = annotated.mirrored()
        if self.vertical_flip and rng.random() < 0.5:
            annotated = annotated.upside_down()
        return annotated

    def _expanded(
        self, annotated: AnnotatedImage, rng: np.random.Generator, most: float
    ) -> AnnotatedImage:
        height, width = annotated.image.shape[:2]
        factor = rng.uniform(1, most)
        return self._on_larger(annotated, rng, int(width * factor), int(height * factor))

    def _scaled(
        self, annotated: AnnotatedImage, rng: np.random.Generator, most: float
    ) -> AnnotatedImage:
        height, width = annotated.image.shape[:2]
        factor = math.exp(rng.uniform(-math.log(most), math.log(most)))
        w, h = max(1, round(width / factor)), max(1, round(height / factor))
        if factor < 1:
            return self._on_larger(annotated, rng, w, h)
        left, top = int(rng.integers(width - w + 1)), int(rng.integers(height - h + 1))
        return annotated.cropped(left, top, w, h)

    def _on_larger(
        self, annotated: AnnotatedImage, rng: np.random.Generator, w: int, h: int
    ) -> AnnotatedImage:
        height, width = annotated.image.shape[:2]
        left, top = rng.integers(w - width + 1), rng.integers(h - height + 1)
        return annotated.placed(w, h, int(left), int(top), self.padding)


def _cropped(annotated: AnnotatedImage, rng: np.random.Generator, least: float) -> AnnotatedImage:
    """A crop that keeps an object if there was one; the image itself if none is found."""
    height, width = annotated.image.shape[:2]
    for _ in range(_TRIES):
        area = height * width * rng.uniform(least, 1)
        aspect = width / height * math.exp(rng.uniform(math.log(1 / 2), math.log(2)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            left, top = int(rng.integers(width - w + 1)), int(rng.integers(height - h + 1))
            piece = annotated.cropped(left, top, w, h)
            if len(piece) or not len(annotated):
                return piece
    return annotated
