"""Suggestions of a model that is seldom right are called what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.core.i18n import LANGUAGES, Message, tr
from paddlex_nb.label_errors.suggestion import LabelError
from paddlex_nb.label_errors.weak import weak_model
from paddlex_nb.results.label_errors import LabelErrors


@pytest.mark.parametrize(
    ("matrix", "metric", "value"),
    [
        ([[4, 6], [6, 4]], "top1", "0.40"),
        ([[8, 2, 10], [0, 8, 10], [12, 12, 0]], "f1", "0.40"),  # the third is the background
        ([[0, 5], [5, 0]], "top1", "0.00"),
    ],
)
def test_a_model_that_disagrees_with_most_labels_is_weak(
    matrix: list[list[int]], metric: str, value: str
) -> None:
    result = {"metrics": {}, "classes": ["a", "b"], "confusion_matrix": matrix}
    note = weak_model(result)
    assert note is not None
    assert note.values == {"metric": Message(f"metrics.{metric}"), "value": value}
    for language in LANGUAGES:
        assert value in note.text(language)
        assert tr(f"metrics.{metric}", language=language) in note.text(language)


def test_a_model_that_agrees_with_most_labels_is_not() -> None:
    result = {"metrics": {}, "classes": ["a", "b"], "confusion_matrix": [[6, 4], [4, 6]]}
    assert weak_model(result) is None
    assert (
        weak_model({**result, "metrics": {"miou": 0.6}, "confusion_matrix": [[6, 4], [1, 6]]})
        is None
    )


@pytest.mark.parametrize(
    ("matrix", "metrics", "named"),
    [
        # the third class has no label: it is not weak, but absent
        ([[90, 1, 0], [9, 2, 0], [0, 0, 0]], {}, "b (0.29)"),
        ([[90, 0, 0, 5], [0, 1, 0, 9], [0, 0, 0, 0], [5, 0, 0, 0]], {}, "b (0.18)"),
        ([[90, 1, 0], [9, 6, 0], [0, 0, 20]], {"miou": 0.76}, "b (0.38)"),
    ],
)
def test_classes_that_a_sound_model_has_not_learned_are_named(
    matrix: list[list[int]], metrics: dict[str, float], named: str
) -> None:
    result = {"metrics": metrics, "classes": ["a", "b", "c"], "confusion_matrix": matrix}
    note = weak_model(result)
    assert note is not None
    assert note.values["classes"] == [named]
    assert named in note.text("en")


def test_of_many_weak_classes_the_weakest_are_named() -> None:
    matrix = [[0] * 20 for _ in range(20)]
    for number in range(20):
        matrix[number][number] = 1 if number < 12 else 100
        matrix[number][19] += 4
    result = {"metrics": {}, "classes": [f"c{n}" for n in range(20)], "confusion_matrix": matrix}
    note = weak_model(result)
    assert note is not None
    assert note.values["classes"] == [*(f"c{n} (0.33)" for n in range(5)), "+7"]


@pytest.mark.parametrize("miou", [0.2, 0.0, None])
def test_of_pixels_the_mean_iou_counts(miou: float | None) -> None:
    assert weak_model({"metrics": {"miou": miou}}) is not None


def test_the_note_stands_below_the_table(tmp_path: Path) -> None:
    note = weak_model({"metrics": {"miou": 0.1}})
    one = LabelError("swapped", 0.9, tmp_path / "a.jpg", 0, 0, "a", "b", confidence=0.9)
    assert note is not None
    assert note.text() in repr(LabelErrors([one], tmp_path, note))
    assert "0.10" not in repr(LabelErrors([one], tmp_path))
