"""Cutting images and labels into tiles at the import."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images import decode
from paddlex_nb.data.images import tile_reader as reading
from paddlex_nb.data.images.decode import MAX_PIXELS, open_image, read_rgb
from paddlex_nb.data.images.tile_reader import tile_reader
from paddlex_nb.data.images.tiles import Tile, Tiling, as_tiling
from paddlex_nb.data.importing.cut_objects import ObjectCutter, clipped
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.object_table import ObjectTable, ObjectTableBuilder
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.jobs.events import Notice
from paddlex_nb.jobs.log import EventReader

from .in_process import imported, update


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def corner(path: str) -> tuple[int, int]:
    """Left and top of a tile, which its name says."""
    left, top = Path(path).stem.rsplit("_", 2)[1:]
    return int(left), int(top)


def notices(folder: Path) -> dict[str, dict[str, Any]]:
    events = EventReader(folder / "jobs" / "001-import" / "events.jsonl").poll()
    return {e.message.key: dict(e.message.values) for e in events if isinstance(e, Notice)}


@pytest.mark.parametrize("size", [(8, 8), (100, 100), (101, 640), (333, 1000), (2000, 99)])
@pytest.mark.parametrize("overlap", [0.0, 0.2, 0.5])
def test_tiles_cover_an_image_and_overlap(size: tuple[int, int], overlap: float) -> None:
    tiling = Tiling(100, overlap)
    tiles = tiling.tiles(*size)
    covered = np.zeros(size[::-1], int)
    for left, top, right, bottom in tiles:
        covered[top:bottom, left:right] += 1
        assert (right - left, bottom - top) == (min(100, size[0]), min(100, size[1]))
    assert covered.min() == 1
    starts = sorted({tile.left for tile in tiles})
    assert all(100 - step >= 100 * overlap for step in np.diff(starts))
    assert len(set(tiles)) == len(tiles)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((31,), "tile_size"),
        ((10_000,), "tile_size"),
        ((640.5,), "tile_size"),
        ((True,), "tile_size"),
        (("640",), "tile_size"),
        ((640, 0.6), "tile_overlap"),
        ((640, float("nan")), "tile_overlap"),
        ((640, 0.2, 0), "tile_keep"),
        ((640, 0.2, 1.1), "tile_keep"),
    ],
)
def test_what_no_tile_can_be_is_said(values: tuple[Any, ...], code: str) -> None:
    with pytest.raises(UserError) as error:
        as_tiling(*values)
    assert error.value.code == f"data.{code}"


@pytest.mark.parametrize("turn", range(1, 9))
def test_tiles_are_turned_as_their_image_is(tmp_path: Path, turn: int) -> None:
    exif = Image.Exif()
    exif[decode.ORIENTATION] = turn
    path = tmp_path / "a.png"
    Image.fromarray(noise(50, 70)).save(path, exif=exif)
    whole = read_rgb(path)
    with tile_reader(path) as reader:
        assert (reader.height, reader.width) == whole.shape[:2]
        for tile in (Tile(0, 0, 32, 32), Tile(5, 13, 37, 45), Tile(0, 0, *whole.shape[1::-1])):
            left, top, right, bottom = tile
            np.testing.assert_array_equal(reader.tile(tile), whole[top:bottom, left:right])


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
def test_tiles_have_the_colours_of_their_image(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    pixels = np.dstack([noise(60, 50), noise(60, 50, seed=1)[..., :1]])
    Image.fromarray(pixels, "RGBA").convert(mode).save(path)
    whole = read_rgb(path)
    with tile_reader(path) as reader:
        np.testing.assert_array_equal(reader.tile(Tile(7, 9, 39, 41)), whole[9:41, 7:39])


def test_tiles_of_deep_grey_stay_deep(tmp_path: Path) -> None:
    """How many of the bits count is known only when a run is made."""
    deep = noise(60, 50)[..., 0].astype(np.uint16) * 15
    for name in ("a.png", "a.tif"):
        Image.fromarray(deep).save(tmp_path / name)
        with tile_reader(tmp_path / name) as reader:
            reader.tile(Tile(7, 9, 39, 41)).save(tmp_path / "tile.png")
        expected = read_rgb(tmp_path / name, 4095)[9:41, 7:39]
        np.testing.assert_array_equal(read_rgb(tmp_path / "tile.png", 4095), expected)


def test_a_fourth_band_that_is_no_transparency_is_left_out(tmp_path: Path) -> None:
    pixels = np.dstack([noise(60, 50), noise(60, 50, seed=1)[..., :1]])
    Image.fromarray(pixels, "RGBA").save(tmp_path / "a.tif")
    data = bytearray((tmp_path / "a.tif").read_bytes())
    place = data.index(bytes((0x52, 0x01)))  # the tag that calls the fourth band alpha
    data[place : place + 2] = bytes((0xFF, 0xFE))
    (tmp_path / "a.tif").write_bytes(data)
    whole = read_rgb(tmp_path / "a.tif")
    np.testing.assert_array_equal(whole, pixels[..., :3])
    with tile_reader(tmp_path / "a.tif") as reader:
        np.testing.assert_array_equal(reader.tile(Tile(7, 9, 39, 41)), whole[9:41, 7:39])


def test_the_limit_is_lifted_only_for_tiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    Image.new("1", (20_000, 10_000)).save(path)
    monkeypatch.setattr(reading, "memory", lambda: (1 << 40, 1 << 36))
    with pytest.raises(Image.DecompressionBombError):
        open_image(path)
    with tile_reader(path) as reader:
        assert (reader.width, reader.height) == (20_000, 10_000)
        assert reader.tile(Tile(19_968, 9_968, 20_000, 10_000)).size == (32, 32)
    with pytest.raises(Image.DecompressionBombError):
        open_image(path)
    # what the memory does not hold is not begun
    monkeypatch.setattr(reading, "memory", lambda: (1 << 40, 1 << 20))
    assert reading.most_pixels() == MAX_PIXELS
    with pytest.raises(Image.DecompressionBombError), tile_reader(path):
        pass


def boxes(*objects: tuple[float, float, float, float], crowd: bool = False) -> ObjectTable:
    builder = ObjectTableBuilder()
    for number, box in enumerate(objects):
        builder.add(0, number % 2, box, crowd=crowd, number=number)
    return builder.build()


def test_an_object_is_where_enough_of_it_is() -> None:
    tiles = [Tile(0, 0, 100, 100), Tile(100, 0, 200, 100)]
    objects = boxes((10, 10, 20, 20), (96, 0, 106, 10), (94, 0, 104, 10), (60, 5, 200, 15))
    cutter = ObjectCutter(objects, 0.4, outlined=False)
    cutter.add(0, tiles, 7)
    cut = cutter.table()
    kept = {
        (image, number): box
        for image, number, box in zip(
            cut.image.tolist(), cut.number.tolist(), cut.boxes.tolist(), strict=True
        )
    }
    assert kept == {
        (7, 0): [10, 10, 20, 20],
        (7, 1): [96, 0, 100, 10],
        (7, 2): [94, 0, 100, 10],
        (8, 1): [0, 0, 6, 10],
        (8, 2): [0, 0, 4, 10],
        (8, 3): [0, 5, 100, 15],
    }
    strict = ObjectCutter(objects, 0.9, outlined=False)
    strict.add(0, tiles, 0)
    assert strict.table().number.tolist() == [0]
    assert strict.lost == 3


def test_of_a_crowd_every_part_counts() -> None:
    cutter = ObjectCutter(boxes((95, 0, 300, 100), crowd=True), 0.4, outlined=False)
    cutter.add(0, Tiling(100, 0).tiles(300, 100), 0)
    assert cutter.table().image.tolist() == [0, 1, 2]
    assert cutter.table().crowd.all()
    assert cutter.lost == 0


def test_an_object_smaller_than_a_pixel_stays() -> None:
    cutter = ObjectCutter(boxes((10, 10, 10.5, 10.5)), 0.4, outlined=False)
    cutter.add(0, [Tile(0, 0, 100, 100)], 0)
    assert len(cutter.table()) == 1


def test_polygons_are_cut_with_their_holes() -> None:
    # a U, upside down: below, a tile shows two legs
    u = [0, 0, 30, 0, 30, 30, 20, 30, 20, 10, 10, 10, 10, 30, 0, 30]
    parts, share = clipped([list(map(float, u))], Tile(0, 15, 30, 45))
    assert share == pytest.approx(300 / 700)
    assert len(parts) == 2
    # a square with a hole, joined by a seam; make_valid makes the hole one
    ring = [0, 0, 30, 0, 30, 30, 0, 30, 0, 0, 10, 10, 10, 20, 20, 20, 20, 10, 10, 10]
    parts, share = clipped([list(map(float, ring))], Tile(0, 0, 25, 30))
    assert share == pytest.approx(650 / 800)
    assert sum(shapely.Polygon(points(part)).area for part in parts) == pytest.approx(650)


def points(polygon: list[float]) -> NDArray[np.float64]:
    return np.reshape(polygon, (-1, 2))


def test_the_area_of_an_outlined_object_is_that_of_its_polygon() -> None:
    builder = ObjectTableBuilder()
    builder.add(0, 0, (0, 0, 100, 100), [[0, 0, 100, 0, 0, 100]])  # three quarters at the left
    cutter = ObjectCutter(builder.build(), 0.7, outlined=True)
    cutter.add(0, [Tile(0, 0, 50, 100), Tile(50, 0, 100, 100)], 0)
    cut = cutter.table()
    assert cut.image.tolist() == [0]
    assert cut.boxes.tolist() == [[0, 0, 50, 100]]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A COCO set of two large photos, one empty one, one of 8 pixels; small squares as objects."""
    source = tmp_path / "photos"
    (source / "images").mkdir(parents=True)
    images: list[dict[str, Any]] = []
    objects: list[dict[str, Any]] = []
    for number, (width, height) in enumerate([(400, 300), (330, 500), (400, 300), (8, 8)], 1):
        pixels = noise(height, width, seed=number) // 2
        images.append(
            {"id": number, "file_name": f"{number}.png", "width": width, "height": height}
        )
        rng = np.random.default_rng(number)
        for _ in range({1: 30, 2: 40, 3: 0, 4: 1}[number]):
            x, y = (
                (1, 1) if number == 4 else (int(rng.integers(0, s - 12)) for s in (width, height))
            )
            side = 5 if number == 4 else 12
            pixels[y : y + side, x : x + side] = 255
            ring = [x, y, x + side, y, x + side, y + side, x, y + side]
            objects.append(
                {
                    "id": len(objects) + 1,
                    "image_id": number,
                    "category_id": 1 + len(objects) % 2,
                    "bbox": [x, y, side, side],
                    "area": side * side,
                    "iscrowd": 0,
                    "segmentation": [list(map(float, ring))],
                }
            )
        Image.fromarray(pixels).save(source / "images" / f"{number}.png")
    kinds = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    labels = {"images": images, "annotations": objects, "categories": kinds}
    (source / "annotations.json").write_text(json.dumps(labels))
    return source


