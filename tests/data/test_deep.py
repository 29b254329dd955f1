"""Images of more than eight bits look alike wherever they are read, grey or in colour."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.checks.images import probe
from paddlex_nb.data.checks.probing import probe_all
from paddlex_nb.data.images import deep as deep_module
from paddlex_nb.data.images.decode import ORIENTATION, as_rgb, open_image, read_rgb, stretched
from paddlex_nb.data.images.deep import deep_values
from paddlex_nb.data.images.tile_reader import tile_reader
from paddlex_nb.data.images.tiles import Tile, Tiling
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.making import thumbnail
from paddlex_nb.evaluation.tiled_images import tile_batches
from paddlex_nb.export.samples import classification, detection, instance_segmentation, segmentation
from paddlex_nb.results.drawing import shown_image
from paddlex_nb.suites.images import read_image

from .in_process import imported
from .told import Told

SIDE = 96
Bands = NDArray[np.uint16]


def picture(bits: int, *, colour: bool, seed: int = 0, side: int = SIDE) -> Bands:
    """Cells of random shares of so many bits, black and white among them."""
    share = np.random.default_rng(seed).random((side // 8, side // 8, 3))
    share[0, 0], share[0, 1] = 0, 1
    if not colour:
        share[..., 1:] = share[..., :1]
    values = (share * (2**bits - 1)).astype(np.uint16).repeat(8, 0).repeat(8, 1)
    chosen: Bands = values if colour else values[..., 0]
    return chosen


def write(path: Path, values: NDArray[Any], bits: int = 16) -> Path:
    """RGB or grey, of eight bits as bytes and of more as two of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = values.astype(np.uint8) if bits == 8 else values
    order = [2, 1, 0, 3][: stored.shape[2]] if stored.ndim == 3 else slice(None)
    assert cv2.imwrite(str(path), stored[..., order] if stored.ndim == 3 else stored)
    return path


def brightness(values: Bands, bits: int) -> NDArray[np.float64]:
    share: NDArray[np.float64] = values / (2**bits - 1) * 255
    return share if share.ndim == 3 else np.dstack([share] * 3)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_all_bits_have_one_brightness(
    tmp_path: Path, told: Told, bits: int, colour: bool, suffix: str
) -> None:
    values = picture(bits, colour=colour)
    path = write(tmp_path / f"x{suffix}", values, bits)
    expected = brightness(values, bits)
    given = bits if bits > 8 else None
    for seen in (
        read_image(path, grey_bits=given),  # evaluation and prediction
        read_image(path, SIDE, given),  # training
        np.asarray(shown_image(path)[0]),  # predictions as they are drawn
    ):
        assert np.abs(seen - expected).max() <= 1
    (tmp_path / "small.jpg").write_bytes(thumbnail(path, SIDE))
    small = read_rgb(tmp_path / "small.jpg").astype(float)
    assert np.abs(small.mean(axis=2) - expected.mean(axis=2)).mean() < 6  # JPEG at edges
    # the checks
    names = [path.name]
    for n in (1, 2):
        names.append(f"{n}{suffix}")
        write(tmp_path / names[-1], picture(bits, colour=colour, seed=n), bits)
    probes = probe_all(tmp_path, names, told)
    assert len({one.signature for one in probes}) == 3
    assert [one.bits for one in probes] == [0 if bits == 8 else bits] * 3
    assert "dark_image" not in told.codes()
    assert ("few_bits" in told.codes()) == (8 < bits < 16)
    # the programs beside exported models
    steps: list[dict[str, Any]] = [
        {"op": "decode", "grey_bits": given},
        {"op": "resize_short", "size": SIDE},
        {"op": "center_crop", "size": SIDE},
        {"op": "normalise", "mean": [0.0] * 3, "std": [1.0] * 3},
    ]
    exported = classification.preprocess(path, steps).transpose(1, 2, 0) * 255
    assert np.abs(exported - expected).max() <= 1.01
    for sample in (detection, instance_segmentation, segmentation):
        assert np.abs(sample.read(path, steps).astype(float) - expected).max() <= 1.01


def test_without_the_parameter_it_is_as_dark_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "x.png", picture(12, colour=True))
    assert read_image(path).max() == 15


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_it_is_turned_as_its_tag_says(tmp_path: Path, suffix: str, turn: int) -> None:
    values = picture(12, colour=True)[:, :64]
    path = with_turn(write(tmp_path / f"x{suffix}", values), turn)
    plain = Image.fromarray((values >> 4).astype(np.uint8))
    plain.save(tmp_path / "plain.png", exif=exif(turn))
    expected = read_rgb(tmp_path / "plain.png").astype(int)
    assert np.abs(read_image(path, grey_bits=12) - expected).max() <= 1
    tile = Tile(8, 16, 40, 48)
    with tile_reader(path) as reader:
        assert (reader.height, reader.width) == expected.shape[:2]
        assert reader.deep
        reader.save(tile, tmp_path / "tile.png", compress_level=1)
    piece = read_image(tmp_path / "tile.png", grey_bits=12)
    assert np.abs(piece - expected[16:48, 8:40]).max() <= 1


def exif(turn: int) -> Image.Exif:
    made = Image.Exif()
    made[ORIENTATION] = turn
    return made


