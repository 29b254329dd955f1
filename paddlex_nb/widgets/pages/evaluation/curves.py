"""The section of curves of a classifier: ROC, precision over recall, calibration, confusions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.metrics.class_scores import ClassScores
from paddlex_nb.metrics.confusion import Confused, confused_pairs
from paddlex_nb.metrics.curves import Calibration, calibration
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.evaluation.curve_points import ClassPoints, Curved
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation
from paddlex_nb.widgets.parts import Hosted, LineChart, Series, StatPlot

_CONFUSED = 12
"""Confusions that are listed."""

_OTHERS = "others"
"""Name of the series that curves are held against."""


class CurvesSection(Section):
    """Curves of one class at a time; each point and bin shows its images."""

    name = "curves"

    def __init__(self, shown: ShownEvaluation) -> None:
        super().__init__(shown)
        self._own_changes = OwnChanges()

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """Whether it is a classifier."""
        return shown.run.record.task is Task.CLASSIFICATION

    def content(self) -> Sequence[w.Widget]:
        """The confusions; the curves come when the scores are read."""
        confused = card(
            tr("wizard.evaluation.curves.confused"), *self._confused(), classes=["confused"]
        )
        self._above = styled(w.Box(), "column", "class-curves")
        note = text(tr("wizard.evaluation.curves.reading"), "muted", "note")
        replace_children(self._above, note)
        aside(self.shown.do, self._read, self._show, lambda: replace_children(self._above))
        return [self._above, confused]

    def _read(self) -> tuple[ClassScores, list[float], Calibration] | None:
        """The scores that were kept, and what takes time with many; touches no widget."""
        scores = self.shown.evidence.class_scores
        if scores is None:
            return None
        right = scores.predicted == scores.truth
        return scores, scores.top_k(), calibration(right, scores.confidence)

    def _show(self, found: tuple[ClassScores, list[float], Calibration] | None) -> None:
        if found is None:
            none = text(tr("display.curves.no_scores"), "muted", "note")
            replace_children(self._above, none)
        else:
            replace_children(self._above, *self._curves(*found))

    def _curves(
        self, scores: ClassScores, ranked: list[float], bins: Calibration
    ) -> list[w.Widget]:
        self._scores = scores
        self._points: ClassPoints | None = None
        support = np.bincount(scores.truth, minlength=len(self.shown.classes))
        options = [
            (f"{name} ({count:,})", number)
            for number, (name, count) in enumerate(
                zip(self.shown.classes, support.tolist(), strict=True)
            )
        ]
        self._class = styled(
            w.Dropdown(
                options=options,
                value=int(support.argmax()),
                description=tr("wizard.split.class"),
            ),
            *("field", "curve-class"),
        )
        self._class.observe(lambda _: self.shown.do(self._draw), "value")
        self._charts = {
            "roc": _chart("roc", tr("display.curves.false_positive_rate"), metric_label("recall")),
            "precision_recall": _chart(
                "precision_recall", metric_label("recall"), metric_label("precision")
            ),
        }
        for kind, chart in self._charts.items():
            chart.observe(self._watching(kind), "picked")
        self._said = text(tr("wizard.evaluation.curves.hint"), "muted", "note")
        self._found = row(classes=["curve-images"])
        hosted = [Hosted(chart) for chart in self._charts.values()]
        reliability = self._reliability(scores.predicted == scores.truth, bins)
        self.hosted = [*hosted, *reliability]
        top = " · ".join(f"top-{k}: {value:.3f}" for k, value in enumerate(ranked, start=1))
        charts = [styled(one, "card", "chart") for one in hosted]
        honest = [styled(one, "card", "chart") for one in reliability]
        self._draw()
        return [
            card("", row(self._class), text(top, "muted", "top-k"), self._said, self._found),
            styled(w.Box(charts), "charts"),
            text(tr("wizard.evaluation.curves.calibration_hint"), "muted", "note"),
            styled(w.Box(honest), "charts"),
        ]

    def _draw(self) -> None:
        """Draw the curves of the class that is chosen."""
        number = int(self._class.value)
        points = ClassPoints(self._scores.truth == number, self._scores.column(number))
        self._points = points
        area, precision = points.areas
        titles = {"roc": area, "precision_recall": precision}
        with self._own_changes:
            for kind, chart in self._charts.items():
                chart.picked = None
                chart.clear()
                chart.series = _series(kind, self._class.label)
                shown = points.curves[kind]
                chart.extend("class", shown.xs.tolist(), shown.ys.tolist())
                if kind == "roc":
                    chart.extend(_OTHERS, [0.0, 1.0], [0.0, 1.0])
                value = titles[kind]
                figure = "–" if np.isnan(value) else f"{value:.3f}"
                chart.title = tr(f"wizard.evaluation.curves.{kind}", value=figure)
                chart.flush()
        self._found.children = ()
        self.shown.pictures.leave_choice(self._unpick)

    def _watching(self, kind: str) -> Callable[[object], None]:
        return lambda _: self.shown.do(lambda: self._pick(kind))

    def _pick(self, kind: str) -> None:
        picked, points = self._charts[kind].picked, self._points
        if self._own_changes or picked is None or points is None:
            return
        curve: Curved = points.curves[kind]
        threshold = curve.threshold_at(picked[1])
        name = self.shown.classes[int(self._class.value)]
        found = points.images(threshold)
        least = "∞" if np.isinf(threshold) else f"{threshold:.3f}"
        buttons = [self._button(what, images, name, least) for what, images in found.items()]
        said = text(tr("wizard.evaluation.curves.at", name=name, threshold=least), "muted")
        self._found.children = (said, *buttons)
        wrong = np.concatenate([found["false"], found["missed"]])
        self._show_images(wrong, "wrong", name, least)

    def _button(self, what: str, images: NDArray[np.int64], name: str, least: str) -> w.Widget:
        """Shows some of the images that a threshold decides."""
        press = button(
            tr(f"wizard.evaluation.curves.{what}", count=len(images)),
            lambda: self.shown.do(lambda: self._show_images(images, what, name, least)),
            *("quiet", f"curve-{what}"),
        )
        press.disabled = not len(images)
        return press

    def _show_images(self, images: NDArray[np.int64], what: str, name: str, least: str) -> None:
        label = tr(f"wizard.evaluation.curves.{what}", count=len(images))
        chip = tr("wizard.evaluation.curves.chip", name=name, threshold=least, what=label)
        self.shown.pictures.show_images(images, chip, left=self._unpick)

    def _unpick(self) -> None:
        with self._own_changes:
            for chart in self._charts.values():
                chart.picked = None

    def _reliability(self, right: NDArray[np.bool_], bins: Calibration) -> list[Hosted]:
        """The reliability diagram, and its bins to be clicked."""
        self._right, self._bins = right, bins
        chart = LineChart(
            title=tr("display.curves.calibration", error=f"{bins.error:.3f}"),
            x_label=tr("display.curves.confidence"),
            y_label=metric_label("accuracy"),
            series=[
                Series("bins", tr("wizard.evaluation.curves.bins")),
                Series(_OTHERS, tr("wizard.evaluation.curves.ideal"), clickable=False),
            ],
            latest=False,
            clickable=True,
        )
        filled = np.flatnonzero(bins.count)
        chart.extend("bins", bins.confidence[filled].tolist(), bins.accuracy[filled].tolist())
        chart.extend(_OTHERS, [0.0, 1.0], [0.0, 1.0])
        chart.flush()
        self._plot = StatPlot(
            kind="columns",
            title=tr("wizard.evaluation.curves.histogram"),
            x_label=tr("wizard.evaluation.curves.images"),
            edges=bins.edges.tolist(),
            totals=bins.count.tolist(),
            counts=np.bincount(bins.place[right], minlength=len(bins.count)).tolist(),
        )

        def pick() -> None:
            if chart.picked is not None:
                at = filled[np.abs(bins.confidence[filled] - chart.picked[1]).argmin()]
                self._plot.selected = [int(at)]

        chart.observe(lambda _: self.shown.do(pick), "picked")
        self._plot.observe(lambda _: self.shown.do(self._show_bins), "selected")
        return [Hosted(chart), Hosted(self._plot)]

    def _show_bins(self) -> None:
        places = self._plot.places
        if not places:
            self.shown.pictures.leave_choice(self._leave_bins)
            return
        inside = np.flatnonzero(np.isin(self._bins.place, places))
        images = inside[np.argsort(self._right[inside], kind="stable")]  # the wrong ones first
        low, high = self._bins.edges[places[0]], self._bins.edges[places[-1] + 1]
        chip = tr("wizard.evaluation.curves.bin", low=f"{low:.1f}", high=f"{high:.1f}")
        self.shown.pictures.show_images(images, chip, left=self._leave_bins)

    def _leave_bins(self) -> None:
        self._plot.selected = []

    def _confused(self) -> list[w.Widget]:
        """The most frequent confusions, each with its images."""
        matrix: NDArray[np.int64] = np.array(self.shown.result["confusion_matrix"], np.int64)
        pairs = confused_pairs(matrix, _CONFUSED)
        if not pairs:
            return [text(tr("wizard.evaluation.curves.nothing_confused"), "muted")]
        return [row(*map(self._pair, pairs))]

    def _pair(self, one: Confused) -> w.Widget:
        classes, pictures = self.shown.classes, self.shown.pictures
        truth, predicted = classes[one.truth], classes[one.predicted]
        share = f"{one.share:.0%}"

        def show() -> None:
            name = tr("wizard.evaluation.cell", truth=truth, predicted=predicted)
            pictures.show_images(pictures.results.in_cell(one.truth, one.predicted), name)

        said: dict[str, Any] = {"truth": truth, "predicted": predicted, "share": share}
        label = tr("wizard.evaluation.curves.pair", count=one.count, **said)
        return button(label, lambda: self.shown.do(show), "quiet", "pair")


def _series(kind: str, name: str) -> list[Series]:
    others = (
        [Series(_OTHERS, tr("wizard.evaluation.curves.guessing"), clickable=False)]
        if kind == "roc"
        else []
    )
    return [Series("class", name), *others]


def _chart(kind: str, x: str, y: str) -> LineChart:
    return LineChart(x_label=x, y_label=y, series=_series(kind, ""), latest=False, clickable=True)
