"""From which score on the objects of a run's model count: as trained, or as chosen since."""

from __future__ import annotations

from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.locks import locked
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.catalogue import param
from paddlex_nb.params.fields.model import OBJECTS
from paddlex_nb.params.values import as_config
from paddlex_nb.runs.record import RunRecord, read_run


def run_threshold(record: RunRecord) -> float | None:
    """Least score, 0 to 1, of the objects that a run's model is said to predict.

    Returns:
        The one that was chosen (`choose_threshold`), else the run's parameter ``score_threshold``;
        None for a task whose predictions are no objects with scores.
    """
    if record.task not in OBJECTS:
        return None
    if record.threshold is not None:
        return record.threshold
    return as_config(record.params).score_threshold


def checked_threshold(record: RunRecord, asked: float) -> float:
    """A score threshold that a user has given for a run.

    Raises:
        UserError: It is no number from 0 to 1, or the run's task has no such threshold.
    """
    if record.task not in OBJECTS:
        raise UserError("evaluation.no_threshold", run=record.id)
    checked = param("score_threshold").check(asked)
    return float(checked) if isinstance(checked, (int, float)) else 0.0


def choose_threshold(folder: Path, threshold: float | None) -> RunRecord:
    """Keep a score threshold with a run; its parameter stays as it was trained.

    Args:
        folder: The run's folder.
        threshold: From 0 to 1; None goes back to the parameter.

    Returns:
        The record as it is now.

    Raises:
        UserError: It is no number from 0 to 1, the task has no such threshold, or the workspace
            cannot be written.
    """
    with locked(RunFolder(folder).record_lock):
        record = read_run(folder)
        value = None if threshold is None else checked_threshold(record, threshold)
        record = msgspec.structs.replace(record, threshold=value)
        write_json(RunFolder(folder).record, record)
    return record
