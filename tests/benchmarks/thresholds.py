"""Figures of objects at any threshold, beside hotcoco on the same predictions; both on one machine.

Made-up predictions of the size of COCO's val2017: 5,000 images of 100 predictions and some seven
objects, 80 classes. In turn, each of five rounds: the whole report of an evaluation; moving the
threshold, which redraws the confusion matrix and all that is counted; another IoU; the curves with
the best threshold and its interval; the kinds of errors. Arguments: images (5,000 by default).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from hotcoco import COCO, COCOeval

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.error_kinds import error_kinds
from paddlex_nb.metrics.lost_precision import lost_precision, precision_over_recall
from paddlex_nb.metrics.object_table import read_objects
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.threshold_curves import best_threshold, threshold_curves

PREDICTIONS, OBJECTS, CLASSES, ROUNDS = 100, 7, 80, 5


def made_up(images: int) -> tuple[list[Objects], list[Objects]]:
    """True objects, and predictions near them or anywhere, of float32 as models give them."""
    rng = np.random.default_rng(0)
    truth, predicted = [], []
    for _ in range(images):
        count = 1 + int(rng.poisson(OBJECTS - 1))
        boxes = np.hstack([rng.uniform(0, 440, (count, 2)), rng.uniform(10, 200, (count, 2))])
        ids = rng.integers(0, CLASSES, count)
        at = rng.integers(0, count, PREDICTIONS)
        near = rng.random(PREDICTIONS) < 0.4
        far = rng.uniform(0, 440, (PREDICTIONS, 4))
        guess = np.where(near[:, None], boxes[at] + rng.normal(0, 10, (PREDICTIONS, 4)), far)
        guess[:, 2:] = guess[:, 2:].clip(4)
        other = rng.integers(0, CLASSES, PREDICTIONS)
        guessed = np.where(near & (rng.random(PREDICTIONS) < 0.8), ids[at], other)
        scores = np.where(near, rng.beta(2, 2, PREDICTIONS), rng.beta(1, 8, PREDICTIONS))
        order = np.argsort(-scores)
        truth.append(Objects.from_boxes(corners(boxes.astype(np.float32)), ids))
        predicted.append(
            Objects.from_boxes(
                corners(guess[order].astype(np.float32)),
                guessed[order],
                score=scores[order].astype(np.float32),
            )
        )
    return truth, predicted


def peer(truth: list[Objects], predicted: list[Objects]) -> Any:
    """The same for hotcoco."""
    true, guess = Objects.joined(truth), Objects.joined(predicted)
    known = COCO.from_arrays(
        [{"id": number + 1} for number in range(len(truth))],
        [{"id": number + 1, "name": str(number)} for number in range(CLASSES)],
        true.image + 1,
        true.class_id + 1,
        true.xywh,
    )
    rows = np.column_stack([guess.image + 1, guess.xywh, guess.score, guess.class_id + 1])
    return COCOeval(known, known.load_res(rows), "bbox")


def metric_of(truth: list[Objects], predicted: list[Objects]) -> DetectionMetric:
    """A metric that has seen all of it and has worked out nothing."""
    metric = DetectionMetric([str(number) for number in range(CLASSES)], 0.3)
    metric.update(Batch(range(len(truth)), {"truth": truth}), predicted)
    return metric


def counted(objects: MatchedObjects, threshold: float, iou: float) -> Any:
    """The matrix, and all else that the page shows."""
    at = AtThreshold(objects, threshold, iou)
    _ = at.metrics, at.per_class, at.counts
    return at.matrix


def nothing() -> None:
    """Where there is no peer."""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    started = time.perf_counter()
    result = work()
    return (time.perf_counter() - started) * 1000, result


def main() -> None:
    """Measure in turn, compare the results, print the medians."""
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    truth, predicted = made_up(images)
    objects = read_objects(metric_of(truth, predicted).table(), CLASSES)
    assert objects is not None
    objects.partner(0.5)  # the page has been open
    times: dict[str, list[tuple[float, float]]] = {}

    def against(name: str, ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[Any, Any]:
        (mine, found), (other, expected) = timed(ours), timed(theirs)
        times.setdefault(name, []).append((mine, other))
        return found, expected

    for number in range(ROUNDS):
        evaluator = peer(truth, predicted)
        evaluator.evaluate()
        one, other = (metric_of(truth, predicted) for _ in range(2))
        name = "whole report, hotcoco: its figures alone"
        report, scores = against(name, one.report, other.scores)
        assert {n: report["metrics"][n] for n in scores} == scores
        for name, threshold, iou in (
            ("another threshold", 0.1 + 0.1 * number, 0.5),
            ("another IoU", 0.3, 0.6 + 0.05 * number),
        ):
            least = {"iou_thr": iou, "min_score": threshold, "max_det": PREDICTIONS}
            mine, theirs = against(
                f"{name}, hotcoco: confusion_matrix()",
                partial(counted, objects, threshold, iou),
                partial(evaluator.confusion_matrix, **least),
            )
            assert (mine == np.asarray(theirs["matrix"]).astype(np.int64)).all()
        against("curves by threshold", partial(threshold_curves, objects), nothing)
        against("best threshold with its interval", partial(best_threshold, objects), nothing)
        against("precision over recall", partial(precision_over_recall, objects), nothing)
        name = "kinds of errors and their cost, hotcoco: tide_errors()"
        lost, errors = against(
            name, lambda: lost_precision(error_kinds(objects)), evaluator.tide_errors
        )
        for kind, value in errors["delta_ap"].items():
            assert abs(lost[kind.lower()] - value) < 1e-9
    size = (images, images * PREDICTIONS, len(objects.pairs.iou))
    print("{:,} images, {:,} predictions, {:,} overlapping pairs".format(*size))
    print(f"{'':56} {'ours, ms':>9} {'hotcoco':>9} {'share':>6}")
    for name, both in times.items():
        own, theirs = (statistics.median(column) for column in zip(*both, strict=True))
        share = statistics.median(a / b for a, b in both)
        said = f"{theirs:9.0f} {share:6.2f}" if theirs > 0.1 else ""
        print(f"{name:56} {own:9.0f} {said}")


if __name__ == "__main__":
    main()
