"""What an evaluation shows of the model: whether it has learned, and what from."""

from __future__ import annotations

from collections.abc import Iterator

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judgement import NextStep, Remark, StepKind, warning
from paddlex_nb.runs.verdict import verdicts

_NOTHING = 0.01
"""Mean average precision below which a detector has found next to nothing."""

_LOW = 0.1
"""Mean average precision below which a detector is of no use yet."""

_GUESSES = 0.1
"""Cohen's kappa below which a classifier does hardly better than guessing."""

_AGREES = 0.05
"""Cohen's kappa below which predictions say no more than one class everywhere."""

_ONE_CLASS = 0.95
"""Share of predictions of one class that is almost all of them."""

_BY_HEART = 0.3
"""So much better on training images, a model knows them rather than what they show."""

_WEAK = 0.6
"""Main metric below which pretrained weights are worth a word."""


def nothing_found(evidence: Evidence) -> Iterator[Remark]:
    """A detector that finds next to nothing."""
    name, value = evidence.main
    detects = evidence.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    if detects and value is not None and value < _LOW:
        said = {"metric": Message(f"metrics.{name}"), "value": f"{value:.3f}"}
        key = "judging.nothing_found" if value < _NOTHING else "judging.little_found"
        yield warning(Message(key, said), ("train_on", _too_short(evidence)))


def one_class(evidence: Evidence) -> Iterator[Remark]:
    """A model that says the same nearly everywhere, or guesses."""
    if evidence.task not in {Task.CLASSIFICATION, Task.SEGMENTATION} or len(evidence.classes) < 2:
        return
    matrix, total = evidence.matrix, int(evidence.matrix.sum())
    if not total:
        return
    predicted, true = matrix.sum(axis=0) / total, matrix.sum(axis=1) / total
    top, chance = int(predicted.argmax()), float((predicted * true).sum())
    kappa = (matrix.trace() / total - chance) / (1 - chance) if chance < 1 else 0.0
    step: tuple[StepKind, Message] = ("train_on", _too_short(evidence))
    if evidence.task is Task.CLASSIFICATION and kappa < _GUESSES and predicted[top] <= _ONE_CLASS:
        share = f"{matrix.trace() / total:.0%}"
        said = {"share": share, "chance": f"{max(chance, 0):.0%}", "kappa": f"{kappa:.2f}"}
        yield warning(Message("judging.guesses", said), step)
    if predicted[top] > _ONE_CLASS and kappa < _AGREES:
        name, value = evidence.main
        of: dict[str, object] = {"metric": Message(f"metrics.{name}"), "value": _written(value)}
        of |= {"name": evidence.classes[top], "share": f"{predicted[top]:.0%}"}
        yield warning(Message("judging.one_class", of | {"kappa": f"{abs(kappa):.2f}"}), step)


def by_heart(evidence: Evidence) -> Iterator[Remark]:
    """Far better on the training images."""
    name, value = evidence.main
    trained = evidence.other("train") if evidence.result["split"] != "train" else None
    then = trained["metrics"].get(name) if trained else None
    if then is not None and value is not None and then - value > _BY_HEART:
        said = {
            "metric": Message(f"metrics.{name}"),
            "value": f"{value:.2f}",
            "train": f"{then:.2f}",
        }
        why = Message("judging.by_heart", said)
        yield warning(why, ("augment", Message("judging.why.augment")))


def training(evidence: Evidence) -> Iterator[Remark]:
    """What the curves of the training say that bears on the next step."""
    following: dict[str, tuple[StepKind, str]] = {
        "training.verdict.still_improving": ("train_on", "judging.why.train_on_further"),
        "training.verdict.overfitting": ("augment", "judging.why.augment"),
    }
    try:
        said = verdicts(evidence.history, evidence.task, len(evidence.classes), ended=True)
    except UserError:
        return
    for one in said:
        if (step := following.get(one.message.key)) is not None:
            kind, reason = step
            yield Remark(one.severity, one.message, (NextStep(kind, Message(reason)),))


def random_weights(evidence: Evidence) -> Iterator[Remark]:
    """A weak model that began with random numbers although there are published weights."""
    _, value = evidence.main
    try:
        published = model(evidence.record.model).weights
    except UserError:
        return
    if evidence.record.weights == "none" and published and value is not None and value < _WEAK:
        why = Message("judging.random_weights", {"weights": published[0].name})
        yield Remark(Severity.INFO, why, (NextStep("weights", Message("judging.why.weights")),))


def _too_short(evidence: Evidence) -> Message:
    """Why more epochs come first: with how many the weights were trained."""
    epoch = evidence.result.get("epoch")
    if epoch is None:  # of an earlier version
        return Message("judging.why.train_on")
    return Message("judging.why.train_on_after", {"epochs": epoch})


def _written(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
