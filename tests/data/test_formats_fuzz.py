"""Whatever a label file holds, every reader answers with findings or one clear error."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.objects import clean_objects
from paddlex_nb.data.checks.outlines import clean_outlines
from paddlex_nb.data.formats import FORMATS
from paddlex_nb.data.formats.base import Format
from paddlex_nb.data.source.scan import scan
from paddlex_nb.data.store.records import Finding

from .told import Told

BOX = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"
COCO = {
    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": "x", "file_name": "b.jpg"}],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4.5], "iscrowd": 0},
        {"id": 2, "image_id": 1, "category_id": 2, "segmentation": [[1, 2, 3, 4, 5, 9], [1, 2]]},
        {
            "id": 3,
            "image_id": "x",
            "category_id": 2,
            "segmentation": {"size": [2, 3], "counts": "033"},
        },
        {"image_id": 1, "category_id": 2, "segmentation": {"size": [2, 3], "counts": [1, 4, 1]}},
        {"image_id": 1, "category_id": 2, "segmentation": [[1, 2], [5, 2], [5, 9]]},
        {"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4], "attributes": {"rotation": 30.5}},
    ],
    "categories": [{"id": 2, "name": "cat"}],
}
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGP4"
    "z8DE8B8ABgYCAYmzSBEAAAAASUVORK5CYII="
)
"""Two by two pixels."""

PANOPTIC = {
    "images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}],
    "annotations": [
        {
            "image_id": 1,
            "file_name": "m.png",
            "segments_info": [{"id": 3, "category_id": 2, "iscrowd": 0, "bbox": [1, 2, 3, 4]}],
        }
    ],
    "categories": [{"id": 2, "name": "cat", "isthing": 1}],
}
SA_1B = {
    "image": {"image_id": 1, "width": 3, "height": 2, "file_name": "a.jpg"},
    "annotations": [{"id": 5, "segmentation": {"size": [2, 3], "counts": "033"}, "area": 3}],
}
SHAPES = [
    {"label": "cat", "points": [[1, 2], [3, 4], [5, 9]], "shape_type": "polygon", "group_id": 1},
    {"label": "cat", "points": [[1, 2], [3, 4]], "shape_type": "circle"},
    {"label": 7, "points": [[1, 1], [2, 2]], "shape_type": "mask", "mask": PNG},
    {"label": "_background_", "points": [[1, 2], [4, 2], [3, 4]]},
]
VIA = {
    "a.jpg": {
        "filename": "a.jpg",
        "regions": [
            {
                "shape_attributes": {
                    "name": "polygon",
                    "all_points_x": [1, 9, 9],
                    "all_points_y": [1, 1, 5],
                },
                "region_attributes": {"type": "cat"},
            },
            {"shape_attributes": {"name": "ellipse", "cx": 5, "cy": 5, "rx": 2, "ry": 3}},
        ],
    }
}
TRACKS = """<annotations><meta><task><labels><label><name>cat</name></label></labels></task></meta>
<track id="0" label="cat"><box frame="0" outside="0" xtl="1" ytl="2" xbr="3" ybr="4"/>
<box frame="2" outside="0" xtl="1" ytl="2" xbr="3" ybr="4"/></track>
<track id="1" label="cat"><mask frame="1" outside="0" rle="2,4,2" left="1" top="2" width="4"
height="2"/><polygon frame="2" outside="0" points="1,2;3,4;5,9"/>
<ellipse frame="3" outside="0" cx="9" cy="9" rx="2" ry="3" rotation="30"/></track></annotations>"""
_STUDIO_BOX = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 5}
_STUDIO_SHAPES: dict[str, dict[str, Any]] = {
    "rectanglelabels": _STUDIO_BOX,
    "polygonlabels": {"points": [[1, 2], [3, 4], [5, 9]]},
    "ellipselabels": {"x": 50, "y": 50, "radiusX": 10, "radiusY": 20},
    "brushlabels": {"format": "rle", "rle": [0, 0, 1, 0, 57, 17, 17, 255, 3]},
    "choices": {},
}
STUDIO = [
    {
        "data": {"image": "/data/upload/1/a.jpg"},
        "annotations": [
            {
                "result": [
                    {
                        "from_name": "label",
                        "type": kind,
                        "original_width": 8,
                        "original_height": 8,
                        "value": {**value, kind: ["cat"]},
                    }
                    for kind, value in _STUDIO_SHAPES.items()
                ]
            }
        ],
    },
    {
        "image": "b.jpg",
        "choice": "cat",
        "lead_time": 2,
        "label": [{**_STUDIO_BOX, "rectanglelabels": ["cat"], "original_width": 9}],
    },
]
DATUMARO = {
    "infos": {},
    "categories": {"label": {"labels": [{"name": "cat"}]}},
    "items": [
        {
            "id": "a",
            "image": {"path": "a.jpg", "size": [8, 9]},
            "annotations": [
                {"type": "label", "label_id": 0},
                {"type": "bbox", "label_id": 0, "group": 1, "bbox": [1, 2, 3, 4]},
                {"type": "polygon", "label_id": 0, "group": 2, "points": [1, 2, 3, 4, 5, 9]},
                {"type": "ellipse", "label_id": 0, "points": [1, 2, 3, 4]},
                {"type": "mask", "label_id": 0, "rle": {"size": [2, 3], "counts": "033"}},
            ],
        }
    ],
}
VOTT = {
    "assets": {
        "1": {
            "asset": {"name": "a.jpg", "path": "file:a.jpg", "size": {"width": 8, "height": 9}},
            "regions": [
                {
                    "type": "RECTANGLE",
                    "tags": ["cat"],
                    "boundingBox": {"left": 1, "top": 2, "width": 3, "height": 4},
                },
                {
                    "type": "POLYGON",
                    "tags": ["cat"],
                    "points": [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 9}],
                },
            ],
        }
    },
    "tags": [{"name": "cat"}],
}
ADE = {
    "annotation": {
        "filename": "a.jpg",
        "imsize": [8, 9, 3],
        "object": [
            {
                "raw_name": "cat",
                "parts": {"part_level": 0},
                "polygon": {"x": [1, 3, 5], "y": [2, 4, 9]},
            }
        ],
    }
}
CITY = {
    "imgHeight": 8,
    "imgWidth": 9,
    "objects": [{"label": "cat", "polygon": [[1, 2], [3, 4], [5, 9]]}],
}
OPEN_IMAGES = "ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf\na,/m/1,0.1,0.2,0.3,0.4,0\n"
LABELME_XML = (
    "<annotation><filename>a.jpg</filename><folder>x</folder><object><name>cat</name>"
    "<deleted>0</deleted><polygon><pt><x>1</x><y>2</y></pt><pt><x>3</x><y>4</y></pt>"
    "<pt><x>5</x><y>9</y></pt></polygon></object><object><name>dog</name><type>bounding_box</type>"
    "<polygon><pt><x>1</x><y>2</y></pt><pt><x>3</x><y>4</y></pt><pt><x>5</x><y>9</y></pt>"
    "</polygon></object></annotation>"
)
SUPERVISELY = {
    "size": {"width": 8, "height": 9},
    "tags": [{"tagId": 1, "name": "cat"}],
    "objects": [
        {
            "geometryType": "rectangle",
            "classTitle": "cat",
            "points": {"exterior": [[1, 2], [3, 4]], "interior": []},
        },
        {
            "geometryType": "polygon",
            "classTitle": "cat",
            "points": {
                "exterior": [[0, 0], [8, 0], [8, 8]],
                "interior": [[[4, 1], [6, 1], [6, 3]]],
            },
        },
        {
            "geometryType": "bitmap",
            "classTitle": "cat",
            "bitmap": {"data": "eNo=", "origin": [1, 2]},
        },
    ],
}
LABELBOX = {
    "data_row": {"external_id": "a.jpg"},
    "media_attributes": {"width": 8, "height": 9},
    "projects": {
        "p": {
            "labels": [
                {
                    "annotations": {
                        "objects": [
                            {
                                "name": "cat",
                                "bounding_box": {"left": 1, "top": 2, "width": 3, "height": 4},
                            },
                            {
                                "name": "cat",
                                "polygon": [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 9}],
                            },
                        ],
                        "classifications": [{"radio_answer": {"name": "cat"}}],
                    }
                }
            ]
        }
    },
}
BDD = [
    {
        "name": "a.jpg",
        "labels": [
            {"category": "cat", "box2d": {"x1": 1, "y1": 2, "x2": 3, "y2": 4}},
            {
                "category": "cat",
                "poly2d": [{"vertices": [[1, 2], [3, 4], [5, 9]], "closed": True}],
            },
        ],
    }
]
FILES = {
    "folders": {},
    "run_lengths": {"train.csv": "ImageId,ClassId,EncodedPixels\na.jpg,1,1 3 9 2\nb.jpg,2,4 1\n"},
    "visdrone": {"a.txt": "1,2,3,4,1,4,0,0\n5,6,7,8,0,11,0,0\n"},
    "dota": {"a.txt": "gsd:0.1\n1 2 3 4 5 6 7 8 cat 0\n"},
    "box_lists": {"_classes.txt": "cat\n", "_annotations.txt": "a.jpg 1,2,3,4,0 5,6,7,8,0\n"},
    "bdd": {"x_train.json": json.dumps(BDD)},
    "crowd_human": {
        "x.odgt": '{"ID": "a", "gtboxes": [{"tag": "person", "fbox": [1, 2, 3, 4], "extra": {}}]}\n'
    },
    "supervisely": {"ann/a.jpg.json": json.dumps(SUPERVISELY)},
    "labelbox": {"x.ndjson": json.dumps(LABELBOX), "x.json": json.dumps(LABELBOX)},
    "cub": {
        "images.txt": "1 a.jpg\n2 b.jpg\n",
        "classes.txt": "1 001.cat\n",
        "train_test_split.txt": "1 1\n2 0\n",
        "bounding_boxes.txt": "1 1.0 2.0 3.0 4.0\n2 1 2 3 4\n",
        "image_class_labels.txt": "1 1\n2 1\n",
    },
    "fgvc_aircraft": {
        "images_variant_train.txt": "a 707-320\n",
        "images_variant_val.txt": "b Boeing 727-200\n",
    },
    "tiny_imagenet": {
        "wnids.txt": "n00000001\n",
        "words.txt": "n00000001\tcat\n",
        "train/n00000001/images/a.jpg": "",
        "val/val_annotations.txt": "b.jpg n00000001 0 0 6 6\n",
    },
    "createml": {
        "a.json": '[{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": '
        '{"x": 5, "y": 6, "width": 3, "height": 4}}]}]'
    },
    "label_studio": {"x.json": json.dumps(STUDIO)},
    "cvat_video": {"annotations.xml": TRACKS},
    "datumaro": {"annotations/default.json": json.dumps(DATUMARO)},
    "vott": {"x-export.json": json.dumps(VOTT)},
    "open_images": {"train-annotations-bbox.csv": OPEN_IMAGES, "classes.csv": "/m/1,cat\n"},
    "kitti": {"a.txt": "cat 0 0 -1.5 1 2 3 4 1 1 1 1 1 1 1\n"},
    "wider_face": {"wider_face_split/wider_face_train_bbx_gt.txt": "a.jpg\n1\n1 2 3 4 0 0\n"},
    "labelme_xml": {"Annotations/x/a.xml": LABELME_XML},
    "named_lists": {
        "boxes.txt": "a.jpg cat 1 2 3 4\nb.jpg cat 1 2 3 4\n",
        "list.txt": "a.jpg cat\nb.jpg dog\n",
    },
    "city_polygons": {"a_gtFine_polygons.json": json.dumps(CITY)},
    "ade20k": {"a.json": json.dumps(ADE)},
    "instance_maps": {},
    "mvtec": {},
    "coco_panoptic": {"annotations/panoptic_val.json": json.dumps(PANOPTIC)},
    "segment_anything": {"a.json": json.dumps(SA_1B)},
    "lists": {"labels.txt": "cat\ndog", "train_list.txt": "a.jpg 0\nb.jpg 1\n"},
    "csv": {
        "classes.csv": "filename,class\na.jpg,cat\n",
        "boxes.csv": "filename,class,xmin,ymin,xmax,ymax,split\na.jpg,cat,1,2,3,4,val\n",
    },
    "labelme": {
        "b.json": json.dumps({"version": "5", "flags": {"cat": True}, "shapes": []}),
        "a.json": json.dumps({"version": "5", "flags": {}, "shapes": SHAPES}),
    },
    "easydata": {
        "b.json": '{"labels": [{"name": "cat"}]}',
        "a.json": '{"labels": [{"name": "cat", "x1": 1, "y1": 2, "x2": 3, "y2": 4}, '
        '{"name": "cat", "x1": 1, "y1": 2, "x2": 3, "y2": 4, "mask": "03"}]}',
    },
    "voc": {
        "Annotations/a.xml": f"<annotation><object><name>cat</name>{BOX}</object>"
        "<object><name>cat</name><robndbox><cx>5</cx><cy>5</cy><w>4</w><h>2</h>"
        "<angle>1.5</angle></robndbox></object></annotation>"
    },
    "coco": {"train.json": json.dumps(COCO)},
    "yolo": {
        "a.txt": "0 .1 .2 .3 .4\n0 .1 .2 .3 .4 .5 .6\n0.0,.1,.2,.3,.4,.1,.1,2,.2,.2,0\n",
        "data.yaml": "names: {0: cat}\ntrain: .\n",
    },
    "cvat": {
        "annotations.xml": '<annotations><image id="0" name="a.jpg" subset="val">'
        '<box label="cat" xtl="1" ytl="2" xbr="3" ybr="4"/>'
        '<polygon label="cat" points="1,2;3,4;5,9" group_id="1"/>'
        '<ellipse label="cat" cx="5" cy="5" rx="2" ry="3" rotation="20"/>'
        '<mask label="cat" left="1" top="1" width="3" height="2" rle="1,4,1"/>'
        "</image></annotations>"
    },
    "via": {
        "via_val.csv": "filename,region_shape_attributes,region_attributes\n"
        'a.jpg,"{""name"":""rect"",""x"":1,""y"":2,""width"":3,""height"":4}","{""a"":""b""}"\n',
        "via_val.json": json.dumps(VIA),
    },
    "instance_masks": {"labels.txt": "cat"},
    "masks": {"labels.txt": "cat\ndog", "train_list.txt": "a.jpg a.png\nb.jpg b.png\n"},
}
"""Small sound label files of every format."""

BITS = [
    b"",
    b"\0",
    b"\xff",
    b"-1",
    b"1e999",
    b"NaN",
    b"null",
    b"[",
    b"{",
    b'"',
    b"<",
    b"&x;",
    b"\n",
]
BITS += [
    b"99999999999999999999",
    b"../../x",
    b"/etc/passwd",
    b"true",
    b",",
    b";",
    b"]}",
    b"\xe4\xb8",
]
NUMBERS = [
    b"1e999",
    b"-1e308",
    b"1e-999",
    b"NaN",
    b"true",
    b"9" * 400,  # beyond float64
    b"-" + b"9" * 400,
    b"9" * 5000,  # beyond what Python reads as a whole number
    b"9" * 100_000,
    b"0x" + b"f" * 5000,
    "²".encode(),  # a digit that is no number
    "１２".encode(),
    b"1_0",
    b"[" * 5000,
    b"<a>" * 5000,
]
"""In place of a number; most of them have stopped some reader."""

BITS += NUMBERS
_FEW, _MANY = 1, 8
"""Numbers of a file that are tried in place of each: in the suite, and in the slow tests."""

FEW, MANY = (
    settings(
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    for examples in (8, 200)
)
"""Others are tried at every run; the slow tests try many more at once."""

CUTS = st.tuples(
    st.integers(0, 10**6), st.integers(0, 12), st.sampled_from(BITS) | st.binary(max_size=6)
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 10**4299, 2**63])
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["9" * 5000, "1e999"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


def survives(format_: Format, folder: Path) -> None:
    """Read and check; a `UserError` is the only way out."""
    told = Told()
    tree = scan(folder, told)
    try:
        format_.detect(tree)
        draft = format_.read(tree, told)
    except UserError:
        return
    objects = draft.objects
    sizes = np.full((len(draft.images), 2), 64, np.int32)
    objects = clean_objects(draft, sizes, told)
    clean_outlines(draft, objects, sizes, told)
    assert objects.image.max(initial=0) <= max(len(draft.images) - 1, 0)
    assert objects.class_id.max(initial=-1) < len(draft.classes)
    assert objects.class_id.min(initial=0) >= 0
    assert ((objects.boxes >= 0) & (objects.boxes <= 64)).all()
    assert ((objects.outlines.points >= 0) & (objects.outlines.points <= 64)).all()
    for finding in told.findings:
        msgspec.json.decode(msgspec.json.encode(finding), type=Finding)  # as it is kept
        for language in ("en", "zh_CN"):
            assert finding.message.text(language)


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Puts label files beside two images, in place of those before."""

    def put(files: dict[str, bytes]) -> Path:
        folder = tmp_path / "set"
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("a.jpg", "b.jpg", "a.png", "b.png", "JPEGImages/a.jpg", *files):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files.get(name, b""))
        return folder

    return put


