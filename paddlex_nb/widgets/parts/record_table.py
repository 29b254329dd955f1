"""A table of things with ids: sorted, searched, chosen from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import traitlets

from paddlex_nb.widgets.parts.base import Part, StandIn

Kind = Literal["text", "prose", "number", "star", "state"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: What the program calls it; unique in its table.
        label: What the user reads.
        kind: How its cells look: ``prose`` in several lines, ``number`` to the right, ``star`` as
            a mark that is there or not, ``state`` as a word in a colour (the cell's order is the
            state's name).
    """

    name: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row and column.

    Attributes:
        text: What the user reads.
        order: What rows are sorted by; None comes last, whichever way.
    """

    text: str
    order: float | str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        id: Unique in its table.
        cells: One for each column.
        search: Further text that the row is found by.
    """

    id: str
    cells: tuple[Cell, ...]
    search: str = ""


class RecordTable(Part):
    """Rows that the user sorts, searches and chooses from; a thousand are no burden.

    ``show`` says which rows there are, and only rows that differ from before are sent. Enter or a
    double click opens a row.

    Args:
        columns: The columns, from left to right.
        title: The subject of the table.
        sort: Name of the column that rows are sorted by, with a minus sign before it for the
            greatest first; empty: as they are given. The user can change it.
        single: Whether one row is chosen rather than several.

    Attributes:
        selected: Ids of the chosen rows, in no order.
    """

    bundle = "record_table"
    text_keys = (
        "clear", "records_chosen", "records_empty", "records_none_found", "records_search",
        "records_shown", "records_select", "records_select_all", "records_sort",
    )  # fmt: skip

    title = traitlets.Unicode().tag(sync=True)
    sort = traitlets.Unicode().tag(sync=True)
    single = traitlets.Bool(False).tag(sync=True)
    columns = traitlets.List(traitlets.Instance(Column)).tag(
        sync=True, to_json=lambda value, _: [asdict(one) for one in value]
    )
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._rows: dict[str, Row] = {}
        self._opened: Callable[[str], None] | None = None
        super().__init__(**traits)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, in the order in which they were given."""
        return tuple(self._rows.values())

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows and no others; what is chosen and gone is not chosen any more.

        Raises:
            ValueError: Two rows have one id, or a row has not one cell for each column.
        """
        fresh = {row.id: row for row in rows}
        if len(fresh) < len(rows):
            raise ValueError("two rows have the same id")
        if any(len(row.cells) != len(self.columns) for row in rows):
            raise ValueError(f"a row has not {len(self.columns)} cells")
        if list(fresh) == list(self._rows):
            self.update([row for key, row in fresh.items() if self._rows[key] != row])
            return
        self._rows = fresh
        self.selected = [key for key in self.selected if key in fresh]
        self.touch()
        self._send_all()

    def update(self, rows: Sequence[Row]) -> None:
        """Show some of the rows anew; nothing is sent if there are none."""
        if rows:
            self._rows.update({row.id: row for row in rows})
            self.touch()
            self.send({"kind": "update", "rows": [_plain(row) for row in rows]})

    def on_open(self, callback: Callable[[str], None]) -> None:
        """Have a function called with the id of a row that the user opens."""
        self._opened = callback

    def stand_in(self) -> StandIn:
        """A list of core ipywidgets to choose from."""
        from paddlex_nb.widgets.parts.plain_records import PlainRecords

        return PlainRecords(self)

    def receive(self, message: dict[str, Any]) -> None:
        """A new front end greets and gets all rows, or the user opens a row."""
        match message:
            case {"kind": "hello"}:
                self._send_all()
            case {"kind": "open", "id": str(key)} if key in self._rows and self._opened:
                self._opened(key)

    def _send_all(self) -> None:
        self.send({"kind": "rows", "rows": [_plain(row) for row in self._rows.values()]})

    def __repr__(self) -> str:
        return f"{self.title or type(self).__name__}: {len(self._rows)}"


def _plain(row: Row) -> list[Any]:
    """A row as it is sent: id, texts, orders, search."""
    texts, orders = [c.text for c in row.cells], [c.order for c in row.cells]
    return [row.id, texts, orders, row.search]
