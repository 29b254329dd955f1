"""One line about a job: its progress, then its result or what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.jobs.job import Job, State
from paddlex_nb.widgets.app.toolkit import esc, html
from paddlex_nb.widgets.pages.base import alert, job_progress


class JobLine:
    """Follows one job after another; the result of the last one stays to be read.

    Args:
        newest: Gives the newest job, if there is one.
        start: The button that starts one; disabled while one is under way.
        said: The result in words.
        done: Called when one has ended well since.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        newest: Callable[[], Job | None],
        start: w.Button,
        describe: Callable[[dict[str, Any]], str],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._newest, self._start = newest, start
        self._said, self._done = describe, done
        self.widget = html("")
        last = newest()
        self._former = last.folder.name if last is not None and not last.state.active else ""
        self._ended = ""
        self.tick()

    def tick(self) -> None:
        """Look at the newest job."""
        job = self._newest()
        if job is None or job.folder.name == self._ended:
            return
        status = job.status
        self._start.disabled = status.state.active
        if status.state.active:
            self.widget.value = job_progress(job)
            return
        self._ended = job.folder.name
        if status.state is State.DONE:
            self.widget.value = f'<p class="pxnb-clean">✓ {esc(self._said(status.result))}</p>'
            if self._ended != self._former:
                self._done()
        else:
            self.widget.value = alert(status.error.text()) if status.error else ""
