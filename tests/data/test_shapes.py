"""Shapes, pictures and units as many tools write them: more layouts of what people reported."""

from __future__ import annotations

import base64
import io
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from paddlex_nb.data.formats.yolo_rows import read_row
from paddlex_nb.data.importing.pipeline import Examined, examine

from .conftest import MakeImage
from .told import Told

SIZE = (160, 120)
SQUARE = [20.0, 20.0, 60.0, 60.0]


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")


def read(root: Path, told: Told, task: Any = None) -> Examined:
    return examine(root, task, None, root.parent / "own", told)


def form(examined: Examined) -> str:
    return f"{examined.detected.format.name} {examined.detected.format.task}"


def boxes(examined: Examined) -> list[list[int]]:
    return [[round(side) for side in box] for box in examined.draft.objects.boxes.tolist()]


def area(examined: Examined, row: int = 0) -> int:
    """Pixels of an object's outlines."""
    outlines = examined.draft.objects.outlines.of_object(row)
    return int(coco_mask.area(coco_mask.merge(coco_mask.frPyObjects(outlines, *SIZE[::-1]))))


def shape(label: object, points: Sequence[Sequence[float]], **more: Any) -> dict[str, Any]:
    return {"label": label, "points": points, "shape_type": "polygon", **more}


def square(left: float, top: float, side: float) -> list[list[float]]:
    right, bottom = left + side, top + side
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def labelme(root: Path, make: MakeImage, *shapes: dict[str, Any], name: str = "0") -> Path:
    """A set of one image with LabelMe's file beside it."""
    make(root / f"{name}.jpg", int(name), SIZE)
    content = {"version": "5", "flags": {}, "shapes": shapes, "imagePath": f"{name}.jpg"}
    put(root / f"{name}.json", content)
    return root


