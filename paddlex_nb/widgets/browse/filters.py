"""Filters above the grid: search, split, class, findings, quantities, order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as w

from paddlex_nb.data.browse import (
    IMAGE_QUANTITIES,
    OBJECT_QUANTITIES,
    SORTS,
    Catalogue,
    LeftOut,
    Match,
    Query,
)
from paddlex_nb.data.browse.query import replaced
from paddlex_nb.data.records import SPLITS
from paddlex_nb.i18n import tr
from paddlex_nb.widgets.browse.words import chips, limits_of
from paddlex_nb.widgets.pump import Call
from paddlex_nb.widgets.toolkit import button, column, esc, html, replace_children, row, styled

_OF_OBJECTS = {*OBJECT_QUANTITIES, "objects", "largest_object"}


class Filters:
    """The filters of a data set's images.

    Args:
        catalogue: The data set.
        query: What is looked for at first.
        do: Has work done on the pump.
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
        self._quiet = False
        self._text = w.Text(
            value=query.text, placeholder=tr("browse.search.hint"), description=tr("browse.search")
        )
        self._split = self._choice("split", ["", *SPLITS, "none"], query.split)
        self._class = w.Dropdown(options=self._classes(), description=tr("browse.class"))
        self._match = self._choice("match", list(Match), query.match)
        self._finding = w.Dropdown(options=self._findings(), description=tr("browse.finding"))
        self._left_out = self._choice("left_out", list(LeftOut), query.left_out)
        names = [*IMAGE_QUANTITIES, *OBJECT_QUANTITIES]
        self._quantity = self._choice("quantity", self._known(names), "width")
        self._least = w.Text(placeholder=tr("browse.least"), description=" ")
        self._most = w.Text(placeholder=tr("browse.most"), description=" ")
        self._sort = self._choice("sort", self._known(SORTS), "order")
        self._down = w.ToggleButton(
            value=query.descending, description="↓", tooltip=tr("browse.descending")
        )
        self._chips = row(classes=["chips", "browse-chips"])
        self._count = html("", "browse-count")
        self._listen()
        self.widget = self._arranged()
        self.show(query, len(catalogue))

    def _choice(self, name: str, values: Sequence[Any], chosen: Any) -> w.Dropdown:
        options = [(tr(f"browse.{name}.{str(value) or 'all'}"), value) for value in values]
        return w.Dropdown(options=options, value=chosen, description=tr(f"browse.{name}"))

    def _known(self, names: Sequence[str]) -> list[str]:
        """Without what is about objects, where there are none."""
        objects = len(self._catalogue.object_images) > 0
        return [name for name in names if objects or name not in _OF_OBJECTS]

    def _classes(self) -> list[tuple[str, int]]:
        names = [(name, number) for number, name in enumerate(self._catalogue.classes)]
        return [(tr("browse.class.add"), -1), *names]

    def _findings(self) -> list[tuple[str, str]]:
        found = [
            (f"{tr(f'findings.{group.code}.title')} ({len(group.images):,})", group.code)
            for group in self._catalogue.findings
        ]
        return [(tr("browse.finding.all"), ""), *found]

    def _listen(self) -> None:
        for field, name in (
            (self._split, "split"),
            (self._match, "match"),
            (self._finding, "finding"),
            (self._left_out, "left_out"),
            (self._sort, "sort"),
            (self._down, "descending"),
            (self._text, "text"),
        ):
            field.observe(lambda change, name=name: self._set(**{name: change["new"]}), "value")
        self._class.observe(lambda change: self._add_class(change["new"]), "value")

    def _arranged(self) -> w.Widget:
        for field in (self._text, self._split, self._class, self._match, self._finding,
                      self._left_out, self._quantity, self._sort):  # fmt: skip
            styled(field, "field")
        styled(self._down, "toggle")
        for field in (self._least, self._most):
            styled(field, "field", "limit")
        add = button(tr("browse.add"), lambda: self._do(self._add_range), "quiet", "add-range")
        self._more = column(
            row(self._finding, self._left_out, classes=["filters"]),
            row(self._quantity, self._least, self._most, add, classes=["filters"]),
        )
        self._more.layout.display = "none"
        more = button(tr("browse.more"), self._unfold, "quiet", "browse-more")
        fields = [self._text, self._split, self._class, self._match, self._sort, self._down, more]
        self._foot = row(self._count, self._chips, classes=["browse-foot"])
        first = row(*fields, classes=["filters"])
        return column(first, self._more, self._foot, classes=["browse-filters"])

    def renew(self, catalogue: Catalogue) -> None:
        """The data set was changed; `show` comes next."""
        self._catalogue = catalogue
        with self._silence():
            for field, options in (
                (self._class, self._classes()),
                (self._finding, self._findings()),
            ):
                if list(field.options) != options:
                    field.options = options

    def beside(self, widget: w.Widget) -> None:
        """Put something beside the count of images."""
        self._foot.children = (*self._foot.children, widget)

    def _unfold(self) -> None:
        hidden = self._more.layout.display == "none"
        self._more.layout.display = "" if hidden else "none"

    def _set(self, **fields: Any) -> None:
        if not self._quiet:
            self._do(lambda: self._changed(replaced(self._query, **fields)))

    def _add_class(self, number: int) -> None:
        if self._quiet or number < 0:
            return
        self._set(classes=tuple(dict.fromkeys((*self._query.classes, number))))

    def _add_range(self) -> None:
        limits = limits_of(self._least.value, self._most.value)
        ranges = {**self._query.ranges, self._quantity.value: limits}
        self._changed(replaced(self._query, ranges=ranges))

    def show(self, query: Query, found: int) -> None:
        """Show what is looked for now, and how many images were found."""
        self._query = query
        with self._silence():
            self._split.value, self._match.value = query.split, query.match
            _set_if_known(self._finding, query.finding, "")
            _set_if_known(self._sort, query.sort, "order")
            self._left_out.value, self._class.value = query.left_out, -1
            self._down.value = query.descending
            if not query.text:
                self._text.value = ""
        self._match.layout.display = "" if query.classes else "none"
        said = tr("browse.count", count=f"{found:,}", all=f"{len(self._catalogue):,}")
        self._count.value = f"<b>{esc(said)}</b>"
        made = [
            button(f"{label}  ×", self._leaving(without), "chip", "chip-on")
            for label, without in chips(query, self._catalogue)
        ]
        if len(made) > 1:
            clear = Query(sort=query.sort, descending=query.descending)
            made.append(button(tr("browse.clear"), self._leaving(clear), "quiet", "clear"))
        replace_children(self._chips, *made)

    def _leaving(self, query: Query) -> Call:
        return lambda: self._do(lambda: self._changed(query))

    @contextmanager
    def _silence(self) -> Any:
        """Fields are set to what is looked for already."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False


def _set_if_known(field: w.Dropdown, value: str, otherwise: str) -> None:
    """Choose a value; it may be gone since the data set was changed."""
    known = {one for _, one in field.options}
    field.value = value if value in known else otherwise
