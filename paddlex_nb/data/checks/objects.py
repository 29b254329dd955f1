"""Whether boxes and outlines lie in their images."""

from __future__ import annotations

from paddlex_nb.data.draft import DraftImage, DraftObject
from paddlex_nb.data.report import Report

_TOLERANCE = 1.0
"""Pixels by which a box may pass the image's edge unreported: tools count from 0 or from 1."""


def clean_objects(image: DraftImage, width: int, height: int, report: Report) -> list[DraftObject]:
    """The objects of an image that have an area inside it, clipped to it.

    Args:
        image: The image with its objects.
        width: Its width in pixels as shown.
        height: Its height in pixels as shown.
        report: Told of objects that were clipped or left out.
    """
    kept: list[DraftObject] = []
    for item in image.objects:
        left, top, right, bottom = item.box
        values = {"image": image.path, "box": _shown(item.box)}
        clipped = (
            min(max(left, 0.0), width),
            min(max(top, 0.0), height),
            min(max(right, 0.0), width),
            min(max(bottom, 0.0), height),
        )
        if right < left or bottom < top:
            report.warning("inverted_box", image.labels, item.place, **values)
        elif right == left or bottom == top:
            report.warning("zero_area_box", image.labels, item.place, **values)
        elif clipped[2] <= clipped[0] or clipped[3] <= clipped[1]:
            values["size"] = f"{width}x{height}"
            report.warning("box_outside_image", image.labels, item.place, **values)
        else:
            if min(left, top) < -_TOLERANCE:
                report.warning("negative_coordinate", image.labels, item.place, **values)
            elif right > width + _TOLERANCE or bottom > height + _TOLERANCE:
                values["size"] = f"{width}x{height}"
                report.warning("box_outside_image", image.labels, item.place, **values)
            item.box = clipped
            item.polygons = [_clip(p, width, height) for p in item.polygons]
            kept.append(item)
    return kept


def _clip(polygon: list[float], width: int, height: int) -> list[float]:
    """Points outside moved to the nearest edge."""
    return [min(max(x, 0.0), (width, height)[i % 2]) for i, x in enumerate(polygon)]


def _shown(box: tuple[float, ...]) -> str:
    return ", ".join(f"{x:g}" for x in box)
