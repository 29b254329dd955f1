"""What is looked for, in the user's words and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import Catalogue, LeftOut, Query
from paddlex_nb.data.explore.query import replaced

_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def chips(query: Query, catalogue: Catalogue) -> Iterator[tuple[str, Query]]:
    """Each condition of a query, and the query without it."""
    if query.text:
        yield f"“{query.text}”", replaced(query, text="")
    if query.split:
        yield tr(f"browse.split.{query.split}"), replaced(query, split="")
    for number in query.classes:
        remaining = tuple(one for one in query.classes if one != number)
        name = catalogue.classes[number] if number < len(catalogue.classes) else str(number)
        yield name, replaced(query, classes=remaining)
    for number in query.without:
        remaining = tuple(one for one in query.without if one != number)
        name = catalogue.classes[number] if number < len(catalogue.classes) else str(number)
        yield tr("browse.chip.without", name=name), replaced(query, without=remaining)
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
        yield tr(f"browse.chip.left_out.{query.left_out}"), without


def limits_of(least: str, most: str) -> tuple[float, float]:
    """Limits as they were typed.

    Raises:
        UserError: They are no numbers, there are none, or nothing lies between them.
    """
    if not least.strip() and not most.strip():
        raise UserError("browse.no_limits")
    limits = _typed(least, -math.inf), _typed(most, math.inf)
    if limits[0] > limits[1]:
        raise UserError("browse.limits_crossed", least=least.strip(), most=most.strip())
    return limits


def _typed(typed: str, otherwise: float) -> float:
    """A number as it was typed, with a comma for thousands or for decimals."""
    typed = typed.strip()
    plain = typed.replace(",", "" if _THOUSANDS.fullmatch(typed) else ".")
    try:
        value = float(plain) if plain else otherwise
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise UserError("browse.no_number", value=typed)
    return value


def span(least: float, most: float) -> str:
    """A range of numbers."""
    if least == most:
        return _number(least)
    if most == math.inf:
        return f"≥ {_number(least)}"
    if least == -math.inf:
        return f"≤ {_number(most)}"
    return f"{_number(least)} – {_number(most)}"


def _number(value: float) -> str:
    """Four digits, but never a power of ten where people write thousands."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"
