"""The quick look at outlines never passes one that crosses itself."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from paddlex_nb.data.checks.outlines import star_shaped

POLYGON = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=3, max_size=9)


@given(st.lists(POLYGON, min_size=1, max_size=20))
def test_what_is_passed_is_valid(polygons: list[list[tuple[int, int]]]) -> None:
    ends = np.cumsum([0, *map(len, polygons)])
    points = np.array([point for polygon in polygons for point in polygon], np.float32)
    passed = star_shaped(points, ends)
    for polygon, simple in zip(polygons, passed, strict=True):
        assert not simple or shapely.Polygon(polygon).is_valid


@pytest.mark.parametrize(
    ("polygon", "simple"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], True),
        ([(0, 4), (4, 4), (4, 0), (0, 0), (0, 4)], True),  # the other way, closed
        ([(0, 0), (4, 4), (4, 0), (0, 4)], False),  # crossed
        ([(0, 0), (2, 0), (4, 0)], False),  # without area
        ([(0, -5), (3, 4), (-5, -1), (5, -1), (-3, 4)], False),  # twice around: a pentagram
    ],
)
def test_examples(polygon: list[tuple[int, int]], simple: bool) -> None:
    ends = np.array([0, len(polygon)])
    assert star_shaped(np.array(polygon, np.float32), ends).tolist() == [simple]
