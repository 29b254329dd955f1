"""What is almost of a format is told with the first file that speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.source.scan import scan

from .layouts import photo, read, text
from .told import Told

SOUND = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"
OBJECT = "<annotation><object><name>cat</name>{}</object></annotation>"

NEAR: Mapping[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "YOLO, a class by name": (
        {"labels/7.txt": "cat 0.5 0.5 0.2 0.2\n"},
        ("YOLO", "labels/7.txt", "line 1", "`cat`"),
    ),
    "YOLO, a word among the numbers": (
        {"labels/7.txt": "0 0.5 0.5 0.2 0.2\n0 0.5 0.5 wide 0.2 0.2\n0 .5 .5 .2 x\n"},
        ("YOLO", "line 2", "`wide`"),
    ),
    "YOLO, too few numbers": (
        {"labels/7.txt": "0 0.5 0.5 0.2\n1 0.1 0.1 0.1\n"},
        ("YOLO", "line 1", "there are 3 numbers"),
    ),
    "VOC, no XML": ({"Annotations/7.xml": "<annotation><object>"}, ("Pascal VOC", "7.xml")),
    "VOC, another root": (
        {"Annotations/7.xml": "<labels><item/></labels>"},
        ("Pascal VOC", "<labels>", "7.xml"),
    ),
    "VOC, no boxes": (
        {"Annotations/7.xml": OBJECT.format("<point/>")},
        ("Pascal VOC", "<bndbox>", "7.xml"),
    ),
    "COCO, a list missing": (
        {"annotations.json": '{"annotations": [], "categories": []}'},
        ("COCO", "annotations.json", "images"),
    ),
    "COCO, a mapping": (
        {"annotations.json": '{"images": {}, "annotations": {}, "categories": []}'},
        ("COCO", "annotations.json", "images"),
    ),
    "COCO, cut short": (
        {"annotations.json": '{"images": [], "categories": [{'},
        ("COCO", "annotations.json", "truncated"),
    ),
    "LabelMe, no JSON": ({"images/7.json": '{"shapes": ['}, ("LabelMe", "images/7.json")),
    "a table without images": (
        {"train.csv": "weight,label\n1,cat\n"},
        ("CSV", "train.csv", "weight", "filename"),
    ),
    "a table without classes": (
        {"train.csv": "filename,weight\n7.jpg,1\n"},
        ("CSV", "train.csv", "filename, weight", "label"),
    ),
    "lists without numbers": (
        {"train.txt": "images/7.jpg\nimages/8.jpg\n"},
        ("Image lists", "line 1", "train.txt"),
    ),
}


@pytest.mark.parametrize("name", NEAR)
def test_the_closest_format_and_why_not(tmp_path: Path, told: Told, name: str) -> None:
    files, said = NEAR[name]
    for number in (7, 8):
        photo(tmp_path / f"images/{number}.jpg", number)
    for path, content in files.items():
        text(tmp_path / path, content)
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told))
    assert error.value.code == "data.nothing_recognised"
    assert not [part for part in said if part not in str(error.value)]
    assert "{" not in error.value.message.text("zh_CN")


def test_only_what_was_looked_for_is_close(tmp_path: Path, told: Told) -> None:
    photo(tmp_path / "images/7.jpg")
    text(tmp_path / "labels/7.txt", "cat 0.5 0.5 0.2 0.2\n")
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told), format_name="voc")
    assert "YOLO" not in str(error.value)


def test_a_weak_reading_says_what_it_is_close_to(tmp_path: Path, told: Told) -> None:
    for name in ("cat", "dog"):
        photo(tmp_path / f"{name}/{name}.jpg", len(name) + ord(name[0]))
        text(tmp_path / f"{name}/{name}.txt", f"{name} 0.5 0.5 0.2 0.2\n")
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told))
    assert error.value.code == "data.doubtful"
    assert "closest to YOLO" in str(error.value)


COCO = '{{"images": [{{"id": 1, "file_name": "7.jpg"}}], "annotations": [{}], "categories": []}}'
NAMED = {
    "labels": ("labels_val.json", COCO.format('{"image_id": 1, "category_id": 1}'), "classes of"),
    "images": ("image_info_val.json", COCO.format(""), "lists images alone"),
    "captions": ("captions.json", COCO.format('{"image_id": 1, "caption": "a"}'), "captions"),
    "panoptic": ("panoptic.json", COCO.format('{"image_id": 1, "segments_info": []}'), "panoptic"),
    "keypoints": (
        "k.json",
        COCO.format('{"image_id": 1, "category_id": 1, "keypoints": [1, 2, 2]}'),
        "keypoints",
    ),
    "tracks": ("gt/gt.txt", "1,1,10,20,30,40,1,1,0.5\n", "MOT"),
    "text": ("gt_7.txt", '1, 2, 30, 40, "word"\n', "ICDAR"),
    "words": ("gt.txt", '7.jpg, "PROPER"\n', "ICDAR"),
    "Arrow": ("data.arrow", "ARROW1", "Arrow"),
    "tracklets": ("tracklet_labels.xml", "<boost_serialization><tracklets/>", "three dimensions"),
    "binary Datumaro": ("annotations/train.datum", "x", "Datumaro"),
    "MNIST": ("train-images-idx3-ubyte.gz", "x", "IDX"),
    "CIFAR": ("data_batch_1", "x", "pickle"),
    "volumes": ("scan.nii.gz", "x", "NIfTI"),
    "arrays": ("nyu.h5", "x", "arrays"),
    "video": ("drive.mp4", "x", "video"),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("with_image", [True, False])
def test_what_is_not_read_is_named(tmp_path: Path, told: Told, name: str, with_image: bool) -> None:
    path, content, said = NAMED[name]
    root = tmp_path / "set"
    text(root / path, content)
    if with_image:
        photo(root / "7.jpg")
    with pytest.raises(UserError) as error:
        read(root, told)
    assert said in str(error.value)
    assert path in str(error.value)


WEAK = {
    "re-identification": ["bounding_box_train/0001_c1s1_1.jpg", "query/0002_c1s1_1.jpg"],
    "WIDER FACE without its lists": [
        "WIDER_train/images/0--Parade/1.jpg",
        "WIDER_val/images/2.jpg",
    ],
    "KITTI without labels": ["training/image_2/1.jpg", "training/image_3/2.jpg"],
    "cameras": ["IMAGE_00/data/1.jpg", "IMAGE_01/data/2.jpg"],
    "images of point clouds": ["a/1.jpg", "b/2.jpg", "x.pcd"],
    "SYNTHIA without masks": ["RGBLeft/1.jpg", "DepthLeft/2.jpg"],
}


@pytest.mark.parametrize("name", WEAK)
def test_folders_of_layouts_are_no_classes(tmp_path: Path, told: Told, name: str) -> None:
    for seed, path in enumerate(WEAK[name]):
        if path.endswith(".jpg"):
            photo(tmp_path / path, seed)
        else:
            text(tmp_path / path, "x")
    with pytest.raises(UserError) as error:
        detect(scan(tmp_path, told))
    assert error.value.code in {"data.doubtful", "data.nothing_recognised"}
