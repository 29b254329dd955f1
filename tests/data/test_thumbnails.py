"""Small pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images import scaled_decoding as reduced
from paddlex_nb.data.images.decode import as_rgb, open_image
from paddlex_nb.data.images.scaled_decoding import reduced_jpeg
from paddlex_nb.data.thumbnails import making as thumbnails
from paddlex_nb.data.thumbnails.job import make_missing
from paddlex_nb.data.thumbnails.making import Thumbnails, thumbnail

from .conftest import MakeImage
from .in_process import imported


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image


def photo(path: Path, mode: str = "RGB", **options: Any) -> Path:
    """A smooth picture of many pixels, none of its sides like another."""
    noise = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize((1999, 1501), Image.Resampling.BICUBIC)
    picture.convert(mode).save(path, quality=90, **options)
    return path


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures of the same size, in grey levels."""
    assert one.size == other.size
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other)).mean())


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize(
    "options",
    [
        *({"exif": turned(n)} for n in range(1, 9)),
        {"exif": turned(99)},
        {"mode": "L"},
        {"mode": "L", "exif": turned(6)},
        {"progressive": True},
        {"subsampling": 0},
        {"format": "MPO", "save_all": True, "append_images": [Image.new("RGB", (1999, 1501))]},
    ],
    ids=[*map(str, range(1, 9)), "99", "grey", "grey-6", "progressive", "whole-chroma", "mpo"],
)
@pytest.mark.parametrize("size", [80, 160, 330])
def test_reduced_photos_look_as_pillow_shows_them(
    tmp_path: Path, options: dict[str, Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path / "x.jpg", **options)
    with open_image(path) as image:
        assert reduced_jpeg(path, image, size, 85) is not None
    ours = opened(thumbnail(path, size))
    with Image.open(path) as image:
        whole = as_rgb(image)
    whole.thumbnail((size, size))
    whole.save(tmp_path / "whole.jpg", quality=85)
    assert difference(ours, Image.open(tmp_path / "whole.jpg")) < 2
    monkeypatch.setattr(reduced, "opencv", lambda: None)  # as where there is none
    assert difference(ours, opened(thumbnail(path, size))) < 2


def test_what_does_not_fit_is_left_to_pillow(tmp_path: Path) -> None:
    paths = [
        photo(tmp_path / "cmyk.jpg", "CMYK"),
        photo(tmp_path / "picture.png"),
        photo(tmp_path / "picture.webp"),
        photo(tmp_path / "half.jpg"),
    ]
    paths[-1].write_bytes(paths[-1].read_bytes()[:-3000])
    for path in paths:
        with open_image(path) as image:
            assert reduced_jpeg(path, image, 160, 85) is None
    with open_image(photo(tmp_path / "small.jpg")) as image:
        assert reduced_jpeg(tmp_path / "small.jpg", image, 700, 85) is None


def test_thumbnails_are_small_and_upright(tmp_path: Path, make_image: MakeImage) -> None:
    path = make_image(tmp_path / "x.jpg", size=(800, 400), exif=turned(8))
    assert opened(thumbnail(path, 100)).size == (50, 100)
    assert opened(thumbnail(make_image(tmp_path / "y.png", size=(30, 20)), 100)).size == (30, 20)


def test_thumbnails_of_all_modes(shared_data: Path) -> None:
    for path in (shared_data / "formats/image-modes").rglob("*.*"):
        pixels = np.asarray(opened(thumbnail(path, 64)))
        assert 10 < pixels.std() < 120


@pytest.mark.parametrize("case", ["huge.png", "huge.jpg", "half.jpg", "text.jpg", "gone.jpg"])
def test_what_cannot_be_shown_is_one_sentence(shared_data: Path, tmp_path: Path, case: str) -> None:
    path = tmp_path / case
    if case == "huge.png":
        path = shared_data / "broken/img_decompression_bomb/data/hat/huge.png"
    elif case == "huge.jpg":
        data = photo(path).read_bytes()
        sides = data.index(b"\xff\xc0") + 5
        path.write_bytes(data[:sides] + b"\xff\xf0\xff\xf0" + data[sides + 4 :])
    elif case == "half.jpg":
        data = photo(path).read_bytes()
        path.write_bytes(data[: len(data) // 2])
    elif case == "text.jpg":
        path.write_text("no image")
    with pytest.raises(UserError, match=case):
        thumbnail(path, 64)


def test_tiles_are_kept_up_to_a_limit(
    tmp_path: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number:02d}.jpg", seed=number)
    folder, _ = imported(tmp_path, tmp_path / "set")
    tiles = Thumbnails(folder, 32).tiles(range(12))
    assert [max(opened(t).size) for t in tiles] == [32] * 12
    kept = sorted((folder / "thumbnails").iterdir())
    assert len(kept) == 12
    kept[0].write_bytes(b"from the cache")
    again = Thumbnails(folder, 32)
    assert b"from the cache" in again.tiles(range(12))
    make_image(tmp_path / "set/a/00.jpg", seed=99)  # the image has changed, so must its tile
    assert again.tile(0) != tiles[0]
    (tmp_path / "set/a/02.jpg").unlink()
    assert again.tiles([1, 0])[0] == b""
    with pytest.raises(UserError, match=r"02\.jpg"):
        again.tile(1)
    monkeypatch.setattr(thumbnails, "_MAX_KEPT", 5)
    Thumbnails(folder, 16).tiles([4, 5])
    assert len(list((folder / "thumbnails").iterdir())) <= 6


def test_what_is_at_hand_ends_where_work_begins(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(6):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    folder, _ = imported(tmp_path, tmp_path / "set")
    tiles = Thumbnails(folder, 32)
    assert tiles.at_hand(range(6)) == []
    made = tiles.tiles([0, 1, 3])  # in files of their own
    assert tiles.at_hand(range(6)) == made[:2]
    make_missing(folder, lambda *_: None)  # in the pack, of the usual size
    packed = Thumbnails(folder)
    assert packed.at_hand(range(6)) == packed.tiles(range(6))
    assert tiles.at_hand(range(6)) == made[:2]
    make_image(tmp_path / "set/a/0.jpg", seed=99)  # it has changed
    assert packed.at_hand([1, 0, 2]) == packed.tiles([1])


def test_a_disk_that_refuses_does_not_matter(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(4):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    folder, _ = imported(tmp_path, tmp_path / "set")
    (folder / "thumbnails").touch()  # where the folder would go
    assert opened(Thumbnails(folder, 16).tile(0)).size[0] <= 16
