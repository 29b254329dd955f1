"""The predictions and true objects that an evaluation has stored, for any threshold and IoU."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.evaluation.stored_predictions import reading, stored_predictions
from paddlex_nb.metrics.object_table import read_objects
from paddlex_nb.metrics.objects import MatchedObjects


def stored_objects(path: Path, classes: int) -> MatchedObjects:
    """The objects of an evaluation.

    Args:
        path: Its ``predictions.arrow``.
        classes: Number of its classes.

    Raises:
        UserError: The file is gone or damaged, or an earlier version has written it, which did
            not keep what overlaps what.
    """
    table = stored_predictions(path, counts_only=True)
    with reading(path):
        objects = read_objects(table, classes)
    if objects is None:
        raise UserError("threshold.old_evaluation", path=path)
    return objects
