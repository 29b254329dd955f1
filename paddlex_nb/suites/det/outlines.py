"""Outlines of objects: as masks, and as what paddledet's losses take; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import decode
from paddlex_nb.data.store.coco_masks import filled as filled_code
from paddlex_nb.suites.det.annotated import AnnotatedImage, Outlines
from paddlex_nb.suites.images import Pixels


@dataclass(frozen=True)
class Polygons:
    """The outlines of a batch; Paddle's data loader hands it on as it is.

    Attributes:
        images: Of each image the objects, of each object its outlines x0, y0, x1, ...
    """

    images: list[list[list[NDArray[np.float32]]]]

    @classmethod
    def from_images(cls, annotated: Sequence[AnnotatedImage]) -> Polygons:
        """The outlines of some images, in pixels of the canvas."""
        return cls([[[points.ravel() for points in o] for o in one.outlines] for one in annotated])


def outlined(annotated: AnnotatedImage) -> AnnotatedImage:
    """The image without the objects that have no outline."""
    return annotated.kept(np.array([bool(o) for o in annotated.outlines], np.bool_))


def filled(outlines: Outlines, height: int, width: int) -> Pixels:
    """The mask of an object, of shape (height, width): 1 inside of any of its outlines."""
    polygons = [points.ravel().tolist() for points in outlines]
    return decode(filled_code(polygons, height, width))
