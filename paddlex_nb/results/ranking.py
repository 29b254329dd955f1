"""The images of an evaluation that are worth looking at, in an order, with what puts them there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import instead
from paddlex_nb.metrics.orders import alike, doubt, loss, worst
from paddlex_nb.results.prediction import Prediction
from paddlex_nb.results.stored import prediction_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from paddlex_nb.results.evaluation import Evaluation

OrderBy = Literal["errors", "loss", "doubt", "alike"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class RankedPrediction(Prediction):
    """A prediction and what it is worth looking at for.

    Attributes:
        true_class: Class of the image by its label (image classification).
        errors: Number of false, missed and wrongly named objects, 1 or 0 for an image of a wrong
            or right class; in semantic segmentation the share of wrong pixels, 0 to 1.
        loss: Cross-entropy, 0 or more: minus the natural logarithm of the probability of the true
            class (image classification).
        doubt: How unsure the model is, 0 or more, see `paddlex_nb.Run.worst`; None in semantic
            segmentation.
    """

    true_class: str | None
    errors: float
    loss: float | None
    doubt: float | None

    def __repr__(self) -> str:
        label = tr("display.ranked.label", name=self.true_class) if self.true_class else ""
        measures = [
            f"{tr(f'display.ranked.{name}')} {value:.4g}"
            for name in ("errors", "loss", "doubt")
            if (value := getattr(self, name)) is not None
        ]
        return "; ".join([super().__repr__()[:-1], *filter(None, [label]), *measures]) + ")"


def ranked_predictions(
    folder: Path, evaluation: Evaluation, count: int, by: OrderBy = "errors"
) -> list[RankedPrediction]:
    """The images of an evaluation that are worth looking at.

    Images without errors are left out, except by loss and by doubt.

    Args:
        folder: The run's folder.
        evaluation: The evaluation.
        count: How many at most.
        by: As `Run.worst` has it.

    Raises:
        UserError: There is no such order, the number is below 1, or the stored predictions or the
            data set are gone or damaged, or say nothing of loss or doubt.
    """
    from paddlex_nb.judging.evidence import Evidence

    known = get_args(OrderBy)
    if by not in known:
        raise UserError("display.unknown_order", order=by, known=instead(by, known))
    if count < 1:
        raise UserError("display.how_many_images", count=count)
    evidence = Evidence(folder, evaluation.data)
    view, counts = evidence.view, evidence.counts
    if view is None or counts is None:
        raise UserError("display.no_predictions", split=tr(f"data.split.{evaluation.split}"))
    table = evidence.full_table()
    least = evaluation.threshold or 0.0
    errors, losses, doubts = counts.errors(), loss(table), doubt(table, least)
    if by == "loss":
        found = _greatest(losses, "display.no_loss")
    elif by == "doubt":
        found = _greatest(doubts, "display.no_doubt")
    elif by == "alike":
        found = alike(table, len(evaluation.classes))
    else:
        found = worst(table, counts)
    ranked = []
    for place in found[:count].tolist():
        row = table.slice(place, 1).to_pylist()[0]
        told = prediction_of(row, view.path(int(row["row"])), evaluation.classes).above(least)
        ranked.append(
            RankedPrediction(
                **vars(told),
                true_class=evaluation.classes[row["truth"]] if "prediction" in row else None,
                errors=float(errors[place]),
                loss=None if losses is None else float(losses[place]),
                doubt=None if doubts is None else float(doubts[place]),
            )
        )
    return ranked


def _greatest(much: NDArray[np.float64] | None, missing: str) -> NDArray[np.int64]:
    """Places of what is above 0, the greatest first."""
    if much is None:
        raise UserError(missing)
    order = (-much).argsort(kind="stable")
    found: NDArray[np.int64] = order[much[order] > 0]
    return found
