"""A data set whose folder or archive is not where it was: what that means, and where it is now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.importing.relocation import Relocation
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.path_picker import ARCHIVES, PathPicker
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import column, html
from paddlex_nb.widgets.pages.base import alert


class MovedSource:
    """Says what is gone, and takes the new place of it.

    Args:
        dataset: A data set that is ready, whose images or source are not where they were.
        state: Keeps the typed path.
        do: Has work done on the event loop; what fails is said on the page.
        moved: Told when it is found again.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        dataset: Dataset,
        state: WizardState,
        do: Callable[[Call], None],
        moved: Callable[[Relocation], None],
    ) -> None:
        root, record = dataset.away(), dataset.record
        if root is not None:
            message = tr("data.away", name=record.name, path=root)
        else:
            message = tr("data.update_source_gone", name=record.name, path=record.source)

        def relocate(place: Path) -> None:
            moved(dataset.relocate(place))

        picker = PathPicker(
            state,
            do,
            relocate,
            files=() if root is not None else ARCHIVES,
            trait="moved",
            action=tr("wizard.data.moved.use"),
        )
        self.widget = column(
            html(alert(message, "error" if root is not None else "warning")),
            picker.widget,
            classes=["moved-source"],
        )
