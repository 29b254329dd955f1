"""A few fixed validation images, on which one sees how a training learns.

What the evaluation predicts for them is picked up as it goes by; nothing is predicted twice. They
are there to be looked at only: whatever goes wrong with them, the training goes on.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch, some
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.runs.samples import forget_after, keep_samples

IMAGES = 6

_LOOKED_AT = 2_000
"""Images that are chosen from: of a large split, these by chance."""

_OBJECTS = 100
"""Objects of an image that are kept, the surest."""

logger = logging.getLogger(__name__)


class Samples:
    """Keeps what is predicted for some validation images after each evaluated epoch.

    Args:
        context: The job.
        adapter: The run's model and data.
    """

    def __init__(self, context: JobContext, adapter: Adapter) -> None:
        self._context = context
        self._adapter = adapter
        self._rows: list[int] | None = None
        self._metric: Metric | None = None
        self._told = False

    def resume(self, epoch: int) -> None:
        """Forget what belongs to epochs after the one from which the training goes on."""
        with self._harmless():
            forget_after(self._adapter.setup.folder, epoch)

    def begin(self) -> Callable[[Batch, Any], None]:
        """What is to be called with each batch of an evaluation."""
        self._metric = None
        return self._see

    def keep(self, epoch: int) -> None:
        """Write what was seen since `begin`."""
        with self._harmless():
            if self._metric is not None:
                keep_samples(self._adapter.setup.folder, epoch, self._metric.table())

    def _see(self, batch: Batch, predictions: Any) -> None:
        with self._harmless():
            if self._rows is None:
                view, seed = self._adapter.setup.view("val"), self._adapter.setup.config.seed
                self._rows = fixed_images(view, IMAGES, seed)
            places = [place for place, row in enumerate(batch.rows) if row in self._rows]
            if places:
                self._metric = self._metric or self._adapter.metric()
                chosen = some(predictions, places)
                surest = [one.take(np.arange(min(_OBJECTS, len(one)))) for one in chosen
                          if isinstance(one, Objects)]  # fmt: skip
                self._metric.update(batch.judged(places), surest or chosen)

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """Say what went wrong, once, and go on."""
        try:
            yield
        except Exception as error:
            logger.exception("Sample predictions could not be kept")
            if self._told:
                return
            self._told = True
            reason: object = f"{type(error).__name__}: {error}"
            if isinstance(error, UserError):
                reason = error.message
            self._context.notice("training.samples_not_kept", "warning", reason=reason)


def fixed_images(view: DatasetView, count: int, seed: int) -> list[int]:
    """Positions in a split of images that show a bit of everything; the same for the same seed.

    Images with objects come first; each next one is of a class that was shown least so far.

    Args:
        view: The split.
        count: How many at most.
        seed: The run's.
    """
    order = np.random.default_rng(seed).permutation(len(view))[:_LOOKED_AT].tolist()
    left = [(image, view.present(image)) for image in order]
    shown: Counter[int] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = min(left, key=lambda one: min((shown[c] for c in one[1]), default=count + 1))
        left.remove(best)
        chosen.append(best[0])
        shown.update(best[1])
    return sorted(chosen)
