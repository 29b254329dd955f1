"""Whom work tells how far it is: a job's folder, or the screen of whoever waits for it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.clock import steady_time
from paddlex_nb.jobs.events import AnyEvent, Notice, Progress


class Reporter(ABC):
    """Whom work tells how far it is."""

    def __init__(self) -> None:
        self._last_progress = ("", 0.0)

    @abstractmethod
    def emit(self, event: AnyEvent) -> None:
        """Report an event."""

    def notice(self, key: str, severity: str = "info", **values: object) -> None:
        """Tell the user something, by catalogue key."""
        self.emit(Notice(message=UserError(key, **values).message, severity=severity))

    def progress(self, stage: str, done: int, total: int | None = None, unit: str = "") -> None:
        """Report progress, at most five times a second, and stop here if that was asked.

        Raises:
            Stopped: The user asked the job to stop.
        """
        now = time.monotonic()
        last_stage, last = self._last_progress
        if stage != last_stage or now - last >= 0.2 or done == total:
            self._last_progress = (stage, now)
            self.emit(Progress(stage=stage, done=done, total=total, unit=unit))
        self.check_stop()

    def check_stop(self) -> None:
        """Stop here if that was asked.

        Raises:
            Stopped: The user asked the job to stop.
        """
        return


class Foreground(Reporter):
    """Shows work that is done in the user's own process, where Ctrl-C is what stops it.

    Args:
        take: Shows events.
    """

    def __init__(self, take: Callable[[Sequence[AnyEvent]], object]) -> None:
        super().__init__()
        self._take = take

    def emit(self, event: AnyEvent) -> None:
        """Show an event."""
        event.time = steady_time()
        self._take([event])
