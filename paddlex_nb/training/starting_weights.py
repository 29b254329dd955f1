"""Giving a run's model its starting weights, before the first step."""

from __future__ import annotations

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.core.wording import few
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.weights.starting import NONE, published, read_named


def start_from(context: JobContext, adapter: Adapter) -> None:
    """Give a run's model the starting weights that its record names, and tell what was set.

    Raises:
        UserError: The weights cannot be had or do not fit.
    """
    named = adapter.setup.record.weights
    if named == NONE:
        return
    arrays, classes = read_named(context, adapter.setup.entry, named)
    if classes is not None:
        arrays = adapter.carry_classes(arrays, classes)
    known = published(adapter.setup.entry, named)
    match = adapter.match(arrays, "" if known is None else known.part)
    adapter.load_weights(match.weights)
    context.notice(
        "training.weights_set",
        severity="info",
        weights=named,
        fitting=len(match.weights),
        total=match.total,
    )
    if match.missing:
        names = few(match.missing, 6)
        context.notice("training.weights_new", count=len(match.missing), names=names)
