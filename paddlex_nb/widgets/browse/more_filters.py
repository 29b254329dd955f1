"""Filters that are not needed every day: findings, what is left out, quantities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import IMAGE_QUANTITIES, OBJECT_QUANTITIES, Catalogue, LeftOut, Query
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, column, row, styled
from paddlex_nb.widgets.browse.fields import ClassChoice, choice, known, set_if_known
from paddlex_nb.widgets.browse.words import limits_of


class MoreFilters:
    """The fields below the usual filters.

    Args:
        catalogue: The data set.
        query: What is looked for.
        do: Has work done on the event loop.
        set_: Told what is to be looked for besides, by names of the query's fields.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        query: Query,
        do: Callable[[Call], None],
        set_: Callable[..., None],
    ) -> None:
        self._query, self._set = query, set_
        self._finding = w.Dropdown(options=_findings(catalogue), description=tr("browse.finding"))
        set_if_known(self._finding, query.finding, "")
        self._without = ClassChoice("without", catalogue, self._add_without)
        self._left_out = choice("left_out", list(LeftOut), query.left_out)
        names = known(catalogue, [*IMAGE_QUANTITIES, *OBJECT_QUANTITIES])
        self._quantity = choice("quantity", names, "width")
        self._least = w.Text(placeholder=tr("browse.least"), description=" ")
        self._most = w.Text(placeholder=tr("browse.most"), description=" ")
        self._finding.observe(lambda change: set_(finding=change["new"]), "value")
        self._left_out.observe(lambda change: set_(left_out=change["new"]), "value")
        add = button(tr("browse.add"), lambda: do(self._add_range), "quiet", "add-range")
        for field in (self._finding, self._left_out, self._quantity):
            styled(field, "field")
        for field in (self._least, self._most):
            styled(field, "field", "limit")
        self.widget = column(
            row(self._without.widget, self._finding, self._left_out, classes=["filters"]),
            row(self._quantity, self._least, self._most, add, classes=["filters"]),
        )

    def renew(self, catalogue: Catalogue) -> None:
        """The data set was changed; `show` comes next."""
        if list(self._finding.options) != (options := _findings(catalogue)):
            self._finding.options = options
            set_if_known(self._finding, self._query.finding, "")
        self._without.renew(catalogue)

    def show(self, query: Query, changed: Collection[str]) -> None:
        """Show what is looked for now, where that was changed by others than these fields."""
        self._query = query
        if "finding" in changed:
            set_if_known(self._finding, query.finding, "")
        if "left_out" in changed:
            self._left_out.value = query.left_out

    def _add_without(self, number: int) -> None:
        self._set(without=tuple(dict.fromkeys((*self._query.without, number))))

    def _add_range(self) -> None:
        limits = limits_of(self._least.value, self._most.value)
        self._set(ranges={**self._query.ranges, self._quantity.value: limits})


def _findings(catalogue: Catalogue) -> list[tuple[str, Any]]:
    codes = [
        (f"{tr(f'findings.{group.code}.title')} ({len(group.images):,})", group.code)
        for group in catalogue.findings
    ]
    return [(tr("browse.finding.all"), ""), *codes]
