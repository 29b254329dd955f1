"""A chart of columns of the step curve."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from paddlex_nb.runs.history import History
from paddlex_nb.runs.places import places, rising
from paddlex_nb.widgets.parts import LineChart, Series


class StepChart:
    """Draws the steps that came since the last time.

    Args:
        chart: The chart.
        columns: What the curves of columns are called.
        factor: What values are multiplied by.
        sparse: Whether steps without a value are no gap: not each is to have one.
    """

    def __init__(
        self,
        chart: LineChart,
        columns: Mapping[str, str],
        *,
        factor: float = 1.0,
        sparse: bool = False,
    ) -> None:
        self.chart = chart
        self._factor = factor
        self._sparse = sparse
        self._columns: list[str] = []
        self._drawn: dict[str, int] = {}
        self._last: dict[str, float] = {}
        self.name(columns)

    @property
    def filled(self) -> bool:
        """Whether any curve has a point."""
        return bool(self._last)

    def name(self, columns: Mapping[str, str]) -> None:
        """Draw the curves of these columns, too."""
        if new := [name for name in columns if name not in self._columns]:
            self._columns += new
            others = {series.name: series for series in self.chart.series}
            series = {name: Series(name, label) for name, label in columns.items()}
            self.chart.series = list((others | series).values())

    def clear(self) -> None:
        """Begin anew with the next `draw`."""
        self._drawn, self._last = {}, {}
        self.chart.clear()

    def draw(self, history: History, axis: str, epochs: int) -> None:
        """Draw new steps.

        Args:
            history: The run's.
            axis: See `places`.
            epochs: See `places`.
        """
        for name in self._columns:
            rows = slice(self._drawn.get(name, 0), None)
            values = history.steps[name][rows]
            if not len(values):
                continue
            self._drawn[name] = len(history.steps)
            xs = places(history, axis, epochs, history.steps["step"][rows])
            kept = rising(xs, self._last.get(name, -math.inf))
            if self._sparse:
                kept &= np.isfinite(values)
            if kept.any():
                self.chart.extend(name, xs[kept].tolist(), (values[kept] * self._factor).tolist())
                self._last[name] = float(xs[kept][-1])
