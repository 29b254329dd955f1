"""How often predictions with a score are right: what a score is worth, class by class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def calibrated(score: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of right predictions among those with a similar score, rising with the score.

    Isotonic regression by pooling adjacent violators (Zadrozny and Elkan 2002, "Transforming
    classifier scores into accurate multiclass probability estimates"). Of each pool the share is
    as if one more of it were wrong, so that few predictions do not say much.

    Args:
        score: Scores of predictions of one class, of shape (n,).
        right: Whether each is right, of shape (n,).

    Returns:
        From 0 to 1, of shape (n,), in the order given.
    """
    order = np.argsort(score, kind="stable")
    hits: list[int] = []
    sizes: list[int] = []
    for one in right[order].tolist():
        hit, size = int(one), 1
        # pools rise: one whose share is not above that of the pool before is joined to it
        while hits and hits[-1] * size >= hit * sizes[-1]:
            hit, size = hit + hits.pop(), size + sizes.pop()
        hits.append(hit)
        sizes.append(size)
    shares = np.array(hits, np.float64) / (np.array(sizes, np.float64) + 1)
    # one more wrong weighs more in small pools: they must not fall below those of lower scores
    shares = np.maximum.accumulate(shares) if len(shares) else shares
    result = np.zeros(len(score))
    result[order] = np.repeat(shares, sizes)
    return result
