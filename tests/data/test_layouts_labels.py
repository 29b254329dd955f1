"""Label files that name their images are read as the tools write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.label_studio_brush import brush_outlines
from paddlex_nb.data.store.label_maps import draw

from .layouts import (
    SIZE,
    codes,
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


def test_createml_boxes_are_centred(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for seed, (split, key) in enumerate((("train", "image"), ("valid", "imagefilename"))):
        photo(root / split / "a b.jpg", seed)
        box = {"label": "cat", "coordinates": {"x": 20, "y": 20, "width": 20, "height": 10}}
        many = "annotations" if split == "train" else "annotation"
        text(root / split / "_annotations.createml.json", [{key: "a b.jpg", many: [box]}])
    examined = read(root, told)
    assert recognised_as(examined) == ("createml", "detection")
    assert splits(examined) == {"train": 1, "val": 1}
    assert set(map(str, objects(examined).values())) == {"[('cat', [10.0, 15.0, 30.0, 25.0])]"}
    assert not codes(told)


def studio(value: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
    size = {"original_width": SIZE[0], "original_height": SIZE[1], "image_rotation": 0}
    names = {"from_name": "label", "to_name": "image", "type": kind, "id": "x" + str(value)[:9]}
    return {**size, **names, "value": value, **more}


def task(name: str, results: list[Any], **more: Any) -> dict[str, Any]:
    annotation = {"id": 1, "was_cancelled": False, "result": results, "lead_time": 1.5}
    return {
        "id": 1,
        "data": {"image": f"/data/upload/1/{name}"},
        "annotations": [annotation],
        "predictions": [],
        **more,
    }


BOX = {"x": 25, "y": 25, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Cat"]}
POLYGON = {"points": [[25, 25], [75, 25], [75, 75]], "closed": True, "polygonlabels": ["Dog"]}
ELLIPSE = {"x": 50, "y": 50, "radiusX": 25, "radiusY": 25, "rotation": 0, "ellipselabels": ["Dog"]}


def test_label_studio_is_in_percent(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "images/0f6142fb-0.jpg")
    photo(root / "images/1.jpg", 1)  # as it was before it was uploaded
    for number in (2, 3, 4):
        photo(root / f"images/{number}.jpg", number)
    skipped = {"was_cancelled": True, "result": [studio(BOX, "rectanglelabels")]}
    text(
        root / "project-1-at-2026.json",
        [
            task("0f6142fb-0.jpg", [studio(BOX, "rectanglelabels")]),
            task("1a2b3c4d-1.jpg", [studio({**BOX, "rotation": 90}, "rectanglelabels")]),
            task("2.jpg", []) | {"annotations": [skipped]},
            task("3.jpg", []) | {"annotations": []},  # not labelled yet
            task("4.jpg", []),  # there is nothing to find
        ],
    )
    examined = read(root, told)
    assert recognised_as(examined) == ("label_studio", "detection")
    boxes = objects(examined)
    assert boxes["images/0f6142fb-0.jpg"] == [("Cat", [12, 10, 36, 30])]
    # turned by 90 degrees around its left top corner
    assert boxes["images/1.jpg"] == [("Cat", [0, 10, 12, 34])]
    assert (boxes["images/4.jpg"], len(boxes)) == ([], 3)


def test_label_studio_outlines_and_labels_of_their_own(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "a.jpg")
    shape = {key: value for key, value in BOX.items() if key != "rectanglelabels"}
    apart = [
        studio(shape, "rectangle", id="same"),
        studio({**shape, "labels": ["Sheep"]}, "labels", id="same"),
    ]
    results = [studio(POLYGON, "polygonlabels"), studio(ELLIPSE, "ellipselabels"), *apart]
    text(root / "result.json", [task("a.jpg", results)])
    examined = read(root, told, INSTANCES)
    assert objects(examined)["a.jpg"] == [
        ("Dog", [12, 10, 36, 30]),
        ("Dog", [12, 10, 36, 30]),
        ("Sheep", [12, 10, 36, 30]),
    ]
    assert parts(examined) == [1, 1, 0]
    assert read(root, told, Task.SEGMENTATION).draft.classes == ["background", "Dog", "Sheep"]


def test_label_studio_choices_and_the_short_form(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for seed, name in enumerate("ab"):
        photo(root / f"{name}.jpg", seed)
    choice = studio({"choices": ["cat"]}, "choices")
    text(root / "long.json", [task("a.jpg", [choice])])
    short = {"image": "/data/local-files/?d=some/where/b.jpg", "id": 2, "choice": "dog"}
    text(root / "short.json", [{**short, "annotation_id": 7, "lead_time": 1.0}])
    examined = read(root, told)
    assert recognised_as(examined) == ("label_studio", "classification")
    assert {i.path: examined.draft.classes[i.class_id] for i in examined.draft.images} == {
        "a.jpg": "cat",
        "b.jpg": "dog",
    }


def test_label_studio_short_boxes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "a.jpg")
    label = {**BOX, "original_width": SIZE[0], "original_height": SIZE[1]}
    entry = {"image": "http://host/data/upload/1/a.jpg", "label": [label], "annotation_id": 1}
    text(root / "min.json", [entry])
    assert objects(read(root, told)) == {"a.jpg": [("Cat", [12, 10, 36, 30])]}


def packed(bits: str) -> list[int]:
    whole = bits + "0" * (-len(bits) % 8)
    return [int(whole[at : at + 8], 2) for at in range(0, len(whole), 8)]


def brush(alpha: list[int], width: int, height: int) -> list[int]:
    """The code of a stroke, a run for each pixel's four channels, told one by one or as equal."""
    bits = f"{width * height * 4:032b}" + f"{7:05b}" + "".join(f"{n:04b}" for n in (2, 7, 7, 7))
    for number, value in enumerate(alpha):
        values = f"{value:08b}" if number % 2 else f"{255 - value:08b}" * 3 + f"{value:08b}"
        bits += f"{number % 2}" + "00" + f"{3:03b}" + values
    return packed(bits)


