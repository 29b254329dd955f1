"""Pieces of Markdown that the generated pages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\*_\[\]{}<>|#])")


def plain(text: str) -> str:
    """Text that is shown as it is, whatever Markdown would make of it; what is in backticks too."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return _SPECIAL.sub(r"\\\1", text)
    return "".join(f"`{p}`" if i % 2 else _SPECIAL.sub(r"\\\1", p) for i, p in enumerate(parts))


def code(text: object) -> str:
    """Text as code; nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table.

    Args:
        head: The columns' names.
        rows: The cells, Markdown already, as many in each row as there are columns.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def template(text: str) -> str:
    """A text of the catalogue whose values are not known: each stands as its name in italics.

    A word that agrees with a count is given in the plural.
    """
    plural = re.sub(r"\{\w+:([^{}|]*)\|([^{}]*)\}", r"\2", text)
    parts = re.split(r"\{(\w+)(?::\w+)?\}", plural)
    return "".join(f"*{p}*" if i % 2 else plain(p) for i, p in enumerate(parts))
