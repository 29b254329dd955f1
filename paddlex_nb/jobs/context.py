"""What a job's work talks to: events out, stop requests in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paddlex_nb.jobs.events import Event
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.jobs.reporter import Reporter
from paddlex_nb.layout.job import JobFolder


class Stopped(Exception):  # noqa: N818 - a request that was met, not an error
    """The user asked the job to stop; raised at a safe point."""


class JobContext(Reporter):
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
        super().__init__()
        self.folder = folder
        self.item = JobFolder(folder).item.path
        self.workspace = JobFolder(folder).workspace.path
        self._writer = writer
        self._stop = str(JobFolder(folder).stop)  # asked for at each step

    def emit(self, event: Event) -> None:
        """Report an event."""
        self._writer.write(event)

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
        return os.path.exists(self._stop)  # noqa: PTH110 - a quarter of the time of a Path's

    def check_stop(self) -> None:
        """Stop here if that was asked.

        Raises:
            Stopped: The user asked the job to stop.
        """
        if self.stopping:
            raise Stopped
