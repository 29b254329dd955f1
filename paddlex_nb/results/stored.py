"""What a run has stored of its predictions, and what the labels say, as predictions."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.predicted import ClassArea, ClassScore, PredictedObject
from paddlex_nb.results.prediction import Prediction
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.runs.samples import read_samples

if TYPE_CHECKING:
    from paddlex_nb.data.store.view import DatasetView


def sample_predictions(folder: Path, record: RunRecord, epoch: int | None) -> list[Prediction]:
    """The sample predictions of a run after an epoch.

    Args:
        folder: The run's folder.
        record: The run's description.
        epoch: Number of the epoch; the newest that is kept if None.

    Raises:
        UserError: None are kept of it, or they or the data set are damaged.
    """
    from paddlex_nb.data.store.view import DatasetView

    kept = RunFolder(folder).sample_epochs
    if not kept or epoch not in (None, *kept):
        raise UserError("display.no_samples", epochs=[str(one) for one in kept] or ["–"])
    rows = read_samples(folder, kept[-1] if epoch is None else epoch).to_pylist()
    dataset = RunFolder(folder).workspace.datasets / record.dataset
    view = DatasetView(dataset, "val", divided=folder)
    return [prediction_of(row, view.path(row["row"]), record.classes) for row in rows]


def prediction_of(row: dict[str, Any], path: Path, classes: list[str]) -> Prediction:
    """A row of a metric's table (`Metric.table`) as a prediction.

    Args:
        row: The row.
        path: File of its image.
        classes: Class names, in the order of their numbers.
    """
    name = classes[row["prediction"]] if "prediction" in row else None
    mask = row.get("mask", b"")
    return Prediction(
        path=path,
        error=None,
        class_name=name,
        score=row.get("score") if name is not None else None,
        top=[] if name is None else [ClassScore(name, row["score"])],
        objects=_objects(row, classes) if "box" in row else [],
        areas=_areas(mask, classes) if mask else [],
        mask_path=None,
        classes=classes,
        stored_mask=mask,
    )


def truth_of(view: DatasetView, image: int) -> Prediction:
    """The labels of an image, to be drawn as predictions are; their scores are NaN.

    Args:
        view: The images.
        image: Position of the image in the view.

    Raises:
        UserError: Its mask is gone or damaged.
    """
    from PIL import Image

    classes = view.classes
    names: list[str] = []
    objects: list[PredictedObject] = []
    mask = b""
    if view.task is Task.SEGMENTATION:
        buffer = io.BytesIO()
        Image.fromarray(view.label_map(image)).save(buffer, "PNG")
        mask = buffer.getvalue()
    elif view.task is Task.CLASSIFICATION:
        names = [classes[int(view.labels[image])]]
    else:
        labelled = view.objects(image)
        outlines = labelled.outlines or [()] * len(labelled)
        for number in range(len(labelled)):
            left, top, right, bottom = labelled.xyxy[number].tolist()
            class_id = int(labelled.class_id[number])
            objects.append(
                PredictedObject(
                    class_name=classes[class_id],
                    class_id=class_id,
                    score=math.nan,
                    box=(left, top, right - left, bottom - top),
                    stored_outlines=[[*line] for line in outlines[number]],
                )
            )
    return Prediction(
        path=view.path(image),
        error=None,
        class_name=names[0] if names else None,
        score=math.nan if names else None,
        top=[],
        objects=objects,
        areas=[],
        mask_path=None,
        classes=classes,
        stored_mask=mask,
    )


def _objects(row: dict[str, Any], classes: list[str]) -> list[PredictedObject]:
    counts = row.get("mask_counts") or [None] * len(row["score"])
    columns = zip(row["class_id"], row["score"], row["box"], counts, strict=True)
    return [
        PredictedObject(
            class_name=classes[class_id],
            class_id=class_id,
            score=score,
            box=(box[0], box[1], box[2], box[3]),
            rle=None if code is None else {"size": row["mask_size"], "counts": code},
        )
        for class_id, score, box, code in columns
    ]


def _areas(mask: bytes, classes: list[str]) -> list[ClassArea]:
    import numpy as np

    from paddlex_nb.results.prediction import label_map

    counts = np.bincount(label_map(io.BytesIO(mask)).ravel(), minlength=256)
    found = sorted(enumerate(counts[: len(classes)].tolist()), key=lambda one: -one[1])
    total = int(counts.sum())
    return [ClassArea(classes[c], c, count / total) for c, count in found if count]
