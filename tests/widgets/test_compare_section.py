"""Of a thousand classes, the comparison of two evaluations lists those that differ most."""

from __future__ import annotations

import pytest

from paddlex_nb.results.differences import Difference
from paddlex_nb.widgets.pages.evaluation.compare import MOST, most_telling


def difference(name: str | None, value: float, width: float) -> Difference:
    return Difference(
        first="a",
        second="b",
        metric="f1",
        class_name=name,
        difference=value,
        low=value - width,
        high=value + width,
        images=10,
    )


@pytest.mark.parametrize("classes", [1, MOST - 1])
def test_few_classes_stay_in_their_order(classes: int) -> None:
    rows = [difference(None, 0, 1), *(difference(str(n), n / 100, 0.1) for n in range(classes))]
    assert most_telling(rows) == rows


def test_of_many_classes_those_beyond_noise_come_first() -> None:
    noise = [difference(f"noise {n}", 0.3, 0.5) for n in range(1000)]
    lost, won = difference("lost", -0.2, 0.05), difference("won", 0.1, 0.05)
    unknown = Difference("a", "b", "f1", "unknown", None, None, None, 10)
    overall = difference(None, 0.0, 0.1)
    listed = most_telling([overall, unknown, *noise[:500], won, *noise[500:], lost])
    assert len(listed) == MOST
    assert list(listed[:3]) == [overall, lost, won]
    assert unknown not in listed
