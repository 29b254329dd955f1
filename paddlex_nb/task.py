"""The four vision tasks."""

from __future__ import annotations

from enum import Enum


class Task(str, Enum):
    """A vision task, by the name used in files, on the command line and in the code."""

    CLASSIFICATION = "classification"
    DETECTION = "detection"
    SEGMENTATION = "segmentation"
    INSTANCE_SEGMENTATION = "instance_segmentation"

    def __str__(self) -> str:
        return self.value
