"""Predictions drawn over their images."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import fonts
from paddlex_nb.core.palette import rgb
from paddlex_nb.data.store.label_maps import is_background

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    from paddlex_nb.results.predictions import PredictedObject, Prediction

_OPACITY = 0.45
"""Of areas that are filled, 0 to 1."""


def drawn(prediction: Prediction) -> NDArray[np.uint8]:
    """An image with what the model says about it; RGB of shape (height, width, 3).

    Raises:
        UserError: The image or its label map is gone or damaged.
    """
    from PIL import Image, ImageDraw

    from paddlex_nb.data.images.decode import DECODE_ERRORS, read_rgb

    try:
        pixels = read_rgb(prediction.path)
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        raise UserError("display.no_image", path=prediction.path, reason=reason) from error
    mask = prediction.mask()
    if mask is not None and mask.shape == pixels.shape[:2]:
        pixels = _coloured(pixels, mask, prediction.classes)
    image = Image.fromarray(pixels)
    for one in reversed(prediction.objects):  # the surest stay on top
        image = _filled(image, one)
    canvas, font = ImageDraw.Draw(image), _font(max(pixels.shape[:2]))
    for one in reversed(prediction.objects):
        _outline(canvas, one, font)
    if prediction.class_name is not None:
        number = _number(prediction.class_name, prediction.classes)
        _label(canvas, (0, 0), f"{prediction.class_name} {prediction.score or 0:.2f}", number, font)
    return np.asarray(image, np.uint8)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An RGB image as a PNG file."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _coloured(
    pixels: NDArray[np.uint8], mask: NDArray[np.uint8], classes: list[str]
) -> NDArray[np.uint8]:
    """The image with each class but the background in its colour."""
    table = np.array([rgb(number) for number in range(256)], np.float32)
    mixed = pixels * (1 - _OPACITY) + table[mask] * _OPACITY
    hidden = mask >= len(classes)
    if classes and is_background(classes[0]):
        hidden |= mask == 0
    return np.where(hidden[..., None], pixels, mixed).astype(np.uint8)


def _filled(image: Image.Image, predicted: PredictedObject) -> Image.Image:
    from PIL import Image, ImageDraw

    cover = Image.new("L", image.size, 0)
    if predicted.rle is not None:
        # no size is believed: a mask of another one would not lie where the object is
        if predicted.rle["size"] != [image.height, image.width]:
            return image
        pixels = predicted.mask()
        cover = Image.fromarray(np.asarray(pixels) * np.uint8(round(255 * _OPACITY)))
    brush = ImageDraw.Draw(cover)
    for line in predicted.stored_outlines:
        if len(line) >= 6:
            brush.polygon(line, fill=round(255 * _OPACITY))
    return Image.composite(Image.new("RGB", image.size, rgb(predicted.class_id)), image, cover)


def _outline(
    canvas: ImageDraw.ImageDraw, predicted: PredictedObject, font: ImageFont.FreeTypeFont
) -> None:
    x, y, width, height = predicted.box
    thick = max(1, round(font.size / 8))
    colour = rgb(predicted.class_id)
    polygons = predicted.polygons
    for line in polygons:
        if len(line) >= 6:
            canvas.line([*line, *line[:2]], fill=colour, width=thick)
    if not polygons:
        corners = (x, y, x + max(width, 0), y + max(height, 0))
        canvas.rectangle(corners, outline=colour, width=thick)
    _label(
        canvas, (x, y), f"{predicted.class_name} {predicted.score:.2f}", predicted.class_id, font
    )


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
