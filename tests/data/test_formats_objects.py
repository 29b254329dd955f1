"""Reading boxes and outlines: YOLO, LabelMe, CVAT, CSV, VIA."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.scan import scan

from .told import Told


def lay(root: Path, **files: str) -> Path:
    """Files by their names, ``__`` for a slash and the last ``_`` for the dot; images empty."""
    for name, text in files.items():
        stem, _, extension = name.rpartition("_")
        path = root / f"{stem.replace('__', '/')}.{extension}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(root: Path, told: Told, task: Task | None = None) -> tuple[str, Draft]:
    detected = detect(scan(root, told), task)
    return f"{detected.format.name} {detected.format.task.value}", detected.format.read(
        detected.tree, told
    )


def codes(told: Told) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in told.findings]


def test_yolo_boxes(tmp_path: Path, told: Told) -> None:
    lay(
        tmp_path,
        images__train__1_jpg="",
        images__val__2_jpg="",
        images__val__3_jpg="",
        labels__train__1_txt="0 0.5 0.5 0.2 0.4\n1 .25 0.5 1e-1 0.2 0.99\n",
        labels__val__2_txt="\n",
        data_yaml="names: {0: cat, 1: dog}\n",
    )
    name, draft = read(tmp_path, told)
    assert name == "yolo detection"
    assert [(i.path, i.split) for i in draft.images] == [
        ("images/train/1.jpg", "train"),
        ("images/val/2.jpg", "val"),
        ("images/val/3.jpg", "val"),
    ]
    assert draft.relative
    assert draft.classes == ["cat", "dog"]
    assert draft.objects.boxes.round(6).tolist() == [[0.4, 0.3, 0.6, 0.7], [0.2, 0.4, 0.3, 0.6]]
    assert codes(told) == [("nothing_to_find", "")]


BAD_LINES = {
    "x 1 2 3 4": "malformed_line",
    "7 0.1 0.1 0.2 0.2": "class_number_out_of_range",
    "0 10 20 30 40": "not_relative",
    "0 0.1 0.2": "malformed_line",
    "0 1e999 0.1 0.1 0.1": "nan_value",
    "-1 .1 .1 .1 .1": "malformed_line",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_of_yolo_spoils_no_other(tmp_path: Path, told: Told, line: str) -> None:
    good = "0 0.1 0.1 0.2 0.2\n"
    lay(tmp_path, a_jpg="", a_txt=good * 4, b_jpg="", b_txt=f"{line}\n{good}", classes_txt="cat")
    name, draft = read(tmp_path, told)
    assert name == "yolo detection"
    assert draft.objects.image.tolist() == [0, 0, 0, 0, 1]
    assert codes(told) == [(BAD_LINES[line], "line 1")]


def test_yolo_outlines_and_lists_of_images(tmp_path: Path, told: Told) -> None:
    lay(
        tmp_path,
        images__1_jpg="",
        images__2_jpg="",
        labels__1_txt="0 0.1 0.1 0.5 0.1 0.5 0.9",
        labels__2_txt="1 0.1 0.1 0.5 0.1 0.5 0.9 0.1 0.9",
        data_yaml="train: ./train.txt\nval: val.txt\nnames: [cat, dog]",
        train_txt="./images/1.jpg",
        val_txt="./images/2.jpg\n./images/9.jpg",
    )
    name, draft = read(tmp_path, told)
    assert name == "yolo instance_segmentation"
    assert [i.split for i in draft.images] == ["train", "val"]
    assert draft.objects.outlines.of_object(0)[0] == pytest.approx([0.1, 0.1, 0.5, 0.1, 0.5, 0.9])
    assert draft.objects.boxes[1].tolist() == [0.1, 0.1, 0.5, 0.9]
    assert codes(told) == [("missing_image", "line 2")]


def test_yolo_without_names_says_so(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, a_jpg="", a_txt="0 0.1 0.1 0.2 0.2")
    reason = detect(scan(tmp_path, told)).evidence.reason
    assert "without a file of class names" in reason.text("en")
    assert "–" not in reason.text("zh_CN")


def test_yaml_that_is_none(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, a_jpg="", a_txt="0 0.1 0.1 0.2 0.2", data_yaml="names: [cat\n  dog: ][")
    assert read(tmp_path, told)[1].classes == ["0"]
    assert [code for code, _ in codes(told)] == ["malformed_yaml"]  # and no word more


def labelme(*shapes: dict[str, Any], **more: Any) -> str:
    return json.dumps({"version": "5.0", "flags": {}, "shapes": shapes, **more})


def shape(
    label: str, *points: Sequence[float], kind: str = "polygon", **more: Any
) -> dict[str, Any]:
    return {"label": label, "points": points, "shape_type": kind, **more}


def test_labelme_outlines(tmp_path: Path, told: Told) -> None:
    triangle = ([1, 1], [9, 1], [9, 5])
    lay(
        tmp_path,
        a_jpg="",
        a_json=labelme(
            shape("dog", *triangle, group_id=1),
            shape("dog", [20, 20], [30, 20], [30, 31], group_id=1),
            shape("dog", *triangle, group_id=2),
            shape("cat", [5, 5], [8, 5], kind="circle"),
            shape("cat", [0, 0], [4, 3], kind="rectangle"),
            shape("cat", [5, 5], kind="point"),
            imagePath="..\\somewhere\\a.jpg",
        ),
    )
    name, draft = read(tmp_path, told)
    assert name == "labelme instance_segmentation"
    assert draft.classes == ["cat", "dog"]
    assert draft.objects.class_id.tolist() == [1, 1, 0, 0]
    assert draft.objects.boxes.round(3).tolist() == [
        [1, 1, 30, 31],
        [1, 1, 9, 5],
        [2, 2, 8, 8],
        [0, 0, 4, 3],
    ]
    assert len(draft.objects.outlines.of_object(0)) == 2
    assert codes(told) == [("shape_without_area", "shapes[5]")]


def test_labelme_boxes_and_unlisted_classes(tmp_path: Path, told: Told) -> None:
    lay(
        tmp_path,
        images__a_png="",
        annotations__a_json=labelme(
            shape("dog", [9, 5], [1, 1], kind="rectangle"),
            shape("cow", [0, 0], [1, 1], kind="rectangle"),
        ),
        annotations__b_json=labelme(),
        annotations__c_json="{",
        labels_txt="cat\ndog",
    )
    name, draft = read(tmp_path, told)
    assert name == "labelme detection"
    assert draft.images[0].path == "images/a.png"
    assert draft.objects.boxes.tolist() == [[1, 1, 9, 5]]
    assert [code for code, _ in codes(told)] == ["unknown_class", "missing_image", "malformed_json"]


def test_labelme_flags(tmp_path: Path, told: Told) -> None:
    lay(
        tmp_path,
        a_jpg="",
        a_json=labelme(flags={"cat": True, "dog": False}),
        b_jpg="",
        b_json=labelme(flags={"cat": True, "dog": True}),
        c_jpg="",
        c_json=labelme(flags={"cat": False, "dog": True}),
    )
    name, draft = read(tmp_path, told)
    assert name == "labelme classification"
    assert [(i.path, draft.classes[i.class_id]) for i in draft.images] == [
        ("a.jpg", "cat"),
        ("c.jpg", "dog"),
    ]
    assert codes(told) == [("flags_of_no_class", "")]


CVAT = """<?xml version="1.0"?><annotations><meta><job><labels>
<label><name>dog</name></label><label><name>cat</name></label></labels></job></meta>
<image id="0" name="sub\\a.jpg" subset="Validation">
<box label="cat" xtl="1" ytl="2" xbr="3" ybr="4"/>
<box label="cow" xtl="1" ytl="2" xbr="3" ybr="4"/><box label="cat" xtl="1" ytl="" xbr="3" ybr="4"/>
<polygon label="dog" points="1,1;5,1;5,5"/><points label="dog" points="1,1"/></image>
<image id="1" name="b.jpg"/></annotations>"""


@pytest.mark.parametrize("task", [Task.DETECTION, Task.INSTANCE_SEGMENTATION])
def test_cvat(tmp_path: Path, told: Told, task: Task) -> None:
    lay(tmp_path, images__sub__a_jpg="", annotations_xml=CVAT)
    name, draft = read(tmp_path, told, task)
    assert name == f"cvat {task}"
    assert draft.classes == ["dog", "cat"]
    assert [(i.path, i.split) for i in draft.images] == [("images/sub/a.jpg", "val")]
    assert draft.objects.boxes.tolist() == [[1, 2, 3, 4], [1, 1, 5, 5]]
    outlined = [[], [[1, 1, 5, 1, 5, 5]]] if task is Task.INSTANCE_SEGMENTATION else [[], []]
    assert [draft.objects.outlines.of_object(row) for row in (0, 1)] == outlined
    assert codes(told) == [
        ("unknown_class", "image 0, object 2"),
        ("malformed_box", "image 0, object 3"),
        ("shape_without_area", "image 0, object 5"),
        ("missing_image", "image 1"),
    ]


def test_cvat_with_a_doctype_is_refused_in_words(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, images__sub__a_jpg="", annotations_xml=CVAT)
    detected = detect(scan(tmp_path, told))
    (tmp_path / "annotations.xml").write_text(CVAT.replace("?><", "?><!DOCTYPE a><", 1))
    with pytest.raises(UserError, match="document type declaration"):
        detected.format.read(detected.tree, told)


def test_what_is_listed_twice_is_said_with_and_without_splits(tmp_path: Path, told: Told) -> None:
    lay(tmp_path, b__cat__1_jpg="", list_csv="image,class\nb/cat/1.jpg,cat\nb/cat/1.jpg,cat\n")
    read(tmp_path, told)
    assert [f.message.text("en") for f in told.findings] == [
        "list.csv lists b/cat/1.jpg again; the first entry is used."
    ]
    first = told.findings[0]
    divided = msgspec.structs.replace(first, values={**first.values, "split": "val"})
    assert "(first in the validation set)" in divided.message.text("en")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_boxes(tmp_path: Path, told: Told, separator: str) -> None:
    rows = ["Image,Class,X1,Y1,X2,Y2,Split", "a.jpg,cat,1,2,3,4,train", "a.jpg,dog,0,0,9,9,train"]
    rows += ["b.jpg,cat,1,2,x,4,valid", "c.jpg,cat,1,2,3,4,", "b.jpg,cat,1,2,3", ""]
    text = "\r\n".join(rows).replace(",", separator)
    lay(tmp_path, images__a_jpg="", images__b_jpg="", boxes_csv="\ufeff" + text)
    name, draft = read(tmp_path, told)
    assert name == "csv detection"
    assert draft.classes == ["cat", "dog"]
    assert draft.objects.boxes.tolist() == [[1, 2, 3, 4], [0, 0, 9, 9]]
    assert sorted(codes(told)[-3:]) == [
        ("malformed_box", "line 4"),
        ("malformed_line", "line 6"),
        ("missing_image", "line 5"),
    ]


def test_tables_of_classes(tmp_path: Path, told: Told) -> None:
    text = 'filename,label\n"a, 1.jpg",cat\nb.jpg,"dog ""x"""\nb.jpg,cat\n'
    lay(tmp_path, b_jpg="", train_csv=text)
    (tmp_path / "a, 1.jpg").touch()
    name, draft = read(tmp_path, told)
    assert name == "csv classification"
    assert [(i.path, draft.classes[i.class_id]) for i in draft.images] == [
        ("a, 1.jpg", "cat"),
        ("b.jpg", 'dog "x"'),
    ]
    assert codes(told) == [("listed_with_other_class", "line 4")]


