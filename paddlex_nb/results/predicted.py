"""What a model finds in an image: a class, an object, an area."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClassScore:
    """A class and its probability.

    Attributes:
        class_name: The class.
        score: Its probability, 0 to 1.
    """

    class_name: str
    score: float


@dataclass(frozen=True)
class PredictedObject:
    """An object in an image.

    Attributes:
        class_name: Its class.
        class_id: Number of the class, from 0.
        score: How sure the model is, 0 to 1.
        box: Left, top, width and height in pixels of the image as shown.
        rle: Its mask as COCO's run-length code (``size``: height and width, ``counts``), which
            pycocotools reads; None in object detection, and where an earlier version of this
            package stored outlines.
        stored_outlines: What such a version stored; see `polygons`.
    """

    class_name: str
    class_id: int
    score: float
    box: tuple[float, float, float, float]
    rle: dict[str, Any] | None = None
    stored_outlines: list[list[float]] = field(default_factory=list, repr=False)

    @property
    def polygons(self) -> list[list[float]]:
        """Its outlines, each x0, y0, x1, y1, ... in pixels; filled by the even-odd rule, its mask.

        Parts and holes have outlines of their own. Empty in object detection.

        Raises:
            ValueError: The mask is damaged.
        """
        if self.rle is None:
            return self.stored_outlines
        from paddlex_nb.data.store.coco_masks import outlines

        return [[float(number) for number in np.ravel(ring)] for ring in outlines(self.rle)]

    def mask(self) -> NDArray[np.uint8] | None:
        """Its pixels, of shape (height, width): 1 where the object is, else 0.

        Returns:
            None without a run-length code.
        """
        if self.rle is None:
            return None
        from paddlex_nb.data.store.coco_masks import decode

        return decode(self.rle)


@dataclass(frozen=True)
class ClassArea:
    """A class and the share of the image's pixels that it covers.

    Attributes:
        class_name: The class.
        class_id: Its number, from 0.
        share: Share of the image's pixels, above 0 to 1.
    """

    class_name: str
    class_id: int
    share: float
