"""What ``evaluate`` answers."""

from __future__ import annotations

from typing_extensions import NotRequired, TypedDict

from paddlex_nb.cli.answers.shared import ClassRow, Figures, KeptOrigin, Origin, SplitName

Curve = TypedDict("Curve", {"class": str, "recall": list[float], "precision": list[float]})
Curve.__doc__ = "Precision over recall of a class at IoU 0.5; empty where undefined."


class Interval(TypedDict):
    """A figure with its 95 % interval; ``class_name`` is null for all classes together."""

    metric: str
    class_name: str | None
    value: float | None
    low: float | None
    high: float | None


class AtThreshold(TypedDict):
    """The objects as they are counted at a threshold and an IoU.

    Attributes:
        threshold: Least score of a prediction that counts.
        iou: Least overlap of a prediction with the object that it is taken for.
        metrics: ``precision``, ``recall`` and ``f1`` of all classes together.
        counts: How many ``objects`` and ``predictions``; of these ``right``, ``swapped`` (taken for
            another class), ``missed`` and ``made_up``.
        per_class: The same figures of each class.
        confusion_matrix: Rows are the truth; the last row and column are the background.
    """

    threshold: float
    iou: float
    metrics: Figures
    counts: dict[str, int]
    per_class: list[ClassRow]
    confusion_matrix: list[list[int]]


class KindOfError(TypedDict):
    """Errors of one kind: how many, in how many images, and what AP they cost (TIDE)."""

    kind: str
    count: int | None
    images: int | None
    lost: float | None


class BestThreshold(TypedDict):
    """The threshold with the best F1 and its 95 % interval."""

    threshold: float
    f1: float
    low: float | None
    high: float | None


class Photos(TypedDict):
    """Whole photos that were measured, left out, and crowded."""

    measured: int
    left_out: int
    example: str | None
    crowded: int


class EvaluationFields(TypedDict):
    """An evaluation in brief.

    Attributes:
        metrics: The main metric is the first.
        classes: Class names, in the order of their numbers.
        split: What was evaluated.
        images: Number of images.
        seconds: How long it took.
        tile: Side in pixels of the tiles that the images are; null if they are whole.
        threshold: Least score of the objects that the confusion matrix counts.
        top_k: Top-k accuracy for k = 1, 2, ... (classification).
        photos: What was measured, if whole photos were.
    """

    metrics: Figures
    classes: list[str]
    split: SplitName
    images: int
    seconds: float
    tile: int | None
    threshold: NotRequired[float]
    top_k: NotRequired[list[float]]
    photos: NotRequired[Photos]


class KeptEvaluation(KeptOrigin, EvaluationFields):
    """An evaluation of a run that was made before, in brief."""


class WholeEvaluation(Origin, EvaluationFields):
    """An evaluation.

    Attributes:
        per_class: The metrics of each class.
        confusion_matrix: Rows are the truth; with objects the last row and column are the
            background.
        curves: Precision over recall of each class, in tasks with objects.
    """

    per_class: list[ClassRow]
    confusion_matrix: list[list[int]]
    curves: NotRequired[list[Curve]]


class Evaluation(WholeEvaluation):
    """An evaluation, judged.

    Attributes:
        intervals: Figures with 95 % intervals.
        at: The objects at the threshold that was asked for, in tasks with objects.
        errors: Their kinds, likewise.
        best_threshold: The threshold with the best F1; null if nothing is right at any.
        judgement: What it means, in sentences.
        report: The report's file, if one was asked for.
    """

    intervals: list[Interval]
    at: NotRequired[AtThreshold]
    errors: NotRequired[list[KindOfError]]
    best_threshold: NotRequired[BestThreshold | None]
    judgement: list[str]
    report: NotRequired[str]
