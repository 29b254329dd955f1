"""What a model says about one image."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.results.predicted import ClassArea, ClassScore, PredictedObject


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says about one image; what the task does not give is None or empty.

    Attributes:
        path: The image.
        error: Why the image could not be predicted; None if it was.
        class_name: Its class (image classification).
        score: Probability of the class, 0 to 1 (image classification).
        top: The most likely classes, at most five, best first (image classification).
        objects: Its objects, best first (object detection and instance segmentation).
        best_below: Where no object reaches the threshold, the highest score of those below; else
            None.
        areas: What it shows, the largest class first (semantic segmentation).
        mask_path: PNG file of its label map (semantic segmentation); see `mask`.
        classes: Class names of the model, in the order of their numbers.
        stored_mask: The label map as PNG where it has no file; see `mask`.
    """

    path: Path
    error: Message | None
    class_name: str | None
    score: float | None
    top: list[ClassScore]
    objects: list[PredictedObject]
    areas: list[ClassArea]
    mask_path: Path | None
    classes: list[str]
    stored_mask: bytes = field(default=b"", repr=False)
    best_below: float | None = None

    def mask(self) -> NDArray[np.uint8] | None:
        """The label map of shape (height, width): a class number for each pixel.

        Returns:
            None in other tasks than semantic segmentation, or if the image was not predicted.

        Raises:
            UserError: Its file is gone or damaged.
        """
        if self.mask_path is None and not self.stored_mask:
            return None
        return label_map(self.mask_path or io.BytesIO(self.stored_mask))

    def above(self, threshold: float) -> Prediction:
        """The same with the objects whose score is at least ``threshold`` (0 to 1)."""
        return replace(self, objects=[one for one in self.objects if one.score >= threshold])

    def draw(self) -> NDArray[np.uint8]:
        """The image with what the model says about it drawn over it.

        Returns:
            RGB of shape (height, width, 3), 0 to 255, in the size of the image as shown; of an
            image above 67 megapixels scaled down to these. ``matplotlib.pyplot.imshow`` and
            ``PIL.Image.fromarray`` take it.

        Raises:
            UserError: The image or its label map is gone or damaged.
        """
        from paddlex_nb.results.drawing import drawn

        return drawn(self)

    def summary(self) -> tuple[str, float | None]:
        """What the image shows in a few words, and how sure the model is (0 to 1; None)."""
        if self.error is not None:
            return self.error.text(), None
        if self.class_name is not None:
            return self.class_name, self.score
        if self.areas or self.mask_path is not None or self.stored_mask:
            areas = [f"{a.class_name} {a.share:.0%}" for a in self.areas]
            return tr("core.listed", names=areas), None
        if self.best_below is not None:
            return tr("display.nothing_above", best=f"{self.best_below:.2f}"), None
        counts = Counter(one.class_name for one in self.objects)
        best = max((one.score for one in self.objects), default=None)
        return tr("core.listed", names=[f"{n} {name}" for name, n in counts.items()]), best

    def __repr__(self) -> str:
        text, score = self.summary()
        return f"Prediction({self.path.name}: {text}{'' if score is None else f', {score:.4f}'})"

    def _repr_png_(self) -> bytes | None:
        if self.error is not None:
            return None
        from paddlex_nb.results.drawing import png

        return png(self.draw())


def label_map(source: Path | IO[bytes]) -> NDArray[np.uint8]:
    """The label map in a PNG, of shape (height, width).

    Raises:
        UserError: It is gone or damaged.
    """
    from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
    from paddlex_nb.data.images.tile_reader import most_pixels

    try:
        with open_image(source, most_pixels()) as image:
            return np.asarray(image, np.uint8)
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        path = source if isinstance(source, Path) else "–"
        raise UserError("display.no_image", path=path, reason=reason) from error
