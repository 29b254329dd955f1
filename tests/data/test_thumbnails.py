"""Small pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.data import thumbnails
from paddlex_nb.data.thumbnails import Thumbnails, thumbnail
from paddlex_nb.errors import UserError

from .conftest import MakeImage
from .test_import import imported


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image


def test_thumbnails_are_small_and_upright(tmp_path: Path, make_image: MakeImage) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    path = make_image(tmp_path / "x.jpg", size=(800, 400), exif=exif)
    assert opened(thumbnail(path, 100)).size == (50, 100)
    assert opened(thumbnail(make_image(tmp_path / "y.png", size=(30, 20)), 100)).size == (30, 20)


def test_thumbnails_of_all_modes(shared_data: Path) -> None:
    for path in (shared_data / "formats/image-modes").rglob("*.*"):
        pixels = np.asarray(opened(thumbnail(path, 64)))
        assert 10 < pixels.std() < 120


@pytest.mark.parametrize("case", ["huge.png", "text.jpg", "gone.jpg"])
def test_what_cannot_be_shown_is_one_sentence(shared_data: Path, tmp_path: Path, case: str) -> None:
    path = tmp_path / case
    if case == "huge.png":
        path = shared_data / "broken/img_decompression_bomb/data/hat/huge.png"
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


def test_a_disk_that_refuses_does_not_matter(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(4):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    folder, _ = imported(tmp_path, tmp_path / "set")
    (folder / "thumbnails").touch()  # where the folder would go
    assert opened(Thumbnails(folder, 16).tile(0)).size[0] <= 16
