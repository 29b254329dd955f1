"""Keeping a run's result under a name, as starting weights of later trainings."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html, row, styled, text
from paddlex_nb.workspace import Workspace


class SaveModel:
    """A name, a button, and the names under which the run was saved.

    Args:
        run: The run.
        workspace: Its workspace.
        do: Has work done on the event loop.

    Attributes:
        widget: What to show.
    """

    def __init__(self, run: Run, workspace: Workspace, do: Callable[[Call], None]) -> None:
        self._run, self._workspace = run, workspace
        self._name = styled(
            w.Text(
                description=tr("wizard.save.name"),
                placeholder=tr("wizard.save.placeholder"),
                continuous_update=False,
            ),
            "field",
            "save-name",
        )
        self._saved = html("", "saved")
        save = button(tr("wizard.save.start"), lambda: do(self._save), "save")
        self.widget = card(
            tr("wizard.save"),
            text(tr("wizard.save.help"), "muted"),
            column(self._name, self._saved, classes=["grow"]),
            row(save),
            classes=["target"],
        )
        self._show()

    def _save(self) -> None:
        name = self._name.value.strip()
        if not name:
            raise UserError("wizard.save.empty")
        self._run.save_model(name)
        self._name.value = ""
        self._show()

    def _show(self) -> None:
        mine = [m.name for m in self._workspace.saved_models() if m.run == self._run.id]
        names = ", ".join(f"<code>saved:{esc(name)}</code>" for name in mine)
        text = esc(tr("wizard.save.saved"))
        self._saved.value = f"<p>✓ {text} {names}</p>" if mine else ""
