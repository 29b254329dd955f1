"""Writing the data set in another format: choose it, choose the folder, follow the job."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import button, column, row, styled
from paddlex_nb.widgets.pages.job_line import JobLine


class WriteDataset:
    """A line below the data set's facts.

    Args:
        dataset: A data set that is ready.
        do: Has work done on the event loop.
        state: Keeps the job that was started here; those of others are not told of.

    Attributes:
        widget: What to show.
        tick: To be called now and then.
    """

    def __init__(self, dataset: Dataset, do: Callable[[Call], None], state: WizardState) -> None:
        self._dataset, self._state = dataset, state
        names = dataset.export_formats()
        self._format = w.Dropdown(
            options=[(tr(f"formats.{name}"), name) for name in names],
            description=tr("wizard.data.write"),
        )
        self._out = w.Text(
            value=self._place(names[0]),
            description=tr("wizard.data.write.out"),
            continuous_update=False,
        )
        self._format.observe(lambda change: self._follow_format(change["new"]), "value")
        start = button(tr("wizard.data.write.start"), lambda: do(self._write), "write")
        line = JobLine(
            lambda: state.written,
            start,
            lambda result: tr(
                "cli.dataset.exported",
                **{**result, "format": tr(f"formats.{result['format']}")},
            ),
        )
        fields = [styled(self._format, "field"), styled(self._out, "field", "grow")]
        self.widget = column(row(*fields, start, classes=["filters"]), line.widget)
        self.tick = line.tick

    def _place(self, name: str) -> str:
        """A folder of the workspace that is not there yet."""
        exports = DatasetFolder(self._dataset.folder).workspace.exports
        place, count = exports / f"{self._dataset.id}-{name}", 1
        while place.exists():
            count += 1
            place = exports / f"{self._dataset.id}-{name}-{count}"
        return str(place)

    def _follow_format(self, name: str) -> None:
        self._out.value = self._place(name)

    def _write(self) -> None:
        name, out = self._format.value, self._out.value
        self._state.written = self._dataset.export(name, out, wait=False)
