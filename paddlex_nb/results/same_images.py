"""Which images two evaluations have in common, with the same labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.results.evaluated import Evaluated


def same_images(first: Evaluated, second: Evaluated) -> NDArray[np.int64]:
    """Rows in both of the images that both have with the same labels, of shape (n, 2).

    Only classes that both know are looked at.
    """
    classes = [name for name in first.classes if name in set(second.classes)]
    place = {path: row for row, path in enumerate(second.paths)}
    pairs = [(row, place[path]) for row, path in enumerate(first.paths) if path in place]
    rows = np.array(pairs, np.int64).reshape(-1, 2)
    labels = [
        of.counts.chosen(rows[:, at], [of.classes.index(name) for name in classes]).truth()
        for at, of in enumerate((first, second))
    ]
    return rows[np.isclose(labels[0], labels[1])]