@pytest.mark.parametrize("task", ["detection", "instance_segmentation"])
def test_tiles_show_what_their_photo_shows(tmp_path: Path, photos: Path, task: str) -> None:
    folder, result = imported(tmp_path / "w", photos, task=task, tile=100, tile_keep=1.0)
    whole = {p.name: i for p, i in ((photos / "images" / f"{n}.png", n) for n in range(1, 5))}
    labels = json.loads((photos / "annotations.json").read_text())
    index, view = base_index(folder), DatasetView(folder)
    assert view.root == folder / "files"
    assert read_record(folder).tiles == Tiling(100, 0.2, 1.0)
    shown: set[tuple[Any, ...]] = set()
    for row, path in enumerate(view.paths):
        photo = path.name.split(".png")[0] + ".png"
        left, top = (0, 0) if photo == path.name else corner(path.name)
        pixels, source = read_rgb(path), read_rgb(photos / "images" / photo)
        assert tuple(view.size(row)) == pixels.shape[1::-1]
        height, width = pixels.shape[:2]
        np.testing.assert_array_equal(pixels, source[top : top + height, left : left + width])
        objects = view.objects(row)
        for (x, y, w, h), kind, rings in zip(
            objects.xywh.tolist(), objects.class_id.tolist(), objects.outlines or (), strict=True
        ):
            assert pixels[int(y) : int(y + h), int(x) : int(x + w)].min() == 255
            shown.add((whole[photo], kind, x + left, y + top, w, h))
            for ring in rings if task == "instance_segmentation" else ():
                assert points(list(ring)).max() <= 100
    said = {(o["image_id"], o["category_id"] - 1, *o["bbox"]) for o in labels["annotations"]}
    assert shown == said, "no object is larger than the overlap: each is whole somewhere"
    assert result["images"] == len(index)


