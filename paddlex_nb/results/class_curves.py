"""What the scores of an evaluated classifier say: curves by class, calibration, top-k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import figure_style, new_figure, plain_label
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import colour
from paddlex_nb.core.wording import instead
from paddlex_nb.display.tables import columns
from paddlex_nb.display.text import table
from paddlex_nb.metrics.class_scores import ClassScores
from paddlex_nb.metrics.curves import (
    BINS,
    Calibration,
    PrecisionRecall,
    Roc,
    calibration,
    precision_recall,
    roc,
)
from paddlex_nb.metrics.names import metric_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWN = 10
"""Curves of a figure; there are as many colours."""


class ClassCurves:
    """Curves of a classifier, made of the scores that an evaluation has kept.

    Args:
        scores: The scores.
        classes: Class names, in the order of their numbers.

    Attributes:
        scores: Truth and scores of each image; ``column`` has those of a class as an array.
        classes: Class names.
    """

    def __init__(self, scores: ClassScores, classes: Sequence[str]) -> None:
        self.scores = scores
        self.classes = list(classes)

    def roc(self, class_name: str) -> Roc:
        """False and true positive rate of a class against the others, by threshold.

        Raises:
            UserError: There is no such class.
        """
        number = self._number(class_name)
        return roc(self.scores.truth == number, self.scores.column(number))

    def precision_recall(self, class_name: str) -> PrecisionRecall:
        """Precision and recall of a class by threshold.

        Raises:
            UserError: There is no such class.
        """
        number = self._number(class_name)
        return precision_recall(self.scores.truth == number, self.scores.column(number))

    def calibration(self, class_name: str | None = None, bins: int = BINS) -> Calibration:
        """How often the model is right when it is so sure.

        Args:
            class_name: Judge the score of this class in all images; the score of the predicted
                class if None.
            bins: Number of bins of equal width.

        Raises:
            UserError: There is no such class.
        """
        of = self.scores
        if class_name is None:
            return calibration(of.predicted == of.truth, of.confidence, bins)
        number = self._number(class_name)
        return calibration(of.truth == number, of.column(number), bins)

    def top_k(self, most: int = 5) -> list[float]:
        """Top-k accuracy for k = 1, 2, ..., to the number of classes at most; 0 to 1."""
        return self.scores.top_k(most)

    def plot_roc(self, *class_names: str) -> Figure:
        """Draw ROC curves.

        Args:
            *class_names: Of these classes; of the first ten that occur if there are none.

        Raises:
            UserError: There is no such class.
        """
        figure, axes = _figure("false_positive_rate", "recall", tr("display.curves.roc"))
        axes.plot([0, 1], [0, 1], color="#999999", lw=0.8, ls="--")
        for place, name in enumerate(class_names or self._occurring()):
            one = self.roc(name)
            label = f"{plain_label(name)} {one.area:.3f}"
            axes.plot(
                one.false_positive_rate, one.true_positive_rate, color=colour(place), label=label
            )
        axes.legend(frameon=False, fontsize=7)
        return figure

    def plot_precision_recall(self, *class_names: str) -> Figure:
        """Draw precision over recall.

        Args:
            *class_names: Of these classes; of the first ten that occur if there are none.

        Raises:
            UserError: There is no such class.
        """
        figure, axes = _figure("recall", "precision", tr("display.curves.precision_recall"))
        for place, name in enumerate(class_names or self._occurring()):
            one = self.precision_recall(name)
            label = f"{plain_label(name)} {one.average_precision:.3f}"
            axes.plot(one.recall, one.precision, color=colour(place), label=label)
        axes.legend(frameon=False, fontsize=7)
        return figure

    def plot_calibration(self, class_name: str | None = None, bins: int = BINS) -> Figure:
        """Draw the reliability diagram.

        Args:
            class_name: As in `calibration`.
            bins: As in `calibration`.

        Raises:
            UserError: There is no such class.
        """
        one = self.calibration(class_name, bins)
        title = tr("display.curves.calibration", error=f"{one.error:.3f}")
        figure, axes = _figure("confidence", "accuracy", title)
        axes.bar(
            one.edges[:-1],
            np.nan_to_num(one.accuracy),
            np.diff(one.edges),
            align="edge",
            color=colour(0),
            edgecolor="white",
        )
        axes.plot([0, 1], [0, 1], color="#999999", lw=0.8, ls="--")
        return figure

    def _number(self, class_name: str) -> int:
        if class_name not in self.classes:
            known = instead(class_name, self.classes)
            raise UserError("threshold.no_such_class", name=class_name, known=known)
        return self.classes.index(class_name)

    def __repr__(self) -> str:
        shown = self._occurring()
        rows: list[tuple[object, ...]] = [(name, self.roc(name).area) for name in shown]
        if len(np.unique(self.scores.truth)) > len(shown):
            rows.append(("…", ""))
        calibrated = tr("display.curves.calibration", error=f"{self.calibration().error:.3f}")
        return f"{table([*columns('class'), metric_label('auc')], rows)}\n\n{calibrated}"

    def _occurring(self) -> list[str]:
        return [self.classes[at] for at in np.unique(self.scores.truth)[:_DRAWN].tolist()]


def _figure(x: str, y: str, title: str) -> tuple[Figure, Any]:
    with figure_style():
        figure = new_figure(4.6, 3.8)
        axes = figure.add_subplot()
    axes.set(xlabel=_axis(x), ylabel=_axis(y), xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(title, loc="left", fontsize=10)
    return figure, axes


def _axis(name: str) -> str:
    own = {"false_positive_rate", "confidence"}
    return tr(f"display.curves.{name}" if name in own else f"metrics.{name}")
