"""The objects of images in the tiles that these are cut into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from paddlex_nb.data.images.tiles import Tile
from paddlex_nb.data.store.object_table import XYXY, ObjectTable, ObjectTableBuilder, outline_box

_LEAST = 1.0
"""Pixels of a side below which what lies in a tile is no object."""

_CORNERS = 3
Polygons = list[list[float]]


class ObjectCutter:
    """Cuts objects, and collects what of them lies in tiles, by the number of the tile.

    Args:
        objects: Those of all images, sorted by image, in pixels.
        keep: Share of an object that must lie in a tile.
        outlined: An object's area is that of its polygons, not that of its box.

    Attributes:
        lost: Objects that are in no tile so far, because no tile holds enough of them.
    """

    def __init__(self, objects: ObjectTable, keep: float, *, outlined: bool) -> None:
        self._objects, self._keep, self._outlined = objects, keep, outlined
        self._cut = ObjectTableBuilder()
        self.lost = 0

    def add(self, image: int, tiles: Sequence[Tile], first: int) -> None:
        """Cut the objects of an image.

        Args:
            image: The image.
            tiles: Its tiles.
            first: Number of the first of them.
        """
        objects = self._objects
        start, end = np.searchsorted(objects.image, [image, image + 1]).tolist()
        boxes, crowd = objects.boxes[start:end], objects.crowd[start:end]
        outlines: dict[int, Polygons] = {}
        found = np.zeros(end - start, np.bool_)
        for number, tile in enumerate(tiles, first):
            within = np.concatenate(
                [np.maximum(boxes[:, :2], tile[:2]), np.minimum(boxes[:, 2:], tile[2:])], axis=1
            )
            sides = within[:, 2:] - within[:, :2]
            share = sides.clip(0).prod(axis=1) / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
            # a small object as a whole; of a larger one, more than a line
            touched = (sides > 0).all(axis=1) & ((share >= 1) | (sides >= _LEAST).all(axis=1))
            for row in np.flatnonzero(touched).tolist():
                polygons = outlines.get(row)
                if polygons is None:
                    polygons = outlines[row] = objects.outlines.of_object(start + row)
                box: XYXY = tuple(within[row].tolist())
                inside, part = polygons, float(share[row])
                if polygons and part < 1:
                    inside, area = clipped(polygons, tile)
                    part = area if self._outlined else part
                    box = _around(inside, box) if self._outlined and inside else box
                # a crowd says where nothing is to be learnt: of that, any part counts
                if part >= self._keep or (crowd[row] and part > 0):
                    found[row] = True
                    self._take(number, start + row, tile, box, inside)
        self.lost += int((~found & ~crowd).sum())

    def table(self) -> ObjectTable:
        """What was cut so far, sorted by tile."""
        return self._cut.build()

    def _take(self, number: int, row: int, tile: Tile, box: XYXY, polygons: Polygons) -> None:
        left, top = tile.left, tile.top
        moved = (np.reshape(one, (-1, 2)) - (left, top) for one in polygons)
        self._cut.add(
            number,
            int(self._objects.class_id[row]),
            (box[0] - left, box[1] - top, box[2] - left, box[3] - top),
            [one.ravel().tolist() for one in moved],
            crowd=bool(self._objects.crowd[row]),
            number=int(self._objects.number[row]),
            attributes=self._objects.attributes.of_object(row),
        )


def clipped(polygons: Polygons, tile: Tile) -> tuple[Polygons, float]:
    """The part of an object's polygons that lies in a tile, and which share of its area that is.

    Args:
        polygons: Each x0, y0, x1, ... in pixels; what is inside of any is the object.
        tile: The tile.
    """
    frame = shapely.box(*tile)
    shapes = [
        shapely.make_valid(shapely.Polygon(np.reshape(one, (-1, 2))))
        for one in polygons
        if len(one) >= 2 * _CORNERS
    ]
    parts = [shape.intersection(frame) for shape in shapes]
    whole, inside = (shapely.union_all(some).area if some else 0.0 for some in (shapes, parts))
    rings = [ring for part in parts for ring in _rings(part)]
    return rings, inside / whole if whole > 0 else 0.0


def _rings(shape: shapely.Geometry) -> Iterator[list[float]]:
    """The outlines of what has an area, cut through where there is a hole."""
    for part in shapely.get_parts(shape):
        if part.geom_type in {"MultiPolygon", "GeometryCollection"}:
            yield from _rings(part)
        elif part.geom_type == "Polygon" and part.area > 0:
            if not part.interiors:
                yield shapely.get_coordinates(part.exterior)[:-1].ravel().tolist()
                continue
            left, top, right, bottom = part.bounds
            hole = part.interiors[0].bounds
            middle = (hole[0] + hole[2]) / 2
            for half in ((left, top, middle, bottom), (middle, top, right, bottom)):
                yield from _rings(part.intersection(shapely.box(*half)))


def _around(polygons: Polygons, within: XYXY) -> XYXY:
    """The box around polygons, unless it is none."""
    left, top, right, bottom = outline_box(polygons)
    return (left, top, right, bottom) if right > left and bottom > top else within