def test_tiles_of_a_photo_and_its_copies_are_in_one_split(tmp_path: Path, photos: Path) -> None:
    for number in range(5, 12):
        Image.fromarray(noise(300, 300, seed=number)).save(photos / "images" / f"{number}.png")
    labels = json.loads((photos / "annotations.json").read_text())
    for number in range(5, 13):
        labels["images"].append(
            {"id": number, "file_name": f"{number}.png", "width": 300, "height": 300}
        )
        labels["annotations"].append(
            {
                "id": 1000 + number,
                "image_id": number,
                "category_id": 1,
                "bbox": [90, 90, 12, 12],
                "iscrowd": 0,
                "area": 144,
            }
        )
    (photos / "images" / "12.png").write_bytes((photos / "images" / "5.png").read_bytes())
    (photos / "annotations.json").write_text(json.dumps(labels))
    folder, _ = imported(tmp_path / "w", photos, task="detection", tile=128)
    splits, index = read_splits(folder), base_index(folder)
    paths: list[str] = index.images["path"].to_pylist()
    side: dict[str, set[str]] = {}
    for name in SPLITS:
        for row in getattr(splits, name):
            photo = paths[row].split(".png")[0].replace("12", "5")
            side.setdefault(photo, set()).add(name)
    assert all(len(names) == 1 for names in side.values())
    assert splits.val
    assert "images/1.png" in index.images["together"].to_pylist()


