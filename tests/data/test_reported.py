"""The inputs that people reported are read as they are meant, or refused with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.edits.fixes import fixes
from paddlex_nb.data.importing.pipeline import Examined, examine
from paddlex_nb.data.store.label_maps import own_numbers, read_label_map

from .in_process import imported
from .told import Told

Box = tuple[float, ...]


def whole(path: Path, scratch: Path, told: Told) -> Examined:
    """The data set of a reported input."""
    return examine(path / "input", None, None, scratch / "own", told)


def boxes(examined: Examined) -> Counter[Box]:
    """How often each box occurs, to whole pixels."""
    rows = np.rint(examined.draft.objects.boxes).astype(int).tolist()
    return Counter(tuple(row) for row in rows)


def splits(examined: Examined) -> Counter[str]:
    """How many images each split has."""
    return Counter(image.split for image in examined.draft.images)


SQUARE, ONE_MORE = (20, 20, 60, 60), (20, 20, 61, 61)
OF_YOLO = (20, 20, 60, 59)


class Reported(NamedTuple):
    """What is right: format and task, classes, number of images, boxes, codes of findings."""

    form: str
    classes: list[str]
    images: int
    boxes: Mapping[Box, int] = MappingProxyType({})
    codes: frozenset[str] | set[str] = frozenset()


MASKS = ("masks segmentation", ["background", "foreground"], 6)
OUTLINES = "labelme instance_segmentation"

EXPECTED = {
    "cls_12bit": Reported(
        "folders classification", ["bad", "ok"], 6, codes={"unusual_mode", "few_bits"}
    ),
    "coco_all_crowd": Reported(
        "coco instance_segmentation", ["fire"], 6, {SQUARE: 6}, {"only_crowds"}
    ),
    "coco_flat_segmentation": Reported("coco instance_segmentation", ["ship"], 4, {SQUARE: 4}),
    "csv_negative": Reported("csv detection", ["cow"], 4, {SQUARE: 3}),
    "csv_relative": Reported("csv detection", ["cow"], 4, {SQUARE: 4}, {"shares_not_pixels"}),
    "cvat_rotated": Reported("cvat detection", ["ship"], 4, {(50, 20, 70, 100): 4}),
    "eiseg": Reported(*MASKS, codes={"masks_for_the_eye"}),
    "fiftyone_coco": Reported("coco detection", ["cat"], 4, {SQUARE: 4}),
    # these are no whole photos, as is said where HEIC can be read
    "heic": Reported(
        "folders classification",
        ["cat", "dog"],
        8,
        codes={"not_an_image" if find_spec("pillow_heif") else "unread_photos"},
    ),
    "labelimg_flat": Reported("voc detection", ["apple"], 4, {ONE_MORE: 4}),
    "labelme_hole": Reported(OUTLINES, ["ring"], 4, {(20, 20, 100, 100): 4}),
    "labelme_mask_shape": Reported(OUTLINES, ["nut"], 4, {ONE_MORE: 4, (90, 20, 130, 60): 4}),
    "labelme_num_label": Reported(OUTLINES, ["1", "x"], 4, {(5, 5, 15, 15): 4}),
    "labelme_wrong_imagepath": Reported(
        OUTLINES,
        ["scratch"],
        4,
        {(x, 20, x + 40, 60): 1 for x in (10, 20, 30, 40)},
        {"other_image_path"},
    ),
    "labelstudio_coco": Reported("coco detection", ["U盘"], 4, {SQUARE: 4}, {"found_by_name"}),
    "roboflow_coco": Reported("coco detection", ["apple", "pear"], 9, {ONE_MORE: 9}),
    "roboflow_csv": Reported("csv detection", ["apple"], 6, {ONE_MORE: 6}),
    "roboflow_onehot": Reported("csv classification", ["cat", "dog"], 8),
    "seg_jpg_masks": Reported(*MASKS, codes={"soft_masks"}),
    "seg_rgb_grey_masks": Reported(*MASKS, codes={"binary_masks"}),
    "voc_same_stem_two_ext": Reported("voc detection", ["cat"], 4, {ONE_MORE: 4}),
    "voc_swapped": Reported("voc detection", ["cat"], 4, {ONE_MORE: 4}, {"inverted_box"}),
    "xany_rotation": Reported(
        "labelme detection", ["ship"], 4, {(10, 10, 70, 70): 4, (90, 20, 130, 60): 4}
    ),
    "yolo_classes_in_labels": Reported(
        "yolo detection", ["apple", "pear"], 4, {OF_YOLO: 4, (80, 20, 112, 59): 4}
    ),
    "yolo_float_class": Reported(
        "yolo detection", ["apple", "pear"], 4, {OF_YOLO: 4}, {"unused_class"}
    ),
    "yolo_one_based": Reported(
        "yolo detection",
        ["swimmer", "boat", "buoy"],
        6,
        {OF_YOLO: 4},
        {"counted_from_one", "class_number_out_of_range", "unused_class"},
    ),
    "yolo_val_negative": Reported(
        "yolo detection", ["box"], 12, {(20, 20, 60, 60): 8}, {"no_object_in_split"}
    ),
}
SPLITS = {
    "roboflow_coco": {"train": 3, "val": 3, "test": 3},
    "roboflow_csv": {"train": 3, "val": 3},
    "roboflow_onehot": {"train": 4, "val": 4},
    "yolo_float_class": {"train": 4},
    "yolo_val_negative": {"train": 8, "val": 4},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_reported(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    right = EXPECTED[name]
    examined = whole(shared_data / "reported" / name, tmp_path, told)
    detected = examined.detected.format
    assert f"{detected.name} {detected.task.value}" == right.form
    assert examined.draft.classes == right.classes
    assert len(examined.draft.images) == right.images
    assert boxes(examined) == right.boxes
    assert splits(examined) == SPLITS.get(name, {"": right.images})
    assert told.codes() == right.codes


REFUSED = {
    "only_split_folders": (
        "data.nothing_recognised",
        "9 images have no annotations (in test, train, valid)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    code, said = REFUSED[name]
    with pytest.raises(UserError) as error:
        whole(shared_data / "reported" / name, tmp_path, told)
    assert error.value.code == code
    assert said in str(error.value)


def test_tracks_of_cvat_are_read_or_named(shared_data: Path, tmp_path: Path, told: Told) -> None:
    said = "CVAT for video"
    try:
        examined = whole(shared_data / "reported/cvat_video", tmp_path, told)
    except UserError as error:
        said = str(error)
    else:
        shown = Counter(examined.draft.objects.image.tolist())
        assert sorted(shown.values()) == [1, 1, 1]
        assert len(examined.draft.images) == 4
    assert "CVAT for video" in said


def test_every_reported_input_is_tested(shared_data: Path) -> None:
    names = {path.name for path in (shared_data / "reported").iterdir() if path.is_dir()}
    assert names == {*EXPECTED, *REFUSED, "cvat_video"}


def areas(examined: Examined) -> list[int]:
    """The pixels of each object's outlines."""
    draft, size = examined.draft, (examined.probes[0].height, examined.probes[0].width)
    outlines = [draft.objects.outlines.of_object(row) for row in range(len(draft.objects))]
    parts = [coco_mask.merge(coco_mask.frPyObjects(each, *size)) for each in outlines]
    return [int(coco_mask.area(part)) for part in parts]


