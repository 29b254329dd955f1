"""Whether there are objects to learn from, and to be judged by."""

from __future__ import annotations

import numpy as np

from paddlex_nb.core.task import Task
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report

_OF_OBJECTS = {Task.DETECTION, Task.INSTANCE_SEGMENTATION}


def check_learnable(task: Task, draft: Draft, report: Report) -> None:
    """Report data sets, and splits that they came with, without any object to learn.

    Args:
        task: What the labels are for.
        draft: The data set; only its usable images.
        report: Takes the findings.
    """
    if task not in _OF_OBJECTS:
        return
    objects = draft.objects
    single = objects.image[~objects.crowd]
    if not len(single):
        if len(objects):
            report.error("only_crowds", objects=len(objects))
        else:
            report.error("no_object")
        return
    splits = np.array([image.split for image in draft.images])
    present, filled = set(splits.tolist()), set(splits[single].tolist())
    if "train" in present and "train" not in filled:
        report.error("no_object_in_train")
    for split in ("val", "test"):
        if split in present and split not in filled:
            report.warning("no_object_in_split", split=split)