def test_label_studio_brush_strokes(tmp_path: Path, told: Told) -> None:
    mask = grid((255, (4, 5, 20, 30)))
    code = brush(mask.ravel().tolist(), *SIZE)
    root = tmp_path / "set"
    photo(root / "a.jpg")
    value = {"format": "rle", "rle": code, "brushlabels": ["Cat"]}
    text(root / "result.json", [task("a.jpg", [studio(value, "brushlabels")])])
    examined = read(root, told)
    assert recognised_as(examined) == ("label_studio", "instance_segmentation")
    assert objects(examined) == {"a.jpg": [("Cat", [4, 5, 20, 30])]}
    with pytest.raises(ValueError, match="size"):
        brush_outlines(code, SIZE[1], SIZE[1])
    with pytest.raises(ValueError, match="cut"):
        brush_outlines(code[:99], *SIZE)


TRACK = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><labels><label><name>car</name></label>
<label><name>dog</name></label></labels></task></meta>
<track id="0" label="car" source="manual">
<box frame="0" outside="0" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="10" ybr="10"/>
<box frame="2" outside="0" occluded="0" keyframe="1" xtl="20" ytl="10" xbr="30" ybr="20"/>
<box frame="3" outside="1" occluded="0" keyframe="1" xtl="20" ytl="10" xbr="30" ybr="20"/></track>
<track id="1" label="dog">
<mask frame="1" outside="0" keyframe="1" rle="2, 4, 2" left="5" top="6" width="4" height="2"/>
<polygon frame="2" outside="0" keyframe="1" points="1.00,1.00;9.00,1.00;9.00,9.00"/>
<points frame="3" outside="0" keyframe="1" points="1,1"/></track>
</annotations>"""


def test_cvat_video_follows_the_tracks(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for frame in range(4):
        photo(root / f"images/frame_{frame:06d}.PNG", frame)
    text(root / "annotations.xml", TRACK)
    boxes = list(objects(read(root, told, Task.DETECTION)).values())
    assert boxes[0] == [("car", [0, 0, 10, 10])]
    assert boxes[1] == [("car", [10, 5, 20, 15]), ("dog", [5, 6, 9, 8])]
    assert boxes[2] == [("car", [20, 10, 30, 20]), ("dog", [1, 1, 9, 9])]
    assert boxes[3] == [("dog", [1, 1, 9, 9])]  # the car has left
    examined = read(root, told, INSTANCES)
    assert parts(examined) == [0, 0, 2, 0, 1, 1]  # two pixels of the mask touch by a corner
    assert examined.draft.classes == ["car", "dog"]
    (root / "images/frame_000002.PNG").unlink()
    read(root, told, Task.DETECTION)
    assert "frames_without_image" in told.codes()


def datumaro(items: list[Any]) -> dict[str, Any]:
    labels: list[dict[str, Any]] = [
        {"name": name, "parent": "", "attributes": []} for name in ("cat", "dog")
    ]
    return {
        "dm_format_version": "1.0",
        "media_type": 2,
        "infos": {},
        "categories": {"label": {"label_groups": [], "labels": labels, "attributes": []}},
        "items": items,
    }


def test_datumaro_parts_of_a_group_are_one_object(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    common = {"attributes": {}, "z_order": 0, "object_id": -1}
    one = {"type": "polygon", "label_id": 1, "group": 3, "points": [0, 0, 9, 0, 9, 9], **common}
    two = {**one, "points": [20, 20, 30, 20, 30, 30]}
    box = {"type": "bbox", "label_id": 1, "group": 3, "bbox": [0, 0, 30, 30], **common}
    alone = {"type": "bbox", "label_id": 0, "group": 0, "bbox": [1, 2, 3, 4], **common}
    rle = {"counts": "0" + "d0", "size": [40, 48]}
    bad = {"type": "mask", "label_id": 0, "group": 0, "rle": rle, **common}
    for split, shapes in (("train", [one, two, box]), ("val", [alone, bad])):
        photo(root / f"images/{split}/sub/a.jpg", len(split))
        item = {"id": "sub/a", "annotations": shapes, "attr": {"frame": 0}}
        item["image"] = {"path": "sub/a.jpg", "size": [40, 48]}
        text(root / f"annotations/{split}.json", datumaro([item]))
    examined = read(root, told, INSTANCES)
    assert examined.detected.format.name == "datumaro"
    assert splits(examined) == {"train": 1, "val": 1}
    assert objects(examined) == {
        "images/train/sub/a.jpg": [("dog", [0, 0, 30, 30])],
        "images/val/sub/a.jpg": [("cat", [1, 2, 4, 6])],
    }
    assert parts(examined) == [2, 0]
    assert "malformed_box" in told.codes()  # the mask


def test_datumaro_labels(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    items = []
    for number in range(2):
        photo(root / f"images/default/{number}.jpg", number)
        label = {"id": 0, "type": "label", "label_id": number, "group": 0, "attributes": {}}
        items.append(
            {"id": str(number), "annotations": [label], "media": {"path": f"{number}.jpg"}}
        )
    text(root / "annotations/default.json", datumaro(items))
    examined = read(root, told)
    assert recognised_as(examined) == ("datumaro", "classification")
    assert [i.class_id for i in examined.draft.images] == [0, 1]
    assert splits(examined) == {"": 2}


def asset(name: str, regions: list[Any], state: int = 2) -> dict[str, Any]:
    path = f"file:C:/Users/me/photos/{name.replace(' ', '%20')}"
    size = {"width": SIZE[0], "height": SIZE[1]}
    about = {"format": "jpg", "id": name, "name": name, "path": path, "size": size, "state": state}
    return {"asset": {**about, "type": 1}, "regions": regions, "version": "2.2.0"}


@pytest.mark.parametrize("whole", [True, False])
def test_vott(tmp_path: Path, told: Told, whole: bool) -> None:
    root = tmp_path / "vott-json-export"
    box = {"height": 20, "width": 10, "left": 1, "top": 2}
    rectangle = {"id": "r", "type": "RECTANGLE", "tags": ["dog"], "boundingBox": box, "points": []}
    corners = [{"x": x, "y": y} for x, y in ((0, 0), (9, 0), (9, 9))]
    polygon = {"id": "p", "type": "POLYGON", "tags": ["cat"], "points": corners}
    assets = {
        "1": asset("a b.jpg", [rectangle, {**polygon, "boundingBox": box}]),
        "2": asset("new.jpg", [], state=0),
    }
    photo(root / "a b.jpg")
    photo(root / "new.jpg", 1)
    if whole:
        tags = [{"name": "dog", "color": "#5db300"}, {"name": "cat", "color": "#e81123"}]
        text(root / "p-export.json", {"name": "p", "assets": assets, "tags": tags})
    else:
        for name, content in assets.items():
            text(root / f"{name}-asset.json", content)
    examined = read(root, told, Task.DETECTION)
    assert examined.detected.format.name == "vott"
    assert objects(examined) == {"a b.jpg": [("dog", [1, 2, 11, 22]), ("cat", [0, 0, 9, 9])]}
    assert examined.draft.classes == (["dog", "cat"] if whole else ["cat", "dog"])
    assert "via" not in {other.name for other, _ in examined.detected.others}
    assert parts(read(root, told, INSTANCES)) == [0, 1]


def test_vott_tables(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "vott-csv-export"
    photo(root / "a.jpg")
    lines = '"image","xmin","ymin","xmax","ymax","label"\n"a.jpg",1.5,2.5,11.5,22.5,"cat"\n'
    text(root / "p-export.csv", lines)
    assert objects(read(root, told)) == {"a.jpg": [("cat", [1.5, 2.5, 11.5, 22.5])]}


OPEN = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,"
    "IsDepiction,IsInside\n"
)


@pytest.mark.parametrize(
    ("image", "table", "names"),
    [
        (
            "images/{}/{}.jpg",
            "annotations/{}-annotations-bbox.csv",
            "annotations/class-descriptions-boxable.csv",
        ),
        ("{}/{}.jpg", "oidv6-{}-annotations-bbox.csv", "oidv7-class-descriptions-boxable.csv"),
        ("{}/data/{}.jpg", "{}/labels/detections.csv", "train/metadata/classes.csv"),
    ],
)
def test_open_images(tmp_path: Path, told: Told, image: str, table: str, names: str) -> None:
    root = tmp_path / "set"
    for seed, split in enumerate(("train", "validation")):
        name = f"000{seed}ab"
        photo(root / image.format(split, name), seed)
        row = f"{name},xclick,/m/01g317,1,0.25,0.75,0.5,1,0,0,{seed},0,0\n"
        gone = "ffff,xclick,/m/01g317,1,0,1,0,1,0,0,0,0,0\n"
        text(root / table.format(split), OPEN + row + gone)
    text(root / names, "/m/01g317,Person\n/m/0k4j,Car\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("open_images", "detection")
    assert splits(examined) == {"train": 1, "val": 1}
    assert set(map(str, objects(examined).values())) == {"[('Person', [12.0, 20.0, 36.0, 40.0])]"}
    assert examined.draft.objects.crowd.tolist() == [False, True]
    assert codes(told) == {"images_elsewhere"}


def test_kitti(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "kitti"
    line = "{} 0.00 0 -1.57 {} {} {} {} 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59\n"
    for number in range(2):
        photo(root / f"training/image_2/00000{number}.png", number)
        photo(root / f"testing/image_2/00000{number}.png", number + 2)
        car = line.format("Car", 1.5, 2, 20, 30.25)
        ignored = line.format("DontCare", 0, 0, 5, 5).replace(" 0 ", " -1 ")
        text(root / f"training/label_2/00000{number}.txt", car + ignored if number else "")
    examined = read(root, told)
    assert recognised_as(examined) == ("kitti", "detection")
    assert splits(examined) == {"train": 2}
    assert objects(examined)["training/image_2/000001.png"] == [("Car", [1.5, 2, 20, 30.25])]
    assert codes(told) == {"regions_left_out", "not_listed"}


def test_wider_face(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    for seed, split in enumerate(("train", "val")):
        for name in ("0--Parade/0_Parade_1", "61--Street/61_Street_2"):
            photo(root / f"WIDER_{split}/images/{name}.jpg", 2 * seed + len(name))
        faces = "0--Parade/0_Parade_1.jpg\n2\n1 2 10 20 0 0 0 0 0 0 \n3 3 5 5 2 0 0 1 0 0\n"
        none = "61--Street/61_Street_2.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n"
        text(root / f"wider_face_split/wider_face_{split}_bbx_gt.txt", faces + none)
    text(root / "wider_face_split/readme.txt", "Attached the mappings between attribute names\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("wider_face", "detection")
    assert splits(examined) == {"train": 2, "val": 2}
    assert [len(boxes) for boxes in objects(examined).values()] == [1, 0, 1, 0]
    assert objects(examined)["WIDER_val/images/0--Parade/0_Parade_1.jpg"] == [
        ("face", [1, 2, 11, 22])
    ]
    assert "regions_left_out" in told.codes()


def point(x: float, y: float) -> str:
    return f"<pt><x>{x}</x><y>{y}</y></pt>"


def labelme(objects: str) -> str:
    return (
        "<annotation><filename>a.jpg</filename><folder>street</folder><source>"
        "<sourceImage>The MIT-CSAIL database</sourceImage></source>"
        f"{objects}<imagesize><nrows>40</nrows><ncols>48</ncols></imagesize></annotation>"
    )


def an_object(inside: str, name: str = "car", deleted: int = 0) -> str:
    return (
        f"<object><name>{name}</name><deleted>{deleted}</deleted><verified>0</verified>"
        "<occluded>no</occluded><attributes></attributes><parts><hasparts></hasparts>"
        f"<ispartof></ispartof></parts><date></date><id>0</id>{inside}</object>"
    )


def test_the_first_labelme(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "Images/street/a.jpg")
    photo(root / "Images/yard/a.jpg", 1)
    picture(root / "Masks/street/a_mask_0.png", grid((255, (4, 5, 20, 30))))
    polygon = "<polygon><username>me</username>" + "".join(
        (point(1, 2), point(11, 2), point(11, 22), point(1, 22))
    )
    segment = (
        "<segm><username>me</username><box><xmin>4</xmin></box><mask>a_mask_0.png</mask></segm>"
    )
    shapes = (
        an_object(f"{polygon}</polygon>")
        + an_object(f"<type>bounding_box</type>{polygon}</polygon>", "dog")
        + an_object(segment, "tree")
        + an_object(f"{polygon}</polygon>", "gone", deleted=1)
    )
    text(root / "Annotations/street/a.xml", labelme(shapes))
    text(root / "Annotations/yard/a.xml", labelme("").replace("street", "yard"))
    examined = read(root, told, INSTANCES)
    assert examined.detected.format.name == "labelme_xml"
    assert objects(examined)["Images/street/a.jpg"] == [
        ("car", [1, 2, 11, 22]),
        ("dog", [1, 2, 11, 22]),
        ("tree", [4, 5, 20, 30]),
    ]
    assert objects(examined)["Images/yard/a.jpg"] == []
    assert parts(examined) == [1, 0, 1]


def city(name: str) -> dict[str, Any]:
    square = [[1, 2], [20, 2], [20, 30], [1, 30]]
    road = {"label": "road", "polygon": [[0, 0], [48, 0], [48, 40], [0, 40]]}
    return {
        "imgHeight": 40,
        "imgWidth": 48,
        "objects": [road, {"label": name, "polygon": square}],
    }


@pytest.mark.parametrize("image", ["x_000000_000019_leftImg8bit.png", "x_000000_000019_image.jpg"])
def test_cityscapes_polygons(tmp_path: Path, told: Told, image: str) -> None:
    root = tmp_path / "set"
    for seed, split in enumerate(("train", "val")):
        photo(root / f"leftImg8bit/{split}/aachen/{image}", seed)
        file = f"{split}/aachen/x_000000_000019"
        text(root / f"gtFine/{file}_gtFine_polygons.json", city("cargroup" if seed else "car"))
        text(root / f"gtCoarse/{file}_gtCoarse_polygons.json", city("bus"))
    examined = read(root, told)
    assert recognised_as(examined) == ("city_polygons", "segmentation")
    assert splits(examined) == {"train": 1, "val": 1}
    assert examined.draft.classes == ["background", "car", "road"]
    assert examined.present == [[1, 2], [1, 2]]
    crowd = read(root, told, INSTANCES).draft.objects.crowd.tolist()
    assert crowd == [False, False, False, True]


@pytest.mark.parametrize("suffix", [".jpg", ""])
@pytest.mark.parametrize("between", [" ", "\t", ","])
def test_lists_of_class_names(tmp_path: Path, told: Told, suffix: str, between: str) -> None:
    root = tmp_path / "set"
    names = {"1": "dog", "2": "Persian cat" if between != " " else "cat"}
    names["2"] = names["2"].replace(" ", "_")
    for seed, name in enumerate(names):
        photo(root / f"images/{name}.jpg", seed)
    lines = [f"{name}{suffix}{between}{label}\n" for name, label in names.items()]
    text(root / "ann.txt", "".join(lines))
    examined = read(root, told)
    assert recognised_as(examined) == ("named_lists", "classification")
    assert {i.path: examined.draft.classes[i.class_id] for i in examined.draft.images} == {
        f"images/{name}.jpg": label for name, label in names.items()
    }


def test_lists_of_boxes(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "set"
    photo(root / "images/1.jpg")
    text(root / "ann.txt", "1.jpg,dog,0,1,10,20\n1.jpg,cat,5,6,7,8\n")
    examined = read(root, told)
    assert recognised_as(examined) == ("named_lists", "detection")
    assert objects(examined) == {"images/1.jpg": [("dog", [0, 1, 10, 20]), ("cat", [5, 6, 7, 8])]}


def ade(name: str, level: int) -> dict[str, Any]:
    polygon = {"x": [1, 20, 20, 1], "y": [2, 2, 30, 30]}
    return {
        "id": 0,
        "name": f"{name}, {name} thing",
        "name_ndx": 401,
        "raw_name": name,
        "attributes": [],
        "parts": {"hasparts": [], "ispartof": [], "part_level": level},
        "polygon": polygon,
        "crop": 0,
        "occluded": "no",
        "instance_mask": "ADE_train_00000001/instance_000_ADE_train_00000001.png",
    }


def test_ade20k_in_full(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "2020"
    place = root / "images/ADE/training/urban/street/ADE_train_00000001"
    photo(place.with_suffix(".jpg"))
    listed = [ade("car", 0), ade("wheel", 1)]
    name = place.name + ".jpg"
    content = {"filename": name, "imsize": [40, 48, 3], "object": listed}
    text(place.with_suffix(".json"), {"annotation": content})
    picture(Path(f"{place}_seg.png"), np.zeros((40, 48, 3), np.uint8))
    picture(place / "instance_000_ADE_train_00000001.png", grid((255, (1, 2, 20, 30))))
    examined = read(root, told)
    assert recognised_as(examined) == ("ade20k", "segmentation")
    assert (examined.draft.classes, splits(examined)) == (["background", "car"], {"train": 1})
    assert objects(read(root, told, INSTANCES)) == {
        place.with_suffix(".jpg").relative_to(root).as_posix(): [("car", [1, 2, 20, 30])]
    }


def test_ade20k_tables(tmp_path: Path, told: Told) -> None:
    root = tmp_path / "2016"
    place = root / "images/training/a/abbey/ADE_train_00000970"
    photo(place.with_suffix(".jpg"))
    blue = grid((77, (1, 2, 20, 30)), (200, (30, 2, 40, 30)))
    picture(Path(f"{place}_seg.png"), np.stack([blue * 0 + 10, blue * 0 + 3, blue], axis=-1))
    text(
        Path(f"{place}_atr.txt"),
        '001 # 0 # 0 # car, auto # car # "moving"\n002 # 0 # 0 # wall # wall # ""\n'
        '003 # 1 # 0 # wheel # wheel # ""\n',
    )
    examined = read(root, told, INSTANCES)
    assert [*objects(examined).values()] == [[("car", [1, 2, 20, 30]), ("wall", [30, 2, 40, 30])]]
    semantic = read(root, told)
    assert semantic.draft.classes == ["background", "car", "wall"]


def test_outlines_are_filled_where_the_mask_was() -> None:
    mask = grid((255, (4, 5, 20, 30)))
    polygons = brush_outlines(brush(mask.ravel().tolist(), *SIZE), *SIZE)
    assert ((draw([(1, polygons)], *SIZE) == 1) == (mask > 0)).all()
