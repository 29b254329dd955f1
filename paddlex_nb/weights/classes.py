"""Going on with other classes: what was learnt of a class stays with that class.

The last layers of a model have one output a class. When a run starts from weights that were
trained on other classes, the outputs of the classes that both have are taken over by name, and
only those of new classes start at random.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from paddlex_nb.runs.checkpoint import Arrays

_BOX = 4
"""Box regressors of two-stage detectors have so many outputs a class, class by class."""


def carry_classes(
    own: Arrays, foreign: Arrays, head: Collection[str], classes: Sequence[str], was: Sequence[str]
) -> Arrays:
    """The foreign weights with the outputs of the head in the order of our classes.

    Args:
        own: The model's tensors, with their random start.
        foreign: Tensors by the same names, trained on the classes ``was``.
        head: Names of the last layers' tensors.
        classes: Class names of the model.
        was: Class names of the foreign weights.

    Returns:
        ``foreign``, those of its tensors changed that have outputs by class.
    """
    if list(classes) == list(was):
        return foreign
    changed = dict(foreign)
    for name in head:
        if name in own and name in foreign:
            carried = _carry(own[name], foreign[name], classes, was)
            if carried is not None:
                changed[name] = carried
    return changed


def _carry(
    own: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    foreign: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    classes: Sequence[str],
    was: Sequence[str],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None:
    """Carry one tensor over; None if it has no outputs by class."""
    if own.ndim != foreign.ndim or not own.ndim:
        return None
    axis = 1 if own.ndim == 2 else 0  # fully connected layers have their outputs last
    ours, theirs = np.moveaxis(own, axis, 0), np.moveaxis(foreign, axis, 0)
    if ours.shape[1:] != theirs.shape[1:]:
        return None
    # a class, a class and the background behind them all, a box for each class
    for each, more in ((1, 0), (1, 1), (_BOX, 0)):
        if len(ours) == each * len(classes) + more and len(theirs) == each * len(was) + more:
            taken = np.array(ours)
            for number, name in enumerate(classes):
                if name in was:
                    at = was.index(name)
                    taken[number * each : (number + 1) * each] = theirs[at * each : (at + 1) * each]
            if more:
                taken[-more:] = theirs[-more:]
            return np.ascontiguousarray(np.moveaxis(taken, 0, axis))
    return None
