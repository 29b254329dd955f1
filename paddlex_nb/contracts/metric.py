"""What collects predictions and says how good they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from paddlex_nb.contracts.batch import Batch

if TYPE_CHECKING:
    import pyarrow as pa


class Metric(Protocol):
    """Collects predictions of a split and says how good they are."""

    def update(self, batch: Batch, predictions: Any) -> None:
        """Take in a batch and what the adapter predicted for it."""
        ...

    def scores(self) -> dict[str, float | None]:
        """The figures told while training by name, the main one first; None where undefined."""
        ...

    def report(self) -> dict[str, Any]:
        """The whole evaluation as plain JSON; ``metrics`` holds all figures, None if undefined."""
        ...

    def table(self) -> pa.Table:
        """Predictions, one row an image; column ``row`` is its row in the split."""
        ...
