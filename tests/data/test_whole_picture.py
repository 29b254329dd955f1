"""A picture with all its pixels: as it lies on disk where browsers show it just so."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import read_rgb
from paddlex_nb.data.thumbnails.full_size import LARGEST, whole_picture

from .conftest import MakeImage


def shown(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image


def test_a_photo_is_given_as_it_is(tmp_path: Path, make_image: MakeImage) -> None:
    path = make_image(tmp_path / "a.jpg", size=(3000, 40))
    assert whole_picture(path) == path.read_bytes()
    turned = Image.Exif()
    turned[0x0112] = 6  # browsers turn it themselves
    path = make_image(tmp_path / "b.jpg", size=(3000, 40), exif=turned)
    assert whole_picture(path) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "mode"), [("a.png", "RGBA"), ("a.tif", "I;16"), ("a.jpg", "CMYK"), ("a.gif", "P")]
)
def test_others_are_encoded_anew_with_all_pixels(tmp_path: Path, name: str, mode: str) -> None:
    ramp = np.linspace(0, 255, 1500 * 900).reshape(900, 1500).astype(np.uint8)
    image = Image.fromarray(ramp)
    if mode == "I;16":
        image = Image.fromarray(ramp.astype(np.uint16) * 257)
    else:
        image = image.convert("RGB").convert(mode)
    image.save(tmp_path / name)
    picture = shown(whole_picture(tmp_path / name))
    assert (picture.size, picture.mode) == ((1500, 900), "RGB")
    apart = np.abs(np.asarray(picture, int) - read_rgb(tmp_path / name))
    assert apart.mean() < 5  # a GIF's pattern of dots suffers most


def test_what_is_too_large_is_reduced(tmp_path: Path, make_image: MakeImage) -> None:
    path = make_image(tmp_path / "wide.png", size=(2 * LARGEST, 20))
    assert shown(whole_picture(path)).size == (LARGEST, 10)
    noise = np.random.default_rng(0).integers(0, 256, (2600, 2600, 3), dtype=np.uint8)
    heavy = tmp_path / "heavy.jpg"
    Image.fromarray(noise).save(heavy, quality=100, subsampling=0)
    assert heavy.stat().st_size > 8_000_000
    again = whole_picture(heavy)
    assert len(again) < heavy.stat().st_size / 2
    assert shown(again).size == (2600, 2600)


def damaged(path: Path) -> Path:
    path.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    return path


def cut(path: Path) -> Path:
    Image.new("RGB", (600, 600)).save(path.with_suffix(".png"))
    path.write_bytes(path.with_suffix(".png").read_bytes()[:200])
    return path


@pytest.mark.parametrize("make", [damaged, cut, lambda path: path], ids=["damaged", "cut", "gone"])
def test_what_is_no_picture_is_told(tmp_path: Path, make: Any) -> None:
    with pytest.raises(UserError, match=r"a\.jpg"):
        whole_picture(make(tmp_path / "a.jpg"))


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (20_000, 10_000)).save(path)
    with pytest.raises(UserError, match=r"a\.png"):
        whole_picture(path)
