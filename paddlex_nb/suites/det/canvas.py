"""The square that a model sees: an image stretched to it, or fitted into it and padded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.families import FAMILIES
from paddlex_nb.suites.images import Pixels


@dataclass(frozen=True)
class Canvas:
    """How images are resized and padded to a model's input.

    Attributes:
        keep_aspect: Fit the image in and pad at the right and bottom, instead of stretching it.
        mean: Subtracted from RGB values in 0..1.
        std: What they are divided by then.
    """

    keep_aspect: bool
    mean: Sequence[float]
    std: Sequence[float]

    @classmethod
    def from_model(cls, entry: ModelEntry) -> Canvas:
        """The canvas that a model of the catalogue expects."""
        family = FAMILIES[entry.architecture]
        return cls(family.keep_aspect, family.mean, family.std)

    @property
    def padding(self) -> tuple[int, int, int]:
        """Colour of what is padded: the mean, which the model sees as zero; else grey."""
        red, green, blue = (round(255 * m) if any(self.mean) else 114 for m in self.mean)
        return red, green, blue

    def content(self, width: int, height: int, size: int) -> tuple[int, int]:
        """Width and height in pixels that an image of that size fills of the square."""
        if not self.keep_aspect:
            return size, size
        scale = size / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def placed(self, annotated: AnnotatedImage, size: int) -> AnnotatedImage:
        """On a square of side ``size``."""
        height, width = annotated.image.shape[:2]
        resized = annotated.resized(*self.content(width, height, size))
        if self.keep_aspect:
            return resized.placed(size, size, 0, 0, self.padding)
        return resized

    def normalised(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Bytes (or mixed bytes) of shape (N, H, W, 3) as floats of shape (N, 3, H, W)."""
        offset = np.array(self.mean, np.float32) * 255
        factor = 1 / (np.array(self.std, np.float32) * 255)
        return np.ascontiguousarray(((images - offset) * factor).transpose(0, 3, 1, 2))


def without_objects(image: Pixels) -> AnnotatedImage:
    """An image as if nothing were in it."""
    return AnnotatedImage(
        image,
        np.zeros((0, 4), np.float32),
        np.zeros(0, np.int64),
        np.zeros(0, np.bool_),
        [],
    )
