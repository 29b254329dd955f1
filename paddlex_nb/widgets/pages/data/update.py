"""Looking again at where a data set came from: images that came since are taken in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.importing.relocation import Relocation
from paddlex_nb.data.importing.update_summary import update_sentences
from paddlex_nb.data.store.image_root import is_there
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import button, column, esc, html, row
from paddlex_nb.widgets.pages.data.moved_source import MovedSource
from paddlex_nb.widgets.pages.job_line import JobLine


class UpdateDataset:
    """The path that a data set came from, and the button.

    Args:
        dataset: A data set that is ready.
        state: Keeps the path that is typed where the source was moved.
        do: Has work done on the event loop.
        changed: Told after an update.
        moved: Told when a source that was moved is found again.

    Attributes:
        widget: What to show.
        tick: To be called now and then.
    """

    def __init__(
        self,
        dataset: Dataset,
        state: WizardState,
        do: Callable[[Call], None],
        changed: Callable[[], None],
        moved: Callable[[Relocation], None],
    ) -> None:
        def begin() -> None:
            dataset.update(wait=False)

        start = button(tr("wizard.data.update"), lambda: do(begin), "quiet", "update")

        line = JobLine(
            lambda: dataset.last_job("update"),
            start,
            lambda found: " ".join(sentence.text() for sentence in update_sentences(found)),
            changed,
        )
        source = dataset.record.source
        path = html(f"<p class=pxnb-path>{esc(source)}</p>", "grow")
        self.widget = column(row(path, start, classes=["finding-line"]), line.widget)
        if not is_there(Path(source)) and dataset.away() is None:  # the images are the workspace's
            self.widget = MovedSource(dataset, state, do, moved).widget
        self.tick = line.tick
