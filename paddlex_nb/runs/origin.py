"""Which weights a result is of, and whether these are still the ones that its name means.

While a training goes on, ``best`` and ``last`` are replaced again and again: an evaluation or an
export says which state it saw.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.item import Item
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore


def origin(context: JobContext, info: CheckpointInfo, requested: str) -> dict[str, Any]:
    """What a result says about its weights; tells the user if the training still goes on.

    Args:
        context: The job that works with them.
        info: The checkpoint that was loaded.
        requested: What was asked for: ``best``, ``last`` or the number of an epoch.

    Returns:
        ``run`` (id), ``checkpoint`` (name), ``requested``, ``epoch`` and ``step`` (trained),
        ``metric`` (``name`` and ``value`` on the validation images; None if unknown), ``saved``
        and ``time`` (of the checkpoint and of now, in seconds since 1970; ``saved`` is None if
        unknown), ``training_under_way``.
    """
    under_way = training_under_way(context.item)
    if under_way:
        context.notice("training.still_goes_on", "warning", **_state(info))
    name = next(iter(info.metrics), None)
    return {
        "run": context.item.name,
        "checkpoint": info.name,
        "requested": requested,
        "epoch": info.epoch,
        "step": info.step,
        "metric": None if name is None else {"name": name, "value": info.metrics[name]},
        "saved": info.saved or None,
        "time": time.time(),
        "training_under_way": under_way,
    }


def training_under_way(run: Path) -> bool:
    """Whether the training of the run in this folder is waiting or at work."""
    job = Item(run).last_job("train")
    return job is not None and job.state.active


def under_way_note(result: Mapping[str, Any]) -> Message | None:
    """That the training was still going on when a result came about, or None."""
    if not result.get("training_under_way"):
        return None
    values = {name: result[name] for name in ("checkpoint", "epoch", "step")}
    return Message("training.still_goes_on", values)


def staleness(run: Path, result: Mapping[str, Any]) -> Message | None:
    """Why a result is stale: what it was asked for is another state of the weights by now.

    Args:
        run: The run's folder.
        result: Of an evaluation, a prediction or an export; those of earlier versions, which say
            less, are compared by the epoch, if they name it.

    Returns:
        The sentence; None if the result is not stale, or if that cannot be said.
    """
    requested = result.get("requested", result.get("checkpoint"))
    if "epoch" not in result or requested is None:
        return None
    try:
        now = CheckpointStore(run).info(str(requested))
    except UserError:  # what is gone was not replaced
        return None
    marks = {"epoch": now.epoch, "step": now.step, "saved": now.saved or None}
    if all(result.get(name, value) == value for name, value in marks.items()):
        return None
    values = {"epoch": result["epoch"], "step": result.get("step", "–")}
    now_values = {"now_epoch": now.epoch, "now_step": now.step}
    return Message("training.stale", {"checkpoint": str(requested), **values, **now_values})


def _state(info: CheckpointInfo) -> dict[str, str | int]:
    return {"checkpoint": info.name, "epoch": info.epoch, "step": info.step}
