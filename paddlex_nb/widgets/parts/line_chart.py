"""Live curves."""

from __future__ import annotations

import math
import threading
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import traitlets

from paddlex_nb.widgets.parts.base import Part, StandIn


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of a chart.

    Attributes:
        name: What the program calls it; unique in its chart.
        label: What the user reads; may change with the language.
        clickable: Whether its points can be chosen, where those of the chart can.
    """

    name: str
    label: str
    clickable: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that may stand on the x axis.

    Attributes:
        name: What the program calls it.
        label: Its name with its unit, as the user reads it.
    """

    name: str
    label: str


@dataclass(slots=True)
class Points:
    """The points of one curve: x strictly increasing, y may be NaN (a gap)."""

    xs: array[float] = field(default_factory=lambda: array("d"))
    ys: array[float] = field(default_factory=lambda: array("f"))
    sent: int = 0

    def truncate(self, x: float) -> None:
        """Drop the points to the right of ``x``."""
        keep = len(self.xs)
        while keep and self.xs[keep - 1] > x:
            keep -= 1
        del self.xs[keep:], self.ys[keep:]


class LineChart(Part):
    """Named curves over a common x axis, to which points are added while somebody watches.

    ``extend`` and its kin only remember; ``flush`` sends what is new in one binary message. All
    may be called from any thread; call ``flush`` from the one that owns the widgets, at most five
    times a second. A view that comes later asks for and gets everything.

    Args:
        title: The subject of the chart.
        x_label: Name of the x axis with its unit, such as ``epoch``.
        y_label: Name of the y axis with its unit.
        series: The curves, in the order of their colours.
        height: Height of the plot in pixels.
        latest: Whether the legend tells each curve's last value.
        axes: What the user may choose for the x axis; whoever draws the chart follows ``axis`` with
            other points. Without any there is no choice.
        axis: Name of the one that is chosen.
        smoothing: Weight of the past in the curves that are drawn, from 0 (none) to 0.99; the user
            may change it. None: no choice of it.
        logarithmic: Whether the y axis is; the user may change it. None: no choice of it.
        clickable: Whether a click chooses the point that is nearest; whoever shows the chart
            observes ``picked``.

    Attributes:
        picked: Name of the series and position of the point that the user chose, or None.
    """

    bundle = "line_chart"
    text_keys = (
        "chart_axis", "chart_empty", "chart_log", "chart_log_hint", "chart_raw", "chart_smoothing",
        "chart_summary", "hide_series", "save_csv", "save_picture", "show_series", "zoom_hint",
    )  # fmt: skip

    title = traitlets.Unicode().tag(sync=True)
    x_label = traitlets.Unicode().tag(sync=True)
    y_label = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(260).tag(sync=True)
    latest = traitlets.Bool(True).tag(sync=True)
    series = traitlets.List(traitlets.Instance(Series)).tag(
        sync=True, to_json=lambda value, _: [asdict(one) for one in value]
    )
    axes = traitlets.List(traitlets.Instance(Axis)).tag(
        sync=True, to_json=lambda value, _: [asdict(one) for one in value]
    )
    axis = traitlets.Unicode().tag(sync=True)
    smoothing = traitlets.Float(None, allow_none=True, min=0.0, max=0.99).tag(sync=True)
    logarithmic = traitlets.Bool(None, allow_none=True).tag(sync=True)
    clickable = traitlets.Bool(False).tag(sync=True)
    picked = traitlets.Any(None, help="[series, x] or None.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()
        self._points: dict[str, Points] = {}
        self._marks: list[dict[str, Any]] = []
        self._marks_new = False
        self._replace = False
        super().__init__(**traits)

    def extend(self, name: str, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Add points to the right end of a curve.

        Args:
            name: Name of the series.
            xs: Positions, finite and strictly increasing, beyond the last one so far.
            ys: Values; NaN makes a gap.

        Raises:
            KeyError: There is no series ``name``.
            ValueError: ``xs`` and ``ys`` differ in length or ``xs`` does not increase.
        """
        if len(xs) != len(ys):
            raise ValueError(f"series {name!r}: {len(xs)} positions for {len(ys)} values")
        with self._lock:
            points = self._points[name]
            last = points.xs[-1] if points.xs else -math.inf
            for x in xs:
                if not last < x < math.inf:
                    raise ValueError(
                        f"series {name!r}: x = {x} after {last}; truncate before going back"
                    )
                last = x
            points.xs.extend(xs)
            points.ys.extend(ys)
            self.touch()

    def mark(self, x: float, label: str, key: str = "") -> None:
        """Draw a vertical line.

        Args:
            x: Where.
            label: What the user reads beside it.
            key: A mark with the same key moves here, such as the best epoch; without a key every
                mark stays.
        """
        with self._lock:
            marks = [mark for mark in self._marks if not key or mark["key"] != key]
            self._set_marks([*marks, {"x": float(x), "label": label, "key": key}])

    def set_marks(self, marks: Iterable[tuple[float, str]]) -> None:
        """Draw these vertical lines and no others; nothing is sent if they are there already.

        Args:
            marks: Position and label of each.
        """
        with self._lock:
            self._set_marks([{"x": float(x), "label": label, "key": ""} for x, label in marks])

    def _set_marks(self, marks: list[dict[str, Any]]) -> None:
        if marks != self._marks:
            self._marks, self._marks_new = marks, True
            self.touch()

    def truncate(self, x: float) -> None:
        """Drop the points and marks to the right of ``x``: a run goes on from there."""
        with self._lock:
            for points in self._points.values():
                points.truncate(x)
            self._marks = [mark for mark in self._marks if mark["x"] <= x]
            self._replace = True
            self.touch()

    def clear(self) -> None:
        """Drop all points and marks."""
        self.truncate(-math.inf)

    def points(self, name: str) -> tuple[Sequence[float], Sequence[float]]:
        """Positions and values of a curve so far."""
        with self._lock:
            points = self._points[name]
            return tuple(points.xs), tuple(points.ys)

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """Position and label of each mark."""
        with self._lock:
            return tuple((mark["x"], mark["label"]) for mark in self._marks)

    def flush(self) -> None:
        """Send what came since the last time; nothing, if nothing did."""
        with self._lock:
            if self._replace:
                self._send_from(dict.fromkeys(self._points, 0), replace=True)
                return
            starts = {name: points.sent for name, points in self._points.items()}
            if self._marks_new or any(
                starts[name] < len(points.xs) for name, points in self._points.items()
            ):
                self._send_from(starts, replace=False)

    def stand_in(self) -> StandIn:
        """An HTML widget with a drawing."""
        from paddlex_nb.widgets.parts.plain_chart import PlainChart

        return PlainChart(self)

    def receive(self, message: dict[str, Any]) -> None:
        """A new front end greets: it gets the whole chart."""
        if message.get("kind") == "hello":
            with self._lock:
                self._send_from(dict.fromkeys(self._points, 0), replace=True)

    def _send_from(self, starts: dict[str, int], *, replace: bool) -> None:
        parts: list[str] = []
        buffers: list[bytes] = []
        for name, points in self._points.items():
            if replace or starts[name] < len(points.xs):
                parts.append(name)
                buffers += [
                    points.xs[starts[name] :].tobytes(),
                    points.ys[starts[name] :].tobytes(),
                ]
            points.sent = len(points.xs)
        marks = self._marks if replace or self._marks_new else None
        self._marks_new = self._replace = False
        self.send(
            {
                "kind": "points",
                "replace": replace,
                "series": parts,
                "marks": marks,
            },
            buffers=buffers,
        )

    @traitlets.validate("axis")
    def _valid_axis(self, proposal: dict[str, Any]) -> str:
        """The browser chooses among what it was given."""
        name: str = proposal["value"]
        if self.axes and name not in {one.name for one in self.axes}:
            raise traitlets.TraitError(f"no x axis {name!r}")
        return name

    @traitlets.validate("picked")
    def _valid_picked(self, proposal: dict[str, Any]) -> list[str | float] | None:
        """The browser chooses among the points that there are."""
        match proposal["value"]:
            case None:
                return None
            case [str(name), int() | float() as x] if name in self._points:
                xs = self._points[name].xs
                if len(xs):
                    return [name, min(xs, key=lambda one: abs(one - x))]
        raise traitlets.TraitError(f"{proposal['value']!r} is no point of this chart")

    @traitlets.validate("series")
    def _valid_series(self, proposal: dict[str, Any]) -> list[Series]:
        series: list[Series] = proposal["value"]
        names = [one.name for one in series]
        if len(set(names)) < len(names):
            raise traitlets.TraitError(f"series names are not unique: {', '.join(names)}")
        with self._lock:
            self._points = {name: self._points.get(name, Points()) for name in names}
        return series

    def __repr__(self) -> str:
        curves = "; ".join(
            f"{one.label} {points.ys[-1]:.4g}" if points.ys else one.label
            for one, points in self._last()
        )
        return f"{self.title or type(self).__name__}: {curves}"

    def _last(self) -> Iterable[tuple[Series, Points]]:
        return [(one, self._points[one.name]) for one in self.series]