def damaged(data: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, bit in cuts:
        start = place % (len(data) + 1)
        data = data[:start] + bit + data[start + length :]
    return data


every_format = pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f"{f.name}-{f.task}")
every_value = pytest.mark.parametrize("value", NUMBERS, ids=lambda v: v[:6].decode() + f"-{len(v)}")
any_cuts = given(cuts=st.lists(CUTS, max_size=4), last=st.booleans())
Lay = Callable[[dict[str, bytes]], Path]


def try_damaged(lay: Lay, format_: Format, cuts: list[Any], last: bool) -> None:
    files = {name: text.encode() for name, text in FILES[format_.name].items()}
    if files:
        name = list(files)[-1 if last else 0]
        files[name] = damaged(files[name], cuts)
    survives(format_, lay(files))


@every_format
@FEW
@any_cuts
@example(cuts=[], last=False)
def test_damaged_bytes(lay: Lay, format_: Format, cuts: list[Any], last: bool) -> None:
    try_damaged(lay, format_, cuts, last)


@pytest.mark.slow
@every_format
@MANY
@any_cuts
def test_many_damaged_bytes(lay: Lay, format_: Format, cuts: list[Any], last: bool) -> None:
    try_damaged(lay, format_, cuts, last)


def try_instead(lay: Lay, format_: Format, value: bytes, places: int) -> None:
    """Put a value where each of so many numbers stood; other values meet other numbers."""
    files = {name: text.encode() for name, text in FILES[format_.name].items()}
    for name, text in files.items():
        numbers = list(re.finditer(rb"(?<![A-Za-z\d])\d*\.?\d+", text))
        step = max(1, len(numbers) // places)
        for number in numbers[NUMBERS.index(value) % step :: step]:
            changed = text[: number.start()] + value + text[number.end() :]
            survives(format_, lay({**files, name: changed}))


@every_value
@every_format
def test_any_number_may_be_another(lay: Lay, format_: Format, value: bytes) -> None:
    try_instead(lay, format_, value, _FEW)


@pytest.mark.slow
@every_value
@every_format
def test_many_numbers_may_be_another(lay: Lay, format_: Format, value: bytes) -> None:
    try_instead(lay, format_, value, _MANY)


def slots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON document that can be given another value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    places = []
    for key, item in list(inner) if isinstance(value, dict | list) else []:
        places += [(value, key), *(slots(item) if isinstance(item, dict | list) else [])]
    return places


json_format = pytest.mark.parametrize(
    "format_",
    [f for f in FORMATS if any(name.endswith(".json") for name in FILES[f.name])],
    ids=lambda f: f"{f.name}-{f.task}",
)
any_changes = given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), JSON), min_size=1, max_size=3)
)


