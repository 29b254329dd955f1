"""Names in CSV files that spreadsheets open: none is taken for a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet computes, and how one begins that was made neutral."""

_NEUTRAL = re.compile(r"'+[=+\-@\t\r]")


def neutral(name: str) -> str:
    """A name as it is written to a CSV file: with an apostrophe before what begins a formula."""
    return f"'{name}" if _FORMULA.match(name) else name


def as_it_was(cell: str) -> str:
    """The name of which `neutral` made a cell."""
    return cell[1:] if _NEUTRAL.match(cell) else cell
