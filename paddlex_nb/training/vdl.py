"""Curves for VisualDL, beside our own events."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from paddlex_nb.jobs.events import Epoch, Step
from paddlex_nb.layout.run import RunFolder

if TYPE_CHECKING:
    from visualdl import LogWriter

_CLOUD_CLIENT = "baidubce"
"""What VisualDL imports, where it is installed, for addresses in a cloud."""


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


class VisualDL:
    """Writes the scalars of a run into ``vdl``; to be used in a ``with`` statement.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._writer = _log_writer()(logdir=str(RunFolder(folder).vdl))

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
        """Validation metrics of an epoch."""
        for name, value in event.metrics.items():
            if value is not None:
                self._writer.add_scalar(f"val/{name}", value, event.step)
