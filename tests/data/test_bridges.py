"""Objects of several parts, and with holes, are the same area in formats of single shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import filled, overlaps
from paddlex_nb.data.store.rle import outlines_of_mask
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.data.writers.bridges import bridged

from .in_process import imported
from .layouts import SIZE, photo, text

WIDTH, HEIGHT = SIZE
OUTLINES = Task.INSTANCE_SEGMENTATION


def ring() -> Any:
    """A square with a hole, and a part beside it."""
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[4:30, 3:28], mask[10:20, 9:17], mask[6:38, 33:45] = True, False, True
    return mask


def star(random: np.random.Generator) -> list[float]:
    """An outline of corners around a point."""
    angles, lengths = np.sort(random.uniform(0, 2 * np.pi, 12)), random.uniform(4, 12, 12)
    x, y = random.uniform(12, (WIDTH - 12, HEIGHT - 12))
    around = np.stack([x + lengths * np.cos(angles), y + lengths * np.sin(angles)], axis=1)
    corners: list[float] = around.ravel().tolist()
    return corners


@pytest.mark.parametrize("seed", range(20))
def test_a_bridge_has_no_area_and_parts_may_overlap(seed: int) -> None:
    random = np.random.default_rng(seed)
    for parts in ([star(random) for _ in range(3)], outlines_of_mask(ring())):
        one = bridged(parts, HEIGHT, WIDTH)
        before, after = filled(parts, HEIGHT, WIDTH), filled([one], HEIGHT, WIDTH)
        assert overlaps([after], [before])[0, 0] > 0.99


@pytest.mark.parametrize("name", ["yolo", "cvat"])
def test_parts_and_holes_are_the_same_area_again(tmp_path: Path, name: str) -> None:
    outlines = outlines_of_mask(ring())
    assert len(outlines) > 2
    for number in range(2):
        photo(tmp_path / f"set/images/{number}.jpg", number)
    images = [
        {"id": n, "file_name": f"{n}.jpg", "width": WIDTH, "height": HEIGHT} for n in range(2)
    ]
    common = {"category_id": 1, "bbox": [3, 4, 42, 34], "area": 1, "iscrowd": 0}
    annotations = [{"id": n, "image_id": n, "segmentation": outlines, **common} for n in range(2)]
    categories = [{"id": 1, "name": "cat"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    text(tmp_path / "set/annotations.json", document)
    first, _ = imported(tmp_path / "1", tmp_path / "set", task=OUTLINES.value)
    WRITERS[OUTLINES][name](Content(first), tmp_path / "written")
    again, result = imported(tmp_path / "2", tmp_path / "written", task=OUTLINES.value)
    assert (result["format"], result["findings"]["error"]) == (name, 0)
    content = Content(again)
    for picture in content.pictures:
        (one,) = content.objects(picture)
        area = filled(one.polygons, HEIGHT, WIDTH)
        assert overlaps([area], [filled(outlines, HEIGHT, WIDTH)])[0, 0] == 1
        assert one.box == (3, 4, 45, 38)
