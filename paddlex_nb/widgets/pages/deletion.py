"""Deleting data sets or runs: what would go is said first, and the disk is worked on aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import few, size_text
from paddlex_nb.dataset import Dataset
from paddlex_nb.item import Deletion
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import button, replace_children, row, text
from paddlex_nb.widgets.pages.base import Page

ITEM = TypeVar("ITEM", Dataset, Run)

_NAMED = 5


def names_of(items: Sequence[Dataset | Run]) -> str:
    """The names of some data sets or runs, not too many."""
    return tr("core.listed", names=few([item.record.name for item in items], _NAMED))


class DeletionQuestion(Generic[ITEM]):
    """Asks and deletes; measuring and deleting a large folder keep the page from nothing.

    Args:
        page: The page that it is on.
        box: Where it asks.
        kind: ``sets`` or ``runs``: begins the keys of what it says.
        done: Told what is gone; also if not all of it could be deleted.
    """

    def __init__(
        self,
        page: Page,
        box: w.Box,
        kind: str,
        done: Callable[[Sequence[ITEM]], None],
    ) -> None:
        self._page, self._box, self._kind = page, box, kind
        self._done: Callable[[Sequence[ITEM]], None] = done
        self._asked: Sequence[ITEM] = ()

    def ask(self, items: Sequence[ITEM]) -> None:
        """Say what would go, once that is measured; nothing is deleted before that was read."""
        self._asked = items
        replace_children(self._box, text(tr("wizard.sets.measuring"), "muted"))

        def ask(plans: list[Deletion]) -> None:
            if items is self._asked:
                self._ask(items, plans)

        aside(self._page.do, lambda: [item.deletion() for item in items], ask, self.cancel)

    def cancel(self) -> None:
        """Take the question back."""
        self._asked = ()
        replace_children(self._box)

    def _ask(self, items: Sequence[ITEM], plans: list[Deletion]) -> None:
        size = size_text(sum(plan.size for plan in plans))
        key = f"wizard.{self._kind}.delete_plan"
        sentences = [tr(key, names=names_of(items), count=len(items), size=size)]
        sentences += [said.text() for plan in plans for said in plan.consequences]
        really = button(
            tr("wizard.runs.delete_go"),
            lambda: self._page.do(lambda: self._delete(items)),
            "danger",
            f"{self._kind}-delete-go",
        )
        keep = button(
            tr("wizard.runs.keep"), lambda: self._page.do(self.cancel), f"{self._kind}-keep"
        )
        replace_children(self._box, text(" ".join(sentences), "grow"), row(really, keep))

    def _delete(self, items: Sequence[ITEM]) -> None:
        replace_children(self._box, text(tr("wizard.sets.deleting"), "muted"))

        def gone(freed: list[Deletion]) -> None:
            size = size_text(sum(one.size for one in freed))
            self._end(items)
            self._page.tell(tr(f"wizard.{self._kind}.deleted", count=len(freed), size=size))

        aside(
            self._page.do,
            lambda: [item.delete() for item in items],
            gone,
            lambda: self._end(items),
        )

    def _end(self, items: Sequence[ITEM]) -> None:
        self.cancel()
        self._done(items)
