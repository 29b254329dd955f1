"""Masks and maps of objects are read as the public data sets lay them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.palettes import CAMVID, CITYSCAPES, SYNTHIA, VOC, Palette

from .layouts import (
    codes,
    coloured,
    grid,
    objects,
    parts,
    photo,
    picture,
    read,
    recognised_as,
    splits,
    text,
)
from .told import Told

INSTANCES = Task.INSTANCE_SEGMENTATION
LEFT, RIGHT = (1, 2, 20, 30), (30, 2, 40, 30)
CITY = "aachen/aachen_000000_000019"


def colours(palette: Palette) -> dict[int, tuple[int, int, int]]:
    """The colours of a palette by the number of the class."""
    return {
        row.value: (row.colour >> 16, row.colour >> 8 & 255, row.colour & 255) for row in palette
    }


def cityscapes(root: Path, *kinds: str, ids: tuple[int, int] = (26, 9)) -> Path:
    """Cityscapes with a car (26) and a parking area (9) that is not evaluated, or other ids."""
    for seed, split in enumerate(("train", "val")):
        photo(root / f"leftImg8bit/{split}/{CITY}_leftImg8bit.png", seed)
        values = grid((ids[0], LEFT), (ids[1], RIGHT))
        maps = {
            "labelIds": values,
            "labelTrainIds": grid((13, LEFT), (255, RIGHT)),
            "color": coloured(values, colours(CITYSCAPES)),
            "instanceIds": grid((ids[0] * 1000, LEFT), (ids[1], RIGHT), dtype="uint16"),
        }
        for kind in kinds:
            picture(root / f"gtFine/{split}/{CITY}_gtFine_{kind}.png", maps[kind])
            coarse = root / f"gtCoarse/{split}/{CITY}_gtCoarse_{kind}.png"
            picture(coarse, np.zeros_like(maps[kind]))
    return root


@pytest.mark.parametrize(
    "kinds",
    [
        ("labelIds", "color", "instanceIds"),
        ("labelTrainIds", "labelIds", "color"),
        ("labelTrainIds",),
        ("labelIds",),
    ],
)
def test_cityscapes(tmp_path: Path, told: Told, kinds: tuple[str, ...]) -> None:
    examined = read(cityscapes(tmp_path / "set", *kinds), told, Task.SEGMENTATION)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert splits(examined) == {"train": 1, "val": 1}
    assert len(examined.draft.classes) == 19
    classes = {examined.draft.classes[number] for number in examined.present[0]}
    # of no class: what is not evaluated
    assert classes - {"road"} == {"car"}
    assert codes(told) <= {"classes_assumed", "also_recognised"}


def test_cityscapes_is_masks_by_default(tmp_path: Path, told: Told) -> None:
    root = cityscapes(tmp_path / "set", "labelIds", "color", "instanceIds")
    assert recognised_as(read(root, told)) == ("masks", "segmentation")


def test_cityscapes_with_a_table_of_its_own(tmp_path: Path, told: Told) -> None:
    root = cityscapes(tmp_path / "set", "labelIds", "instanceIds", ids=(2, 1))
    text(root / "label_colors.txt", "0 0 0 background\n1 2 3 cat\n4 5 6 big dog\n")
    examined = read(root, told, Task.SEGMENTATION)
    assert examined.draft.classes == ["background", "cat", "big dog"]
    assert examined.present == [[0, 1, 2]] * 2


def test_cityscapes_objects(tmp_path: Path, told: Told) -> None:
    root = cityscapes(tmp_path / "set", "instanceIds")
    examined = read(root, told, INSTANCES)
    assert examined.detected.format.name == "instance_maps"
    assert "not_listed" not in told.codes()
    assert {str(boxes) for boxes in objects(examined).values()} == {
        f"[('car', {list(map(float, LEFT))})]"
    }
    semantic = read(root, told)  # by default: there are no maps of classes
    assert recognised_as(semantic)[0] == "instance_maps"
    whole = read(root, told, Task.SEGMENTATION)
    named = {whole.draft.classes[n] for n in whole.present[0]}
    assert named == {"background", "car", "parking"}


def voc(root: Path, classes: Any, things: Any, stem: str = "2007_000032") -> Path:
    photo(root / f"JPEGImages/{stem}.jpg")
    picture(root / f"SegmentationClass/{stem}.png", *classes)
    picture(root / f"SegmentationObject/{stem}.png", *things)
    for split in ("train", "val"):
        text(root / f"ImageSets/Segmentation/{split}.txt", f"{stem}\n" * (split == "train"))
    return root


PALETTE = [channel for row in VOC[:21] for channel in colours(VOC)[row.value]]


@pytest.mark.parametrize("drawn", [False, True])
def test_voc_segmentation(tmp_path: Path, told: Told, drawn: bool) -> None:
    classes, things = (
        grid((15, LEFT), (15, RIGHT), (3, (0, 35, 9, 40))),
        grid((1, LEFT), (2, RIGHT), (3, (0, 35, 9, 40))),
    )
    table = colours(VOC)
    root = voc(
        tmp_path / "VOC2012",
        [coloured(classes, table)] if drawn else [classes, PALETTE],
        [coloured(things, table)] if drawn else [things, PALETTE],
    )
    examined = read(root, told, Task.SEGMENTATION)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert examined.draft.classes == [row.name for row in VOC if row.name]
    assert examined.present == [[0, 3, 15]]
    examined = read(root, told, INSTANCES)
    assert examined.detected.format.name == "instance_maps"
    assert sorted(next(iter(objects(examined).values()))) == [
        ("bird", [0, 35, 9, 40]),
        ("person", [*map(float, LEFT)]),
        ("person", [*map(float, RIGHT)]),
    ]


def test_own_classes_in_vocs_layout(tmp_path: Path, told: Told) -> None:
    """As labelme2voc writes them: masks beside pictures of them, and the names in a file."""
    root = tmp_path / "data_dataset_voc"
    photo(root / "JPEGImages/2011_000003.jpg")
    photo(root / "SegmentationClassVisualization/2011_000003.jpg", 1)
    photo(root / "SegmentationObjectVisualization/2011_000003.jpg", 2)
    maps = grid((2, LEFT), (1, RIGHT)), grid((1, LEFT), (2, RIGHT))
    for folder, values in zip(("SegmentationClass", "SegmentationObject"), maps, strict=True):
        picture(root / f"{folder}PNG/2011_000003.png", values, PALETTE)
    text(root / "class_names.txt", "_background_\ncat\ndog\n")
    examined = read(root, told, Task.SEGMENTATION)
    assert examined.draft.classes == ["_background_", "cat", "dog"]
    assert examined.present == [[0, 1, 2]]
    examined = read(root, told, INSTANCES)
    assert objects(examined) == {
        "JPEGImages/2011_000003.jpg": [
            ("dog", [*map(float, LEFT)]),
            ("cat", [*map(float, RIGHT)]),
        ]
    }


def test_names_of_vocs_classes_are_not_assumed(tmp_path: Path, told: Told) -> None:
    root = voc(tmp_path / "set", [grid((1, LEFT)), PALETTE], [grid((1, LEFT)), PALETTE], "photo1")
    assert read(root, told, Task.SEGMENTATION).draft.classes == ["0", "1"]


CAMVID_LAYOUTS = {
    "SegNet": ("{split}/{n}.png", "{split}annot/{n}.png"),
    "Kaggle": ("{split}/{n}.png", "{split}_labels/{n}_L.png"),
    "original": ("701_StillsRaw_full/{split}{n}.png", "LabeledApproved_full/{split}{n}_L.png"),
}


@pytest.mark.parametrize("layout", CAMVID_LAYOUTS)
@pytest.mark.parametrize("table", ["", "label_colors.txt", "class_dict.csv"])
def test_camvid(tmp_path: Path, told: Told, layout: str, table: str) -> None:
    root = tmp_path / "camvid"
    shown = colours(CAMVID)
    for seed, split in enumerate(("train", "val")):
        image, mask = (
            part.format(split=split, n="0001TP_006690") for part in CAMVID_LAYOUTS[layout]
        )
        photo(root / image, seed)
        picture(root / mask, coloured(grid((18, LEFT), (6, RIGHT), (9, (0, 35, 9, 40))), shown))
    rows = [(row.name or "Void", *shown[row.value]) for row in CAMVID]
    if table == "label_colors.txt":
        text(root / table, "".join(f"{r} {g} {b}\t{name}\n" for name, r, g, b in rows))
    elif table:
        lines = "".join(f"{name},{r},{g},{b}\n" for name, r, g, b in rows)
        text(root / table, "name,r,g,b\n" + lines)
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert len(examined.draft.classes) == 31
    named = {examined.draft.classes[number] for number in examined.present[0]}
    assert named == {"Road", "Car", "Column_Pole"}
    assert ("classes_assumed" in told.codes()) == (not table)
    if layout != "original":
        assert splits(examined) == {"train": 1, "val": 1}


@pytest.mark.parametrize(
    ("image", "mask"), [("RGB/0.png", "GT/0.png"), ("RGB/0.png", "SemSeg/0.png")]
)
def test_synthia(tmp_path: Path, told: Told, image: str, mask: str) -> None:
    photo(tmp_path / "set" / image)
    values = grid((1, LEFT), (3, RIGHT), (12, (0, 35, 9, 40)))
    picture(tmp_path / "set" / mask, coloured(values, colours(SYNTHIA)))
    examined = read(tmp_path / "set", told)
    assert recognised_as(examined) == ("masks", "segmentation")
    named = {examined.draft.classes[number] for number in examined.present[0]}
    assert named == {"Sky", "Road", "Lanemarking"}


def test_tables_of_names_for_masks_of_numbers(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "images/image_1.jpg")
    picture(root / "masks/mask_1.png", grid((2, LEFT)))
    names = {"0": "floor", "1": "cat", "2": "dog"}
    table = [[0, 0, 0], [255, 0, 0], [0, 255, 0]]
    text(root / "dataset_meta.json", {"label_map": names, "segmentation_colors": table})
    examined = read(root, told)
    assert (examined.draft.classes, examined.present) == (["floor", "cat", "dog"], [[0, 2]])


def test_a_table_of_names_in_each_split(tmp_path: Path, told: Told) -> None:
    shown = {1: (255, 0, 0), 2: (0, 255, 0)}
    table = [[0, 0, 0], *map(list, shown.values())]
    names = {"0": "floor", "1": "cat", "2": "dog"}
    for seed, split in enumerate(("train", "val")):
        photo(tmp_path / f"set/{split}/images/1.png", seed)
        picture(tmp_path / f"set/{split}/masks/1.png", coloured(grid((2, LEFT)), shown))
        meta = {"label_map": names, "segmentation_colors": table}
        text(tmp_path / f"set/{split}/dataset_meta.json", meta)
    examined = read(tmp_path / "set", told)
    assert (examined.draft.classes, examined.present) == (["floor", "cat", "dog"], [[0, 2]] * 2)
    assert splits(examined) == {"train": 1, "val": 1}


def test_cityscapes_as_datumaro_writes_it(tmp_path: Path, told: Told) -> None:
    root = cityscapes(tmp_path / "set", "labelIds", "color", "instanceIds", ids=(2, 1))
    (root / "leftImg8bit").rename(root / "images")
    (root / "imgsFine").mkdir()
    (root / "images").rename(root / "imgsFine/leftImg8bit")
    text(root / "label_colors.txt", "0 0 0 background\n1 2 3 cat\n4 5 6 dog\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert examined.draft.classes == ["background", "cat", "dog"]
    assert splits(examined) == {"train": 1, "val": 1}


def test_ade20k_of_150_classes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "ADEChallengeData2016"
    for seed, split in enumerate(("training", "validation")):
        photo(root / f"images/{split}/ADE_{seed}.jpg", seed)
        picture(root / f"annotations/{split}/ADE_{seed}.png", grid((1, LEFT), (3, RIGHT)))
    head = "Idx\tRatio\tTrain\tVal\tStuff\tName\n"
    rows = "1\t0.1576\t11664\t1172\t1\twall\n2\t0.1072\t6046\t612\t1\tbuilding, edifice\n"
    text(root / "objectInfo150.txt", head + rows + "3\t0.0878\t8265\t796\t1\tsky\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert examined.draft.classes == ["wall", "building", "sky"]
    assert examined.present == [[0, 2]] * 2
    assert splits(examined) == {"train": 1, "val": 1}


def mapillary(root: Path, version: str) -> Path:
    labels = [
        {"name": "construction--flat--road", "readable": "Road", "instances": False},
        {"name": "object--vehicle--car", "readable": "Car", "instances": True},
        {"name": "void--unlabeled", "readable": "Unlabeled", "instances": False},
    ]
    config = {
        "labels": [
            {**label, "color": [n, 1, 1], "evaluate": True} for n, label in enumerate(labels)
        ]
    }
    inner = f"{version}/" if version else ""
    text(root / (f"config_{version}.json" if version else "config.json"), config)
    for seed, split in enumerate(("training", "validation")):
        photo(root / f"{split}/images/_x{seed}.jpg", seed)
        values = grid((1, LEFT), (1, RIGHT), (2, (0, 35, 9, 40)))
        things = grid((256, LEFT), (257, RIGHT), (512, (0, 35, 9, 40)), dtype="uint16")
        picture(root / f"{split}/{inner}labels/_x{seed}.png", values, PALETTE)
        picture(root / f"{split}/{inner}instances/_x{seed}.png", things)
        shown = np.stack([things % 251] * 3, axis=-1).astype(np.uint8)
        picture(root / f"{split}/{inner}panoptic/_x{seed}.png", shown)
    return root


@pytest.mark.parametrize("version", ["", "v1.2", "v2.0"])
def test_mapillary_vistas(tmp_path: Path, told: Told, version: str) -> None:
    root = mapillary(tmp_path / "set", version)
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert examined.draft.classes == ["construction--flat--road", "object--vehicle--car"]
    assert (examined.present, splits(examined)) == ([[0, 1]] * 2, {"train": 1, "val": 1})
    examined = read(root, told, INSTANCES)
    assert recognised_as(examined)[0] == "instance_maps"
    assert examined.draft.classes == ["object--vehicle--car"]
    assert [len(boxes) for boxes in objects(examined).values()] == [2, 2]


def test_of_mapillarys_versions_the_newest_counts(tmp_path: Path, told: Told) -> None:
    root = mapillary(mapillary(tmp_path / "set", "v1.2"), "v2.0")
    for file in root.rglob("v1.2/labels/*.png"):
        picture(file, grid((0, LEFT)), PALETTE)
    for file in root.rglob("v1.2/instances/*.png"):
        picture(file, grid((256, LEFT), dtype="uint16"))
    examined = read(root, told)
    assert examined.draft.images[0].labels.startswith("training/v2.0/labels/")
    assert examined.present == [[0, 1]] * 2
    boxes = objects(read(root, told, INSTANCES))
    assert [len(of_image) for of_image in boxes.values()] == [2, 2]
    assert "listed_twice" not in told.codes()


def test_kitti_maps(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "kitti"
    photo(root / "training/image_2/000000_10.png")
    picture(root / "training/semantic/000000_10.png", grid((26, LEFT), (7, RIGHT)))
    things = grid((26 * 256 + 1, LEFT), (7 * 256, RIGHT), dtype="uint16")
    picture(root / "training/instance/000000_10.png", things)
    drawn = coloured(grid((26, LEFT), (7, RIGHT)), colours(CITYSCAPES))
    picture(root / "training/semantic_rgb/000000_10.png", drawn)
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    named = {examined.draft.classes[number] for number in examined.present[0]}
    assert named == {"road", "car"}
    boxes = objects(read(root, told, INSTANCES))
    assert boxes == {"training/image_2/000000_10.png": [("car", [*map(float, LEFT)])]}


@pytest.mark.parametrize("names", ["", "car\npedestrian\n"])
def test_mots(tmp_path: Path, told: Told, names: str) -> None:
    root = tmp_path / "set"
    for split in ("train", "val"):
        photo(root / f"{split}/images/0000/000000.jpg", len(split))
        things = grid((1001, LEFT), (2000, RIGHT), (10000, (0, 35, 9, 40)), dtype="uint16")
        picture(root / f"{split}/instances/0000/000000.png", things)
        if names:
            text(root / f"{split}/instances/labels.txt", names)
    examined = read(root, told)
    assert recognised_as(examined) == ("instance_maps", "instance_segmentation")
    assert splits(examined) == {"train": 1, "val": 1}
    assert objects(examined)["train/images/0000/000000.jpg"] == [
        ("car", [*map(float, LEFT)]),
        ("pedestrian", [*map(float, RIGHT)]),
    ]


def test_an_object_of_several_parts_is_one(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "images/0.jpg")
    picture(root / "instances/0.png", grid((1001, LEFT), (1001, RIGHT), dtype="uint16"))
    examined = read(root, told)
    assert parts(examined) == [2]
    assert [*objects(examined).values()] == [[("car", [1, 2, 40, 30])]]


def mvtec(root: Path) -> Path:
    for number in range(2):
        photo(root / f"train/good/00{number}.png", number)
        photo(root / f"test/good/00{number}.png", number + 2)
        photo(root / f"test/broken_large/00{number}.png", number + 4)
        mask = grid((255, LEFT), (255, RIGHT))
        picture(root / f"ground_truth/broken_large/00{number}_mask.png", mask)
    return root


def test_mvtec(tmp_path: Path, told: Told) -> None:
    root = mvtec(tmp_path / "bottle")
    text(root / "readme.txt", "MVTec AD")
    examined = read(root, told)
    assert recognised_as(examined) == ("mvtec", "segmentation")
    assert examined.draft.classes == ["background", "broken_large"]
    assert sorted(examined.present) == [[0]] * 4 + [[0, 1]] * 2
    assert splits(examined) == {"": 6}  # the folder train has no defect to learn
    classes = read(root, told, Task.CLASSIFICATION)
    assert classes.draft.classes == ["broken_large", "good"]
    assert sorted(i.class_id for i in classes.draft.images) == [0, 0, 1, 1, 1, 1]
    assert "not_listed" not in told.codes()
    outlined = read(root, told, INSTANCES)
    assert parts(outlined) == [2, 2]


def test_mvtec_of_several_objects(tmp_path: Path, told: Told) -> None:
    for name in ("bottle", "cable"):
        mvtec(tmp_path / "mvtec" / name)
    examined = read(tmp_path / "mvtec", told)
    assert examined.draft.classes == ["background", "bottle/broken_large", "cable/broken_large"]
