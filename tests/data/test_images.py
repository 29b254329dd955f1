"""What is found out about single images."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from paddlex_nb.data.checks.images import SIGNATURE, probe
from paddlex_nb.data.checks.probing import probe_all
from paddlex_nb.data.images.decode import DECODE_ERRORS, read_rgb

from .conftest import MakeImage
from .told import Told


def codes(root: Path, path: str) -> list[str]:
    return [f.code for f in probe(root, path).findings]


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.bmp", "x.gif", "x.tif", "x.webp", "x.JPEG"])
def test_formats_that_are_read(tmp_path: Path, make_image: MakeImage, name: str) -> None:
    make_image(tmp_path / name, size=(70, 50))
    probed = probe(tmp_path, name)
    assert (probed.width, probed.height, probed.findings) == (70, 50, [])
    assert len(probed.signature) == SIGNATURE * SIGNATURE * 3


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.bmp", "x.tif", "x.webp"])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_truncated_images_are_found(
    tmp_path: Path, make_image: MakeImage, name: str, share: float
) -> None:
    path = make_image(tmp_path / name, size=(400, 300))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert codes(tmp_path, name) in (["truncated_image"], ["not_an_image"])
    assert not probe(tmp_path, name).usable


def test_half_an_image_is_never_taken_for_a_whole_one(
    tmp_path: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing paddledet's trainer lets Pillow do so in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    path = make_image(tmp_path / "x.jpg", size=(400, 300))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(OSError, match="truncated"):
        read_rgb(path)


def test_rotated_images_have_the_size_that_is_shown(tmp_path: Path, make_image: MakeImage) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = make_image(tmp_path / "x.jpg", size=(300, 200), exif=exif, quality=95)
    upright = Image.open(path).transpose(Image.Transpose.ROTATE_270)
    upright.save(tmp_path / "upright.png")
    probed = probe(tmp_path, "x.jpg")
    assert (probed.width, probed.height) == (200, 300)
    assert read_rgb(path).shape == (300, 200, 3)
    assert not probed.findings
    # the signature is of the picture as shown, too
    shown = np.frombuffer(probed.signature, np.uint8).astype(int)
    other = np.frombuffer(probe(tmp_path, "upright.png").signature, np.uint8).astype(int)
    assert np.abs(shown - other).max() <= 4


def test_modes(shared_data: Path, told: Told) -> None:
    root = shared_data / "formats/image-modes"
    paths = sorted(str(p.relative_to(root)) for p in root.rglob("*.*"))
    probes = probe_all(root, paths, told)
    assert all(p.usable for p in probes)
    assert {(f.file, f.code) for f in told.findings} == {
        ("hat/gray16.png", "unusual_mode"),
        ("shoes/cmyk.jpg", "unusual_mode"),
        ("shoes/animated.gif", "multiple_frames"),
    }
    for path in paths:
        pixels = read_rgb(root / path)
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert 10 < pixels.std() < 120  # neither black nor white nor noise


def test_sixteen_bits_keep_their_range(tmp_path: Path) -> None:
    values = np.array([[0, 257 * 10], [257 * 200, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "x.png")
    assert read_rgb(tmp_path / "x.png")[..., 0].tolist() == [[0, 10], [200, 255]]


def test_transparent_pixels_are_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (200, 0, 0, 0)).save(tmp_path / "x.png")
    assert (read_rgb(tmp_path / "x.png") == 255).all()


def test_wrong_extension_is_only_noted(tmp_path: Path, make_image: MakeImage) -> None:
    make_image(tmp_path / "x.png").rename(tmp_path / "x.jpg")
    assert codes(tmp_path, "x.jpg") == ["extension_mismatch"]
    assert probe(tmp_path, "x.jpg").usable


def test_bombs_are_not_decoded(shared_data: Path) -> None:
    root = shared_data / "broken/img_decompression_bomb/data/hat"
    assert codes(root, "huge.png") == ["image_too_large"]
    with pytest.raises(DECODE_ERRORS):
        read_rgb(root / "huge.png")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_spoilt_images_never_raise(tmp_path: Path, make_image: MakeImage) -> None:
    dice = random.Random(0)  # noqa: S311 - no secret
    for extension in ("jpg", "png", "gif", "bmp", "tif", "webp"):
        sound = make_image(tmp_path / f"sound.{extension}", size=(64, 64)).read_bytes()
        for trial in range(120):
            data = bytearray(sound)
            for _ in range(dice.choice([1, 3, 30])):
                data[dice.randrange(min(len(data), dice.choice([64, 1 << 20])))] = dice.randrange(
                    256
                )
            name = f"{trial}.{extension}"
            (tmp_path / name).write_bytes(data)
            probed = probe(tmp_path, name)
            assert probed.usable or probed.findings
