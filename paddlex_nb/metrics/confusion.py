"""Which classes are taken for each other: an order that sets them side by side, and the pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Confused:
    """A class that was taken for another.

    Attributes:
        truth: Number of the true class.
        predicted: Number of the class that was said instead.
        count: How often.
        share: Of all of the true class, 0 to 1.
    """

    truth: int
    predicted: int
    count: int
    share: float


def confused_pairs(matrix: NDArray[np.int64], most: int = 20) -> list[Confused]:
    """The most frequent mistakes, those first that make up more of their true class if equal.

    Args:
        matrix: Counts of shape (n, n); rows are the truth.
        most: How many at most.
    """
    truth, predicted = np.nonzero(matrix)
    wrong = truth != predicted
    truth, predicted = truth[wrong], predicted[wrong]
    counts = matrix[truth, predicted]
    shares = counts / np.maximum(1, matrix.sum(axis=1))[truth]
    chosen = np.lexsort((predicted, truth, -shares, -counts))[:most]
    return [
        Confused(int(truth[at]), int(predicted[at]), int(counts[at]), float(shares[at]))
        for at in chosen.tolist()
    ]


def confusion_order(matrix: NDArray[np.int64]) -> list[int]:
    """The classes in an order in which those that are confused stand beside each other.

    Pairs are taken by how large a share of both is confused, either way, and joined end to end
    (the greedy way to a short path); the chains follow each other by what they hold together, and
    classes that are never confused come last, in the order of their numbers.

    Args:
        matrix: Counts of shape (n, n); rows are the truth.

    Returns:
        Every number from 0 to n - 1 once.
    """
    shares = matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True))
    likeness = np.triu(shares + shares.T, 1)
    first, second = np.nonzero(likeness)
    strength = likeness[first, second]
    chain = {number: [number] for number in range(len(matrix))}
    weight = dict.fromkeys(chain, 0.0)
    of = list(range(len(matrix)))
    for at in np.argsort(-strength, kind="stable").tolist():
        one, other = int(first[at]), int(second[at])
        left, right = of[one], of[other]
        if left == right or one not in _ends(chain[left]) or other not in _ends(chain[right]):
            continue
        head, tail = chain[left], chain.pop(right)
        head = head if head[-1] == one else head[::-1]
        chain[left] = head + (tail if tail[0] == other else tail[::-1])
        weight[left] += weight.pop(right) + float(strength[at])
        for number in tail:
            of[number] = left
    ordered = sorted(chain, key=lambda number: (-weight[number], number))
    return [number for key in ordered for number in chain[key]]


def _ends(chain: list[int]) -> tuple[int, int]:
    return chain[0], chain[-1]
