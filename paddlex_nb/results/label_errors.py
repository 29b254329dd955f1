"""Labels that are likely wrong, as a table with pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.tables import Table, columns
from paddlex_nb.display.text import table
from paddlex_nb.label_errors import kept
from paddlex_nb.label_errors.accept import accept
from paddlex_nb.label_errors.find import label_errors
from paddlex_nb.label_errors.rescore import Rescored, rescored
from paddlex_nb.label_errors.suggestion import LabelError
from paddlex_nb.label_errors.weak import weak_model
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.predicted import PredictedObject
from paddlex_nb.results.prediction import Prediction

LIKELY = 0.5
"""Least score of what is suggested: more likely wrong than right."""


class LabelErrors(Table[LabelError]):
    """Labels that are likely wrong, the likeliest first.

    Args:
        errors: The labels.
        dataset: The data set's folder, which remembers what is kept.
        note: What is to be said of all of them.

    Attributes:
        note: A sentence if the model is too weak for its suggestions to be trusted, else None.
    """

    def __init__(
        self, errors: Iterable[LabelError], dataset: Path, note: Message | None = None
    ) -> None:
        super().__init__(errors)
        self._dataset = dataset
        self.note = note

    def draw(self, place: int) -> NDArray[np.uint8]:
        """The image of one of them, with the label in question and what was predicted instead.

        Args:
            place: Its place in the list.

        Returns:
            RGB of shape (height, width, 3), 0 to 255.

        Raises:
            UserError: The image is gone or damaged.
        """
        return pictured(self[place]).draw()

    def accept(self, *places: int) -> None:
        """Correct labels as suggested, all or none; `Dataset.edits` lists and undoes the changes.

        Labels that get the same class are one change, and so are objects that are left out.

        Args:
            *places: Their places in the list; the list itself stays as it is.

        Raises:
            UserError: No change can say that (outlines and masks are drawn in other programs), or
                a label has been corrected since.
        """
        accept(self._dataset, [self[place] for place in places])

    def keep(self, *places: int) -> None:
        """Remember that labels are right as they are: no run's evaluation suggests them again.

        Args:
            *places: Their places in the list; the list itself stays as it is.

        Raises:
            UserError: The workspace cannot be written.
        """
        kept.keep(self._dataset, [self[place] for place in places])

    def suggest_again(self, *places: int) -> None:
        """Take back that labels were kept.

        Args:
            *places: Their places in the list.

        Raises:
            UserError: The workspace cannot be written.
        """
        kept.suggest_again(self._dataset, [self[place] for place in places])

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        rows = [(e.path.name, e.row, _object(e), e.reason().text(), e.score) for e in self]
        return columns("file", "row", "object", "finding", "score"), rows

    def _notes(self) -> Sequence[str]:
        return [self.note.text()] if self.note is not None else []

    def records(self) -> list[dict[str, Any]]:
        """All that is known of each, as plain JSON."""
        return [
            {
                "kind": one.kind,
                "score": one.score,
                "file": str(one.path),
                "row": one.row,
                "object": one.number,
                "given": one.given,
                "suggested": one.suggested,
                "confidence": one.confidence,
                "box": one.box,
                "suggested_box": one.suggested_box,
                "message": one.reason().text(),
            }
            for one in self
        ]

    def _records(self) -> Iterable[dict[str, Any]]:
        return self.records()


@dataclass(frozen=True, repr=False)
class Relabelled(Rescored):
    """An evaluation judged by the labels of today, beside what it was; shows itself as a table."""

    def __repr__(self) -> str:
        rows = [
            (metric_label(name), value, self.after.get(name)) for name, value in self.before.items()
        ]
        return f"{table(columns('figure', 'before', 'after'), rows)}\n\n{self.sentence()}"

    def sentence(self) -> str:
        """What the corrections have changed, and whether that is more than noise."""
        counts: dict[str, Any] = {"changed": self.changed, "images": self.images}
        if not self.changed:
            return tr("label_errors.rescored.unchanged", **counts)
        counts["metric"] = metric_label(self.metric)
        if self.difference is None or self.low is None or self.high is None:
            return tr("label_errors.rescored.no_interval", **counts)
        return tr(
            "label_errors.rescored",
            **counts,
            difference=f"{self.difference:+.3f}",
            low=f"{self.low:+.3f}",
            high=f"{self.high:+.3f}",
        )


def found_label_errors(folder: Path, dataset: Path, result: Mapping[str, Any]) -> LabelErrors:
    """What an evaluation finds wrong with the labels.

    Args:
        folder: The run's folder.
        dataset: The data set's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: The data set or the predictions are gone or damaged.
    """
    found = label_errors(folder, result)
    likely = [one for one in found if one.score >= LIKELY]
    return LabelErrors(likely, dataset, weak_model(result) if likely else None)


def relabelled(folder: Path, result: Mapping[str, Any]) -> Relabelled:
    """An evaluation judged by the labels of today.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: As of `label_errors.rescore.rescored`.
    """
    return Relabelled(**vars(rescored(folder, result)))


def pictured(error: LabelError) -> Prediction:
    """A label that is likely wrong, to be drawn as predictions are."""
    objects = [
        PredictedObject(f"{tr(f'label_errors.drawn.{what}')} {name or ''}", number, score, box)
        for what, number, name, score, box in (
            ("given", 1, error.given, float("nan"), error.box),
            ("suggested", 0, error.suggested, error.confidence or 0.0, error.suggested_box),
        )
        if box is not None
    ]
    return Prediction(
        path=error.path,
        error=None,
        class_name=None if objects else f"{error.given} → {error.suggested}",
        score=None if objects else error.confidence,
        top=[],
        objects=objects,
        areas=[],
        mask_path=None,
        classes=[],
    )


def _object(error: LabelError) -> object:
    return "" if error.number is None else error.number
