"""The section of labels that are likely wrong: looked at, corrected or kept, judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.label_errors.suggestion import KINDS, LabelError
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.results.label_errors import LabelErrors, Relabelled, found_label_errors
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    data_table,
    esc,
    html,
    number,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.browse.corrector import Corrector
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.images.suggested import SuggestedPictures
from paddlex_nb.widgets.pages.base import alert
from paddlex_nb.widgets.pages.evaluation.chosen_labels import ChosenLabels
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation
from paddlex_nb.widgets.parts import Correction, Hosted, ImageGrid

_CORRECTIONS = {
    Task.CLASSIFICATION: "class",
    Task.DETECTION: "boxes",
    Task.INSTANCE_SEGMENTATION: "objects",
    Task.SEGMENTATION: "",
}


class LabelsSection(Section):
    """Suggestions in a grid of their own, whose viewer corrects labels."""

    name = "labels"

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """Labels are corrected in tiles, of which whole photos know nothing."""
        return not of_photos(shown.result)

    def content(self) -> Sequence[w.Widget]:
        """What is suggested, what is done about it, and what corrections have changed."""
        shown, task = self.shown, self.shown.run.record.task
        self._all: list[LabelError] = []
        self._working = False
        self._pictures = SuggestedPictures(shown.dataset)
        self._corrector = Corrector(shown.dataset, self._pictures)
        self._kind = styled(w.Dropdown(description=tr("label_errors.show")), "field", "kind")
        self._kind.observe(lambda _: shown.do(self._show), "value")
        self._said = text(tr("label_errors.looking"), "muted", "grow")
        self._weak = html("", "weak")
        self._grid = ImageGrid(
            self._pictures,
            self._pictures.classes,
            uncoloured=uncoloured(task, self._pictures.classes),
            selectable=True,
            corrections=_CORRECTIONS[task],
            corrector=self._correct,
            remover=lambda: shown.do(self._chosen.exclude),
            executor=shown.do,
            side=160,
        )
        self._grid.observe(lambda _: shown.do(self._choose), "selection")
        hosted = styled(Hosted(self._grid), "grid-box")
        self.hosted = [hosted]
        self._chosen = ChosenLabels(
            shown.dataset, shown.do, self._gone, self._look, self._begin, self._end
        )
        self._again = button(
            tr("label_errors.again"), lambda: shown.do(self._look), "quiet", "look-again"
        )
        self._rescore = button(tr("label_errors.rescore"), lambda: shown.do(self._judge), "rescore")
        self._judged = column(classes=["rescored"])
        self._look()
        return [
            card(
                "",
                text(tr("label_errors.help"), "muted", "note"),
                row(self._kind, self._said, self._again, classes=["filters"]),
                self._weak,
                self._chosen.widget,
                hosted,
                classes=["labels"],
            ),
            card(
                tr("label_errors.rescore.title"),
                text(tr("label_errors.rescore.help"), "muted", "note"),
                row(self._rescore, classes=["start-row"]),
                self._judged,
            ),
        ]

    def _look(self) -> None:
        """Find the labels that are likely wrong, aside; nothing is settled meanwhile."""
        if self._working:  # pressed before the browser knew that it cannot be
            return
        shown = self.shown

        def work() -> LabelErrors:
            return found_label_errors(shown.run.folder, shown.dataset.folder, shown.result)

        self._begin()
        aside(shown.do, work, self._found, self._end)

    def _begin(self) -> None:
        """Suggestions are being found or settled: one after the other."""
        self._set_working(working=True)

    def _end(self) -> None:
        self._set_working(working=False)

    def _set_working(self, *, working: bool) -> None:
        self._working = self._again.disabled = working
        self._chosen.lock(locked=working)

    def _found(self, errors: LabelErrors) -> None:
        self._end()
        self._all = list(errors)
        self._weak.value = "" if errors.note is None else alert(errors.note.text(), "warning")
        self._pictures.reload()
        self._offer()

    def _offer(self) -> None:
        """Offer the kinds that there are, and show the chosen one."""
        counts = Counter(one.kind for one in self._all)
        kinds = [(f"{tr(f'label_errors.kind.{k}')} ({counts[k]:,})", k) for k in KINDS if counts[k]]
        options = [(f"{tr('wizard.preview.all')} ({len(self._all):,})", ""), *kinds]
        before = self._kind.value
        self._kind.options = options
        self._kind.value = before if before in {value for _, value in options} else ""
        self._show()

    def _show(self) -> None:
        kind = self._kind.value
        self._pictures.suggest([e for e in self._all if not kind or e.kind == kind])
        self._grid.show(self._pictures, self._pictures.classes)
        self._choose()
        self._tell()

    def _tell(self) -> None:
        key = "label_errors.found" if self._all else "label_errors.none"
        self._said.value = f"<p>{esc(tr(key, count=len(self._all)))}</p>"

    def _choose(self) -> None:
        errors = self._pictures.errors
        self._chosen.choose([e for start, end in self._grid.chosen for e in errors[start:end]])

    def _gone(self, errors: Sequence[LabelError]) -> None:
        """Suggestions that somebody has decided on leave the list."""
        done = set(map(id, errors))
        self._all = [one for one in self._all if id(one) not in done]
        left = [one for one in self._pictures.errors if id(one) not in done]
        self._pictures.reload()
        self._pictures.suggest(left)
        self._grid.refill()
        self._choose()
        self._tell()

    def _correct(self, wish: Correction) -> int | None:
        made = self._corrector.make(wish)
        self._pictures.reload()
        self._grid.renew([wish.index])
        return made

    def _judge(self) -> None:
        self._rescore.disabled = True
        run, evaluation = self.shown.run, Evaluation.from_dict(self.shown.result)
        aside(self.shown.do, lambda: run.rescore(evaluation), self._show_judged, self._ready)

    def _ready(self) -> None:
        self._rescore.disabled = False

    def _show_judged(self, judged: Relabelled) -> None:
        self._ready()
        head = ["", *(tr(f"cli.column.{name}") for name in ("before", "after", "difference"))]
        rows = [
            [f"<b>{esc(metric_label(name))}</b>", *_compared(value, judged.after.get(name))]
            for name, value in judged.before.items()
        ]
        said = html(f"<p class=pxnb-said>{esc(judged.sentence())}</p>")
        table = html(data_table(head, rows)) if judged.changed else html("")
        self._judged.children = (said, table)


def _compared(before: float | None, after: float | None) -> list[str]:
    """Cells of a metric before and after, and how much it differs."""
    cells = ["–" if value is None else number(value) for value in (before, after)]
    if before is None or after is None:
        return [*cells, "–"]
    return [*cells, f"{after - before:+.3f}" if after != before else "0"]
