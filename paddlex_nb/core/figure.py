"""Matplotlib figures that look alike, show themselves in a notebook and leave pyplot alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FONTS = ["DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "SimHei", "Microsoft YaHei"]
"""The first that has a character is used: class names may be Chinese."""

_FILES = ("notosanscjk", "simhei", "msyh")
"""What the names of their files contain."""


def new_figure(width: float, height: float) -> Figure:
    """An empty figure.

    Args:
        width: In inches.
        height: In inches.
    """
    from matplotlib.figure import Figure  # no pyplot: nothing of the notebook's is touched

    class ShownFigure(Figure):
        """A figure that a notebook shows even if pyplot was never imported there."""

        def _repr_png_(self) -> bytes:
            out = io.BytesIO()
            self.savefig(out, format="png", dpi=100)
            return out.getvalue()

    return ShownFigure(figsize=(width, height), layout="constrained")


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw in the style of all figures of the package."""
    import matplotlib as mpl

    style: dict[Any, Any] = {"font.family": fonts(), "font.size": 9, "axes.spines.right": False}
    with mpl.rc_context(style):
        yield


def fonts() -> list[str]:
    """The fonts that there are, in the order in which a character is looked for."""
    from matplotlib.font_manager import get_font_names

    known = set(get_font_names())
    if known.isdisjoint(_FONTS[1:]):
        _look_for_fonts()
        known = set(get_font_names())
    # a missing one is complained about for every letter
    return [font for font in _FONTS if font in known]


@cache
def _look_for_fonts() -> None:
    """Have matplotlib know fonts that were installed after it has made its list of them."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    for file in findSystemFonts():
        if any(name in Path(file).name.lower() for name in _FILES):
            with suppress(OSError, RuntimeError):  # one that matplotlib cannot read
                fontManager.addfont(file)


def plain_label(name: str) -> str:
    """A name, not too long, that matplotlib does not take for a formula."""
    short = name if len(name) <= 24 else f"{name[:23]}…"
    return "".join(c if c.isprintable() else "�" for c in short).replace("$", r"\$")
