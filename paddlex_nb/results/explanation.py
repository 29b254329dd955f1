"""Where in an image a classifier looks."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.results.new_folder import drafted, file_names

_OPACITY = 0.6
"""Of the colours where it matters most."""

_FINE = 128
"""Input size in pixels from which the last maps of most models, 1/32 of it, have 4 cells a side."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where in an image a classifier looks for a class.

    Attributes:
        path: The image.
        class_name: The class.
        score: Its probability, 0 to 1.
        method: ``gradient`` (Grad-CAM) or ``perturbation`` (RISE).
        heat: How much each place matters, from 0 to 1, float32 of shape (H, W), of the part of the
            image that the model sees.
        region: That part: left, top, width and height in shares of the image's sides.
    """

    path: Path
    class_name: str
    score: float
    method: str
    heat: NDArray[np.float32] = field(repr=False)
    region: tuple[float, float, float, float]

    @staticmethod
    def from_result(data: Mapping[str, Any]) -> list[Explanation]:
        """The explanations that a job gave as plain JSON."""
        return [
            Explanation(
                Path(one["path"]),
                str(one["class"]),
                float(one["score"]),
                str(data["method"]),
                _heat(one["heat"]),
                (*map(float, one["region"]),),  # type: ignore[arg-type]
            )
            for one in data["explanations"]
        ]

    def draw(self) -> NDArray[np.uint8]:
        """The image with the heat over it: from blue over green to red where it matters most.

        Returns:
            RGB of shape (height, width, 3), 0 to 255, in the size of the image as shown.

        Raises:
            UserError: The image is gone or damaged.
        """
        import cv2

        from paddlex_nb.results.drawing import shown_image

        picture = np.asarray(shown_image(self.path)[0]).astype(np.float32)
        height, width = picture.shape[:2]
        left, top = round(self.region[0] * width), round(self.region[1] * height)
        right = min(width, left + max(1, round(self.region[2] * width)))
        bottom = min(height, top + max(1, round(self.region[3] * height)))
        size = (right - left, bottom - top)
        heat = cv2.resize(self.heat, size, interpolation=cv2.INTER_LINEAR)[..., None]
        colours = cv2.applyColorMap(np.round(heat * 255).astype(np.uint8), cv2.COLORMAP_JET)
        part = picture[top:bottom, left:right]
        cover = _OPACITY * heat
        picture[top:bottom, left:right] = part * (1 - cover) + colours[..., ::-1] * cover
        return np.round(picture).clip(0, 255).astype(np.uint8)

    def _repr_png_(self) -> bytes | None:
        from paddlex_nb.results.drawing import png

        try:
            return png(self.draw())
        except UserError:
            return None


def reading(explanations: Sequence[Explanation]) -> str:
    """How heat maps are read and what they cannot tell, in words."""
    said = tr("display.explain.reading")
    size = min((min(one.heat.shape) for one in explanations), default=_FINE)
    if size < _FINE and explanations[0].method == "gradient":
        said += " " + tr("display.explain.coarse", size=size)
    return said


def save_explanations(explanations: Sequence[Explanation], out: Path) -> list[Path]:
    """Write the images with the heat over them, each as a JPEG file named like the image.

    Args:
        explanations: What to draw.
        out: A folder that is not there or empty.

    Returns:
        The files, one an explanation.

    Raises:
        UserError: There is something at ``out``, it cannot be written, or an image has gone since.
    """
    from PIL import Image

    names = [f"{name}.jpg" for name in file_names(one.path for one in explanations)]
    with drafted(out) as draft:
        for name, one in zip(names, explanations, strict=True):
            Image.fromarray(one.draw()).save(draft / name, quality=90)
    return [out / name for name in names]


def _heat(png: str) -> NDArray[np.float32]:
    import cv2

    grey = cv2.imdecode(np.frombuffer(base64.b64decode(png), np.uint8), cv2.IMREAD_GRAYSCALE)
    heat: NDArray[np.float32] = np.asarray(grey, np.float32) / np.float32(255)
    return heat
