"""Images are found as a plain loop over the index finds them, and counted likewise."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.explore import (
    IMAGE_QUANTITIES,
    OBJECT_QUANTITIES,
    SORTS,
    Bars,
    Catalogue,
    Histogram,
    LeftOut,
    Match,
    Query,
    cells,
    class_bars,
    pairs,
    split_bars,
)
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.explore.query import replaced
from paddlex_nb.data.store.records import SPLITS

from .made_up import CLASSES, CODES, Picture, Plain, write

LETTERS = "aB.*+?()[]{}|\\^$ /_-äÄ图"
NUMBER = st.integers(0, len(CLASSES) - 2)
SIDE = st.sampled_from([0, 0.25, 1, 2, 2.5, 5, 8])
BOX = st.tuples(NUMBER, SIDE, SIDE, SIDE, SIDE)
PICTURE = st.builds(
    Picture,
    st.text(LETTERS, max_size=4),
    st.tuples(*[st.sampled_from([1, 4, 8, 10])] * 2),
    st.sampled_from(["", *SPLITS]),
    st.booleans(),
    st.lists(NUMBER, max_size=2),
    st.lists(BOX, max_size=4),
    st.lists(st.sampled_from(CODES), max_size=2),
)
LIMIT = st.sampled_from([-math.inf, 0, 0.25, 0.5, 1, 2, 4, 5, 8, 10, math.inf, math.nan])
QUANTITY = st.sampled_from([*IMAGE_QUANTITIES, *OBJECT_QUANTITIES])
QUERY = st.builds(
    Query,
    text=st.text(LETTERS + "ÄA.jpg", max_size=2),
    split=st.sampled_from(["", "", *SPLITS, "none"]),
    classes=st.lists(st.integers(0, len(CLASSES)), max_size=3).map(tuple),
    match=st.sampled_from(list(Match)),
    without=st.just(()) | st.lists(st.integers(0, len(CLASSES)), max_size=2).map(tuple),
    finding=st.sampled_from(["", "", *CODES, "no_such_code"]),
    ranges=st.dictionaries(QUANTITY, st.tuples(LIMIT, LIMIT), max_size=2),
    cell=st.none() | st.tuples(*[st.sampled_from([0, 4, 8, GRID - 1])] * 2),
    left_out=st.sampled_from(list(LeftOut)),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)


def without(query: Query, *names: str) -> Query:
    """A query with few conditions finds something more often."""
    return replaced(query, **{name: getattr(Query(), name) for name in names})


@settings(max_examples=150, deadline=None)
@given(
    task=st.sampled_from(list(Task)),
    pictures=st.lists(PICTURE, max_size=9),
    divided=st.booleans(),
    queries=st.lists(QUERY, min_size=1, max_size=4),
)
def test_queries_find_what_a_plain_loop_finds(
    task: Task, pictures: list[Picture], divided: bool, queries: list[Query]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place), task, pictures, divided=divided)
        catalogue, plain = Catalogue(folder), Plain(folder, pictures)
        for query in queries:
            for asked in (
                query,
                without(query, "text", "split", "finding", "cell"),
                without(query, "text", "split", "finding", "ranges", "left_out"),
                without(query, "classes", "match", "without", "ranges", "cell"),
            ):
                assert catalogue.rows(asked).tolist() == plain.rows(asked), asked
                fits = [plain.fits(row, asked) for row in range(len(pictures))]
                assert catalogue.fits(asked).tolist() == fits
                counted(catalogue, plain, fits)


def counted(catalogue: Catalogue, plain: Plain, fits: list[bool]) -> None:
    """All bars are as a plain loop counts them."""
    chosen = np.array(fits, np.bool_)
    rows = range(len(fits))

    def same(bars: Bars, places: list[list[int]], size: int) -> None:
        totals, counts = [0] * size, [0] * size
        for row in rows:
            for place in places[row]:
                totals[place] += 1
                counts[place] += fits[row]
        assert (bars.totals, bars.counts) == (totals, counts)

    shown = [plain.images[row]["present"] for row in rows]
    same(class_bars(catalogue, chosen), shown, len(CLASSES))
    order = [*SPLITS, "none"]
    same(split_bars(catalogue, chosen), [[order.index(s)] for s in plain.splits], len(order))
    in_cells = [[plain.cell(row, one) for one in plain.objects[row]] for row in rows]
    same(cells(catalogue, chosen), [[a * GRID + b for a, b in c] for c in in_cells], GRID * GRID)
    some = [2, 0, 3]
    both = [[some.index(n) for n in numbers if n in some] for numbers in shown]
    same(pairs(catalogue, chosen, some), [[a * 3 + b for a in n for b in n] for n in both], 9)
    for name in (*IMAGE_QUANTITIES, *OBJECT_QUANTITIES):
        if name in OBJECT_QUANTITIES:
            values = [[plain.of_object(r, one, name) for one in plain.objects[r]] for r in rows]
        else:
            values = [[plain.of_image(row, name)] for row in rows]
        flat = [value for several in values for value in several]
        bars = Histogram(catalogue, name).bars(chosen)
        edges = bars.edges
        assert (edges == []) == (len(set(flat)) < 2)
        if not edges:
            continue
        assert edges == sorted(set(edges))
        assert edges[0] <= min(flat)
        assert edges[-1] >= max(flat)
        places = [[place(edges, value) for value in several] for several in values]
        same(bars, places, len(edges) - 1)


def place(edges: list[float], value: float) -> int:
    inside = [at for at in range(len(edges) - 1) if edges[at] <= value < edges[at + 1]]
    return inside[0] if inside else len(edges) - 2


def test_conditions_hold_for_one_and_the_same_object(tmp_path: Path) -> None:
    pictures = [
        Picture(boxes=[(0, 0, 0, 1, 1), (1, 2, 2, 6, 6)]),  # a small cat and a large dog
        Picture(boxes=[(0, 2, 2, 6, 6), (1, 0, 0, 1, 1)]),  # a large cat and a small dog
        Picture(boxes=[(0, 7, 7, 1, 1)]),
    ]
    catalogue = Catalogue(write(tmp_path, Task.DETECTION, pictures))
    small = {"object_side": (0.0, 2.0)}

    def rows(**fields: Any) -> list[int]:
        return list(map(int, catalogue.rows(Query(**fields))))

    assert rows(classes=(0,), ranges=small) == [0, 2]
    assert rows(classes=(0,), ranges=small, cell=(1, 1)) == [0]
    matching = catalogue.matching(Query(ranges=small))
    assert matching is not None
    assert matching.tolist() == [True, False, False, True, True]
    assert catalogue.matching(Query(classes=(0,))) is None
    assert rows(classes=(0, 1), ranges=small, cell=(1, 1)) == [0, 1]
    assert rows(classes=(0,), ranges=small | {"object_share": (0.1, math.inf)}) == []
    assert rows(classes=(0, 1), match=Match.ALL, ranges=small) == [0, 1]
    assert rows(without=(1,), ranges=small) == [2]


def test_limits_are_included_exactly(tmp_path: Path) -> None:
    pictures = [Picture(size=(10, 10), boxes=[(0, 0, 0, 5, 10)]), Picture(size=(10, 10))]
    catalogue = Catalogue(write(tmp_path, Task.DETECTION, pictures))
    for name, value in {"object_share": 0.5, "object_aspect": 0.5, "width": 10.0}.items():
        assert catalogue.rows(Query(ranges={name: (value, value)})).tolist()[0] == 0


def test_images_without_a_size_are_no_trouble(tmp_path: Path) -> None:
    pictures = [Picture(size=(0, 0), boxes=[(0, 0, 0, 0, 0)]), Picture(boxes=[(1, 0, 0, 4, 4)])]
    catalogue = Catalogue(write(tmp_path, Task.DETECTION, pictures))
    for name in ("aspect_ratio", "width", *OBJECT_QUANTITIES):
        assert np.isfinite(catalogue.quantity(name)).all()
        Histogram(catalogue, name).bars(np.ones(2, np.bool_))
    assert sum(cells(catalogue, np.ones(2, np.bool_)).totals) == 2
    for sort in SORTS:
        assert sorted(catalogue.rows(Query(sort=sort))) == [0, 1]


def test_the_few_largest_do_not_squeeze_the_others(tmp_path: Path) -> None:
    sizes = [*range(100, 1100), 20_000]
    catalogue = Catalogue(
        write(tmp_path, Task.CLASSIFICATION, [Picture(size=(side, 8)) for side in sizes])
    )
    bars = Histogram(catalogue, "width").bars(np.ones(len(sizes), np.bool_))
    assert len(bars.totals) > 15
    assert bars.edges[-1] == 20_000
    assert max(bars.totals) < 100
    # all but one alike: still more than a single bar
    other = tmp_path / "other"
    other.mkdir()
    alike = [Picture(size=(100, 8)) for _ in range(999)] + [Picture(size=(900, 8))]
    catalogue = Catalogue(write(other, Task.CLASSIFICATION, alike))
    bars = Histogram(catalogue, "width").bars(np.ones(1000, np.bool_))
    assert (bars.totals[0], bars.totals[-1]) == (999, 1)


@pytest.mark.parametrize(
    "query",
    [Query(ranges={"weight": (0, 1)}), Query(sort="weight"), Query(sort="object_side")],
)
def test_what_there_is_not_is_told(tmp_path: Path, query: Query) -> None:
    catalogue = Catalogue(write(tmp_path, Task.DETECTION, [Picture()]))
    with pytest.raises(UserError, match="Unknown property or order"):
        catalogue.rows(query)
