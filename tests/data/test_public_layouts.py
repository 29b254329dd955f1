"""Data sets of objects as their publishers and the tools' servers lay them out."""

from __future__ import annotations

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.task import Task

from .layouts import SIZE, codes, objects, parts, photo, read, recognised_as, splits, text
from .told import Told

A, B = [10, 10, 30, 20], [25, 15, 45, 38]
OUTLINES = Task.INSTANCE_SEGMENTATION


def photos(root: Path, *paths: str) -> None:
    for seed, path in enumerate(paths):
        photo(root / path, seed)


def test_visdrone_is_not_yolo(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for split in ("train", "val"):
        home = root / f"VisDrone2019-DET-{split}"
        photo(home / f"images/{split}_d_1.jpg", len(split))
        rows = "10,10,20,10,1,4,0,0\n25,15,20,23,1,1,0,1\n0,0,5,5,0,0,0,0\n1,1,9,9,1,11,0,0,\n"
        text(home / f"annotations/{split}_d_1.txt", rows)
    examined = read(root, told)
    assert recognised_as(examined) == ("visdrone", "detection")
    assert list(objects(examined).values()) == [[("car", A), ("pedestrian", B)]] * 2
    assert codes(told) == {"regions_left_out"}


def test_dotas_rotated_boxes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    head = "imagesource:GoogleEarth\ngsd:0.146\n"
    for split in ("train", "val"):
        photo(root / split / f"images/P{split}.png", len(split))
        rows = "10.0 10.0 30.0 10.0 30.0 20.0 10.0 20.0 plane 0\n35 15 45 25 35 38 25 25 ship 1\n"
        text(root / split / f"labelTxt/P{split}.txt", head + rows)
    examined = read(root, told)
    assert recognised_as(examined) == ("dota", "detection")
    assert splits(examined) == {"train": 1, "val": 1}
    assert objects(examined)["train/images/Ptrain.png"] == [("plane", A), ("ship", B)]
    assert not codes(told)
    outlines = read(root, told, OUTLINES).draft.objects.outlines
    assert outlines.corners.tolist() == [4] * 4


BOX_LISTS = {
    "roboflow": ("train/{}.jpg", "train/_annotations.txt", "train/_classes.txt", "{}.jpg"),
    "keras": ("img/{}.jpg", "train.txt", "classes.txt", "img/{}.jpg"),
}


@pytest.mark.parametrize("name", BOX_LISTS)
def test_lists_of_boxes(tmp_path: Path, told: Told, name: str) -> None:
    image, listed, named, called = BOX_LISTS[name]
    root = tmp_path / "set"
    photos(root, image.format("a b"), image.format("c"))
    rows = [f"{called.format('a b')} 10,10,30,20,1 25,15,45,38,0", called.format("c")]
    text(root / listed, "\n".join(rows))
    text(root / named, "cat\ndog\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("box_lists", "detection")
    assert splits(examined) == {"train": 2}
    assert objects(examined) == {
        image.format("a b"): [("dog", A), ("cat", B)],
        image.format("c"): [],
    }


def corners(box: list[int]) -> dict[str, int]:
    return dict(zip(("x1", "y1", "x2", "y2"), box, strict=True))


@pytest.mark.parametrize("single", [False, True])
def test_bdd(tmp_path: Path, told: Told, single: bool) -> None:
    root = tmp_path / "set"
    lane = {"category": "lane", "poly2d": [{"vertices": [[1, 1], [5, 5]], "closed": False}]}
    labels = [{"category": "car", "box2d": corners(A)}, lane]
    for split in ("train", "val"):
        photo(root / f"images/100k/{split}/{split}1.jpg", len(split))
        whole: Any = [{"name": f"{split}1.jpg", "attributes": {}, "labels": labels}]
        where = f"labels/bdd100k_labels_images_{split}.json"
        if single:
            whole = {"name": f"{split}1", "frames": [{"timestamp": 1, "objects": labels}]}
            where = f"labels/100k/{split}/{split}1.json"
        text(root / where, whole)
    examined = read(root, told)
    assert recognised_as(examined) == ("bdd", "detection")
    assert splits(examined) == {"train": 1, "val": 1}
    assert list(objects(examined).values()) == [[("car", A)]] * 2


def test_crowd_human(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "Images/273,a1.jpg")
    person = {"tag": "person", "fbox": [10, 10, 20, 10], "vbox": [1, 1, 2, 2], "extra": {}}
    crowd = {"tag": "mask", "fbox": [25, 15, 20, 23], "extra": {"ignore": 1}}
    text(root / "annotation_train.odgt", json.dumps({"ID": "273,a1", "gtboxes": [person, crowd]}))
    examined = read(root, told)
    assert recognised_as(examined) == ("crowd_human", "detection")
    assert objects(examined) == {"Images/273,a1.jpg": [("person", A), ("person", B)]}
    assert examined.draft.objects.crowd.tolist() == [False, True]


def bitmap(inside: Any) -> str:
    """A mask as Supervisely writes it."""
    image = Image.fromarray(inside.astype(np.uint8)).convert("P")
    image.putpalette([0, 0, 0, 255, 255, 255])
    png = io.BytesIO()
    image.save(png, "PNG", transparency=0)
    return base64.b64encode(zlib.compress(png.getvalue())).decode()


def test_supervisely(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    exterior = [[10, 10], [30, 10], [30, 20], [10, 20]]
    hole = [[12, 12], [18, 12], [18, 18], [12, 18]]
    disc = np.ones((23, 20), bool)
    shapes = [
        {"geometryType": "rectangle", "points": {"exterior": [[30, 20], [10, 10]]}},
        {"geometryType": "polygon", "points": {"exterior": exterior, "interior": [hole]}},
        {"geometryType": "bitmap", "bitmap": {"data": bitmap(disc), "origin": [25, 15]}},
        {"geometryType": "bitmap", "bitmap": {"data": "!", "origin": [0, 0]}},
        {"geometryType": "line", "points": {"exterior": [[1, 1], [2, 2]], "interior": []}},
    ]
    classes = ["box", "ring", "blob", "blob", "line"]
    for name in ("ds1", "ds2"):
        photo(root / name / f"img/{name}.jpg", ord(name[2]))
        listed = [{"classTitle": c, **s} for c, s in zip(classes, shapes, strict=True)]
        size = {"width": SIZE[0], "height": SIZE[1]}
        text(root / name / f"ann/{name}.jpg.json", {"size": size, "tags": [], "objects": listed})
    text(root / "meta.json", {"classes": [{"title": c, "shape": "any"} for c in classes]})
    examined = read(root, told)
    assert recognised_as(examined) == ("supervisely", "instance_segmentation")
    right = [("box", A), ("ring", A), ("blob", B)]
    assert list(objects(examined).values()) == [right] * 2
    assert parts(examined)[::3] == [0, 0]
    ring = examined.draft.objects.outlines.of_object(1)
    area = sum(_area(outline) for outline in ring)
    assert area == 20 * 10 - 6 * 6
    assert {"malformed_box", "shape_without_area"} <= codes(told)


def _area(outline: list[float]) -> float:
    xs, ys = np.array(outline[::2]), np.array(outline[1::2])
    return abs(float(np.dot(xs, np.roll(ys, 1)) - np.dot(ys, np.roll(xs, 1)))) / 2


def test_tags_of_supervisely_are_classes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for number, name in enumerate(("cat", "dog")):
        photo(root / f"ds/img/{number}.png", number)
        tags = [{"id": 1, "tagId": number, "name": name, "value": None}]
        size = {"width": SIZE[0], "height": SIZE[1]}
        text(root / f"ds/ann/{number}.png.json", {"size": size, "tags": tags, "objects": []})
    examined = read(root, told)
    assert recognised_as(examined) == ("supervisely", "classification")
    assert [examined.draft.classes[i.class_id] for i in examined.draft.images] == ["cat", "dog"]


def test_labelbox(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "images/a.jpg", "images/b.jpg")
    box = dict(zip(("left", "top", "width", "height"), (10, 10, 20, 10), strict=True))
    polygon = [{"x": 25, "y": 15}, {"x": 45, "y": 15}, {"x": 45, "y": 38}]
    said = {
        "objects": [{"name": "car", "bounding_box": box}, {"name": "tree", "polygon": polygon}],
        "classifications": [],
    }
    lines = [
        {
            "data_row": {"id": "c", "external_id": f"{name}.jpg", "row_data": "https://s/x"},
            "media_attributes": {"width": SIZE[0], "height": SIZE[1]},
            "projects": {"p": {"name": "x", "labels": [{"annotations": said}]}},
        }
        for name in "ab"
    ]
    text(root / "export.ndjson", "\n".join(map(json.dumps, lines)))
    examined = read(root, told)
    assert recognised_as(examined) == ("labelbox", "instance_segmentation")
    assert list(objects(examined).values()) == [[("car", A), ("tree", B)]] * 2


def test_lvis_has_addresses_instead_of_names(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "val2017/000000000001.jpg")
    url = "http://images.cocodataset.org/val2017/000000000001.jpg"
    images = [{"id": 1, "coco_url": url, "width": SIZE[0], "height": SIZE[1]}, {"id": 2}]
    one = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 10], "area": 200}
    names = [{"id": 1, "name": "air", "frequency": "c"}]
    whole = {"images": images, "annotations": [one], "categories": names}
    text(root / "lvis_v1_val.json", whole)
    assert objects(read(root, told)) == {"val2017/000000000001.jpg": [("air", A)]}
    assert [f.place for f in told.findings if f.code == "malformed_json"] == ["images[1]"]


def test_tiny_imagenet(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    ids = ("n01443537", "n01629819")
    for number, wnid in enumerate(ids):
        photo(root / f"train/{wnid}/images/{wnid}_0.JPEG", number)
        text(root / f"train/{wnid}/{wnid}_boxes.txt", f"{wnid}_0.JPEG\t0\t0\t47\t39\n")
        photo(root / f"val/images/val_{number}.JPEG", number + 2)
        photo(root / f"test/images/test_{number}.JPEG", number + 4)
    rows = (f"val_{n}.JPEG\t{wnid}\t0\t0\t47\t39\n" for n, wnid in enumerate(reversed(ids)))
    text(root / "val/val_annotations.txt", "".join(rows))
    text(root / "wnids.txt", "\n".join(ids))
    text(root / "words.txt", "n01443537\tgoldfish, Carassius\nn01629819\tsalamander\nn9\tx\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("tiny_imagenet", "classification")
    draft = examined.draft
    assert {image.path: draft.classes[image.class_id] for image in draft.images} == {
        "train/n01443537/images/n01443537_0.JPEG": "goldfish",
        "train/n01629819/images/n01629819_0.JPEG": "salamander",
        "val/images/val_0.JPEG": "salamander",
        "val/images/val_1.JPEG": "goldfish",
    }
    assert splits(examined) == {"train": 2, "val": 2}


def test_cub(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    folders = ("001.Black_footed_Albatross", "002.Laysan_Albatross")
    paths = [f"{folder}/{folder[4:]}_{n}.jpg" for folder in folders for n in range(2)]
    photos(root, *(f"images/{path}" for path in paths))
    text(root / "classes.txt", "".join(f"{n} {name}\n" for n, name in enumerate(folders, 1)))
    said: dict[str, list[Any]] = {
        "images": paths,
        "image_class_labels": [1, 1, 2, 2],
        "train_test_split": [1, 0, 1, 0],
        "bounding_boxes": ["10.0 10.0 20.0 10.0"] * 4,
    }
    for name, values in said.items():
        rows = (f"{n} {value}\n" for n, value in enumerate(values, 1))
        text(root / f"{name}.txt", "".join(rows))
    examined = read(root, told)
    assert recognised_as(examined) == ("cub", "classification")
    assert examined.draft.classes == ["Black_footed_Albatross", "Laysan_Albatross"]
    assert [(i.class_id, i.split) for i in examined.draft.images] == [
        (0, "train"),
        (0, "test"),
        (1, "train"),
        (1, "test"),
    ]
    boxes = objects(read(root, told, Task.DETECTION))
    assert boxes[f"images/{paths[0]}"] == [("Black_footed_Albatross", A)]


@pytest.mark.parametrize("number", ["", "1"])
def test_lists_divide_class_folders(tmp_path: Path, told: Told, number: str) -> None:
    root = tmp_path / "set"
    names = [f"{name}/{name}_{n}" for name in ("apple_pie", "baklava") for n in range(4)]
    photos(root, *(f"images/{name}.jpg" for name in names))
    ending = ".jpg" if number else ""
    for split, chosen in (("train", names[::2]), ("test", names[1:-1:2])):
        text(root / f"meta/{split}{number}.txt", "".join(f"{n}{ending}\n" for n in chosen))
    examined = read(root, told)
    assert recognised_as(examined) == ("folders", "classification")
    assert splits(examined) == {"train": 4, "test": 3}
    assert codes(told) == {"not_listed"}


def test_the_background_of_labelme2coco_is_no_class(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "JPEGImages/a.jpg")
    names = ["_background_", "bird", "cat"]
    whole = {
        "images": [{"id": 0, "file_name": "JPEGImages/a.jpg", "width": 48, "height": 40}],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names)],
        "annotations": [
            {"id": 0, "image_id": 0, "category_id": 2, "bbox": [10, 10, 20, 10], "area": 200}
        ],
    }
    text(root / "annotations.json", whole)
    examined = read(root, told)
    assert examined.draft.classes == ["bird", "cat"]
    assert objects(examined) == {"JPEGImages/a.jpg": [("cat", A)]}
