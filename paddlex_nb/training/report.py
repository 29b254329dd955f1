"""What is told about the steps: averaged, at most five times a second."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Step
from paddlex_nb.training.load import MachineLoad
from paddlex_nb.training.vdl import VisualDL

_INTERVAL = 0.2


class StepReport:
    """Averages steps and emits them.

    Args:
        context: The job.
        vdl: VisualDL's writer.
        steps: Steps of the whole run.
    """

    def __init__(self, context: JobContext, vdl: VisualDL, steps: int) -> None:
        self._context = context
        self._vdl = vdl
        self._steps = steps
        self._load = MachineLoad()
        self.begin()

    def plan(self, steps: int) -> None:
        """The whole run has another number of steps than was thought."""
        self._steps = steps

    def begin(self) -> None:
        """Measure the speed from now on: what lies before was no training."""
        self._since = time.monotonic()
        self._sums: dict[str, float] = defaultdict(float)
        self._count = 0
        self._images = 0
        self._waiting = 0.0

    def waited(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches; how long each is waited for is counted."""
        source = iter(batches)
        while True:
            began = time.monotonic()
            try:
                batch = next(source)
            except StopIteration:
                return
            self._waiting += time.monotonic() - began
            yield batch

    def step(
        self, epoch: int, step: int, losses: dict[str, float], rate: float, images: int
    ) -> None:
        """Take in a step.

        Args:
            epoch: Number of the epoch.
            step: Steps done, this one counted.
            losses: By name, ``loss`` being the total.
            rate: Learning rate.
            images: Images in its batch.
        """
        for name, value in losses.items():
            self._sums[name] += value
        self._count += 1
        self._images += images
        self._newest = (epoch, step, rate)
        if time.monotonic() - self._since >= _INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Emit what has gathered."""
        if not self._count:
            return
        epoch, step, rate = self._newest
        means = {name: total / self._count for name, total in self._sums.items()}
        seconds = max(1e-9, time.monotonic() - self._since)
        event = Step(
            epoch=epoch,
            step=step,
            steps=self._steps,
            loss=means["loss"],
            learning_rate=rate,
            rate=self._images / seconds,
            losses=means if len(means) > 1 else {},
            waiting=round(min(1.0, self._waiting / seconds), 3),
        )
        for name, share in self._load.sample().items():
            setattr(event, name, share)
        self._vdl.step(event)
        self._context.emit(event)
        self.begin()
