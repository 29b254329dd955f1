"""Some images, as an adapter gives them to its model and its metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TRUTH = ("label", "truth")
"""What of a batch a metric takes: a value an image."""


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

    def judged(self, places: Sequence[int]) -> Batch:
        """Some of the images with what is true of them, for a metric; without the model's input.

        Args:
            places: Their places in the batch.
        """
        known = {name: some(self.data[name], places) for name in TRUTH if name in self.data}
        return Batch(rows=[self.rows[place] for place in places], data=known)


def some(values: Any, places: Sequence[int]) -> Any:
    """Those of some images out of labels or predictions, a list or an array by image."""
    if isinstance(values, list):
        return [values[place] for place in places]
    return np.asarray(values)[list(places)]
