"""Reading boxes, outlines and masks: what the samples and the broken sets do not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paddlex_nb.data.importing.check_source import check_folder, check_source
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.scan import scan

from .conftest import MakeImage
from .told import Told

BOX = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>"
SOUND = f"<annotation><object><name>b</name>{BOX}</object></annotation>"


def read(root: Path, told: Told) -> Draft:
    detected = detect(scan(root, told))
    return detected.format.read(detected.tree, told)


def voc(root: Path, **files: str) -> Path:
    (root / "JPEGImages").mkdir(parents=True)
    (root / "Annotations").mkdir()
    for name, text in files.items():
        (root / "JPEGImages" / f"{name}.jpg").touch()
        (root / "Annotations" / f"{name}.xml").write_text(text, encoding="utf-8")
    return root


ENTITIES = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;">]><annotation>&z;</annotation>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><annotation>&x;</annotation>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ENTITIES, "xml_doctype"),
        (OUTSIDE, "xml_doctype"),
        (OUTSIDE.replace("<annotation>", "<annotation>\xe4"), "xml_doctype"),  # no UTF-8
        *((text, "malformed_xml") for text in ("", "<annotation>", "\0", "<a>" * 50_000)),
    ],
)
def test_hostile_xml_is_a_finding(tmp_path: Path, told: Told, text: str, code: str) -> None:
    voc(tmp_path, good=SOUND, bad="")
    (tmp_path / "Annotations/bad.xml").write_bytes(text.encode("latin-1"))
    draft = read(tmp_path, told)
    assert [i.path for i in draft.images] == ["JPEGImages/good.jpg"]
    assert draft.objects.boxes.tolist() == [[1, 2, 30, 40]]
    assert [(f.code, f.file) for f in told.findings] == [(code, "Annotations/bad.xml")]
    assert "DTDForbidden" not in told.findings[0].message.text()


def test_another_root_is_a_finding(tmp_path: Path, told: Told) -> None:
    other = SOUND.replace("annotation>", "annotations>")
    draft = read(voc(tmp_path, bad=other, good=SOUND), told)
    assert [i.path for i in draft.images] == ["JPEGImages/good.jpg"]
    (finding,) = told.findings
    assert (finding.code, finding.file) == ("xml_other_root", "Annotations/bad.xml")
    assert "<annotations>" in finding.message.text()


def test_a_label_file_without_image_is_not_said_to_be_unread_too(
    tmp_path: Path, make_image: MakeImage
) -> None:
    voc(tmp_path, good=SOUND, lost=SOUND)
    make_image(tmp_path / "JPEGImages/good.jpg")
    (tmp_path / "JPEGImages/lost.jpg").unlink()
    about = [f.code for f in check_folder(tmp_path) if "lost.xml" in f.message.text()]
    assert about == ["missing_image"]


@pytest.mark.parametrize("value", ["", "one", "1e999", "nan", "-inf"])
def test_boxes_of_no_number_are_left_out(tmp_path: Path, told: Told, value: str) -> None:
    bad = SOUND.replace(">30<", f">{value}<")
    draft = read(voc(tmp_path, a=bad.replace("</annotation>", SOUND[12:])), told)
    assert len(draft.objects) == 1
    assert told.codes() <= {"malformed_box", "nan_value"}
    assert [f.place for f in told.findings] == ["object 1"]


def coco(root: Path, text: str) -> Path:
    (root / "images").mkdir(parents=True)
    (root / "images/1.jpg").touch()
    (root / "annotations.json").write_text(text, encoding="utf-8")
    return root


def whole(**change: object) -> dict[str, list[dict[str, object]]]:
    annotation: dict[str, object] = {"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4]}
    return {
        "images": [{"id": 7, "file_name": "1.jpg"}],
        "annotations": [annotation | change],
        "categories": [{"id": 3, "name": "b"}, {"id": 1, "name": "a"}],
    }


def test_class_numbers_follow_category_ids(tmp_path: Path, told: Told) -> None:
    draft = read(coco(tmp_path, json.dumps(whole())), told)
    assert draft.classes == ["a", "b"]
    assert draft.objects.class_id.tolist() == [1]
    assert draft.objects.boxes.tolist() == [[1, 2, 4, 6]]


def test_outlines_give_boxes_where_none_are(tmp_path: Path, told: Told) -> None:
    outline = [[1.0, 1.0, 9.0, 1.0, 9.0, 5.0], [0.0, 0.0]]
    draft = read(coco(tmp_path, json.dumps(whole(bbox=[], segmentation=outline))), told)
    assert draft.objects.boxes.tolist() == [[1, 1, 9, 5]]
    assert draft.objects.outlines.of_object(0) == outline


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bbox": "wide"}, "malformed_json"),
        ({"bbox": [1, 2, 3]}, "malformed_box"),
        ({"image_id": None}, "unknown_image_id"),
        ({"category_id": {"id": 3}}, "malformed_json"),
        ({"bbox": [1, 2, 3, float("inf")]}, "infinite_value"),
    ],
)
def test_one_bad_annotation_spoils_no_other(
    tmp_path: Path, told: Told, change: dict[str, object], code: str
) -> None:
    content = whole(**change)
    content["annotations"] += whole(id=2)["annotations"]
    draft = read(coco(tmp_path, json.dumps(content)), told)
    assert len(draft.objects) == 1
    assert [f.code for f in told.findings] == [code]
    assert told.findings[0].place == "annotations[0]"


@pytest.mark.parametrize(
    "text",
    [
        '{"images": [], "annotations": [',
        '{"images": [], "annotations": [' + "[" * 100_000,
        '{"images": [1, null], "annotations": [2]}',
        '{"images": [{"id": 1, "file_name": "../../x.jpg"}], "annotations": [{}]}',
        '{"images": [{"id": [], "file_name": NaN}], "annotations": [NaN]}',
    ],
)
def test_hostile_json_is_a_finding(tmp_path: Path, told: Told, text: str) -> None:
    assert read(coco(tmp_path, text), told).images == []
    codes = told.codes() - {"not_listed"}
    assert codes
    assert codes <= {"malformed_json", "path_traversal", "unknown_image_id"}


def test_mask_lists_and_names_with_spaces(tmp_path: Path, told: Told) -> None:
    for name in ("images/a b.jpg", "images/c.jpg", "masks/a b.png", "masks/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    lines = "images/a b.jpg masks/a b.png\n"
    (tmp_path / "train_list.txt").write_text(lines, encoding="utf-8")
    (tmp_path / "val_list.txt").write_text("images\\c.jpg masks\\c.png\n", encoding="utf-8")
    draft = read(tmp_path, told)
    assert [(i.path, i.mask, i.split) for i in draft.images] == [
        ("images/a b.jpg", "masks/a b.png", "train"),
        ("images/c.jpg", "masks/c.png", "val"),
    ]


def test_cvat_of_boxes_and_outlines_may_be_read_as_both(
    tmp_path: Path, make_image: MakeImage
) -> None:
    make_image(tmp_path / "0.jpg")
    shapes = (
        '<box label="a" xtl="2" ytl="2" xbr="20" ybr="20"/>'
        '<polygon label="a" points="2,2;20,2;20,20"/>'
    )
    labels = "<meta><task><labels><label><name>a</name></label></labels></task></meta>"
    image = f'<image id="0" name="0.jpg">{shapes}</image>'
    (tmp_path / "annotations.xml").write_text(f"<annotations>{labels}{image}</annotations>")
    checked = check_source(tmp_path)
    assert checked.recognised is not None
    assert [str(other.task) for other in checked.recognised.others] == ["instance_segmentation"]
    assert not [f for f in checked.findings if "also" in f.message.text()]  # said once
