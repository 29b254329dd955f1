"""What a data set was recognised as, and the question where that is not clear."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import ipywidgets as w

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, esc, html

Choice = tuple[Task, str]
"""A task and the name of a format."""


def recognised_lines(dataset: Dataset) -> w.Widget:
    """Task, format and why, counts, classes and split, a line each."""
    what, *others = [sentence.text() for sentence in dataset.recognised().sentences(others=False)]
    lines = "".join(f"<li>{esc(line)}</li>" for line in others)
    return html(f"<p>{esc(what)}</p><ul class=pxnb-muted>{lines}</ul>", "recognised")


def choices_of(error: Message) -> list[Choice]:
    """What a folder could be imported as, if an import failed for being unclear."""
    if error.key != "data.doubtful":
        return []
    choices: list[Choice] = []
    for word in str(error.values.get("choices", "")).split():
        task, _, name = word.partition(":")
        with suppress(ValueError):  # of another version of this package
            choices.append((Task(task), name))
    return choices


def other_readings(
    record: DatasetRecord, do: Callable[[Call], None], read_as: Callable[[Choice], None]
) -> list[w.Widget]:
    """Buttons that import the same source as what else it could be.

    Args:
        record: The data set's.
        do: Has a click's work done.
        read_as: Called with the answer.
    """
    choices = [(other.task, other.format) for other in record.others]
    return [
        button(
            tr("wizard.data.read_as", reading=reading_label(*choice)),
            lambda choice=choice: do(lambda: read_as(choice)),  # type: ignore[misc]
            "chip",
        )
        for choice in choices
    ]


def reading_label(task: Task, name: str) -> str:
    """The label of the button for one way to read a folder."""
    return f"{tr(f'data.task.{task}')} – {tr(f'formats.{name}')}"
