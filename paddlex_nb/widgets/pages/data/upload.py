"""Bringing in files from the user's own machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w

from paddlex_nb.core.files import write_bytes
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.names import slug
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.widgets.app.compat import clear_upload, uploaded_files
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import styled
from paddlex_nb.workspace import Workspace


class UploadBox:
    """An upload button; what comes is kept in the workspace's ``uploads``.

    Args:
        workspace: Where the files are kept.
        do: Has work done on the event loop.
        chosen: Called with the files, each with the name that it had without its ending.
        accept: Endings of files that can be chosen.
        multiple: Whether several files can be chosen at once.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        workspace: Workspace,
        do: Callable[[Call], None],
        on_choice: Callable[[list[tuple[Path, str]]], None],
        *,
        accept: Sequence[str],
        multiple: bool = False,
    ) -> None:
        self._endings = tuple(accept)
        self._workspace, self._do, self._chosen = workspace, do, on_choice
        self.widget = styled(
            w.FileUpload(
                accept=",".join(accept),
                multiple=multiple,
                description=tr("wizard.data.upload.choose"),
            ),
            "button",
            "upload",
        )
        self.widget.observe(self._arrived, "value")

    def _arrived(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._do(self._keep)

    def _keep(self) -> None:
        kept: list[tuple[Path, str]] = []
        for file in uploaded_files(self.widget):
            name = file.name.replace("\\", "/").rpartition("/")[2]
            suffix = next((s for s in self._endings if name.lower().endswith(s)), Path(name).suffix)
            title = name.removesuffix(suffix)
            # the name is the user's: only letters and digits of it reach the disk
            stored = f"{slug(title)}-{uuid.uuid4().hex[:6]}{suffix.lower()}"
            path = WorkspaceFolder(self._workspace.path).uploads / stored
            write_bytes(path, file.content)
            kept.append((path, title))
        clear_upload(self.widget)
        if kept:
            self._chosen(kept)