def test_empty_tiles_are_kept_in_a_share_and_that_is_said(tmp_path: Path, photos: Path) -> None:
    labels = json.loads((photos / "annotations.json").read_text())
    labels["annotations"] = labels["annotations"][:2]
    (photos / "annotations.json").write_text(json.dumps(labels))
    folder, _ = imported(tmp_path / "w", photos, task="detection", tile=64)
    with_objects = int(DatasetView(folder).with_objects.sum())
    told = notices(folder)["data.tiled"]
    assert len(base_index(folder)) == 2 * with_objects
    assert told["empty"] == with_objects
    assert told["tiles"] == 2 * with_objects
    whole = sum(
        len(Tiling(64).tiles(*size)) for size in [(400, 300), (330, 500), (400, 300), (8, 8)]
    )
    assert told["left_out"] == whole - 2 * with_objects


def test_objects_that_no_tile_holds_are_counted(tmp_path: Path, photos: Path) -> None:
    labels = json.loads((photos / "annotations.json").read_text())
    labels["annotations"][0]["bbox"] = [0, 0, 400, 300]
    (photos / "annotations.json").write_text(json.dumps(labels))
    folder, _ = imported(tmp_path / "w", photos, task="detection", tile=64)
    assert notices(folder)["data.tiles_lost"]["objects"] == 1


@pytest.mark.parametrize("made", [False, True], ids=["as they are", "made"])
def test_masks_are_cut_like_their_images(tmp_path: Path, made: bool) -> None:
    source = tmp_path / "s"
    for name in ("JPEGImages", "Annotations"):
        (source / name).mkdir(parents=True)
    masks = {}
    for number in range(3):
        Image.fromarray(noise(150, 210, number)).save(source / "JPEGImages" / f"{number}.jpg")
        mask = np.zeros((150, 210), np.uint8)
        mask[20:90, 40 * number : 40 * number + 90] = 1 + number % 2
        mask[:4] = 255
        masks[str(number)] = mask
        picture = Image.fromarray(mask)
        if made:  # colours, of which class numbers are made
            table = np.zeros((256, 3), np.uint8)
            table[1], table[2], table[255] = (255, 0, 0), (0, 255, 0), (255, 255, 255)
            picture = Image.fromarray(table[mask])
        picture.save(source / "Annotations" / f"{number}.png")
    if made:
        (source / "labelmap.txt").write_text(
            "# label:color_rgb:parts:actions\nbackground:0,0,0::\na:255,0,0::\nb:0,255,0::\n"
        )
        for old, new in (("Annotations", "SegmentationClass"),):
            (source / old).rename(source / new)
    else:
        (source / "labels.txt").write_text("background\na\nb")
    folder, _ = imported(tmp_path / "w", source, task="segmentation", tile=64, tile_overlap=0.25)
    record, view = read_record(folder), DatasetView(folder)
    assert bool(record.masks) is made
    assert view.classes == ["background", "a", "b"]
    assert len(view) > 12
    for row, path in enumerate(view.paths):
        left, top = corner(path.name)
        expected = masks[path.name[0]][top : top + 64, left : left + 64]
        np.testing.assert_array_equal(view.label_map(row), expected)
        shown = view._images["present"][row].as_py()
        assert shown == [n for n in (0, 1, 2) if n in expected]


