"""Tables as Kaggle's competitions, and tools without a header, have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task

from .layouts import SIZE, codes, grid, objects, photo, picture, read, recognised_as, splits, text
from .told import Told

BOX, OTHER = (10, 10, 30, 20), (25, 15, 45, 38)


def runs(box: tuple[int, int, int, int]) -> str:
    """A box as Kaggle's run lengths: down the columns, from 1."""
    inside = grid((1, box)).T.ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside, [0]])))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return " ".join(f"{start + 1} {end - start}" for start, end in pairs)


def photos(root: Path, *paths: str) -> None:
    for seed, path in enumerate(paths):
        photo(root / path, seed)


def labels(root: Path, told: Told) -> dict[str, str]:
    """The class of each image by its name."""
    draft = read(root, told).draft
    return {image.path.rpartition("/")[2]: draft.classes[image.class_id] for image in draft.images}


RUNS = {
    "airbus": (
        "ImageId,EncodedPixels",
        [f"a1.jpg,{runs(BOX)}", f"a1.jpg,{runs(OTHER)}", "b1.jpg,"],
        [("object", [*BOX]), ("object", [*OTHER])],
    ),
    "severstal": (
        "ImageId,ClassId,EncodedPixels",
        [f"a1.jpg,3,{runs(BOX)}", f"a1.jpg,4,{runs(OTHER)}", "b1.jpg,1,"],
        [("3", [*BOX]), ("4", [*OTHER])],
    ),
    "joined": (
        "Image_Label,EncodedPixels",
        [f"a1.jpg_Fish,{runs(BOX)}", "a1.jpg_Sugar,", "b1.jpg_Fish,", "b1.jpg_Sugar,"],
        [("Fish", [*BOX])],
    ),
    "sartorius": (
        "id,annotation,width,height,cell_type",
        [f"a1,{runs(BOX)},48,40,cort", f"a1,{runs(OTHER)},48,40,cort", "b1,,48,40,astro"],
        [("cort", [*BOX]), ("cort", [*OTHER])],
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_run_lengths(tmp_path: Path, told: Told, name: str) -> None:
    head, rows, right = RUNS[name]
    root = tmp_path / "set"
    photos(root, "train_images/a1.jpg", "train_images/b1.jpg", "test_images/c1.jpg")
    text(root / "train.csv", "\n".join([head, *rows, ""]))
    text(root / "sample_submission.csv", f"{head}\nc1.jpg,1 1{',1' * (head.count(',') - 1)}\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("run_lengths", "instance_segmentation")
    assert objects(examined) == {"train_images/a1.jpg": right, "train_images/b1.jpg": []}
    assert codes(told) == {"not_listed", "unread_files"}
    assert read(root, told, Task.SEGMENTATION).draft.classes[0] == "background"


def test_runs_that_do_not_fit_are_told(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "train/a1.jpg", "train/b1.jpg")
    last = SIZE[0] * SIZE[1]
    wrong = ["0 5", f"{last} 2", "5 9 7 9"]
    rows = [f"a1.jpg,{each}" for each in wrong]
    text(root / "train.csv", "\n".join(["ImageId,EncodedPixels", *rows, f"b1.jpg,{last} 1"]))
    examined = read(root, told)
    assert [f.place for f in told.findings if f.code == "malformed_box"] == [
        "line 2",
        "line 3",
        "line 4",
    ]
    assert objects(examined)["train/b1.jpg"] == [("object", [47, 39, 48, 40])]


CLASSES = {
    "dog breeds": "id,breed\na1,dingo\nb1,boxer\nc1,dingo\nd1,boxer\n",
    "any two columns": "Image,Id\na1.jpg,dingo\nb1.jpg,boxer\nc1.jpg,dingo\nd1.jpg,boxer\n",
    "no header": "a1.jpg,dingo\nb1.jpg,boxer\nc1.jpg,dingo\nd1.jpg,boxer\n",
    "one column each": "image,dingo,boxer\na1,1.0,0.0\nb1,0.0,1.0\nc1,1.0,0.0\nd1,0.0,1.0\n",
    "lesions": "lesion_id,image_id,dx\nL,a1,dingo\nL,b1,boxer\nK,c1,dingo\nK,d1,boxer\n",
}


@pytest.mark.parametrize("name", CLASSES)
def test_tables_of_classes(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    photos(root, *(f"train_part_{n % 2}/{name}1.jpg" for n, name in enumerate("abcd")))
    text(root / "train.csv", CLASSES[name])
    wanted = {"a1.jpg": "dingo", "b1.jpg": "boxer", "c1.jpg": "dingo", "d1.jpg": "boxer"}
    assert labels(root, told) == wanted


def test_numbers_are_named_by_a_file(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "train_images/a1.jpg", "train_images/b1.jpg", "test_images/c1.jpg")
    text(root / "train.csv", "image_id,label\na1.jpg,0\nb1.jpg,1\n")
    text(root / "sample_submission.csv", "image_id,label\nc1.jpg,1\n")
    text(root / "label_num_to_disease_map.json", {"0": "ill", "1": "healthy"})
    assert labels(root, told) == {"a1.jpg": "ill", "b1.jpg": "healthy"}


@pytest.mark.parametrize("column", ["labels", "tags"])
def test_several_words_for_an_image_are_told(tmp_path: Path, told: Told, column: str) -> None:
    root = tmp_path / "set"
    photos(root, *(f"train_images/{name}1.jpg" for name in "abcd"))
    rows = "a1.jpg,scab\nb1.jpg,scab rust\nc1.jpg,rust\n"
    rows += "d1.jpg,no leaf\n" if column == "labels" else ""
    text(root / "train.csv", f"image,{column}\n{rows}")
    wanted = {"a1.jpg": "scab", "c1.jpg": "rust"}
    wanted |= {"d1.jpg": "no leaf"} if column == "labels" else {}
    assert labels(root, told) == wanted
    assert "flags_of_no_class" in told.codes()


def test_several_classes_of_an_image_are_told(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "images/a1.png", "images/b1.png", "images/c1.png")
    rows = "a1.png,No Finding\nb1.png,Mass|Hernia\nc1.png,Mass\n"
    text(root / "Data_Entry.csv", f"Image Index,Finding Labels\n{rows}")
    assert labels(root, told) == {"a1.png": "No Finding", "c1.png": "Mass"}
    assert "flags_of_no_class" in told.codes()


RIGHT = {"a1": [("cow", [10, 10, 30, 20])], "b1": [("cow", [25, 15, 45, 38])]}
BOXES = {
    "wheat": 'image_id,width,height,label,bbox\na1,48,40,cow,"[10, 10, 20.0, 10.0]"\n'
    'b1,48,40,cow,"[25, 15, 20, 23]"\n',
    "corners in one": 'image,label,bbox\na1.jpg,cow,"10 10 30 20"\nb1.jpg,cow,"25 15 45 38"\n',
    "no finding": "image_id,class_name,x_min,y_min,x_max,y_max\na1,cow,10,10,30,20\n"
    "b1,cow,25,15,45,38\nc1,No finding,,,,\n",
    "retinanet": "a1.jpg,10,10,30,20,cow\nb1.jpg,25,15,45,38,cow\nc1.jpg,,,,,\n",
    "sku": "a1.jpg,10,10,30,20,cow,48,40\nb1.jpg,25,15,45,38,cow,48,40\n",
    "make-sense": "cow,10,10,20,10,a1.jpg,48,40\ncow,25,15,20,23,b1.jpg,48,40\n",
    "twice": "image,label,x1,y1,x2,y2\na1.jpg,cow,10,10,30,20\nb1.jpg,cow,25,15,45,38\n",
}


@pytest.mark.parametrize("name", BOXES)
def test_tables_of_boxes(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    photos(root, *(f"train_images/{name}1.jpg" for name in "abc"))
    text(root / "train.csv", BOXES[name])
    if name == "twice":
        text(root / "other.csv", BOXES["corners in one"])
    examined = read(root, told)
    assert recognised_as(examined) == ("csv", "detection")
    shown = {path.rpartition("/")[2][:2]: them for path, them in objects(examined).items()}
    assert {image: them for image, them in shown.items() if them} == RIGHT
    assert examined.draft.classes == ["cow"]
    assert not any(f.severity == "error" for f in told.findings)
    assert ("same_table" in told.codes()) == (name == "twice")


def test_via_tables_are_no_classes_of_numbers(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "a.jpg", "b.jpg")
    head = "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes"
    shape = '"{""name"":""rect"",""x"":10,""y"":10,""width"":20,""height"":10}"'
    rows = [
        f'{image},9,"{{}}",{count},{number},{shape if count else "{}"},"{{""kind"":""cow""}}"'
        for image, count, number in (("a.jpg", 2, 0), ("a.jpg", 2, 1), ("b.jpg", 0, 0))
    ]
    text(root / "via_export_csv.csv", "\n".join([f"{head},region_attributes", *rows]))
    examined = read(root, told)
    assert recognised_as(examined) == ("via", "instance_segmentation")
    assert objects(examined) == {"a.jpg": [("cow", [10, 10, 30, 20])] * 2, "b.jpg": []}


def test_a_table_of_other_numbers_is_no_table_of_classes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "images/a1.jpg", "images/b1.jpg")
    text(root / "meta.csv", "image,shape_id,box_count\na1.jpg,0,1\nb1.jpg,1,0\n")
    with pytest.raises(UserError) as error:
        read(root, told)
    assert "meta.csv" in str(error.value)


def test_numbers_are_no_names_of_images(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, "images/0.jpg", "images/255.jpg", "images/1.jpg")
    text(root / "class_dict.csv", "name,r,g,b\nsky,0,0,0\nroad,255,0,0\n")
    with pytest.raises(UserError):
        read(root, told)
    text(root / "train.csv", "id,name\n0,sky\n255,road\n1,sky\n")
    assert labels(root, told) == {"0.jpg": "sky", "255.jpg": "road", "1.jpg": "sky"}


def test_carvanas_gifs_are_background_and_foreground(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for seed in range(3):
        photo(root / f"train/{seed}a_01.jpg", seed)
        picture(root / f"train_masks/{seed}a_01_mask.gif", grid((255, BOX)))
    photo(root / "test/9a_01.jpg", 9)
    examined = read(root, told)
    assert recognised_as(examined) == ("masks", "segmentation")
    assert splits(examined) == {"train": 3}
    assert examined.draft.classes == ["background", "foreground"]
    assert "photos_without_masks" in told.codes()


NO_CLASSES = {
    "ages": ("image,label", "{0}1.jpg,{1}2.5"),
    "captions": ("image,label", "{0}1.jpg,a photo of {0}"),
    "pairs": ("image1,image2,label", "{0}1.jpg,{0}2.jpg,{1}"),
}


@pytest.mark.parametrize("name", NO_CLASSES)
def test_tables_of_other_things(tmp_path: Path, told: Told, name: str) -> None:
    root = tmp_path / "set"
    head, row = NO_CLASSES[name]
    photos(root, *(f"images/{letter}{n}.jpg" for letter in "abcdefgh" for n in (1, 2)))
    rows = (row.format(letter, n % 2) for n, letter in enumerate("abcdefgh"))
    text(root / "train.csv", "\n".join([head, *rows]))
    with pytest.raises(UserError) as error:
        read(root, told)
    assert "train.csv" in str(error.value)


def test_a_table_of_none_of_the_images_hides_no_folders(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photos(root, *(f"images/TRAIN/{name}/_{n}.jpg" for name in ("EOS", "LYM") for n in range(3)))
    text(root / "labels.csv", ",Image,Category\n0,10,EOS\n1,11,LYM\n2,12,EOS\n")
    assert read(root, told, Task.CLASSIFICATION).draft.classes == ["EOS", "LYM"]
