"""Figures of detection, by an evaluator that equals pycocotools to the last digit."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from hotcoco import COCO, COCOeval
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import areas
from paddlex_nb.data.store.image_objects import Objects

_SUMMARY = (
    *("map", "ap50", "ap75", "ap_small", "ap_medium", "ap_large"),
    *("ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"),
)
"""The twelve figures in COCO's order; -1 stands for undefined there."""

_IOU50, _IOU75 = 0, 5
"""Places of the thresholds 0.50 and 0.75 among 0.50, 0.55, ..., 0.95."""


class CocoFigures:
    """Average precision and recall by COCO's evaluator.

    Args:
        truth: The true objects of all images.
        predicted: The predicted ones; at most 100 an image count.
        images: Number of images.
        classes: Number of classes.
        kind: Compare boxes or masks.
    """

    def __init__(
        self,
        truth: Objects,
        predicted: Objects,
        images: int,
        classes: int,
        kind: Literal["bbox", "segm"],
    ) -> None:
        masks = kind == "segm"
        true_masks: list[Any] | None = list(truth.masks or ()) if masks else None
        # what is small or large goes by the mask, where there is one, for boxes too
        area = areas(truth.masks) if truth.masks else None
        if masks and area is None:
            area = np.zeros(0)
        # their numbers count from 1, as COCO's do
        known = COCO.from_arrays(
            [{"id": number + 1} for number in range(images)],
            [{"id": number + 1, "name": str(number)} for number in range(classes)],
            truth.image + 1,
            truth.class_id + 1,
            truth.xywh,
            area=area,
            iscrowd=truth.crowd,
            segmentation=true_masks,
        )
        results = known.load_res(_with_masks(predicted) if masks else _with_boxes(predicted))
        self._evaluator = COCOeval(known, results, kind)
        self._evaluator.evaluate()
        self._evaluator.accumulate()
        self._evaluator.summary_lines()

    def summary(self) -> dict[str, float | None]:
        """COCO's twelve figures, in its order; None where there is nothing to judge by."""
        values = np.asarray(self._evaluator.stats, np.float64).tolist()
        return {
            name: None if value < 0 else value for name, value in zip(_SUMMARY, values, strict=True)
        }

    def by_class(self) -> list[dict[str, float | None]]:
        """Of each class ``map``, ``ap50`` and ``ap75``; None if it does not occur."""
        precision = self._precision()
        return [
            {
                "map": _mean(precision[:, :, number]),
                "ap50": _mean(precision[_IOU50, :, number]),
                "ap75": _mean(precision[_IOU75, :, number]),
            }
            for number in range(precision.shape[2])
        ]

    def curves(self) -> list[tuple[list[float], list[float]]]:
        """Of each class recall and precision at IoU 0.5, for 101 recalls from 0 to 1.

        Without any point for a class that does not occur.
        """
        recalls = np.linspace(0, 1, 101).round(2).tolist()
        curves = self._precision()[_IOU50].T
        return [(recalls, curve.tolist()) if (curve > -1).all() else ([], []) for curve in curves]

    def _precision(self) -> NDArray[np.float64]:
        """Of shape (overlaps, recalls, classes): all areas, up to 100 objects an image."""
        results: Any = self._evaluator.eval
        return np.asarray(results["precision"], np.float64)[:, :, :, 0, -1]


def _with_boxes(predicted: Objects) -> NDArray[np.float64]:
    return np.column_stack(
        [predicted.image + 1, predicted.xywh, predicted.score, predicted.class_id + 1]
    )


def _with_masks(predicted: Objects) -> list[dict[str, Any]]:
    # without a box, so that what is small or large goes by the mask
    columns = zip(
        (predicted.image + 1).tolist(),
        (predicted.class_id + 1).tolist(),
        predicted.score.tolist(),
        predicted.masks or (),
        strict=True,
    )
    return [
        {"image_id": image, "category_id": class_id, "score": score, "segmentation": mask}
        for image, class_id, score, mask in columns
    ]


def _mean(values: NDArray[np.float64]) -> float | None:
    defined = values[values > -1]
    return float(defined.mean()) if defined.size else None
