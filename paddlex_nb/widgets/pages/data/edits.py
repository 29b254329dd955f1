"""The newest changes of a data set, each with its way back."""

from __future__ import annotations

from collections.abc import Callable, Collection

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.edits import describe
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.toolkit import button, esc, html, row, text

_MOST = 5


def change_lines(
    dataset: Dataset, but: Collection[int], undo: Callable[[int], None]
) -> list[w.Widget]:
    """A line each for the newest changes, and one that tells of the others.

    Args:
        dataset: A data set that is ready.
        but: Numbers of changes that are shown elsewhere.
        undo: Takes back the change of that number.
    """
    known = dataset.edits.changes()
    entries = [entry for entry in reversed(known) if entry.number not in but]
    if not entries:
        return []
    descriptions = describe(dataset.folder, known, [entry.number for entry in entries[:_MOST]])
    lines: list[w.Widget] = []
    for entry in entries[:_MOST]:
        what = descriptions[entry.number].text()
        back = button(
            tr("wizard.undo"),
            lambda number=entry.number: undo(number),  # type: ignore[misc]
            "undo",
            tooltip=f"{tr('wizard.undo')}: {what}",
        )
        lines.append(row(html(f"<p>{esc(what)}</p>", "grow"), back, classes=["finding-line"]))
    if (more := len(entries) - _MOST) > 0:
        others = tr("wizard.data.more_changes", count=f"{more:,}", id=dataset.id)
        lines.append(text(others, "muted", "more-changes"))
    return lines
