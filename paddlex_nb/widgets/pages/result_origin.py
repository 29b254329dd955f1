"""What a page says about the weights behind a result: which they are, and whether it is stale."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.run import Run
from paddlex_nb.runs.origin import staleness, training_under_way
from paddlex_nb.widgets.app.toolkit import esc
from paddlex_nb.widgets.pages.base import alert

REFRESH = 2.0
"""Seconds between two looks at whether a result has become stale."""


def origin_notes(run: Run, result: Mapping[str, Any] | None) -> str:
    """Markup of what to know about a result.

    Args:
        run: The run.
        result: Of an evaluation or export; None if there is none yet.
    """
    parts = []
    if result is not None and "epoch" in result:
        parts.append(f"<p class=pxnb-muted>{esc(_origin(result))}</p>")
    why = None if result is None else staleness(run.folder, result)
    if why is not None:
        parts.append(alert(why.text(), "warning"))
    if training_under_way(run.folder):
        parts.append(alert(tr("wizard.evaluation.under_way"), "info"))
    return "".join(parts)


def _origin(result: Mapping[str, Any]) -> str:
    metric, when = result.get("metric"), result.get("time")
    facts = [tr("wizard.evaluation.of", name=_name(result["checkpoint"]), epoch=result["epoch"])]
    if metric is not None:
        facts.append(f"{metric_label(metric['name'])} {metric['value']:.4f}")
    if when is not None:
        facts.append(time.strftime("%Y-%m-%d %H:%M", time.localtime(when)))
    return " · ".join(facts)


def _name(checkpoint: str) -> str:
    """What a checkpoint is called where it is chosen."""
    return tr(f"wizard.evaluation.{checkpoint}") if checkpoint in {"best", "last"} else checkpoint
