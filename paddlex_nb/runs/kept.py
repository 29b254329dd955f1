"""A history as it was at some time: kept beside the events, so that a long run opens at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from paddlex_nb.core.files import write_bytes
from paddlex_nb.jobs.events import Checkpoint, Ended, Epoch, Notice, Progress, Resumed
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.history import Clock, History
from paddlex_nb.runs.step_curve import LIMIT, StepCurve, dtype_of

LEAST = 4096
"""Steps below which a history is read from the events as quickly."""

_MOST = 1 << 28
"""Bytes of a file that are read; a real one has two or three megabytes."""


class _Kept(msgspec.Struct, kw_only=True):
    """What `History` holds, and how far each job's events are in it, in bytes."""

    offsets: dict[str, int]
    columns: dict[str, bytes]
    epochs: list[Epoch]
    resumes: list[Resumed]
    stops: list[int]
    notices: list[Notice]
    progress: Progress | None
    checkpoint: Checkpoint | None
    started: float | None
    ended: Ended | None
    job_started: float
    latest: float
    spent: float
    first: tuple[float, int] | None
    recent: list[tuple[float, int]]


def keep(folder: Path, history: History, offsets: Mapping[str, int]) -> None:
    """Write a history; a short one is not worth it.

    Args:
        folder: The run's folder.
        history: What its events tell.
        offsets: How far the events of each of its training jobs are in it, by the job's name.

    Raises:
        UserError: The disk is full or refuses.
    """
    if len(history.steps) < LEAST:
        return
    kept = _Kept(
        offsets=dict(offsets),
        columns={name: history.steps[name].tobytes() for name in history.steps.names},
        epochs=history.epochs_done,
        resumes=history.resumes,
        stops=history.stops,
        notices=history.notices,
        progress=history.progress,
        checkpoint=history.checkpoint,
        started=history.started,
        ended=history.ended,
        **msgspec.structs.asdict(history.clock),
    )
    write_bytes(RunFolder(folder).history, msgspec.msgpack.encode(kept))


def recall(folder: Path) -> tuple[History, dict[str, int]] | None:
    """What `keep` wrote; None if there is nothing, or nothing that can be believed."""
    file = RunFolder(folder).history
    try:
        if file.stat().st_size > _MOST:
            return None
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
        steps = _curve(kept.columns)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    history = History.restored(
        steps=steps,
        epochs=kept.epochs,
        resumes=kept.resumes,
        stops=kept.stops,
        notices=kept.notices,
        progress=kept.progress,
        checkpoint=kept.checkpoint,
        started=kept.started,
        ended=kept.ended,
        clock=Clock(
            job_started=kept.job_started,
            latest=kept.latest,
            spent=kept.spent,
            first=kept.first,
            recent=kept.recent,
        ),
    )
    return history, kept.offsets


def _curve(columns: Mapping[str, bytes]) -> StepCurve:
    """Columns of one length.

    Raises:
        ValueError: They are not.
    """
    arrays = {name: np.frombuffer(data, dtype_of(name)) for name, data in columns.items()}
    curve = StepCurve()
    lengths = {len(array) for array in arrays.values()}
    if set(curve.names) - set(arrays) or len(lengths) != 1 or not 0 < max(lengths) <= LIMIT:
        raise ValueError("the columns do not fit each other")
    curve.extend(arrays)
    return curve
