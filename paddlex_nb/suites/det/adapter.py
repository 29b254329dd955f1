"""Which of paddledet's adapters a task takes."""

from __future__ import annotations

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.task import Task
from paddlex_nb.suites.det.detection import DetectionAdapter
from paddlex_nb.suites.det.instance import InstanceAdapter


def SuiteAdapter(setup: RunSetup) -> Adapter:  # noqa: N802 - takes the place of a class
    """The adapter for a run's task."""
    if setup.entry.task is Task.INSTANCE_SEGMENTATION:
        return InstanceAdapter(setup)
    return DetectionAdapter(setup)
