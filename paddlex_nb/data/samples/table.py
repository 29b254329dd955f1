"""What the fruit lies on: table tops of several kinds and colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]

_TONES = (
    (236, 226, 208),
    (206, 214, 198),
    (196, 208, 218),
    (226, 204, 194),
    (180, 168, 156),
    (122, 132, 142),
    (214, 196, 168),
)


def draw_table(width: int, height: int, random: Generator) -> Pixels:
    """A background of a random kind and tone, of shape (height, width, 3), 0 to 255."""
    tone = np.array(_TONES[random.integers(len(_TONES))], np.float32)
    tone += random.uniform(-10, 10, 3).astype(np.float32)
    plane = np.broadcast_to(tone, (height, width, 3)).copy()
    kind = _KINDS[random.integers(len(_KINDS))]
    plane = kind(plane, random)
    across = np.linspace(-0.05, 0.05, width, dtype=np.float32) * np.float32(random.uniform(-1, 1))
    down = np.linspace(-0.05, 0.05, height, dtype=np.float32) * np.float32(random.uniform(-1, 1))
    light = 1 + 0.07 * _clouds(width, height, random) + across + down[:, None]
    plane *= light[..., None]
    return plane


def _plain(plane: Pixels, _random: Generator) -> Pixels:
    return plane


def _wood(plane: Pixels, random: Generator) -> Pixels:
    """A table of boards with grain."""
    height, width = plane.shape[:2]
    plank = random.uniform(0.28, 0.5) * height
    y = np.arange(height, dtype=np.float32)
    board = np.floor((y + random.uniform(0, plank)) / plank).astype(int)
    shade = random.uniform(0.9, 1.06, board.max() + 1)[board]
    seam = np.concatenate([[1.0], np.where(np.diff(board) != 0, 0.78, 1.0)])
    grain = _noise(max(2, width // 24), height, random).resize((width, height))
    plane *= ((shade * seam)[:, None] * (1 + 0.09 * _array(grain)))[..., None]
    return plane


def _cloth(plane: Pixels, random: Generator) -> Pixels:
    """A tablecloth with a gingham pattern."""
    height, width = plane.shape[:2]
    cell = random.uniform(0.09, 0.15) * min(width, height)
    colour = random.uniform(0.72, 0.95, 3)
    for axis, length in ((0, height), (1, width)):
        place = np.arange(length) + random.uniform(0, cell)
        band = (np.floor(place / cell).astype(int) % 2)[:, None]
        factor = np.where(band, 1.0, colour * 0.4 + 0.6)
        plane *= factor[:, None] if axis == 0 else factor[None, :]
    return plane


def _stone(plane: Pixels, random: Generator) -> Pixels:
    """Terrazzo: specks of other tones."""
    height, width = plane.shape[:2]
    specks = _noise(width // 3, height // 3, random).resize((width, height))
    field = _array(specks)
    plane *= np.where(field > 0.62, 0.88, np.where(field < -0.62, 1.08, 1.0)).astype(np.float32)[
        ..., None
    ]
    return plane


_KINDS: tuple[Callable[[Pixels, Generator], Pixels], ...] = (_plain, _wood, _cloth, _stone)


def _clouds(width: int, height: int, random: Generator) -> Pixels:
    """Smooth noise, -1 to 1."""
    return _array(_noise(5, 5, random).resize((width, height), Image.Resampling.BICUBIC))


def _noise(width: int, height: int, random: Generator) -> Image.Image:
    return Image.fromarray(random.uniform(-1, 1, (height, width)).astype(np.float32))


def _array(image: Image.Image) -> Pixels:
    return np.asarray(image, np.float32)
