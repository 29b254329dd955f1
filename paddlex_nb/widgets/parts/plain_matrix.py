"""A `MatrixView` as an HTML table."""

from __future__ import annotations

from html import escape

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.parts.matrix_view import MatrixView
from paddlex_nb.widgets.parts.palette import RIGHT, WRONG

MOST_CLASSES = 60
"""Above this a table would be too large to read or to send: the largest mistakes are listed."""

LISTED = 100
CELL = "padding:2px 6px;text-align:right;border:1px solid var(--jp-border-color2, #e0e0e0)"


class PlainMatrix:
    """Redraws when the matrix changed.

    Args:
        matrix: What to draw.
    """

    def __init__(self, matrix: MatrixView) -> None:
        self.matrix = matrix
        self.widget = ipywidgets.HTML(layout={"overflow": "auto", "max_height": "560px"})
        self._drawn = -1

    def refresh(self, now: float) -> None:  # noqa: ARG002  drawing has no rate to keep
        """Draw if something changed."""
        if self.matrix.revision != self._drawn:
            self._drawn = self.matrix.revision
            self.widget.value = matrix_html(self.matrix)


def matrix_html(matrix: MatrixView) -> str:
    """The matrix as an HTML table, true classes downwards."""
    counts = matrix.counts
    names = [escape(name) for name in matrix.classes]
    title = f"<b>{escape(matrix.title)}</b>"
    if not names:
        return f"{title}<p>{escape(tr('parts.matrix_empty'))}</p>"
    totals = counts.sum(axis=0 if matrix.shares == "predicted" else 1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    if len(names) > MOST_CLASSES:
        return title + _list(names, counts, shares)
    corner = f"{escape(tr('parts.true'))} \\ {escape(tr('parts.predicted'))}"
    head = "".join(f'<th scope="col" style="{CELL}">{name}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row" style="{CELL}">{name}</th>{_cells(matrix, counts, shares, row)}</tr>'
        for row, name in enumerate(names)
    )
    return (
        f'{title}<table style="border-collapse:collapse;color:var(--jp-ui-font-color1, #212121)">'
        f'<tr><th style="{CELL}">{corner}</th>{head}</tr>{rows}</table>'
    )


def _list(names: list[str], counts: NDArray[np.float64], shares: NDArray[np.float64]) -> str:
    """The most frequent mistakes, one a line."""
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:LISTED]
    rows = [divmod(int(place), len(names)) for place in order if mistakes.flat[place] > 0]
    note = tr("parts.matrix_largest", shown=len(rows), all=int(np.count_nonzero(mistakes)))
    cells = (
        (names[row], names[column], f"{counts[row, column]:.0f}", f"{shares[row, column]:.1%}")
        for row, column in rows
    )
    head = (tr("parts.true"), tr("parts.predicted"), tr("parts.matrix_counts"), "%")
    table = "".join(f"<tr>{''.join(f'<td style={CELL!r}>{c}</td>' for c in r)}</tr>" for r in cells)
    return (
        f'<p>{escape(note)}</p><table style="border-collapse:collapse"><tr>'
        + "".join(f'<th scope="col" style="{CELL}">{escape(name)}</th>' for name in head)
        + f"</tr>{table}</table>"
    )


def _cells(
    matrix: MatrixView, counts: NDArray[np.float64], shares: NDArray[np.float64], row: int
) -> str:
    cells = []
    for column, share in enumerate(shares[row]):
        paint = RIGHT if row == column else WRONG
        strength = 0.1 + 0.9 * share**0.6 if share else 0.0  # as in the front end
        # two hexadecimal digits of opacity; never full, so that the text stays readable
        ground = f"{paint}{round(strength * 150):02x}"
        shown = f"{share:.1%}" if matrix.shares else f"{counts[row, column]:.0f}"
        cells.append(f'<td style="{CELL};background:{ground}">{shown}</td>')
    return "".join(cells)
