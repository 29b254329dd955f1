"""The ways to bring in a data set: the sample, an upload, a folder or archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.path_picker import ARCHIVES, PathPicker
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html, row, text
from paddlex_nb.widgets.pages.data.upload import UploadBox
from paddlex_nb.widgets.pages.tiling import IMPORT, TilingFields

BUSY = "wizard.data.busy"
"""Said to whom begins a second import beside the first."""


class WaysToImport:
    """A card with all ways, the task that the labels are for, and how images are cut.

    Args:
        state: Keeps what is typed and chosen.
        do: Has work done on the event loop; what fails is said on the page.
        began: Called with the data set whose import has begun.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        state: WizardState,
        do: Callable[[Call], None],
        began: Callable[[Dataset], None],
    ) -> None:
        self._state, self._do, self._began = state, do, began
        self._chips = {task: self._task_chip(task) for task in (None, *Task)}
        self._mark_task()
        label = html(f"<h4>{esc(tr('wizard.data.task'))}</h4>")
        tasks = row(label, *self._chips.values(), classes=["chips"])
        typed = partial(state.set_trait, "tiling")
        self._tiling = TilingFields("import", IMPORT, state.tiling, typed)
        use = tr("wizard.data.sample.use")
        self._sample = button(use, lambda: do(self._use_sample), "sample")
        picker = PathPicker(state, do, self._import)
        self._upload = UploadBox(
            state.workspace, do, lambda files: self._import(*files[0]), accept=(*ARCHIVES, ".gz")
        )
        ways = row(
            _way("sample", self._sample),
            _way("upload", self._upload.widget),
            _way("path", picker.widget, "way-wide"),
            classes=["ways"],
        )
        self.widget = card("", tasks, ways, self._tiling.widget)

    def tick(self, now: float) -> None:
        """Show the place for files as soon as the browser can.

        Args:
            now: Seconds of a clock that never goes back.
        """
        self._upload.widget.tick(now)

    @property
    def tiles(self) -> dict[str, Any]:
        """How images are to be cut, as typed: arguments of `Workspace.import_dataset`.

        Raises:
            UserError: What is typed is no size or share.
        """
        return self._tiling.options

    def fill_button(self, *, filled: bool) -> None:
        """Make the button of the sample the one that stands out, or not."""
        (self._sample.add_class if filled else self._sample.remove_class)("pxnb-primary")

    def _task_chip(self, task: Task | None) -> w.Button:
        def choose() -> None:
            self._state.task = task
            self._mark_task()

        name = task.value if task else "any"
        label = tr(f"data.task.{task}") if task else tr("wizard.data.task.any")
        tooltip = tr(f"wizard.data.task.{name}.help")
        return button(label, lambda: self._do(choose), "chip", f"chip-{name}", tooltip=tooltip)

    def _mark_task(self) -> None:
        for task, chip in self._chips.items():
            (chip.add_class if task is self._state.task else chip.remove_class)("pxnb-chip-on")

    def _use_sample(self) -> None:
        task = self._state.task or Task.CLASSIFICATION
        self._began(self._state.workspace.import_sample(task, wait=False).dataset)

    def _import(self, path: Path, name: str | None = None) -> None:
        busy = self._state.dataset
        if busy is not None and not busy.record.ready:
            raise UserError(BUSY)
        job = self._state.workspace.import_dataset(
            path, task=self._state.task, name=name, wait=False, **self.tiles
        )
        self._began(job.dataset)


def _way(name: str, field: w.Widget, *classes: str) -> w.Widget:
    """One way, with a heading and a sentence."""
    heading = html(f"<h4>{esc(tr(f'wizard.data.{name}'))}</h4>")
    what = text(tr(f"wizard.data.{name}.help"), "muted")
    return column(heading, what, field, classes=["way", *classes])
