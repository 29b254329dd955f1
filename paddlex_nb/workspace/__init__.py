"""The workspace: the folder that holds all data sets and runs, and the front door of the core."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_text, html_title
from paddlex_nb.workspace.importing import ImportVerbs
from paddlex_nb.workspace.training import TrainingVerbs
from paddlex_nb.workspace.typed_job import typed_job

__all__ = ["Workspace", "typed_job"]


class Workspace(ImportVerbs, TrainingVerbs):
    """A workspace folder; any number of processes may have it open.

    Args:
        path: The folder, made when missing; by default ``PADDLEX_NB_WORKSPACE`` or a folder in
            the home directory (on AI Studio, the folder that persists).

    Raises:
        UserError: The folder cannot be made. One that is there but may only be read is opened:
            what needs writing says so.
    """

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    def _repr_html_(self) -> str:
        parts = [html_title(f"Workspace: {self.path}")]
        for title, items in (("datasets", self.datasets()), ("runs", self.runs())):
            parts += [html_title(tr(f"display.{title}")), items._repr_html_()]
        if active := self.jobs(active=True):
            parts.append(html_text(tr("display.under_way", count=len(active))))
        return "".join(parts)
