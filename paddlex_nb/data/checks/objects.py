"""Whether boxes lie in their images and make sense."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.checks.box_units import find_shares, to_pixels, with_corners_in_order
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report, Value
from paddlex_nb.data.store.object_table import ObjectTable

_TOLERANCE = 1.0
"""Pixels by which a box may pass the image's edge unreported: tools count from 0 or from 1."""

_SLENDER = 50
"""A box this many times as long as wide is more often a slip than an object."""

_WHOLE = 0.99
"""Share of the image from which a box covers all of it."""

_TINY, _INPUT = 4, 640  # as in params.small_objects, which knows the input size
"""Objects of fewer pixels a side, once images are scaled to an input of that size, are hardly
learnt: the finest map of the detectors here has a pixel for eight of theirs."""


def clean_objects(
    draft: Draft, sizes: NDArray[np.int32], report: Report, tiling: Tiling | None = None
) -> ObjectTable:
    """The objects that have an area inside their image, clipped to it, sorted by image.

    Args:
        draft: The data set.
        sizes: Width and height of each image in pixels as shown, of shape (images, 2); 0 for
            images that cannot be used, whose objects are left out unreported.
        report: Told of objects that were clipped or left out, or that look wrong.
        tiling: How images will be cut, of which each part becomes an input.
    """
    objects = draft.objects.take(np.flatnonzero(sizes[draft.objects.image, 0] > 0))
    objects = objects.take(np.argsort(objects.image, kind="stable"))
    limits = np.tile(sizes[objects.image].astype(np.float64), 2)
    if draft.relative:
        objects.boxes *= limits
        objects.outlines = objects.outlines.scaled(limits[:, :2])
    elif (shares := find_shares(draft, objects)).any():
        to_pixels(objects, shares, limits)
        first = draft.images[objects.image[np.flatnonzero(shares)[0]]]
        report.warning("shares_not_pixels", first.labels or first.path, objects=int(shares.sum()))
    claimed, upright = objects.boxes, with_corners_in_order(objects.boxes)
    objects.boxes = np.clip(upright, 0, limits)
    inside = _report_places(draft, objects, claimed, limits, report)
    objects = objects.take(np.flatnonzero(inside))
    _report_shapes(draft, objects, limits[inside], report, tiling)
    _report_doubles(draft, objects, report)
    return objects


def _report_places(
    draft: Draft,
    objects: ObjectTable,
    claimed: NDArray[np.float64],
    limits: NDArray[np.float64],
    report: Report,
) -> NDArray[np.bool_]:
    """Report boxes that are not wholly inside their images; whether each has an area there."""
    left, top, right, bottom = claimed.T
    width, height = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
    inside: NDArray[np.bool_] = (width > 0) & (height > 0)
    conditions = [
        ("zero_area_box", (right == left) | (bottom == top)),
        ("box_outside_image", ~inside),
        ("inverted_box", (right < left) | (bottom < top)),
        ("negative_coordinate", np.minimum(left, top) < -_TOLERANCE),
        ("box_outside_image", (claimed > limits + _TOLERANCE).any(axis=1)),
    ]
    first = np.select([holds for _, holds in conditions], range(len(conditions)), -1)
    for row in np.flatnonzero(first >= 0).tolist():
        box = ", ".join(f"{x:g}" for x in claimed[row])
        code = conditions[first[row]][0]
        size = {"size": "{:g}x{:g}".format(*limits[row])} if code == "box_outside_image" else {}
        tell(report.warning, code, draft, objects, row, box=box, **size)
    return inside


def _report_shapes(
    draft: Draft,
    objects: ObjectTable,
    limits: NDArray[np.float64],
    report: Report,
    tiling: Tiling | None,
) -> None:
    """Report boxes of unlikely size or form."""
    left, top, right, bottom = objects.boxes.T
    width, height = right - left, bottom - top
    short, long = np.minimum(width, height), np.maximum(width, height)
    whole_width, whole_height = limits[:, :2].T
    covers = (width >= _WHOLE * whole_width) & (height >= _WHOLE * whole_height) & ~objects.crowd
    slender = (long > _SLENDER * short) & ~covers
    for code, holds in (("box_covers_image", covers), ("slender_box", slender)):
        for row in np.flatnonzero(holds).tolist():
            box = ", ".join(f"{x:g}" for x in objects.boxes[row])
            tell(report.info, code, draft, objects, row, box=box)
    scaled = np.maximum(whole_width, whole_height)
    if tiling:
        scaled = np.minimum(scaled, tiling.size)
    tiny = np.flatnonzero(short * _INPUT < _TINY * scaled)
    if len(tiny):
        example = draft.images[objects.image[tiny[0]]].path
        report.info("tiny_objects", objects=len(tiny), example=example, side=_TINY, size=_INPUT)


def _report_doubles(draft: Draft, objects: ObjectTable, report: Report) -> None:
    """Report objects with the class and the box of another one of their image."""
    columns = [objects.image, objects.class_id, *np.rint(objects.boxes.T * 8).astype(np.int64)]
    key = np.zeros(len(objects), np.uint64)
    for column in columns:  # FNV-1a, a column a step
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
    if (np.diff(np.sort(key)) != 0).all():  # far quicker than finding out where
        return
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(np.diff(key[order]) == 0) + 1
    for row in np.sort(order[same]).tolist():
        if not objects.crowd[row]:
            name = draft.classes[objects.class_id[row]]
            tell(report.warning, "duplicate_box", draft, objects, row, name=name)


def tell(
    report: Callable[..., None],
    code: str,
    draft: Draft,
    objects: ObjectTable,
    row: int,
    **values: Value,
) -> None:
    """Report a finding about an object: its label file and place, its image and its number."""
    image = draft.images[objects.image[row]]
    number = int(objects.number[row])
    place = draft.object_place.format(number)
    place = f"{image.place}, {place}" if image.place else place
    report(code, image.labels or image.path, place, image=image.path, number=number, **values)