def try_other_shapes(lay: Lay, format_: Format, changes: list[Any]) -> None:
    *_, (name, text) = FILES[format_.name].items()
    content = json.loads(text)
    for place, value in changes:
        places = slots(content)
        holder, key = places[place % len(places)]
        holder[key] = value
    survives(format_, lay({name: json.dumps(content).encode()}))


@json_format
@FEW
@any_changes
def test_json_of_other_shapes(lay: Lay, format_: Format, changes: list[Any]) -> None:
    try_other_shapes(lay, format_, changes)


@pytest.mark.slow
@json_format
@MANY
@any_changes
def test_many_json_of_other_shapes(lay: Lay, format_: Format, changes: list[Any]) -> None:
    try_other_shapes(lay, format_, changes)


def test_the_files_are_sound(lay: Callable[[dict[str, bytes]], Path]) -> None:
    for format_ in FORMATS:
        told = Told()
        files = {name: text.encode() for name, text in FILES[format_.name].items()}
        if files and format_.name not in {
            "instance_masks",
            "run_lengths",
            "coco_panoptic",
        }:  # of images
            tree = scan(lay(files), told)
            assert format_.detect(tree), format_.name
            draft = format_.read(tree, told)
            assert draft.images, format_.name
            assert len(draft.objects) or format_.task in {Task.CLASSIFICATION, Task.SEGMENTATION}
