"""The section that shows where a classifier looks in the first images of the grid."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import button, card, column, html, row, styled, text
from paddlex_nb.widgets.pages.base import alert, job_progress
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation
from paddlex_nb.widgets.pages.evaluation.why_pictures import why_pictures

MOST = 6
"""Images that are explained at once."""

PREDICTED, TRUE = "predicted", "true"

_EVERY = 0.5
"""Seconds between two looks at a job that is under way."""


class WhySection(Section):
    """Heat maps beside the images that the grid begins with."""

    name = "why"

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """Only classes of whole images are explained."""
        return shown.run.record.task is Task.CLASSIFICATION

    def content(self) -> Sequence[w.Widget]:
        """What to explain and how, and the newest explanation with these weights."""
        do = self.shown.do
        self._job: Job | None = None
        self._looked = 0.0
        self._method = _choice("method", ("gradient", "perturbation"))
        self._class = _choice("class", (PREDICTED, TRUE))
        self._start = button(
            tr("wizard.evaluation.why.start"), lambda: do(self._explain), "explain"
        )
        self._stop = button(tr("wizard.stop"), lambda: do(self._end), "danger", "stop-explaining")
        self._progress = html("")
        self._pictures = html("", "why")
        mine = [job for job in reversed(self.shown.run.jobs("explain")) if self._is_mine(job)]
        self._follow(mine[0] if mine and mine[0].state.active else None)
        done = next((job for job in mine if job.state is State.DONE), None)
        if done is not None:
            self._draw(done)
        return [
            card(
                "",
                text(tr("wizard.evaluation.why.help", most=MOST), "muted", "note"),
                row(self._method, self._class, self._start, classes=["filters"]),
                row(column(self._progress, classes=["grow"]), self._stop),
                self._pictures,
            )
        ]

    def tick(self, now: float) -> None:
        """Follow an explanation that is under way."""
        super().tick(now)
        if self._job is None or now - self._looked < _EVERY:
            return
        self._looked = now
        job, status = self._job, self._job.status
        if status.state.active:
            self._progress.value = job_progress(job)
            return
        self._follow(None)
        if status.state is State.DONE:
            self._draw(job)
        elif status.error is not None:
            self._progress.value = alert(status.error.text())

    @property
    def _checkpoint(self) -> str:
        result = self.shown.result
        return str(result.get("requested", result["checkpoint"]))

    def _is_mine(self, job: Job) -> bool:
        return job.spec.arguments.get("checkpoint") == self._checkpoint

    def _explain(self) -> None:
        images = self.shown.pictures.results.first(MOST)
        if not images:
            raise UserError("wizard.evaluation.why.no_images")
        paths, truths = zip(*images, strict=True)
        names = truths if self._class.value == TRUE else None
        run, method = self.shown.run, self._method.value
        self._follow(run.explain(paths, method, names, self._checkpoint, wait=False))

    def _follow(self, job: Job | None) -> None:
        self._job = job
        self._start.disabled = job is not None
        self._stop.layout.display = "" if job is not None else "none"
        self._progress.value = job_progress(job) if job is not None else ""

    def _end(self) -> None:
        if self._job is None:
            return
        self._job.stop()
        if (why := self._job.unreachable) is not None:
            self._progress.value = alert(str(why))

    def _draw(self, job: Job) -> None:
        run, results = self.shown.run, self.shown.pictures.results
        aside(
            self.shown.do,
            lambda: why_pictures(run.folder, job.status.result, results.true_classes),
            self._show,
            lambda: None,
        )

    def _show(self, markup: str) -> None:
        self._pictures.value = markup


def _choice(name: str, values: Sequence[str]) -> w.Dropdown:
    options = [(tr(f"wizard.evaluation.why.{name}.{value}"), value) for value in values]
    label = tr(f"wizard.evaluation.why.{name}")
    return styled(w.Dropdown(options=options, description=label), "field", f"why-{name}")
