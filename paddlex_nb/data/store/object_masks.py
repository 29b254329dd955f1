"""Annotated objects with masks in place of outlines, as models are held against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import filled
from paddlex_nb.data.store.image_objects import Objects


def truth_with_masks(objects: Objects, size: Sequence[int]) -> Objects:
    """Annotated objects with masks in place of outlines.

    An object without an outline counts as a group (neither wanted nor a false alarm), its box
    standing for its mask.

    Args:
        objects: From `DatasetView.objects`.
        size: Width and height of the image as shown.
    """
    width, height = (int(side) for side in size)
    usable = [[p for p in o or () if len(p) >= 6] for o in objects.outlines or ()]
    missing = np.array([not o for o in usable], np.bool_)
    pairs = zip(usable, objects.xyxy, strict=True)
    masks = [filled(o or [_around(box)], height, width) for o, box in pairs]
    return replace(objects, masks=masks, outlines=None, crowd=objects.crowd | missing)


def _around(xyxy: NDArray[np.float64]) -> list[float]:
    left, top, right, bottom = xyxy.tolist()
    return [left, top, right, top, right, bottom, left, bottom]
