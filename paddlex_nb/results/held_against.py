"""Evaluations of several runs held against that of the first, or why they cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paddlex_nb.core.i18n import Message
from paddlex_nb.layout.run import EvaluationFolder
from paddlex_nb.results.differences import Difference, differences
from paddlex_nb.results.evaluated import Evaluated, at_one_threshold, evaluated
from paddlex_nb.results.same_images import same_images
from paddlex_nb.runs.record import RunRecord

Source = tuple[RunRecord, EvaluationFolder]
"""A run and the folder of its evaluation."""


@dataclass(frozen=True)
class HeldAgainst:
    """What came of holding one run against the first.

    Attributes:
        differences: The other run minus the first, as `differences` gives them.
        notes: What is to be said of score thresholds and labels that were not the same.
    """

    differences: list[Difference]
    notes: list[Message]


def all_against(first: Source, others: Sequence[Source]) -> list[HeldAgainst | Message]:
    """Hold runs against a first one.

    Args:
        first: The first run and its evaluation.
        others: The others and theirs.

    Returns:
        What came of each, or why nothing can; why the first cannot be compared comes first.
    """
    base = evaluated(*first)
    found: list[HeldAgainst | Message] = [base] if isinstance(base, Message) else []
    for record, folder in others:
        if (different := different_tasks(first[0], record)) is not None:
            found.append(different)
            continue
        other = evaluated(record, folder)
        if isinstance(other, Message):
            found.append(other)
        elif isinstance(base, Evaluated):
            found.append(_held(base, other, nothing_common(first[0], record)))
    return found


def different_tasks(first: RunRecord, second: RunRecord) -> Message | None:
    """That two runs are of different tasks; None if they are not."""
    if first.task is second.task:
        return None
    tasks = {
        name: Message(f"data.task.{record.task}")
        for name, record in (("task", first), ("other", second))
    }
    names = {"first": first.name, "second": second.name}
    return Message("display.compare.different_tasks", {**names, **tasks})


def nothing_common(first: RunRecord, second: RunRecord) -> Message:
    """That two runs have nothing to be compared by."""
    names = {"first": first.name, "second": second.name}
    return Message("display.compare.nothing_common", names)


def _held(first: Evaluated, other: Evaluated, nothing: Message) -> HeldAgainst | Message:
    same = same_images(first, other)
    if not set(first.classes) & set(other.classes) or not len(same.rows):
        return nothing
    # all are held against the first, so its threshold is the one for all
    second, base, note = at_one_threshold(other, first)
    notes = [] if note is None else [note]
    return HeldAgainst(differences(base, second), [*notes, *same.notes])
