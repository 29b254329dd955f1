"""How good a checkpoint is on a split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import Table, columns, data_frame
from paddlex_nb.display.text import table, time_text
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.base import MetricValue, origin_fields
from paddlex_nb.results.object_evaluation import Curve, ObjectEvaluation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


_SHOWN = 30
"""Classes that are shown; all of them are in `Evaluation.to_pandas`."""


@dataclass(frozen=True)
class ClassFigures:
    """The metrics of one class.

    Attributes:
        name: The class.
        metrics: Fractions from 0 to 1 and counts (``support``) by name; None where undefined.
    """

    name: str
    metrics: dict[str, float | None]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Evaluation(ObjectEvaluation):
    """How good a checkpoint of a run is on one split.

    Attributes:
        metrics: By name; fractions from 0 to 1 (``loss`` in its own unit); None where undefined.
            The main metric is the first.
        per_class: The metrics of each class, in the order of ``classes``.
        confusion_matrix: Counts of images, objects or pixels of shape (classes, classes), integers;
            rows are the truth, columns the prediction. With objects there is one more row and
            column, the last, for the background: what was missed and what was made up.
        classes: Class names, in the order of their numbers.
        split: ``train``, ``val`` or ``test``.
        threshold: Least score of the objects that the confusion matrix counts, 0 to 1; None in
            tasks without objects.
        images: Number of images; None if unknown.
        seconds: How long it took; None if unknown.
        tile: Side in pixels of the tiles that the images are, of which the metrics are then too;
            None if they are whole.
        curves: Precision over recall of each class; empty in tasks without objects.
        top_k: Top-k accuracy for k = 1, 2, ..., at most 5; empty in other tasks.
    """

    metrics: dict[str, float | None]
    per_class: list[ClassFigures]
    confusion_matrix: NDArray[np.int64]
    images: int | None
    seconds: float | None
    tile: int | None
    curves: list[Curve]
    top_k: list[float]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], folder: Path | None = None) -> Self:
        """The evaluation that is written as this plain JSON, by this version or an earlier one.

        Args:
            data: The JSON.
            folder: Folder of its run, for what is asked of the stored predictions.
        """
        return cls(
            folder=folder,
            **origin_fields(data),
            metrics=dict(data["metrics"]),
            per_class=[
                ClassFigures(row["class"], {k: v for k, v in row.items() if k != "class"})
                for row in data.get("per_class", ())
            ],
            confusion_matrix=np.array(data.get("confusion_matrix", [[]]), np.int64),
            classes=list(data.get("classes", ())),
            split=data.get("split", ""),
            images=data.get("images"),
            seconds=data.get("seconds"),
            tile=data.get("tile"),
            threshold=data.get("threshold"),
            curves=_curves(data),
            top_k=list(data.get("top_k", ())),
        )

    @property
    def main_metric(self) -> MetricValue:
        """The metric that the task is judged by, on this split."""
        name, value = next(iter(self.metrics.items()))
        return MetricValue(name, value)

    def to_pandas(self) -> pd.DataFrame:
        """The metrics of each class as a `pandas.DataFrame`; the classes are its index.

        Raises:
            UserError: pandas is not installed.
        """
        records = [{"class": row.name, **row.metrics} for row in self.per_class]
        return data_frame(records, "class")

    def plot(self, *, normalize: Literal["true", "pred"] | None = None) -> Figure:
        """Draw the confusion matrix.

        Args:
            normalize: ``true`` for shares of each true class, ``pred`` for shares of each
                predicted class; counts if None.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.
        """
        from paddlex_nb.results.plots import matrix_plot

        return matrix_plot(self.confusion_matrix, self.classes, normalize)

    def __repr__(self) -> str:
        parts = [f"Evaluation: {self._origin()} · {tr(f'data.split.{self.split}')}"]
        parts += [table(*part) for part in self._tables()]
        return "\n\n".join(filter(None, [*parts, tiles_note(self.data), self.stale]))

    def _repr_html_(self) -> str:
        note = tiles_note(self.data)
        shown = super()._repr_html_() + (html_text(note) if note else "")
        return shown + html_table(*self._tables()[1])

    def _facts(self) -> list[tuple[str, object]]:
        split = (columns("split")[0], tr(f"data.split.{self.split}"))
        return [split, *((metric_label(name), value) for name, value in self.metrics.items())]

    def _tables(self) -> list[tuple[Sequence[str], Sequence[Sequence[object]]]]:
        names = list(self.per_class[0].metrics) if self.per_class else []
        by_class = [
            (row.name, *(row.metrics.get(name) for name in names))
            for row in self.per_class[:_SHOWN]
        ]
        if len(self.per_class) > _SHOWN:
            by_class.append(("…", *("" for _ in names)))
        overall = [(metric_label(name), value) for name, value in self.metrics.items()]
        return [
            (columns("figure", "value"), overall),
            ([*columns("class"), *map(metric_label, names)], by_class),
        ]


def tiles_note(result: Mapping[str, Any]) -> str:
    """What is measured, if the metrics of an evaluation, plain JSON, are of tiles or of photos."""
    size, photos = result.get("tile"), result.get("photos")
    if photos:
        parts = [tr("display.of_photos", size=size, images=photos["measured"])]
        if photos["left_out"]:
            left, example = photos["left_out"], photos["example"]
            parts.append(tr("display.photos_left_out", images=left, example=example))
        if photos["crowded"]:
            parts.append(tr("display.photos_crowded", images=photos["crowded"]))
        return " ".join(parts)
    return tr("display.of_tiles", size=size, images=result["images"]) if size else ""


class Evaluations(Table[Evaluation]):
    """Evaluations, to be compared: one row each."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = columns("run", "split", "checkpoint", "epoch", "metric", "when", "state")
        rows = [
            (
                e.run,
                tr(f"data.split.{e.split}"),
                e.checkpoint,
                e.epoch,
                str(e.main_metric),
                None if e.time is None else time_text(e.time),
                e.stale or tr("cli.runs.show.current"),
            )
            for e in self
        ]
        return head, rows

    def _records(self) -> Iterable[dict[str, Any]]:
        names = ("run", "split", "checkpoint", "epoch", "images")
        return ({**{name: getattr(e, name) for name in names}, **e.metrics} for e in self)


def _curves(data: Mapping[str, Any]) -> list[Curve]:
    return [Curve(c["class"], c["recall"], c["precision"]) for c in data.get("curves") or ()]
