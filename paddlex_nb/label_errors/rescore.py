"""The figures of stored predictions against the labels of today, beside those of then."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.object_masks import truth_with_masks
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.label_errors.compared import predicted_objects
from paddlex_nb.label_errors.labels_now import LabelsNow
from paddlex_nb.metrics.bootstrap import paired_bootstrap
from paddlex_nb.metrics.classification import confusion_matrix, per_class_figures
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.image_counts import image_counts
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.metrics.segmentation import SegmentationMetric

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Rescored:
    """The same predictions, judged by the labels of the evaluation and by those of today.

    Attributes:
        before: Metrics by the labels that the run was trained and evaluated with; fractions from 0
            to 1, None where undefined.
        after: The same by the labels of today.
        images: Number of images, those left out by now not among them.
        changed: How many of them have other labels now.
        metric: ``top1``, ``f1`` or ``miou``: what the interval is of.
        difference: That metric by today's labels minus that by the former ones.
        low: Lower end of its 95 % interval; None if undefined.
        high: Upper end of it.
    """

    before: dict[str, float | None]
    after: dict[str, float | None]
    images: int
    changed: int
    metric: str
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class _Side:
    """The labels of one time.

    Attributes:
        view: The images with these labels.
        images: Positions in it of those that are judged.
        threshold: Least score of the objects that count.
    """

    view: DatasetView
    images: NDArray[np.int64]
    threshold: float


@dataclass(frozen=True)
class _Scored:
    metrics: dict[str, float | None]
    table: pa.Table


def rescored(folder: Path, result: Mapping[str, Any]) -> Rescored:
    """Judge the predictions of an evaluation by the labels as they are now; nothing is predicted.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: The data set or the predictions are gone or damaged, or the classes of the data
            set are others now.
    """
    labels = LabelsNow(folder, result)
    if labels.classes != labels.model_classes:
        raise UserError("label_errors.other_classes")
    positions = np.flatnonzero(labels.kept)
    threshold = float(result.get("threshold") or 0.0)
    score = _SCORES[labels.now.task]
    then = _Side(labels.before, labels.images[positions], threshold)
    today = _Side(labels.now, labels.rows[positions], threshold)
    before, after = score(labels, positions, then), score(labels, positions, today)
    counts = [image_counts(one.table, len(labels.classes)) for one in (before, after)]
    first, second = counts
    if first is None or second is None:  # the tables are our own
        raise AssertionError
    found = paired_bootstrap(first, second)
    ends = [float(values[0]) for values in (found.value, found.low, found.high)]
    difference, low, high = (None if np.isnan(value) else value for value in ends)
    changed = sum(
        _labels_of(then.view, was) != _labels_of(today.view, now)
        for was, now in zip(then.images.tolist(), today.images.tolist(), strict=True)
    )
    return Rescored(
        before.metrics,
        after.metrics,
        len(positions),
        changed,
        first.overall,
        difference,
        low,
        high,
    )


def _labels_of(view: DatasetView, image: int) -> object:
    """What an image is labelled with, to be compared."""
    if view.task is Task.CLASSIFICATION:
        return int(view.labels[image])
    if view.task is Task.SEGMENTATION:
        return view.label_map(image).tobytes()
    objects = view.objects(image)
    return objects.class_id.tolist(), objects.xyxy.tolist(), objects.number.tolist()


def _classes(labels: LabelsNow, positions: NDArray[np.int64], side: _Side) -> _Scored:
    """Without the figures that need the probabilities of all classes."""
    import pyarrow as pa

    truth = side.view.labels[side.images]
    predicted = labels.table["prediction"].to_numpy()[positions].astype(np.int64)
    each = per_class_figures(confusion_matrix(truth, predicted, len(labels.classes)))
    metrics: dict[str, float | None] = {
        "top1": float((truth == predicted).mean()) if len(truth) else None
    }
    for name in ("precision", "recall", "f1"):
        defined = [value for one in each if (value := one[name]) is not None]
        metrics[name] = float(np.mean(defined)) if defined else None
    columns = {"truth": truth, "prediction": predicted, "truth_score": np.zeros(len(truth))}
    return _Scored(metrics, pa.table(columns))


def _objects(labels: LabelsNow, positions: NDArray[np.int64], side: _Side) -> _Scored:
    masks = side.view.task is Task.INSTANCE_SEGMENTATION
    metric = (InstanceMetric if masks else DetectionMetric)(labels.classes, side.threshold)
    images: list[int] = side.images.tolist()
    truth = [side.view.objects(image) for image in images]
    if masks:
        sizes = map(side.view.size, images)
        truth = [truth_with_masks(one, size) for one, size in zip(truth, sizes, strict=True)]
    told = [predicted_objects(labels, position) for position in positions.tolist()]
    metric.update(Batch(positions.tolist(), {"truth": truth}), told)
    return _Scored(metric.report()["metrics"], metric.table())


def _pixels(labels: LabelsNow, positions: NDArray[np.int64], side: _Side) -> _Scored:
    metric = SegmentationMetric(labels.classes)
    for position, image in zip(positions.tolist(), side.images.tolist(), strict=True):
        with Image.open(io.BytesIO(labels.table["mask"][position].as_py())) as mask:
            told = np.asarray(mask)
        metric.update(Batch([position], {"truth": [side.view.label_map(image)]}), [told])
    return _Scored(metric.scores(), metric.table())


_Score = Callable[[LabelsNow, NDArray[np.int64], _Side], _Scored]

_SCORES: dict[Task, _Score] = {
    Task.CLASSIFICATION: _classes,
    Task.DETECTION: _objects,
    Task.INSTANCE_SEGMENTATION: _objects,
    Task.SEGMENTATION: _pixels,
}
