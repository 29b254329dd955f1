"""Metrics equal scikit-learn's; absent classes are said to be undefined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.metrics.classification import ClassificationMetric


def measured(labels: Any, scores: Any, batch: int = 7) -> ClassificationMetric:
    labels, scores = np.asarray(labels, np.int64), np.asarray(scores, np.float32)
    metric = ClassificationMetric([f"c{n}" for n in range(scores.shape[1])])
    for start in range(0, len(labels), batch):
        part = slice(start, start + batch)
        rows = range(len(labels))[part]
        metric.update(Batch(rows=rows, data={"label": labels[part]}), scores[part])
    return metric


def drawn(seed: int, images: int, classes: int) -> tuple[np.ndarray[Any, Any], ...]:
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, images - classes)])
    scores = rng.random((images, classes)) + np.eye(classes)[labels] * rng.random((images, 1))
    scores = np.round(scores, 1)  # many ties
    return labels, (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("images", "classes"), [(40, 2), (200, 7), (60, 12)])
def test_equal_to_scikit_learn(seed: int, images: int, classes: int) -> None:
    labels, scores = drawn(seed, images, classes)
    report, predicted = measured(labels, scores).report(), scores.argmax(axis=1)
    every = list(range(classes))
    metrics = report["metrics"]
    assert metrics["top1"] == pytest.approx(sk.accuracy_score(labels, predicted))
    means = sk.precision_recall_fscore_support(
        labels, predicted, labels=every, average="macro", zero_division=0
    )
    assert [metrics[n] for n in ("precision", "recall", "f1")] == pytest.approx(means[:3])
    each = sk.precision_recall_fscore_support(labels, predicted, labels=every, zero_division=0)
    for name, values in zip(("precision", "recall", "f1", "support"), each, strict=True):
        assert [row[name] for row in report["per_class"]] == pytest.approx(list(values))
    aucs = [sk.roc_auc_score(labels == n, scores[:, n]) for n in every]
    assert [row["auc"] for row in report["per_class"]] == pytest.approx(aucs)
    assert metrics["auc"] == pytest.approx(np.mean(aucs))
    expected = sk.log_loss(labels, np.maximum(scores.astype(float), 1e-12), labels=every)
    assert metrics["loss"] == pytest.approx(expected, rel=1e-5)
    matrix = sk.confusion_matrix(labels, predicted, labels=every)
    assert report["confusion_matrix"] == matrix.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_top5_without_ties_equals_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 9, 100), rng.random((100, 9))
    expected = sk.top_k_accuracy_score(labels, scores, k=5, labels=range(9))
    assert measured(labels, scores).report()["metrics"]["top5"] == pytest.approx(expected)


def test_fewer_than_five_classes_make_top5_certain() -> None:
    labels, scores = drawn(0, 20, 3)
    assert measured(labels, scores).report()["metrics"]["top5"] == 1


def test_absent_classes_are_undefined_and_left_out_of_means() -> None:
    # c0 and c1 occur; c2 is only predicted; c3 neither; c1 is never predicted
    labels = [0, 0, 0, 1, 1]
    scores = np.eye(4)[[0, 0, 2, 0, 2]] * 0.9 + 0.02
    report = measured(labels, scores).report()
    rows = {row["class"]: row for row in report["per_class"]}
    assert rows["c0"]["precision"] == pytest.approx(2 / 3)
    assert (rows["c1"]["precision"], rows["c1"]["recall"], rows["c1"]["f1"]) == (0, 0, 0)
    assert (rows["c2"]["precision"], rows["c2"]["recall"], rows["c2"]["f1"]) == (0, None, 0)
    assert rows["c2"]["auc"] is None
    assert (rows["c3"]["precision"], rows["c3"]["recall"], rows["c3"]["f1"]) == (None, None, None)
    assert report["metrics"]["recall"] == pytest.approx((2 / 3 + 0) / 2)
    assert report["metrics"]["precision"] == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_one_class_alone_has_no_auc() -> None:
    metric = measured([0, 0], [[0.9, 0.1], [0.2, 0.8]])
    assert metric.report()["metrics"]["auc"] is None
    scores = metric.scores()
    assert scores["auc"] is None
    assert next(iter(scores)) == "top1"


def test_certain_and_wrong_is_a_finite_loss() -> None:
    assert np.isfinite(measured([1], [[1.0, 0.0]]).report()["metrics"]["loss"])


def test_the_table_has_a_row_for_every_image() -> None:
    table = measured([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], batch=2).table().to_pydict()
    assert table["row"] == [0, 1, 2]
    assert table["truth"] == [0, 1, 1]
    assert table["prediction"] == [0, 0, 1]
    assert table["score"] == pytest.approx([0.9, 0.8, 0.7])
    assert table["truth_score"] == pytest.approx([0.9, 0.2, 0.7])
