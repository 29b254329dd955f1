"""Evaluation: how good the model is, class by class and image by image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import tiles_note
from paddlex_nb.runs.origin import staleness
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.base import Page, job_progress
from paddlex_nb.widgets.pages.evaluation.figures import by_class, definitions, headline
from paddlex_nb.widgets.pages.evaluation.grid import ResultGrid
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.widgets.pages.result_origin import REFRESH, origin_notes
from paddlex_nb.widgets.parts import Hosted, LineChart, MatrixView, Series

MOST_CURVES = 10
"""Classes that have a curve of their own; there are as many colours."""


class EvaluationPage(Page):
    """Figures, curves, confusion matrix and images of one checkpoint on one split."""

    step = Step.EVALUATION

    def content(self) -> Sequence[w.Widget]:
        """The choice of what to evaluate, and the result."""
        divided = read_splits(self.run.folder)
        counts = {"test": len(divided.test), "val": len(divided.val)}
        splits = [(f"{tr(f'data.split.{s}')} ({n:,})", s) for s, n in counts.items() if n]
        checkpoints = [(tr(f"wizard.evaluation.{c}"), c) for c in ("best", "last")]
        before = self._before(splits, checkpoints)
        self._checkpoint = styled(
            w.Dropdown(
                options=checkpoints,
                value=before.get("checkpoint", "best"),
                description=tr("wizard.evaluation.checkpoint"),
            ),
            "field",
        )
        self._split = styled(
            w.Dropdown(
                options=splits,
                value=before.get("split", splits[0][1]),
                description=tr("wizard.evaluation.split"),
            ),
            "field",
        )
        for choice in (self._checkpoint, self._split):
            choice.observe(lambda _: self.do(self._show), "value")
        self._start = button(
            tr("wizard.evaluation.start"), lambda: self.do(self._evaluate), "evaluate"
        )
        self._progress = html("")
        self._notes = html("", "notes")
        self._noted = 0.0
        self._shown: dict[str, Any] | None = None
        self._result = styled(w.Box(), "column", "results")
        self._hosted: list[Hosted] = []
        self._following: Job | None = None
        self._show()
        head = row(self._checkpoint, self._split, self._start, classes=["run-row"])
        return [card("", head, self._progress, self._notes), self._result]

    def tick(self, now: float) -> None:
        """Follow an evaluation that is under way."""
        for hosted in self._hosted:
            hosted.tick(now)
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

    def _before(self, *offered: list[tuple[str, str]]) -> dict[str, str]:
        """The evaluation that was made last, if it can still be shown."""
        job = self.run.last_job("evaluate")
        asked = job.spec.arguments if job is not None else {}
        known = all(
            asked.get(name) in {value for _, value in options}
            for name, options in zip(("split", "checkpoint"), offered, strict=True)
        )
        return asked if known else {}

    def _evaluate(self) -> None:
        self._following = self.run.evaluate(**self._wanted(), wait=False)
        self._start.disabled = True
        self._progress.value = job_progress(self._following)

    def _wanted(self) -> dict[str, Any]:
        return {"split": self._split.value, "checkpoint": self._checkpoint.value}

    def _show(self) -> None:
        """Show the newest result for what is chosen, or what is under way."""
        job = self._matching()
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
            self._hosted = []
            replace_children(self._result, card("", text(tr("wizard.evaluation.empty"), "empty")))
            return
        self._draw(self._shown)

    def _matching(self) -> Job | None:
        """The newest evaluation of the chosen checkpoint and split, stale or not."""
        wanted = self._wanted()

        def fits(job: Job) -> bool:
            arguments = job.spec.arguments
            return all(arguments.get(name) == value for name, value in wanted.items())

        return next(filter(fits, reversed(self.run.jobs("evaluate"))), None)

    def _draw(self, result: dict[str, Any]) -> None:
        classes = [str(name) for name in result["classes"]]
        counts = result["confusion_matrix"]
        background = [tr("wizard.evaluation.background")] * (len(counts) - len(classes))
        matrix = MatrixView(counts, classes + background, title=tr("wizard.evaluation.matrix"))
        pictures = ResultGrid(
            Results(self.dataset, self.run, result),
            self.run.record.task,
            classes,
            matrix,
            float(result.get("threshold", 0.0)),
            self.do,
            self.frame.event_loop.call,
        )
        metrics, per_class = result["metrics"], result["per_class"]
        table = card(tr("wizard.evaluation.by_class"), html(by_class(per_class), "by-class"))
        shown = Hosted(matrix)
        self._hosted = [shown, pictures.hosted]
        note = text(_matrix_note(result), "muted", "note")
        charts: list[w.Widget] = [column(shown, note, classes=["card", "chart", "matrix"])]
        below: list[w.Widget] = [pictures.widget]
        if "curves" in result:
            curves = Hosted(_curves(result))
            self._hosted.append(curves)
            charts.append(styled(curves, "card", "chart"))
            below.append(table)
        else:
            charts.append(table)
        replace_children(
            self._result,
            card(
                "",
                html(headline(metrics)),
                text(tiles_note(result), "muted", "of-tiles"),
                html(definitions(metrics, list(per_class[0])[1:])),
            ),
            styled(w.Box(charts), "charts"),
            *below,
        )


def _matrix_note(result: dict[str, Any]) -> str:
    """The note that says what the matrix counts and that its cells can be clicked."""
    hint = tr("wizard.evaluation.matrix.hint")
    if "threshold" not in result:
        return hint
    note = tr("wizard.evaluation.matrix.objects", threshold=f"{result['threshold']:.2f}")
    return f"{note} {hint}"


def _curves(result: dict[str, Any]) -> LineChart:
    """Precision over recall: of each class, or of all together where they are many."""
    curves = {c["class"]: (c["recall"], c["precision"]) for c in result["curves"]}
    defined = [
        n
        for n, (row, curve) in enumerate(zip(result["per_class"], result["curves"], strict=True))
        if row.get("support") and curve["precision"]
    ]
    if len(curves) > MOST_CURVES:
        chosen = [result["curves"][number] for number in defined]
        mean = np.mean([c["precision"] for c in chosen], axis=0).tolist() if chosen else []
        curves = {
            tr("wizard.evaluation.all_classes"): (chosen[0]["recall"] if chosen else [], mean)
        }
        defined = [0]
    chart = LineChart(
        title=tr("wizard.evaluation.curves"),
        x_label=metric_label("recall"),
        y_label=metric_label("precision"),
        series=[Series(str(number), name) for number, name in enumerate(curves)],
        latest=False,
    )
    for number, points in enumerate(curves.values()):
        if number in defined:
            chart.extend(str(number), *points)
    return chart
