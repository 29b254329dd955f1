"""Lists that show themselves as a table, and become one of pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.text import table

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

_SHOWN = 20
"""Lines that are shown; the whole list is in `Table.to_pandas`."""


class Table(list[T]):
    """A list that shows itself as a table."""

    def __repr__(self) -> str:
        head, rows = self._shown()
        if not rows:
            return tr("display.empty")
        return "\n".join(filter(None, [table(head, rows[:_SHOWN]), self._more(len(rows))]))

    def _repr_html_(self) -> str:
        head, rows = self._shown()
        if not rows:
            return html_text(tr("display.empty"))
        more = self._more(len(rows))
        return html_table(head, rows[:_SHOWN]) + (html_text(more) if more else "")

    def _more(self, count: int) -> str:
        return tr("display.more", count=f"{count - _SHOWN:,}") if count > _SHOWN else ""

    def to_pandas(self) -> pd.DataFrame:
        """The list as a `pandas.DataFrame`, one row an entry.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(self._records())

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """The headings and the rows of the table."""
        raise NotImplementedError

    def _records(self) -> Iterable[dict[str, Any]]:
        """One dict per row, keyed by column name."""
        raise NotImplementedError


def data_frame(records: Iterable[dict[str, Any]], index: str | None = None) -> pd.DataFrame:
    """Records as a table of pandas.

    Args:
        records: One a row, by the names of the columns.
        index: Name of the column that names the rows; numbers if None.

    Raises:
        UserError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise UserError("display.no_pandas") from error
    frame = pd.DataFrame(list(records))
    return frame if index is None or frame.empty else frame.set_index(index)


def columns(*names: str) -> list[str]:
    """The headings of columns, in the user's language."""
    return [tr(f"cli.column.{name}") for name in names]
