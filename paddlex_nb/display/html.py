"""Tables as HTML for a notebook; whatever is shown is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from paddlex_nb.display.text import plain


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; numbers stand to the right.

    Args:
        head: What is over the columns.
        rows: The cells; names in them are untrusted and shown as text only.
    """
    titles = "".join(f'<th style="text-align:left">{escape(title)}</th>' for title in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def html_facts(title: str, facts: Iterable[tuple[str, object]]) -> str:
    """A title and named values below each other."""
    lines = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>{_cell(value)}</tr>'
        for name, value in facts
    )
    return f"{html_title(title)}<table><tbody>{lines}</tbody></table>"


def html_title(title: str) -> str:
    """A title as HTML."""
    return f"<p><b>{escape(plain(title))}</b></p>"


def html_text(text: str) -> str:
    """A paragraph as HTML."""
    return f"<p>{escape(plain(text))}</p>"


def _cell(value: object) -> str:
    side = "right" if isinstance(value, (int, float)) and not isinstance(value, bool) else "left"
    return f'<td style="text-align:{side}">{escape(plain(value))}</td>'
