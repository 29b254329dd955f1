"""Predicted masks are stored, drawn and exported with the very pixels that the model gave."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import boxes_around, encode
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.suites.fakes import FAKES
from paddlex_nb.widgets.images.predictions import ObjectPredictions, TableRow
from paddlex_nb.widgets.pages.predict.images import predicted_layer
from paddlex_nb.widgets.parts import Layer, Tile
from paddlex_nb.widgets.parts.grid_messages import described

Mask = NDArray[np.uint8]


def _disc(radius: int, hole: int = 0) -> Mask:
    side = 2 * radius + 9
    y, x = np.mgrid[:side, : side + 6] - (radius + 4)
    square = x**2 + y**2
    return np.asarray((square <= radius**2) & (square >= hole**2), np.uint8)


def _parts() -> Mask:
    mask = np.zeros((30, 40), np.uint8)
    mask[2:12, 3:9] = mask[12:20, 9:30] = 1  # they touch in a corner
    mask[14:17, 15:20] = 0
    return mask


def _line() -> Mask:
    mask = np.zeros((20, 50), np.uint8)
    mask[7, 3:48] = 1
    return mask


MASKS = {
    "disc of 8": _disc(4),
    "disc of 16": _disc(8),
    "disc of 64": _disc(32),
    "ring": _disc(40, 30),
    "line of one pixel": _line(),
    "parts and a hole": _parts(),
    "one pixel": np.eye(1, 1, dtype=np.uint8),
    "whole image": np.ones((300, 200), np.uint8),
    "empty": np.zeros((9, 7), np.uint8),
}


def _drawn(layer: Layer, height: int, width: int) -> Mask:
    """The pixels whose middles are in the shapes that the front end is told of."""
    message = json.loads(json.dumps(described([Tile(b"", "", (layer,))])[0]))
    inside = np.zeros((height, width), np.uint8)
    middles = np.arange(width) + 0.5
    for shape in message[0]["layers"][0]["shapes"]:
        if shape["kind"] == "box":
            continue
        points = np.reshape(shape["points"], (-1, 2)) * (width, height)
        ends = np.cumsum(shape.get("rings", [len(points)]))
        for ring in np.split(points, ends[:-1]):
            for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
                levels = np.arange(height) + 0.5
                rows = np.flatnonzero((y0 > levels) != (y1 > levels))
                slope = (x1 - x0) / (y1 - y0) if len(rows) else 0.0
                edge = x0 + (levels[rows] - y0) * slope
                inside[rows] ^= (middles > edge[:, None]).astype(np.uint8)
    return inside


def _objects(mask: Mask) -> Objects:
    code = encode(mask)
    return Objects.from_boxes(corners(boxes_around([code])), [0], score=[0.9], masks=[code])


@pytest.mark.parametrize("name", MASKS)
def test_an_evaluation_keeps_and_draws_the_pixels(name: str, tmp_path: Path) -> None:
    mask = MASKS[name]
    metric, predicted = InstanceMetric(["thing"]), _objects(mask)
    metric.update(Batch(rows=[0], data={"truth": [predicted]}), [predicted])
    file = tmp_path / "predictions.arrow"
    table = metric.table()
    with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    stored = pa.ipc.open_file(str(file)).read_all()
    view = cast("DatasetView", SimpleNamespace(task=Task.INSTANCE_SEGMENTATION))
    layer = ObjectPredictions(view, stored, {}).layer(TableRow(0), max(mask.shape))
    assert (_drawn(layer, *mask.shape) == mask).all()
    assert len(layer.shapes) == 1, "an empty mask is seen by its box"


@pytest.mark.parametrize("name", MASKS)
def test_a_prediction_keeps_draws_and_exports_the_pixels(name: str, tmp_path: Path) -> None:
    mask = MASKS[name]
    predictions = FAKES[Task.INSTANCE_SEGMENTATION](["thing"])
    entry = {"path": "photo.jpg", **cast("Any", predictions).describe([_objects(mask)])[0]}
    write_json(tmp_path / "predictions.json", {"predictions": [entry]})
    (stored,) = read_json(tmp_path / "predictions.json", dict[str, Any])["predictions"]
    layer = predicted_layer(stored, ["thing"], max(mask.shape))
    assert (_drawn(layer, *mask.shape) == mask).all()
    assert (coco_mask.decode(stored["objects"][0]["mask"]) == mask).all()


def test_what_is_drawn_small_has_few_corners() -> None:
    mask = cv2.circle(np.zeros((4000, 4000), np.uint8), (2000, 2000), 1500, 1, -1)
    entry = {
        "path": "photo.jpg",
        "objects": [
            {"class_id": 0, "score": 0.9, "box": [500, 500, 3001, 3001], "mask": encode(mask)}
        ],
    }
    (exact,), (small,) = (predicted_layer(entry, ["a"], side).shapes for side in (4000, 256))
    assert len(small.points) < 100 < 10_000 < len(exact.points)
    shown = _drawn(Layer(shapes=(small,)), 256, 256)
    expected = cv2.resize(mask, (256, 256), interpolation=cv2.INTER_AREA)
    assert (shown != expected).mean() < 0.01


def test_the_outlines_that_version_0_1_0_kept_are_still_drawn() -> None:
    outline = [2.0, 2.0, 8.0, 2.0, 8.0, 8.0]
    old = {"class_id": 0, "score": 0.9, "box": [2, 2, 6, 6], "polygons": [outline, outline]}
    layer = predicted_layer({"path": "gone.jpg", "objects": [old]}, ["a"], 10)
    assert [shape.kind for shape in layer.shapes] == ["polygon", "polygon"]


def test_many_masks_of_a_large_image_are_quick() -> None:
    from paddlex_nb.suites.det.pasting import paste_in_box

    rng = np.random.default_rng(0)
    small = np.asarray(_disc(12)[2:-2, 2:-8], np.float32)
    corners = rng.uniform(0, 3900, (1000, 2))
    boxes = np.concatenate([corners, corners + 60], axis=1).tolist()
    began = time.process_time()
    masks = [paste_in_box(small, box, (4000, 4000)) for box in boxes]
    assert time.process_time() - began < 20  # 100 s and more if every mask is an image
    decoded = coco_mask.decode(masks[0])
    x, y = (round(side) for side in corners[0])
    assert decoded[y : y + 60, x : x + 60].sum() == decoded.sum() > 1800
