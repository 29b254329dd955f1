"""What is done about labels that look wrong: accept what is suggested, or keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.edits import undo_all
from paddlex_nb.dataset import Dataset
from paddlex_nb.label_errors.accept import accept, acceptable
from paddlex_nb.label_errors.kept import keep, suggest_again
from paddlex_nb.label_errors.suggestion import LabelError
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, column, esc, html, row

T = TypeVar("T")


class ChosenLabels:
    """The chosen suggestions: why they are made, two buttons, and the way back.

    Args:
        dataset: The data set.
        do: Has work done on the event loop.
        gone: Told which suggestions are settled.
        again: Told that some are open again.
        begun: Told that something is being settled, which is to lock this.
        ended: Told that it is over.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        dataset: Dataset,
        do: Callable[[Call], None],
        gone: Callable[[Sequence[LabelError]], None],
        again: Call,
        begun: Call,
        ended: Call,
    ) -> None:
        self._dataset, self._gone, self._again = dataset, gone, again
        self._do, self._begun, self._ended, self._locked = do, begun, ended, False
        self._task = dataset.record.task
        self._errors: list[LabelError] = []
        self._back: Call | None = None
        self._why = html("", "grow", "label-why")
        self._accept = button(
            tr("label_errors.accept"),
            lambda: do(self._accept_all),
            "accept",
            tooltip=tr("label_errors.accept.help"),
        )
        self._keep = button(
            tr("label_errors.keep"),
            lambda: do(self._keep_all),
            "keep-labels",
            tooltip=tr("label_errors.keep.help"),
        )
        self._done = html("", "grow")
        self._undo = button(tr("wizard.undo"), lambda: do(self._take_back), "undo")
        self._told = row(self._done, self._undo, classes=["browse-told"])
        self._told.layout.display = "none"
        self._bar = row(self._why, self._accept, self._keep, classes=["browse-actions"])
        self.widget = column(self._bar, self._told)
        self.choose([])

    def choose(self, errors: list[LabelError]) -> None:
        """Other suggestions are chosen."""
        self._errors = errors
        if len(errors) == 1:
            said = errors[0].reason().text()
        elif errors:
            said = tr("parts.chosen", count=f"{len(errors):,}")
        else:
            said = tr("label_errors.choose")
        self._why.value = f"<p>{esc(said)}</p>"
        some = any(acceptable(one, self._task) for one in errors)
        self._keep.disabled = self._locked or not errors
        self._accept.disabled = self._locked or not some

    def lock(self, *, locked: bool) -> None:
        """Let nothing be settled for a while, or again."""
        self._locked = self._undo.disabled = locked
        self.choose(self._errors)

    def exclude(self) -> None:
        """Leave the images of the chosen suggestions out of every split."""
        if self._locked:
            return
        wanted, edits, folder = self._errors, self._dataset.edits, self._dataset.folder
        rows = sorted({one.row for one in wanted})
        number = edits.exclude(rows).number
        self._tell("browse.excluded", wanted, lambda: undo_all(folder, [number]), len(rows))

    def _accept_all(self) -> None:
        """Accept what is suggested, where a change can say it."""
        wanted, folder = self._errors, self._dataset.folder
        wanted = [one for one in wanted if acceptable(one, self._task)]

        def told(made: list[int]) -> None:
            self._tell("label_errors.accepted", wanted, lambda: undo_all(folder, made))

        self._aside(lambda: accept(folder, wanted), told)

    def _keep_all(self) -> None:
        wanted, folder = self._errors, self._dataset.folder

        def told(_: None) -> None:
            self._tell("label_errors.kept", wanted, lambda: suggest_again(folder, wanted))

        self._aside(lambda: keep(folder, wanted), told)

    def _aside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do something that waits for a lock and the disk, while nothing else is settled."""

        def done(result: T) -> None:
            self._ended()
            then(result)

        if self._locked:  # pressed before the browser knew that it cannot be
            return
        self._begun()
        aside(self._do, work, done, self._ended)

    def _tell(
        self, key: str, errors: list[LabelError], back: Call, count: int | None = None
    ) -> None:
        self._back = back
        many = len(errors) if count is None else count
        self._done.value = f"<p>✓ {esc(tr(key, count=many))}</p>"
        self._told.layout.display = self._undo.layout.display = ""
        self._gone(errors)

    def _take_back(self) -> None:
        if self._back is None:
            return

        def undone(_: None) -> None:
            self._back = None
            self._done.value = f"<p>✓ {esc(tr('browse.undone'))}</p>"
            self._undo.layout.display = "none"
            self._again()

        self._aside(self._back, undone)
