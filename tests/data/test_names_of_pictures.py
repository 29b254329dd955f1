"""Which picture labels belong to, where names alone do not say it; and pictures in label files."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.importing.pipeline import Examined, NothingUsable, examine
from paddlex_nb.data.store.view import DatasetView

from .conftest import MakeImage
from .in_process import imported, update
from .told import Told

SIZE = (160, 120)


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")


def read(root: Path, told: Told) -> Examined:
    return examine(root, None, None, root.parent / "own", told)


def of_image(examined: Examined) -> dict[str, list[list[float]]]:
    """The boxes of each image."""
    objects = examined.draft.objects
    paths = [image.path for image in examined.draft.images]
    return {path: objects.boxes[objects.image == row].tolist() for row, path in enumerate(paths)}


def test_ids_without_suffix_go_by_their_folder(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    make_image(tmp_path / "set/cam1/0.jpg", 1, SIZE)
    make_image(tmp_path / "set/cam2/0.png", 2, SIZE)
    rows = ["filename,class,xmin,ymin,xmax,ymax", "cam1/0,a,10,10,20,20", "cam2/0,a,30,30,50,50"]
    put(tmp_path / "set/labels.csv", "\n".join(rows))
    assert of_image(read(tmp_path / "set", told)) == {
        "cam1/0.jpg": [[10, 10, 20, 20]],
        "cam2/0.png": [[30, 30, 50, 50]],
    }


def test_a_name_without_a_folder(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    for n, path in enumerate(("cam1/0.jpg", "cam2/0.jpg", "cam2/1.jpg")):
        make_image(tmp_path / "set" / path, n, SIZE)
    rows = ["filename,class,xmin,ymin,xmax,ymax", "0.jpg,a,10,10,20,20", "1.jpg,a,30,30,50,50"]
    put(tmp_path / "set/labels.csv", "\n".join(rows))
    assert of_image(read(tmp_path / "set", told)) == {"cam2/1.jpg": [[30, 30, 50, 50]]}
    [several] = [f for f in told.findings if f.code == "ambiguous_image"]
    assert several.values == {"path": "0.jpg", "images": "cam1/0.jpg, cam2/0.jpg"}
    assert "found_by_name" in told.codes()


def test_a_split_does_not_borrow_from_another(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n, path in enumerate(("train/0.jpg", "val/1.jpg")):
        make_image(tmp_path / "set" / path, n, SIZE)
    head = "filename,class,xmin,ymin,xmax,ymax\n"
    put(tmp_path / "set/train/labels.csv", f"{head}0.jpg,a,1,1,20,20\n1.jpg,a,5,5,50,50\n")
    put(tmp_path / "set/val/labels.csv", f"{head}1.jpg,a,2,2,30,30\n")
    examined = read(tmp_path / "set", told)
    assert of_image(examined)["train/0.jpg"] == [[1, 1, 20, 20]]
    assert [2, 2, 30, 30] in of_image(examined)["val/1.jpg"]


def test_two_pictures_of_one_label_file(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    for n, name in enumerate(("0.jpg", "0.png", "1.jpg")):
        make_image(tmp_path / "set/images" / name, n, SIZE)
    for n in (0, 1):
        put(tmp_path / f"set/labels/{n}.txt", "0 0.5 0.5 0.2 0.2")
    put(tmp_path / "set/classes.txt", "a")
    assert len(read(tmp_path / "set", told).draft.images) == 3
    assert {f.code: f.file for f in told.findings} == {"shared_labels": "labels/0.txt"}


def test_two_pictures_of_one_mask(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    for n, name in enumerate(("0.jpg", "0.png", "1.jpg")):
        make_image(tmp_path / "set/images" / name, n)
    for n in (0, 1):
        (tmp_path / "set/masks").mkdir(exist_ok=True)
        Image.fromarray(np.eye(40, 48, dtype=np.uint8)).save(tmp_path / f"set/masks/{n}.png")
    examined = read(tmp_path / "set", told)
    assert [image.path for image in examined.draft.images] == ["images/0.jpg", "images/1.jpg"]
    assert {f.code: f.file for f in told.findings} == {"same_name": "images/0.png"}


@pytest.mark.parametrize(
    ("names", "numbers", "classes"),
    [
        ("{1: a, 2: b}", "12", ["a", "b"]),
        ("{0: a, 5: f}", "05", ["a", "f"]),
        # a number that is used though nothing names it
        ("{1: a, 3: c}", "123", ["a", "2", "c"]),
    ],
)
def test_names_with_gaps(
    tmp_path: Path,
    told: Told,
    make_image: MakeImage,
    names: str,
    numbers: str,
    classes: list[str],
) -> None:
    for n, number in enumerate(numbers):
        make_image(tmp_path / f"set/images/{n}.jpg", n, SIZE)
        put(tmp_path / f"set/labels/{n}.txt", f"{number} 0.5 0.5 0.2 0.2")
    put(tmp_path / "set/data.yaml", f"names: {names}\n")
    examined = read(tmp_path / "set", told)
    assert examined.draft.classes == classes
    assert examined.draft.objects.class_id.tolist() == list(range(len(numbers)))
    assert told.codes() <= {"class_too_small"}


def test_nothing_but_photos_that_are_not_read(tmp_path: Path, told: Told) -> None:
    for n in range(3):
        put(tmp_path / f"set/cat/{n}.NEF", "x")
    with pytest.raises(NothingUsable):
        read(tmp_path / "set", told)
    assert told.codes() == {"empty_dataset", "unread_photos"}


def embedded(path: Path, picture: Path, **more: Any) -> None:
    data = base64.b64encode(picture.read_bytes()).decode()
    square = [[20, 20], [60, 20], [60, 60], [20, 60]]
    shape = {"label": "nut", "points": square, "shape_type": "polygon"}
    content = {"version": "5", "flags": {}, "shapes": [shape], "imagePath": "gone.jpg"}
    put(path, {**content, "imageData": data, **more})


def test_pictures_inside_of_label_files(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    kinds = ("jpg", "png", "bmp")
    for n, kind in enumerate(kinds):
        picture = make_image(tmp_path / f"pictures/{n}.{kind}", n, SIZE)
        embedded(tmp_path / f"set/a/{n}.json", picture)
    make_image(tmp_path / "set/a/own.jpg", 7, SIZE)
    embedded(tmp_path / "set/a/own.json", tmp_path / "pictures/0.jpg")  # has its image
    embedded(tmp_path / "set/a/bad.json", tmp_path / "set/a/own.json")
    embedded(tmp_path / "set/a/none.json", tmp_path / "pictures/0.jpg", imageData=None)
    before = {path.name: path.read_bytes() for path in (tmp_path / "set/a").iterdir()}
    folder, result = imported(tmp_path / "w", tmp_path / "set")
    assert {path.name: path.read_bytes() for path in (tmp_path / "set/a").iterdir()} == before
    view = DatasetView(folder)
    assert {path.name for path in view.paths} == {"0.jpg", "1.png", "2.bmp", "own.jpg"}
    for path in view.paths:
        made = Image.open(path)
        source = tmp_path / "pictures" / path.name
        assert made.size == SIZE
        if path.name != "own.jpg":
            assert path.read_bytes() == source.read_bytes()
    assert [len(view.objects(row).class_id) for row in range(4)] == [1, 1, 1, 1]
    assert result["images"] == 4
    embedded(tmp_path / "set/a/new.json", make_image(tmp_path / "pictures/9.jpg", 9, SIZE))
    assert update(folder)["added"] == 1
    assert len(DatasetView(folder).paths) == 5


def test_an_archive_of_label_files_with_pictures(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    import shutil

    for n in range(3):
        picture = make_image(tmp_path / f"pictures/{n}.jpg", n, SIZE)
        embedded(tmp_path / f"set/{n}.json", picture)
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", tmp_path / "set")
    examined = examine(Path(archive), None, None, tmp_path / "own", told)
    assert len(examined.draft.images) == 3
    assert told.codes() == {"embedded_images", "other_image_path"}


def test_a_set_of_no_object_is_an_error(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    for n in range(3):
        make_image(tmp_path / f"set/{n}.jpg", n, SIZE)
    image = {"id": 0, "file_name": "0.jpg"}
    content = {"images": [image], "annotations": [], "categories": [{"id": 1, "name": "a"}]}
    put(tmp_path / "set/annotations.json", content)
    read(tmp_path / "set", told)
    assert ("no_object", "error") in {(f.code, f.severity.value) for f in told.findings}


@pytest.mark.parametrize(
    ("crowds", "key"), [(True, "params.only_crowds"), (False, "params.no_objects")]
)
def test_nothing_to_learn_is_said_before_training(
    tmp_path: Path, make_image: MakeImage, crowds: bool, key: str
) -> None:
    from paddlex_nb.data.edits.fixes import fix
    from paddlex_nb.planning.plan import plan

    images: list[dict[str, Any]] = []
    objects: list[dict[str, Any]] = []
    for n in range(12):
        split = "train" if n < 8 else "val"
        make_image(tmp_path / f"set/{split}/{n}.jpg", n, SIZE)
        images.append({"id": n, "file_name": f"{split}/{n}.jpg"})
        if crowds or split == "val":
            crowd = {"iscrowd": int(crowds)}
            box: dict[str, Any] = {"bbox": [20, 20, 40, 40], "category_id": 1}
            objects.append({"id": n, "image_id": n, **box, **crowd})
    for split in ("train", "val"):
        content = {
            "images": [i for i in images if str(i["file_name"]).startswith(split)],
            "annotations": [o for o in objects if (o["id"] < 8) == (split == "train")],
            "categories": [{"id": 1, "name": "a"}],
        }
        put(tmp_path / f"set/{split}.json", content)
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    with pytest.raises(UserError) as error:
        plan(folder, "PicoDet_XS", weights="none", overrides={"epochs": 1})
    assert error.value.code == key
    if crowds:
        fix(folder, "only_crowds")
        assert plan(folder, None, weights="none", overrides={"batch_size": 2}).model


def test_photos_of_a_phone_are_read_where_the_library_is(tmp_path: Path, told: Told) -> None:
    heif = pytest.importorskip("pillow_heif")
    for n in range(4):
        noise = np.random.default_rng(n).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(noise).resize(SIZE, Image.Resampling.NEAREST)
        path = tmp_path / f"set/{'ab'[n % 2]}/{n}.HEIC"
        path.parent.mkdir(parents=True, exist_ok=True)
        heif.from_pillow(picture).save(path)
    examined = read(tmp_path / "set", told)
    assert [(p.width, p.height, p.format) for p in examined.probes] == [(*SIZE, "HEIF")] * 4
