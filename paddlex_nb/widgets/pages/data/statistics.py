"""The statistics of the data set as pictures, drawn when they are asked for."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, esc, html, row, styled


class Statistics:
    """A button, and the pictures that it opens.

    Args:
        dataset: A data set that is ready.
        do: Has work done on the event loop.

    Attributes:
        widget: What to show.
    """

    def __init__(self, dataset: Dataset, do: Callable[[Call], None]) -> None:
        self._dataset = dataset
        self._pictures = html("", "plots")
        self._show = button(
            tr("wizard.data.statistics"), lambda: do(self._toggle), "quiet", "statistics"
        )
        self.widget = styled(w.Box([row(self._show), self._pictures]), "column")

    def _toggle(self) -> None:
        from paddlex_nb.data.explore.plots import plots

        if self._pictures.value:
            self._pictures.value = ""
            return
        parts = []
        for name, figure in plots(self._dataset.folder):
            data = io.BytesIO()
            figure.savefig(data, format="png", dpi=130)
            title = esc(tr(f"data.plot.{name}"))
            picture = base64.b64encode(data.getvalue()).decode()
            parts.append(f'<img alt="{title}" src="data:image/png;base64,{picture}">')
        self._pictures.value = f'<div class="pxnb-plots-in">{"".join(parts)}</div>'
