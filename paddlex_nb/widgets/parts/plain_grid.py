"""An `ImageGrid` as an HTML page of thumbnails with two buttons."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import ipywidgets
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.parts.image_grid import ImageGrid, attempt
from paddlex_nb.widgets.parts.palette import colour, coloured
from paddlex_nb.widgets.parts.pictures import Layer, Shape, Tile

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
        bar = [self._back, self._where, self._on]
        if grid.scored:
            slider = ipywidgets.FloatSlider(
                min=0, max=1, step=0.01, continuous_update=False, description=tr("parts.threshold")
            )
            ipywidgets.link((grid, "threshold"), (slider, "value"))
            bar.append(slider)
        self.widget = ipywidgets.VBox([ipywidgets.HBox(bar), self._html])

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
        tiles, problem = (
            attempt(lambda: self.grid.pictures.tiles(start, stop, SIDE)) if stop else ([], "")
        )
        note = problem or ("" if stop else tr("parts.grid_empty"))
        html = f"<p>{escape(note)}</p>" if note else page_html(tiles, self.grid)
        self._answer = (wanted, html)


def page_html(tiles: Sequence[Tile], grid: ImageGrid) -> str:
    """Thumbnails as HTML, annotations drawn over them."""
    cells = "".join(_tile_html(tile, grid) for tile in tiles)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{cells}</div>'


def _tile_html(tile: Tile, grid: ImageGrid) -> str:
    beside = grid.beside and len(tile.layers) > 1
    panes = [(layer,) for layer in tile.layers] if beside else [tile.layers]
    frames = "".join(
        _frame_html(tile, layers if grid.annotations else (), grid) for layers in panes
    )
    lines = "".join(
        _line_html(layer, title, grid.classes)
        for layer, title in zip(tile.layers, [*grid.titles, *[""] * len(tile.layers)], strict=False)
    )
    return (
        f'<figure style="margin:0;width:{SIDE * len(panes)}px;overflow-wrap:anywhere;'
        f'line-height:1.3"><div style="display:flex;gap:2px">{frames}</div>'
        f"<figcaption>{escape(tile.caption)}{lines}</figcaption></figure>"
    )


def _frame_html(tile: Tile, layers: Sequence[Layer], grid: ImageGrid) -> str:
    if not tile.jpeg:
        return (
            f'<div style="display:grid;place-items:center;width:{SIDE}px;height:{SIDE}px;'
            f'background:#8882;text-align:center">{escape(tr("parts.broken_picture"))}</div>'
        )
    limits = f"max-width:{SIDE}px;max-height:{SIDE}px"
    picture = (
        f'<img src="{_address(tile.jpeg, "jpeg")}" alt="{escape(tile.caption)}" '
        f'style="display:block;{limits}">'
    )
    fill = "position:absolute;left:0;top:0;width:100%;height:100%"
    masks = "".join(
        f'<img src="{_address(paint, "png")}" alt="" style="{fill};opacity:0.6">'
        for layer in layers
        if layer.mask and (paint := coloured(layer.mask))
    )
    shapes = "".join(
        _shape_svg(shape)
        for layer in layers
        for shape in layer.shapes
        if shape.score is None or shape.score >= grid.threshold
    )
    return (
        f'<div style="position:relative;display:inline-block">{picture}{masks}'
        f'<svg viewBox="0 0 1 1" preserveAspectRatio="none" style="{fill}">{shapes}</svg></div>'
    )


def _address(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _line_html(layer: Layer, title: str, classes: Sequence[str]) -> str:
    if not layer.class_ids and not layer.note:
        return ""
    names = "".join(
        f'<span style="color:{colour(index)}">●</span> {escape(_name(classes, index))} '
        for index in layer.class_ids
    )
    return f"<div>{escape(title)} {names}{escape(layer.note)}</div>"


def _shape_svg(shape: Shape) -> str:
    points = [f"{value:.5f}" for value in shape.points]
    if shape.kind == "box":
        left, top, right, bottom = points
        points = [left, top, right, top, right, bottom, left, bottom]
    edges = np.cumsum([0, *shape.rings]).tolist() if shape.rings else [0, len(points) // 2]
    lines = "".join(f"M{' '.join(points[2 * a : 2 * b])}Z" for a, b in pairwise(edges))
    paint = colour(shape.class_id)
    return (
        f'<path d="{lines}" fill="{paint}" fill-opacity="0.15" fill-rule="evenodd" '
        f'stroke="{paint}" stroke-width="2" vector-effect="non-scaling-stroke"/>'
    )


def _name(classes: Sequence[str], index: int) -> str:
    return classes[index] if index < len(classes) else str(index)
