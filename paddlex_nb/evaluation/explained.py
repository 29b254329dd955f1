"""What can be explained."""

from __future__ import annotations

from collections.abc import Sequence

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.runs.record import RunRecord


def asked_classes(
    record: RunRecord, wanted: str | Sequence[str] | None, images: int
) -> list[str | None]:
    """The class to explain of each image.

    Args:
        record: Of the run.
        wanted: A class for all images, one for each, or None for those that are predicted.
        images: Number of images.

    Returns:
        One an image; None for the class that is predicted.

    Raises:
        UserError: The task is another, there is no such class, or there is not one an image.
    """
    if record.task is not Task.CLASSIFICATION:
        raise UserError("training.explain.only_classes")
    if wanted is None:
        return [None] * images
    names = [wanted] * images if isinstance(wanted, str) else list(wanted)
    if len(names) != images:
        raise UserError("training.explain.not_one_each", classes=len(names), images=images)
    for name in names:
        if name not in record.classes:
            raise UserError("training.explain.no_class", name=name, known=record.classes)
    return [*names]
