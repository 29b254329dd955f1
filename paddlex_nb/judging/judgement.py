"""The types in which an evaluation is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.severity import Severity
from paddlex_nb.display.html import html_text

StepKind = Literal["look", "input_size", "label", "train_on", "weights", "new_split", "augment"]
"""What can be done next: look at the errors, train with larger inputs, label more of a class, train
on, begin with other weights, divide the images anew, augment more."""

MOST_STEPS = 3
"""More than that is a list that nobody works off."""


@dataclass(frozen=True)
class NextStep:
    """Something to do next.

    Attributes:
        kind: What.
        reason: Why, from the data.
        class_id: Number of the class that it is about; None if about all.
        value: The input size in pixels that is wanted; None with other kinds.
    """

    kind: StepKind
    reason: Message
    class_id: int | None = None
    value: int | None = None


@dataclass(frozen=True)
class Remark:
    """One thing that an evaluation says.

    Attributes:
        severity: Whether it speaks against the model or the figures (warning), or is only worth
            knowing (info).
        message: What is seen, in one sentence.
        steps: What follows from it, the most promising first.
    """

    severity: Severity
    message: Message
    steps: tuple[NextStep, ...] = ()


@dataclass(frozen=True, repr=False)
class Judgement:
    """How good a model is, as somebody would say it who knows neither metrics nor models.

    Attributes:
        summary: What it gets right and what it does not, a sentence each.
        remarks: What else is to be known, the gravest first.
        steps: At most three things to do next, the most promising first.
    """

    summary: tuple[Message, ...] = ()
    remarks: tuple[Remark, ...] = ()
    steps: tuple[NextStep, ...] = field(default=())

    @property
    def sentences(self) -> list[str]:
        """Everything that is said, in the current language."""
        said = [*self.summary, *(remark.message for remark in self.remarks)]
        return [message.text() for message in said]

    def __str__(self) -> str:
        steps = [f"{tr(f'judging.step.{one.kind}')}: {one.reason.text()}" for one in self.steps]
        return "\n".join([*self.sentences, *steps])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return "".join(html_text(line) for line in str(self).splitlines())

    @property
    def serious(self) -> bool:
        """Whether something speaks against the model or its figures."""
        return any(one.severity is not Severity.INFO for one in self.remarks)


def warning(message: Message, *steps: tuple[StepKind, Message]) -> Remark:
    """A remark that speaks against the model or the figures.

    Args:
        message: What is seen.
        *steps: What follows from it: kind and reason of each.
    """
    return Remark(Severity.WARNING, message, tuple(NextStep(*one) for one in steps))
