"""Pairs of objects are those that the confusion matrix counts."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hotcoco import COCO, COCOeval
from numpy.typing import NDArray

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import boxes_around, encode
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.metrics.matching import codes, match
from paddlex_nb.widgets.images.predictions import ObjectPredictions

IMAGES, CLASSES, THRESHOLD = 200, 3, 0.3


def scattered(rng: np.random.Generator, count: int) -> Objects:
    boxes = np.concatenate([rng.uniform(0, 60, (count, 2)), rng.uniform(10, 40, (count, 2))], 1)
    scores = np.sort(rng.uniform(0.05, 1, count))[::-1].astype(np.float32)
    return Objects.from_boxes(corners(boxes), rng.integers(0, CLASSES, count), score=scores)


def moved(rng: np.random.Generator, truth: Objects) -> Objects:
    """Most true objects a little beside their place, some of them as another class."""
    kept = rng.random(len(truth)) < 0.8
    boxes = truth.xywh[kept] + rng.normal(0, 2, (int(kept.sum()), 4)).astype(np.float32)
    other = rng.integers(0, CLASSES, len(boxes))
    ids = np.where(rng.random(len(boxes)) < 0.2, other, truth.class_id[kept])
    more = scattered(rng, int(rng.integers(0, 4)))
    boxes = np.concatenate([boxes, more.xywh])
    boxes[:, 2:] = boxes[:, 2:].clip(1)
    scores = rng.permutation(np.linspace(0.05, 1, len(boxes))).astype(np.float32)
    order = np.argsort(-scores)
    ids = np.concatenate([ids, more.class_id])[order]
    return Objects.from_boxes(corners(boxes[order]), ids, score=scores[order])


def ring(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A thin ring or line, whose outline through the middles of pixels would be another area."""
    mask = np.zeros((60, 60), np.uint8)
    x, y = rng.integers(5, 20, 2)
    mask[y : y + 30, x : x + 30] = 1
    inset = int(rng.integers(1, 4))
    mask[y + inset : y + 30 - inset, x + inset : x + 30 - inset] = 0
    return mask


@pytest.mark.parametrize("crowded", [0.0, 0.3])
def test_the_matrix_is_that_of_cocos_evaluator(crowded: float) -> None:
    rng = np.random.default_rng(0)
    truth = [scattered(rng, int(rng.integers(0, 6))) for _ in range(IMAGES)]
    predicted = [moved(rng, one) for one in truth]
    truth = [replace(one, crowd=rng.random(len(one)) < crowded) for one in truth]
    metric = DetectionMetric(list("abc"), THRESHOLD)
    metric.update(Batch(range(IMAGES), {"truth": truth}), predicted)
    counted = np.array(metric.report()["confusion_matrix"])
    matrix = hotcoco_matrix(truth, predicted)
    assert (counted == matrix).all(), f"{counted}\n{matrix}"
    assert counted[:, CLASSES].sum() > 0
    assert counted[CLASSES].sum() > 0


def test_of_doubles_in_the_labels_it_is_that_of_cocos_evaluator_too() -> None:
    doubles = Objects.from_boxes([[10, 10, 30, 40]] * 2, [0, 1], score=[0.9, 0.8])
    metric = DetectionMetric(list("abc"), THRESHOLD)
    metric.update(Batch([0], {"truth": [doubles]}), [doubles])
    matrix = np.array(metric.report()["confusion_matrix"])
    assert (matrix == hotcoco_matrix([doubles], [doubles])).all()


def hotcoco_matrix(truth: list[Objects], predicted: list[Objects]) -> NDArray[np.int64]:
    true, guess = Objects.joined(truth), Objects.joined(predicted)
    known = COCO.from_arrays(
        [{"id": number + 1} for number in range(len(truth))],
        [{"id": number + 1, "name": str(number)} for number in range(CLASSES)],
        true.image + 1,
        true.class_id + 1,
        true.xywh,
        iscrowd=true.crowd,
    )
    rows = np.column_stack([guess.image + 1, guess.xywh, guess.score, guess.class_id + 1])
    evaluator = COCOeval(known, known.load_res(rows), "bbox")
    counts = evaluator.confusion_matrix(iou_thr=0.5, max_det=1000, min_score=THRESHOLD)
    return np.asarray(counts["matrix"]).astype(np.int64)


def test_every_object_counts_in_the_matrix_however_many_an_image_has() -> None:
    places = np.stack(np.meshgrid(np.arange(40), np.arange(40)), axis=-1).reshape(-1, 2) * 20.0
    count = len(places)
    boxes = np.concatenate([places, places + 10], axis=1)
    many = Objects.from_boxes(boxes, np.zeros(count), score=np.full(count, 0.9))
    metric = DetectionMetric(["a"], THRESHOLD)
    metric.update(Batch([0], {"truth": [many]}), [many])
    assert metric.report()["confusion_matrix"] == [[count, 0], [0, 0]]


def test_the_page_shows_what_the_evaluation_matched() -> None:
    """Of thin rings too, which are no longer themselves as outlines through middles of pixels."""
    rng = np.random.default_rng(5)
    truth: list[Objects] = []
    predicted: list[Objects] = []
    for _ in range(30):
        masks = [ring(rng) for _ in range(2)]
        kept = [np.roll(mask, int(rng.integers(0, 2)), axis=1) for mask in masks]
        for masks_of, objects in ((masks, truth), (kept, predicted)):
            codes_of = [encode(mask) for mask in masks_of]
            objects.append(
                Objects.from_boxes(
                    corners(boxes_around(codes_of)),
                    rng.integers(0, CLASSES, 2),
                    score=[0.9, rng.uniform(0.1, 0.8)],
                    masks=codes_of,
                    number=[4, 7],
                )
            )
    metric = InstanceMetric(list("abc"), THRESHOLD)
    metric.update(Batch(range(30), {"truth": truth}), predicted)
    result, table = metric.report(), metric.table()
    view = cast(
        "DatasetView", SimpleNamespace(task=Task.INSTANCE_SEGMENTATION, classes=list("abc"))
    )
    predictions = ObjectPredictions(view, table, result)
    cells = np.array(
        [[predictions.in_cell(t, p).sum() for p in range(CLASSES + 1)] for t in range(CLASSES + 1)]
    )
    assert cells.tolist() == result["confusion_matrix"]
    assert cells[:, CLASSES].sum() > 0
    wrong = cells.sum() - np.trace(cells)
    assert predictions.error_scores().sum() == wrong > 0
    row = table.slice(0, 1).to_pylist()[0]
    partners = [number for number in row["true_number"] if number is not None]
    assert sorted(partners + row["missed_number"]) == [4, 7]


def test_outlines_are_compared_by_their_areas() -> None:
    left, far = [0, 0, 10, 0, 10, 10, 0, 10], [50, 50, 60, 50, 60, 60]
    half = encode(np.pad(np.ones((10, 6), np.uint8), ((0, 90), (0, 94))))
    truth, no_crowd = codes([[left], [far]], (100, 100)), np.zeros(2, np.bool_)
    ids = np.array([0, 1])
    one = match(truth, [half], no_crowd, np.ones(1), 0.5)
    assert one.pairs(ids, np.array([2]), 3).tolist() == [[0, 2], [1, 3]]
    none = match(truth, [], no_crowd, np.zeros(0), 0.5)
    assert none.pairs(ids, np.zeros(0, np.int64), 3).tolist() == [[0, 3], [1, 3]]
