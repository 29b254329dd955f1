"""Blank, dark and blurred images are told; sharp ones are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from paddlex_nb.data.checks.looks import look

SETS = ["classification/clothing", "detection/bccd", "instance/balloon", "segmentation/camvid"]


def picture(seed: int = 0) -> Image.Image:
    squares = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(squares).resize((480, 360), Image.Resampling.NEAREST)


def test_images_that_show_nothing() -> None:
    assert look(Image.new("RGB", (300, 200), "white")) == "blank_image"
    assert look(picture().point(lambda level: level // 16)) == "dark_image"
    assert look(picture().filter(ImageFilter.GaussianBlur(20))) == "blurred_image"
    assert look(picture()) == ""


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (40, 40)])
def test_small_images_are_not_called_blurred(size: tuple[int, int]) -> None:
    smooth = Image.linear_gradient("L").resize(size).convert("RGB")
    assert look(smooth) in {"", "blank_image"}


@pytest.mark.parametrize("name", SETS)
def test_real_images_are_told_apart_from_blurred_ones(shared_data: Path, name: str) -> None:
    files = sorted((shared_data / name).rglob("*.jpg"))[::7][:40]
    blurred = 0
    for file in files:
        with Image.open(file) as image:
            whole = image.convert("RGB")
        assert look(whole) == "", file
        radius = min(whole.size) * 0.04
        blurred += look(whole.filter(ImageFilter.GaussianBlur(radius))) == "blurred_image"
    assert blurred == len(files)
