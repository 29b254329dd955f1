"""Labels and predictions of one image, side by side, from what is stored."""

from __future__ import annotations

import numpy as np

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import RLE, Regions, overlaps
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.label_errors.labels_now import LabelsNow
from paddlex_nb.label_errors.reading import Compared
from paddlex_nb.metrics.matching import codes


def compared(labels: LabelsNow, position: int) -> tuple[Objects, Objects, Compared]:
    """The labelled and the predicted objects of an image, and how they overlap.

    Args:
        labels: The evaluated images.
        position: Row of the image in the table of the evaluation.
    """
    truth = labels.now.objects(int(labels.rows[position]))
    predicted = predicted_objects(labels, position)
    true_regions: Regions = truth.xywh
    crowd = truth.crowd
    if labels.now.task is Task.INSTANCE_SEGMENTATION:
        outlines, size = truth.outlines or (), labels.now.size(int(labels.rows[position]))
        crowd = crowd | np.array([not one for one in outlines], np.bool_)
        true_regions = codes([one or () for one in outlines], size)
    sides = Compared(
        truth=truth.class_id,
        crowd=crowd,
        predicted=predicted.class_id,
        score=predicted.score,
        overlap=overlaps(_regions(predicted, labels.now.task), true_regions),
        regions=lambda: _regions(predicted_objects(labels, position), labels.now.task),
    )
    return truth, predicted, sides


def _regions(predicted: Objects, task: Task) -> Regions:
    return list(predicted.masks or ()) if task is Task.INSTANCE_SEGMENTATION else predicted.xywh


def predicted_objects(labels: LabelsNow, position: int) -> Objects:
    """The predictions for an image, with the class numbers of today.

    Args:
        labels: The evaluated images.
        position: Row of the image in the table of the evaluation.
    """
    row = labels.table.slice(position, 1)
    class_id = labels.today[np.array(row["class_id"][0].as_py(), np.int64)]
    known = class_id >= 0
    masks: list[RLE] | None = None
    if "mask_counts" in row.column_names:
        size = row["mask_size"][0].as_py()
        masks = [{"size": size, "counts": one} for one in row["mask_counts"][0].as_py()]
    every = Objects.from_boxes(
        corners(row["box"][0].as_py()), class_id, score=row["score"][0].as_py(), masks=masks
    )
    return every.take(known)
