"""What a workbook has of objects besides the other tables: best thresholds and kinds of errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.results.threshold import Thresholds

Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]
"""Name, headings and rows."""


def object_sheets(evaluation: Evaluation) -> list[Sheet]:
    """The sheets; none in tasks without objects, or where what they are counted of is gone."""
    if evaluation.threshold is None:
        return []
    try:
        thresholds, errors = evaluation.thresholds(), evaluation.errors
    except UserError:  # an earlier version has stored them, or they are gone
        return []
    kinds = [(one.label, one.count, one.images, _points(one.lost), one.meaning) for one in errors]
    names = [tr(f"threshold.column.{name}") for name in ("kind", "count", "images", "lost")]
    head = [*names, *columns("meaning")]
    f1 = metric_label("f1")
    best = [*columns("class"), tr("display.workbook.best_threshold"), *columns("low", "high"), f1]
    return [
        ("thresholds", best, _thresholds(thresholds)),
        ("errors", head, kinds),
    ]


def _thresholds(of: Thresholds) -> Iterable[Sequence[object]]:
    """The best threshold of all classes together, then of each; empty cells where F1 is nothing."""
    everything = (tr("display.compare.all_classes"), of.best)
    for name, best in [everything, *((name, of.best_of(name)) for name in of.classes)]:
        known = best is not None and best.f1 > 0
        yield (name, *((best.threshold, best.low, best.high, best.f1) if best and known else ()))


def _points(share: float | None) -> float | None:
    return None if share is None else 100 * share
