"""COCO panoptic and Segment Anything, in the layouts in which they are published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import encode
from paddlex_nb.data.store.view import DatasetView

from .in_process import imported
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

THINGS, REGIONS = Task.INSTANCE_SEGMENTATION, Task.SEGMENTATION
CAT, OTHER_CAT, SKY, CROWD = 3_000_001, 7, 256 * 5 + 2, 65_536 * 9
AREAS = [(SKY, (0, 0, 48, 10)), (CAT, (2, 12, 12, 30)), (OTHER_CAT, (20, 12, 30, 30))]
AREAS += [(CAT, (14, 12, 18, 30)), (CROWD, (34, 20, 48, 40))]
SEGMENTS = [
    {"id": CAT, "category_id": 17, "iscrowd": 0},
    {"id": OTHER_CAT, "category_id": 17, "iscrowd": 0},
    {"id": CROWD, "category_id": 17, "iscrowd": 1},
    {"id": SKY, "category_id": 187, "iscrowd": 0},
]
CATEGORIES = [
    {"id": 187, "name": "sky", "isthing": 0, "supercategory": "sky", "color": [1, 2, 3]},
    {"id": 17, "name": "cat", "isthing": 1, "supercategory": "animal", "color": [4, 5, 6]},
]


def coloured(values: Any) -> Any:
    """Ids as colours: red + 256 green + 65,536 blue."""
    return np.stack([values % 256, values // 256 % 256, values // 65_536], axis=-1).astype(np.uint8)


def panoptic(root: Path) -> Path:
    """Two splits in the layout of COCO 2017."""
    for split, numbers in {"train": (1, 2), "val": (3,)}.items():
        images = [
            {"id": n, "file_name": f"{n:012}.jpg", "width": SIZE[0], "height": SIZE[1]}
            for n in numbers
        ]
        annotations = []
        for n in numbers:
            photo(root / f"{split}2017/{n:012}.jpg", n)
            values = grid(*AREAS, dtype="int64")
            picture(root / f"annotations/panoptic_{split}2017/{n:012}.png", coloured(values))
            one = {"image_id": n, "file_name": f"{n:012}.png", "segments_info": SEGMENTS}
            annotations.append(one)
        document = {"images": images, "annotations": annotations, "categories": CATEGORIES}
        text(root / f"annotations/panoptic_{split}2017.json", document)
    return root


def test_things_of_panoptic_are_objects(tmp_path: Path, told: Told) -> None:
    examined = read(panoptic(tmp_path / "coco"), told)
    assert recognised_as(examined) == ("coco_panoptic", "instance_segmentation")
    assert splits(examined) == {"train": 2, "val": 1}
    assert examined.draft.classes == ["cat"]
    boxes = [box for _, box in objects(examined)["val2017/000000000003.jpg"]]
    assert sorted(boxes) == [[2, 12, 18, 30], [20, 12, 30, 30], [34, 20, 48, 40]]
    assert sorted(parts(examined)) == [1, 1, 1, 1, 1, 1, 2, 2, 2]
    assert examined.draft.objects.crowd.sum() == 3
    assert not codes(told)


def test_things_and_stuff_of_panoptic_are_regions(tmp_path: Path) -> None:
    source = panoptic(tmp_path / "coco")
    folder, result = imported(tmp_path / "w", source, task="segmentation")
    assert (result["format"], result["images"]) == ("coco_panoptic", 3)
    view = DatasetView(folder)
    cat, sky = (view.classes.index(name) for name in ("cat", "sky"))
    label_map = view.label_map(0)
    expected = grid(*((sky if a == SKY else cat, box) for a, box in AREAS))
    expected[grid(*((1, box) for _, box in AREAS)) == 0] = 255
    assert np.array_equal(label_map, expected)


def test_a_map_that_is_missing_or_damaged_spoils_no_other(tmp_path: Path, told: Told) -> None:
    source = panoptic(tmp_path / "coco")
    maps = source / "annotations/panoptic_train2017"
    (maps / f"{1:012}.png").unlink()
    (maps / f"{2:012}.png").write_bytes((maps / f"{2:012}.png").read_bytes()[:60])
    examined = read(source, told)
    assert splits(examined) == {"val": 1}
    assert {"missing_image", "truncated_image"} <= codes(told)


def test_without_maps_it_is_said(tmp_path: Path, told: Told) -> None:
    source = panoptic(tmp_path / "coco")
    for file in (source / "annotations").rglob("*.png"):
        file.unlink()
    with pytest.raises(UserError) as error:
        read(source, told)
    assert "maps of its segments are missing" in str(error.value)


def test_masks_of_segment_anything_are_of_one_class(tmp_path: Path, told: Told) -> None:
    for number in (10, 11):
        photo(tmp_path / f"set/sa_{number}.jpg", number)
        annotations: list[dict[str, Any]] = []
        for at, (left, top, right, bottom) in enumerate(((1, 2, 20, 30), (5, 6, 12, 12))):
            rle = encode(grid((1, (left, top, right, bottom))))
            shape = {"size": list(rle["size"]), "counts": rle["counts"].decode()}
            more = {"predicted_iou": 0.9, "stability_score": 0.95, "point_coords": [[3.0, 4.0]]}
            box = {"bbox": [left, top, right - left, bottom - top], "crop_box": [0, 0, *SIZE]}
            one = {"id": at, "area": int(rle["size"][0]), "segmentation": shape}
            annotations.append({**box, **one, **more})
        annotations.append({"id": 9, "segmentation": {"size": [2, 2], "counts": "!"}})
        image: dict[str, Any] = {"image_id": number, "width": SIZE[0], "height": SIZE[1]}
        image |= {"file_name": f"sa_{number}.jpg"}
        text(tmp_path / f"set/sa_{number}.json", {"image": image, "annotations": annotations})
    text(tmp_path / "set/sa_12.json", "{")
    examined = read(tmp_path / "set", told)
    assert recognised_as(examined) == ("segment_anything", "instance_segmentation")
    boxes = [("object", [1, 2, 20, 30]), ("object", [5, 6, 12, 12])]
    assert objects(examined) == {"sa_10.jpg": boxes, "sa_11.jpg": boxes}
    assert codes(told) == {"malformed_outline", "malformed_json"}
