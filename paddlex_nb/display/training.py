"""The progress of a training that is waited for: epoch, loss, main metric and time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.jobs.events import AnyEvent, Epoch
from paddlex_nb.jobs.waiting import StageBar, in_notebook
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}{postfix}"

_DRAW = 2.0
"""Least seconds between two drawings of the curves."""


class TrainingDisplay:
    """A bar over the steps of the whole run; bars of stages before the first step.

    In a notebook the curves are drawn below it and go on while the training does.

    Args:
        epochs: Epochs that the run is planned for.
        draw: Draws the curves of a history, if a chart is wanted.
        history: What earlier jobs of the run have reported.
    """

    def __init__(
        self,
        epochs: int,
        draw: Callable[[History], Any] | None = None,
        history: History | None = None,
    ) -> None:
        self._epochs = epochs
        self._history = history or History()
        self._stages = StageBar()
        self._bar: Any = None
        self._chart = _Chart(draw) if draw is not None and in_notebook() else None

    def take(self, events: Sequence[AnyEvent]) -> None:
        """Show what has changed."""
        self._history.extend(events)
        if self._history.progress is not None or not self._history.total_steps:
            self._stages.take(events)
        else:
            self._stages.close()
            if events:
                self._show()
        if self._chart is not None and any(isinstance(event, Epoch) for event in events):
            self._chart.update(self._history)

    def close(self) -> None:
        """Leave the last state on the screen."""
        self._stages.close()
        if self._bar is not None:
            self._show()
            self._bar.close()
        if self._chart is not None:
            self._chart.update(self._history, last=True)

    def _show(self) -> None:
        from tqdm.auto import tqdm

        history = self._history
        if self._bar is None:
            self._bar = tqdm(
                total=history.total_steps,
                desc=tr("display.training"),
                bar_format=_FORMAT,
            )
        self._bar.total = history.total_steps
        self._bar.n = history.step
        self._bar.set_postfix_str(", ".join(self._figures()), refresh=False)
        self._bar.refresh()

    def _figures(self) -> list[str]:
        history = self._history
        now = history.steps[-1].epoch if len(history.steps) else history.epoch
        parts = [tr("display.epoch", epoch=now, epochs=history.epochs or self._epochs)]
        if len(history.steps):
            parts.append(f"{tr('display.loss')} {history.steps[-1].loss:.4f}")
        metric = history.metrics[0] if history.metrics else None
        values = history.curve(metric)[1] if metric is not None else []
        if metric is not None and values:
            parts.append(f"{metric_label(metric)} {values[-1]:.4f}")
        if (eta := history.eta) is not None and history.step < history.total_steps:
            parts.append(tr("display.left", time=duration_text(eta.seconds)))
        return parts


class _Chart:
    """Curves in the output of a notebook's cell, drawn anew as epochs end."""

    def __init__(self, draw: Callable[[History], Any]) -> None:
        self._draw = draw
        self._drawn = 0.0
        self._handle: Any = None

    def update(self, history: History, *, last: bool = False) -> None:
        from IPython.display import display

        if not history.epochs_done or (not last and time.monotonic() - self._drawn < _DRAW):
            return
        self._drawn = time.monotonic()
        figure = self._draw(history)
        if self._handle is None:
            self._handle = display(figure, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(figure)
