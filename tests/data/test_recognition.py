"""Data sets as people have them are read as what they are, or refused with the reason."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.check_source import check_folder, check_source
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.importing.pipeline import Examined, examine
from paddlex_nb.data.source.scan import scan

from .conftest import MakeImage
from .told import Told

VOC = (
    "<annotation><filename>{name}</filename><size><width>48</width><height>40</height></size>"
    "<object><name>apple</name><bndbox><xmin>4</xmin><ymin>5</ymin><xmax>20</xmax><ymax>30</ymax>"
    "</bndbox></object></annotation>"
)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def read(root: Path, told: Told, **options: Any) -> Examined:
    task, name = options.get("task"), options.get("format")
    return examine(root, task, name, root.parent / "own", told)


def splits(examined: Examined) -> Counter[str]:
    return Counter(image.split for image in examined.draft.images)


def refused(root: Path, code: str = "data.doubtful", **options: Any) -> str:
    with pytest.raises(UserError) as error:
        detect(scan(root, Told()), **options)
    assert error.value.code == code
    for language in ("en", "zh_CN"):
        assert "{" not in error.value.message.text(language)
    return str(error.value)


LAYOUTS = {
    "beside": ("{split}/{n}.jpg", "{split}/{n}.xml"),
    "trees": ("{split}/images/{n}.jpg", "{split}/annotations/{n}.xml"),
    "VOC trees": ("{split}/JPEGImages/{n}.jpg", "{split}/Annotations/{n}.xml"),
    "splits below": ("JPEGImages/{split}/{n}.jpg", "Annotations/{split}/{n}.xml"),
    "labels in splits only": ("images/{split}_{n}.jpg", "labels/{split}/{split}_{n}.xml"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_voc_files_wherever_the_splits_are(
    tmp_path: Path, told: Told, make_image: MakeImage, layout: str
) -> None:
    for seed, split in enumerate(("train", "valid", "test")):
        for n in range(2):
            image, label = (part.format(split=split, n=n) for part in LAYOUTS[layout])
            make_image(tmp_path / "set" / image, 2 * seed + n)
            write(tmp_path / "set" / label, VOC.format(name=Path(image).name))
    examined = read(tmp_path / "set", told)
    assert (examined.detected.format.name, examined.draft.classes) == ("voc", ["apple"])
    assert splits(examined) == {"train": 2, "val": 2, "test": 2}
    assert len(examined.draft.objects) == 6
    assert told.codes() == set()


def test_labelimg_writes_beside_the_image(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n in range(3):
        make_image(tmp_path / f"set/day 1/{n}.jpg", n)
        write(tmp_path / f"set/day 1/{n}.xml", VOC.format(name=f"{n}.jpg"))
    make_image(tmp_path / "set/day 1/bare.jpg", 9)
    examined = read(tmp_path / "set", told)
    assert [i.path for i in examined.draft.images] == [f"day 1/{n}.jpg" for n in range(3)]
    assert {f.code: f.file for f in told.findings} == {"missing_annotation": "day 1/bare.jpg"}


def test_the_named_one_of_two_images_has_the_labels(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n in range(2):
        make_image(tmp_path / f"set/JPEGImages/{n}.png", n, (90, 90))
        make_image(tmp_path / f"set/JPEGImages/{n}.jpg", n + 5)
        write(tmp_path / f"set/Annotations/{n}.xml", VOC.format(name=f"{n}.jpg"))
    assert {i.path for i in read(tmp_path / "set", told).draft.images} == {
        "JPEGImages/0.jpg",
        "JPEGImages/1.jpg",
    }


def test_a_coco_file_in_each_split(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    for seed, split in enumerate(("train", "valid", "test")):
        make_image(tmp_path / f"set/{split}/0.jpg", seed)
        content = {
            "images": [{"id": 0, "file_name": "0.jpg", "width": 48, "height": 40}],
            "categories": [
                {"id": 0, "name": "fruits", "supercategory": "none"},
                {"id": 1, "name": "apple", "supercategory": "fruits"},
            ],
            "annotations": [{"id": 0, "image_id": 0, "category_id": 1, "bbox": [4, 5, 16, 25]}],
        }
        write(tmp_path / f"set/{split}/_annotations.coco.json", json.dumps(content))
    examined = read(tmp_path / "set", told)
    assert splits(examined) == {"train": 1, "val": 1, "test": 1}
    assert examined.draft.classes == ["apple"]
    assert len(examined.draft.objects) == 3


@pytest.mark.parametrize("kind", ["caption", "segments_info", "nothing"])
def test_coco_files_that_hold_no_objects_are_named(tmp_path: Path, kind: str) -> None:
    annotation: dict[str, Any] = {"id": 0, "image_id": 0, "category_id": 0, kind: "x"}
    content = {"images": [{"id": 0, "file_name": "0.jpg"}], "annotations": [annotation]}
    write(tmp_path / "annotations/train.json", json.dumps(content))
    write(tmp_path / "images/train/0.jpg", "")
    assert "COCO file" in refused(tmp_path, "data.nothing_recognised")


TABLES: dict[str, tuple[list[str], list[object]]] = {
    "boxes": (["filename", "class", "xmin", "ymin", "xmax", "ymax"], ["apple", 4, 5, 20, 30]),
    "classes": (["image_name", "label_name"], ["apple"]),
    "one-hot": (["filename", " apple", " pear"], [1, 0]),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("suffix", [".jpg", ""])
def test_a_table_in_each_split(
    tmp_path: Path, told: Told, make_image: MakeImage, table: str, suffix: str
) -> None:
    head, row = TABLES[table]
    for seed, split in enumerate(("train", "valid")):
        rows: list[list[object]] = [[f"{split}{n}{suffix}", *row] for n in range(2)]
        if table != "boxes":
            other: list[object] = ["pear"] if table == "classes" else [0, 1]
            rows[1] = [rows[1][0], *other]
        for n in range(2):
            make_image(tmp_path / f"set/{split}/{split}{n}.jpg", 2 * seed + n)
        with (tmp_path / f"set/{split}/_annotations.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    examined = read(tmp_path / "set", told)
    assert examined.detected.format.name == "csv"
    assert splits(examined) == {"train": 2, "val": 2}
    assert examined.draft.classes == ["apple"] if table == "boxes" else ["apple", "pear"]
    assert told.counts["error"] == 0


def test_a_row_without_an_object_is_an_image_with_nothing_to_find(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n in range(3):
        make_image(tmp_path / f"set/{n}.jpg", n)
    rows = "0.jpg,cow,1,2,9,9\n1.jpg,cow,1,2,9,9\n2.jpg,,,,,\n"
    write(tmp_path / "set/labels.csv", f"filename,class,xmin,ymin,xmax,ymax\n{rows}")
    examined = read(tmp_path / "set", told)
    assert (len(examined.draft.images), len(examined.draft.objects)) == (3, 2)
    assert told.codes() == set()


def test_cvat_subsets_are_folders(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    images = ""
    for seed, subset in enumerate(("Train", "Validation")):
        make_image(tmp_path / f"set/images/{subset}/0.jpg", seed)
        box = '<box label="a" xtl="1" ytl="2" xbr="9" ybr="9"/>'
        images += f'<image id="{seed}" name="0.jpg" subset="{subset}">{box}</image>'
    write(tmp_path / "set/annotations.xml", f"<annotations>{images}</annotations>")
    examined = read(tmp_path / "set", told)
    assert splits(examined) == {"train": 1, "val": 1}
    assert len(examined.draft.objects) == 2


def test_yolo_splits_by_folder_where_the_description_is_wrong(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for seed, split in enumerate(("train", "val")):
        make_image(tmp_path / f"set/{split}/images/{split}.jpg", seed)
        write(tmp_path / f"set/{split}/labels/{split}.txt", "0 .5 .5 .4 .4\n")
    write(tmp_path / "set/data.yaml", "train: ../train/images\nval: ../valid/images\nnames: [a]")
    assert splits(read(tmp_path / "set", told)) == {"train": 1, "val": 1}


UNLABELLED = {
    "splits": [f"{s}/{n}.jpg" for s in ("train", "valid", "test") for n in range(2)],
    "two": ["train/1.jpg", "test/2.jpg"],
    "Chinese": ["训练集/1.jpg", "验证集/2.jpg", "测试集/3.jpg"],
    "sets": ["train_set/1.jpg", "valset/2.jpg", "Test Set/3.jpg"],
    "upper case": ["Train/1.jpg", "Val/2.jpg"],
    "images below": ["train/images/1.jpg", "val/images/2.jpg"],
    "splits below": ["images/train/1.jpg", "images/val/2.jpg"],
}


@pytest.mark.parametrize("layout", UNLABELLED)
@pytest.mark.parametrize("task", [None, Task.CLASSIFICATION])
def test_unlabelled_images_in_splits_are_no_classes(
    tmp_path: Path, layout: str, task: Task | None
) -> None:
    for path in UNLABELLED[layout]:
        write(tmp_path / path, "")
    assert "no annotations" in refused(tmp_path, "data.nothing_recognised", task=task)


@pytest.mark.parametrize("words", [("train", "val"), ("训练集", "验证"), ("training_set", "valid")])
@pytest.mark.parametrize("order", ["{split}/{name}", "{name}/{split}", "{split}/images/{name}"])
def test_splits_above_or_below_the_classes(
    tmp_path: Path, told: Told, order: str, words: tuple[str, str]
) -> None:
    for split in words:
        for name in ("cat", "dog"):
            write(tmp_path / order.format(split=split, name=name) / f"{split}_{name}1.jpg", "")
    detected = detect(scan(tmp_path, told))
    draft = detected.format.read(detected.tree, told)
    assert draft.classes == ["cat", "dog"]
    assert Counter(image.split for image in draft.images) == {"train": 2, "val": 2}


@pytest.mark.parametrize("inner", ["Imgs", "photos of it", "a/b"])
def test_a_level_that_all_classes_share_is_no_part_of_their_names(
    tmp_path: Path, told: Told, inner: str
) -> None:
    for n, name in enumerate(("cat", "dog", "cow")):
        write(tmp_path / name / inner / f"{n}.jpg", "")
    detected = detect(scan(tmp_path, told))
    assert detected.format.read(detected.tree, told).classes == ["cat", "cow", "dog"]


WEAK = {
    "RGB and depth": ["rgb_left/1.jpg", "depth/1.jpg"],
    "images and instances": ["images/1.jpg", "instances/1.png", "visualization/1.jpg"],
    "frames": ["frames/1.jpg", "splits/2.jpg"],
    "default": ["default/1.jpg", "other/2.jpg"],
    "the same scenes": [f"{c}/2023050112{n}.jpg" for c in ("left", "right") for n in range(10, 15)],
    "two levels that may be the class": [f"{t}/{c}/{t}{c}.jpg" for t in "xy" for c in ("u", "v")],
    "a label file a picture": ["cat/1.jpg", "dog/2.jpg", "cat/1.txt", "dog/2.txt"],
    "a label file for all": ["cat/1.jpg", "dog/2.jpg", "all.json"],
}


@pytest.mark.parametrize("layout", WEAK)
def test_a_weak_reading_is_refused_unless_it_is_asked_for(
    tmp_path: Path, told: Told, layout: str
) -> None:
    for path in WEAK[layout]:
        write(tmp_path / path, "")
        if not path.endswith((".jpg", ".png")):
            write(tmp_path / path, '{"file": "cat/1.jpg", "is": "a caption"}')
    said = refused(tmp_path)
    assert "--task classification" in said
    detected = detect(scan(tmp_path, told), Task.CLASSIFICATION)
    assert detected.format.name == "folders"
    assert detect(scan(tmp_path, told), format_name="folders").format.name == "folders"


def test_numbered_images_in_class_folders_are_no_doubt(tmp_path: Path, told: Told) -> None:
    for name in ("cat", "dog"):
        for n in range(300):
            write(tmp_path / name / f"IMG_{n:04}.jpg", "")
    write(tmp_path / "README.txt", "cat/IMG_0001.jpg is my favourite")
    write(tmp_path / "labels.txt", "cat\ndog\n")
    assert detect(scan(tmp_path, told)).format.name == "folders"


def test_label_files_that_nobody_read_are_named(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n, name in enumerate(("cat", "dog")):
        for k in range(4):
            make_image(tmp_path / f"set/{name}/{name}{k}.jpg", 4 * n + k)
            write(tmp_path / f"set/{name}/{name}{k}.txt", "a sleeping animal")
    write(tmp_path / "set/notes.yaml", "by: me")
    read(tmp_path / "set", told, task=Task.CLASSIFICATION)
    by_code = {f.code: f for f in told.findings}
    assert set(by_code) == {"unread_labels", "unread_files"}
    assert by_code["unread_labels"].values["files"] == 8
    assert by_code["unread_labels"].values["examples"] == "cat/cat0.txt, cat/cat1.txt, cat/cat2.txt"
    assert by_code["unread_labels"].severity.value == "warning"
    assert "notes.yaml" in by_code["unread_files"].message.text()


def test_another_task_than_the_labels_are_for_is_told_which(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write(tmp_path / f"{split}/1.jpg", "")
        write(tmp_path / f"{split}/1.xml", VOC)
    said = refused(tmp_path, "data.recognised_otherwise", task=Task.CLASSIFICATION)
    assert "Pascal VOC" in said
    assert "--task detection" in said


@pytest.fixture
def defects(tmp_path: Path) -> Path:
    """Photos and masks of one name in one folder, in folders of classes."""
    dice = np.random.default_rng(0)
    for name, count in (("MT_Blowhole", 5), ("MT_Break", 4), ("MT_Free", 3)):
        for n in range(count):
            stem = tmp_path / f"set/{name}/Imgs/exp{n}_{name}"
            stem.parent.mkdir(parents=True, exist_ok=True)
            noise = dice.integers(0, 256, (30, 40), np.uint8)
            Image.fromarray(noise).resize((80, 60)).save(stem.with_suffix(".jpg"))
            mask = np.zeros((60, 80), np.uint8)
            mask[10:20, 10:20] = 0 if name == "MT_Free" else 255
            Image.fromarray(mask).save(stem.with_suffix(".png"))
    return tmp_path / "set"


def test_photos_with_masks_in_class_folders_are_asked_about(defects: Path) -> None:
    said = refused(defects)
    for part in ("12 images have masks", "--task classification", "--task segmentation"):
        assert part in said


def test_masks_are_no_photos_of_a_class(defects: Path, told: Told) -> None:
    examined = read(defects, told, task=Task.CLASSIFICATION)
    assert examined.draft.classes == ["MT_Blowhole", "MT_Break", "MT_Free"]
    assert len(examined.draft.images) == 12
    assert {i.path.rpartition(".")[2] for i in examined.draft.images} == {"jpg"}
    (note,) = [f for f in told.findings if f.code == "masks_not_read"]
    assert note.values["masks"] == 12


@pytest.mark.parametrize("options", [{"task": Task.SEGMENTATION}, {"format": "masks"}])
def test_the_same_folder_is_photos_and_masks(
    defects: Path, told: Told, options: dict[str, Any]
) -> None:
    (defects / "MT_Break/Imgs/exp0_MT_Break.png").unlink()
    examined = read(defects, told, **options)
    assert len(examined.draft.images) == 11
    assert all(Path(i.path).stem == Path(i.mask).stem or i.mask for i in examined.draft.images)
    assert examined.draft.classes == ["background", "foreground"]
    assert "missing_annotation" in told.codes()


def test_masks_beside_photos_in_one_folder_are_sure(defects: Path, told: Told) -> None:
    assert read(defects / "MT_Blowhole", told).detected.format.name == "masks"


@pytest.mark.parametrize("names", [("photo", "area"), ("day", "night")])
def test_a_folder_of_masks_under_any_name_is_no_class(
    tmp_path: Path, told: Told, names: tuple[str, str]
) -> None:
    dice = np.random.default_rng(0)
    for n in range(6):
        for folder, kind in zip(names, ("photo", "mask"), strict=True):
            pixels = dice.integers(0, 256, (30, 40), np.uint8)
            path = tmp_path / folder / f"{n}.png"
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(pixels if kind == "photo" else pixels // 128).save(path)
    assert "of the same name" in refused(tmp_path)


def test_two_formats_of_one_photo_are_no_masks(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n, name in enumerate(("cat", "dog")):
        make_image(tmp_path / f"{name}/{n}.jpg", n, (200, 160), quality=40)
        with Image.open(tmp_path / f"{name}/{n}.jpg") as image:
            image.save(tmp_path / f"{name}/{n}.png")
    assert detect(scan(tmp_path, told)).format.name == "folders"


REPORTED: dict[str, tuple[str, int, dict[str, int]] | str] = {
    "coco_flat_segmentation": ("coco", 4, {}),
    "csv_negative": ("csv", 4, {}),
    "cvat_video": ("cvat_video", 4, {}),
    "fiftyone_coco": ("coco", 4, {}),
    "labelimg_flat": ("voc", 4, {}),
    "only_split_folders": "data.nothing_recognised",
    "roboflow_coco": ("coco", 9, {"train": 3, "val": 3, "test": 3}),
    "roboflow_csv": ("csv", 6, {"train": 3, "val": 3}),
    "roboflow_onehot": ("csv", 8, {"train": 4, "val": 4}),
    "voc_same_stem_two_ext": ("voc", 4, {}),
    "yolo_classes_in_labels": ("yolo", 4, {}),
}


@pytest.mark.parametrize("name", REPORTED)
def test_reported(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    expected, root = REPORTED[name], shared_data / "reported" / name / "input"
    if isinstance(expected, str):
        refused(root, expected)
        return
    examined = examine(root, None, None, tmp_path, told)
    format_name, images, divided = expected
    assert examined.detected.format.name == format_name
    assert len(examined.draft.images) == images
    assert (splits(examined) if divided else {}) == divided
    assert not any(map(str.isdigit, examined.draft.classes))


def peers(root: Path) -> list[Path]:
    inner = [p for p in root.glob("*/*") if p.is_dir() and p.parent.name != "camvid_dataset"]
    return [root / "camvid_dataset", *sorted(inner)]


def format_of(root: Path) -> str:
    """The format that a folder is read as; empty if it is refused."""
    try:
        recognised = check_source(root).recognised
    except UserError:
        return ""
    return recognised.format if recognised else ""


def test_no_folder_of_a_layout_comes_out_as_a_class(shared_data: Path) -> None:
    formats = {root: format_of(root) for root in peers(shared_data / "peers/datumaro")}
    assert "folders" not in formats.values(), formats


def test_nothing_but_folders_of_classes_is_read_as_such(shared_data: Path) -> None:
    reported = [p for p in (shared_data / "reported").iterdir() if p.is_dir()]
    folders = {folder.name for folder in reported if format_of(folder / "input") == "folders"}
    assert folders == {"cls_12bit", "heic"}


def test_photos_of_a_kind_that_is_not_read_are_counted(shared_data: Path) -> None:
    (finding,) = [
        f for f in check_folder(shared_data / "reported/heic/input") if f.code == "unread_photos"
    ]
    assert finding.values["files"] == 6


def test_what_was_recognised_is_said(sample: Callable[[Task], Path]) -> None:
    recognised = check_source(sample(Task.DETECTION)).recognised
    assert recognised is not None
    assert sum(count.objects for count in recognised.classes.values()) == recognised.objects > 0
    said = [sentence.text() for sentence in recognised.sentences()]
    assert said[0].startswith("Recognised as object detection")
    assert f"{recognised.images}" in said[1]
    assert all(name in said[2] for name in recognised.classes)
    data = recognised.to_json()
    assert data["task"] == "detection"
    assert isinstance(data["evidence"], str)


def test_three_hundred_classes_are_named_in_short(tmp_path: Path, told: Told) -> None:
    from paddlex_nb.data.importing.recognised import ClassCount, Recognised

    classes = {f"class {n}": ClassCount(n) for n in range(300)}
    recognised = Recognised(
        task=Task.CLASSIFICATION,
        format="folders",
        evidence=Message("formats.folders.rule"),
        images=9,
        classes=classes,
    )
    assert "and 290 more" in recognised.sentences()[2].text()
    assert "class 299" in recognised.sentences(whole=True)[2].text()
