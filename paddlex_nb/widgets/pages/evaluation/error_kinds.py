"""The kinds of errors as a table whose rows open the images that have them."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.error_kinds import KINDS
from paddlex_nb.results.error_table import SUMS, points
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import bar, button, card, esc, html, row, styled, text
from paddlex_nb.widgets.pages.evaluation.threshold_figures import Worked


class ErrorKindsCard:
    """A row for each kind: a button that opens its images, how many there are, what they cost.

    Args:
        do: Has work done on the event loop.
        opened: Called on the event loop with the kind whose images are to be shown.

    Attributes:
        widget: What to show.
    """

    def __init__(self, do: Callable[[Call], None], opened: Callable[[str], None]) -> None:
        self._note = text("", "muted", "note")
        self._buttons = {kind: self._button(kind, do, opened) for kind in KINDS}
        self._facts = {kind: html("", "error-cost") for kind in (*KINDS, *SUMS)}
        lines: list[w.Widget] = []
        for kind in (*KINDS, *SUMS):
            label = tr(f"threshold.kind.{kind}")
            name = self._buttons.get(kind) or html(f"<b>{esc(label)}</b>", "error-sum")
            about = text(tr(f"threshold.kind.{kind}.help"), "muted", "error-help")
            lines.append(row(name, self._facts[kind], about, classes=["error-kind"]))
        table = styled(w.Box(lines), "column", "error-kinds")
        self.widget = card(tr("threshold.errors"), self._note, table)

    def _button(
        self, kind: str, do: Callable[[Call], None], opened: Callable[[str], None]
    ) -> w.Button:
        return button("", lambda: do(lambda: opened(kind)), "quiet", f"error-{kind}")

    def show(self, worked: Worked) -> None:
        """Show other figures."""
        lost, threshold = worked.of.lost, worked.asked.threshold
        counts = worked.of.kinds.counts_at(threshold)
        ap = lost["ap"]
        note = "" if ap is None else _note(ap, worked)
        self._note.value = f"<p>{esc(note)}</p>"
        costs = [lost[kind] or 0.0 for kind in KINDS]
        largest = max([*costs, 0.001])
        for kind in (*KINDS, *SUMS):
            cost = lost[kind] or 0.0
            # the sums are larger than any of the kinds
            drawn = bar(cost / largest) if kind in KINDS else ""
            said = points(lost[kind])
            self._facts[kind].value = f"{drawn}<b>{'–' if said is None else esc(said)}</b>"
        for kind, press in self._buttons.items():
            press.description = tr(
                "threshold.page.kind", name=tr(f"threshold.kind.{kind}"), count=f"{counts[kind]:,}"
            )
            press.disabled = not counts[kind]


def _note(ap: float, worked: Worked) -> str:
    values = {"ap": f"{ap:.3f}", "iou": f"{worked.asked.iou:.2f}"}
    return tr("threshold.page.errors", **values, threshold=f"{worked.asked.threshold:.2f}")
