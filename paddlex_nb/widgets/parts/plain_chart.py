"""A `LineChart` as a drawing in an HTML widget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import ipywidgets

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.parts.line_chart import LineChart
from paddlex_nb.widgets.parts.palette import colour

REFRESH = 1.0
"""Least seconds between two drawings."""

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 720, 64, 12, 16, 44
MOST_POINTS = 600
INK, LINE = "var(--jp-ui-font-color1, #212121)", "var(--jp-border-color2, #e0e0e0)"


class PlainChart:
    """Redraws at most once a second.

    Args:
        chart: Whose curves to draw.
    """

    def __init__(self, chart: LineChart) -> None:
        self.chart = chart
        self.widget = ipywidgets.HTML()
        self._drawn = -1
        self._at = -math.inf

    def refresh(self, now: float) -> None:
        """Draw if something changed and the last drawing is a second old."""
        if self.chart.revision != self._drawn and now - self._at >= REFRESH:
            self._drawn, self._at = self.chart.revision, now
            self.widget.value = chart_html(self.chart)


def chart_html(chart: LineChart) -> str:
    """The chart as HTML with an inline SVG."""
    curves = [
        (escape(one.label), colour(index), *_thinned(*chart.points(one.name)))
        for index, one in enumerate(chart.series)
    ]
    legend = "".join(
        f'<span style="margin-right:1em"><span style="color:{paint}">■</span> {label} '
        f"<b>{_last(ys) if chart.latest else ''}</b></span>"
        for label, paint, _, ys in curves
    )
    head = f"<b>{escape(chart.title)}</b><div>{legend}</div>"
    if not any(math.isfinite(y) for *_, ys in curves for y in ys):
        return f"{head}<p>{escape(tr('parts.chart_empty'))}</p>"
    return head + _drawing(chart, [(paint, xs, ys) for _, paint, xs, ys in curves if xs])


def _drawing(chart: LineChart, curves: list[tuple[str, Sequence[float], Sequence[float]]]) -> str:
    height = chart.height
    x_low, x_high = _limits([x for _, xs, _ in curves for x in xs])
    y_low, y_high = _limits([y for *_, ys in curves for y in ys if math.isfinite(y)])
    step = _step(y_low, y_high, 5)
    y_low, y_high = math.floor(y_low / step) * step, math.ceil(y_high / step) * step

    def across(x: float) -> float:
        return LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return height - BOTTOM - (y - y_low) / (y_high - y_low) * (height - TOP - BOTTOM)

    parts = []
    for tick in _ticks(y_low, y_high, step):
        y = f"{down(tick):.1f}"
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        parts.append(_text(LEFT - 8, down(tick) + 4, f"{tick:.4g}", "end"))
    parts += [
        _text(across(tick), height - BOTTOM + 18, f"{tick:.6g}", "middle")
        for tick in _ticks(x_low, x_high, _step(x_low, x_high, 8))
    ]
    for x, label in chart.marks:
        if x_low <= x <= x_high:
            path = f"M{across(x):.1f} {TOP}V{height - BOTTOM}"
            parts.append(f'<path d="{path}" stroke="{INK}" stroke-dasharray="4 4"/>')
            parts.append(_text(across(x), TOP - 4, label, "middle"))
    for paint, xs, ys in curves:
        points = [
            (across(x), down(y)) if math.isfinite(y) else None for x, y in zip(xs, ys, strict=True)
        ]
        parts.append(
            f'<path d="{_path(points)}" fill="none" stroke="{paint}" stroke-width="2" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )
    middle = (TOP + height - BOTTOM) / 2
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, height - 6, chart.x_label, "middle"))
    parts.append(
        f'<g transform="rotate(-90 14 {middle})">{_text(14, middle, chart.y_label, "middle")}</g>'
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(chart.title)}" '
        f'style="display:block;width:100%;max-width:{WIDTH}px" font-size="12">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} style="fill:{INK}">{escape(words)}</text>'


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Straight pieces; a gap lifts the pen, a lone point leaves a dot."""
    steps = []
    before = None
    for point in points:
        if point is not None:
            steps.append(f"{'L' if before else 'M'}{point[0]:.1f} {point[1]:.1f}")
            if before is None:
                steps.append("h0")
        before = point
    return "".join(steps)


def _thinned(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """At most about `MOST_POINTS`, the last one among them."""
    step = max(1, math.ceil(len(xs) / MOST_POINTS))
    kept = list(range(len(xs) - 1, -1, -step))[::-1]
    return [xs[index] for index in kept], [ys[index] for index in kept]


def _last(ys: Sequence[float]) -> str:
    return next((f"{y:.4g}" for y in reversed(ys) if math.isfinite(y)), "")


def _limits(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if low == high:
        room = abs(low) / 2 or 0.5
        return low - room, high + room
    return low, high


def _step(low: float, high: float, about: int) -> float:
    """1, 2 or 5 times a power of ten, of which about ``about`` lie between the limits."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def _ticks(low: float, high: float, step: float) -> list[float]:
    """Multiples of ``step`` from ``low`` to ``high``."""
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]
