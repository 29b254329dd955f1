"""Figures of detection and instance segmentation equal those of the reference implementations."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.data.store.coco_masks import encode
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.instance import InstanceMetric

_SIZE = 160
_CLASSES = ["bolt", "nut", "washer", "never seen"]
_NAMES = (
    *("map", "ap50", "ap75", "ap_small", "ap_medium", "ap_large"),
    *("ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"),
)


def _ellipse(box: Any) -> Any:
    x, y, width, height = box
    rows, columns = np.mgrid[:_SIZE, :_SIZE] + 0.5
    inside = ((columns - x - width / 2) / (width / 2)) ** 2 + (
        (rows - y - height / 2) / (height / 2)
    ) ** 2 <= 1
    return encode(inside)


def _objects(boxes: Any, class_ids: Any, scores: Any, crowd: Any) -> Objects:
    return Objects.from_boxes(
        corners(np.asarray(boxes, np.float32)),
        class_ids,
        score=np.asarray(scores, np.float32),
        masks=[_ellipse(box) for box in boxes],
        crowd=crowd,
    )


def _made_up(seed: int, images: int = 24) -> tuple[list[Objects], list[Objects]]:
    """Truth with groups and images without objects; predictions near it, doubled and invented."""
    rng = np.random.default_rng(seed)
    truth, predictions = [], []
    for number in range(images):
        count = 0 if number % 6 == 0 else int(rng.integers(1, 7))
        sides = rng.uniform(8, 120, (count, 2))
        boxes = np.hstack([rng.uniform(0, _SIZE - sides), sides])
        class_ids = rng.integers(0, 3, count)
        truth.append(_objects(boxes, class_ids, np.ones(count), rng.random(count) < 0.15))
        near = np.repeat(boxes, 2, axis=0)
        near = near + rng.normal(0, 4, near.shape)
        near[:, 2:] = near[:, 2:].clip(3)
        guesses = np.hstack([rng.uniform(0, 90, (3, 2)), rng.uniform(10, 60, (3, 2))])
        wrong = rng.random(2 * count) < 0.2
        predicted = np.where(wrong, rng.integers(0, 4, 2 * count), np.repeat(class_ids, 2))
        classes = np.concatenate([predicted, rng.integers(0, 4, 3)])
        everything = np.vstack([near, guesses])
        scores = rng.random(len(everything))
        if number % 7 == 3:
            everything, classes, scores = everything[:0], classes[:0], scores[:0]
        predictions.append(_objects(everything, classes, scores, np.zeros(len(scores))))
    return truth, predictions


def _measured(
    metric: DetectionMetric, truth: list[Objects], predicted: list[Objects], at_once: int = 5
) -> DetectionMetric:
    for start in range(0, len(truth), at_once):
        part = slice(start, start + at_once)
        metric.update(Batch(range(len(truth))[part], {"truth": truth[part]}), predicted[part])
    return metric


def _pycocotools(truth: list[Objects], predicted: list[Objects], kind: str) -> Any:
    annotations: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for image, objects in enumerate(truth):
        for row in range(len(objects)):
            assert objects.masks is not None
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image + 1,
                    "category_id": int(objects.class_id[row]) + 1,
                    "bbox": objects.xywh[row].tolist(),
                    "area": float(coco_mask.area(objects.masks[row])),
                    "iscrowd": int(objects.crowd[row]),
                    "segmentation": objects.masks[row],
                }
            )
    for image, objects in enumerate(predicted):
        for row in range(len(objects)):
            assert objects.masks is not None
            result: dict[str, Any] = {
                "image_id": image + 1,
                "category_id": int(objects.class_id[row]) + 1,
                "score": float(objects.score[row]),
            }
            if kind == "segm":
                result["segmentation"] = objects.masks[row]
            else:
                result["bbox"] = objects.xywh[row].tolist()
            results.append(result)
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = {
            "images": [{"id": i + 1, "height": _SIZE, "width": _SIZE} for i in range(len(truth))],
            "categories": [{"id": i + 1, "name": name} for i, name in enumerate(_CLASSES)],
            "annotations": annotations,
        }
        known.createIndex()
        evaluator = COCOeval(known, known.loadRes(results), kind)
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    return evaluator


def _same(ours: dict[str, float | None], theirs: Any) -> None:
    assert list(ours) == list(_NAMES)
    for name, value in zip(_NAMES, theirs, strict=True):
        expected = None if value == -1 else pytest.approx(value, abs=1e-12)
        assert ours[name] == expected, name


@pytest.mark.parametrize("seed", range(3))
def test_boxes_equal_pycocotools(seed: int) -> None:
    truth, predicted = _made_up(seed)
    report = _measured(InstanceMetric(_CLASSES), truth, predicted).report()
    theirs = _pycocotools(truth, predicted, "bbox")
    ours = report["metrics"]
    _same({name: ours[f"box_{name}"] for name in _NAMES}, theirs.stats)


@pytest.mark.parametrize("seed", range(3))
def test_masks_equal_pycocotools(seed: int) -> None:
    truth, predicted = _made_up(seed)
    report = _measured(InstanceMetric(_CLASSES), truth, predicted).report()
    theirs = _pycocotools(truth, predicted, "segm")
    _same({name: report["metrics"][f"mask_{name}"] for name in _NAMES}, theirs.stats)
    precision = theirs.eval["precision"][:, :, :, 0, -1]
    for number, row in enumerate(report["per_class"]):
        mine = precision[:, :, number]
        if (mine == -1).all():
            assert row["mask_map"] is row["mask_ap50"] is None
        else:
            assert row["mask_map"] == pytest.approx(mine.mean(), abs=1e-12)
            assert row["mask_ap50"] == pytest.approx(mine[0].mean(), abs=1e-12)
            assert row["mask_ap75"] == pytest.approx(mine[5].mean(), abs=1e-12)
            assert report["curves"][number]["precision"] == pytest.approx(mine[0], abs=1e-12)


def test_a_class_that_does_not_occur_has_no_figure() -> None:
    truth, predicted = _made_up(0)
    report = _measured(DetectionMetric(_CLASSES), truth, predicted).report()
    missing = report["per_class"][3]
    assert missing["class"] == "never seen"
    assert [missing[name] for name in ("map", "ap50", "ap75", "voc_ap50")] == [None] * 4
    assert missing["support"] == 0


def _voc_reference(truth: list[Objects], predicted: list[Objects], number: int) -> float:
    """As in VOC's development kit (``voc_eval``), IoU without its extra pixel."""
    taken = [np.zeros(len(one), bool) for one in truth]
    mine = [
        (-float(one.score[row]), image, row)
        for image, one in enumerate(predicted)
        for row in np.flatnonzero(one.class_id == number)
    ]
    hits, alarms = [], []
    for _, image, row in sorted(mine):
        best, at = 0.0, -1
        for other in np.flatnonzero(truth[image].class_id == number):
            overlap = _iou(predicted[image].xywh[row], truth[image].xywh[other])
            if overlap > best:
                best, at = overlap, int(other)
        if best < 0.5:
            hits.append(0)
            alarms.append(1)
        elif not (truth[image].crowd[at] or truth[image].difficult[at]):
            hits.append(int(not taken[image][at]))
            alarms.append(int(taken[image][at]))
            taken[image][at] = True
    counting = [one.class_id[~one.crowd & ~one.difficult] for one in truth]
    wanted = sum(int((class_ids == number).sum()) for class_ids in counting)
    recall = np.cumsum(hits) / wanted
    precision = np.cumsum(hits) / (np.cumsum(hits) + np.cumsum(alarms))
    recall = np.concatenate([[0], recall, [1]])
    precision = np.concatenate([[0], precision, [0]])
    for i in range(len(precision) - 1, 0, -1):
        precision[i - 1] = max(precision[i - 1], precision[i])
    steps = np.flatnonzero(recall[1:] != recall[:-1])
    return float(((recall[steps + 1] - recall[steps]) * precision[steps + 1]).sum())


