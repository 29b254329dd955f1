"""The curves of a run: loss over steps, validation metrics over epochs."""

from __future__ import annotations

import math

from paddlex_nb.core.i18n import tr
from paddlex_nb.jobs.events import Epoch
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import Best, History
from paddlex_nb.widgets.parts import LineChart, Series

FEW = 5
"""With so many classes or fewer, top-5 accuracy is 1 by definition."""


class TrainingCharts:
    """Two charts that grow with a run's history.

    Args:
        classes: How many classes the run has.

    Attributes:
        loss: Loss over steps, on training and validation images.
        metrics: Validation metrics over epochs.
    """

    def __init__(self, classes: int) -> None:
        self._few = classes <= FEW
        self._steps = self._epochs = self._edition = 0
        self._resumes: list[tuple[int, float]] = []
        self._best: Best | None = None
        self.loss = LineChart(
            title=tr("wizard.training.loss"),
            x_label=tr("wizard.training.step"),
            y_label=tr("metrics.loss"),
            series=[Series("train", tr("wizard.training.loss.train"))],
        )
        self.metrics = LineChart(
            title=tr("wizard.training.metrics"),
            x_label=tr("wizard.training.epoch"),
            y_label=tr("wizard.training.value"),
            series=[],
        )

    def draw(self, history: History) -> None:
        """Show what has come since the last call.

        Both charts begin anew after a resume, and when the steps were thinned.

        Args:
            history: Of the same run in every call.
        """
        resumes = [(event.step, event.time) for event in history.resumes]
        if resumes != self._resumes or history.steps.edition != self._edition:
            self._edition = history.steps.edition
            self._begin_anew(resumes)
        steps, losses = history.steps["step"], history.steps["loss"]
        self.loss.extend("train", steps[self._steps :].tolist(), losses[self._steps :].tolist())
        for event in history.epochs_done[self._epochs :]:
            self._draw_epoch(event)
        self._steps, self._epochs = len(history.steps), len(history.epochs_done)
        self._mark_best(history.best)
        self.loss.flush()
        self.metrics.flush()

    def _begin_anew(self, resumes: list[tuple[int, float]]) -> None:
        self.loss.clear()
        self.metrics.clear()
        self._steps = self._epochs = 0
        self._resumes, self._best = resumes, None
        for step, _ in resumes:
            self.loss.mark(step, tr("wizard.training.resumed_mark"))

    def _draw_epoch(self, event: Epoch) -> None:
        judged = event.metrics.get("loss")
        if judged is not None:
            if len(self.loss.series) == 1:
                validation = Series("val", tr("wizard.training.loss.val"))
                self.loss.series = [*self.loss.series, validation]
            self.loss.extend("val", [event.step], [judged])
        shown = {name: value for name, value in event.metrics.items() if self._has_curve(name)}
        if shown and not self.metrics.series:
            self.metrics.series = [Series(name, metric_label(name)) for name in shown]
        for name, value in shown.items():
            self.metrics.extend(name, [event.epoch], [math.nan if value is None else value])

    def _has_curve(self, metric: str) -> bool:
        """The loss has a chart of its own; among few classes the fifth guess is always right."""
        return metric != "loss" and not (self._few and metric == "top5")

    def _mark_best(self, best: Best | None) -> None:
        if best is None or best.value is None or best == self._best:
            return  # a mark that is set again makes the whole chart be sent again
        self._best = best
        self.metrics.mark(best.epoch, tr("wizard.training.best_mark"), key="best")
