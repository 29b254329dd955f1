"""Outlines of COCO annotations: polygons, or masks as run lengths."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec
import numpy as np

from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.store.rle import counts_of, polygons_of

_DEEPEST = 3
_EMPTY = (b"", b"null", b"[]")


class _Rle(msgspec.Struct):
    size: tuple[int, int]
    counts: list[int] | str


_decode_rle = msgspec.json.Decoder(_Rle).decode
_decode = msgspec.json.decode
_Number: TypeAlias = "float | str | None"


def read_outline(text: bytes) -> list[list[float]]:
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
        given = _polygons(_decode(text))
    except (ValueError, OverflowError, RecursionError) as error:  # msgspec's are ValueErrors
        raise ValueError("malformed_outline") from error
    if any(len(polygon) % 2 for polygon in given):
        raise ValueError("malformed_outline")
    numbers = [[as_number(value) for value in polygon] for polygon in given if polygon]
    if any(math.isnan(value) for polygon in numbers for value in polygon):
        raise ValueError("nan_value")
    if any(math.isinf(value) for polygon in numbers for value in polygon):
        raise ValueError("infinite_value")
    return numbers


def _polygons(given: Any, depth: int = 0) -> list[list[_Number]]:
    """The polygons in a list of numbers, of pairs of numbers, or of lists of either.

    COCO's is a list of polygons, each a list of numbers. Some tools write a polygon without the
    list around it, or its corners as pairs, or one list more.

    Raises:
        ValueError: It is none of these.
    """
    if not isinstance(given, list) or depth > _DEEPEST:
        raise ValueError("no list of polygons")
    if all(not isinstance(item, list) for item in given):
        return [[_number(item) for item in given]] if given else []
    if len(given) > 2 and all(map(_is_corner, given)):
        return [[_number(value) for corner in given for value in corner]]
    return [polygon for item in given for polygon in _polygons(item, depth + 1)]


def _is_corner(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and not any(isinstance(v, list) for v in item)


def _number(value: Any) -> _Number:
    if isinstance(value, (bool, dict)):
        raise ValueError("no number")
    number: _Number = value
    return number


def as_number(value: float | str | None) -> float:
    """What an annotation says, also in quotation marks; NaN if that is no number."""
    try:
        return parse_float(value)
    except ValueError:
        return math.nan
