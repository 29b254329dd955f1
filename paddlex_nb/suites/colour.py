"""Random changes of an image's colours, for all tasks; no Paddle."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paddlex_nb.params.config import TrainingConfig
from paddlex_nb.suites.images import Pixels


@dataclass(frozen=True)
class Colour:
    """How far colours may change; None switches a change off.

    Attributes:
        brightness: Greatest relative change.
        contrast: Greatest relative change.
        saturation: Greatest relative change.
        hue: Greatest shift, 0.5 being half the colour circle.
    """

    brightness: float | None = None
    contrast: float | None = None
    saturation: float | None = None
    hue: float | None = None

    @classmethod
    def from_config(cls, config: TrainingConfig) -> Colour:
        """The colour changes that a run's parameters describe."""
        return cls(
            brightness=config.brightness,
            contrast=config.contrast,
            saturation=config.saturation,
            hue=config.hue,
        )

    def __call__(self, image: Pixels, rng: np.random.Generator) -> Pixels:
        """A changed image of the same shape; ``image`` itself stays as it is."""
        if self.brightness is None and self.contrast is None:
            changed = image
        else:
            gain = 1 + rng.uniform(-1, 1) * (self.contrast or 0)
            shift = rng.uniform(-1, 1) * (self.brightness or 0) * 255 / 2
            table = (np.arange(256) - 127.5) * gain + 127.5 + shift
            changed = table.clip(0, 255).astype(np.uint8)[image]
        if self.saturation is not None:
            amount = 1 + rng.uniform(-1, 1) * self.saturation
            grey = cv2.cvtColor(np.ascontiguousarray(changed), cv2.COLOR_RGB2GRAY)
            changed = np.asarray(
                cv2.addWeighted(changed, amount, np.dstack([grey] * 3), 1 - amount, 0), np.uint8
            )
        if self.hue is not None:
            hsv = cv2.cvtColor(np.ascontiguousarray(changed), cv2.COLOR_RGB2HSV)
            shift = round(rng.uniform(-self.hue, self.hue) * 180)  # OpenCV's circle has 180 steps
            hsv[..., 0] = (hsv[..., 0].astype(np.int16) + shift) % 180
            changed = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)
        return changed


NO_CHANGE = Colour()
