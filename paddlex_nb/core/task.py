"""The four vision tasks."""

from __future__ import annotations

from enum import Enum

from paddlex_nb.core.errors import UserError


class Task(str, Enum):
    """A vision task, by the name used in files, on the command line and in the code."""

    CLASSIFICATION = "classification"
    DETECTION = "detection"
    SEGMENTATION = "segmentation"
    INSTANCE_SEGMENTATION = "instance_segmentation"

    def __str__(self) -> str:
        return self.value


def as_task(task: Task | str) -> Task:
    """The task of that name.

    Raises:
        UserError: There is no such task; names those there are.
    """
    try:
        return Task(task)
    except ValueError as error:
        known = ", ".join(t.value for t in Task)
        raise UserError("workspace.no_such_task", task=task, known=known) from error
