"""Lists, sizes, durations and hints in words."""

from __future__ import annotations

import pytest

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import (
    duration_text,
    few,
    instead,
    nearest,
    size_text,
    spread_text,
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paddlex_nb.core.i18n._current", "en")


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_500_000_000, "1.5 GB")],
)
def test_sizes(size: int, said: str) -> None:
    assert size_text(size) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.31, "0.3 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (599.7, "10 min"),
        (2700, "45 min"),
        (3599, "1 h"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration_text(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "spread", "said"),
    [
        (42, 3.2, "42 ± 3 s"),
        (42, 0.1, "42 ± 1 s"),
        (1200, 60, "20 ± 1 min"),
        (1200, 12, "20 min"),
        (3900, 600, "1 h 5 min ± 10 min"),
    ],
)
def test_a_duration_that_is_not_known_exactly(seconds: float, spread: float, said: str) -> None:
    assert spread_text(seconds, spread) == said


def test_long_lists_are_cut() -> None:
    assert few(["a", "b"], 2) == ["a", "b"]
    assert few("abcd", 2) == ["a", "b", Message("core.list.more", {"count": 2})]


def test_an_unknown_name_is_answered_by_the_nearest() -> None:
    formats = {"voc": "Pascal VOC", "coco": "COCO", "yolo": "YOLO"}
    assert nearest("pascal", formats) == ["voc"]
    assert nearest("yol", formats) == ["yolo"]
    assert nearest("Yolo", ["yolo", "coco"])[0] == "yolo"
    assert instead("pascal", formats).text("en") == "Did you mean voc?"
    assert instead("qqq", formats).text("en") == "Choose voc, coco or yolo."
    assert instead("qqq", []).text("en") == "There are none yet."
