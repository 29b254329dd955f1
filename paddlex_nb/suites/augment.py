"""Augmentation of images for classification: random changes that leave the class as it is.

Works on bytes of shape (H, W, 3), RGB; no Paddle, so that the wizard can show what it does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.suites.colour import NO_CHANGE, Colour
from paddlex_nb.suites.images import Pixels, center_crop, resize_short

EVAL_SCALE = 256 / 224
"""Short side of an evaluated image before its middle is cut out, by input size."""

_TRIES = 10


@dataclass(frozen=True)
class Augmentation:
    """The random changes of one run; None switches one off.

    Attributes:
        size: Input size of the model in pixels.
        crop: Least share of the image's area that a random crop keeps (aspect 3/4 to 4/3).
        horizontal_flip: Mirror every second image.
        vertical_flip: Turn every second image upside down.
        rotation: Greatest angle in degrees.
        colour: Change of the colours.
        erasing: Probability that a rectangle of 2 % to 33 % of the area is filled with noise.
    """

    size: int
    crop: float | None = None
    horizontal_flip: bool = False
    vertical_flip: bool = False
    rotation: int | None = None
    colour: Colour = NO_CHANGE
    erasing: float | None = None

    @classmethod
    def from_config(cls, config: TrainingConfig) -> Augmentation:
        """The augmentation that a run's parameters describe."""
        return cls(
            size=config.input_size,
            crop=config.random_crop,
            horizontal_flip=config.horizontal_flip,
            vertical_flip=config.vertical_flip,
            rotation=config.rotation,
            colour=Colour.from_config(config),
            erasing=config.random_erasing,
        )

    def __call__(self, image: Pixels, rng: np.random.Generator) -> Pixels:
        """A changed image of shape (size, size, 3); ``image`` itself stays as it is."""
        if self.rotation is not None:
            image = _rotated(image, rng.uniform(-self.rotation, self.rotation))
        image = self._cut(image, rng)
        if self.horizontal_flip and rng.random() < 0.5:
            image = image[:, ::-1]
        if self.vertical_flip and rng.random() < 0.5:
            image = image[::-1]
        image = self.colour(image, rng)
        if self.erasing is not None and rng.random() < self.erasing:
            image = _erased(image, rng)
        return image

    def _cut(self, image: Pixels, rng: np.random.Generator) -> Pixels:
        if self.crop is None:
            return evaluation_view(image, self.size)
        height, width = image.shape[:2]
        for _ in range(_TRIES):
            area = height * width * rng.uniform(self.crop, 1)
            aspect = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
            w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
            if 0 < w <= width and 0 < h <= height:
                top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
                piece = image[top : top + h, left : left + w]
                # averaging costs more and matters only when much is thrown away
                shrinks = min(h, w) > 2 * self.size
                how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
                scaled = cv2.resize(piece, (self.size, self.size), interpolation=how)
                return np.asarray(scaled, np.uint8)
        return evaluation_view(image, self.size)


def evaluation_view(image: Pixels, size: int) -> Pixels:
    """The part of an image that is evaluated: short side to 8/7 of ``size``, then the middle."""
    return center_crop(resize_short(image, round(size * EVAL_SCALE)), size)


def _rotated(image: Pixels, angle: float) -> Pixels:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(
        image, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(turned, np.uint8)


def _erased(image: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = image.shape[:2]
    area = height * width * rng.uniform(0.02, 0.33)
    aspect = math.exp(rng.uniform(math.log(0.3), math.log(1 / 0.3)))
    h, w = min(height, round(math.sqrt(area * aspect))), min(width, round(math.sqrt(area / aspect)))
    top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
    changed: Pixels = image.copy()
    changed[top : top + h, left : left + w] = rng.integers(0, 256, (h, w, 3), dtype=np.uint8)
    return changed
