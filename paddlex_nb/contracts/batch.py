"""Some images, as an adapter gives them to its model and its metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Batch:
    """Some images, ready for the model.

    Attributes:
        rows: Their rows in the split (in the list of files, when predicting).
        data: What the adapter needs, by name; NumPy arrays or tensors.
    """

    rows: Sequence[int]
    data: dict[str, Any]

    def __len__(self) -> int:
        return len(self.rows)
