"""The colours of classes and series, the same in Python and in the browser.

The first ten colours are those of M. A. Petroff, "Accessible Color Sequences for Data
Visualization" (arXiv:2107.02270), reordered so that the first ones stand out on light and on dark
ground; each of the other ten is the one farthest from all before it in CIELAB, as seen with and
without the three common colour-vision deficiencies. `palette.json` beside the parts is
the one source of truth: the front end bundles it.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

_palette: dict[str, Any] = json.loads(
    (resources.files("paddlex_nb") / "widgets" / "parts" / "palette.json").read_text(
        encoding="utf-8"
    )
)

CATEGORICAL: tuple[str, ...] = tuple(_palette["categorical"])
"""Colours of classes and series as ``#rrggbb``, in order."""

SPLIT_COLOURS: tuple[str, ...] = tuple(_palette["splits"])
"""Colours of training, validation and test set: shades of a colour that no class has."""

RIGHT: str = _palette["right"]
"""Colour of correct predictions (the diagonal of a confusion matrix)."""

WRONG: str = _palette["wrong"]
"""Colour of mistakes."""


def colour(index: int) -> str:
    """The colour of class or series ``index`` as ``#rrggbb``; colours repeat after the last."""
    return CATEGORICAL[index % len(CATEGORICAL)]


def rgb(index: int) -> tuple[int, int, int]:
    """The colour of class or series ``index`` as red, green, blue from 0 to 255."""
    red, green, blue = bytes.fromhex(colour(index)[1:])
    return red, green, blue
