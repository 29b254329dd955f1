"""Whether a model is good enough to judge labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from paddlex_nb.core.i18n import Message

WEAK = 0.5
"""Below it a model contradicts right labels more often than it confirms them."""


def weak_model(result: Mapping[str, Any]) -> Message | None:
    """What to say of suggestions that are likely the model's own errors; None of a sound model.

    Args:
        result: The evaluation as plain JSON.
    """
    name, value = _agreement(result)
    if value >= WEAK:
        return None
    return Message(
        "label_errors.weak", {"metric": Message(f"metrics.{name}"), "value": f"{value:.2f}"}
    )


def _agreement(result: Mapping[str, Any]) -> tuple[str, float]:
    """How far predictions and labels agree, 0 to 1, and the name of that figure.

    Of images and objects the F1 of all classes together (of images that is top-1 accuracy); of
    pixels the mean IoU, as most of them may be background.
    """
    if "miou" in result["metrics"]:
        return "miou", float(result["metrics"]["miou"] or 0)
    matrix = np.asarray(result["confusion_matrix"], np.float64)
    count = len(result["classes"])
    labelled, predicted = matrix[:count].sum(), matrix[:, :count].sum()
    right = float(np.trace(matrix[:count, :count]))
    name = "f1" if len(matrix) > count else "top1"
    return name, 2 * right / float(labelled + predicted) if right else 0.0
