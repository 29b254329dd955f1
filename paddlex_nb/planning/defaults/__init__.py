"""What is usual, task by task; `paddlex_nb.planning.recommend` fits it to data and machine."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.planning.defaults import (
    classification,
    detection,
    instance_segmentation,
    segmentation,
)
from paddlex_nb.planning.defaults.base import Defaults

DEFAULTS: dict[Task, Defaults] = {
    Task.CLASSIFICATION: classification.DEFAULTS,
    Task.DETECTION: detection.DEFAULTS,
    Task.SEGMENTATION: segmentation.DEFAULTS,
    Task.INSTANCE_SEGMENTATION: instance_segmentation.DEFAULTS,
}
