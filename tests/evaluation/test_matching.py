"""Pairs of objects are those that the confusion matrix counts."""

from __future__ import annotations

import numpy as np

from paddlex_nb.data.store.coco_masks import encode
from paddlex_nb.metrics.coco import CocoFigures, Columns
from paddlex_nb.metrics.matching import codes, match_objects
from paddlex_nb.metrics.objects import Objects

IMAGES, CLASSES, THRESHOLD = 200, 3, 0.3


def scattered(rng: np.random.Generator, count: int) -> Objects:
    boxes = np.concatenate([rng.uniform(0, 60, (count, 2)), rng.uniform(10, 40, (count, 2))], 1)
    scores = np.sort(rng.uniform(0.05, 1, count))[::-1].astype(np.float32)
    ids, crowd = rng.integers(0, CLASSES, count), np.zeros(count, np.bool_)
    return Objects(ids, scores, boxes.astype(np.float32), None, crowd)


def moved(rng: np.random.Generator, truth: Objects) -> Objects:
    """Most true objects a little beside their place, some of them as another class."""
    kept = rng.random(len(truth)) < 0.8
    boxes = truth.boxes[kept] + rng.normal(0, 2, (int(kept.sum()), 4)).astype(np.float32)
    other = rng.integers(0, CLASSES, len(boxes))
    ids = np.where(rng.random(len(boxes)) < 0.2, other, truth.class_ids[kept])
    more = scattered(rng, int(rng.integers(0, 4)))
    boxes = np.concatenate([boxes, more.boxes])
    boxes[:, 2:] = boxes[:, 2:].clip(1)
    scores = rng.permutation(np.linspace(0.05, 1, len(boxes))).astype(np.float32)
    order = np.argsort(-scores)
    ids = np.concatenate([ids, more.class_ids])[order]
    return Objects(ids, scores[order], boxes[order], None, np.zeros(len(order), np.bool_))


def test_pairs_add_up_to_the_confusion_matrix() -> None:
    rng = np.random.default_rng(0)
    truth = [scattered(rng, int(rng.integers(0, 6))) for _ in range(IMAGES)]
    found = [moved(rng, one) for one in truth]
    figures = CocoFigures(Columns.of(truth), Columns.of(found), IMAGES, CLASSES, "bbox")
    counted = np.zeros((CLASSES + 1, CLASSES + 1), np.int64)
    for true, guess in zip(truth, found, strict=True):
        sure = guess.scores >= THRESHOLD
        pairs = match_objects(
            (true.class_ids, true.boxes.astype(np.float64)),
            (guess.class_ids[sure], guess.boxes[sure].astype(np.float64)),
            CLASSES,
        )
        for pair in pairs:
            counted[pair] += 1
    matrix = figures.confusion_matrix(THRESHOLD)
    assert (counted == matrix).all(), f"{counted}\n{matrix}"
    assert counted[:, CLASSES].sum() > 0
    assert counted[CLASSES].sum() > 0


def test_outlines_are_compared_by_their_areas() -> None:
    left, far = [0, 0, 10, 0, 10, 10, 0, 10], [50, 50, 60, 50, 60, 60]
    half = encode(np.pad(np.ones((10, 6), np.uint8), ((0, 90), (0, 94))))
    truth = (np.array([0, 1]), codes([[left], [far]], (100, 100)))
    assert match_objects(truth, (np.array([2]), [half]), 3) == [(0, 2), (1, 3)]
    assert match_objects(truth, (np.zeros(0, np.int64), []), 3) == [(0, 3), (1, 3)]
