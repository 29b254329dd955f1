"""Every fixture of formats is recognised by itself, and read as it was written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from paddlex_nb.data.importing.pipeline import Examined, examine

from .told import Told

NAMES = [
    *("yolo-det", "yolo-seg", "labelme-cls", "cvat-images", "csv-det", "coco-rle"),
    *("voc-absolute-paths", "voc-chinese-names", "voc-upper-ext", "voc-exif-orientation"),
    *("archives/clothing_mini.zip", "archives/clothing_mini.tar.gz", "archives/gbk_names.zip"),
    "image-modes",
]


def read(path: Path, scratch: Path, told: Told) -> Examined:
    return examine(path, None, None, scratch / "files", told)


@pytest.mark.parametrize("name", NAMES)
def test_fixture(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    index = json.loads((shared_data / "formats/index.json").read_text(encoding="utf-8"))
    expected = next(entry for entry in index if entry["name"] == name)
    examined = read(shared_data / "formats" / name, tmp_path, told)
    task = examined.detected.format.task.value
    assert task.partition("_")[0] == expected["task"]
    assert len(examined.draft.images) == expected["images"]
    assert sorted(examined.draft.classes) == sorted(expected["classes"])
    objects = examined.draft.objects
    labels = len(objects) if task != "classification" else len(examined.draft.images)
    assert labels == expected["objects"] + expected.get("crowd_regions", 0)
    assert objects.crowd.sum() == expected.get("crowd_regions", 0)
    assert told.counts["error"] == 0
    outlined = {"yolo-seg", "coco-rle"}
    assert (np.diff(objects.outlines.objects) > 0).all() == (name in outlined or not len(objects))


def test_every_fixture_is_tested(shared_data: Path) -> None:
    index = json.loads((shared_data / "formats/index.json").read_text(encoding="utf-8"))
    assert {entry["name"] for entry in index} == set(NAMES)


def test_masks_of_run_lengths_keep_their_pixels(
    shared_data: Path, tmp_path: Path, told: Told
) -> None:
    folder = shared_data / "formats/coco-rle"
    draft = read(folder, tmp_path, told).draft
    content = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    sizes = {i["id"]: (i["height"], i["width"]) for i in content["images"]}
    by_number = dict(enumerate(content["annotations"]))
    for row, number in enumerate(draft.objects.number.tolist()):
        annotation = by_number[number]
        size = sizes[annotation["image_id"]]
        rle = annotation["segmentation"]
        if isinstance(rle["counts"], list):
            rle = coco_mask.frPyObjects(rle, *size)
        ours = coco_mask.merge(coco_mask.frPyObjects(draft.objects.outlines.of_object(row), *size))
        assert (coco_mask.decode(ours) == coco_mask.decode(rle)).all()


def test_the_splits_of_yolo_are_kept(shared_data: Path, tmp_path: Path, told: Told) -> None:
    draft = read(shared_data / "formats/yolo-det", tmp_path, told).draft
    assert Counter(image.split for image in draft.images) == {"train": 4, "val": 2}
