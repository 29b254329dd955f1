"""What is usual, task by task; `paddlex_nb.params.recommend` fits it to data and machine."""

from __future__ import annotations

from paddlex_nb.params.advice import classification, detection, instance_segmentation, segmentation
from paddlex_nb.params.advice.habits import Habits
from paddlex_nb.task import Task

HABITS: dict[Task, Habits] = {
    Task.CLASSIFICATION: classification.HABITS,
    Task.DETECTION: detection.HABITS,
    Task.SEGMENTATION: segmentation.HABITS,
    Task.INSTANCE_SEGMENTATION: instance_segmentation.HABITS,
}
