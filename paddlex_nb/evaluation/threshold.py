"""From which score on a predicted object is given, drawn and counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.metrics.pairs import LEAST
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.runs.threshold import checked_threshold, run_threshold

WORTH_DRAWING = 0.05
"""Score below which an object is of no use to anybody; the slider of the page goes down to it."""


def score_threshold(record: RunRecord, asked: float | None = None) -> float | None:
    """Least score, 0 to 1, of the objects that a run's model is said to predict.

    Args:
        record: The run.
        asked: What the user wants; if None, what was chosen for the run, else its parameter
            ``score_threshold``.

    Returns:
        The score; None for a task whose predictions are no objects with scores.

    Raises:
        UserError: ``asked`` is no number from 0 to 1, or the task has no such threshold.
    """
    return run_threshold(record) if asked is None else checked_threshold(record, asked)


def checked_iou(iou: float) -> float:
    """An overlap that a user has given, with which predictions are taken for objects.

    Raises:
        UserError: It is no number from `LEAST`, below which nothing is stored, to 1.
    """
    number = isinstance(iou, (int, float)) and not isinstance(iou, bool)
    if not number or not LEAST <= iou <= 1:
        raise UserError("threshold.no_iou", value=str(iou), least=f"{LEAST:g}")
    return float(iou)


def split_by_score(
    entry: dict[str, Any], least: float | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A described prediction with its objects from a score on, and the objects below it.

    Args:
        entry: What an adapter's ``describe`` gives for an image.
        least: From which score on; None keeps everything.
    """
    if least is None or "objects" not in entry:
        return entry, []
    above = [item for item in entry["objects"] if item["score"] >= least]
    below = [item for item in entry["objects"] if WORTH_DRAWING <= item["score"] < least]
    return {**entry, "objects": above}, below


def write_unsure(folder: Path, objects: Sequence[list[dict[str, Any]]]) -> None:
    """Keep the objects below the threshold, for the slider of the page.

    Args:
        folder: The prediction job's.
        objects: Those of each image.
    """
    if any(objects):
        write_json(JobFolder(folder).below_threshold, list(objects))


def with_unsure(folder: Path, predictions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Predictions with the objects below the threshold behind the others.

    Args:
        folder: The prediction job's.
        predictions: As its result has them.

    Raises:
        UserError: The file of those objects is damaged.
    """
    if not JobFolder(folder).below_threshold.exists():
        return list(predictions)
    unsure = read_json(JobFolder(folder).below_threshold, list[list[dict[str, Any]]])
    return [
        {**entry, "objects": [*entry["objects"], *more]} if more else entry
        for entry, more in zip(predictions, unsure, strict=True)
    ]
