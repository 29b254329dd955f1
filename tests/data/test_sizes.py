"""Images of another size than their labels say are found, whatever the format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paddlex_nb.data.importing.check_source import check_folder
from paddlex_nb.data.source.parsed import UNSAID, said_size

from .conftest import MakeImage

VOC = (
    "<annotation><size><width>{w}</width><height>{h}</height></size><object><name>a</name><bndbox>"
    "<xmin>2</xmin><ymin>2</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object></annotation>"
)
CVAT = (
    "<annotations><meta><task><labels><label><name>a</name></label></labels></task></meta>"
    '<image id="0" name="0.jpg" width="{w}" height="{h}"><box label="a" xtl="2" ytl="2" xbr="20"'
    ' ybr="20"/></image></annotations>'
)


def write(folder: Path, name: str, width: object, height: object) -> None:
    """Labels of one image in some format."""
    shape = {"label": "a", "points": [[2, 2], [20, 20]], "shape_type": "rectangle"}
    coco = {
        "images": [{"id": 1, "file_name": "0.jpg", "width": width, "height": height}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [2, 2, 18, 18]}],
        "categories": [{"id": 1, "name": "a"}],
    }
    labelme = {
        "shapes": [shape],
        "imagePath": "0.jpg",
        "imageWidth": width,
        "imageHeight": height,
    }
    sides = {"w": "" if width is None else width, "h": "" if height is None else height}
    texts = {
        "coco": ("annotations.json", json.dumps(coco)),
        "labelme": ("0.json", json.dumps(labelme)),
        "voc": ("Annotations/0.xml", VOC.format(**sides)),
        "cvat": ("annotations.xml", CVAT.format(**sides)),
    }
    path, text = texts[name]
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text)


@pytest.mark.parametrize("name", ["coco", "labelme", "voc", "cvat"])
@pytest.mark.parametrize(
    ("width", "height", "told"),
    [(64, 48, False), (128, 96, True), (48, 64, True), (0, 0, False), (None, None, False)],
)
def test_another_size_than_said(
    tmp_path: Path, make_image: MakeImage, name: str, width: object, height: object, told: bool
) -> None:
    image = "JPEGImages/0.jpg" if name == "voc" else "0.jpg"
    make_image(tmp_path / image, size=(64, 48))
    write(tmp_path, name, width, height)
    findings = [f for f in check_folder(tmp_path) if f.code == "size_mismatch"]
    assert [(f.image, f.values["size"]) for f in findings] == [(image, "64x48")] * told


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        ("64", 48.0, (64, 48)),
        (None, 48, UNSAID),
        ("wide", 48, UNSAID),
        (float("inf"), 48, UNSAID),
        (-1, 48, UNSAID),
        ([64], {}, UNSAID),
    ],
)
def test_said_sizes(width: object, height: object, size: tuple[int, int]) -> None:
    assert said_size(width, height) == size
