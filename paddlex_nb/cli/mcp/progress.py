"""What a job reports, as progress of the call that waits for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.events import event_text
from paddlex_nb.jobs.events import AnyEvent, Progress, Step
from paddlex_nb.jobs.queue import Waiting

Tell = Callable[[float, float | None, str], Any]
"""Takes how far it is, of how much (None if unknown), and a sentence."""


class Notifying:
    """Tells a client how far a job is.

    Steps of a training are counted as such; what comes before, and the stages of other jobs, count
    one each. What is told always grows, as the protocol asks.

    Args:
        tell: Called with each report.
        job: The job's id.
    """

    def __init__(self, tell: Tell, job: str) -> None:
        self._tell = tell
        self._at = 0.0
        self._total: float | None = None
        self._stages: list[str] = []
        tell(0.0, None, tr("cli.mcp.job", job=job))
        self._waited = ""

    def take(self, events: Sequence[AnyEvent], /) -> None:
        """Tell every event that is worth a sentence, and how far the job is after all of them."""
        step, stage = None, None
        for event in events:
            if isinstance(event, Step):
                step = event
            elif isinstance(event, Progress):
                stage = event
            elif (text := event_text(event)) is not None:
                self.say(text)
        if step is not None:
            self._total = step.steps
            self._report(step.step, event_text(step))
        if stage is not None:
            if stage.stage not in self._stages:
                self._stages.append(stage.stage)
            share = min(1.0, stage.done / stage.total) if stage.total else 0.0
            self._report(len(self._stages) - 1 + share, event_text(stage))

    def show(self, waiting: Waiting | None, /) -> None:
        """Tell what it waits for, once for each place in the queue."""
        behind = "" if waiting is None or not waiting.behind else waiting.message.text()
        if waiting is not None and behind and f"{waiting.place} {waiting.behind}" != self._waited:
            self._waited = f"{waiting.place} {waiting.behind}"
            self.say(behind)

    def say(self, text: str, /) -> None:
        """Tell a sentence."""
        self._report(self._at, text)

    def close(self) -> None:
        """Nothing is left to be told."""

    def _report(self, at: float, text: str | None) -> None:
        self._at = at if at > self._at else math.nextafter(self._at, math.inf)
        total = self._total if self._total is not None and self._at <= self._total else None
        self._tell(self._at, total, text or "")
