"""One label that is likely wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paddlex_nb.core.i18n import Message

Kind = Literal["swapped", "missed", "misplaced", "superfluous"]
"""The wrong class, something not labelled, a label in the wrong place, a label of nothing."""

KINDS: tuple[Kind, ...] = ("swapped", "missed", "misplaced", "superfluous")

XYWH = tuple[float, float, float, float]
"""Left, top, width and height in pixels of the image as shown."""


@dataclass(frozen=True)
class LabelError:
    """A label that is likely wrong; what the task or the kind does not have is None.

    Attributes:
        kind: What is thought to be wrong.
        score: How likely it is, from 0 to 1: the higher, the likelier.
        path: The image.
        row: Its row in the index of the data set, as `Edits` takes it.
        position: Its row in the table of the evaluation.
        given: The class of the label; None if something is not labelled.
        suggested: The class that was predicted; None if nothing was.
        number: Number of the labelled object in its image, as `Edits` takes it.
        box: Box of the label, in semantic segmentation around the pixels in question.
        suggested_box: Box of the predicted object.
        confidence: Score of the prediction, 0 to 1.
    """

    kind: Kind
    score: float
    path: Path
    row: int
    position: int
    given: str | None
    suggested: str | None
    number: int | None = None
    box: XYWH | None = None
    suggested_box: XYWH | None = None
    confidence: float | None = None

    @property
    def place(self) -> XYWH | None:
        """Where to look: the label, or what was predicted where there is none."""
        return self.box or self.suggested_box

    def reason(self) -> Message:
        """What is thought to be wrong and why, in a sentence."""
        values = {"given": self.given, "suggested": self.suggested}
        if self.number is None and self.confidence is None:  # an area of a mask
            return Message(f"label_errors.{self.kind}.region", values)
        sure = "–" if self.confidence is None else f"{self.confidence:.2f}"
        return Message(f"label_errors.{self.kind}", {**values, "confidence": sure})


def shared(first: XYWH | None, second: XYWH | None) -> float:
    """How much (IoU, from 0 to 1) two boxes overlap; 1 if there is neither."""
    if first is None or second is None:
        return float(first is second)
    (ax, ay, aw, ah), (bx, by, bw, bh) = first, second
    width = min(ax + aw, bx + bw) - max(ax, bx)
    height = min(ay + ah, by + bh) - max(ay, by)
    both = max(0.0, width) * max(0.0, height)
    union = aw * ah + bw * bh - both
    return both / union if union > 0 else float(first == second)
