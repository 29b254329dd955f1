"""What VOC calls difficult counts as in PaddleDetection's own evaluation of VOC."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ppdet.metrics.map_utils import DetectionMAP

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.detection import DetectionMetric

_CLASSES = 3


def _made_up(seed: int) -> tuple[list[Objects], list[Objects]]:
    """Objects of which some are difficult, and predictions near them, doubled and invented."""
    rng = np.random.default_rng(seed)
    truth, predictions = [], []
    for _ in range(20):
        count = int(rng.integers(0, 6))
        corner, sides = rng.uniform(0, 90, (count, 2)), rng.uniform(10, 60, (count, 2))
        boxes, classes = np.hstack([corner, corner + sides]), rng.integers(0, _CLASSES, count)
        difficult = rng.random(count) < 0.4
        truth.append(Objects.from_boxes(boxes, classes, difficult=difficult))
        corner = rng.uniform(0, 90, (3, 2))
        invented = np.hstack([corner, corner + rng.uniform(10, 60, (3, 2))])
        near = np.repeat(boxes, 2, axis=0) + rng.normal(0, 3, (2 * count, 4))
        predicted = np.concatenate([np.repeat(classes, 2), rng.integers(0, _CLASSES, 3)])
        score = rng.random(len(predicted))
        predictions.append(Objects.from_boxes(np.vstack([near, invented]), predicted, score=score))
    return truth, predictions


@pytest.mark.parametrize("seed", range(3))
def test_difficult_objects_count_neither_way(seed: int) -> None:
    truth, predicted = _made_up(seed)
    theirs = DetectionMAP(
        _CLASSES,
        0.5,
        map_type="integral",
        is_bbox_normalized=True,
        catid2name={number: str(number) for number in range(_CLASSES)},
    )
    for true, unsorted in zip(truth, predicted, strict=True):
        one = unsorted.take(np.argsort(-unsorted.score))  # as they come of a model
        guesses = one.xyxy, one.score, one.class_id
        theirs.update(*guesses, true.xyxy, true.class_id, true.difficult.astype(int))
    theirs.accumulate()
    # their area is of the curve itself, VOC's of one made to fall
    expected = []
    for row in theirs.eval_results:
        falling = np.maximum.accumulate(row["precision"][::-1])[::-1]
        expected.append(float((np.diff([0.0, *row["recall"]]) * falling).sum()))
    assert _ours(truth, predicted) == pytest.approx(expected)
    plain = [replace(one, difficult=np.zeros(len(one), np.bool_)) for one in truth]
    assert _ours(plain, predicted) != pytest.approx(expected)


def _ours(truth: list[Objects], predicted: list[Objects]) -> list[float | None]:
    metric = DetectionMetric([str(number) for number in range(_CLASSES)])
    metric.update(Batch(range(len(truth)), {"truth": truth}), predicted)
    return [row["voc_ap50"] for row in metric.report()["per_class"]]
