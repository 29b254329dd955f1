"""Evaluation: how good the model is, class by class and image by image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.metrics.figure_intervals import FigureIntervals
from paddlex_nb.results.evaluation import tiles_note
from paddlex_nb.runs.origin import staleness
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.base import Page, job_progress
from paddlex_nb.widgets.pages.evaluation.choice import EvaluationChoice
from paddlex_nb.widgets.pages.evaluation.figures import definitions, headline
from paddlex_nb.widgets.pages.evaluation.grid import ResultGrid
from paddlex_nb.widgets.pages.evaluation.report import report_buttons
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.widgets.pages.evaluation.section import ShownEvaluation
from paddlex_nb.widgets.pages.evaluation.sections import Sections
from paddlex_nb.widgets.pages.evaluation.verdict import VerdictCard
from paddlex_nb.widgets.pages.result_origin import REFRESH, origin_notes


class EvaluationPage(Page):
    """Figures, curves, confusion matrix and images of one checkpoint on one split."""

    step = Step.EVALUATION

    def content(self) -> Sequence[w.Widget]:
        """The choice of what to evaluate, and the result."""
        self._choice = EvaluationChoice(self.run, self.do, self._show)
        self._start = button(
            tr("wizard.evaluation.start"), lambda: self.do(self._evaluate), "evaluate"
        )
        self._progress = html("")
        self._notes = html("", "notes")
        self._noted = 0.0
        self._shown: dict[str, Any] | None = None
        self._result = styled(w.Box(), "column", "results")
        self._sections: Sections | None = None
        self._pictures: ResultGrid | None = None
        self._following: Job | None = None
        self._show()
        head = row(*self._choice.widgets, self._start, classes=["run-row"])
        return [card("", head, self._progress, self._notes), self._result]

    def tick(self, now: float) -> None:
        """Follow an evaluation that is under way."""
        if self._sections is not None and self._pictures is not None:
            self._sections.tick(now)
            self._pictures.hosted.tick(now)
        if now - self._noted >= REFRESH:
            self._noted = now
            self._notes.value = origin_notes(self.run, self._shown)
        job = self._following
        if job is None:
            return
        status = job.status
        if status.state.active:
            self._progress.value = job_progress(job)
            return
        self._following = None
        self._progress.value = ""
        self._show()
        if status.state is not State.DONE and status.error is not None:
            self.complain(status.error)

    def _evaluate(self) -> None:
        self._following = self.run.evaluate(**self._choice.wanted, wait=False)
        self._start.disabled = True
        self._progress.value = job_progress(self._following)

    def _show(self) -> None:
        """Show the newest result for what is chosen, or what is under way."""
        job = self._choice.newest()
        status = job.status if job is not None else None
        if job is not None and status is not None and status.state.active:
            self._following = job
        self._start.disabled = self._following is not None
        done = status is not None and status.state is State.DONE
        self._shown = status.result if status is not None and done else None
        stale = self._shown is not None and staleness(self.run.folder, self._shown) is not None
        self._notes.value = origin_notes(self.run, self._shown)
        self.has_primary = status is None or stale
        (self._start.add_class if self.has_primary else self._start.remove_class)("pxnb-primary")
        if self._shown is None:
            self._sections = self._pictures = None
            replace_children(self._result, card("", text(tr("wizard.evaluation.empty"), "empty")))
            return
        self._draw(self._shown)

    def _draw(self, result: dict[str, Any]) -> None:
        pictures = ResultGrid(
            Results(self.run, result),
            self.run.record.task,
            [str(name) for name in result["classes"]],
            float(result.get("threshold", 0.0)),
            self.do,
            self.frame.event_loop.call,
        )
        # what comes from aside must not take back what was said: not the page's own `do`
        do = self.frame.do
        shown = ShownEvaluation(self.state, self.run, self.dataset, result, pictures, do)
        self._sections = Sections(shown, self._sections.opened if self._sections else "")
        self._pictures = pictures
        verdict = VerdictCard(
            self.state, self.run, result, self.do, pictures.show_worst, shown.judge
        )
        metrics = result["metrics"]
        figures = html(headline(metrics))

        def with_intervals(intervals: FigureIntervals | None) -> None:
            figures.value = headline(metrics, intervals)

        shown.with_intervals(with_intervals)
        replace_children(
            self._result,
            verdict.widget,
            card(
                "",
                figures,
                text(tiles_note(result), "muted", "of-tiles"),
                html(definitions(metrics, list(result["per_class"][0])[1:])),
                report_buttons(self.run, result, self.do).widget,
            ),
            self._sections.widget,
            pictures.widget,
        )
