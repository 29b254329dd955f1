"""Outlines of COCO annotations: polygons, or masks as run lengths."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.store.rle import counts_of, polygons_of

_EMPTY = (b"", b"null", b"[]")


class _Rle(msgspec.Struct):
    size: tuple[int, int]
    counts: list[int] | str


_decode_rle = msgspec.json.Decoder(_Rle).decode
_decode_polygons = msgspec.json.Decoder(list[list[float | str | None]]).decode


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
        given = _decode_polygons(text)
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


def as_number(value: float | str | None) -> float:
    """What an annotation says, also in quotation marks; NaN if that is no number."""
    try:
        return parse_float(value)
    except ValueError:
        return math.nan