def _iou(a: Any, b: Any) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = float(max(width, 0) * max(height, 0))
    return common / (float(a[2] * a[3]) + float(b[2] * b[3]) - common)


@pytest.mark.parametrize("difficult", [0.0, 0.3])
def test_voc_equals_its_development_kit(difficult: float) -> None:
    truth, predicted = _made_up(4)
    rng = np.random.default_rng(1)
    truth = [replace(one, difficult=rng.random(len(one)) < difficult) for one in truth]
    report = _measured(DetectionMetric(_CLASSES), truth, predicted).report()
    expected = [_voc_reference(truth, predicted, number) for number in range(3)]
    assert [row["voc_ap50"] for row in report["per_class"][:3]] == pytest.approx(expected)
    assert report["metrics"]["voc_ap50"] == pytest.approx(np.mean(expected))


def test_confusion_at_a_threshold_counts_what_is_missed_and_invented() -> None:
    boxes = [[10, 10, 40, 40], [80, 80, 40, 40], [10, 90, 40, 40]]
    truth = _objects(boxes, [0, 1, 2], [1, 1, 1], [0, 0, 0])
    predicted = _objects(
        [[10, 10, 40, 40], [80, 80, 40, 40], [100, 5, 30, 30], [10, 90, 40, 40]],
        [0, 2, 1, 2],
        [0.9, 0.8, 0.7, 0.1],
        [0, 0, 0, 0],
    )
    report = _measured(DetectionMetric(_CLASSES[:3], threshold=0.5), [truth], [predicted]).report()
    assert report["confusion_matrix"] == [
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [0, 1, 0, 0],
    ]
    assert report["threshold"] == 0.5
    assert report["per_class"][0]["recall"] == 1
    assert report["per_class"][2]["recall"] == 0


@pytest.mark.parametrize("kind", [DetectionMetric, InstanceMetric])
@pytest.mark.parametrize("true", [True, False])
@pytest.mark.parametrize("predicted", [True, False])
def test_nothing_there_or_nothing_found_is_no_error(
    kind: Callable[..., DetectionMetric], true: bool, predicted: bool
) -> None:
    one, none = _objects([[5, 5, 30, 30]], [0], [1], [0]), _objects([], [], [], [])
    metric = _measured(kind(["a"]), [one if true else none], [one if predicted else none])
    main = next(iter(metric.scores().values()))
    assert main == (pytest.approx(float(predicted)) if true else None)
    curve = metric.report()["curves"][0]["precision"]
    assert len(curve) == (101 if true else 0)
    values = [v for k, v in metric.report()["metrics"].items() if k.endswith("ap50")]
    assert all((value is None) == (not true) for value in values)
    assert len(metric.table()) == 1


def test_the_table_has_each_images_objects() -> None:
    truth, predicted = _made_up(2, images=7)
    table = _measured(InstanceMetric(_CLASSES), truth, predicted).table().to_pylist()
    assert [row["row"] for row in table] == list(range(7))
    for row, objects in zip(table, predicted, strict=True):
        assert row["class_id"] == objects.class_id.tolist()
        assert row["score"] == pytest.approx(objects.score.tolist())
        assert np.reshape(row["box"], (-1, 4)) == pytest.approx(objects.xywh)
        masks = [{"size": row["mask_size"], "counts": counts} for counts in row["mask_counts"]]
        assert masks == list(objects.masks or ())
