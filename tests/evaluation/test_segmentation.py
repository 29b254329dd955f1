"""Figures of semantic segmentation equal paddleseg's own."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.metrics import segmentation
from paddlex_nb.metrics.segmentation import LabelMap, SegmentationMetric, pixel_counts
from paddlex_nb.repairs import scalar_concat

_CLASSES = ["road", "sky", "tree", "car"]


def _made_up(seed: int) -> tuple[list[LabelMap], list[LabelMap]]:
    """Blobs, and the same blobs seen a little wrongly; images of several sizes."""
    rng = np.random.default_rng(seed)
    truth, predicted = [], []
    for _ in range(6):
        height, width = (int(side) for side in rng.integers(30, 90, 2))
        noise = cv2.GaussianBlur(rng.random((height, width, 4)), (0, 0), 5)
        truth.append(noise.argmax(axis=2).astype(np.uint8))
        shaken = noise + cv2.GaussianBlur(rng.random((height, width, 4)), (0, 0), 5) / 2
        predicted.append(shaken.argmax(axis=2).astype(np.uint8))
        truth[-1][: height // 6] = 255
    return truth, predicted


def _measured(
    truth: list[LabelMap], predicted: list[LabelMap], classes: list[str] = _CLASSES
) -> SegmentationMetric:
    metric = SegmentationMetric(classes)
    for start in range(0, len(truth), 4):
        part = slice(start, start + 4)
        metric.update(Batch(range(len(truth))[part], {"truth": truth[part]}), predicted[part])
    return metric


def _paddleseg(truth: list[LabelMap], predicted: list[LabelMap]) -> dict[str, Any]:
    import paddle
    from paddleseg.utils import metrics

    scalar_concat()
    areas = [
        metrics.calculate_area(
            paddle.to_tensor(one[None].astype(np.int64)),
            paddle.to_tensor(other[None].astype(np.int64)),
            len(_CLASSES),
        )
        for one, other in zip(predicted, truth, strict=True)
    ]
    total = [sum(area[number] for area in areas) for number in range(3)]
    ious, miou = metrics.mean_iou(*total)
    dices, dice = metrics.dice(*total)
    accuracy, precision, recall = metrics.class_measurement(*total)
    return {
        "miou": miou,
        "accuracy": accuracy,
        "kappa": metrics.kappa(*total),
        "dice": dice,
        "per_class": zip(ious, dices, precision, recall, strict=True),
    }


@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_paddlesegs(seed: int) -> None:
    truth, predicted = _made_up(seed)
    report = _measured(truth, predicted).report()
    theirs = _paddleseg(truth, predicted)
    for name in ("miou", "accuracy", "kappa", "dice"):
        assert report["metrics"][name] == pytest.approx(theirs[name], abs=1e-12), name
    for row, (iou, dice, precision, recall) in zip(
        report["per_class"], theirs["per_class"], strict=True
    ):
        assert row["iou"] == pytest.approx(iou, abs=1e-12)
        assert row["dice"] == pytest.approx(dice, abs=1e-12)
        assert row["f1"] == pytest.approx(dice, abs=1e-12)
        assert row["precision"] == pytest.approx(precision, abs=1e-12)
        assert row["recall"] == pytest.approx(recall, abs=1e-12)


@pytest.mark.parametrize("classes", [1, 4, 200])
@pytest.mark.parametrize("exact", [50, 1 << 24])
def test_pixels_are_counted_one_by_one(
    monkeypatch: pytest.MonkeyPatch, classes: int, exact: int
) -> None:
    rng = np.random.default_rng(classes)
    truth, predicted = rng.integers(0, 256, (2, 31, 17)).astype(np.uint8)
    predicted %= classes
    expected = np.zeros((classes, classes), np.int64)
    for true, told in zip(truth.ravel().tolist(), predicted.ravel().tolist(), strict=True):
        if true < classes:
            expected[true, told] += 1
    monkeypatch.setattr(segmentation, "_EXACT", exact)  # parts of two lines, and all at once
    np.testing.assert_array_equal(pixel_counts(truth, predicted, classes), expected)


def test_what_is_ignored_counts_nowhere() -> None:
    truth = np.array([[0, 0, 255], [1, 1, 255]], np.uint8)
    predicted = np.array([[0, 1, 1], [1, 1, 0]], np.uint8)
    report = _measured([truth], [predicted], ["a", "b"]).report()
    assert report["confusion_matrix"] == [[1, 1], [0, 2]]
    assert report["metrics"]["accuracy"] == 0.75


def test_a_class_that_is_nowhere_has_no_figure_and_lowers_no_mean() -> None:
    truth, predicted = _made_up(1)
    five = _measured(truth, predicted, [*_CLASSES, "boat"]).report()
    assert five["per_class"][4]["iou"] is None
    assert five["metrics"] == _measured(truth, predicted).report()["metrics"]


def test_nothing_known_gives_no_figures() -> None:
    unknown = np.full((4, 4), 255, np.uint8)
    metric = _measured([unknown], [np.zeros((4, 4), np.uint8)])
    assert list(metric.scores()) == ["miou", "accuracy", "kappa", "dice"]
    assert set(metric.scores().values()) == {None}
    assert set(metric.report()["metrics"].values()) == {None}


def test_the_table_has_every_label_map() -> None:
    truth, predicted = _made_up(2)
    rows = _measured(truth, predicted).table().to_pylist()
    assert [row["row"] for row in rows] == list(range(6))
    for row, mask, true in zip(rows, predicted, truth, strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(row["mask"]))), mask)
        known = true != 255
        assert row["accuracy"] == pytest.approx((mask == true)[known].mean())
