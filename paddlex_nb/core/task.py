"""The four vision tasks."""

from __future__ import annotations

from enum import Enum

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.wording import instead


class Task(str, Enum):
    """A vision task, by the name used in files, on the command line and in the code."""

    CLASSIFICATION = "classification"
    DETECTION = "detection"
    SEGMENTATION = "segmentation"
    INSTANCE_SEGMENTATION = "instance_segmentation"

    def __str__(self) -> str:
        return self.value


def task_name(task: Task) -> Message:
    """What a sentence calls a task."""
    return Message(f"data.task.{task.value}")


def as_task(task: Task | str) -> Task:
    """The task of that name.

    Raises:
        UserError: There is no such task; names those there are.
    """
    try:
        return Task(task)
    except ValueError as error:
        known = instead(task, {t.value: tr(f"data.task.{t.value}", language="en") for t in Task})
        raise UserError("workspace.no_such_task", task=task, known=known) from error
