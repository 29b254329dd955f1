"""What label files say of objects besides class and outline is kept, through all that is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from defusedxml.ElementTree import fromstring

from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import (
    AddObject,
    DropObjects,
    Exclude,
    SetBox,
    SetObjectClass,
    make,
    undo,
)
from paddlex_nb.data.store.attributes import (
    COLUMN,
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST,
    in_words,
    read_attributes,
)
from paddlex_nb.data.store.current import current_index
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.data.writers.losses import ATTRIBUTES, losses
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.layers import truth

from .in_process import imported, update
from .layouts import codes, photo, read, text
from .told import Told

DETECTION, OUTLINES = Task.DETECTION, Task.INSTANCE_SEGMENTATION
SAID: dict[str, Any] = {
    "difficult": True,
    "truncated": True,
    "occluded": True,
    "pose": "Left",
    "verified": False,
    "colour": '=<b>"rot" & 红',
    "count": 3,
    "share": 0.25,
}
OTHER = {"colour": "blue"}
BOXES = [[1, 2, 20, 28], [24, 4, 20, 30], [4, 6, 12, 12]]


def coco(root: Path, said: list[Any], images: int = 2) -> Path:
    """A COCO data set whose images all have these objects, each with such attributes."""
    annotations: list[dict[str, Any]] = []
    for image in range(images):
        photo(root / f"images/{image}.jpg", image)
        for (x, y, w, h), attributes in zip(BOXES, said, strict=False):
            one: dict[str, Any] = {
                "id": len(annotations),
                "image_id": image,
                "category_id": 1 + image % 2,
            }
            outline = [[x, y, x + w, y, x + w, y + h, x, y + h]]
            one |= {"bbox": [x, y, w, h], "area": w * h, "iscrowd": 0, "segmentation": outline}
            annotations.append(one | ({} if attributes is None else {"attributes": attributes}))
    names = [{"id": n, "file_name": f"{n}.jpg", "width": 48, "height": 40} for n in range(images)]
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    document = {"images": names, "annotations": annotations, "categories": categories}
    text(root / "annotations.json", document)
    return root


def kept(folder: Path) -> list[list[dict[str, Any]]]:
    """The attributes of the objects of each image, these from left to right."""
    content = Content(folder)
    return [
        [one.attributes for one in sorted(content.objects(p), key=lambda one: one.box)]
        for p in content.pictures
    ]


def words(attributes: dict[str, Any]) -> dict[str, str]:
    return {name: in_words(value) for name, value in attributes.items()}


CASES = [(task, name) for task in (DETECTION, OUTLINES) for name in WRITERS[task]]


@pytest.mark.parametrize(("task", "name"), CASES)
def test_they_are_written_and_read_again_or_it_is_said(
    tmp_path: Path, task: Task, name: str
) -> None:
    source = coco(tmp_path / "set", [SAID, None, OTHER])
    first, result = imported(tmp_path / "1", source, task=task.value)
    assert result["findings"]["error"] == 0
    assert kept(first) == [[SAID, OTHER, {}]] * 2
    content = Content(first)
    lost = [m for m in losses(content, name) if m.key == "data.export_loss.attributes"]
    WRITERS[task][name](content, tmp_path / "written")
    again, result = imported(tmp_path / "2", tmp_path / "written", task=task.value)
    assert result["format"] == name
    if name in ATTRIBUTES:
        assert not lost
        same = [[words(one) for one in of_image] for of_image in kept(again)]
        assert same == [[words(SAID), words(OTHER), {}]] * 2
    else:
        assert [m.values["count"] for m in lost] == [4]
        assert COLUMN not in Index.load(again).objects.column_names


def test_numbers_and_yes_and_no_keep_their_kind_where_the_format_has_them(tmp_path: Path) -> None:
    first, _ = imported(tmp_path / "1", coco(tmp_path / "set", [SAID]), task="detection")
    for name in ("coco", "datumaro", "labelme", "label_studio"):
        WRITERS[DETECTION][name](Content(first), tmp_path / name)
        again, _ = imported(tmp_path / f"2-{name}", tmp_path / name, task="detection")
        assert kept(again) == [[SAID]] * 2, name


def test_corrections_keep_those_of_the_others(tmp_path: Path) -> None:
    said = [{"number": n, "difficult": n == 1} for n in range(3)]
    folder, _ = imported(tmp_path / "1", coco(tmp_path / "set", said), task="detection")
    made = [{"number": 0}, {"number": 2}, {"number": 1, "difficult": True}]
    assert kept(folder) == [made] * 2
    make(folder, SetBox(0, 0, (2, 3, 30, 30)))
    make(folder, SetObjectClass([(0, 2)], "dog"))
    make(folder, DropObjects([(0, 1), (1, 3)]))
    make(folder, AddObject(0, "cat", (40, 1, 6, 6)))
    assert kept(folder) == [[made[0], made[1], {}], made[1:]]
    assert current_index(folder).objects.num_rows == 5  # a version holds it now
    assert kept(folder) == [[made[0], made[1], {}], made[1:]]
    undo(folder, 3)
    make(folder, Exclude([1]))
    assert kept(folder) == [[made[0], made[1], made[2], {}]]


def test_updates_splits_and_subsets_keep_them(tmp_path: Path) -> None:
    source = coco(tmp_path / "set", [None, None])
    folder, _ = imported(tmp_path / "1", source, task="detection")
    assert COLUMN not in Index.load(folder).objects.column_names
    coco(source, [SAID, OTHER], images=4)
    (source / "images/0.jpg").unlink()
    update(folder)
    assert kept(folder) == [[SAID, OTHER]] * 3
    lost = Index.load(folder).objects  # the lost image's objects are still there, without any
    assert Dataset(folder).folder == folder
    assert COLUMN in lost.column_names or COLUMN in current_index(folder).objects.column_names
    coco(source, [None, None], images=5)
    update(folder)
    assert kept(folder) == [[{}, {}]] * 5


def test_nothing_said_costs_nothing_and_old_workspaces_open(tmp_path: Path) -> None:
    nothing = {"difficult": False, "truncated": 0, "occluded": "0", "pose": "Unspecified"}
    said = [nothing, {"rotation": 0.0}, {"comment": ""}]
    folder, _ = imported(tmp_path / "1", coco(tmp_path / "set", said), task="detection")
    index = Index.load(folder)
    assert COLUMN not in index.objects.column_names
    assert DatasetView(folder).attributes(0) == [{}, {}, {}]
    assert losses(Content(folder), "yolo") == []
    make(folder, DropObjects([(0, 1)]))
    assert COLUMN not in current_index(folder).objects.column_names


def test_tiles_have_those_of_their_objects(tmp_path: Path) -> None:
    source = coco(tmp_path / "set", [OTHER, None, None])
    folder, _ = imported(tmp_path / "1", source, task="detection", tiling={"size": 32})
    said = [one for of_image in kept(folder) for one in of_image]
    assert said.count(OTHER) >= 2
    assert {} in said


def test_they_are_bounded_and_what_is_cut_is_said(tmp_path: Path) -> None:
    wild = {
        "x" * 1000: "y" * 100_000,
        "list": [1, 2],
        "deep": {"a": {"b": 1}},
        "large": 10**40,
        **{f"n{number}": number for number in range(1000)},
    }
    folder, result = imported(
        tmp_path / "1", coco(tmp_path / "set", [wild, OTHER, ["no mapping"]]), task="detection"
    )
    first, _, other = kept(folder)[0]
    assert other == OTHER
    assert len(first) == MOST
    assert first["x" * LONGEST_NAME] == "y" * LONGEST_VALUE
    assert not first.keys() & {"list", "deep", "large"}
    findings = [f for f in Dataset(folder).findings() if f.code == "attributes_cut"]
    assert [f.values["count"] for f in findings] == [4]
    assert result["findings"]["error"] == 0


@pytest.mark.parametrize("name", ["voc", "cvat"])
def test_control_characters_break_no_file(tmp_path: Path, name: str) -> None:
    strange = {"a\x00\x1b\nb": "<c>\x08 \ud800\u2028d", "e": "]]>&"}
    assert read_attributes(strange)[0] == {"a   b": "<c>    d", "e": "]]>&"}
    source = coco(tmp_path / "set", [{"a\x01b": "c\x02d", "e": "]]>&\x03"}])
    folder, _ = imported(tmp_path / "1", source, task="detection")
    WRITERS[DETECTION][name](Content(folder), tmp_path / "written")
    for file in (tmp_path / "written").rglob("*.xml"):
        fromstring(file.read_text(encoding="utf-8"))
    again, _ = imported(tmp_path / "2", tmp_path / "written", task="detection")
    assert kept(again) == [[{"a b": "c d", "e": "]]>&"}]] * 2


def test_those_of_irregular_annotations_of_coco(tmp_path: Path) -> None:
    source = coco(tmp_path / "set", [{"rotation": 30, **OTHER}, {**OTHER, "rotation": "x"}, OTHER])
    folder, _ = imported(tmp_path / "1", source, task="detection")
    assert kept(folder) == [[OTHER] * 3] * 2


VOC = """<annotation><filename>{n}.jpg</filename><size><width>48</width><height>40</height></size>
<object><name>cat</name><pose>Frontal</pose><truncated>1</truncated><occluded>0</occluded>
<difficult>1</difficult>
<attributes><attribute><name>fur</name><value>True</value></attribute></attributes>
<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>20</xmax><ymax>30</ymax></bndbox></object>
<object><name>cat</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
<bndbox><xmin>24</xmin><ymin>4</ymin><xmax>40</xmax><ymax>30</ymax></bndbox></object>
</annotation>"""


def test_those_of_pascal_voc(tmp_path: Path) -> None:
    for number in range(2):
        photo(tmp_path / f"set/JPEGImages/{number}.jpg", number)
        text(tmp_path / f"set/Annotations/{number}.xml", VOC.format(n=number))
    folder, _ = imported(tmp_path / "1", tmp_path / "set")
    said = {"pose": "Frontal", "truncated": True, "difficult": True, "fur": True}
    assert kept(folder) == [[said, {}]] * 2
    view = DatasetView(folder)
    assert view.objects(0).difficult.tolist() == [True, False]
    notes = [shape.note for shape in truth(view, 0, 1200).shapes]
    assert notes == ["pose: Frontal, truncated, difficult, fur", ""]
    assert [shape.note for shape in truth(view, 0, 100).shapes] == ["", ""]


CVAT = """<annotations><version>1.1</version><image id="0" name="0.jpg" width="48" height="40">
<box label="cat" occluded="1" xtl="1" ytl="2" xbr="20" ybr="30" z_order="0">
<attribute name="age">7</attribute><attribute name="wild">false</attribute>
<attribute name="free text"></attribute></box>
<box label="cat" occluded="0" xtl="24" ytl="4" xbr="40" ybr="30" z_order="0"></box>
</image><image id="1" name="1.jpg" width="48" height="40"></image></annotations>"""

VIDEO = """<annotations><version>1.1</version><meta><task><size>3</size></task></meta>
<track id="0" label="cat">
<box frame="0" outside="0" occluded="0" keyframe="1" xtl="1" ytl="2" xbr="20" ybr="30">
<attribute name="age">7</attribute></box>
<box frame="2" outside="0" occluded="1" keyframe="1" xtl="3" ytl="2" xbr="22" ybr="30">
<attribute name="age">8</attribute></box></track></annotations>"""


def test_those_of_cvat(tmp_path: Path) -> None:
    for number in range(2):
        photo(tmp_path / f"set/images/{number}.jpg", number)
    text(tmp_path / "set/annotations.xml", CVAT)
    folder, _ = imported(tmp_path / "1", tmp_path / "set")
    assert kept(folder) == [[{"occluded": True, "age": "7", "wild": False}, {}], []]


def test_those_of_cvat_for_video(tmp_path: Path) -> None:
    for number in range(3):
        photo(tmp_path / f"set/images/frame_{number:06d}.jpg", number)
    text(tmp_path / "set/annotations.xml", VIDEO)
    folder, _ = imported(tmp_path / "1", tmp_path / "set")
    assert kept(folder) == [[{"age": "7"}], [{"age": "7"}], [{"occluded": True, "age": "8"}]]


def test_those_of_labelme_and_x_anylabeling(tmp_path: Path) -> None:
    shape = {"label": "cat", "shape_type": "rectangle", "points": [[1, 2], [20, 30]]}
    more = {"flags": {"wet": True, "dry": False}, "difficult": True, "attributes": {"fur": "grey"}}
    shapes = [{**shape, **more}, {**shape, "points": [[24, 4], [40, 30]], "difficult": False}]
    for number in range(2):
        photo(tmp_path / f"set/{number}.jpg", number)
        head: dict[str, Any] = {
            "version": "5.5.0",
            "flags": {},
            "imagePath": f"{number}.jpg",
            "imageData": None,
        }
        text(tmp_path / f"set/{number}.json", {**head, "shapes": shapes})
    folder, _ = imported(tmp_path / "1", tmp_path / "set")
    said = {"difficult": True, "wet": True, "dry": False, "fur": "grey"}
    assert kept(folder) == [[said, {}]] * 2


def test_those_of_kitti_and_open_images(tmp_path: Path) -> None:
    photo(tmp_path / "kitti/training/image_2/000001.png")
    zeros = "0 0 0 0 0 0 0"
    lines = [f"Car 0.35 2 -1.5 1 2 20 30 {zeros}", f"Car 0.00 0 -1.5 24 4 40 30 {zeros}"]
    text(tmp_path / "kitti/training/label_2/000001.txt", "\n".join(lines))
    told = Told()
    attributes = read(tmp_path / "kitti", told).draft.objects.attributes
    said = [attributes.of_object(row) for row in range(2)]
    assert said == [{"truncated": 0.35, "occluded": 2.0}, {}]
    assert "attributes_cut" not in codes(told)
    photo(tmp_path / "oi/train/a.jpg")
    head = (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf"
    )
    text(tmp_path / "oi/train-annotations-bbox.csv", f"{head}\na,x,cat,1,0.1,0.5,0.1,0.6,1,-1,0\n")
    attributes = read(tmp_path / "oi", told).draft.objects.attributes
    assert attributes.of_object(0) == {"occluded": True}


def test_a_million_objects_that_say_the_same_share_it() -> None:
    from paddlex_nb.data.store.attributes import ObjectAttributes

    texts = pa.array(['{"difficult":true}', None, '{"difficult":false}'] * 1000)
    attributes = ObjectAttributes.from_json(texts)
    assert attributes.texts == ['{"difficult":true}']
    joined = ObjectAttributes.joined([attributes, ObjectAttributes.none(1), attributes])
    assert np.count_nonzero(joined.which >= 0) == 2000
    column = joined.take(np.arange(2999, 3004)).column()
    assert column is not None
    assert column.to_pylist() == [None, None, '{"difficult":true}', None, None]


LABELME_XML = """<annotation><filename>0.jpg</filename><folder>x</folder><object><name>cat</name>
<occluded>{occluded}</occluded><attributes>{said}</attributes><polygon><pt><x>1</x><y>2</y></pt>
<pt><x>20</x><y>2</y></pt><pt><x>20</x><y>30</y></pt></polygon></object></annotation>"""


def test_those_of_labelme_xml(tmp_path: Path, told: Told) -> None:
    for name, words in {"a": ("yes", "wet fur"), "b": ("no", "")}.items():
        photo(tmp_path / f"set/Images/{name}/0.jpg", ord(name))
        content = LABELME_XML.format(occluded=words[0], said=words[1]).replace(">x<", f">{name}<")
        text(tmp_path / f"set/Annotations/{name}/0.xml", content)
    attributes = read(tmp_path / "set", told).draft.objects.attributes
    said = [attributes.of_object(row) for row in range(2)]
    assert said == [{"occluded": True, "attributes": "wet fur"}, {}]
