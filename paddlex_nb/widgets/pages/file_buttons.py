"""Buttons that have files written, and then say where they are and offer them to the browser."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import size_text
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, esc, html, row

_MOST = 24 << 20
"""Bytes of a file that the page itself may hold; a larger one has to be fetched from its path."""


class FileButton(NamedTuple):
    """A file that can be had.

    Attributes:
        name: CSS name of its button.
        label: What the button says.
        write: Writes the file and gives its path; may take long.
    """

    name: str
    label: str
    write: Callable[[], Path]


class FileButtons:
    """A button for each file, which is written aside; the link that appears holds it.

    Args:
        files: The files.
        do: Has work done on the event loop.

    Attributes:
        widget: What to show.
    """

    def __init__(self, *files: FileButton, do: Callable[[Call], None]) -> None:
        self._do = do
        self._buttons = [self._button(file) for file in files]
        self._done = html("", "report-link")
        self.widget: w.Widget = row(*self._buttons, self._done, classes=["start-row"])

    def _button(self, file: FileButton) -> w.Button:
        return button(file.label, lambda: self._do(lambda: self._write(file)), file.name)

    def _write(self, file: FileButton) -> None:
        for one in self._buttons:
            one.disabled = True
        self._done.value = ""
        aside(self._do, lambda: _written(file), self._show, self._again)

    def _show(self, link: str) -> None:
        self._again()
        self._done.value = link

    def _again(self) -> None:
        for one in self._buttons:
            one.disabled = False


def _written(file: FileButton) -> str:
    """Write a file; markup of a link that holds it, and of where it is."""
    out = file.write()
    path = f"<p class=pxnb-path>{esc(out)}</p>"
    if (size := out.stat().st_size) > _MOST:
        return f"<p>{esc(tr('wizard.file.large', size=size_text(size)))}</p>{path}"
    kind = mimetypes.guess_type(out.name)[0] or "application/octet-stream"
    data = base64.b64encode(out.read_bytes()).decode()
    return (
        f'<a class="pxnb-download" download="{esc(out.name)}" '
        f'href="data:{kind};base64,{data}">{esc(out.name)}</a>{path}'
    )
