"""Masks of objects: run-length codes to outlines."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from paddlex_nb.evaluation.objects import RLE

_ERROR = 0.5
"""How far an outline may leave the mask's edge, in pixels."""


def encode(mask: NDArray[Any]) -> RLE:
    """The run-length code of a mask of shape (H, W) that is not 0 where the object is."""
    found: RLE = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    return found


def polygons(rle: RLE) -> list[list[float]]:
    """Outlines of a mask: x0, y0, x1, ... in pixels; holes are left out."""
    mask = np.ascontiguousarray(coco_mask.decode(rle))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        simple = cv2.approxPolyDP(contour, _ERROR, closed=True).reshape(-1, 2)
        if len(simple) >= 3:
            found.append(simple.astype(np.float32).ravel().tolist())
    return found
