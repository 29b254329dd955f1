"""What an evaluation says at another threshold or IoU, and which threshold is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import table
from paddlex_nb.metrics.names import metric_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from paddlex_nb.metrics.at_threshold import AtThreshold
    from paddlex_nb.metrics.objects import MatchedObjects
    from paddlex_nb.metrics.threshold_curves import BestThreshold, ThresholdCurves

FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True, eq=False, repr=False)
class ThresholdFigures:
    """The objects of an evaluation as they are counted at a threshold and an IoU.

    Attributes:
        threshold: Least score of a prediction that counts, 0 to 1.
        iou: Least overlap of a prediction with the object that it is taken for.
        classes: Class names.
        metrics: ``precision``, ``recall`` and ``f1`` of all classes together, 0 to 1; None where
            undefined.
        per_class: Of each class ``precision``, ``recall``, ``f1`` and ``support`` (objects).
        counts: How many ``objects`` and ``predictions`` there are; of these ``right``, ``swapped``
            (taken for another class), ``missed`` and ``made_up``.
        confusion_matrix: Counts of shape (classes + 1, classes + 1); rows are the truth, the last
            row and column the background.
    """

    threshold: float
    iou: float
    classes: list[str]
    metrics: dict[str, float | None]
    per_class: list[dict[str, float | int | None]]
    counts: dict[str, int]
    confusion_matrix: NDArray[np.int64]

    @classmethod
    def of(cls, at: AtThreshold, classes: Sequence[str]) -> ThresholdFigures:
        """Those of counted objects."""
        return cls(
            at.threshold, at.iou, list(classes), at.metrics, at.per_class, at.counts, at.matrix
        )

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain JSON."""
        named = zip(self.classes, self.per_class, strict=True)
        return {
            "threshold": self.threshold,
            "iou": self.iou,
            "metrics": dict(self.metrics),
            "counts": dict(self.counts),
            "per_class": [{"class": name, **figures} for name, figures in named],
            "confusion_matrix": self.confusion_matrix.tolist(),
        }

    def to_pandas(self) -> pd.DataFrame:
        """The figures of each class as a `pandas.DataFrame`; the classes are its index.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(self.to_dict()["per_class"], "class")

    def plot(self, *, normalize: Literal["true", "pred"] | None = None) -> Figure:
        """Draw the confusion matrix; see `Evaluation.plot`."""
        from paddlex_nb.results.plots import matrix_plot

        return matrix_plot(self.confusion_matrix, self.classes, normalize)

    def __repr__(self) -> str:
        return "\n\n".join([self._said(), *(table(*part) for part in self._tables())])

    def _repr_html_(self) -> str:
        return html_text(self._said()) + "".join(html_table(*part) for part in self._tables())

    def _said(self) -> str:
        values = {"threshold": f"{self.threshold:.2f}", "iou": f"{self.iou:.2f}"}
        return f"{tr('threshold.at', **values)} {counts_text(self.counts)}"

    def _tables(self) -> list[tuple[Sequence[str], Sequence[Sequence[object]]]]:
        names = (*FIGURES, "support")
        rows: list[list[object]] = [
            [tr("threshold.all_classes"), *(self.metrics.get(name) for name in FIGURES)]
        ]
        rows[0].append(self.counts["objects"])
        for name, figures in zip(self.classes, self.per_class, strict=True):
            rows.append([name, *(figures[figure] for figure in names)])
        return [([*columns("class"), *map(metric_label, names)], rows)]


@dataclass(frozen=True, eq=False, repr=False)
class Thresholds:
    """Precision, recall and F1 at every threshold, and the threshold with the best F1.

    Attributes:
        iou: Least overlap of a prediction with the object that it is taken for.
        classes: Class names.
        curves: The figures at thresholds from 0.00 to 1.00.
        best: The threshold with the best F1 of all classes together, with its 95 % interval; None
            if nothing is right at any.
    """

    iou: float
    classes: list[str]
    curves: ThresholdCurves
    best: BestThreshold | None
    _objects: MatchedObjects

    @classmethod
    def of(cls, objects: MatchedObjects, classes: Sequence[str], iou: float) -> Thresholds:
        """Those of the objects of an evaluation."""
        from paddlex_nb.metrics.threshold_curves import best_threshold, threshold_curves

        curves = threshold_curves(objects, iou)
        return cls(iou, list(classes), curves, best_threshold(objects, iou=iou), objects)

    def best_of(self, class_name: str) -> BestThreshold | None:
        """The threshold with the best F1 of one class, with its interval; None as of `best`.

        Raises:
            UserError: There is no such class.
        """
        from paddlex_nb.core.errors import UserError
        from paddlex_nb.core.wording import instead
        from paddlex_nb.metrics.threshold_curves import best_threshold

        if class_name not in self.classes:
            known = instead(class_name, self.classes)
            raise UserError("threshold.no_such_class", name=class_name, known=known)
        return best_threshold(self._objects, self.classes.index(class_name), iou=self.iou)

    def to_pandas(self) -> pd.DataFrame:
        """A `pandas.DataFrame` with ``class`` (empty: all of them), ``threshold`` and the figures.

        Raises:
            UserError: pandas is not installed.
        """
        from paddlex_nb.metrics.threshold_curves import THRESHOLDS

        return data_frame(
            {
                "class": name,
                "threshold": float(threshold),
                **{figure: float(getattr(self.curves, figure)[row, at]) for figure in FIGURES},
            }
            for row, name in enumerate(["", *self.classes])
            for at, threshold in enumerate(THRESHOLDS)
        )

    def plot(self) -> Figure:
        """Draw the three curves of all classes together, and where F1 is best.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.
        """
        from paddlex_nb.results.threshold_plots import thresholds_plot

        return thresholds_plot(self)

    def __repr__(self) -> str:
        return best_text(self.best)

    def _repr_html_(self) -> str:
        return html_text(best_text(self.best))


def counts_text(counts: dict[str, int]) -> str:
    """The sentence that says how many objects are found, missed and made up."""
    said: dict[str, Any] = dict(counts)
    return tr("threshold.counts", **said)


_NOTHING = 0.005
"""F1 below which no threshold is better than another: it is shown as 0.00."""


def best_text(best: BestThreshold | None) -> str:
    """The sentence that says which threshold is best and how sure that is."""
    if best is None or best.f1 < _NOTHING:
        return tr("threshold.no_best")
    names = ("threshold", "f1", "low", "high")
    return tr("threshold.best", **{name: f"{getattr(best, name):.2f}" for name in names})
