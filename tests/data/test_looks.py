"""Blank, dark and blurred images are told; sharp ones are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from paddlex_nb.data.checks.looks import Look, grey_levels
from paddlex_nb.data.checks.looks import look as look_of_levels

SETS = ["classification/clothing", "detection/bccd", "instance/balloon", "segmentation/camvid"]


def look(image: Image.Image) -> Look:
    return look_of_levels(grey_levels(image))


def picture(seed: int = 0) -> Image.Image:
    squares = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(squares).resize((480, 360), Image.Resampling.NEAREST)


def test_images_that_show_nothing() -> None:
    assert look(Image.new("RGB", (300, 200), "white")) == "blank"
    assert look(picture().point(lambda level: level // 16)) == "faint"
    assert look(picture().filter(ImageFilter.GaussianBlur(20))) == "blurred"
    assert look(picture()) == ""


def nuclei(level: float, radius: float = 6, noise: float = 1, count: int = 12) -> Image.Image:
    """Discs on black, as a fluorescence microscope sees nuclei."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[:260, :260]
    pixels = random.normal(4, noise, (260, 260))
    for cx, cy in random.integers(10, 250, (count, 2)):
        pixels += level * np.clip(radius + 0.5 - np.hypot(x - cx, y - cy), 0, 1)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def night() -> Image.Image:
    """Lamps and lit windows in the dark, with the noise of a camera."""
    pixels = np.random.default_rng(2).normal(5, 3, (300, 400))
    pixels[100:110, ::40], pixels[200:230, 150:180] = 220, 70
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def depth() -> Image.Image:
    """Flat things before a floor that recedes: few edges, and no texture at all."""
    pixels = np.linspace(20, 90, 300)[:, None].repeat(400, 1)
    pixels[80:220, 60:150], pixels[120:260, 240:330] = 95, 60
    return Image.fromarray(pixels.astype(np.uint8))


def xray() -> Image.Image:
    """A bright body with soft ribs between black margins."""
    y, x = np.mgrid[:400, :300]
    body = 150 * np.exp(-(((x - 150) / 90) ** 4))
    return Image.fromarray((body * (0.8 + 0.2 * np.sin(y / 9) ** 8)).astype(np.uint8))


SOUND = [nuclei(60), nuclei(22), nuclei(45, radius=3, count=5), night(), depth(), xray()]


@pytest.mark.parametrize("image", SOUND, ids=["nuclei", "dim", "few", "night", "depth", "xray"])
def test_dark_or_plain_images_that_show_something_are_spared(image: Image.Image) -> None:
    assert look(image) == ""


def test_dim_images_without_sharp_edges_are_blurred() -> None:
    assert look(nuclei(60).filter(ImageFilter.GaussianBlur(12))) in {"blurred", "faint", "dark"}
    assert look(depth().filter(ImageFilter.GaussianBlur(12))) == "blurred"
    assert look(xray().filter(ImageFilter.GaussianBlur(20))) == "blurred"


@pytest.mark.parametrize("noise", [0, 3, 12])
def test_noise_alone_shows_nothing(noise: float) -> None:
    pixels = np.random.default_rng(3).normal(2, noise, (260, 260)).clip(0, 255)
    black = Image.fromarray(pixels.astype(np.uint8))
    assert look(black) in {"blank", "dark"}
    assert look(nuclei(9)) == "faint"


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (40, 40)])
def test_small_images_are_not_called_blurred(size: tuple[int, int]) -> None:
    smooth = Image.linear_gradient("L").resize(size).convert("RGB")
    assert look(smooth) in {"", "blank"}


@pytest.mark.parametrize("name", SETS)
def test_real_images_are_told_apart_from_blurred_ones(shared_data: Path, name: str) -> None:
    files = sorted((shared_data / name).rglob("*.jpg"))[::7][:40]
    blurred = 0
    for file in files:
        with Image.open(file) as image:
            whole = image.convert("RGB")
        assert look(whole) == "", file
        radius = min(whole.size) * 0.04
        blurred += look(whole.filter(ImageFilter.GaussianBlur(radius))) == "blurred"
    assert blurred == len(files)
