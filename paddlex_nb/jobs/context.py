"""What a job's work talks to: events out, stop requests in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.events import Event, Notice, Progress
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.layout.job import JobFolder


class Stopped(Exception):  # noqa: N818 - a request that was met, not an error
    """The user asked the job to stop; raised at a safe point."""


class JobContext:
    """The job's side of its folder.

    Attributes:
        folder: The job's folder.
        item: Folder of the dataset or run it works for.
        workspace: The workspace's folder.

    Args:
        folder: The job's folder.
        writer: Where events go.
    """

    def __init__(self, folder: Path, writer: EventWriter) -> None:
        self.folder = folder
        self.item = JobFolder(folder).item.path
        self.workspace = JobFolder(folder).workspace.path
        self._writer = writer
        self._last_progress = ("", 0.0)

    def emit(self, event: Event) -> None:
        """Report an event."""
        self._writer.write(event)

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

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Say that a checkpoint is being written: whoever stops the job waits for it, bounded."""
        mark = JobFolder(self.folder).saving
        with suppress(OSError):
            mark.touch()
        try:
            yield
        finally:
            with suppress(OSError):
                mark.unlink(missing_ok=True)

    @property
    def stopping(self) -> bool:
        """Whether the user asked the job to stop."""
        return JobFolder(self.folder).stop.exists()

    def check_stop(self) -> None:
        """Stop here if that was asked.

        Raises:
            Stopped: The user asked the job to stop.
        """
        if self.stopping:
            raise Stopped
