"""Predictions drawn over their images."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import fonts
from paddlex_nb.core.palette import rgb
from paddlex_nb.data.store.label_maps import is_background

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    from paddlex_nb.results.predicted import PredictedObject
    from paddlex_nb.results.prediction import Prediction

_OPACITY = 0.45
"""Of areas that are filled, 0 to 1."""

MOST_DRAWN = 1 << 26
"""Pixels of a picture; one of a larger image is scaled down. Drawing takes some ten bytes a pixel,
and no screen has a tenth of so many."""


def drawn(prediction: Prediction) -> NDArray[np.uint8]:
    """An image with what the model says about it; RGB of shape (height, width, 3).

    It is as large as the image, or scaled down to `MOST_DRAWN` pixels.

    Raises:
        UserError: The image or its label map is gone or damaged.
    """
    from PIL import ImageDraw

    image, size = shown_image(prediction.path)
    mask = prediction.mask()
    if mask is not None and mask.shape == size[::-1]:
        image = _coloured(image, mask, prediction.classes)
    scale = image.width / size[0], image.height / size[1]
    for one in reversed(prediction.objects):  # the surest stay on top
        _fill(image, one, size, scale)
    canvas, font = ImageDraw.Draw(image), _font(max(image.size))
    for one in reversed(prediction.objects):
        _outline(canvas, one, font, scale)
    if prediction.class_name is not None:
        number = _number(prediction.class_name, prediction.classes)
        _label(canvas, (0, 0), _named(prediction.class_name, prediction.score), number, font)
    return np.asarray(image, np.uint8)


def shown_image(path: Path) -> tuple[Image.Image, tuple[int, int]]:
    """An image as shown, RGB, and its true width and height; it is scaled down if it is huge."""
    from PIL import Image

    from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image, shown_size, stretched
    from paddlex_nb.data.images.tile_reader import most_pixels

    try:
        with open_image(path, most_pixels()) as image:
            size = shown_size(image)
            scale = min(1.0, (MOST_DRAWN / (size[0] * size[1])) ** 0.5)
            if scale < 1:  # a JPEG is then decoded at a fraction of its size
                image.draft("RGB", _scaled(image.size, scale))
            shown, _ = stretched(image)
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        raise UserError("display.no_image", path=path, reason=reason) from error
    if scale < 1:
        shown = shown.resize(_scaled(size, scale), Image.Resampling.BOX)
    return shown, size


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An RGB image as a PNG file."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _coloured(image: Image.Image, mask: NDArray[np.uint8], classes: list[str]) -> Image.Image:
    """The image with each class but the background in its colour."""
    from PIL import Image

    labels = np.asarray(Image.fromarray(mask).resize(image.size, Image.Resampling.NEAREST))
    table = np.array([rgb(number) for number in range(256)], np.uint8)
    opacity = np.full(256, round(255 * _OPACITY), np.uint8)
    opacity[len(classes) :] = 0
    if classes and is_background(classes[0]):
        opacity[0] = 0
    colours, cover = Image.fromarray(table[labels]), Image.fromarray(opacity[labels])
    return Image.composite(colours, image, cover)


def _fill(
    image: Image.Image,
    predicted: PredictedObject,
    size: tuple[int, int],
    scale: tuple[float, float],
) -> None:
    """Colour the pixels of an object.

    Args:
        image: Where to.
        predicted: The object.
        size: Width and height of the image that it was found in.
        scale: Pixels of the picture by pixels of that image, across and down.
    """
    from PIL import Image, ImageDraw

    from paddlex_nb.data.store.coco_masks import decode_piece

    colour, opacity = rgb(predicted.class_id), round(255 * _OPACITY)
    # no size is believed: a mask of another one would not lie where the object is
    if predicted.rle is not None and predicted.rle["size"] == [*size[::-1]]:
        piece, corner = decode_piece(predicted.rle)
        if not piece.size:
            return
        x, y = (round(at * by) for at, by in zip(corner, scale, strict=True))
        cover = Image.fromarray(piece * np.uint8(opacity))
        if scale != (1, 1):
            across, down = (round(s * by) for s, by in zip(cover.size, scale, strict=True))
            cover = cover.resize((max(1, across), max(1, down)), Image.Resampling.BOX)
        image.paste(colour, (x, y, x + cover.width, y + cover.height), cover)
    elif predicted.rle is None and predicted.stored_outlines:
        cover = Image.new("L", image.size, 0)
        brush = ImageDraw.Draw(cover)
        for line in predicted.stored_outlines:
            if len(line) >= 6:
                brush.polygon(_moved(line, scale), fill=opacity)
        image.paste(colour, (0, 0), cover)


def _moved(line: Sequence[float], scale: tuple[float, float]) -> list[float]:
    """Points x0, y0, x1, ... of the image in pixels of the picture."""
    return [value * scale[place % 2] for place, value in enumerate(line)]


def _outline(
    canvas: ImageDraw.ImageDraw,
    predicted: PredictedObject,
    font: ImageFont.FreeTypeFont,
    scale: tuple[float, float],
) -> None:
    x, y, width, height = _moved(predicted.box, scale)
    thick = max(1, round(font.size / 8))
    colour = rgb(predicted.class_id)
    polygons = predicted.polygons
    for line in polygons:
        if len(line) >= 6:
            canvas.line(_moved([*line, *line[:2]], scale), fill=colour, width=thick)
    if not polygons:
        corners = (x, y, x + max(width, 0), y + max(height, 0))
        canvas.rectangle(corners, outline=colour, width=thick)
    _label(canvas, (x, y), _named(predicted.class_name, predicted.score), predicted.class_id, font)


def _named(name: str, score: float | None) -> str:
    """A class and its score; what is labelled has none."""
    return name if score is None or math.isnan(score) else f"{name} {score:.2f}"


def _label(
    canvas: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    number: int,
    font: ImageFont.FreeTypeFont,
) -> None:
    """A text on a ground in the colour of a class, inside the image."""
    plain = "".join(c if c.isprintable() else "�" for c in text)
    left, top, right, bottom = canvas.textbbox((0, 0), plain, font=font)
    width, height = right - left, bottom - top
    x = max(0.0, min(place[0], canvas.im.size[0] - width))
    y = place[1] - height if place[1] >= height else place[1]
    canvas.rectangle((x, y, x + width, y + height), fill=rgb(number))
    light = sum(rgb(number)) > 3 * 140
    canvas.text((x - left, y - top), plain, font=font, fill=(0, 0, 0) if light else (255,) * 3)


def _font(side: int) -> ImageFont.FreeTypeFont:
    """A font that suits an image of this size, with Chinese characters if there is one."""
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import ImageFont

    families = fonts()
    chinese = [name for name in families if "DejaVu" not in name]
    file = findfont(FontProperties(family=[*chinese, *families]))
    return ImageFont.truetype(file, max(10, round(side / 40)))


def _number(name: str, classes: list[str]) -> int:
    return classes.index(name) if name in classes else 0
