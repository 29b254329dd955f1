"""Reading label maps: masks of many kinds, and those drawn from outlines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.pipeline import Examined, examine
from paddlex_nb.layout.dataset import DatasetFolder

from .conftest import MakeImage
from .told import Told

SIZE = (48, 40)


def write_mask(path: Path, values: Any, mode: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.zeros((SIZE[1], SIZE[0], *np.shape(values)[1:]), np.asarray(values).dtype)
    for column, value in enumerate(values):
        array[:, column * 8 : column * 8 + 8] = value
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path)


def bands(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


def read(root: Path, own: Path, told: Told, task: Task | None = None) -> Examined:
    return examine(root, task, None, own, told)


def label_map(examined: Examined, own: Path, row: int = 0) -> NDArray[np.uint8]:
    image = examined.draft.images[row]
    root = DatasetFolder(own).masks if examined.masks_made else examined.root
    return np.asarray(Image.open(root / image.mask))


@pytest.mark.parametrize(
    ("image", "mask", "split"),
    [
        ("JPEGImages/x.jpg", "Annotations/x.png", ""),
        ("train/images/x.jpg", "train/masks/x.png", "train"),
        ("images/train/x.jpg", "labels/train/x_mask.png", "train"),
        ("x.jpg", "x_mask.png", ""),
        ("some/x.jpg", "some/x_L.png", ""),
        ("leftImg8bit/val/ulm/x_leftImg8bit.png", "gtFine/val/ulm/x_gtFine_labelIds.png", "val"),
    ],
)
def test_masks_are_found(
    make_image: MakeImage, tmp_path: Path, told: Told, image: str, mask: str, split: str
) -> None:
    for seed, name in enumerate(("x", "other", "third")):
        make_image(tmp_path / "set" / image.replace("x", name, 1), seed=seed)
        write_mask(tmp_path / "set" / mask.replace("x", name, 1), bands(0, 1, 2))
    other = image.replace("x", "bare", 1)
    make_image(tmp_path / "set" / other, seed=9)
    examined = read(tmp_path / "set", tmp_path / "own", told)
    assert examined.detected.format.name == "masks"
    assert not examined.masks_made
    assert [i.split for i in examined.draft.images] == [split] * 3
    pairs = {i.path: i.mask for i in examined.draft.images}
    assert pairs[image] == mask
    assert ("missing_annotation", other) in {(f.code, f.file) for f in told.findings}


def test_of_cityscapes_label_maps_the_trained_one_is_taken(
    make_image: MakeImage, tmp_path: Path, told: Told
) -> None:
    for seed, name in enumerate("ab"):
        make_image(tmp_path / f"leftImg8bit/train/u/{name}_leftImg8bit.png", seed=seed)
        for kind in ("labelIds", "labelTrainIds", "color", "instanceIds"):
            write_mask(tmp_path / f"gtFine/train/u/{name}_gtFine_{kind}.png", bands(0, 1, 255))
    examined = read(tmp_path, tmp_path / "own", told)
    assert [i.mask.rpartition("_")[2] for i in examined.draft.images] == ["labelTrainIds.png"] * 2
    assert examined.present == [[0, 1]] * 2


TABLES = {
    "class_dict.csv": "name,r,g,b\nsky,128,128,128\nroad, 0, 0, 255\nVoid,0,0,0\n",
    "labelmap.txt": "# label:color_rgb:parts\nsky:128,128,128::\nroad:0,0,255::\nvoid:0,0,0::\n",
    "label_colors.txt": "128 128 128\tsky\n0 0 255 road\n0 0 0\tVoid\n",
}


@pytest.mark.parametrize("table", TABLES)
def test_colours_of_a_table_are_classes(
    make_image: MakeImage, tmp_path: Path, told: Told, table: str
) -> None:
    colours = np.array([[128, 128, 128], [0, 0, 255], [0, 0, 0], [9, 9, 9]], np.uint8)
    for seed, name in enumerate("ab"):
        make_image(tmp_path / f"set/images/{name}.jpg", seed=seed)
        write_mask(tmp_path / f"set/masks/{name}.png", colours[: 4 - seed])
    (tmp_path / "set" / table).write_text(TABLES[table])
    examined = read(tmp_path / "set", tmp_path / "own", told)
    assert examined.draft.classes == ["sky", "road"]
    assert examined.masks_made
    assert label_map(examined, tmp_path / "own")[0, ::8].tolist() == [0, 1, 255, 255, 255, 255]
    strangers = [f for f in told.findings if f.code == "label_out_of_range"]
    assert [(f.file, f.values["numbers"]) for f in strangers] == [("masks/a.png", "#090909")]


@pytest.mark.parametrize("mode", ["L", "1"])
def test_two_values_are_background_and_foreground(
    make_image: MakeImage, tmp_path: Path, told: Told, mode: str
) -> None:
    for seed, name in enumerate("ab"):
        make_image(tmp_path / f"set/images/{name}.jpg", seed=seed)
        write_mask(tmp_path / f"set/masks/{name}.png", bands(0, 255, 0), mode)
    examined = read(tmp_path / "set", tmp_path / "own", told)
    assert examined.draft.classes == ["background", "foreground"]
    assert label_map(examined, tmp_path / "own")[0, ::8].tolist() == [0, 1, 0, 0, 0, 0]
    assert examined.masks_made == ("binary_masks" in told.codes()) == (mode == "L")


def test_a_value_of_most_masks_that_is_no_class_is_void(
    make_image: MakeImage, tmp_path: Path, told: Told
) -> None:
    for seed in range(6):
        make_image(tmp_path / f"images/{seed}.jpg", seed=seed)
        write_mask(tmp_path / f"masks/{seed}.png", bands(0, 1, 11 if seed else 9))
    (tmp_path / "labels.txt").write_text("a\nb")
    read(tmp_path, tmp_path / "own", told)
    reported = [(f.code, f.severity.value, f.file) for f in told.findings]
    assert ("void_value", "warning", ".") in reported
    assert ("label_out_of_range", "warning", "masks/0.png") in reported
    assert ("label_out_of_range", "info", "masks/1.png") in reported


def test_smoothed_masks_are_told_apart_from_void(
    make_image: MakeImage, tmp_path: Path, told: Told
) -> None:
    for seed in range(3):
        make_image(tmp_path / f"images/{seed}.jpg", seed=seed)
        path = tmp_path / f"masks/{seed}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.tile(np.arange(48, dtype=np.uint8), (40, 1))).save(path)
    (tmp_path / "labels.txt").write_text("a\nb")
    read(tmp_path, tmp_path / "own", told)
    assert "blurred_masks" in told.codes()
    assert "void_value" not in told.codes()


def square(left: int, top: int, side: int) -> list[list[float]]:
    return [[left, top], [left + side, top], [left + side, top + side], [left, top + side]]


def labelme(shapes: Sequence[tuple[str, list[list[float]]]]) -> str:
    items = [{"label": name, "points": points, "shape_type": "polygon"} for name, points in shapes]
    return json.dumps({"version": "5", "flags": {}, "shapes": items, "imagePath": ""})


def test_labelme_polygons_are_drawn_in_their_order(
    make_image: MakeImage, tmp_path: Path, told: Told
) -> None:
    shapes = [
        ("dog", square(0, 0, 20)),
        ("cat", square(10, 0, 20)),
        ("__ignore__", square(30, 0, 10)),
    ]
    for seed, name in enumerate("ab"):
        make_image(tmp_path / f"set/{name}.jpg", seed=seed)
        (tmp_path / f"set/{name}.json").write_text(labelme(shapes))
    examined = read(tmp_path / "set", tmp_path / "own", told, Task.SEGMENTATION)
    assert examined.draft.classes == ["background", "cat", "dog"]
    row = label_map(examined, tmp_path / "own")[5]
    assert (row[:10] == 2).all()
    assert (row[10:30] == 1).all()
    assert (row[30:40] == 255).all()
    assert (row[40:] == 0).all()
    assert examined.present == [[0, 1, 2]] * 2
    assert len(examined.draft.objects) == 0


def test_outlines_of_coco_are_drawn_as_coco_fills_them(
    shared_data: Path, tmp_path: Path, told: Told
) -> None:
    source = shared_data / "formats/coco-rle"
    examined = read(source, tmp_path, told, Task.SEGMENTATION)
    assert examined.draft.classes == ["background", "balloon"]
    content = json.loads((source / "annotations.json").read_text())
    for row, image in enumerate(content["images"]):
        size = image["height"], image["width"]
        given = [a["segmentation"] for a in content["annotations"] if a["image_id"] == image["id"]]
        rles = [
            rle if isinstance(rle["counts"], str) else coco_mask.frPyObjects(rle, *size)
            for rle in given
        ]
        expected = coco_mask.decode(coco_mask.merge(rles))
        assert (label_map(examined, tmp_path, row) == expected).all()


@pytest.mark.parametrize("beside", [True, False])
def test_a_mask_for_each_object(
    make_image: MakeImage, tmp_path: Path, told: Told, beside: bool
) -> None:
    for seed, name in enumerate("ab"):
        place = tmp_path / name if beside else tmp_path
        make_image(place / f"images/{name}.png", seed=seed)
        masks = place / "masks" if beside else place / "masks" / name
        write_mask(masks / "cat_1.png", bands(0, 255, 255))
        write_mask(masks / "cat_2.png", bands(1, 0))
        write_mask(masks / "dog_3.png", bands(0, 0, 0, 0, 7))
        write_mask(masks / "dog_4.png", bands(0, 0))
    examined = read(tmp_path, tmp_path / "own", told)
    assert examined.detected.format.name == "instance_masks"
    assert examined.draft.classes == ["cat", "dog"]
    boxes = examined.draft.objects.boxes[:3].tolist()
    assert boxes == [[8, 0, 24, 40], [0, 0, 8, 40], [32, 0, 40, 40]]
    assert told.codes() >= {"mask_all_background"}
