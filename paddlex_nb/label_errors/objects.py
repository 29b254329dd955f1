"""Objects whose labels are likely wrong: missed, swapped, badly placed and superfluous ones.

After ObjectLab (Tkachenko, Thyagarajan and Mueller 2023, "ObjectLab: Automated Diagnosis of
Mislabeled Images in Object Detection Data"): a confident prediction that no label explains tells of
an object that was overlooked, of one in the wrong place, or of one with the wrong class. ObjectLab
calls scores above 0.95 confident; many detectors never give such scores, so here a score counts
what it is worth on this split (`calibration`), for the question at hand: how often predictions of
the class with such a score meet a label (missed), have the class of the label that they lie on
(swapped), lie on the label that they are about (misplaced). Labels that nothing was predicted for
are ours: they are as suspicious as objects of their class are usually found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.label_errors.calibration import calibrated
from paddlex_nb.label_errors.reading import Compared, Reading, Suspect

_BELIEVED = 0.5
"""How often predictions of a score must be right to be believed, 0 to 1."""


def suspects(images: Iterable[Compared], classes: int) -> list[Suspect]:
    """Labels that are likely wrong, the likeliest first; a label is suspected of one thing only.

    Args:
        images: What is labelled and predicted in each; none is held longer than it is read.
        classes: Number of classes.
    """
    read = [Reading(one) for one in images]
    _calibrate(read, classes)
    found = _usually_found(read, classes)
    suspected: list[Suspect] = []
    for number, one in enumerate(read):
        suspected += one.suspects(number, found)
    return sorted(suspected, key=lambda one: -one.score)


def _calibrate(read: Sequence[Reading], classes: int) -> None:
    """Say what the scores are worth for each of the three questions."""
    for name, of, right in (
        ("worth", lambda r: np.arange(len(r.met)), lambda r: r.met >= 0),
        ("classed", lambda r: r.on, lambda r: r.predicted[r.on] == r.truth),
        ("placed", lambda r: r.about, lambda r: r.met[r.about] == np.arange(len(r.about))),
    ):
        _set_shares(read, classes, name, of, right)


def _set_shares(
    read: Sequence[Reading],
    classes: int,
    name: str,
    of: Callable[[Reading], NDArray[np.int64]],
    right: Callable[[Reading], NDArray[np.bool_]],
) -> None:
    """Set how often predictions like these are right.

    Args:
        read: All images.
        classes: Number of classes.
        name: The attribute.
        of: The predictions that are asked about, -1 for none.
        right: Whether each is right.
    """
    asked = [of(one) for one in read]
    known = [places >= 0 for places in asked]
    if not any(len(places) for places in asked):
        return
    chosen = [(one, places[k]) for one, places, k in zip(read, asked, known, strict=True)]
    score = np.concatenate([one.score[places] for one, places in chosen])
    class_id = np.concatenate([one.predicted[places] for one, places in chosen])
    truth = np.concatenate(
        [right(one)[k] if k.any() else k[:0] for one, k in zip(read, known, strict=True)]
    )
    shares = np.zeros(len(score))
    for number in range(classes):
        mine = class_id == number
        shares[mine] = calibrated(score[mine], truth[mine])
    ends = np.cumsum([int(k.sum()) for k in known])[:-1]
    for one, k, part in zip(read, known, np.split(shares, ends), strict=True):
        getattr(one, name)[k] = part


def _usually_found(read: Sequence[Reading], classes: int) -> NDArray[np.float64]:
    """The share of each class's labels that a prediction worth believing meets, 0 to 1."""
    there, found = np.zeros(classes), np.zeros(classes)
    for one in read:
        there += np.bincount(one.truth[~one.crowd], minlength=classes)
        believed = one.met[(one.met >= 0) & (one.worth >= _BELIEVED)]
        found += np.bincount(one.truth[believed], minlength=classes)
    return found / (there + 1)
