"""How likely labels are wrong: cleanlab's figures, and what predictions tell of objects."""

from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import Regions, overlaps
from paddlex_nb.label_errors.calibration import calibrated
from paddlex_nb.label_errors.classes import swapped
from paddlex_nb.label_errors.objects import suspects
from paddlex_nb.label_errors.reading import Compared
from paddlex_nb.label_errors.regions import pairs, regions, self_confidence
from paddlex_nb.label_errors.suggestion import LabelError, shared


def probabilities() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Labels of 60 images, every seventh of them wrong, and probabilities of four classes."""
    image = np.arange(60)[:, None]
    weight = 1 + np.sin(image * 1.7 + np.arange(4) * 2.3) + np.cos(image**2 * 0.37 + np.arange(4))
    truth = image[:, 0] % 4
    weight = np.maximum(weight, 0.05)
    weight[image[:, 0], truth] += 2.0
    labels = np.where(image[:, 0] % 7 == 3, (truth + 1 + image[:, 0] % 3) % 4, truth)
    return labels.astype(np.int64), (weight / weight.sum(axis=1, keepdims=True)).round(4)


def test_swapped_classes_are_those_that_cleanlab_finds() -> None:
    labels, score = probabilities()
    every, predicted = np.arange(len(labels)), score.argmax(axis=1).astype(np.int64)
    found, doubt = swapped(labels, predicted, score[every, labels])
    # cleanlab 2.9.0: find_label_issues(labels, score, filter_by="predicted_neq_given",
    # return_indices_ranked_by="self_confidence"), get_label_quality_scores(...,
    # method="self_confidence")
    assert found.tolist() == CLEANLAB_ISSUES
    np.testing.assert_allclose(1 - doubt, CLEANLAB_SCORES, atol=1e-4)


CLEANLAB_ISSUES: list[int] = [31, 59, 3, 45, 52, 38, 10, 24, 17, 30, 5, 34, 53, 49, 7, 27, 1, 18]
CLEANLAB_SCORES: list[float] = [
    0.0068,
    0.0075,
    0.0079,
    0.0086,
    0.0086,
    0.0828,
    0.1167,
    0.1553,
    0.2332,
    0.2785,
    0.2981,
    0.3101,
    0.3143,
    0.3201,
    0.33,
    0.351,
    0.3801,
    0.3856,
]


def test_of_no_image_nothing_is_suspected() -> None:
    none = np.zeros(0, np.int64)
    found, doubt = swapped(none, none, np.zeros(0))
    assert len(found) == len(doubt) == 0


@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_what_a_score_is_worth_rises_with_it(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    score, right = rng.integers(0, 20, count) / 20, rng.random(count) < 0.5
    worth = calibrated(score, right)
    assert ((worth >= 0) & (worth < 1)).all()
    assert (np.diff(worth[np.argsort(score, kind="stable")]) >= 0).all()


def test_what_a_score_is_worth_is_how_often_it_is_right() -> None:
    score = np.repeat([0.2, 0.8], 100)
    right = np.concatenate([np.arange(100) < 10, np.arange(100) < 90])
    worth = calibrated(score, right)
    assert worth[0] == pytest.approx(0.1, abs=0.02)
    assert worth[-1] == pytest.approx(0.9, abs=0.02)


Box = tuple[int, float, tuple[float, float, float, float]]


def image(
    truth: list[tuple[int, tuple[float, float, float, float]]],
    predicted: list[Box],
    crowd: tuple[int, ...] = (),
) -> Compared:
    boxes = np.array([box for _, box in truth], np.float64).reshape(-1, 4)
    told = np.array([box for _, _, box in predicted], np.float64).reshape(-1, 4)
    return Compared(
        truth=np.array([one for one, _ in truth], np.int64),
        crowd=np.isin(np.arange(len(truth)), crowd),
        predicted=np.array([one for one, _, _ in predicted], np.int64),
        score=np.array([score for _, score, _ in predicted], np.float64),
        overlap=overlaps(told, boxes),
        regions=lambda: told,
    )


HERE, THERE, BESIDE = (10.0, 10.0, 20.0, 20.0), (60.0, 60.0, 20.0, 20.0), (20.0, 14.0, 20.0, 20.0)


def good(count: int = 40) -> list[Compared]:
    """Images on which model and labels agree."""
    return [image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)]) for _ in range(count)]


@pytest.mark.parametrize(
    ("kind", "one", "label"),
    [
        ("missed", image([(1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)]), None),
        ("swapped", image([(1, HERE), (1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)]), 0),
        ("misplaced", image([(0, BESIDE), (1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)]), 0),
        ("superfluous", image([(0, HERE), (1, THERE)], [(1, 0.8, THERE)]), 0),
    ],
)
def test_each_kind_of_error_is_told(kind: str, one: Compared, label: int | None) -> None:
    found = suspects([*good(), one], 2)
    assert (found[0].kind, found[0].image, found[0].label) == (kind, 40, label)
    assert found[0].score > 0.8
    assert all(other.score < 0.2 for other in found[1:])


def test_a_missed_object_that_touches_another_one_is_as_suspicious_as_one_that_does_not() -> None:
    touching = (27.0, 27.0, 20.0, 20.0)  # of HERE it covers 9 pixels of 400
    alone = image([(1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)])
    beside = image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (0, 0.9, touching), (1, 0.8, THERE)])
    found = suspects([*good(), alone, beside], 2)[:2]
    assert {(one.kind, one.image) for one in found} == {("missed", 40), ("missed", 41)}
    assert found[0].score == found[1].score


def test_where_model_and_labels_agree_nothing_is_suspected() -> None:
    assert [one for one in suspects(good(), 2) if one.score > 0.1] == []


@pytest.mark.parametrize(
    "one",
    [
        image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (0, 0.7, HERE), (1, 0.8, THERE)]),
        image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (1, 0.6, HERE), (1, 0.8, THERE)]),
        image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (1, 0.8, THERE)], crowd=(0,)),
    ],
    ids=["found twice", "found twice as another class", "a group"],
)
def test_what_labels_explain_is_not_suspected(one: Compared) -> None:
    assert [found for found in suspects([*good(), one], 2) if found.score > 0.3] == []


def test_a_model_that_finds_nothing_suspects_nothing() -> None:
    blind = [image([(0, HERE), (1, THERE)], []) for _ in range(10)]
    assert [one for one in suspects(blind, 2) if one.score > 0] == []
    assert suspects([], 2) == []


def test_no_overlaps_are_held_of_images_that_were_read_nor_asked_for_without_need() -> None:
    held: list[weakref.ref[NDArray[np.float64]]] = []
    asked: list[int] = []

    def watched(number: int, one: Compared) -> Compared:
        def regions() -> Regions:
            asked.append(number)
            return one.regions()

        overlap = one.overlap.copy()
        held.append(weakref.ref(overlap))
        return replace(one, regions=regions, overlap=overlap)

    twice = image([(0, HERE), (1, THERE)], [(0, 0.9, HERE), (0, 0.9, HERE), (1, 0.8, THERE)])
    images = [*good(), twice]
    found = suspects((watched(number, one) for number, one in enumerate(images)), 2)
    assert [one for one in found if one.score > 0.3] == []
    assert len(held) == 41
    assert not any(one() is not None for one in held)
    assert asked == [40]


def test_deep_areas_of_masks_are_told_and_their_edges_are_not() -> None:
    truth = np.zeros((100, 100), np.uint8)
    truth[:, 50:] = 1
    wider = np.roll(truth, 1, axis=1)
    wider[:, 0] = 0
    odd = truth.copy()
    odd[20:50, 10:40] = 1
    counts = 2 * pairs(truth, truth, 2) + pairs(truth, wider, 2)
    confidence = self_confidence(counts)
    assert regions(truth, wider, confidence) == []
    (one,) = regions(truth, odd, confidence)
    assert (one.given, one.suggested, one.box) == (0, 1, (10, 20, 30, 30))
    assert one.score > 0.8


def test_pixels_without_a_class_are_not_counted() -> None:
    truth = np.full((50, 50), 255, np.uint8)
    assert regions(truth, np.ones((50, 50), np.uint8), np.eye(2)) == []


def test_boxes_that_mean_the_same_place() -> None:
    assert shared((0, 0, 2, 2), (0, 0, 2, 2)) == 1
    assert shared((0, 0, 2, 2), (1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert shared((0, 0, 2, 2), (5, 5, 1, 1)) == shared(None, (0, 0, 1, 1)) == 0
    assert shared(None, None) == 1


def test_an_area_that_is_predicted_as_background_is_not_said_to_have_no_prediction() -> None:
    area = LabelError("superfluous", 0.9, Path("a"), 0, 0, "cat", "background", box=(1, 2, 3, 4))
    assert area.reason().text("en") == "An area labelled cat is predicted background."
    label = LabelError("superfluous", 0.9, Path("a"), 0, 0, "cat", None, 3, box=(1, 2, 3, 4))
    assert label.reason().text("en") == "Labelled cat, but nothing is predicted there."


def test_a_missing_label_is_looked_at_where_it_is_predicted() -> None:
    one = LabelError("missed", 0.9, Path("a"), 0, 0, None, "cat", suggested_box=(1, 2, 3, 4))
    assert one.place == (1, 2, 3, 4)
