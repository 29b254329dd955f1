"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from paddlex_nb.widgets.parts.base import Part, StandIn


class MatrixView(Part):
    """How often each true class was predicted as each class.

    Args:
        counts: Square array of whole numbers, true class by row, predicted class by column
            (images, boxes or pixels; up to 2**53).
        classes: Name of each class.
        title: The subject of the matrix.
        order: The classes' numbers in an order in which those that are confused stand together,
            which the user can switch to; none by default.
        shares: What cells show: counts (empty), or their share of the row (``true``) or of the
            column (``predicted``); the user can switch.

    Attributes:
        selected: Row and column of the cell that the user chose, or None.

    Raises:
        ValueError: ``counts`` is not a square of whole numbers from 0, or ``classes`` differ in
            number, or ``order`` does not hold each of them once.
    """

    bundle = "matrix_view"
    text_keys = (
        "cell", "cell_share", "cell_share_predicted", "matrix_columns", "matrix_counts",
        "matrix_empty", "matrix_shares", "matrix_sorted", "matrix_summary", "no_samples",
        "predicted", "save_csv", "save_picture", "true", "zoom_in", "zoom_out",
    )  # fmt: skip

    title = traitlets.Unicode().tag(sync=True)
    shares = traitlets.Enum(["", "true", "predicted"], "").tag(sync=True)
    by_confusion = traitlets.Bool(False).tag(sync=True)
    selected = traitlets.Any(None, help="[row, column] or None.").tag(sync=True)
    _table = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        counts: ArrayLike | None = None,
        classes: Sequence[str] = (),
        order: Sequence[int] = (),
        **traits: Any,
    ) -> None:
        table = _table([] if counts is None else counts, classes, order)
        super().__init__(_table=table, **traits)

    def show(self, counts: ArrayLike, classes: Sequence[str], order: Sequence[int] = ()) -> None:
        """Show another matrix; nothing is selected then."""
        table = _table(counts, classes, order)
        self.selected = None
        self._table = table

    @property
    def counts(self) -> NDArray[np.float64]:
        """The counts, as float64 so that pixels of a large set fit exactly."""
        size = len(self.classes)
        return np.frombuffer(self._table["counts"], np.float64).reshape(size, size)

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class."""
        return tuple(self._table["classes"])

    def stand_in(self) -> StandIn:
        """An HTML table."""
        from paddlex_nb.widgets.parts.plain_matrix import PlainMatrix

        return PlainMatrix(self)

    @traitlets.validate("selected")
    def _valid_selected(self, proposal: dict[str, Any]) -> list[int] | None:
        size = len(self.classes)
        match proposal["value"]:
            case None:
                return None
            case [int(row), int(column)] if 0 <= row < size and 0 <= column < size:
                return [row, column]
        raise traitlets.TraitError(f"{proposal['value']!r} is no cell of this matrix")

    def __repr__(self) -> str:
        total, right = self.counts.sum(), np.trace(self.counts)
        share = f"{right / total:.1%}" if total else "–"
        return f"{self.title or type(self).__name__}: {right:.0f} / {total:.0f} ({share})"


def _table(counts: ArrayLike, classes: Sequence[str], order: Sequence[int]) -> dict[str, Any]:
    array = np.asarray(counts, dtype=np.float64)
    size = len(classes)
    if array.size != size * size or (size and array.shape != (size, size)):
        raise ValueError(f"a matrix of shape {array.shape} does not fit {size} classes")
    if not (np.isfinite(array).all() and (array >= 0).all() and (array % 1 == 0).all()):
        raise ValueError("counts have to be whole numbers from 0")
    if len(order) and sorted(order) != list(range(size)):
        raise ValueError("the order has to hold each class once")
    names = [str(name) for name in classes]
    return {"classes": names, "counts": array.tobytes(), "order": [int(n) for n in order]}
