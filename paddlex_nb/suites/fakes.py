"""Predictions of the fake suite: the ground truth, with errors that grow fewer as it learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from paddlex_nb.contracts.metric import Metric
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import RLE, encode_piece, filled, to_json
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.metrics.classification import ClassificationMetric
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.metrics.segmentation import SegmentationMetric
from paddlex_nb.suites.images import read_image


class Fake(Protocol):
    """The fake model of one task.

    Attributes:
        classes: Class names.
    """

    classes: list[str]

    def truth(self, view: DatasetView) -> dict[str, Any]:
        """The labels of a split, as the task's metric takes them."""

    def made_up(self, paths: Sequence[Path]) -> dict[str, Any]:
        """Labels for files, always the same for the same name; the files are read nevertheless."""

    def predict(self, data: dict[str, Any], learnt: float) -> Any:
        """Predictions for labels; ``learnt`` is from 0 to 1."""

    def metric(self, threshold: float) -> Metric:
        """The task's metric; ``threshold`` is the least score of objects that count."""

    def describe(self, predictions: Any) -> list[dict[str, Any]]:
        """Predictions as plain JSON, one entry an image."""


class _Classes:
    """The fake model of classification."""

    def __init__(self, classes: list[str]) -> None:
        self.classes = classes

    def truth(self, view: DatasetView) -> dict[str, Any]:
        return {"label": view.labels}

    def made_up(self, paths: Sequence[Path]) -> dict[str, Any]:
        for path in paths:
            read_image(path)
        labels = [_number(path) % len(self.classes) for path in paths]
        return {"label": np.array(labels, np.int64)}

    def predict(self, data: dict[str, Any], learnt: float) -> NDArray[np.float32]:
        labels, classes = data["label"], len(self.classes)
        rng = np.random.default_rng(len(labels))
        right = rng.random(len(labels)) < 1 / classes + learnt * 0.9
        guess = np.where(right, labels, rng.integers(0, classes, len(labels)))
        scores = rng.random((len(labels), classes), np.float32)
        scores[np.arange(len(labels)), guess] += 3
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)

    def metric(self, threshold: float) -> Metric:
        del threshold
        return ClassificationMetric(self.classes)

    def describe(self, predictions: NDArray[np.float32]) -> list[dict[str, Any]]:
        return [
            {"class": self.classes[int(row.argmax())], "score": float(row.max()), "top5": []}
            for row in predictions
        ]


class _Boxes:
    """Detection: boxes are moved, missed, mistaken for others and made up."""

    def __init__(self, classes: list[str]) -> None:
        self.classes = classes

    def truth(self, view: DatasetView) -> dict[str, Any]:
        sizes = view.sizes
        images = range(len(view))
        objects = [self._objects(view.objects(i), sizes[i].tolist()) for i in images]
        return {"truth": objects, "size": sizes.tolist()}

    def made_up(self, paths: Sequence[Path]) -> dict[str, Any]:
        sizes = [read_image(path).shape[1::-1] for path in paths]
        pairs = zip(paths, sizes, strict=True)
        objects = [self._scattered(_random(path), 3, size, (0.5, 1.0)) for path, size in pairs]
        return {"truth": objects, "size": sizes}

    def predict(self, data: dict[str, Any], learnt: float) -> list[Objects]:
        rng = np.random.default_rng(len(data["truth"]))
        pairs = zip(data["truth"], data["size"], strict=True)
        return [self._spoilt(truth, size, learnt, rng) for truth, size in pairs]

    def metric(self, threshold: float) -> Metric:
        return DetectionMetric(self.classes, threshold)

    def describe(self, predictions: list[Objects]) -> list[dict[str, Any]]:
        return [
            {
                "objects": [
                    {"class": self.classes[c], "class_id": c, "score": s, "box": b}
                    for c, s, b in zip(
                        predicted.class_id.tolist(),
                        predicted.score.tolist(),
                        predicted.xywh.tolist(),
                        strict=True,
                    )
                ]
            }
            for predicted in predictions
        ]

    def _spoilt(
        self, truth: Objects, size: Sequence[int], learnt: float, rng: Generator
    ) -> Objects:
        detected = rng.random(len(truth)) < 0.5 + 0.5 * learnt
        boxes, count = truth.xywh[detected], int(detected.sum())
        noise = rng.normal(0, 0.2 * (1 - learnt) + 0.02, (count, 4)) * np.tile(boxes[:, 2:], 2)
        other = rng.random(count) < 0.3 * (1 - learnt)
        others = rng.integers(0, len(self.classes), count)
        scores = (0.35 + 0.6 * learnt) * rng.uniform(0.7, 1.0, count)
        false = self._scattered(rng, 2, size, (0.05, 0.45))
        right = self._of(
            np.where(other, others, truth.class_id[detected]), scores, boxes + noise, size
        )
        return _best_first(right, false)

    def _scattered(
        self, rng: Generator, count: int, size: Sequence[int], scores: tuple[float, float]
    ) -> Objects:
        sides = np.tile(np.asarray(size, np.float32), 2)
        boxes = np.concatenate(
            [rng.uniform(0.05, 0.6, (count, 2)), rng.uniform(0.15, 0.35, (count, 2))], axis=1
        )
        classes = rng.integers(0, len(self.classes), count)
        return self._of(classes, rng.uniform(*scores, count), boxes * sides, size)

    def _of(
        self, classes: NDArray[Any], scores: NDArray[Any], boxes: NDArray[Any], size: Sequence[int]
    ) -> Objects:
        """Objects that do not leave the image."""
        width, height = size
        low = np.clip(boxes[:, :2], 0, [width - 2, height - 2])
        high = np.clip(boxes[:, :2] + boxes[:, 2:], low + 1, [width, height])
        return Objects.from_boxes(np.concatenate([low, high], axis=1), classes, score=scores)

    def _objects(self, objects: Objects, size: Sequence[int]) -> Objects:
        del size
        return objects


