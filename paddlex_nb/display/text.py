"""Tables, sizes and moments as text."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from paddlex_nb.core.wording import size_text

__all__ = ["interval_text", "plain", "size_text", "table", "time_text"]


def time_text(seconds: float) -> str:
    """A moment, in seconds since 1970, as date and time of this place."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def interval_text(low: float, high: float) -> str:
    """A 95 % interval; empty where it is undefined, or has no width.

    Where all images are alike, drawing them anew says nothing.
    """
    return f"{low:.2f} – {high:.2f}" if low < high else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns as wide as their content (Chinese characters count double)."""
    from prettytable import PrettyTable, TableStyle

    drawn = PrettyTable([*head])
    drawn.set_style(TableStyle.PLAIN_COLUMNS)
    drawn.align = "l"
    drawn.right_padding_width = 2
    drawn.add_rows([[plain(cell) for cell in row] for row in rows])
    return "\n".join(line.rstrip() for line in drawn.get_string().splitlines())


def plain(cell: object) -> str:
    """A cell or line as it may be printed: names in it are untrusted, so no control characters."""
    text = f"{cell:.4f}" if isinstance(cell, float) else "–" if cell is None else str(cell)
    return "".join(c if c.isprintable() else "�" for c in text)