def test_a_given_split_stays(tmp_path: Path) -> None:
    source = tmp_path / "s"
    for split in ("train", "val"):
        for kind in ("images", "labels"):
            (source / split / kind).mkdir(parents=True)
        for number in range(3):
            path = source / split / "images" / f"{split}{number}.jpg"
            Image.fromarray(noise(150, 150, len(split) + number)).save(path)
            text = "0 0.5 0.5 0.1 0.1\n1 0.2 0.2 0.1 0.1"
            (source / split / "labels" / f"{split}{number}.txt").write_text(text)
    (source / "data.yaml").write_text(
        "train: train/images\nval: val/images\nnames: [cat, dog]\nnc: 2\n"
    )
    folder, _ = imported(tmp_path / "w", source, tile=64)
    splits, paths = read_splits(folder), base_index(folder).images["path"].to_pylist()
    assert splits.plan.given
    assert splits.train
    assert all("train" in paths[row] for row in splits.train)
    assert all("val" in paths[row] for row in splits.val)


def test_classification_has_no_tiles(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "s" / name).mkdir(parents=True)
        for number in range(3):
            Image.fromarray(noise(80, 80, number)).save(tmp_path / "s" / name / f"{number}.png")
    with pytest.raises(UserError) as error:
        imported(tmp_path / "w", tmp_path / "s", tile=64)
    assert error.value.code == "data.tile_classification"
    folder = tmp_path / "w" / "datasets" / "d"
    assert not (folder / "files").exists()
    assert not (folder / ".update").exists()


def test_an_archive_leaves_only_tiles(tmp_path: Path, photos: Path) -> None:
    whole = shutil.make_archive(str(tmp_path / "photos"), "zip", photos)
    folder, _ = imported(tmp_path / "w", Path(whole), task="detection", tile=100)
    kept = sorted(p.relative_to(folder / "files").as_posix() for p in folder.rglob("*.png"))
    assert kept == sorted(base_index(folder).images["path"].to_pylist())
    assert not (folder / ".update").exists()
    assert update(folder)["added"] == 0


_IMPORT = """
import sys
from pathlib import Path
from data.in_process import imported
if __name__ == "__main__":
    folder, result = imported(Path(sys.argv[1]), Path(sys.argv[2]), tile=1024, task="detection")
    # not ru_maxrss, which begins with that of whoever started the process
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(result["images"], int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.mark.parametrize(
    "size", [(12_000, 9_000), pytest.param((20_000, 10_500), marks=pytest.mark.slow)]
)
def test_a_huge_photo_needs_little_more_memory_than_its_pixels(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Four bytes a pixel for Pillow, and a quarter of a gigabyte for all the rest."""
    source = tmp_path / "s"
    source.mkdir()
    small = Image.fromarray(noise(90, 120))
    small.resize(size, Image.Resampling.NEAREST).save(source / "huge.jpg", quality=60)
    boxes = [(i / 501, (i * 7 % 501) / 501) for i in range(1, 501)]
    lines = [f"{i % 2} {x:.6f} {y:.6f} 0.002 0.002" for i, (x, y) in enumerate(boxes)]
    (source / "huge.txt").write_text("\n".join(lines))
    (source / "classes.txt").write_text("cat\ndog")
    script = tmp_path / "script.py"
    script.write_text(_IMPORT)
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "w"), str(source)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tests), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    images, peak = map(int, done.stdout.split())
    assert images > 100
    assert peak < size[0] * size[1] * 4 / 2**20 + 350, peak