def region(kind: str, name: str = "", **shape: Any) -> dict[str, Any]:
    attributes = {"type": name} if name else {}
    return {"shape_attributes": {"name": kind, **shape}, "region_attributes": attributes}


@pytest.mark.parametrize("project", [True, False])
def test_via(tmp_path: Path, told: Told, project: bool) -> None:
    regions = [
        region("polygon", "cat", all_points_x=[1, 9, 9], all_points_y=[1, 1, 5]),
        region("rect", x=1, y=2, width=3, height=4),
        region("circle", "cat", cx=5, cy=5, r=2),
        region("polyline", "cat", all_points_x=[1, 9], all_points_y=[1, 1]),
        region("polygon", "cat", all_points_x=[1, 9, 9], all_points_y=[1, 1]),
    ]
    content: dict[str, Any] = {
        "a.jpg12": {"filename": "a.jpg", "size": 12, "regions": regions, "file_attributes": {}},
        "b.jpg3": {"filename": "b.jpg", "regions": {"0": regions[0]}},
        "c": 7,
    }
    if project:
        content = {"_via_settings": {}, "_via_img_metadata": content, "_via_attributes": {}}
    lay(tmp_path, a_jpg="", b_jpg="", via_train_json=json.dumps(content))
    name, draft = read(tmp_path, told)
    assert name == "via instance_segmentation"
    assert draft.classes == ["cat", "object"]
    assert draft.objects.boxes.round(3).tolist() == [
        [1, 1, 9, 5],
        [1, 2, 4, 6],
        [3, 3, 7, 7],
        [1, 1, 9, 5],
    ]
    assert {image.split for image in draft.images} == {"train"}
    assert [code for code, _ in codes(told)].count("shape_without_area") == 2
