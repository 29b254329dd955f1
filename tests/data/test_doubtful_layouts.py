"""FGVC-Aircraft, DAVIS and StarDist: names and numbers that are easily taken for others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .layouts import grid, objects, photo, picture, read, recognised_as, splits, text
from .told import Told

VARIANTS = ["707-320", "Boeing 727-200", "F/A-18"]


def test_the_class_of_an_aircraft_is_its_variant(tmp_path: Path) -> None:
    home = tmp_path / "data"
    names = [f"{n:07d}" for n in range(9)]
    for number, name in enumerate(names):
        photo(home / "images" / f"{name}.jpg", number)
    levels = {"variant": VARIANTS, "family": ["707", "Boeing 727", "F/A-18"]}
    for level, classes in {**levels, "manufacturer": ["Boeing", "Boeing", "MDD"]}.items():
        rows = [f"{name} {classes[n % 3]}" for n, name in enumerate(names)]
        parts = {"train": rows[:3], "val": rows[3:6], "trainval": rows[:6], "test": rows[6:]}
        for part, lines in parts.items():
            text(home / f"images_{level}_{part}.txt", "\n".join(lines))
    text(home / "images_box.txt", "\n".join(f"{name} 1 1 40 30" for name in names))
    text(home / "variants.txt", "\n".join(VARIANTS))
    told = Told()
    examined = read(tmp_path, told)
    assert recognised_as(examined) == ("fgvc_aircraft", "classification")
    assert sorted(examined.draft.classes) == sorted(VARIANTS)
    classes = [examined.draft.classes[image.class_id] for image in examined.draft.images]
    stems = [int(Path(image.path).stem) for image in examined.draft.images]
    assert classes == [VARIANTS[stem % 3] for stem in stems]
    assert splits(examined) == {"train": 3, "val": 3, "test": 3}


def test_davis_numbers_objects_and_divides_by_sequences(tmp_path: Path) -> None:
    areas = {"bear": [(1, (5, 5, 20, 20))], "boat": [(1, (0, 0, 9, 9)), (2, (20, 20, 40, 30))]}
    for at, (sequence, regions) in enumerate(areas.items()):
        for frame in range(3):
            name = f"480p/{sequence}/{frame:05d}"
            photo(tmp_path / f"JPEGImages/{name}.jpg", 10 * at + frame)
            palette = [n * 37 % 256 for n in range(768)]
            picture(tmp_path / f"Annotations/{name}.png", grid(*regions), palette)
    text(tmp_path / "ImageSets/2017/train.txt", "bear\n")
    text(tmp_path / "ImageSets/2017/val.txt", "boat\n")
    text(tmp_path / "ImageSets/2016/val.txt", "bear\n")  # an older list
    examined = read(tmp_path, Told())
    assert recognised_as(examined) == ("instance_maps", "instance_segmentation")
    assert examined.draft.classes == ["object"]
    assert sorted(map(len, objects(examined).values())) == [1, 1, 1, 2, 2, 2]
    assert splits(examined) == {"train": 3, "val": 3}


@pytest.mark.parametrize("ending", ["tif", "png"])
def test_sixteen_bits_number_cells(tmp_path: Path, ending: str) -> None:
    for part in ("train", "test"):
        for number in range(3):
            home = tmp_path / part
            photo(home / f"images/{number}.{ending}", 10 * len(part) + number)
            corners = [(x, y) for y in range(0, 36, 9) for x in range(0, 45, 9)][: 8 + number]
            regions = [(300 + n, (x, y, x + 7, y + 7)) for n, (x, y) in enumerate(corners)]
            picture(home / f"masks/{number}.{ending}", grid(*regions, dtype="uint16"))
    examined = read(tmp_path, Told())
    assert recognised_as(examined) == ("instance_maps", "instance_segmentation")
    assert examined.draft.classes == ["object"]
    assert sorted(map(len, objects(examined).values())) == [8, 8, 9, 9, 10, 10]
    assert splits(examined) == {"train": 3, "test": 3}


@pytest.mark.parametrize("kind", ["8 bits", "several regions", "two classes"])
def test_masks_of_classes_stay_such(tmp_path: Path, kind: str) -> None:
    for number in range(4):
        photo(tmp_path / f"images/{number}.png", number)
        at = [(1, (0, 0, 9, 9)), (2, (12, 0, 20, 9)), (3, (24, 0, 30 + number, 9))]
        if kind == "several regions":
            at += [(1, (0, 20, 9, 30)), (2, (12, 20, 20, 30))]
        values = grid(*(at[:2] if kind == "two classes" else at))
        values = values.astype(np.uint8 if kind == "8 bits" else np.uint16)
        (tmp_path / "masks").mkdir(exist_ok=True)
        Image.fromarray(values).save(tmp_path / f"masks/{number}.png")
    assert recognised_as(read(tmp_path, Told())) == ("masks", "segmentation")
