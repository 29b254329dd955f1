"""Of a data set in tiles: the figures of whole photos, beside those of tiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.results.evaluation import tiles_note
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, html, replace_children, row, styled, text
from paddlex_nb.widgets.pages.base import job_progress
from paddlex_nb.widgets.pages.evaluation.figures import headline


class PhotoFigures:
    """A button that measures whole photos, and what came of it.

    Args:
        run: The run.
        result: The evaluation of tiles as plain JSON.
        do: Has work done on the event loop.
        complain: Shows why a job has failed.

    Attributes:
        widget: The button, or the figures.
    """

    def __init__(
        self,
        run: Run,
        result: dict[str, Any],
        do: Callable[[Call], None],
        complain: Callable[[Message], None],
    ) -> None:
        self._run, self._tiles, self._complain = run, result, complain
        self._progress = html("")
        self._start = button(
            tr("wizard.evaluation.photos"), lambda: do(self._evaluate), "evaluate-photos"
        )
        self._button = row(self._start)  # one for both contents: what is replaced is closed
        self.widget = styled(w.Box(), "column", "photo-figures")
        self._following: Job[Any] | None = None
        self._show()

    def tick(self) -> None:
        """Follow an evaluation that is under way."""
        job = self._following
        if job is None:
            return
        status = job.status
        if status.state.active:
            self._progress.value = job_progress(job)
            return
        self._following, self._progress.value = None, ""
        self._show()
        if status.state is not State.DONE and status.error is not None:
            self._complain(status.error)

    def _evaluate(self) -> None:
        split, checkpoint = self._tiles["split"], self._tiles["requested"]
        self._following = self._run.evaluate(split, checkpoint, photos=True, wait=False)
        self._start.disabled = True
        self._progress.value = job_progress(self._following)

    def _show(self) -> None:
        """The newest figures of this checkpoint, or what is under way."""
        shown: dict[str, Any] | None = None
        for job in reversed(self._run.jobs("evaluate_photos")):
            status, asked = job.status, job.spec.arguments
            if asked.get("split") != self._tiles["split"]:
                continue
            if status.state.active and str(asked["checkpoint"]) == str(self._tiles["requested"]):
                self._following = job
            same = status.result is not None and all(
                status.result.get(name) == self._tiles.get(name) for name in ("checkpoint", "saved")
            )
            if status.state is State.DONE and same:
                shown = status.result
                break
        self._start.disabled = self._following is not None
        if shown is None:
            replace_children(self.widget, self._button, self._progress)
            return
        replace_children(
            self.widget,
            text(tr("wizard.evaluation.photo_figures"), "subtitle"),
            html(headline(shown["metrics"])),
            text(tiles_note(shown), "muted", "of-photos"),
            self._button,
            self._progress,
        )
