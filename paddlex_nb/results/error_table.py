"""The errors of an evaluation by their kind, and the average precision that each costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import Table
from paddlex_nb.metrics.error_kinds import KINDS, error_kinds
from paddlex_nb.metrics.lost_precision import lost_precision
from paddlex_nb.metrics.overlap import MATCH_IOU

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.metrics.objects import MatchedObjects

SUMS = ("fp", "fn")
"""All false predictions, all objects that are not found."""


@dataclass(frozen=True)
class KindOfError:
    """Errors of one kind, as TIDE defines it.

    Attributes:
        kind: ``cls`` (wrong class), ``loc`` (badly placed), ``both``, ``dupe`` (found twice),
            ``bkg`` (nothing there) or ``miss`` (never found); ``fp`` and ``fn`` are all false
            predictions and all objects that are not found.
        count: How many there are; None of ``fp`` and ``fn``.
        images: In how many images; likewise.
        lost: By how much the mean AP at the IoU would rise without them, 0 to 1; None if there is
            no object.
    """

    kind: str
    count: int | None
    images: int | None
    lost: float | None

    @property
    def label(self) -> str:
        """What it is called."""
        return tr(f"threshold.kind.{self.kind}")

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return tr(f"threshold.kind.{self.kind}.help")


class ErrorTable(Table[KindOfError]):
    """The kinds of errors at all scores; a list that shows itself as a table.

    Args:
        rows: The kinds.
        ap: Mean average precision at the IoU, 0 to 1; None if there is no object.
        iou: Least overlap with which a prediction is right.
    """

    def __init__(self, rows: Iterable[KindOfError], ap: float | None, iou: float) -> None:
        super().__init__(rows)
        self.ap, self.iou = ap, iou

    @classmethod
    def of(cls, objects: MatchedObjects, iou: float = MATCH_IOU) -> ErrorTable:
        """Those of the objects of an evaluation at an IoU."""
        kinds = error_kinds(objects, iou)
        lost, counts = lost_precision(kinds), kinds.counts
        rows = [
            KindOfError(name, counts[name], int((kinds.in_images(name) > 0).sum()), lost[name])
            for name in KINDS
        ]
        sums = [KindOfError(name, None, None, lost[name]) for name in SUMS]
        return cls([*rows, *sums], lost["ap"], iou)

    def plot(self) -> Figure:
        """Draw how much each kind costs.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.
        """
        from paddlex_nb.results.threshold_plots import errors_plot

        return errors_plot(self)

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = [tr(f"threshold.column.{name}") for name in ("kind", "count", "images", "lost")]
        rows = [(one.label, one.count, one.images, points(one.lost)) for one in self]
        return head, rows

    def _notes(self) -> Sequence[str]:
        if self.ap is None:
            return ()
        return (tr("threshold.ap", ap=f"{self.ap:.3f}", iou=f"{self.iou:.2f}"),)

    def _records(self) -> Iterable[dict[str, Any]]:
        return ({**asdict(one), "label": one.label} for one in self)


def points(share: float | None) -> str | None:
    """A share of average precision in points of a hundred."""
    return None if share is None else f"{100 * share:.1f}"
