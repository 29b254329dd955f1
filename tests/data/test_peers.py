"""A peer's own test data: read as what they are, or refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task

from .layouts import objects, read, recognised_as, splits
from .told import Told


class Right(NamedTuple):
    """What a set is: format, images by split, objects and some of its classes, in order."""

    format: str
    task: Task
    splits: dict[str, int]
    objects: int
    classes: list[str]


CLASSES, BOXES = Task.CLASSIFICATION, Task.DETECTION
REGIONS, OUTLINES = Task.SEGMENTATION, Task.INSTANCE_SEGMENTATION
LABELS = ["label_0", "label_1"]
SPLIT = {"train": 1, "val": 1}
OF_ROBOFLOW = {"train": 2, "val": 1}

RIGHT = {
    "camvid_dataset": Right(
        "masks", REGIONS, {"train": 1, "val": 1, "test": 2}, 0, ["Animal", "Archway"]
    ),
    "coco_dataset/coco": Right("coco", OUTLINES, SPLIT, 3, ["a", "b", "c"]),
    "coco_dataset/coco_instances": Right("coco", OUTLINES, SPLIT, 3, ["a", "b", "c"]),
    "coco_dataset/coco_person_keypoints": Right("coco", OUTLINES, SPLIT, 3, ["a", "b"]),
    "coco_dataset/coco_roboflow": Right("coco", OUTLINES, SPLIT, 3, ["a", "b", "c"]),
    "coco_dataset/coco_stuff": Right("coco", OUTLINES, SPLIT, 2, ["a", "b"]),
    "coco_dataset/mmdet_coco": Right("coco", OUTLINES, SPLIT, 3, ["a", "b", "c"]),
    "common_semantic_segmentation_dataset/dataset": Right(
        "masks", REGIONS, {"": 2}, 0, ["Void", "Animal", "Archway", "Bicyclist", "Child", "Road"]
    ),
    "common_semantic_segmentation_dataset/non_standard_dataset": Right(
        "masks", REGIONS, {"": 2}, 0, ["Void", "Animal", "Archway", "Bicyclist", "Child", "Road"]
    ),
    "cvat_dataset/for_images/export_project": Right(
        "cvat", BOXES, {"train": 2, "val": 2, "test": 2}, 6, ["label1", "label2"]
    ),
    "cvat_dataset/for_images/export_task": Right("cvat", BOXES, {"": 2}, 1, ["label1", "label2"]),
    "cvat_dataset/for_video": Right("cvat_video", BOXES, {"": 3}, 1, ["klhg", "z U k", "II"]),
    # of four images one has a single label
    "datumaro_dataset/legacy": Right(
        "datumaro", CLASSES, {"train": 1}, 0, ["car", "bicycle", "tom", "mary"]
    ),
    "imagenet_txt_dataset/basic": Right("lists", CLASSES, {"train": 2}, 0, LABELS),
    "kaggle_dataset/image_csv": Right("csv", CLASSES, {"": 5}, 0, ["cat", "dog"]),
    "coco_dataset/coco_panoptic": Right(
        "coco_panoptic", REGIONS, {"train": 1, "val": 1}, 0, ["background", "a", "b"]
    ),
    "kaggle_dataset/image_csv_det": Right("csv", BOXES, {"": 3}, 6, ["cat", "dog"]),
    # of six images three have a single label
    "kaggle_dataset/image_csv_multi_label": Right(
        "csv", CLASSES, {"": 3}, 0, ["cat", "dog", "person"]
    ),
    "kaggle_dataset/image_mask": Right("masks", REGIONS, {"": 2}, 0, []),  # nothing names them
    "kaggle_dataset/image_mask_with_labelmap": Right(
        "masks", REGIONS, {"": 3}, 0, ["background", "cat", "dog"]
    ),
    "kaggle_dataset/image_txt": Right("named_lists", CLASSES, {"": 5}, 0, ["cat", "dog"]),
    "kaggle_dataset/image_txt_det": Right("named_lists", BOXES, {"": 3}, 6, ["cat", "dog"]),
    "kaggle_dataset/relaxed_coco": Right("coco", BOXES, {"": 2}, 2, LABELS),
    "kaggle_dataset/relaxed_voc1": Right("voc", BOXES, {"": 1}, 2, ["cat", "person"]),
    "kaggle_dataset/relaxed_voc2": Right("voc", BOXES, {"": 1}, 2, ["cat", "person"]),
    "kaggle_dataset/relaxed_yolo": Right("yolo", BOXES, {"": 2}, 4, ["0", "1"]),
    "roboflow_dataset/coco": Right("coco", BOXES, OF_ROBOFLOW, 4, LABELS),
    "roboflow_dataset/createml": Right("createml", BOXES, OF_ROBOFLOW, 4, LABELS),
    "roboflow_dataset/multiclass": Right("csv", CLASSES, {"train": 2}, 0, LABELS),
    "roboflow_dataset/voc": Right("voc", BOXES, OF_ROBOFLOW, 4, LABELS),
    "roboflow_dataset/yolo_obb": Right("dota", BOXES, OF_ROBOFLOW, 4, LABELS),
    "roboflow_dataset/yolo": Right("yolo", BOXES, OF_ROBOFLOW, 4, LABELS),
    "voc_dataset/voc_dataset1": Right("voc", BOXES, {"train": 1}, 2, ["cat", "person"]),
    "voc_dataset/voc_dataset3": Right("voc", BOXES, {"": 1}, 1, ["cat"]),
    "yolo_dataset/annotations": Right("yolo", BOXES, {"": 1}, 2, LABELS),
    "yolo_dataset/labels": Right("yolo", BOXES, SPLIT, 4, LABELS),
    "yolo_dataset/strict": Right("yolo", BOXES, {"": 1}, 2, LABELS),
}
REFUSED = {
    "coco_dataset/coco_captions": "captions",
    "coco_dataset/coco_image_info": "lists images alone",
    "coco_dataset/coco_labels": "classes of whole images",
    "imagenet_txt_dataset/custom_labels": "no image",
    "imagenet_txt_dataset/no_labels": "no image",
    "roboflow_dataset/tfrecord": "TFRecord",
    "voc_dataset/voc_dataset2": "no image",
}


@pytest.mark.parametrize("name", RIGHT)
def test_read_as_what_it_is(shared_data: Path, told: Told, tmp_path: Path, name: str) -> None:
    right = RIGHT[name]
    examined = read(_source(shared_data, tmp_path, name), told)
    assert recognised_as(examined) == (right.format, right.task.value)
    assert splits(examined) == right.splits
    assert examined.draft.classes[: len(right.classes)] == right.classes
    assert sum(map(len, objects(examined).values())) == right.objects


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(shared_data: Path, told: Told, tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError) as error:
        read(_source(shared_data, tmp_path, name), told)
    assert REFUSED[name] in str(error.value)


def test_every_set_is_tried(shared_data: Path) -> None:
    peers = shared_data / "peers/datumaro"
    if not peers.is_dir():
        pytest.skip(f"{peers} is not there")
    held = {f.relative_to(peers).as_posix() for f in peers.rglob("*") if f.is_file()}
    tried = tuple(f"{name}/" for name in (*RIGHT, *REFUSED))
    assert {path for path in held if not path.startswith(tried)} == {"LICENSE"}


def test_vocs_maps_beside_its_boxes(shared_data: Path, told: Told, tmp_path: Path) -> None:
    source = _source(shared_data, tmp_path, "voc_dataset/voc_dataset1")
    semantic = read(source, told, REGIONS)
    assert semantic.detected.format.name == "masks"
    assert semantic.draft.classes[0] == "background"
    assert read(source, told, OUTLINES).detected.format.name == "instance_maps"


def _source(shared_data: Path, tmp_path: Path, name: str) -> Path:
    """The folder of a set, seen from where the test may write beside it."""
    peers = shared_data / "peers/datumaro"
    if not peers.is_dir():
        pytest.skip(f"{peers} is not there")
    link = tmp_path / "set"
    link.symlink_to((peers / name).resolve())
    return link
