"""The section that holds an evaluation against another one of the same images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.results.compared import ChangedImage, Compared, difference_line
from paddlex_nb.results.differences import Difference
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    data_table,
    esc,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.evaluation.section import Section

MOST = 60
"""Rows of the table; of more classes, those that differ most."""


class CompareSection(Section):
    """What this evaluation improved and worsened against another one, and what is noise."""

    name = "compare"

    def content(self) -> Sequence[w.Widget]:
        """The choice of the other evaluation, and what came of it."""
        self._others: list[Evaluation] = []
        self._choice = styled(
            w.Dropdown(options=[], description=tr("wizard.evaluation.compare.other")),
            *("field", "compare-other"),
        )
        self._choice.observe(lambda _: self.shown.do(self._compare), "value")
        self._inside = styled(w.Box(), "column")
        self._note = text(tr("wizard.evaluation.compare.reading"), "muted")
        aside(self.shown.do, self._known, self._offer, lambda: None)
        return [card("", row(self._choice), self._note, self._inside, classes=["compare"])]

    def _known(self) -> list[tuple[str, Evaluation]]:
        """Evaluations of the same split of the same data set, this one left out."""
        run, result = self.shown.run, self.shown.result
        record = run.record
        found: list[tuple[str, Evaluation]] = []
        for other in self.shown.state.all_runs():
            if (other.record.dataset, other.record.task) != (record.dataset, record.task):
                continue
            found += [(_label(other, one), one) for one in _alike(other, result)]
        own = (run.id, result["checkpoint"])
        found = [(label, one) for label, one in found if (one.run, one.checkpoint) != own]
        # those of this run first
        return sorted(found, key=lambda pair: pair[1].run != run.id)

    def _offer(self, known: list[tuple[str, Evaluation]]) -> None:
        self._others = [one for _, one in known]
        if not known:
            self._note.value = f"<p>{esc(tr('wizard.evaluation.compare.none'))}</p>"
            return
        self._note.value = f"<p>{esc(tr('wizard.evaluation.compare.hint'))}</p>"
        nothing = (tr("wizard.evaluation.compare.choose"), -1)
        labels = [(label, place) for place, (label, _) in enumerate(known)]
        self._choice.options = [nothing, *labels]
        self._choice.value = 0

    def _compare(self) -> None:
        place = self._choice.value
        self.shown.pictures.leave_choice(self._left)
        if place is None or place < 0:
            replace_children(self._inside)
            return
        replace_children(self._inside, text(tr("wizard.runs.comparing"), "muted"))
        other = self._others[place]
        own = self.shown.evaluation

        def then(found: Compared) -> None:
            if self._choice.value == place:
                self._show(found)

        def failed() -> None:
            replace_children(self._inside)

        aside(self.shown.do, lambda: own.compare(other), then, failed)

    def _show(self, found: Compared) -> None:
        head = [
            tr("display.compare.class"),
            tr("display.compare.difference"),
            tr("display.compare.verdict"),
        ]
        listed = most_telling(found.differences)
        lines = [[esc(cell) for cell in difference_line(one)] for one in listed]
        left_out = len(found.differences) - len(listed)
        more = tr("wizard.evaluation.compare.more", count=left_out) if left_out else ""
        buttons = [
            self._images("improved", found.improved),
            self._images("worsened", found.worsened),
        ]
        replace_children(
            self._inside,
            text(found.sentence),
            row(*buttons),
            html(data_table(head, lines, numbers_from=len(head)), "compare-table"),
            text(more, "muted"),
        )

    def _images(self, kind: str, changed: Sequence[ChangedImage]) -> w.Widget:
        label = tr(f"wizard.evaluation.compare.{kind}", count=len(changed))
        # rows of this evaluation, which is the second of the two
        rows = np.array([one.other_row for one in changed], np.int64)

        def show() -> None:
            self.shown.pictures.show_images(rows, label, left=self._left)

        press = button(label, lambda: self.shown.do(show), f"show-{kind}")
        press.disabled = not changed
        return press

    def _left(self) -> None:
        """Nothing is marked that would have to be unmarked."""


def most_telling(differences: Sequence[Difference]) -> Sequence[Difference]:
    """All rows if the table holds them; else the classes that differ beyond noise, and most."""
    if len(differences) <= MOST:
        return differences
    overall = [one for one in differences if one.class_name is None]
    classes = [one for one in differences if one.class_name is not None]
    classes.sort(key=lambda one: (one.within_noise, -abs(one.difference or 0.0)))
    return [*overall, *classes][:MOST]


def _alike(run: Run, shown: dict[str, Any]) -> list[Evaluation]:
    """The evaluations of a run that are of the same images as one, plain JSON."""
    made = run.evaluations(photos=of_photos(shown))
    return [one for one in made if one.split == shown["split"]]


def _label(run: Run, one: Evaluation) -> str:
    return f"{run.record.name} · {one.checkpoint} · {one.main_metric}"
