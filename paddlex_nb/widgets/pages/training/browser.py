"""The browser's part in following a run: a word at its end, and VisualDL."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.i18n import tr
from paddlex_nb.hosts.visualdl import VisualDL, visualdl_for
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.widgets.parts import Hosted, RunTools

_PATIENCE = 60.0
"""Seconds that VisualDL may take to begin."""


class RunBrowser:
    """The tools of a run's page, kept up to date.

    Args:
        workspace: The workspace whose runs VisualDL shows.

    Attributes:
        widget: What the page shows.
    """

    def __init__(self, workspace: Path) -> None:
        self._logs = WorkspaceFolder(workspace).runs
        self._tools = RunTools(self._start)
        self._server: VisualDL | None = None
        self._since = 0.0
        self._now = 0.0
        self.widget = Hosted(self._tools)

    def tick(self, now: float) -> None:
        """Link to VisualDL as soon as it answers.

        Args:
            now: Seconds of a clock that never goes back.
        """
        self._now = now
        self.widget.tick(now)
        if self._server is None:
            return
        if self._server.answers:
            self._tools.address, self._tools.path = self._server.address, self._server.path
            self._server = None
        elif not self._server.alive or now - self._since > _PATIENCE:
            self._tools.problem = tr("wizard.training.vdl.failed")
            self._server = None

    def turned(self, name: str, before: State | None, state: State) -> None:
        """Take in that the run's state has changed; tells its end if it was watched.

        Args:
            name: What the user calls the run.
            before: The state until now; None if the page has just been opened.
            state: The state from now on.
        """
        self._tools.active = state.active
        if before is not None and before.active and not state.active:
            self._tools.ended = tr(
                "wizard.training.ended", name=name, state=tr(f"jobs.state.{state}")
            )
        elif state.active:
            self._tools.ended = ""

    def _start(self, base: str) -> None:
        self._tools.problem = ""
        try:
            self._server = visualdl_for(self._logs, base)
        except OSError as error:
            self._tools.problem = f"VisualDL: {error.strerror or type(error).__name__}"
        self._since = self._now
