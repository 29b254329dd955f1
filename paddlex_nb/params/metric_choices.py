"""Which metrics can decide what the best epoch is: those that an evaluation reports, by task."""

from __future__ import annotations

from collections.abc import Sequence

from paddlex_nb.core.task import Task

_AT_THRESHOLD = ("precision", "recall", "f1")
_BOXES = ("map", "ap50", "ap75")

OVERALL: dict[Task, tuple[str, ...]] = {
    Task.CLASSIFICATION: ("top1", "top5", *_AT_THRESHOLD, "auc"),
    Task.DETECTION: (*_BOXES, "ar100", "voc_ap50", "voc_ap75", *_AT_THRESHOLD),
    Task.SEGMENTATION: ("miou", "accuracy", "kappa", "dice", *_AT_THRESHOLD),
    Task.INSTANCE_SEGMENTATION: (
        *("mask_map", "mask_ap50", "mask_ap75", "mask_ar100", "box_map", "box_ap50", "box_ap75"),
        *_AT_THRESHOLD,
    ),
}
"""Over all classes, the task's main metric first; more is better in each."""

OF_CLASS: dict[Task, tuple[str, ...]] = {
    Task.CLASSIFICATION: (*_AT_THRESHOLD, "auc"),
    Task.DETECTION: (*_BOXES, "voc_ap50", "voc_ap75", *_AT_THRESHOLD),
    Task.SEGMENTATION: ("iou", "dice", *_AT_THRESHOLD),
    Task.INSTANCE_SEGMENTATION: (
        *("mask_map", "mask_ap50", "mask_ap75", "box_map", "box_ap50", "box_ap75"),
        *_AT_THRESHOLD,
    ),
}
"""Of one class."""


def metric_choices(task: Task, classes: Sequence[str]) -> list[str]:
    """All metrics that can decide, the main one first; ``recall:cat`` is that of a class.

    Args:
        task: The task.
        classes: Class names.
    """
    return [*OVERALL[task], *(f"{one}:{name}" for name in classes for one in OF_CLASS[task])]


def of_class(name: str) -> tuple[str, str]:
    """The metric and the class of ``recall:cat``; no class for a metric over all of them."""
    metric, _, class_name = name.partition(":")
    return metric, class_name
