"""What was predicted in tiles, in the coordinates of the image that they were cut from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.images.tiles import Tile
from paddlex_nb.data.store.coco_masks import RLE, decode, encode_piece, union
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.evaluation.threshold import WORTH_DRAWING

_ALIKE = 0.5
"""IoU, or share of a fragment that another object covers, from which two are the same object."""

_EDGE = 0.01
"""Share of a tile's side within which an object that ends there is taken for a fragment."""

_CHUNK = 2_000


def merge_objects(found: Sequence[tuple[Tile, Objects]], width: int, height: int) -> Objects:
    """The objects of an image from those of its tiles, best first.

    Two tiles see the same in the area that they share. So two objects of one class are the same
    object if their parts in that area are alike (IoU), or if one of them is a fragment, cut by the
    edge of its tile, most of which the other covers there. An object that a tile sees whole
    counts as that tile sees it; one that every tile cuts is put together (non-maximum merging).

    Args:
        found: Tiles, and the objects in each in its own pixels.
        width: Width of the image in pixels.
        height: Its height.
    """
    shifted = [_shifted(tile, objects, width, height) for tile, objects in found]
    tiles = np.array([tile for tile, _ in found], np.float64).reshape(-1, 4)
    objects = Objects.joined(shifted)
    tile_of = objects.image
    order = np.argsort(-objects.score, kind="stable")
    objects, tile_of = objects.take(order), tile_of[order]
    cut = _fragments(objects.xyxy, tiles[tile_of], width, height)
    alike = _alike(objects, tile_of, tiles, cut)
    boxes, masks, kept = [], [], []
    for group in _groups(len(objects), alike, tile_of, cut):
        # the rows are in the order of the scores
        whole = min((row for row in group if not cut[row]), default=None)
        parts = group if whole is None else [whole]
        xyxy = objects.xyxy[parts]
        boxes.append([*xyxy[:, :2].min(axis=0), *xyxy[:, 2:].max(axis=0)])
        kept.append(group[0])
        if objects.masks is not None:
            masks.append(union([objects.masks[row] for row in parts]))
    rows = np.array(kept, np.int64)
    return replace(
        objects.take(rows),
        xyxy=np.array(boxes, np.float64).reshape(-1, 4),
        number=np.arange(len(rows)),
        image=np.zeros(len(rows), np.int64),
        masks=None if objects.masks is None else masks,
    )


def _shifted(tile: Tile, objects: Objects, width: int, height: int) -> Objects:
    """The objects of a tile in pixels of the image; hopeless ones, of which there are many, not."""
    objects = objects.take(objects.score >= WORTH_DRAWING)
    corner = np.array([tile.left, tile.top, tile.left, tile.top], np.float64)
    masks = objects.masks
    if masks is not None:
        masks = [_moved(mask, tile, width, height) for mask in masks]
    return replace(objects, xyxy=objects.xyxy + corner, masks=masks)


def _moved(mask: RLE, tile: Tile, width: int, height: int) -> RLE:
    pixels = decode(mask)
    return encode_piece(pixels, (tile.left, tile.top), width, height)


def _fragments(
    boxes: NDArray[np.float64], tiles: NDArray[np.float64], width: int, height: int
) -> NDArray[np.bool_]:
    """Whether each box ends at an edge of its tile that is no edge of the image."""
    slack = np.maximum(2.0, _EDGE * (tiles[:, 2:] - tiles[:, :2]))
    low = (tiles[:, :2] > 0) & (boxes[:, :2] <= tiles[:, :2] + slack)
    high = (tiles[:, 2:] < [width, height]) & (boxes[:, 2:] >= tiles[:, 2:] - slack)
    return np.asarray((low | high).any(axis=1))


def _alike(
    objects: Objects, tile_of: NDArray[np.int64], tiles: NDArray[np.float64], cut: NDArray[np.bool_]
) -> dict[int, list[int]]:
    """For each object those of other tiles that are the same, as far as two tiles can tell."""
    alike: defaultdict[int, list[int]] = defaultdict(list)
    boxes = objects.xyxy
    shapes = shapely.box(*boxes.T)
    tree = shapely.STRtree(shapes)
    for start in range(0, len(objects), _CHUNK):
        one, other = tree.query(shapes[start : start + _CHUNK], "intersects")
        one = one + start
        near = (one < other) & (tile_of[one] != tile_of[other])
        near &= objects.class_id[one] == objects.class_id[other]
        one, other = one[near], other[near]
        shared = _common(tiles[tile_of[one]], tiles[tile_of[other]])
        mine, theirs = _common(boxes[one], shared), _common(boxes[other], shared)
        both = _area(_common(mine, theirs))
        areas, whole = (_area(mine), _area(theirs)), (_area(boxes[one]), _area(boxes[other]))
        same = both > _ALIKE * (areas[0] + areas[1] - both)
        # a fragment lies in the shared area for the most part, or is no fragment of the other
        same |= cut[one] & (both > _ALIKE * whole[0])
        same |= cut[other] & (both > _ALIKE * whole[1])
        same &= both > 0
        for a, b in zip(one[same].tolist(), other[same].tolist(), strict=True):
            alike[a].append(b)
            alike[b].append(a)
    return alike


def _groups(
    count: int,
    alike: dict[int, list[int]],
    tile_of: NDArray[np.int64],
    cut: NDArray[np.bool_],
) -> Iterator[list[int]]:
    """Objects that are the same, the best of each first; a tile sees each once, but for fragments.

    Args:
        count: Objects in all, the best first.
        alike: Those that are the same as each.
        tile_of: The tile of each.
        cut: Whether each is a fragment.
    """
    taken = np.zeros(count, np.bool_)
    for first in range(count):
        if taken[first]:
            continue
        group, todo, seen = [], [first], set()
        while todo:
            row = todo.pop(0)
            if taken[row] or (tile_of[row] in seen and not cut[row]):
                continue
            taken[row] = True
            group.append(row)
            seen.add(tile_of[row])
            todo += sorted(alike.get(row, ()))
        yield group


def _common(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where boxes overlap."""
    low = np.maximum(one[:, :2], other[:, :2])
    return np.concatenate([low, np.minimum(one[:, 2:], other[:, 2:])], axis=1)


def _area(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).clip(0).prod(axis=1))