class _Outlines(_Boxes):
    """The fake model of instance segmentation: every mask is an ellipse in its box."""

    def metric(self, threshold: float) -> Metric:
        return InstanceMetric(self.classes, threshold)

    def describe(self, predictions: list[Objects]) -> list[dict[str, Any]]:
        entries = super().describe(predictions)
        for entry, predicted in zip(entries, predictions, strict=True):
            for item, mask in zip(entry["objects"], predicted.masks or (), strict=True):
                item["mask"] = to_json(mask)
        return entries

    def _of(
        self, classes: NDArray[Any], scores: NDArray[Any], boxes: NDArray[Any], size: Sequence[int]
    ) -> Objects:
        plain = super()._of(classes, scores, boxes, size)
        masks = [_ellipse(box, size) for box in plain.xyxy]
        return replace(plain, masks=masks)

    def _objects(self, objects: Objects, size: Sequence[int]) -> Objects:
        masks = [filled(one or (), size[1], size[0]) for one in objects.outlines or ()]
        return replace(objects, masks=masks, outlines=None)


class _Pixels:
    """Segmentation: part of every picture is taken for another class."""

    def __init__(self, classes: list[str]) -> None:
        self.classes = classes

    def truth(self, view: DatasetView) -> dict[str, Any]:
        return {"truth": [view.label_map(row) for row in range(len(view))]}

    def made_up(self, paths: Sequence[Path]) -> dict[str, Any]:
        maps = []
        for path in paths:
            height, width = read_image(path).shape[:2]
            stripes = np.arange(width) * 3 // width + _number(path)
            maps.append(np.tile((stripes % len(self.classes)).astype(np.uint8), (height, 1)))
        return {"truth": maps}

    def predict(self, data: dict[str, Any], learnt: float) -> list[NDArray[np.uint8]]:
        maps = []
        for truth in data["truth"]:
            predicted = np.where(truth < len(self.classes), truth, 0).astype(np.uint8)
            rows = int(len(predicted) * 0.5 * (1 - learnt))
            predicted[:rows] = (predicted[:rows] + 1) % len(self.classes)
            shift = 1 + round(12 * (1 - learnt))
            maps.append(np.roll(predicted, shift, axis=1))
        return maps

    def metric(self, threshold: float) -> Metric:
        del threshold
        return SegmentationMetric(self.classes)

    def describe(self, predictions: list[NDArray[np.uint8]]) -> list[dict[str, Any]]:
        return [{"areas": [], "mask": mask} for mask in predictions]


FAKES: dict[Task, type[_Classes | _Boxes | _Pixels]] = {
    Task.CLASSIFICATION: _Classes,
    Task.DETECTION: _Boxes,
    Task.SEGMENTATION: _Pixels,
    Task.INSTANCE_SEGMENTATION: _Outlines,
}


def _number(path: Path) -> int:
    return sum(path.name.encode())


def _random(path: Path) -> Generator:
    return np.random.default_rng(_number(path))


def _best_first(*parts: Objects) -> Objects:
    joined = replace(Objects.joined(parts), image=np.zeros(sum(map(len, parts)), np.int64))
    return joined.take(np.argsort(-joined.score, kind="stable"))


def _ellipse(xyxy: NDArray[np.float64], size: Sequence[int]) -> RLE:
    width, height = size
    left, top = np.floor(xyxy[:2]).astype(int).tolist()
    right, bottom = np.ceil(xyxy[2:]).astype(int).tolist()
    mask = np.zeros((min(bottom, height) - top, min(right, width) - left), np.uint8)
    middle = (mask.shape[1] // 2, mask.shape[0] // 2)
    axes = (max(1, mask.shape[1] // 2), max(1, mask.shape[0] // 2))
    return encode_piece(
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1, -1), (left, top), width, height
    )
