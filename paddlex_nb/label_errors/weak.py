"""Whether a model is good enough to judge labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import Message

WEAK = 0.5
"""Below it a model contradicts right labels more often than it confirms them."""


MOST_NAMED = 5
"""So many weak classes are named, the weakest first."""


def weak_model(result: Mapping[str, Any]) -> Message | None:
    """What to say of suggestions that are likely the model's own errors; None of a sound model.

    A model that is sound as a whole may have learned nothing of some classes: these are named.

    Args:
        result: The evaluation as plain JSON.
    """
    name, value = _agreement(result)
    metric = Message(f"metrics.{name}")
    if value < WEAK:
        return Message("label_errors.weak", {"metric": metric, "value": f"{value:.2f}"})
    by_class = _by_class(result, pixels=name == "miou")
    order = np.argsort(by_class, kind="stable")
    named = [f"{result['classes'][n]} ({by_class[n]:.2f})" for n in order if by_class[n] < WEAK]
    if not named:
        return None
    more = len(named) - MOST_NAMED
    if more > 0:
        named = [*named[:MOST_NAMED], f"+{more}"]
    metric = Message("metrics.iou" if name == "miou" else "metrics.f1")
    return Message("label_errors.weak_classes", {"metric": metric, "classes": named})


def _agreement(result: Mapping[str, Any]) -> tuple[str, float]:
    """How far predictions and labels agree, 0 to 1, and the name of that figure.

    Of images and objects the F1 of all classes together (of images that is top-1 accuracy); of
    pixels the mean IoU, as most of them may be background.
    """
    if "miou" in result["metrics"]:
        return "miou", float(result["metrics"]["miou"] or 0)
    right, labelled, predicted = _counts(result)
    total = float(labelled.sum() + predicted.sum())
    name = "f1" if len(result["confusion_matrix"]) > len(right) else "top1"
    return name, 2 * float(right.sum()) / total if total else 0.0


def _by_class(result: Mapping[str, Any], *, pixels: bool) -> NDArray[np.float64]:
    """IoU of pixels, else F1, of each class, 0 to 1; NaN of classes that do not occur."""
    right, labelled, predicted = _counts(result)
    both = labelled + predicted
    found = right / np.maximum(both - right, 1) if pixels else 2 * right / np.maximum(both, 1)
    return np.where(labelled > 0, found, np.nan)


def _counts(result: Mapping[str, Any]) -> tuple[NDArray[np.float64], ...]:
    """What is right, labelled and predicted of each class; objects have the background besides."""
    matrix = np.asarray(result["confusion_matrix"], np.float64)
    count = len(result["classes"])
    return np.diag(matrix)[:count], matrix[:count].sum(axis=1), matrix[:, :count].sum(axis=0)
