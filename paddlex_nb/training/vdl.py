"""Curves for VisualDL, beside our own events."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.events import Epoch, Step
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.vdl_log import joined_log

if TYPE_CHECKING:
    from visualdl import LogWriter

_CLOUD_CLIENT = "baidubce"
"""What VisualDL imports, where it is installed, for addresses in a cloud."""


_FLUSH = 5
"""Seconds after which what was written can be seen; VisualDL's own are 120."""


def _log_writer() -> type[LogWriter]:
    """VisualDL's writer, without the cloud's client: a third of the time a training starts in."""
    absent = _CLOUD_CLIENT not in sys.modules
    if absent:
        sys.modules[_CLOUD_CLIENT] = None  # type: ignore[assignment]  # an import of it fails
    try:
        from visualdl import LogWriter
    finally:
        if absent:
            del sys.modules[_CLOUD_CLIENT]
    writer: type[LogWriter] = LogWriter
    return writer


def hparams(record: RunRecord) -> dict[str, str | int | float]:
    """Parameters as VisualDL takes them: whatever is no number as text."""
    values = {"model": record.model, "weights": record.weights, **record.params}
    return {name: _number_or_text(value) for name, value in values.items()}


def _number_or_text(value: object) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return value


logger = logging.getLogger(__name__)


class VisualDL:
    """Writes scalars and parameters of a run into ``vdl``; to be used in a ``with`` statement.

    Args:
        folder: The run's folder.
        step: The step from which the training goes on: what was written of it counts up to there.
    """

    def __init__(self, folder: Path, step: int = 0) -> None:
        self._folder = folder
        self._told = False
        writer, logs = _log_writer(), RunFolder(folder).vdl
        try:
            goes_on = joined_log(logs, step)
        except (OSError, UserError):
            logger.exception("VisualDL's log could not be continued: a new one is begun")
            goes_on = None
        name = goes_on.name if goes_on is not None else ""
        self._writer = writer(logdir=str(logs), flush_secs=_FLUSH, file_name=name)

    def __enter__(self) -> VisualDL:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def step(self, event: Step) -> None:
        """Loss and learning rate of a step."""
        losses = event.losses or {"loss": event.loss}
        for name, value in losses.items():
            self._writer.add_scalar(f"train/{name}", value, event.step)
        self._writer.add_scalar("train/learning_rate", event.learning_rate, event.step)

    def epoch(self, event: Epoch) -> None:
        """Validation metrics of an epoch; with the first of them the run's parameters."""
        if event.metrics and not self._told:
            self._told = True
            self._writer.add_hparams(
                hparams_dict=hparams(read_run(self._folder)),
                metrics_list=[f"val/{name}" for name in event.metrics],
            )
        for name, value in event.metrics.items():
            if value is not None:
                # it takes no % in a name, which a class may have
                self._writer.add_scalar(f"val/{name.replace('%', '_')}", value, event.step)
