"""The section of the threshold: every figure at any threshold and IoU, and which one to use."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.evaluation.evaluated import evaluation_files
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.threshold import FIGURES, best_text, counts_text
from paddlex_nb.widgets.app.aside import Latest
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    esc,
    html,
    number,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.evaluation.error_kinds import ErrorKindsCard
from paddlex_nb.widgets.pages.evaluation.figures import by_class
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation
from paddlex_nb.widgets.pages.evaluation.threshold_charts import ThresholdCharts
from paddlex_nb.widgets.pages.evaluation.threshold_figures import (
    Asked,
    ThresholdWork,
    Worked,
    most_first,
)
from paddlex_nb.widgets.parts import Hosted, MatrixView


class ThresholdSection(Section):
    """Sliders for score and IoU, and what they change: matrix, figures, curves, pictures."""

    name = "threshold"

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """Of tasks whose predictions are objects with scores."""
        return shown.run.threshold is not None

    def content(self) -> Sequence[w.Widget]:
        """The sliders; all else comes when the stored objects are read."""
        shown = self.shown
        result, do = shown.result, shown.do
        files = evaluation_files(shown.run.folder, result)
        work = ThresholdWork(files, len(shown.classes))
        self._latest: Latest[Asked, Worked | UserError] = Latest(
            do, lambda asked: _answered(work, asked), self._show
        )
        self._worked: Worked | None = None
        self._behind: tuple[str, bytes] | None = None
        self._score = _slider("threshold.score", 0, shown.run.threshold or 0.0, "score-slider")
        self._iou = _slider("threshold.iou", 0.1, 0.5, "iou-slider")
        names = [(tr("threshold.all_classes"), -1), *((n, i) for i, n in enumerate(shown.classes))]
        self._class = styled(
            w.Dropdown(options=names, description=tr("wizard.split.class")), "field", "of-class"
        )
        for choice in (self._score, self._iou, self._class):
            choice.observe(lambda _: do(self._ask), "value")
        self._use = button(tr("threshold.page.use"), lambda: do(self._keep), "use-threshold")
        self._to_best = button(tr("threshold.page.best"), lambda: do(self._go), "best-threshold")
        self._used = text("", "muted", "used-threshold")
        self._best = text("", "muted", "best-note")
        self._figures = html("", "threshold-figures")
        self._rest = styled(w.Box(), "column")
        self._built = False
        shown.pictures.on_threshold(self._follow)
        self._ask()
        choices = row(self._score, self._iou, self._class, classes=["sliders"])
        presses = row(self._use, self._to_best, self._used, classes=["start-row"])
        return [card("", choices, self._figures, self._best, presses), self._rest]

    def _ask(self) -> None:
        self._told = self._score.value
        self.shown.pictures.threshold = self._told
        self._say_used()
        self._latest.ask(Asked(self._score.value, self._iou.value, self._class.value))

    def _follow(self) -> None:
        """The grid's own slider was moved; what we told it ourselves may be out of date by now."""
        if (moved := self.shown.pictures.threshold) != self._told:
            self._set(moved)

    def _show(self, worked: Worked | UserError) -> None:
        if isinstance(worked, UserError):
            replace_children(self._rest, card("", text(worked, "empty")))
            return
        self._worked = worked
        if not self._built:
            self._build()
        at, of = worked.at, worked.of
        best = of.best[worked.asked.class_id]
        self._best.value = f"<p>{esc(best_text(best))}</p>"
        self._to_best.disabled = best is None
        chosen = worked.asked.class_id
        figures = at.metrics if chosen < 0 else at.per_class[chosen]
        tiles = "".join(
            f'<div class="pxnb-figure" data-metric="{name}"><b>{_written(figures[name])}</b>'
            f"<span>{esc(metric_label(name))}</span></div>"
            for name in FIGURES
        )
        said = esc(counts_text(at.counts))
        self._figures.value = f'<div class="pxnb-figures">{tiles}</div><p>{said}</p>'
        named = zip(self.shown.classes, at.per_class, strict=True)
        self._by_class.value = by_class([{"class": name, **one} for name, one in named])
        self._charts.show(worked)
        self._errors.show(worked)
        cell = self._matrix.selected
        self._matrix.show(at.matrix, self._matrix.classes)
        self._matrix.selected = cell
        if cell is not None:
            self._show_cell()

    def _build(self) -> None:
        self._built = True
        classes = [*self.shown.classes, tr("wizard.evaluation.background")]
        empty = [[0] * len(classes)] * len(classes)
        self._matrix = MatrixView(empty, classes, title=tr("wizard.evaluation.matrix"))
        self._matrix.observe(lambda _: self.shown.do(self._show_cell), "selected")
        self._charts = ThresholdCharts(
            self.shown.classes, lambda value: self.shown.do(lambda: self._set(value))
        )
        self._errors = ErrorKindsCard(self.shown.do, self._open_kind)
        self._by_class = html("", "by-class")
        parts = (self._matrix, self._charts.figures, self._charts.recall)
        self.hosted = [Hosted(part) for part in parts]
        matrix, figures, recall = self.hosted
        note = text(tr("wizard.evaluation.matrix.hint"), "muted", "note")
        replace_children(
            self._rest,
            styled(
                w.Box(
                    [
                        column(matrix, note, classes=["card", "chart", "matrix"]),
                        styled(figures, "card", "chart", "figures-chart"),
                        card(tr("wizard.evaluation.by_class"), self._by_class),
                        styled(recall, "card", "chart", "recall-chart"),
                    ]
                ),
                "charts",
            ),
            self._errors.widget,
        )

    def _set(self, threshold: float) -> None:
        self._score.value = round(threshold, 2)

    def _go(self) -> None:
        """Set the best threshold of the class that is looked at."""
        if self._worked is not None and (best := self._worked.of.best[self._class.value]):
            self._set(best.threshold)

    def _keep(self) -> None:
        self.shown.run.set_threshold(self._score.value)
        self._say_used()

    def _say_used(self) -> None:
        used = self.shown.run.threshold or 0.0
        self._use.disabled = used == self._score.value
        said = tr("threshold.page.used", threshold=f"{used:.2f}")
        self._used.value = f"<p>{esc(said)}</p>"

    def _show_cell(self) -> None:
        cell, pictures = self._matrix.selected, self.shown.pictures
        if cell is None or self._worked is None:
            self._behind = None
            pictures.leave_choice(self._leave_cell)
            return
        truth, predicted = (self._matrix.classes[place] for place in cell)
        name = tr("wizard.evaluation.cell", truth=truth, predicted=predicted)
        images = most_first(self._worked.at.in_cell(cell[0], cell[1]))
        if self._behind != (name, images.tobytes()):
            self._behind = (name, images.tobytes())
            pictures.show_images(images, name, left=self._leave_cell)

    def _leave_cell(self) -> None:
        self._behind = None
        self._matrix.selected = None

    def _open_kind(self, kind: str) -> None:
        if self._worked is not None:
            counts = self._worked.of.kinds.in_images(kind, self._worked.asked.threshold)
            self.shown.pictures.show_images(most_first(counts), tr(f"threshold.kind.{kind}"))


def _answered(work: ThresholdWork, asked: Asked) -> Worked | UserError:
    """An answer, or what is wrong with the stored predictions."""
    try:
        return work.answer(asked)
    except UserError as error:
        return error


def _slider(label: str, least: float, value: float, name: str) -> w.FloatSlider:
    return styled(
        w.FloatSlider(
            value=value, min=least, max=1, step=0.01, description=tr(label), readout_format=".2f"
        ),
        *("slider", "share-slider", name),
    )


def _written(value: float | None) -> str:
    return "–" if value is None else number(value)
