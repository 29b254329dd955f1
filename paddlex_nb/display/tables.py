"""Lists that show themselves as a table, and become one of pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.text import plain, table

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


class Table(list[T]):
    """A list that shows itself as a table.

    Attributes:
        SHOWN: Lines that are shown; the whole list is in `to_pandas`.
    """

    SHOWN: ClassVar[int] = 20

    def __repr__(self) -> str:
        head, rows = self._shown()
        if not rows:
            return tr("display.empty")
        shown = table(head, rows[: self.SHOWN])
        return "\n".join(filter(None, [shown, self._more(len(rows)), *map(plain, self._notes())]))

    def _repr_html_(self) -> str:
        head, rows = self._shown()
        if not rows:
            return html_text(tr("display.empty"))
        below = filter(None, [self._more(len(rows)), *self._notes()])
        return html_table(head, rows[: self.SHOWN]) + "".join(map(html_text, below))

    def _more(self, count: int) -> str:
        return tr("display.more", count=f"{count - self.SHOWN:,}") if count > self.SHOWN else ""

    def _notes(self) -> Sequence[str]:
        """Sentences on what is shown, to stand below it."""
        return ()

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