def png(mask: np.ndarray[Any, Any]) -> str:
    file = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_parts_of_a_group_and_holes(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    parts = [
        shape("nut", square(10, 10, 20), group_id=1),
        shape("nut", square(50, 10, 20), group_id=1),
        shape("nut", square(10, 60, 40)),
        # in two of them, and in none
        shape("_background_", square(20, 20, 50)),
        shape("_background_", square(120, 90, 5)),
        shape("__ignore__", square(100, 10, 20)),
        shape("nut", square(100, 60, 20)),
    ]
    examined = read(labelme(tmp_path / "set", make_image, *parts), told, "instance_segmentation")
    assert examined.draft.classes == ["nut"]
    assert boxes(examined) == [[10, 10, 70, 30], [10, 60, 50, 100], [100, 60, 120, 80]]
    assert [area(examined, row) for row in range(3)] == [
        20 * 20 - 10 * 10 + 20 * 20 - 20 * 10,
        40 * 40 - 30 * 10,
        400,
    ]
    assert told.codes() == {"ignored_areas", "class_too_small"}
    ignored = next(f for f in told.findings if f.code == "ignored_areas")
    assert "has 1 area called __ignore__" in ignored.message.text("en")


def test_what_a_hole_takes_away_is_said(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    cut = [shape("nut", square(20, 20, 10)), shape("_background_", square(10, 10, 40))]
    root = labelme(tmp_path / "set", make_image, *cut, shape("nut", square(90, 20, 10)))
    examined = read(root, told, "instance_segmentation")
    assert boxes(examined) == [[90, 20, 100, 30]]
    assert [(f.code, f.severity.value) for f in told.findings if f.code != "class_too_small"] == [
        ("shape_without_area", "warning")
    ]


def test_in_label_maps_they_are_drawn(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    disc = np.ones((11, 11), bool)
    shapes = [
        shape("nut", [[20, 20], [30, 30]], shape_type="mask", mask=png(disc)),
        shape("__ignore__", square(100, 10, 20)),
        shape("_background_", square(22, 22, 4)),
    ]
    examined = read(labelme(tmp_path / "set", make_image, *shapes), told, "segmentation")
    assert examined.draft.classes == ["_background_", "nut"]
    [image] = examined.draft.images
    label_map = np.asarray(Image.open(tmp_path / "own/masks" / image.mask))
    assert dict(zip(*np.unique(label_map, return_counts=True), strict=True)) == {
        0: 160 * 120 - 400 - 121 + 16,
        1: 121 - 16,
        255: 400,
    }


TURNED = [[40, 10], [70, 40], [40, 70], [10, 40]]


@pytest.mark.parametrize(
    ("kind", "points", "box"),
    [
        ("rotation", TURNED, [10, 10, 70, 70]),
        ("quadrilateral", TURNED, [10, 10, 70, 70]),
        ("oriented_rectangle", TURNED, [10, 10, 70, 70]),
        ("rectangle", square(20, 20, 40), [20, 20, 60, 60]),
        ("rectangle", [[60, 60], [20, 20]], [20, 20, 60, 60]),
        ("circle", [[40, 40], [60, 40]], [20, 20, 60, 60]),
        (None, square(20, 20, 40), [20, 20, 60, 60]),
    ],
)
def test_kinds_of_shapes(
    tmp_path: Path,
    told: Told,
    make_image: MakeImage,
    kind: str,
    points: list[list[float]],
    box: list[int],
) -> None:
    root = labelme(tmp_path / "set", make_image, shape(7, points, shape_type=kind))
    examined = read(root, told, "instance_segmentation" if kind != "rectangle" else "detection")
    assert (boxes(examined), examined.draft.classes) == ([box], ["7"])


@pytest.mark.parametrize("kind", ["line", "point", "linestrip", "points"])
def test_shapes_that_are_lost_are_a_warning(
    tmp_path: Path, told: Told, make_image: MakeImage, kind: str
) -> None:
    lost = shape("nut", square(20, 20, 40), shape_type=kind)
    root = labelme(tmp_path / "set", make_image, lost, shape("nut", square(20, 20, 40)))
    read(root, told)
    assert ("shape_without_area", "warning") in {(f.code, f.severity.value) for f in told.findings}


@pytest.mark.parametrize("mask", ["", "no base64!", png(np.ones((900, 900), bool)), None])
def test_masks_that_cannot_be_read_keep_their_box(
    tmp_path: Path, told: Told, make_image: MakeImage, mask: str | None
) -> None:
    bad = shape("nut", [[20, 20], [59, 59]], shape_type="mask", mask=mask)
    root = labelme(tmp_path / "set", make_image, bad, shape("nut", square(90, 20, 10)))
    examined = read(root, told, "instance_segmentation")
    assert boxes(examined) == [[20, 20, 59, 59], [90, 20, 100, 30]]
    assert "malformed_outline" in told.codes()


def test_a_label_file_is_of_the_image_of_its_name(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for camera in ("cam1", "cam2"):
        for name in ("0", "1"):
            labelme(tmp_path / "set" / camera, make_image, shape("nut", square(20, 20, 30)))
            make_image(tmp_path / "set" / camera / f"{name}.jpg", ord(camera[-1]) + int(name), SIZE)
    # copied from the other file, with the path of a Windows machine
    content = {
        "version": "5",
        "flags": {},
        "imagePath": "D:\\photos\\0.jpg",
        "shapes": [shape("nut", square(50, 50, 30))],
    }
    put(tmp_path / "set/cam2/1.json", content)
    content["imagePath"] = "..\\images\\1.jpg"
    put(tmp_path / "set/cam1/1.json", content)
    examined = read(tmp_path / "set", told)
    by_path = {image.path: row for row, image in enumerate(examined.draft.images)}
    assert sorted(by_path) == ["cam1/0.jpg", "cam1/1.jpg", "cam2/0.jpg", "cam2/1.jpg"]
    objects = examined.draft.objects
    of = {path: objects.boxes[objects.image == row].tolist() for path, row in by_path.items()}
    assert of["cam2/1.jpg"] == of["cam1/1.jpg"] == [[50, 50, 80, 80]]
    assert of["cam1/0.jpg"] == of["cam2/0.jpg"] == [[20, 20, 50, 50]]
    assert [f.file for f in told.findings if f.code == "other_image_path"] == ["cam2/1.json"]


def cvat(root: Path, make: MakeImage, *shapes: str) -> Path:
    make(root / "images/0.jpg", 0, SIZE)
    image = f'<image id="0" name="0.jpg" width="160" height="120">{"".join(shapes)}</image>'
    put(root / "annotations.xml", f"<annotations><version>1.1</version>{image}</annotations>")
    return root


def test_areas_of_cvat(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    shapes = [
        # a row of 4, of which the first is outside; then all of the second row
        '<mask label="nut" left="20" top="30" width="4" height="2" rle="1,7"/>',
        '<ellipse label="nut" cx="80" cy="60" rx="30" ry="10" rotation="90"/>',
        '<polygon label="nut" group_id="3" points="100,10;110,10;110,20;100,20"/>',
        '<polygon label="nut" group_id="3" points="130,10;140,10;140,20;130,20"/>',
        '<polygon label="nut" group_id="0" points="100,80;110,80;110,90;100,90"/>',
        '<polygon label="nut" group_id="0" points="130,80;140,80;140,90;130,90"/>',
        '<tag label="sharp"/>',
        '<polyline label="nut" points="1,1;2,2"/>',
        '<mask label="nut" left="0" top="0" width="4" height="2" rle="1,2,3,4"/>',
    ]
    examined = read(cvat(tmp_path / "set", make_image, *shapes), told)
    assert form(examined) == "cvat instance_segmentation"
    assert boxes(examined) == [
        *([20, 30, 24, 32], [70, 30, 90, 90], [100, 10, 140, 20]),
        *([100, 80, 110, 90], [130, 80, 140, 90]),
    ]
    assert area(examined, 0) == 7
    assert area(examined, 1) == pytest.approx(math.pi * 300, rel=0.03)
    assert area(examined, 2) == 200
    reported = {(f.code, f.place) for f in told.findings}
    assert ("shape_without_area", "image 0, object 8") in reported
    assert ("malformed_box", "image 0, object 9") in reported


def coco(root: Path, make: MakeImage, *annotations: dict[str, Any], **more: Any) -> Path:
    make(root / "images/0.jpg", 0, SIZE)
    image = {"id": 0, "file_name": "0.jpg", "width": 160, "height": 120, **more}
    entries = [{"id": n, "image_id": 0, "category_id": 1, **a} for n, a in enumerate(annotations)]
    content = {"images": [image], "annotations": entries, "categories": [{"id": 1, "name": "a"}]}
    put(root / "annotations.json", content)
    return root


FLAT = [20, 20, 60, 20, 60, 60, 20, 60]
PAIRS = [[20, 20], [60, 20], [60, 60], [20, 60]]


@pytest.mark.parametrize("outline", [FLAT, [FLAT], PAIRS, [PAIRS], [[PAIRS]], [[FLAT]]])
def test_outlines_however_nested(
    tmp_path: Path, told: Told, make_image: MakeImage, outline: Any
) -> None:
    one = {"bbox": [20, 20, 40, 40], "segmentation": outline}
    examined = read(coco(tmp_path / "set", make_image, one, one | {"segmentation": [FLAT]}), told)
    assert form(examined) == "coco instance_segmentation"
    outlines = examined.draft.objects.outlines
    assert (outlines.corners.tolist(), area(examined)) == ([4, 4], 1600)
    assert told.codes() == {"duplicate_box", "class_too_small"}


@pytest.mark.parametrize("outline", ["text", [1, 2, [3]], [[1, 2], {}], [[[[[[1, 2]]]]]], [True]])
def test_what_is_no_outline_is_said(
    tmp_path: Path, told: Told, make_image: MakeImage, outline: Any
) -> None:
    sound = {"bbox": [20, 20, 40, 40], "segmentation": [FLAT]}
    bad = {"bbox": [80, 20, 40, 40], "segmentation": outline}
    examined = read(coco(tmp_path / "set", make_image, sound, bad), told)
    assert boxes(examined) == [[20, 20, 60, 60], [80, 20, 120, 60]]
    assert "malformed_outline" in told.codes()


def test_a_turned_box_in_coco(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    turned = {"attributes": {"rotation": 90.0, "occluded": False}, "segmentation": []}
    upright = {"attributes": {"rotation": 0.0}, "bbox": [100, 20, 20, 10], "segmentation": []}
    root = coco(tmp_path / "set", make_image, {"bbox": [20, 50, 80, 20], **turned}, upright)
    examined = read(root, told)
    assert boxes(examined) == [[50, 20, 70, 100], [100, 20, 120, 30]]
    outlined = read(root, Told(), "instance_segmentation").draft.objects.outlines
    assert np.diff(outlined.objects).tolist() == [1, 0]
    assert outlined.corners.tolist() == [4]


VOC_OBJECT = "<object><name>ship</name>{}</object>"
TURNED_BOX = "<type>robndbox</type><robndbox><cx>60</cx><cy>60</cy><w>80</w><h>20</h>"
BOX = "<bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox>"


def voc(root: Path, make: MakeImage, *objects: str, name: str = "0") -> Path:
    make(root / f"JPEGImages/{name}.jpg", int(name), SIZE)
    inside = "".join(VOC_OBJECT.format(one) for one in objects)
    put(root / f"Annotations/{name}.xml", f"<annotation>{inside}</annotation>")
    return root


def test_boxes_of_rolabelimg(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    turned = f"{TURNED_BOX}<angle>{math.pi / 2}</angle></robndbox>"
    upright = f"<type>bndbox</type>{BOX.format(1, 2, 30, 40)}"
    nan = f"{TURNED_BOX}<angle>nan</angle></robndbox>"
    missing = f"{TURNED_BOX}</robndbox>"
    examined = read(voc(tmp_path / "set", make_image, turned, upright, nan, missing), told)
    assert form(examined) == "voc detection"
    assert boxes(examined) == [[50, 20, 70, 100], [1, 2, 30, 40]]
    assert {(f.code, f.place) for f in told.findings} >= {
        ("nan_value", "object 3"),
        ("malformed_box", "object 4"),
    }


def test_shares_are_found_out(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    share = {
        "bbox": [0.125, 0.25, 0.25, 0.5],
        "segmentation": [[0.125, 0.25, 0.375, 0.25, 0.25, 1]],
    }
    examined = read(coco(tmp_path / "coco", make_image, share), told)
    assert boxes(examined) == [[20, 30, 60, 90]]
    assert examined.draft.objects.outlines.points.tolist() == [[20, 30], [60, 30], [40, 120]]
    assert "shares_not_pixels" in told.codes()
    root = tmp_path / "voc"
    for n in range(3):
        voc(root, make_image, BOX.format(0.1, 0.5, 0.9, 1), BOX.format(0, 0, 1, 1), name=str(n))
    examined = read(root, told := Told())
    assert boxes(examined) == [[16, 60, 144, 120], [0, 0, 160, 120]] * 3
    assert Counter(f.code for f in told.findings)["shares_not_pixels"] == 1


def test_small_boxes_in_pixels_stay_so(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    root = voc(tmp_path / "set", make_image, BOX.format(0, 0, 1, 1), name="0")
    voc(root, make_image, BOX.format(0, 0.5, 1, 1), name="1")
    for n in (2, 3, 4):
        voc(root, make_image, BOX.format(20, 20, 60, 60), name=str(n))
    examined = read(root, told)
    assert boxes(examined)[:2] == [[0, 0, 1, 1], [0, 0, 1, 1]]
    assert "shares_not_pixels" not in told.codes()


def test_corners_in_any_order(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    root = coco(tmp_path / "set", make_image, {"bbox": [60, 60, -40, -40]}, {"bbox": SQUARE})
    assert boxes(read(root, told)) == [[20, 20, 60, 60], [20, 20, 80, 80]]
    assert ("inverted_box", "warning") in {(f.code, f.severity.value) for f in told.findings}
    # such a one that is nowhere in the image is lost, and said to be outside
    root = voc(tmp_path / "voc", make_image, BOX.format(500, 60, 300, 20), BOX.format(*SQUARE))
    assert boxes(read(root, told := Told())) == [[20, 20, 60, 60]]
    assert "box_outside_image" in told.codes()
    assert "inverted_box" not in told.codes()


ROWS = {
    "1 0.5 0.5 0.2 0.2": (1, []),
    "1.0 0.5 0.5 0.2 0.2": (1, []),
    "1.000e+00 5.0e-01 0.5 0.2 0.2": (1, []),
    "12., 0.5, 0.5, 0.2, 0.2": (12, []),
    "1,0.5,0.5,0.2,0.2": (1, []),
    "1;0.5;0.5;0.2;0.2;0.93": (1, []),
    "1 0,5 0,5 0,2 0,2": (1, []),
    "1\t0.5 0.5 0.2 0.2 ": (1, []),
    # key points with their visibility
    "1 0.5 0.5 0.2 0.2 0.4 0.4 2 0.6 0.6 0": (1, []),
    "1 0.5 0.5 0.2 0.2 0.4 0.4 2.0 0.6 0.6 1.0 0.5 0.5 0.0": (1, []),
    # an outline, with a score perhaps
    "1 0.1 0.1 0.3 0.1 0.3 0.3": (1, [0.1, 0.1, 0.3, 0.1, 0.3, 0.3]),
    "1 0.1 0.1 0.3 0.1 0.3 0.3 0.9": (1, [0.1, 0.1, 0.3, 0.1, 0.3, 0.3]),
}


@pytest.mark.parametrize("line", ROWS)
def test_rows_of_yolo(line: str) -> None:
    row = read_row(line)
    assert row is not None
    class_id, outline = ROWS[line]
    assert (row.class_id, row.outlines) == (class_id, [outline] if outline else [])
    if not outline:
        assert row.box == pytest.approx((0.4, 0.4, 0.6, 0.6))


@pytest.mark.parametrize(
    "line", ["", "1", "1.5 0.5 0.5 0.2 0.2", "a 0 0 0 0", "1 0 0 0", "-1 0 0 0 0"]
)
def test_what_is_no_row_of_yolo(line: str) -> None:
    assert read_row(line) is None


def test_key_points_without_visibility(tmp_path: Path, told: Told, make_image: MakeImage) -> None:
    make_image(tmp_path / "set/images/0.jpg", 0, SIZE)
    put(tmp_path / "set/labels/0.txt", "0 0.25 0.5 0.25 0.5 0.2 0.4 0.3 0.6")
    put(tmp_path / "set/data.yaml", "names: [person]\nkpt_shape: [2, 2]\n")
    examined = read(tmp_path / "set", told, "detection")
    assert boxes(examined) == [[20, 30, 60, 90]]


@pytest.mark.parametrize(("names", "numbers"), [("a b", "1 2"), ("", "1 2 3"), ("a b", "1 1 2")])
def test_numbers_from_one(
    tmp_path: Path, told: Told, make_image: MakeImage, names: str, numbers: str
) -> None:
    for n, number in enumerate(numbers.split()):
        make_image(tmp_path / f"set/{n}.jpg", n, SIZE)
        put(tmp_path / f"set/{n}.txt", f"{number} 0.5 0.5 0.2 0.2")
    if names:
        put(tmp_path / "set/classes.txt", names.replace(" ", "\n"))
    read(tmp_path / "set", told)
    assert ("counted_from_one", "warning") in {(f.code, f.severity.value) for f in told.findings}


def test_numbers_from_zero_are_no_finding(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    for n, number in enumerate("112"):
        make_image(tmp_path / f"set/{n}.jpg", n, SIZE)
        put(tmp_path / f"set/{n}.txt", f"{number} 0.5 0.5 0.2 0.2")
    put(tmp_path / "set/classes.txt", "never\na\nb\n")
    read(tmp_path / "set", told)
    assert "counted_from_one" not in told.codes()


def test_lists_of_classes_count_from_one_too(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    lines = []
    for n in range(6):
        make_image(tmp_path / f"set/images/{n}.jpg", n, SIZE)
        lines.append(f"images/{n}.jpg {1 + n % 3}{'.0' * (n % 2)}")
    put(tmp_path / "set/train_list.txt", "\n".join(lines))
    put(tmp_path / "set/labels.txt", "a\nb\nc\n")
    read(tmp_path / "set", told)
    assert {"counted_from_one", "class_number_out_of_range"} <= told.codes()


ELSEWHERE = {
    "out of the set": "../../upload/1/b.jpg",
    "a folder that is not here": "train2014/b.jpg",
    "another machine": "/mnt/server/b.jpg",
    "Windows": "C:\\data\\b.jpg",
    "one of two of its name, by its folder": "../up/cam2/b.jpg",
}


@pytest.mark.parametrize("why", ELSEWHERE)
def test_the_only_image_of_a_name(
    tmp_path: Path, told: Told, make_image: MakeImage, why: str
) -> None:
    root = coco(tmp_path / "set", make_image, {"bbox": SQUARE}, file_name=ELSEWHERE[why])
    if "two" in why:
        make_image(root / "photos/cam1/b.jpg", 3, SIZE)
    make_image(root / "photos/cam2/b.jpg", 2, SIZE)
    examined = read(root, told)
    assert [image.path for image in examined.draft.images] == ["photos/cam2/b.jpg"]
    assert "found_by_name" in told.codes()


NOT_CLEAR = {
    "two of its name": ("photos/cam1/b.jpg", "../../up/b.jpg", "ambiguous_image"),
    "its folder is here": ("val/b.jpg", "train/b.jpg", "missing_image"),
    "its folder is here by name": ("val/b.jpg", "data/train/b.jpg", "missing_image"),
    "another split": ("val/b.jpg", "training/b.jpg", "missing_image"),
    "none of its name": ("photos/c.jpg", "/etc/b.jpg", "absolute_path"),
}


@pytest.mark.parametrize("why", NOT_CLEAR)
def test_an_image_that_is_not_clear(
    tmp_path: Path, told: Told, make_image: MakeImage, why: str
) -> None:
    there, named, code = NOT_CLEAR[why]
    root = coco(tmp_path / "set", make_image, {"bbox": SQUARE}, file_name=named)
    for n, path in enumerate((there, "train/0.jpg", "photos/cam2/b.jpg")):
        if not (why != "two of its name" and "cam2" in path):
            make_image(root / path, n + 1, SIZE)
    examined = read_anyway(root, told)
    assert examined is None
    assert code in told.codes()


def read_anyway(root: Path, told: Told) -> Examined | None:
    """The data set, if there is anything in it that can be used."""
    from paddlex_nb.data.importing.pipeline import NothingUsable

    try:
        return read(root, told)
    except NothingUsable:
        return None


def test_paths_from_the_folder_of_the_labels(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    root = coco(tmp_path / "set", make_image, {"bbox": SQUARE}, file_name="../cam1/b.jpg")
    (root / "labels").mkdir()
    (root / "annotations.json").rename(root / "labels/annotations.json")
    for n in (1, 2):
        make_image(root / f"cam{n}/b.jpg", n, SIZE)
    examined = read(root, told)
    assert [image.path for image in examined.draft.images] == ["cam1/b.jpg"]
    assert "found_by_name" not in told.codes()


def test_a_coco_file_made_of_labelme_counts(
    tmp_path: Path, told: Told, make_image: MakeImage
) -> None:
    one = {"bbox": [20, 20, 40, 40], "segmentation": [FLAT]}
    root = coco(tmp_path / "set", make_image, one)
    labelme(root / "images", make_image, shape("a", square(20, 20, 40)))
    assert form(read(root, told)) == "coco instance_segmentation"
    assert "malformed_json" not in told.codes()
