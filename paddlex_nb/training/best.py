"""Which epoch is the best: what is kept, evaluated and exported."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from paddlex_nb.contracts.metric import Metric
from paddlex_nb.params.metric_choices import of_class
from paddlex_nb.runs.checkpoint import CheckpointInfo


def deciding_first(metric: Metric, wanted: str | None) -> dict[str, float | None]:
    """The figures told while training, that which decides first: it is the main one of the run.

    Args:
        metric: The evaluation.
        wanted: The name of one of its figures, ``recall:cat`` being that of a class; None for the
            task's main one.
    """
    scores = metric.scores()
    if wanted is None:
        return scores
    value = scores[wanted] if wanted in scores else _figure(metric.report(), wanted)
    return {wanted: value, **{name: one for name, one in scores.items() if name != wanted}}


def _figure(report: Mapping[str, Any], wanted: str) -> float | None:
    """A figure of a whole evaluation; the mean over classes of one that is known of each only."""
    name, class_name = of_class(wanted)
    if not class_name and name in report["metrics"]:
        overall: float | None = report["metrics"][name]
        return overall
    rows = [row for row in report["per_class"] if class_name in ("", row["class"])]
    known = [float(row[name]) for row in rows if row.get(name) is not None]
    return math.fsum(known) / len(known) if known else None


def with_best(
    state: CheckpointInfo, epoch: int, metrics: Mapping[str, float | None], loss: float
) -> CheckpointInfo:
    """The state of the best checkpoint after an epoch was evaluated.

    The higher main metric wins. Where it is equal (0 in every epoch, or 1 on a handful of images),
    the lower loss wins, on the validation images if the task measures it there, and else the later
    epoch: it has learnt more. A main metric that is undefined tells no epoch from another, so the
    last one is the best.

    Args:
        state: How it stood before.
        epoch: Number of the epoch.
        metrics: Its validation metrics, the main one first.
        loss: Its mean training loss.

    Returns:
        ``state`` itself if the epoch is not the best.
    """
    value = next(iter(metrics.values()))
    judged = metrics.get("loss")
    loss = loss if judged is None else judged
    best = state.best_value
    if value is None:
        if best is not None:
            return state
        return replace(state, best_epoch=epoch, best_loss=loss)
    if best is None or value > best:
        return replace(
            state, best_value=value, best_epoch=epoch, best_loss=loss, improved_epoch=epoch
        )
    if value == best and (state.best_loss is None or loss <= state.best_loss):
        return replace(state, best_epoch=epoch, best_loss=loss)
    return state
