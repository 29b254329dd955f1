"""Fruit on a table: a picture and what is truly in it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paddlex_nb.data.samples.fruit import draw_fruit
from paddlex_nb.data.samples.table import draw_table


class Placed(msgspec.Struct):
    """A fruit, where it is drawn, and its mask.

    Attributes:
        name: What it is.
        mask: The pixels in which it is seen, of shape (height, width).
    """

    name: str
    mask: NDArray[np.bool_]


def draw_scene(
    width: int, height: int, fruit: Sequence[str], sizes: tuple[float, float], random: Generator
) -> tuple[Image.Image, list[Placed]]:
    """Draw fruit that hardly cover each other.

    Args:
        width: Pixels.
        height: Pixels.
        fruit: What to draw.
        sizes: Least and largest size of a fruit, as share of the height.
        random: Source of all variation.

    Returns:
        The picture in RGB and the fruit in it, those that lie on top last.
    """
    canvas = draw_table(width, height, random)
    placed: list[Placed] = []
    taken: list[tuple[float, float, float]] = []
    for name in fruit:
        size = int(random.uniform(*sizes) * height)
        spot = _spot(width, height, size, taken, random)
        if spot is None:
            continue
        taken.append((*spot, size / 2))
        left, top = int(spot[0] - size / 2), int(spot[1] - size / 2)
        sprite = draw_fruit(name, size, random)
        layer = Image.new("RGBA", (width, height))
        layer.paste(sprite, (left, top))
        alpha = layer.getchannel("A")
        _cast_shadow(canvas, alpha, size, random)
        pixels = np.asarray(layer, np.float32)
        opacity = pixels[..., 3:] / 255
        canvas += (pixels[..., :3] - canvas) * opacity
        mask = np.asarray(alpha) > 127
        for below in placed:
            below.mask &= ~mask
        placed.append(Placed(name, mask))
    canvas *= random.uniform(0.86, 1.1)
    grain = random.standard_normal(canvas.shape, np.float32)
    canvas += grain * np.float32(random.uniform(1, 5))
    image = Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))
    blur = random.uniform(-0.6, 0.8)
    return (image.filter(ImageFilter.GaussianBlur(blur)) if blur > 0 else image), placed


def _spot(
    width: int,
    height: int,
    size: int,
    taken: list[tuple[float, float, float]],
    random: Generator,
) -> tuple[float, float] | None:
    """A place in the picture away from the others, or None if none is left."""
    for _ in range(40):
        x = random.uniform(size * 0.46, width - size * 0.46)
        y = random.uniform(size * 0.46, height - size * 0.46)
        clear = all(np.hypot(x - u, y - v) > 0.8 * (size / 2 + r) for u, v, r in taken)
        if clear:
            return x, y
    return None


def _cast_shadow(
    canvas: NDArray[np.float32], alpha: Image.Image, size: int, random: Generator
) -> None:
    shift = max(1, int(size * random.uniform(0.03, 0.08)))
    moved = Image.new("L", alpha.size)
    moved.paste(alpha, (shift, shift))
    soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(size / 14)), np.float32) / 255
    canvas *= 1 - np.float32(random.uniform(0.25, 0.42)) * soft[..., None]