def test_a_hole_is_no_part_of_the_ring(shared_data: Path, tmp_path: Path, told: Told) -> None:
    examined = whole(shared_data / "reported/labelme_hole", tmp_path, told)
    assert areas(examined) == [80 * 80 - 30 * 30] * 4


def test_a_flat_outline_has_its_corners(shared_data: Path, tmp_path: Path, told: Told) -> None:
    examined = whole(shared_data / "reported/coco_flat_segmentation", tmp_path, told)
    assert examined.draft.objects.outlines.corners.tolist() == [4] * 4
    assert areas(examined) == [1600] * 4


def test_a_mask_is_an_outline(shared_data: Path, tmp_path: Path, told: Told) -> None:
    examined = whole(shared_data / "reported/labelme_mask_shape", tmp_path, told)
    first, second, *_ = areas(examined)
    assert second == 1600
    assert first == pytest.approx(3.14159 * 20.5**2, rel=0.05)  # a disc


def test_the_labels_of_70_are_those_of_70(shared_data: Path, tmp_path: Path, told: Told) -> None:
    draft = whole(shared_data / "reported/labelme_wrong_imagepath", tmp_path, told).draft
    row = [image.path for image in draft.images].index("70.jpg")
    assert draft.objects.boxes[draft.objects.image == row].tolist() == [[20, 20, 60, 60]]


def test_the_named_one_of_two_pictures(shared_data: Path, tmp_path: Path, told: Told) -> None:
    draft = whole(shared_data / "reported/voc_same_stem_two_ext", tmp_path, told).draft
    assert [image.path for image in draft.images] == [f"JPEGImages/{n}.jpg" for n in range(4)]


@pytest.mark.parametrize("name", ["seg_jpg_masks", "seg_rgb_grey_masks", "eiseg"])
def test_foreground_is_where_the_mask_is_bright(
    shared_data: Path, tmp_path: Path, told: Told, name: str
) -> None:
    examined = whole(shared_data / "reported" / name, tmp_path, told)
    for image in examined.draft.images:
        made = tmp_path / "own/masks" / image.mask
        mask = made if made.exists() else shared_data / "reported" / name / "input" / image.mask
        share = (read_label_map(mask, own_numbers(2)) == 1).mean()
        assert 0.05 < share < 0.5
        assert image.values == [0, 1]


def test_crowds_are_taken_as_single_objects(shared_data: Path, tmp_path: Path) -> None:
    from paddlex_nb.data.edits import history, undo
    from paddlex_nb.data.edits.fixes import fix
    from paddlex_nb.data.store.view import DatasetView

    folder, _ = imported(tmp_path, shared_data / "reported/coco_all_crowd/input")
    assert fixes(folder)["only_crowds"].count == 6
    fix(folder, "only_crowds")
    assert not DatasetView(folder).objects(0).crowd.any()
    undo(folder)
    assert DatasetView(folder).objects(0).crowd.all()
    assert history(folder).entries == []


def test_swapped_corners_can_be_left_out_again(shared_data: Path, tmp_path: Path) -> None:
    from paddlex_nb.data.edits import undo
    from paddlex_nb.data.edits.fixes import fix
    from paddlex_nb.data.store.view import DatasetView

    folder, _ = imported(tmp_path, shared_data / "reported/voc_swapped/input")
    assert len(DatasetView(folder).objects(0).class_id) == 1
    fix(folder, "inverted_box")
    assert len(DatasetView(folder).objects(0).class_id) == 0
    undo(folder)
    assert len(DatasetView(folder).objects(0).class_id) == 1
