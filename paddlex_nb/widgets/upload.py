"""Bringing in an archive from the user's own machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w

from paddlex_nb.files import write_bytes
from paddlex_nb.i18n import tr
from paddlex_nb.names import slug
from paddlex_nb.widgets.compat import clear_upload, uploaded_files
from paddlex_nb.widgets.path_picker import ARCHIVES
from paddlex_nb.widgets.pump import Call
from paddlex_nb.widgets.toolkit import styled
from paddlex_nb.workspace import Workspace


class UploadBox:
    """An upload button; what comes is kept in the workspace's ``uploads`` and imported.

    Args:
        workspace: Where the archive is kept.
        do: Has work done on the pump.
        chosen: Called with the archive and a name for the data set.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        workspace: Workspace,
        do: Callable[[Call], None],
        chosen: Callable[[Path, str], None],
    ) -> None:
        self._workspace, self._do, self._chosen = workspace, do, chosen
        self.widget = styled(
            w.FileUpload(
                accept=",".join((*ARCHIVES, ".gz")),
                multiple=False,
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
        for file in uploaded_files(self.widget):
            name = file.name.replace("\\", "/").rpartition("/")[2]
            suffix = next((s for s in ARCHIVES if name.lower().endswith(s)), Path(name).suffix)
            title = name.removesuffix(suffix)
            # the name is the user's: only letters and digits of it reach the disk
            kept = f"{slug(title)}-{uuid.uuid4().hex[:6]}{suffix.lower()}"
            path = self._workspace.path / "uploads" / kept
            write_bytes(path, file.content)
            clear_upload(self.widget)
            self._chosen(path, title)
