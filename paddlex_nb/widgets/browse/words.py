"""What is looked for, in the user's words: a chip for each condition."""

from __future__ import annotations

from collections.abc import Iterator

from paddlex_nb.data.browse import Catalogue, LeftOut, Match, Query
from paddlex_nb.data.browse.query import replaced
from paddlex_nb.i18n import tr


def chips(query: Query, catalogue: Catalogue) -> Iterator[tuple[str, Query]]:
    """Each condition of a query, and the query without it."""
    if query.text:
        yield f"“{query.text}”", replaced(query, text="")
    if query.split:
        yield tr(f"browse.split.{query.split}"), replaced(query, split="")
    for number in query.classes:
        left = tuple(one for one in query.classes if one != number)
        name = catalogue.classes[number] if number < len(catalogue.classes) else str(number)
        word = f"{tr('browse.match.none')}: " if query.match is Match.NONE else ""
        yield f"{word}{name}", replaced(query, classes=left)
    if query.finding:
        yield tr(f"findings.{query.finding}.title"), replaced(query, finding="")
    for name, (least, most) in query.ranges.items():
        ranges = {key: value for key, value in query.ranges.items() if key != name}
        yield f"{tr(f'browse.quantity.{name}')} {span(least, most)}", replaced(query, ranges=ranges)
    if query.cell is not None:
        row, column = (number + 1 for number in query.cell)
        yield tr("browse.cell", row=row, column=column), replaced(query, cell=None)
    if query.left_out is not LeftOut.WITHOUT:
        without = replaced(query, left_out=LeftOut.WITHOUT)
        yield tr(f"browse.left_out.{query.left_out}"), without


def span(least: float, most: float) -> str:
    """A range of numbers."""
    if least == most:
        return f"{least:,.4g}"
    if most == float("inf"):
        return f"≥ {least:,.4g}"
    if least == float("-inf"):
        return f"≤ {most:,.4g}"
    return f"{least:,.4g} – {most:,.4g}"
