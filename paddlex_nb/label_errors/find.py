"""The labels of an evaluated split that are likely wrong, in every task."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.label_maps import is_background
from paddlex_nb.label_errors.classes import swapped
from paddlex_nb.label_errors.compared import compared, predicted_objects
from paddlex_nb.label_errors.kept import without_kept
from paddlex_nb.label_errors.labels_now import LabelsNow
from paddlex_nb.label_errors.objects import suspects
from paddlex_nb.label_errors.reading import Suspect
from paddlex_nb.label_errors.regions import Region, pairs, regions, self_confidence
from paddlex_nb.label_errors.suggestion import XYWH, Kind, LabelError


def label_errors(
    folder: Path, result: Mapping[str, Any], *, kept: bool = False
) -> list[LabelError]:
    """Labels that are likely wrong, by the stored predictions of an evaluation.

    The labels are those of today: what was corrected since the evaluation is not suggested again.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.
        kept: With those that somebody has looked at and kept.

    Returns:
        The likeliest of each image, the likeliest first, then the second of each, and so on: who
        opens an image sees what else is wrong with it, and one that nobody has labelled would
        hide all others.

    Raises:
        UserError: The data set or the predictions are gone or damaged.
    """
    labels = LabelsNow(folder, result)
    found = _each_image_first(_FINDERS[labels.now.task](labels))
    return found if kept else without_kept(labels.dataset, found)


def _each_image_first(errors: list[LabelError]) -> list[LabelError]:
    """The errors, likeliest first, with those behind that are of an image that was there before."""
    seen: Counter[int] = Counter()
    turns: list[int] = []
    for one in errors:
        turns.append(seen[one.row])
        seen[one.row] += 1
    order = sorted(range(len(errors)), key=turns.__getitem__)  # stable: likeliest first
    return [errors[place] for place in order]


def _of_classes(labels: LabelsNow) -> list[LabelError]:
    given, table = labels.now.labels[labels.rows], labels.table
    asked, predicted = (labels.today[table[name].to_numpy()] for name in ("truth", "prediction"))
    # what the model thinks of a label that somebody has corrected since is not stored
    open_ones = np.flatnonzero(labels.kept & (asked == given) & (predicted >= 0))
    scores, sure = (table[n].to_numpy().astype(np.float64) for n in ("score", "truth_score"))
    places, likely = swapped(given[open_ones], predicted[open_ones], sure[open_ones])
    return [
        LabelError(
            kind="swapped",
            score=score,
            path=labels.now.path(int(labels.rows[place])),
            row=int(labels.rows[place]),
            position=int(place),
            given=labels.classes[int(given[place])],
            suggested=labels.classes[int(predicted[place])],
            confidence=float(scores[place]),
        )
        for place, score in zip(open_ones[places].tolist(), likely.tolist(), strict=True)
    ]


def _of_objects(labels: LabelsNow) -> list[LabelError]:
    positions = np.flatnonzero(labels.kept).tolist()
    # of hundreds of predictions in each of thousands of images only what is suspected is held
    images = (compared(labels, position)[-1] for position in positions)
    found = suspects(images, len(labels.classes))
    errors: dict[int, LabelError] = {}
    by_image = sorted(range(len(found)), key=lambda place: found[place].image)
    for image, places in groupby(by_image, lambda place: found[place].image):
        position = positions[image]
        truth = labels.now.objects(int(labels.rows[position]))
        predicted = predicted_objects(labels, position)
        for place in places:
            errors[place] = _object(labels, position, found[place], truth, predicted)
    return [errors[place] for place in range(len(found))]


def _object(
    labels: LabelsNow, position: int, suspect: Suspect, truth: Objects, predicted: Objects
) -> LabelError:
    row, label, prediction = int(labels.rows[position]), suspect.label, suspect.prediction
    return LabelError(
        kind=suspect.kind,
        score=suspect.score,
        path=labels.now.path(row),
        row=row,
        position=position,
        given=None if label is None else labels.classes[int(truth.class_id[label])],
        suggested=None
        if prediction is None
        else labels.classes[int(predicted.class_id[prediction])],
        number=None if label is None else int(truth.number[label]),
        box=None if label is None else _box(truth.xywh[label]),
        suggested_box=None if prediction is None else _box(predicted.xywh[prediction]),
        confidence=None if prediction is None else float(predicted.score[prediction]),
    )


def _of_pixels(labels: LabelsNow) -> list[LabelError]:
    count, images = len(labels.classes), np.flatnonzero(labels.kept).tolist()
    # classes of the model by today's numbers; 255 stands for none
    numbers = np.full(256, 255, np.uint8)
    numbers[: len(labels.today)] = np.where(labels.today < 0, 255, labels.today)

    def maps(position: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
        try:
            truth = labels.now.label_map(int(labels.rows[position]))
        except UserError:  # the mask has gone since
            return None
        with Image.open(io.BytesIO(labels.table["mask"][position].as_py())) as image:
            told = numbers[np.asarray(image)]
        return (truth, told) if truth.shape == told.shape else None

    total = np.zeros((count, count), np.int64)
    for position in images:
        if (both := maps(position)) is not None:
            total += pairs(*both, count)
    confidence = self_confidence(total)
    found = [
        _region(labels, position, region)
        for position in images
        if (both := maps(position)) is not None
        for region in regions(*both, confidence)
    ]
    return sorted(found, key=lambda one: -one.score)


def _region(labels: LabelsNow, position: int, region: Region) -> LabelError:
    row = int(labels.rows[position])
    given, suggested = labels.classes[region.given], labels.classes[region.suggested]
    kind: Kind = "swapped"
    if is_background(given):
        kind = "missed"
    elif is_background(suggested):
        kind = "superfluous"
    return LabelError(
        kind=kind,
        score=region.score,
        path=labels.now.path(row),
        row=row,
        position=position,
        given=given,
        suggested=suggested,
        box=region.box,
    )


def _box(xywh: NDArray[np.float64]) -> XYWH:
    left, top, width, height = xywh.tolist()
    return left, top, width, height


_FINDERS: dict[Task, Callable[[LabelsNow], list[LabelError]]] = {
    Task.CLASSIFICATION: _of_classes,
    Task.DETECTION: _of_objects,
    Task.INSTANCE_SEGMENTATION: _of_objects,
    Task.SEGMENTATION: _of_pixels,
}
