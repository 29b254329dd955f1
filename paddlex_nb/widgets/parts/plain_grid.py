"""An `ImageGrid` as an HTML page of thumbnails with two buttons."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import ipywidgets

from paddlex_nb.i18n import tr
from paddlex_nb.widgets.parts.image_grid import ImageGrid, Shape, Tile, attempt
from paddlex_nb.widgets.parts.palette import colour

PAGE = 24
SIDE = 128
"""Longest side of a thumbnail in pixels."""


class PlainGrid:
    """One page at a time; a click asks for the page, the next ``refresh`` shows it.

    Args:
        grid: Whose pictures to show.
    """

    def __init__(self, grid: ImageGrid) -> None:
        self.grid = grid
        self._page = 0
        self._asked: tuple[int, int] | None = None
        self._answer: tuple[tuple[int, int], str] | None = None
        self._html = ipywidgets.HTML()
        self._where = ipywidgets.Label()
        self._back = ipywidgets.Button(layout={"width": "auto"})
        self._on = ipywidgets.Button(layout={"width": "auto"})
        self._back.on_click(lambda _: self._turn(-1))
        self._on.on_click(lambda _: self._turn(1))
        bar = ipywidgets.HBox([self._back, self._where, self._on])
        self.widget = ipywidgets.VBox([bar, self._html])

    def refresh(self, now: float) -> None:  # noqa: ARG002  a page has no rate to keep
        """Ask for what has to be shown, and show what has come."""
        last_page = max(0, (self.grid.count - 1) // PAGE)
        self._page = min(self._page, last_page)
        wanted = (self.grid.revision, self._page)
        if self._asked != wanted:
            self._asked = wanted
            self._relabel(last_page)
            self.grid.executor(lambda: self._provide(wanted))
        if self._answer is not None and self._answer[0] == wanted:
            self._html.value, self._answer = self._answer[1], None

    def _turn(self, pages: int) -> None:
        self._page = max(0, self._page + pages)

    def _relabel(self, last_page: int) -> None:
        start = self._page * PAGE
        self._back.description, self._on.description = tr("parts.previous"), tr("parts.next")
        self._back.disabled, self._on.disabled = self._page == 0, self._page == last_page
        self._where.value = tr(
            "parts.page_range",
            first=f"{min(start + 1, self.grid.count):,}",
            last=f"{min(start + PAGE, self.grid.count):,}",
            count=f"{self.grid.count:,}",
        )

    def _provide(self, wanted: tuple[int, int]) -> None:
        if wanted != self._asked:
            return
        start = wanted[1] * PAGE
        stop = min(start + PAGE, self.grid.count)
        tiles, problem = attempt(lambda: self.grid.tiles(start, stop)) if stop else ([], "")
        note = problem or ("" if stop else tr("parts.grid_empty"))
        shapes = self.grid.annotations
        html = f"<p>{escape(note)}</p>" if note else page_html(tiles, self.grid.classes, shapes)
        self._answer = (wanted, html)


def page_html(tiles: Sequence[Tile], classes: Sequence[str], annotations: bool) -> str:
    """Thumbnails as HTML, annotations drawn over them."""
    cells = "".join(_tile_html(tile, classes, annotations) for tile in tiles)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{cells}</div>'


def _tile_html(tile: Tile, classes: Sequence[str], annotations: bool) -> str:
    if tile.jpeg:
        source = base64.b64encode(tile.jpeg).decode("ascii")
        picture = (
            f'<img src="data:image/jpeg;base64,{source}" alt="{escape(tile.caption)}" '
            f'style="display:block;max-width:{SIDE}px;max-height:{SIDE}px">'
        )
    else:
        picture = (
            f'<div style="display:grid;place-items:center;width:{SIDE}px;height:{SIDE}px;'
            f'background:#8882;text-align:center">{escape(tr("parts.broken_picture"))}</div>'
        )
    over = "".join(_shape_svg(shape) for shape in tile.shapes) if annotations else ""
    labels = "".join(
        f'<div><span style="color:{colour(index)}">●</span> {escape(_name(classes, index))}</div>'
        for index in tile.class_ids
    )
    return (
        f'<figure style="margin:0;width:{SIDE}px;overflow-wrap:anywhere;line-height:1.3">'
        f'<div style="position:relative;display:inline-block">{picture}'
        '<svg viewBox="0 0 1 1" preserveAspectRatio="none" '
        f'style="position:absolute;inset:0;width:100%;height:100%">{over}</svg></div>'
        f"<figcaption>{escape(tile.caption)}{labels}</figcaption></figure>"
    )


def _shape_svg(shape: Shape) -> str:
    points = [f"{value:.5f}" for value in shape.points]
    if shape.kind == "box":
        left, top, right, bottom = points
        points = [left, top, right, top, right, bottom, left, bottom]
    paint = colour(shape.class_id)
    return (
        f'<polygon points="{" ".join(points)}" fill="{paint}" fill-opacity="0.15" '
        f'stroke="{paint}" stroke-width="2" vector-effect="non-scaling-stroke"/>'
    )


def _name(classes: Sequence[str], index: int) -> str:
    return classes[index] if index < len(classes) else str(index)