def with_turn(path: Path, turn: int) -> Path:
    data = path.read_bytes()
    if path.suffix == ".png":  # a chunk of its own before the pixels
        import struct
        import zlib

        body = b"eXIf" + exif(turn).tobytes().removeprefix(b"Exif\0\0")
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        place = data.index(b"IDAT") - 4
        path.write_bytes(data[:place] + chunk + data[place:])
        return path
    # the first directory anew, with the tag
    start = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[start : start + 2], "little")
    known = [data[start + 2 + 12 * n : start + 14 + 12 * n] for n in range(count)]
    tag = ORIENTATION.to_bytes(2, "little")
    rest = [entry for entry in known if entry[:2] != tag]
    new = tag + b"\3\0\1\0\0\0" + turn.to_bytes(4, "little")
    entries = sorted([*rest, new], key=lambda entry: int.from_bytes(entry[:2], "little"))
    data += b"\0" * (len(data) % 2)
    table = len(entries).to_bytes(2, "little") + b"".join(entries) + bytes(4)
    path.write_bytes(data[:4] + len(data).to_bytes(4, "little") + data[8:] + table)
    return path


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_fourth_band(tmp_path: Path, suffix: str) -> None:
    """It is transparency in a PNG; in a TIFF whose tags do not say so it is none."""
    values = picture(12, colour=True)
    alpha = np.full((SIDE, SIDE, 1), 65535, np.uint16)
    alpha[:, SIDE // 2 :] = 0
    path = write(tmp_path / f"x{suffix}", np.dstack([values, alpha]))
    expected = brightness(values, 12)
    if suffix == ".png":
        expected[:, SIDE // 2 :] = 255
    seen = read_image(path, grey_bits=12)
    assert np.abs(seen - expected).max() <= 1
    assert probe(tmp_path, path.name).bits == 12  # the fourth band is no brightness
    with tile_reader(path) as reader:
        reader.save(Tile(0, 0, SIDE, SIDE), tmp_path / "tile.png")
    np.testing.assert_array_equal(read_image(tmp_path / "tile.png", grey_bits=12), seen)


def test_tiles_keep_their_bits(tmp_path: Path) -> None:
    """At the import, whose tiles training reads, and at prediction."""
    photo = tmp_path / "set/images/0.png"
    for n in range(3):
        write(photo.with_name(f"{n}.png"), picture(12, colour=True, seed=n, side=256))
        label = tmp_path / f"set/labels/{n}.txt"
        label.parent.mkdir(exist_ok=True)
        label.write_text("0 0.5 0.5 0.9 0.9\n")
    (tmp_path / "set/classes.txt").write_text("cell\n")
    folder, _ = imported(
        tmp_path / "w", tmp_path / "set", tile=128, tile_overlap=0.0, tile_keep=0.1
    )
    view = DatasetView(folder)
    assert len(view.paths) == 12
    for path in view.paths:
        name, left, top = path.stem.replace(".png", "").split("_")
        part = np.s_[int(top) : int(top) + 128, int(left) : int(left) + 128]
        of = picture(12, colour=True, seed=int(name), side=256)[part]
        np.testing.assert_array_equal(deep_of(path), of)
    whole = read_image(photo, grey_bits=12)
    seen: list[NDArray[np.uint8]] = []

    def make(paths: Any) -> Any:
        seen.extend(read_image(path, grey_bits=12) for path in paths)
        raise UserError("stop")

    with pytest.raises(UserError, match="stop"):
        list(tile_batches(photo, Tiling(128, overlap=0), make))
    np.testing.assert_array_equal(seen[0], whole[:128, :128])
    np.testing.assert_array_equal(seen[-1], whole[128:, 128:])


def deep_of(path: Path) -> Bands:
    with open_image(path) as image:
        values = deep_values(image)
    assert values is not None
    return values


def test_half_an_image_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.png", picture(12, colour=True))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError):
        read_image(path, grey_bits=12)
    assert [f.code for f in probe(tmp_path, "x.png").findings] == ["truncated_image"]


def test_what_the_memory_does_not_hold_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "x.png", picture(12, colour=True))
    monkeypatch.setattr(deep_module, "memory", lambda: (1 << 40, 1000))
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with open_image(path) as image, pytest.raises(Image.DecompressionBombError):
        stretched(image)
    memory = tmp_path / "memory"
    told = Told()
    probe_all(tmp_path, ["x.png"], told, memory)
    assert [f.code for f in told.findings] == ["no_memory"]
    said = told.findings[0].message.text()
    assert "0.0 GB" in said
    assert "16-bit" in said
    # once memory is free, the same file is looked at again
    monkeypatch.undo()
    told = Told()
    (known,) = probe_all(tmp_path, ["x.png"], told, memory)
    assert known.usable
    assert "no_memory" not in {f.code for f in told.findings}


def test_without_opencv_the_high_byte_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = picture(16, colour=True)
    data = io.BytesIO(write(tmp_path / "x.png", values).read_bytes())
    monkeypatch.setattr(deep_module, "opencv", lambda: None)
    with open_image(data) as image:
        assert stretched(image)[1] == 0
        np.testing.assert_array_equal(as_rgb(image), values >> 8)
