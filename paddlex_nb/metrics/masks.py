"""Masks of objects: run-length codes to outlines."""

from __future__ import annotations

import cv2
import numpy as np

from paddlex_nb.data.store.coco_masks import RLE, decode

_ERROR = 0.5
"""How far an outline may leave the mask's edge, in pixels."""


def polygons(rle: RLE) -> list[list[float]]:
    """Outlines of a mask: x0, y0, x1, ... in pixels; holes are left out."""
    contours, _ = cv2.findContours(decode(rle), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        simple = cv2.approxPolyDP(contour, _ERROR, closed=True).reshape(-1, 2)
        if len(simple) >= 3:
            found.append(simple.astype(np.float32).ravel().tolist())
    return found
