"""Filters above the grid: search, split, class, findings, quantities, order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import SORTS, Catalogue, Match, Query
from paddlex_nb.data.explore.query import differing, replaced
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import button, column, esc, html, replace_children, row, styled
from paddlex_nb.widgets.browse.fields import ClassChoice, choice, known, set_if_known
from paddlex_nb.widgets.browse.more_filters import MoreFilters
from paddlex_nb.widgets.browse.words import chips


class Filters:
    """The filters of a data set's images.

    Args:
        catalogue: The data set.
        query: What is looked for at first.
        do: Has work done on the event loop.
        changed: Told the new query.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        query: Query,
        do: Callable[[Call], None],
        changed: Callable[[Query], None],
    ) -> None:
        self._catalogue, self._query, self._do, self._changed = catalogue, query, do, changed
        self._own_changes = OwnChanges()
        self._text = w.Text(
            value=query.text, placeholder=tr("browse.search.hint"), description=tr("browse.search")
        )
        self._split = choice("split", ["", *SPLITS, "none"], query.split)
        self._class = ClassChoice("class", catalogue, self._add_class)
        self._match = choice("match", list(Match), query.match)
        self._sort = choice("sort", known(catalogue, SORTS), "order")
        set_if_known(self._sort, query.sort, "order")
        self._down = w.ToggleButton(
            value=query.descending, description="↓", tooltip=tr("browse.descending")
        )
        self._asked: Collection[str] = ()  # what a field has just set itself
        self._more: MoreFilters | None = None
        self._below = column()
        self._chips = row(classes=["chips", "browse-chips"])
        self._count = html("", "browse-count")
        self._listen()
        for field in (self._text, self._split, self._match, self._sort):
            styled(field, "field")
        styled(self._down, "toggle")
        more = button(tr("browse.more"), lambda: do(self._unfold), "quiet", "browse-more")
        fields = [
            self._text, self._split, self._class.widget, self._match, self._sort, self._down, more,
        ]  # fmt: skip
        self._foot = row(self._count, self._chips, classes=["browse-foot"])
        first = row(*fields, classes=["filters"])
        self.widget = column(first, self._below, self._foot, classes=["browse-filters"])
        self.show(query, len(catalogue))

    def _listen(self) -> None:
        for field, name in (
            (self._split, "split"),
            (self._match, "match"),
            (self._sort, "sort"),
            (self._down, "descending"),
            (self._text, "text"),
        ):
            field.observe(lambda change, name=name: self._set(**{name: change["new"]}), "value")

    def renew(self, catalogue: Catalogue) -> None:
        """The data set was changed; `show` comes next."""
        self._catalogue = catalogue
        with self._own_changes:
            self._class.renew(catalogue)
            if self._more is not None:
                self._more.renew(catalogue)

    def beside(self, *widgets: w.Widget) -> None:
        """Put something beside the count of images."""
        self._foot.children = (*self._foot.children, *widgets)

    def _unfold(self) -> None:
        """Show the further filters, or hide them."""
        if self._more is None:
            self._more = MoreFilters(self._catalogue, self._query, self._do, self._set)
            replace_children(self._below, self._more.widget)
        else:
            self._more = None
            replace_children(self._below)

    def _set(self, **fields: Any) -> None:
        def ask() -> None:
            self._asked = fields
            try:
                self._changed(replaced(self._query, **fields))
            finally:
                self._asked = ()

        if not self._own_changes:
            self._do(ask)

    def _add_class(self, number: int) -> None:
        self._set(classes=tuple(dict.fromkeys((*self._query.classes, number))))

    def show(self, query: Query, matching: int) -> None:
        """Show what is looked for now, and how many images were found."""
        # a field that nobody else has changed is left alone: its user may be ahead of us
        changed = differing(self._query, query) - set(self._asked)
        self._query = query
        with self._own_changes:
            if "split" in changed:
                self._split.value = query.split
            if "match" in changed:
                self._match.value = query.match
            if "sort" in changed:
                set_if_known(self._sort, query.sort, "order")
            if "descending" in changed:
                self._down.value = query.descending
            if "text" in changed:
                self._text.value = query.text
            if self._more is not None:
                self._more.show(query, changed)
        self._match.layout.display = "" if len(query.classes) > 1 else "none"
        count_text = tr("browse.count", count=f"{matching:,}", all=f"{len(self._catalogue):,}")
        self._count.value = f"<b>{esc(count_text)}</b>"
        children = [
            button(f"{label}  ×", self._leaving(without), "chip", "chip-on")
            for label, without in chips(query, self._catalogue)
        ]
        if len(children) > 1:
            clear = Query(sort=query.sort, descending=query.descending)
            children.append(button(tr("browse.clear"), self._leaving(clear), "quiet", "clear"))
        replace_children(self._chips, *children)

    def _leaving(self, query: Query) -> Call:
        return lambda: self._do(lambda: self._changed(query))
