"""The question what a folder is that could be several things."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.app.ambiguous import AmbiguousSource
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, card, row, text
from paddlex_nb.widgets.pages.data.recognised import Choice, choices_of, reading_label


def question(
    ambiguous: AmbiguousSource,
    do: Callable[[Call], None],
    read_as: Callable[[Choice], None],
    drop: Call,
) -> w.Widget:
    """Ask, with a button for each answer.

    Args:
        ambiguous: The folder, and what it could be.
        do: Has a click's work done.
        read_as: Called with the answer.
        drop: Called if it is none of them.
    """

    def answer(choice: Choice) -> Callable[[], None]:
        return lambda: do(lambda: read_as(choice))

    buttons = [
        button(label, answer((task, name)), "read-as")
        for (task, name) in choices_of(ambiguous.why)
        if (label := reading_label(task, name))
    ]
    none = button(tr("wizard.data.ask.drop"), lambda: do(drop), "quiet", "read-as-none")
    doubts = ambiguous.why.values.get("doubts", "")
    asked = text(tr("wizard.data.ask.why", doubts=doubts))
    title = tr("wizard.data.ask", name=ambiguous.record.name)
    return card(title, asked, row(*buttons, none, classes=["chips"]))
