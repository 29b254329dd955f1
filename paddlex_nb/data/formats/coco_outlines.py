"""Outlines of COCO annotations: polygons, or masks as run lengths."""

from __future__ import annotations

import math
import threading
from array import array
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import simdjson

from paddlex_nb.data.objects import Outlines
from paddlex_nb.data.rle import counts_of, polygons_of

_OPEN, _CLOSE, _COMMA = b"[],"
_APART = _OPEN ^ _CLOSE
"""The bits by which the two brackets differ; no other character of numbers is so like them."""

_POLYGON = 3
"""Brackets around a coordinate: that of all annotations, the annotation's, the polygon's."""

_EMPTY = (b"", b"null", b"[]")
_NO_POLYGON = msgspec.Raw(b"[]")


class _Own(threading.local):
    """A parser for each thread, which is used again: its memory need not be fetched anew."""

    def __init__(self) -> None:
        self.parser = simdjson.Parser()


_own = _Own()


class _Rle(msgspec.Struct):
    size: tuple[int, int]
    counts: list[int] | str


_decode_rle = msgspec.json.Decoder(_Rle).decode
_decode_polygons = msgspec.json.Decoder(list[list[float | str | None]]).decode


def read_outlines(raws: Sequence[msgspec.Raw]) -> tuple[Outlines, dict[int, str]]:
    """The polygons of some annotations.

    Args:
        raws: The ``segmentation`` of each, as JSON; empty if there is none.

    Returns:
        The polygons; and, for annotations whose outline cannot be read, the code of a finding.
    """
    bulk = _bulk(raws)
    if bulk is not None:
        return bulk, {}
    alone = [row for row, raw in enumerate(raws) if not bytes(raw).startswith(b"[")]
    lists = list(raws)
    for row in alone:
        lists[row] = _NO_POLYGON
    bulk = _bulk(lists)
    if bulk is None:
        alone, bulk = list(range(len(raws))), Outlines.none(len(raws))
    wrong: dict[int, str] = {}
    order = np.arange(len(raws))
    order[alone] = len(raws) + np.arange(len(alone))
    return Outlines.joined([bulk, _one_by_one(raws, alone, wrong)]).take(order), wrong


def _bulk(raws: Sequence[msgspec.Raw]) -> Outlines | None:
    """Polygons of annotations that are all lists of lists of numbers; None if one is not.

    The numbers are read by simdjson, to which all lists are one; where each list ends is counted
    from the brackets and commas.
    """
    text = b"[" + b",".join(raws) + b"]"
    if b'"' in text or b"{" in text:
        return None
    try:
        points = np.frombuffer(_numbers(text), np.float64)
    except (ValueError, TypeError, RuntimeError):
        return None
    data = np.frombuffer(text, np.uint8)
    brackets = np.flatnonzero(data | _APART == _OPEN | _APART)
    opens = data[brackets] == _OPEN
    depth = np.cumsum(np.where(opens, 1, -1))
    if depth.max() > _POLYGON:
        return None
    start = np.flatnonzero(opens & (depth == _POLYGON))
    lengths = 1 + np.add.reduceat(data == _COMMA, brackets, dtype=np.int64)[start]
    if (lengths % 2).any() or lengths.sum() != len(points):
        return None  # polygons without numbers or cut short, numbers outside of polygons
    objects = np.searchsorted(start, np.flatnonzero(opens & (depth == _POLYGON - 1)))
    if len(objects) != len(raws):
        return None  # some are no list
    with np.errstate(over="ignore"):  # absurd numbers become infinite and end at the image's edge
        corners = points.astype(np.float32).reshape(-1, 2)
    return Outlines(
        corners,
        np.concatenate([[0], np.cumsum(lengths // 2)]),
        np.append(objects, len(start)),
    )


def _numbers(text: bytes) -> Any:
    """All numbers of a list of lists, one after another."""
    lists: Any = _own.parser.parse(text)
    return lists.as_buffer(of_type="d")


def _one_by_one(raws: Sequence[msgspec.Raw], rows: list[int], wrong: dict[int, str]) -> Outlines:
    """Polygons of some annotations; notes in ``wrong`` why there are none."""
    points, polygons, objects = array("f"), array("q", [0]), array("q", [0])
    for row in rows:
        try:
            found = _decoded(bytes(raws[row]))
        except ValueError as error:
            wrong[row] = str(error)
            found = []
        for polygon in found:
            points.extend(polygon)
            polygons.append(len(points) // 2)
        objects.append(len(polygons) - 1)
    return Outlines(
        np.array(points, np.float32).reshape(-1, 2),
        np.array(polygons, np.int64),
        np.array(objects, np.int64),
    )


def _decoded(text: bytes) -> list[list[float]]:
    """The polygons of an annotation.

    Raises:
        ValueError: There are none; says so by the code of a finding.
    """
    if text in _EMPTY:
        return []
    try:
        if text.startswith(b"{"):
            rle = _decode_rle(text)
            counts = rle.counts.encode() if isinstance(rle.counts, str) else rle.counts
            runs = counts_of(counts) if isinstance(counts, bytes) else np.array(counts, np.int64)
            return polygons_of(runs, *rle.size)
        given = _decode_polygons(text)
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec's are ValueErrors
        raise ValueError("malformed_outline") from error
    if any(len(polygon) % 2 for polygon in given):
        raise ValueError("malformed_outline")
    if any(value is None for polygon in given for value in polygon):
        raise ValueError("nan_value")
    numbers = [[float(v) for v in p if not isinstance(v, str)] for p in given if p]  # type: ignore[arg-type]
    same = all(len(a) == len(b) for a, b in zip(numbers, filter(None, given), strict=True))
    if not same or not all(map(math.isfinite, (v for p in numbers for v in p))):
        raise ValueError("infinite_value")
    return numbers
