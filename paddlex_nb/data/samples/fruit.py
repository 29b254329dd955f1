"""Drawing one fruit: a shape in unit coordinates, shaded, on a transparent square."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

_SUPERSAMPLING = 3

_RED, _CRIMSON, _YELLOW = (206, 58, 52), (158, 38, 58), (240, 190, 66)
_GREEN, _ORANGE, _PLUM = (150, 180, 72), (232, 126, 62), (124, 70, 124)
# natural colours, but each is that of two fruits or more: the shape tells what it is
_SKINS: dict[str, tuple[Colour, ...]] = {
    "apple": (_RED, _GREEN, _YELLOW),
    "banana": (_YELLOW, _GREEN, _CRIMSON),
    "cherry": (_CRIMSON, _RED, _ORANGE),
    "grape": (_PLUM, _GREEN, _CRIMSON),
}
_STEM: Colour = (98, 70, 48)
_LEAF: Colour = (88, 138, 70)


class _Pen:
    """Draws shapes given in unit coordinates (y down), turned about the middle.

    Args:
        size: Side of the square in pixels.
        angle: Turn in radians.
    """

    def __init__(self, size: int, angle: float) -> None:
        self.image = Image.new("RGBA", (size, size))
        self._draw = ImageDraw.Draw(self.image)
        self._half = size / 2
        self._cos, self._sin = math.cos(angle), math.sin(angle)

    def polygon(self, points: Points, fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([self._at(x, y) for x, y in points], fill=(*fill, 255))

    def circle(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        cx, cy = self._at(x, y)
        r = radius * self._half * 0.92
        self._draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*fill, 255))

    def stroke(self, points: Points, widths: Sequence[float], fill: Colour) -> None:
        """Fill a band around a line, as wide on each side as given at each point."""
        line = np.asarray(points)
        along = np.gradient(line, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
        offset = across * np.asarray(widths)[:, None]
        outline = np.concatenate([line + offset, (line - offset)[::-1]])
        self.polygon([(float(x), float(y)) for x, y in outline], fill)

    def leaf(self, x: float, y: float, turn: float, length: float) -> None:
        """A leaf that grows from a point."""
        t = np.linspace(0, 1, 12)
        spine = [(x + length * s * math.cos(turn), y + length * s * math.sin(turn)) for s in t]
        self.stroke(spine, (0.28 * length * np.sin(math.pi * t)).tolist(), _LEAF)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        x, y = x * 0.92, y * 0.92
        return (
            self._half * (1 + x * self._cos - y * self._sin),
            self._half * (1 + x * self._sin + y * self._cos),
        )


def _apple(pen: _Pen, skin: Colour, random: Generator) -> None:
    t = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    dip = 0.30 * np.exp(-(((t - 1.5 * math.pi) / 0.42) ** 2))
    dent = 0.08 * np.exp(-(((t - 0.5 * math.pi) / 0.3) ** 2))
    radius = 0.80 * (1 - dip - dent) * random.uniform(0.95, 1.02)
    wide = random.uniform(0.98, 1.1)
    stem = [(0.0, -0.48), (0.03, -0.68), (0.12, -0.88)]
    pen.polygon(list(zip(radius * np.cos(t) * wide, radius * np.sin(t) + 0.08, strict=True)), skin)
    pen.stroke(stem, (0.05, 0.045, 0.06), _STEM)
    pen.leaf(0.06, -0.72, random.uniform(-0.5, 0.1), random.uniform(0.45, 0.6))


def _banana(pen: _Pen, skin: Colour, random: Generator) -> None:
    bend = random.uniform(0.9, 1.15)
    t = np.linspace(0, 1, 40)
    a = math.pi * (0.5 + (t - 0.5) * 0.86 / bend)
    line = [(0.88 * bend * math.cos(x), 0.88 * bend * math.sin(x) - 0.62 * bend) for x in a]
    widths = 0.21 * np.sin(math.pi * np.clip(t * 0.94 + 0.03, 0, 1)) ** 0.55 + 0.02
    pen.stroke(line, widths.tolist(), skin)
    dark = (max(skin[0] - 70, 20), max(skin[1] - 60, 20), max(skin[2] - 40, 20))
    middle = [(x, y - 0.03) for x, y in line[4:-4]]
    shade = tuple(int(c * 0.86) for c in skin)
    pen.stroke(middle, [0.018] * len(middle), (shade[0], shade[1], shade[2]))
    pen.stroke(line[-5:], [0.075, 0.07, 0.06, 0.06, 0.065], dark)
    pen.stroke(line[:3], [0.07, 0.085, 0.06], dark)


def _cherry(pen: _Pen, skin: Colour, random: Generator) -> None:
    gap = random.uniform(0.36, 0.44)
    low = random.uniform(0.38, 0.52)
    top = (random.uniform(-0.1, 0.15), -0.85)
    for x, y in ((-gap, low), (gap, low - random.uniform(0.0, 0.18))):
        line = [(x, y - 0.2), (x * 0.72, y - 0.75), top]
        pen.stroke(_curve(line), [0.032] * 12, (110, 130, 66))
        pen.circle(x, y, 0.40, skin)
    pen.leaf(top[0], top[1] + 0.03, random.uniform(0.1, 0.5), random.uniform(0.5, 0.62))


def _grape(pen: _Pen, skin: Colour, random: Generator) -> None:
    pen.stroke([(0.0, -0.55), (0.02, -0.75), (0.1, -0.92)], (0.04, 0.04, 0.055), _STEM)
    pen.leaf(0.0, -0.66, random.uniform(2.7, 3.2), random.uniform(0.5, 0.62))
    for row, berries in enumerate((3, 4, 3, 2, 1)):
        for i in range(berries):
            x = (i - (berries - 1) / 2) * 0.36 + random.uniform(-0.03, 0.03)
            y = -0.42 + row * 0.285 + random.uniform(-0.03, 0.03)
            tone = random.uniform(0.84, 1.1)
            fill = tuple(min(255, int(c * tone)) for c in skin)
            pen.circle(x, y, 0.225, tuple(int(c * 0.8) for c in fill))  # type: ignore[arg-type]
            pen.circle(x - 0.012, y - 0.012, 0.205, fill)  # type: ignore[arg-type]
            glint = tuple(min(255, c + 58) for c in fill)
            pen.circle(x - 0.07, y - 0.08, 0.05, glint)  # type: ignore[arg-type]


FRUITS: dict[str, Callable[[_Pen, Colour, Generator], None]] = {
    "apple": _apple,
    "banana": _banana,
    "cherry": _cherry,
    "grape": _grape,
}
"""The classes, and how each is drawn."""


def draw_fruit(name: str, size: int, random: Generator) -> Image.Image:
    """Draw a fruit in a colour, proportions and turn of its own.

    Args:
        name: One of `FRUITS`.
        size: Side in pixels of the square that it fills.
        random: Source of all variation.

    Returns:
        RGBA, transparent around the fruit.
    """
    large = size * _SUPERSAMPLING
    pen = _Pen(large, random.uniform(-0.4, 0.4))
    FRUITS[name](pen, _skin(name, random), random)
    small = pen.image.resize((size, size), Image.Resampling.LANCZOS)
    return _shaded(small)


def _skin(name: str, random: Generator) -> Colour:
    skins = _SKINS[name]
    base = skins[random.integers(len(skins))]
    r, g, b = (int(np.clip(c + random.integers(-16, 17), 0, 255)) for c in base)
    return r, g, b


def _shaded(image: Image.Image) -> Image.Image:
    """Light from the upper left: brighter there, darker towards the lower right edge."""
    pixels = np.asarray(image, np.float32).copy()
    size = len(pixels)
    y, x = np.mgrid[0:size, 0:size] / (size - 1)
    light = 1.14 - 0.34 * (0.45 * x + 0.55 * y)
    # the body's own roundness: how deep inside the outline a pixel lies
    soft = image.getchannel("A").filter(ImageFilter.GaussianBlur(size / 12))
    depth = np.asarray(soft, np.float32) / 255
    light *= 0.84 + 0.2 * depth
    pixels[..., :3] = np.clip(pixels[..., :3] * light[..., None], 0, 255)
    return Image.fromarray(pixels.astype(np.uint8))


def _curve(points: Points) -> list[tuple[float, float]]:
    """A quadratic Bezier curve through three points' control polygon."""
    (ax, ay), (bx, by), (cx, cy) = points
    t: NDArray[np.float64] = np.linspace(0, 1, 12)
    x = (1 - t) ** 2 * ax + 2 * t * (1 - t) * bx + t**2 * cx
    y = (1 - t) ** 2 * ay + 2 * t * (1 - t) * by + t**2 * cy
    return list(zip(x.tolist(), y.tolist(), strict=True))
