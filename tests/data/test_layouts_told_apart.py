"""What folders hold by the words in their names, and what lies beside them, is found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.recognised import other_readings

from .layouts import (
    codes,
    coloured,
    grid,
    objects,
    photo,
    picture,
    read,
    recognised_as,
    splits,
    text,
)
from .told import Told

BOX, OTHER = (10, 10, 30, 20), (25, 21, 45, 38)


def photos(root: Path, *paths: str) -> None:
    for seed, path in enumerate(paths):
        photo(root / path, seed)


def refusal(root: Path, told: Told) -> str:
    with pytest.raises(UserError) as error:
        read(root, told)
    assert error.value.code in {"data.doubtful", "data.nothing_recognised"}
    return str(error.value)


NO_CLASSES = {
    "split and images": ("train_images", "test_images"),
    "split at the end": ("cars_train", "cars_test"),
    "camel case": ("trainImages", "valImages"),
    "resolutions": ("HR", "LR"),
    "ground truth": ("Task1_Input", "Task1_GroundTruth"),
    "levels": ("abc_train/abc_train/A", "abc_test/abc_test"),
    "pairs": ("input", "target"),
    "parts": ("HAM_images_part_1", "HAM_images_part_2"),
}


@pytest.mark.parametrize("name", NO_CLASSES)
def test_words_in_names_are_no_classes(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    first, second = NO_CLASSES[name]
    photos(root, *(f"{first}/a{n}.jpg" for n in range(3)), *(f"{second}/b{n}.jpg" for n in "xy"))
    said = refusal(root, told)
    assert any(folder.split("/")[0] in said for folder in NO_CLASSES[name])


CLASSES = [
    ("with_mask", "without_mask"),
    ("label_0", "label_1"),
    ("train", "truck"),
    ("test_tube", "beaker"),
]


@pytest.mark.parametrize("names", CLASSES)
def test_classes_may_have_such_words(tmp_path: Path, told: Told, names: tuple[str, str]) -> None:
    root = tmp_path / "set"
    photos(root, *(f"classes/{name}/{name}{n}.jpg" for name in names for n in range(3)))
    if names[0] == "train":  # which is the split
        assert "train" in refusal(root, told)
    else:
        assert read(root, told).draft.classes == sorted(names)


KNOWN = {
    "tracks of cars": ("a/img1/1.jpg", "b/img1/2.jpg", "a/gt/gt.txt", "1,1,2,3,4,5,1,1,1", "MOT"),
    "lanes": (
        *("clips/x/1/20.jpg", "clips/x/2/20.jpg", "label_data.json"),
        '{"lanes": [[1, 2]], "h_samples": [3, 4], "raw_file": "clips/x/1/20.jpg"}',
        "TuSimple",
    ),
    "actions": ("f/v0/1.jpg", "f/v1/2.jpg", "annotations/ava_train_v2.2.csv", "v0,1,0,0", "AVA"),
    "faces as ellipses": ("o/x/1.jpg", "o/y/2.jpg", "F/FDDB-fold-01.txt", "x/1", "FDDB"),
    "people again": (
        *("bounding_box_train/0002_c1s1_000451_03.jpg", "query/0003_c1s1_000451_03.jpg"),
        *("readme.txt", "-", "Market-1501"),
    ),
    "videos": (
        *("JPEGImages/v0/0.jpg", "JPEGImages/v1/0.jpg", "instances.json"),
        '{"videos": [{"id": 1, "file_names": ["v0/0.jpg"]}], "annotations": []}',
        "YouTube-VIS",
    ),
    "ellipses of ships": ("A/1.bmp", "B/2.bmp", "x/1.xml", "<HRSC_Image></HRSC_Image>", "HRSC"),
    "vehicles": (
        *("M/1.jpg", "N/2.jpg", "x/M.xml"),
        "<sequence name='M'><frame num='1'><target_list></target_list></frame></sequence>",
        "UA-DETRAC",
    ),
    "names of people": ("a/1.jpg", "b/2.jpg", "identity_CelebA.txt", "1.jpg 3", "CelebA"),
    "text": ("images/1.jpg", "images/2.jpg", "Label.txt", '1.jpg\t[{"transcription": "a"}]', "OCR"),
    "several classes": ("images/1.jpg", "images/2.jpg", "l.txt", "1.jpg\t0,1\n2.jpg\t1,1", "l.txt"),
    "a manifest": (
        "i/1.jpg",
        "i/2.jpg",
        "o.manifest",
        '{"source-ref": "s3://b/1.jpg"}',
        "SageMaker",
    ),
    "a project of VIA 3": (
        *("i/1.jpg", "i/2.jpg", "p.json"),
        '{"project": {"vid_list": ["1"], "data_format_version": "3.1.1"}}',
        "VIA 3",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_formats_are_named(tmp_path: Path, told: Told, name: str) -> None:
    first, second, file, content, called = KNOWN[name]
    root = tmp_path / "set"
    photos(root, first, second)
    text(root / file, content)
    assert called in refusal(root, told)


def test_a_table_above_the_only_folder_is_not_forgotten(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, *(f"frames_of/video_{n % 2}/{n}.jpg" for n in range(4)))
    text(root / "train.csv", "video_id,frame,annotations\n0,1,[]\n")
    assert "train.csv" in refusal(root, told)


def pairs(root: Path, image: str, mask: str, values: object, names: str = "abc") -> None:
    for seed, name in enumerate(names):
        photo(root / image.format(name), seed)
        picture(root / mask.format(name), values)


TWO = grid((255, BOX))
PAIRED = {
    "duts": ("DUTS-TR/DUTS-TR-Image/{}.jpg", "DUTS-TR/DUTS-TR-Mask/{}.png"),
    "words": ("nyu_rgb/{}.png", "nyu_labels/{}.png"),
    "numbered": ("images/img_{}1.png", "masks/img_{}1.png"),
    "chase": ("Image_0{}L.jpg", "Image_0{}L_1stHO.png"),
    "drive": ("training/images/2{}_training.tif", "training/1st_manual/2{}_manual1.gif"),
}


@pytest.mark.parametrize("name", PAIRED)
def test_masks_by_words_in_names(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    image, mask = PAIRED[name]
    pairs(root, image, mask, TWO)
    if name == "drive":  # where the lens sees anything
        for letter in "abc":
            picture(
                root / f"training/mask/2{letter}_training_mask.gif", grid((255, (1, 1, 47, 39)))
            )
    if name == "chase":
        for letter in "abc":
            picture(root / f"Image_0{letter}L_2ndHO.png", TWO)
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert [i.path for i in examined.draft.images] == [image.format(letter) for letter in "abc"]
    assert examined.draft.classes == ["background", "foreground"]
    assert codes(told) <= {"binary_masks"}


def test_photos_without_masks_are_told(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    pairs(root, "landslide/image/{}.png", "landslide/mask/{}.png", TWO)
    photos(root, "other/image/x.png", "other/image/y.png")
    photos(root, *(f"{folder}/a.png" for folder in ("MaskVisualization", "nyu_depth", "overlays")))
    assert len(read(root, told).draft.images) == 3
    (finding,) = [f for f in told.findings if f.code == "photos_without_masks"]
    assert finding.values["images"] == 2


def test_colours_of_isprs(tmp_path: Path, told: Told) -> None:
    colours = {0: (255, 255, 255), 1: (0, 0, 255), 4: (255, 255, 0)}
    values = coloured(grid((1, BOX), (4, OTHER)), colours)
    root = tmp_path / "set"
    pairs(root, "2_Ortho_RGB/top_{}_RGB.tif", "5_Labels_all/top_{}_label.tif", values)
    examined = read(root, told)
    assert examined.draft.classes[:2] == ["impervious surface", "building"]
    assert examined.draft.images[0].values == [0, 1, 4]


def test_love_da(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    values = np.maximum(grid((2, BOX), (7, OTHER)), 1)
    values[0, 0] = 0
    for split in ("Train", "Val"):
        home = f"{split}/Urban"
        pairs(root, home + "/images_png/{}.png", home + "/masks_png/{}.png", values, split[:2])
    examined = read(root, told)
    assert examined.draft.classes[:2] == ["background", "building"]
    assert examined.draft.images[0].values == [0, 1, 6]
    assert splits(examined) == {"train": 2, "val": 2}


def test_values_and_names_of_roboflow(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    pairs(root, "train/{}.jpg", "train/{}_mask.png", grid((1, BOX), (2, OTHER)))
    text(root / "train/_classes.csv", "Pixel Value, Class\n0, background\n1, cat\n2, dog\n")
    assert read(root, told).draft.classes == ["background", "cat", "dog"]


def test_penn_fudans_maps(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    pairs(root, "PNGImages/{}.png", "PedMasks/{}_mask.png", grid((1, BOX), (2, OTHER)))
    examined = read(root, told)
    assert recognised_as(examined) == ("instance_maps", "instance_segmentation")
    assert objects(examined)["PNGImages/a.png"] == [("object", [*BOX]), ("object", [*OTHER])]


def test_a_map_without_any_object(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    home = "gtFine/train/a/a_{}_gtFine_instanceIds.png"
    values = grid((26001, BOX), dtype="uint16")
    pairs(root, "leftImg8bit/train/a/a_{}_leftImg8bit.png", home, values)
    picture(root / home.format("a"), grid(dtype="uint16"))
    shown = objects(read(root, told, Task.INSTANCE_SEGMENTATION))
    assert [len(them) for them in shown.values()] == [0, 1, 1]


def test_btads_words_for_good_and_bad(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "01/train/ok/1.bmp", "01/test/ok/2.bmp", "01/test/ko/3.bmp")
    picture(root / "01/ground_truth/ko/3.png", TWO)
    assert recognised_as(read(root, told)) == ("mvtec", "segmentation")


VOC = (
    "<annotation><filename>{0}.jpg</filename><object><name>cat</name><bndbox><xmin>10</xmin>"
    "<ymin>10</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object></annotation>"
)


@pytest.mark.parametrize("lists", ["valid.txt", "ImageSets"])
def test_splits_of_voc_in_lists(tmp_path: Path, told: Told, lists: str) -> None:
    root = tmp_path / "set"
    home = "BCCD/" if lists == "ImageSets" else ""
    for seed, name in enumerate("abc"):
        photo(root / f"{home}images/{name}.jpg", seed)
        text(root / f"{home}annotations/{name}.xml", VOC.format(name))
    if home:
        photo(root / "example.jpg", 9)
        text(root / f"{home}ImageSets/Main/train.txt", "a\nb\n")
        text(root / f"{home}ImageSets/Main/val.txt", "c\n")
    else:
        text(root / "label_list.txt", "dog\ncat\n")
        for split, names in (("train", "ab"), ("valid", "c")):
            rows = (f"./images/{name}.jpg ./annotations/{name}.xml\n" for name in names)
            text(root / f"{split}.txt", "".join(rows))
    examined = read(root, told)
    assert recognised_as(examined) == ("voc", "detection")
    assert splits(examined) == {"train": 2, "val": 1}
    assert not other_readings(examined.detected)


def test_names_of_darknet(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for split in ("train", "valid"):
        photo(root / split / f"{split}.jpg", len(split))
        text(root / split / f"{split}.txt", "1 0.5 0.5 0.2 0.2\n")
        text(root / split / "_darknet.labels", "cat\ndog\n")
    assert read(root, told).draft.classes == ["cat", "dog"]


def test_each_a_class_of_its_own_is_none(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, *(f"crop_img/{n}.jpg" for n in range(4)))
    text(root / "rec_gt.txt", "".join(f"crop_img/{n}.jpg\tword{n}\n" for n in range(4)))
    assert "rec_gt.txt" in refusal(root, told)


def test_boxes_of_no_class_are_not_read_beside_names(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, *(f"train/n{n % 2}/000{n}_0{n}.jpg" for n in range(4)))
    rows = (f"n{n % 2}/000{n}_0{n},1,2,3,4\n" for n in range(4))
    text(root / "boxes/loose_bb_train.csv", "NAME_ID,X,Y,W,H\n" + "".join(rows))
    text(root / "labels.txt", "n0\nn1\n")
    with pytest.raises(UserError) as error:
        read(root, told, Task.DETECTION)
    assert error.value.code == "data.recognised_otherwise"


MAPS = {
    "rgb": ({"type": "rgb", "colors": {"cat": [9, 8, 7], "dog": [1, 2, 3]}}, "mask_color_map.json"),
    "grey": ({"type": "grayscale", "colors": {"cat": 80, "dog": 9}}, "mask_grayscale_map.json"),
}


@pytest.mark.parametrize("kind", MAPS)
def test_x_anylabelings_maps_name_classes(tmp_path: Path, told: Told, kind: str) -> None:
    root = tmp_path / "set"
    table, name = MAPS[kind]
    grey = grid((80, BOX), (9, OTHER))
    values = grey if kind == "grey" else coloured(grey, {80: (9, 8, 7), 9: (1, 2, 3)})
    pairs(root, "images/{}.jpg", "masks/{}.png", values)
    text(root / name, table)
    examined = read(root, told)
    assert examined.draft.classes == ["background", "cat", "dog"]
    assert examined.draft.images[0].values == [0, 1, 2]


def test_fastais_names_and_endings(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    pairs(root, "images/{}_1.png", "labels/{}_1_P.png", grid((1, BOX)))
    text(root / "codes.txt", "Animal\nArchway\n")
    assert read(root, told).draft.classes == ["Animal", "Archway"]


TOOLS = {
    "cvat's camvid": ("default/{}.png", "defaultannot/{}.png", "label_colors.txt"),
    "fiftyone": ("data/{}.jpg", "labels/{}.png", "label.txt"),
    "eiseg": ("{}.jpg", "label/{}.png", "label/label.txt"),
    "json_to_dataset": ("{}_json/img.png", "{}_json/label.png", "a_json/label_names.txt"),
}
NAMES = {
    "label_colors.txt": "0 0 0 background\n9 8 7 cat\n1 2 3 dog\n",
    "label.txt": "1 cat 9 8 7\n2 dog 1 2 3\n",
    "label_names.txt": "background\ncat\ndog\n",
}


@pytest.mark.parametrize("name", TOOLS)
def test_masks_and_names_of_tools(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    image, mask, table = TOOLS[name]
    values = grid((1, BOX), (2, OTHER))
    if name == "cvat's camvid":
        values = coloured(values, {1: (9, 8, 7), 2: (1, 2, 3)})
    pairs(root, image, mask, values)
    text(root / table, NAMES[table.rpartition("/")[2]])
    if name == "json_to_dataset":
        for letter in "abc":
            picture(root / f"{letter}_json/label_viz.png", coloured(values, {1: (90, 0, 0)}))
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert [i.path for i in examined.draft.images] == [image.format(letter) for letter in "abc"]
    assert examined.draft.classes == ["background", "cat", "dog"]
    assert examined.draft.images[0].values == [0, 1, 2]


def test_masks_that_number_classes_each_for_itself(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    pairs(root, "{}_json/img.png", "{}_json/label.png", grid((1, BOX)))
    for letter, name in zip("abc", ("cat", "dog", "cat"), strict=True):
        text(root / f"{letter}_json/label_names.txt", f"_background_\n{name}\n")
    with pytest.raises(UserError) as error:
        read(root, told)
    assert error.value.code == "data.masks_own_numbers"


def test_shapes_in_cells_are_no_classes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, *(f"images/ab12cd34-{n}.jpg" for n in range(3)))
    cell = '"[{""x"": 1, ""width"": 5, ""rectanglelabels"": [""Cat""]}]"'
    rows = (f"{n},1,{n},/data/upload/1/ab12cd34-{n}.jpg,{cell}\n" for n in range(3))
    text(root / "project.csv", "annotation_id,annotator,id,image,label\n" + "".join(rows))
    assert "Label Studio" in refusal(root, told)
    rows = (f"{n},1,{n},/data/upload/1/ab12cd34-{n}.jpg,{'xy'[n % 2]}\n" for n in range(3))
    text(root / "project.csv", "annotation_id,annotator,id,image,choice\n" + "".join(rows))
    assert read(root, told).draft.classes == ["x", "y"]


def test_lists_of_darknet_are_splits(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for split in ("Train", "Validation"):
        photo(root / f"obj_{split}_data/{split}.jpg", len(split))
        text(root / f"obj_{split}_data/{split}.txt", "0 0.5 0.5 0.2 0.2\n")
        text(root / f"{split}.txt", f"data/obj_{split}_data/{split}.jpg\n")
    text(root / "obj.names", "cat\n")
    assert splits(read(root, told)) == {"train": 1, "val": 1}
