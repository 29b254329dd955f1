"""Curves and calibration equal scikit-learn's, whatever the scores are like."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.metrics import class_scores as kept
from paddlex_nb.metrics.class_scores import class_scores, top_k_accuracies
from paddlex_nb.metrics.classification import ClassificationMetric
from paddlex_nb.metrics.confusion import confused_pairs, confusion_order
from paddlex_nb.metrics.curves import calibration, precision_recall, roc


def drawn(seed: int, images: int, classes: int, digits: int = 1) -> tuple[Any, Any]:
    """Labels and probabilities, with many ties where there are few digits."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, images)
    scores = rng.random((images, classes)) + np.eye(classes)[labels] * rng.random((images, 1))
    scores = np.round(scores, digits) + 1e-3
    return labels, (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


CASES = [(40, 2), (200, 7), (900, 300), (2, 2)]


@pytest.mark.filterwarnings("ignore")  # scikit-learn's, of classes that do not occur
@pytest.mark.parametrize("digits", [0, 1, 6])
@pytest.mark.parametrize(("images", "classes"), CASES)
def test_curves_equal_scikit_learns(images: int, classes: int, digits: int) -> None:
    labels, scores = drawn(images, images, classes, digits)
    for number in {0, 1, classes - 1}:
        mine, of = labels == number, scores[:, number]
        ours = roc(mine, of)
        false, true, threshold = sk.roc_curve(mine, of, drop_intermediate=False)
        np.testing.assert_allclose(ours.false_positive_rate, false)
        np.testing.assert_allclose(ours.true_positive_rate, true)
        np.testing.assert_allclose(ours.threshold, threshold)
        curve = precision_recall(mine, of)
        precision, recall, threshold = sk.precision_recall_curve(mine, of)
        np.testing.assert_allclose(curve.precision, precision)
        np.testing.assert_allclose(curve.recall, recall)
        np.testing.assert_allclose(curve.threshold, threshold)
        if 0 < mine.sum() < images:
            assert ours.area == pytest.approx(sk.roc_auc_score(mine, of))
        if mine.any():
            assert curve.average_precision == pytest.approx(sk.average_precision_score(mine, of))


def test_a_class_that_is_absent_or_everywhere_has_no_area() -> None:
    scores = np.array([0.2, 0.2, 0.9], np.float32)
    nowhere, everywhere = np.zeros(3, np.bool_), np.ones(3, np.bool_)
    assert np.isnan(roc(nowhere, scores).area)
    assert np.isnan(roc(everywhere, scores).area)
    assert precision_recall(nowhere, scores).average_precision == 0
    assert precision_recall(everywhere, scores).average_precision == 1


def test_one_image_and_none() -> None:
    one = roc(np.array([True]), np.array([0.5], np.float32))
    assert one.true_positive_rate.tolist() == [0, 1]
    none = precision_recall(np.zeros(0, np.bool_), np.zeros(0, np.float32))
    assert (none.precision.tolist(), none.recall.tolist()) == ([1.0], [0.0])
    assert np.isnan(calibration(np.zeros(0, np.bool_), np.zeros(0)).error)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bins", [5, 10, 15])
def test_calibration_equals_scikit_learns(seed: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    confidence = np.round(rng.random(300), 2)  # many on the edges of bins
    right = rng.random(300) < confidence**2
    ours = calibration(right, confidence, bins)
    filled = ours.count > 0
    true, predicted = calibration_curve(right, confidence, n_bins=bins)
    np.testing.assert_allclose(ours.accuracy[filled], true)
    np.testing.assert_allclose(ours.confidence[filled], predicted)
    gaps = [
        abs(right[ours.place == at].mean() - confidence[ours.place == at].mean())
        * (ours.place == at).mean()
        for at in np.flatnonzero(filled)
    ]
    assert ours.error == pytest.approx(sum(gaps))


def test_scores_that_are_honest_have_no_error() -> None:
    right = np.repeat([True, False], 50)
    assert calibration(right, np.full(100, 0.5)).error == 0
    assert calibration(right, np.full(100, 1.0)).error == 0.5


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_top_k_equals_scikit_learns(k: int) -> None:
    labels, scores = drawn(1, 200, 9, 6)
    expected = sk.top_k_accuracy_score(labels, scores, k=k, labels=range(9))
    assert top_k_accuracies(labels, scores, 5)[k - 1] == pytest.approx(expected)


def test_top_k_goes_no_further_than_there_are_classes_and_breaks_ties_by_number() -> None:
    labels = np.array([0, 1, 2])
    scores = np.array([[0.4, 0.4, 0.2], [0.4, 0.4, 0.2], [0.4, 0.4, 0.2]], np.float32)
    assert top_k_accuracies(labels, scores, 5) == pytest.approx([1 / 3, 2 / 3, 1])


def stored(labels: Any, scores: Any) -> pa.Table:
    metric = ClassificationMetric([f"c{n}" for n in range(scores.shape[1])])
    metric.update(Batch(rows=range(len(labels)), data={"label": labels}), scores)
    return metric.table()


def test_scores_are_read_as_they_were_stored() -> None:
    labels, scores = drawn(3, 60, 7)
    read = class_scores(stored(labels, scores), 7)
    assert read is not None
    assert read.whole
    np.testing.assert_array_equal(read.values, scores)
    np.testing.assert_array_equal(read.column(3), scores[:, 3])
    assert read.top_k() == top_k_accuracies(labels, scores, 5)
    np.testing.assert_array_equal(read.truth, labels)


def test_of_too_many_scores_the_likeliest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, scores = drawn(4, 50, 90, 6)
    monkeypatch.setattr(kept, "MOST_SCORES", 100)
    read = class_scores(stored(labels, scores), 90)
    assert read is not None
    assert not read.whole
    # what ends are made of: the truth, and the 20 likeliest
    expected = np.zeros_like(scores)
    order = np.argsort(-scores, axis=1, kind="stable")[:, : kept.LIKELIEST]
    np.put_along_axis(expected, order, np.take_along_axis(scores, order, axis=1), axis=1)
    expected[range(50), labels] = scores[range(50), labels]
    for class_id in range(90):
        np.testing.assert_array_equal(read.column(class_id), expected[:, class_id])
    np.testing.assert_array_equal(read.predicted, scores.argmax(axis=1))
    np.testing.assert_array_equal(read.confidence, scores.max(axis=1))
    assert read.top_k() == top_k_accuracies(labels, scores, 5)


def test_classes_that_are_never_named_stand_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, scores = np.array([2, 4, 29, 1]), np.zeros((4, 30), np.float32)
    scores[:, 7] = 1
    monkeypatch.setattr(kept, "MOST_SCORES", 100)
    read = class_scores(stored(labels, scores), 30)
    assert read is not None
    assert read.top_k() == top_k_accuracies(labels, scores, 5) == [0, 0, 0.25, 0.5, 0.5]


def test_many_scores_of_many_classes_take_no_more_memory_than_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labels, scores = drawn(6, 4_000, 1_000, 6)
    monkeypatch.setattr(kept, "MOST_SCORES", 100)
    table = stored(labels, scores)
    tracemalloc.start()
    try:
        read = class_scores(table, 1_000)
        assert read is not None
        read.top_k()
        read.column(0)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < scores.nbytes / 4  # 20 of 1,000 classes are kept


@pytest.mark.parametrize("name", ["truth", "prediction", "top_class"])
@pytest.mark.parametrize("wrong", [-1, 90])
def test_a_class_out_of_range_is_damage(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: int
) -> None:
    labels, scores = drawn(4, 50, 90, 6)
    monkeypatch.setattr(kept, "MOST_SCORES", 100)
    table = stored(labels, scores)
    column = table[name].combine_chunks()
    values = (column.flatten() if name == "top_class" else column).to_numpy().copy()
    values[0] = wrong
    changed = pa.array(values, pa.int32())
    if name == "top_class":
        changed = pa.FixedSizeListArray.from_arrays(changed, kept.LIKELIEST)
    table = table.set_column(table.column_names.index(name), name, changed)
    with pytest.raises(ValueError, match="do not fit"):
        class_scores(table, 90)


def test_what_earlier_versions_stored_has_no_scores() -> None:
    labels, scores = drawn(5, 20, 3)
    table = stored(labels, scores)
    assert class_scores(table.drop_columns(["scores"]), 3) is None
    assert class_scores(table, 4) is None  # of another number of classes


def test_confused_classes_stand_side_by_side() -> None:
    matrix = np.diag([10] * 6)
    matrix[0, 4] = 6
    matrix[4, 2] = 4
    matrix[3, 1] = 2
    order = confusion_order(matrix)
    assert sorted(order) == list(range(6))
    assert abs(order.index(0) - order.index(4)) == 1
    assert abs(order.index(4) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
    assert order[-1] == 5  # never confused
    pairs = [(one.truth, one.predicted, one.count) for one in confused_pairs(matrix, 2)]
    assert pairs == [(0, 4, 6), (4, 2, 4)]
    assert confused_pairs(matrix)[0].share == pytest.approx(6 / 16)


def test_a_thousand_classes_are_ordered() -> None:
    rng = np.random.default_rng(0)
    matrix = np.diag(np.full(1000, 30))
    np.add.at(matrix, tuple(rng.integers(0, 1000, (2, 20_000))), 1)
    assert sorted(confusion_order(matrix)) == list(range(1000))
    assert confusion_order(np.zeros((0, 0), np.int64)) == []
