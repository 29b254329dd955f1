"""Looking again at where a data set of tiles came from, and fixing what is found in its photos."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.data import edits
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.checks.groups import finding_groups
from paddlex_nb.data.edits.fixes import fix, fixes
from paddlex_nb.data.images.decode import read_rgb
from paddlex_nb.data.images.tiles import Tile, photo_name, tile_path
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView

from .in_process import imported, update

_SIDE = 12


class Photos:
    """A COCO set of photos of noise; objects are white squares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "images").mkdir(parents=True)
        kinds = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
        self.labels: dict[str, Any] = {"images": [], "annotations": [], "categories": kinds}

    def add(self, name: str, *corners: tuple[int, int], size: tuple[int, int] = (400, 300)) -> None:
        number = len(self.labels["images"]) + 1
        shape = (size[1], size[0], 3)
        pixels = np.random.default_rng(number).integers(0, 128, shape, dtype=np.uint8)
        image = {"id": number, "file_name": name, "width": size[0], "height": size[1]}
        self.labels["images"].append(image)
        for x, y in corners:
            pixels[y : y + _SIDE, x : x + _SIDE] = 255
            self.label(number, x, y)
        Image.fromarray(pixels).save(self.folder / "images" / name)
        self.write()

    def label(self, image: int, x: int, y: int) -> None:
        known = self.labels["annotations"]
        one = {"id": len(known) + 1, "image_id": image, "category_id": 1, "iscrowd": 0}
        known.append({**one, "bbox": [x, y, _SIDE, _SIDE], "area": _SIDE**2})

    def write(self) -> None:
        (self.folder / "annotations.json").write_text(json.dumps(self.labels))


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    photos = Photos(tmp_path / "photos")
    for number in range(4):
        photos.add(f"{number}.png", (10, 10), (150 + 20 * number, 120), (370, 260))
    return photos


def kept(folder: Path) -> dict[str, tuple[int, ...]]:
    """The tiles that are not left out, and where they are in the folder."""
    view = DatasetView(folder)
    return {
        str(path.relative_to(folder / "files")): view.size(row)
        for row, path in enumerate(view.paths)
    }


def test_nothing_new_changes_nothing(tmp_path: Path, photos: Photos) -> None:
    photos.add("empty.png")  # of which tiles are left out, perhaps all
    folder, _ = imported(tmp_path / "w", photos.folder, task="detection", tile=100)
    before, splits = kept(folder), read_splits(folder)
    files = sorted(path for path in folder.rglob("*.png"))
    for _ in range(2):
        result = update(folder)
        assert (result["added"], result["lost"], result["tiles"]) == (0, 0, True)
    assert kept(folder) == before
    assert sorted(path for path in folder.rglob("*.png")) == files
    after = read_splits(folder)
    assert all(getattr(after, name) == getattr(splits, name) for name in SPLITS)


def test_new_photos_are_cut_likewise_and_lost_ones_left_out(tmp_path: Path, photos: Photos) -> None:
    options = {"tile": 100, "tile_overlap": 0.3, "tile_keep": 0.9}
    folder, _ = imported(tmp_path / "w", photos.folder, task="detection", **options)
    before = kept(folder)
    photos.add("new.png", (95, 10), (200, 200))
    (photos.folder / "images" / "3.png").unlink()
    result = update(folder)
    now = kept(folder)
    new = {path for path in now if photo_name(path) == "images/new.png"}
    assert result["added"] == len(new) == len(now.keys() - before.keys())
    assert {photo_name(path) for path in before.keys() - now.keys()} == {"images/3.png"}
    view = DatasetView(folder)
    rows = {str(path.relative_to(folder / "files")): row for row, path in enumerate(view.paths)}
    shown = 0
    for path in new:
        left, top = map(int, path.removesuffix(".png").rsplit("_", 2)[1:])
        pixels = read_rgb(folder / "files" / path)
        whole = read_rgb(photos.folder / "images" / "new.png")
        np.testing.assert_array_equal(pixels, whole[top : top + 100, left : left + 100])
        for x, y, w, h in view.objects(rows[path]).xywh.astype(int).tolist():
            assert pixels[y : y + h, x : x + w].min() == 255
            assert w * h >= 0.9 * _SIDE**2, "of what is cut, enough"
            shown += 1
    assert shown >= 2
    splits = read_splits(folder)
    every = [row for name in SPLITS for row in getattr(splits, name)]
    assert len(every) == len(set(every))
    sides = [name for name in SPLITS if any(rows[p] in getattr(splits, name) for p in new)]
    assert len(sides) == 1, "tiles of a photo are in one split"


def test_corrections_stay_where_the_tile_is_the_same(tmp_path: Path, photos: Photos) -> None:
    folder, _ = imported(tmp_path / "w", photos.folder, task="detection", tile=100)
    view = DatasetView(folder)
    rows = {str(path.relative_to(folder / "files")): row for row, path in enumerate(view.paths)}
    same, other = rows["images/0.png_0_0.png"], rows["images/1.png_0_0.png"]
    for row in (same, other):
        number = int(view.objects(row).number[0])
        edits.make(folder, edits.SetObjectClass([(row, number)], "b"))
    moved = next(o for o in photos.labels["annotations"] if o["image_id"] == 2)
    moved["bbox"] = [30, 30, _SIDE, _SIDE]
    photos.label(1, 60, 60)  # one more in a tile that was corrected
    photos.labels["annotations"].insert(0, photos.labels["annotations"].pop())  # all counted anew
    photos.write()
    update(folder)
    view = DatasetView(folder)
    corrected = {
        tuple(map(int, o[:2])): c
        for o, c in zip(
            view.objects(same).xywh.tolist(), view.objects(same).class_id.tolist(), strict=True
        )
    }
    assert corrected == {(10, 10): 1, (60, 60): 0}
    assert view.objects(other).class_id.tolist() == [0]
    lost = [f for f in read_findings(folder) if f.code == "correction_lost"]
    assert [f.file for f in lost] == ["images/1.png_0_0.png"]


