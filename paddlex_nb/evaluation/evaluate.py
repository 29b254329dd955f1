"""Running a model over a split: the one way, in training and after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.jobs.context import JobContext, Stopped


def unseen(batch: Batch, predictions: Any) -> None:
    """Nobody looks at the predictions of a batch."""


def evaluate(
    context: JobContext,
    adapter: Adapter,
    split: str,
    seen: Callable[[Batch, Any], None] = unseen,
) -> Metric:
    """Predict every image of a split.

    Args:
        context: The job, for progress and stop requests.
        adapter: The run's model and data.
        split: ``train``, ``val`` or ``test``.
        seen: Called with each batch and what was predicted for it.

    Returns:
        The metric, fed with every image.

    Raises:
        Stopped: The user asked for it.
        UserError: The split is empty, or one of its images cannot be read.
    """
    metric, total, done = adapter.metric(), len(adapter.paths(split)), 0
    adapter.waiting = partial(stop_if_asked, context)
    with adapter.learner().evaluating():
        for batch in adapter.eval_batches(split):
            predictions = adapter.predict(batch)
            metric.update(batch, predictions)
            seen(batch, predictions)
            done += len(batch)
            context.progress("evaluate", done, total, "images")
    return metric


def stop_if_asked(context: JobContext) -> None:
    """Stop a job that waits for images, if that was asked.

    Raises:
        Stopped: The user asked for it.
    """
    if context.stopping:
        raise Stopped
