"""What is done with the images that were chosen."""

from __future__ import annotations

import base64
from collections.abc import Callable

import ipywidgets as w
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.splitting.move import move_back, move_to_split
from paddlex_nb.data.store.records import SPLITS, split_name
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import (
    button,
    column,
    esc,
    html,
    replace_children,
    row,
    styled,
    text,
)

_MOST_LISTED = 2_000
"""Paths shown to be copied; all of them are in the file."""


class Actions:
    """Leaves images out, moves them to a split, gives them a class, lists them.

    Args:
        dataset: The data set.
        paths: Gives the path of an image.
        do: Has work done on the event loop.
        changed: Told that the data set is another now.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        dataset: Dataset,
        path: Callable[[int], str],
        do: Callable[[Call], None],
        changed: Callable[[], None],
    ) -> None:
        self._dataset, self._path, self._do, self._changed = dataset, path, do, changed
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._undo: Call | None = None
        self._said = html("", "grow")
        self._undo_button = button(tr("wizard.undo"), lambda: do(self._take_back), "undo")
        self._told = row(self._said, self._undo_button, classes=["browse-told"])
        self._told.layout.display = "none"
        self._chosen = html("", "browse-chosen")
        splits = [(tr(f"data.split.{name}"), name) for name in SPLITS]
        self._split = styled(w.Dropdown(options=splits, description=tr("browse.move")), "field")
        self._class: w.Dropdown | None = None
        self._list = column(classes=["browse-list"])
        buttons = [
            self._chosen,
            button(tr("browse.exclude"), lambda: do(self.exclude), "exclude"),
            button(tr("browse.include"), lambda: do(self._include), "include"),
            row(self._split, button(tr("browse.go"), lambda: do(self._move), "move")),
        ]
        if dataset.record.task is Task.CLASSIFICATION:
            classes = w.Dropdown(options=dataset.classes, description=tr("browse.set_class"))
            self._class = styled(classes, "field")
            go = button(tr("browse.go"), lambda: do(self._set_class), "set-class")
            buttons.append(row(self._class, go))
        buttons.append(button(tr("browse.list"), lambda: do(self._show_list), "quiet", "list"))
        self._bar = row(*buttons, classes=["browse-actions"])
        self._bar.layout.display = "none"
        self.widget = column(self._bar, self._told, self._list)

    def renew(self, classes: list[str]) -> None:
        """The classes of the data set are others."""
        if self._class is not None and list(self._class.options) != classes:
            self._class.options = classes

    def choose(self, rows: NDArray[np.int64]) -> None:
        """Other images are chosen."""
        self._rows = rows
        self._bar.layout.display = "" if len(rows) else "none"
        replace_children(self._list)
        self._chosen.value = f"<b>{esc(tr('parts.chosen', count=f'{len(rows):,}'))}</b>"

    def tell(self, text: str, undo: Call | None) -> None:
        """Say what was done, with the way back beside it."""
        self._undo = undo
        self._said.value = f"<p>✓ {esc(text)}</p>"
        self._told.layout.display = ""
        self._undo_button.layout.display = "" if undo else "none"

    def _take_back(self) -> None:
        if self._undo is not None:
            self._undo()
            self.tell(tr("browse.undone"), None)
            self._changed()

    def exclude(self) -> None:
        """Leave out what is chosen."""
        self._make(self._dataset.edits.exclude(self._rows.tolist()).number, "browse.excluded")

    def _include(self) -> None:
        self._make(self._dataset.edits.include(self._rows.tolist()).number, "browse.included")

    def _set_class(self) -> None:
        if self._class is None:
            return
        name = str(self._class.value)
        entry = self._dataset.edits.set_class(self._rows.tolist(), name)
        self._make(entry.number, "browse.class_set", name=name)

    def _make(self, number: int, key: str, **values: str) -> None:
        sentence = tr(key, count=f"{len(self._rows):,}", **values)
        self.tell(sentence, lambda: self._undo_change(number))
        self._changed()

    def _undo_change(self, number: int) -> None:
        self._dataset.edits.undo(number)

    def _move(self) -> None:
        folder, split = self._dataset.folder, str(self._split.value)
        move = move_to_split(folder, self._rows.tolist(), split)
        text = tr("browse.moved", count=f"{move.count:,}", split=split_name(split))
        self.tell(text, lambda: move_back(folder, move))
        self._changed()

    def _show_list(self) -> None:
        """The paths, to be copied or downloaded."""
        paths = [self._path(row) for row in self._rows.tolist()]
        area = w.Textarea(value="\n".join(paths[:_MOST_LISTED]), disabled=False)
        data = base64.b64encode(("\n".join(paths) + "\n").encode()).decode()
        link = (
            f'<a class="pxnb-download" download="{esc(self._dataset.id)}-images.txt" '
            f'href="data:text/plain;base64,{data}">{esc(tr("browse.download"))}</a>'
        )
        replace_children(self._list, text(tr("browse.list.help"), "muted"), area, html(link))
