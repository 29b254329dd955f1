"""The curves of a run: losses, validation metrics, learning rate, speed and the machine."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History
from paddlex_nb.runs.places import AXES, EPOCH, places, rising, steps_in_epoch
from paddlex_nb.widgets.pages.training.step_chart import StepChart
from paddlex_nb.widgets.parts import LineChart, Series
from paddlex_nb.widgets.parts.line_chart import Axis

FEW = 5
"""With so many classes or fewer, top-5 accuracy is 1 by definition."""

_LOW = 170
"""Height in pixels of charts that matter less."""

_MACHINE = ("waiting", "cpu", "memory", "gpu", "gpu_memory")

Marks = list[tuple[float, str]]


class TrainingCharts:
    """Charts that grow with a run's history; x axis and smoothing are one setting for all.

    Args:
        classes: How many classes the run has.
        epochs: Epochs that it is planned for.

    Attributes:
        loss: Loss on training and validation images.
        metrics: Validation metrics.
    """

    def __init__(self, classes: int, epochs: int = 0) -> None:
        self._few = classes <= FEW
        self._planned = epochs
        self._axis = EPOCH
        self._begun: tuple[object, ...] = ()
        self._epochs = 0
        self._last = -math.inf
        train = StepChart(
            _chart(tr("wizard.training.loss"), tr("metrics.loss"), smoothing=0.0),
            {"loss": tr("wizard.training.loss.train")},
        )
        parts = _chart(tr("wizard.training.parts"), tr("metrics.loss"), smoothing=0.0)
        load = _chart(tr("wizard.training.machine"), "%")
        rate = _chart(tr("wizard.training.learning_rate"), "", height=_LOW)
        speed = _chart(
            tr("wizard.training.speed"), tr("wizard.training.rate"), smoothing=0.0, height=_LOW
        )
        self.loss = train.chart
        self.metrics = _chart(tr("wizard.training.metrics"), tr("wizard.training.value"))
        self._train = train
        self._parts = StepChart(parts, {})
        self._load = StepChart(load, {}, factor=100.0, sparse=True)
        self._rate = StepChart(rate, {"learning_rate": tr("wizard.training.learning_rate")})
        self._speed = StepChart(speed, {"rate": tr("wizard.training.rate")})
        self._by_step = (self._train, self._parts, self._load, self._rate, self._speed)
        for chart in self.all:
            chart.observe(self._axis_chosen, "axis")
            chart.observe(self._smoothed, "smoothing")

    @property
    def all(self) -> list[LineChart]:
        """Every chart, whether there is something in it or not."""
        return [self.loss, self.metrics, *(each.chart for each in self._by_step[1:])]

    @property
    def shown(self) -> list[LineChart]:
        """The charts that have something to show; those of loss and metrics always."""
        more = [each.chart for each in self._by_step[1:] if each.filled]
        return [self.loss, self.metrics, *more]

    @property
    def stale(self) -> bool:
        """Whether another x axis was chosen since the last `draw`."""
        return bool(self._begun) and self._begun[0] != self._axis

    def draw(self, history: History) -> None:
        """Show what has come since the last call.

        All charts begin anew after a resume, when the steps were thinned, with another axis, and
        once it is known how long an epoch is.

        Args:
            history: Of the same run in every call.
        """
        resumes = [(event.step, event.time) for event in history.resumes]
        length = steps_in_epoch(history, self._planned) if self._axis == EPOCH else 0
        begun = (self._axis, history.steps.edition, resumes, length)
        if begun != self._begun:
            self._begin_anew()
            self._begun = begun
        self._name_series(history)
        for each in self._by_step:
            each.draw(history, begun[0], self._planned)
        self._draw_epochs(history)
        self._epochs = len(history.epochs_done)
        self._mark(history)
        for chart in self.all:
            chart.flush()

    def _begin_anew(self) -> None:
        self._epochs, self._last = 0, -math.inf
        for each in self._by_step:
            each.clear()
        self.metrics.clear()
        label = tr(f"display.compare.axis.{self._axis}")
        for chart in self.all:
            chart.x_label = label

    def _name_series(self, history: History) -> None:
        """Curves that a run has come with its events."""
        parts = {f"losses.{n}": n for n in history.steps.parts if n != "loss"}
        self._parts.name(parts)
        told = [name for name in _MACHINE if np.isfinite(history.steps[name][-100:]).any()]
        known = {series.name for series in self._load.chart.series}
        if not set(told) <= known:
            names = [name for name in _MACHINE if name in {*told, *known}]
            self._load.name({name: tr(f"wizard.training.machine.{name}") for name in names})

    def _draw_epochs(self, history: History) -> None:
        done = history.epochs_done[self._epochs :]
        xs = places(history, self._axis_drawn, self._planned, [event.step for event in done])
        # a clock may have been set back
        kept = rising(xs, self._last)
        done = [event for event, keep in zip(done, kept.tolist(), strict=True) if keep]
        xs = xs[kept]
        if not done:
            return
        self._last = float(xs[-1])
        names = dict.fromkeys(name for event in done for name in event.metrics)
        if "loss" in names and len(self.loss.series) == 1:
            validation = Series("val", tr("wizard.training.loss.val"))
            self.loss.series = [*self.loss.series, validation]
        shown = [name for name in names if self._has_curve(name)]
        known = {series.name for series in self.metrics.series}
        if new := [Series(name, metric_label(name)) for name in shown if name not in known]:
            self.metrics.series = [*self.metrics.series, *new]
        for name in names:
            told = [name in event.metrics for event in done]
            if name == "loss":
                told = [event.metrics.get(name) is not None for event in done]
            values = [_number(e.metrics[name]) for e, t in zip(done, told, strict=True) if t]
            if name == "loss":
                self.loss.extend("val", xs[told].tolist(), values)
            elif name in shown:
                self.metrics.extend(name, xs[told].tolist(), values)

    def _has_curve(self, metric: str) -> bool:
        """The loss has a chart of its own; among few classes the fifth guess is always right."""
        return metric != "loss" and not (self._few and metric == "top5")

    def _mark(self, history: History) -> None:
        """Lines where jobs ended and went on; the best epoch where it is of interest."""
        stopped = tr("wizard.training.stopped_mark"), set(history.stops)
        resumed = tr("wizard.training.resumed_mark"), {event.step for event in history.resumes}
        best = tr("wizard.training.best_mark"), _best_step(history)
        ends = self._marks(history, [stopped, resumed])
        all_marks = self._marks(history, [stopped, resumed, best])
        judged = (self.loss, self.metrics, self._parts.chart)
        for chart in self.all:
            chart.set_marks(all_marks if chart in judged else ends)

    def _marks(self, history: History, words: Sequence[tuple[str, set[int]]]) -> Marks:
        """One line a step, with all that is to be said of it."""
        steps = sorted(set().union(*(marked for _, marked in words)))
        xs = places(history, self._axis_drawn, self._planned, steps)
        labels = [", ".join(word for word, marked in words if step in marked) for step in steps]
        return list(zip(xs.tolist(), labels, strict=True))

    @property
    def _axis_drawn(self) -> str:
        return str(self._begun[0])

    def _axis_chosen(self, change: dict[str, str]) -> None:
        """Any chart's choice is that of all; the next `draw` follows it."""
        self._axis = change["new"]
        for chart in self.all:
            chart.axis = self._axis

    def _smoothed(self, change: dict[str, float | None]) -> None:
        for chart in self.all:
            if chart.smoothing is not None and change["new"] is not None:
                chart.smoothing = change["new"]


def _chart(
    title: str, y_label: str, *, smoothing: float | None = None, height: int = 260
) -> LineChart:
    return LineChart(
        title=title,
        x_label="",
        y_label=y_label,
        series=[],
        height=height,
        axes=[Axis(name, tr(f"display.compare.axis.{name}")) for name in AXES],
        axis=EPOCH,
        smoothing=smoothing,
        logarithmic=False,
    )


def _best_step(history: History) -> set[int]:
    """The step of the best epoch, if its metric is defined."""
    best = history.best
    if best is None or best.value is None:
        return set()
    return {next(e.step for e in reversed(history.epochs_done) if e.epoch == best.epoch)}


def _number(value: float | None) -> float:
    """A metric that is undefined is a gap."""
    return math.nan if value is None else value
