"""The statistics of a data set as pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import figure_style, new_figure, plain_label
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import SPLIT_COLOURS, colour
from paddlex_nb.core.wording import instead
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.explore.statistics import DatasetStatistics, statistics
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import current_index
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SPLITS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 40
"""Classes that a picture can name."""


def plots(folder: Path) -> Iterator[tuple[str, Any]]:
    """Name and matplotlib figure of everything that the data set has something of."""
    index, figures = current_index(folder).left(), statistics(folder)
    with figure_style():
        for name, draw in _PLOTS.items():
            figure = draw(figures, index)
            if figure is not None:
                yield name, figure


def plot(folder: Path, name: str) -> Figure:
    """One figure of the data set, by name.

    Args:
        folder: The data set's folder.
        name: One of ``classes``, ``sizes``, ``objects``, ``boxes``, ``positions``, ``together``.

    Raises:
        UserError: There is none of that name, or the data set has nothing of the kind.
    """
    if name not in _PLOTS:
        raise UserError("data.no_such_plot", name=name, known=instead(name, [*_PLOTS]))
    with figure_style():
        figure: Figure | None = _PLOTS[name](statistics(folder), current_index(folder).left())
    if figure is None:
        raise UserError("data.plot_empty", name=name, known=[*_PLOTS])
    return figure


def write_plots(folder: Path, out: Path) -> list[Path]:
    """Write all of them as PNG.

    Raises:
        UserError: The disk is full or refuses.
    """
    written = []
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, figure in plots(folder):
            written.append(out / f"{name}.png")
            figure.savefig(written[-1], dpi=120)
    return written


def _figure(name: str, x: str = "", y: str = "", height: float = 2.8) -> tuple[Any, Any]:
    figure = new_figure(4.0, height)
    axes = figure.add_subplot()
    axes.set_title(tr(f"data.plot.{name}"), fontsize=10, loc="left")
    axes.set_xlabel(tr(f"data.plot.axis.{x}") if x else "")
    axes.set_ylabel(tr(f"data.plot.axis.{y}") if y else "")
    axes.spines["top"].set_visible(False)
    return figure, axes


def _classes(figures: DatasetStatistics, _index: Index) -> Any:
    rows = sorted(figures.classes.items(), key=lambda item: -sum(item[1].values()))[:_MOST]
    kind = "objects" if figures.objects else "images"
    figure, axes = _figure("classes", kind, height=max(2.0, 0.8 + 0.24 * len(rows)))
    offsets = np.zeros(len(rows))
    for split, shade in zip(SPLITS, SPLIT_COLOURS, strict=True):
        values = np.array([by[split] for _, by in rows], float)
        label = tr(f"data.split.{split}")
        axes.barh(range(len(rows)), values, left=offsets, color=shade, label=label)
        offsets += values
    axes.set_yticks(range(len(rows)), [plain_label(name) for name, _ in rows])
    axes.invert_yaxis()
    figure.legend(frameon=False, fontsize=8, loc="outside lower center", ncols=3)
    return figure


def _sizes(_figures: DatasetStatistics, index: Index) -> Any:
    figure, axes = _figure("sizes", "width", "height")
    pairs = np.stack([index.numbers("width"), index.numbers("height")], axis=1)
    sizes, counts = np.unique(pairs, axis=0, return_counts=True)
    area = 12 + 120 * counts / counts.max()
    axes.scatter(sizes[:, 0], sizes[:, 1], s=area, color=colour(0), alpha=0.5, linewidths=0)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    return figure


def _objects(figures: DatasetStatistics, index: Index) -> Any:
    if not figures.objects:
        return None
    figure, axes = _figure("objects", "objects_per_image", "images")
    counts = np.bincount(numbers(index.objects["image"]), minlength=len(index))
    axes.hist(counts, bins=min(30, int(counts.max()) + 1), color=colour(0))
    return figure


def _boxes(figures: DatasetStatistics, index: Index) -> Any:
    if not figures.objects:
        return None
    figure, axes = _figure("boxes", "width", "height")
    width, height = (np.maximum(numbers(index.objects[name]), 1) for name in ("w", "h"))
    bins = [np.geomspace(1, max(2.0, float(side.max())), 40) for side in (width, height)]
    axes.hist2d(width, height, bins=bins, cmap="Blues", cmin=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    return figure


def _positions(figures: DatasetStatistics, _index: Index) -> Any:
    if not figures.positions:
        return None
    figure, axes = _figure("positions")
    drawn = axes.imshow(100 * np.array(figures.positions), cmap="Blues", extent=(0, GRID, GRID, 0))
    axes.set_xticks([])
    axes.set_yticks([])
    figure.colorbar(drawn, ax=axes, label=tr("data.plot.axis.share"))
    return figure


def _together(figures: DatasetStatistics, _index: Index) -> Any:
    if not 2 <= len(figures.together) <= _MOST:
        return None
    side = max(2.6, 1.4 + 0.24 * len(figures.together))
    figure, axes = _figure("together", height=side)
    drawn = axes.imshow(figures.together, cmap="Blues")
    names = [plain_label(name) for name in figures.classes]
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    figure.colorbar(drawn, ax=axes, label=tr("data.plot.axis.images"))
    return figure


_PLOTS: dict[str, Callable[[DatasetStatistics, Index], Any]] = {
    "classes": _classes,
    "sizes": _sizes,
    "objects": _objects,
    "boxes": _boxes,
    "positions": _positions,
    "together": _together,
}
