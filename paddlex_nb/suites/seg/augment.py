"""Augmentation of images with label maps; no Paddle, so that the wizard can show what it does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.label_maps import IGNORE
from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.suites.colour import NO_CHANGE, Colour
from paddlex_nb.suites.images import Pixels
from paddlex_nb.suites.seg.masks import LabelMap
from paddlex_nb.suites.seg.windows import PADDING

_KERNELS = (3, 5)


@dataclass(frozen=True)
class Augmentation:
    """The random changes of one run; None switches one off.

    Attributes:
        full_resolution: Take a random piece of the image as it is, in place of all of it on the
            canvas; ``crop`` has no effect then.
        crop: Least share of the image's area that a random crop keeps (its aspect 3/4 to 4/3 of
            the image's).
        scale: The image becomes up to so many times larger or smaller on its canvas.
        horizontal_flip: Mirror every second image.
        vertical_flip: Turn every second image upside down.
        rotation: Greatest angle in degrees.
        blur: Probability of a blur.
        colour: Change of the colours.
    """

    full_resolution: bool = False
    crop: float | None = None
    scale: float | None = None
    horizontal_flip: bool = False
    vertical_flip: bool = False
    rotation: int | None = None
    blur: float | None = None
    colour: Colour = NO_CHANGE

    @classmethod
    def from_config(cls, config: TrainingConfig) -> Augmentation:
        """The augmentation that a run's parameters describe."""
        return cls(
            full_resolution=config.full_resolution,
            crop=None if config.full_resolution else config.random_crop,
            scale=config.random_scale,
            horizontal_flip=config.horizontal_flip,
            vertical_flip=config.vertical_flip,
            rotation=config.rotation,
            blur=config.blur,
            colour=Colour.from_config(config),
        )

    def __call__(
        self, image: Pixels, mask: LabelMap, size: int, rng: np.random.Generator
    ) -> tuple[Pixels, LabelMap]:
        """A changed image of shape (size, size, 3) with its label map of shape (size, size).

        What lies outside of the image is `IGNORE`.
        """
        matrix = self._matrix(image.shape[1], image.shape[0], size, rng)
        changed = np.asarray(
            cv2.warpAffine(
                image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=PADDING
            ),
            np.uint8,
        )
        labels = np.asarray(
            cv2.warpAffine(
                mask, matrix, (size, size), flags=cv2.INTER_NEAREST, borderValue=(IGNORE,)
            ),
            np.uint8,
        )
        if self.blur is not None and rng.random() < self.blur:
            side = int(rng.choice(_KERNELS))
            changed = np.asarray(cv2.GaussianBlur(changed, (side, side), 0), np.uint8)
        return self.colour(changed, rng), labels

    def _matrix(
        self, width: int, height: int, size: int, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """From pixels of the image to those of the canvas, of shape (2, 3)."""
        left, top, w, h = self._part(width, height, rng)
        matrix = _shift(-left - w / 2, -top - h / 2)
        if self.rotation is not None:
            matrix = _turn(rng.uniform(-self.rotation, self.rotation)) @ matrix
        x, y = (1.0, 1.0) if self.full_resolution else (size / w, size / h)
        if self.scale is not None:
            factor = math.exp(rng.uniform(-1, 1) * math.log(self.scale))
            x, y = x * factor, y * factor
        # an image larger than the canvas is seen in part: which part is random, too
        room = np.maximum(0.0, np.array([x * w, y * h]) - size) / 2
        seen_in_part = self.full_resolution or self.scale is not None
        away = rng.uniform(-room, room) if seen_in_part else np.zeros(2)
        if self.horizontal_flip and rng.random() < 0.5:
            x = -x
        if self.vertical_flip and rng.random() < 0.5:
            y = -y
        matrix = np.diag([x, y, 1.0]) @ matrix
        # pixels are points in the middle of their squares to OpenCV
        matrix = (
            _shift(size / 2 - 0.5 + away[0], size / 2 - 0.5 + away[1]) @ matrix @ _shift(0.5, 0.5)
        )
        if self.full_resolution and self.scale is None and self.rotation is None:
            matrix = np.round(matrix)  # pixels as they are, not between two
        return matrix[:2]

    def _part(
        self, width: int, height: int, rng: np.random.Generator
    ) -> tuple[float, float, float, float]:
        """Left, top, width and height of what is taken of the image, in pixels."""
        if self.crop is None:
            return 0, 0, width, height
        area = rng.uniform(self.crop, 1)
        stretch = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        w = width * min(1.0, math.sqrt(area * stretch))
        h = height * min(1.0, math.sqrt(area / stretch))
        return rng.uniform(0, width - w), rng.uniform(0, height - h), w, h


def _shift(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def _turn(degrees: float) -> NDArray[np.float64]:
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
