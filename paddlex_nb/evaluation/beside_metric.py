"""What an evaluation keeps of its images beside the figures that training tells too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.core.task import Task
from paddlex_nb.metrics.boundary import Boundaries
from paddlex_nb.metrics.label_fingerprints import LabelFingerprints
from paddlex_nb.runs.record import RunRecord

if TYPE_CHECKING:
    import pyarrow as pa


class BesideMetric:
    """Boundary IoU in semantic segmentation, and which labels each image was held against.

    Args:
        record: The run's.
    """

    def __init__(self, record: RunRecord) -> None:
        maps = record.task is Task.SEGMENTATION
        self._boundaries = Boundaries(record.classes) if maps else None
        self._labels = LabelFingerprints(len(record.classes))

    def update(self, batch: Batch, predictions: Any) -> None:
        """Take in a batch and what was predicted for it, as the metric does."""
        self._labels.update(batch)
        if self._boundaries is not None:
            self._boundaries.update(batch, predictions)

    def report(self, metric: Metric) -> dict[str, Any]:
        """The metric's report with what is known here."""
        report = metric.report()
        return report if self._boundaries is None else self._boundaries.added_to(report)

    def table(self, metric: Metric) -> pa.Table:
        """The metric's table with what is known here."""
        return self._labels.added_to(metric.table())