def test_a_tile_that_was_empty_and_shows_something_now_comes(
    tmp_path: Path, photos: Photos
) -> None:
    folder, _ = imported(tmp_path / "w", photos.folder, task="detection", tile=100)
    left_out = next(
        (x, y)
        for x in (80, 160, 240)
        for y in (0, 80, 160)
        if f"images/0.png_{x}_{y}.png" not in kept(folder)
    )
    photos.label(1, left_out[0] + 40, left_out[1] + 40)
    photos.write()
    assert update(folder)["added"] >= 1
    assert f"images/0.png_{left_out[0]}_{left_out[1]}.png" in kept(folder)


@pytest.mark.parametrize("made", [False, True], ids=["as they are", "made"])
def test_masks_of_new_photos_are_cut(tmp_path: Path, made: bool) -> None:
    source = tmp_path / "s"
    masks = "SegmentationClass" if made else "Annotations"
    for name in ("JPEGImages", masks):
        (source / name).mkdir(parents=True)

    def add(number: int) -> np.ndarray[Any, Any]:
        pixels = np.random.default_rng(number).integers(0, 256, (150, 210, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(source / "JPEGImages" / f"{number}.jpg")
        mask = np.zeros((150, 210), np.uint8)
        mask[20:90, 30 * number : 30 * number + 90] = 1 + number % 2
        table = np.zeros((256, 3), np.uint8)
        table[1], table[2] = (255, 0, 0), (0, 255, 0)
        Image.fromarray(table[mask] if made else mask).save(source / masks / f"{number}.png")
        return mask

    for number in range(3):
        add(number)
    if made:
        head = "# label:color_rgb:parts:actions\n"
        lines = "background:0,0,0::\na:255,0,0::\nb:0,255,0::\n"
        (source / "labelmap.txt").write_text(head + lines)
    else:
        (source / "labels.txt").write_text("background\na\nb")
    folder, _ = imported(tmp_path / "w", source, task="segmentation", tile=64)
    mask = add(3)
    assert update(folder)["added"] > 0
    assert update(folder)["added"] == 0
    view, seen = DatasetView(folder), 0
    for row, path in enumerate(view.paths):
        if path.name.startswith("3."):
            left, top = map(int, path.stem.rsplit("_", 2)[1:])
            expected = mask[top : top + 64, left : left + 64]
            np.testing.assert_array_equal(view.label_map(row), expected)
            seen += 1
    assert seen


def test_what_is_found_in_photos_is_fixed_in_their_tiles(tmp_path: Path, photos: Photos) -> None:
    photos.label(1, 10, 10)  # the same object twice, where no other tile sees it
    photos.labels["annotations"].append({**photos.labels["annotations"][-1], "id": 99})
    photos.write()
    shutil.copy(photos.folder / "images" / "2.png", photos.folder / "images" / "copy.png")
    photos.labels["images"].append({"id": 9, "file_name": "copy.png", "width": 400, "height": 300})
    photos.write()
    folder, _ = imported(tmp_path / "w", photos.folder, task="detection", tile=100)
    index = base_index(folder)
    paths = index.images["path"].to_pylist()
    row = paths.index("images/0.png_0_0.png")
    assert len(DatasetView(folder).objects(row)) == 3
    groups = {g.code: g for g in finding_groups(folder, read_findings(folder))}
    assert groups["duplicate_box"].images == [row]
    offered = fixes(folder)
    assert offered["duplicate_box"].count == 2
    fix(folder, "duplicate_box")
    view = DatasetView(folder)
    assert len(view.objects(row)) == 1
    copies = [n for n, path in enumerate(paths) if photo_name(path) == "images/copy.png"]
    assert copies
    assert offered["exact_duplicate"].images == copies
    fix(folder, "exact_duplicate")
    assert not set(copies) & set(DatasetView(folder).rows.tolist())
    update(folder)
    assert len(DatasetView(folder).objects(row)) == 1
    assert not set(copies) & set(DatasetView(folder).rows.tolist())


def test_objects_are_small_or_not_in_tiles(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    for number in range(3):
        photos.add(f"{number}.png", (10, 10), (150, 120), size=(4000, 300))
    whole, _ = imported(tmp_path / "w", photos.folder, task="detection")
    assert "tiny_objects" in {f.code for f in read_findings(whole)}
    tiled, _ = imported(tmp_path / "t", photos.folder, task="detection", tile=640)
    assert "tiny_objects" not in {f.code for f in read_findings(tiled)}


@pytest.mark.parametrize("name", ["a.jpg", "x/y_1_2.b.png", "deep/" + "n" * 240 + ".jpg"])
def test_tiles_are_known_by_their_photo(name: str) -> None:
    path = tile_path(name, Tile(10, 20, 30, 40), ".png")
    assert photo_name(path) == photo_name(name)
    assert len(path.rpartition("/")[2]) < 240
