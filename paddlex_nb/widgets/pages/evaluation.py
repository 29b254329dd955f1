"""Evaluation: how good the model is, class by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.data.split import read_splits
from paddlex_nb.i18n import tr
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.metric_names import metric_definition, metric_label
from paddlex_nb.widgets.pages.base import Page, job_progress
from paddlex_nb.widgets.parts import Hosted, MatrixView
from paddlex_nb.widgets.steps import Step
from paddlex_nb.widgets.toolkit import (
    bar,
    button,
    card,
    data_table,
    esc,
    html,
    number,
    replace_children,
    row,
    styled,
    text,
)


class EvaluationPage(Page):
    """Figures, confusion matrix and table by class of one checkpoint on one split."""

    step = Step.EVALUATION

    def content(self) -> Sequence[w.Widget]:
        """What to evaluate, and the result."""
        divided = read_splits(self.run.folder)
        counts = {"val": len(divided.val), "test": len(divided.test)}
        splits = [(f"{tr(f'data.split.{s}')} ({n:,})", s) for s, n in counts.items() if n]
        checkpoints = [(tr(f"wizard.evaluation.{c}"), c) for c in ("best", "last")]
        self._checkpoint = styled(
            w.Dropdown(options=checkpoints, description=tr("wizard.evaluation.checkpoint")),
            "field",
        )
        self._split = styled(
            w.Dropdown(options=splits, description=tr("wizard.evaluation.split")), "field"
        )
        for choice in (self._checkpoint, self._split):
            choice.observe(lambda _: self.do(self._show), "value")
        self._start = button(
            tr("wizard.evaluation.start"), lambda: self.do(self._evaluate), "evaluate"
        )
        self._progress = html("")
        self._result = styled(w.Box(), "column", "results")
        self._hosted: Hosted | None = None
        self._following: Job | None = None
        self._show()
        head = row(self._checkpoint, self._split, self._start, classes=["run-row"])
        return [card("", head, self._progress), self._result]

    def tick(self, now: float) -> None:
        """Follow an evaluation that is under way."""
        if self._hosted is not None:
            self._hosted.tick(now)
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
            self.complain(status.error.text())

    def _evaluate(self) -> None:
        self._following = self.run.start("evaluate", **self._wanted())
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
        if status is None or status.state is not State.DONE:
            self._hosted = None
            replace_children(self._result, card("", text(tr("wizard.evaluation.empty"), "empty")))
            return
        self._draw(status.result)

    def _matching(self) -> Job | None:
        """The newest evaluation of the chosen checkpoint and split since the last training."""
        wanted = self._wanted()
        trained = max((j.spec.created for j in self.run.jobs("train")), default=0.0)
        for job in reversed(self.run.jobs("evaluate")):
            spec = job.spec
            if spec.created > trained and all(
                spec.arguments.get(k) == v for k, v in wanted.items()
            ):
                return job
        return None

    def _draw(self, result: dict[str, Any]) -> None:
        matrix = MatrixView(
            result["confusion_matrix"],
            [str(name) for name in result["classes"]],
            title=tr("wizard.evaluation.matrix"),
        )
        self._hosted = Hosted(matrix)
        replace_children(
            self._result,
            card("", html(_figures(result["metrics"]))),
            styled(self._hosted, "card", "matrix"),
            card(tr("wizard.evaluation.by_class"), html(_by_class(result["per_class"]))),
            card("", html(_definitions(result["metrics"]))),
        )


def _figures(metrics: dict[str, float | None]) -> str:
    tiles = "".join(
        f'<div class="pxnb-figure" data-metric="{esc(name)}">'
        f"<b>{'–' if value is None else number(value)}</b>"
        f"<span>{esc(metric_label(name))}</span></div>"
        for name, value in metrics.items()
    )
    return f'<div class="pxnb-figures">{tiles}</div>'


def _by_class(rows: list[dict[str, Any]]) -> str:
    columns = [name for name in rows[0] if name != "class"]
    return data_table(
        [tr("wizard.split.class"), *map(metric_label, columns)],
        [[esc(r["class"]), *(_cell(r[c]) for c in columns)] for r in rows],
    )


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{bar(value)}{number(value)}"


def _definitions(metrics: dict[str, Any]) -> str:
    items = "".join(
        f"<dt>{esc(metric_label(m))}</dt><dd>{esc(metric_definition(m))}</dd>" for m in metrics
    )
    title = esc(tr("wizard.evaluation.definitions"))
    return f"<details><summary>{title}</summary><dl>{items}</dl></details>"
