"""Metrics of instance segmentation: COCO's of the masks, and those of the boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.masks import polygons

if TYPE_CHECKING:
    import pyarrow as pa


class InstanceMetric(DetectionMetric):
    """Collects objects with masks and says how good they are.

    Figures of masks are called ``mask_…``, those of boxes ``box_…``; the confusion matrix,
    precision and recall go by masks.
    """

    def scores(self) -> dict[str, float | None]:
        """The main figures, ``mask_map`` first; None where there is no object to be found."""
        masks, boxes = self._figures("segm").summary(), self._figures("bbox").summary()
        return {
            **{f"mask_{name}": masks[name] for name in ("map", "ap50", "ap75")},
            **{f"box_{name}": boxes[name] for name in ("map", "ap50")},
        }

    def report(self) -> dict[str, Any]:
        """All figures; see `DetectionMetric.report`."""
        masks, boxes = self._figures("segm"), self._figures("bbox")
        matrix = masks.confusion_matrix(self._threshold)
        per_class = zip(
            self._classes,
            masks.by_class(),
            boxes.by_class(),
            per_class_figures(matrix)[:-1],
            strict=True,
        )
        return {
            "metrics": {**_named("mask", masks.summary()), **_named("box", boxes.summary())},
            "per_class": [
                {"class": name, **_named("mask", mask), **_named("box", box), **at_threshold}
                for name, mask, box, at_threshold in per_class
            ],
            "confusion_matrix": matrix.tolist(),
            "curves": self._curves(masks),
            "threshold": self._threshold,
            "classes": self._classes,
        }

    def table(self) -> pa.Table:
        """As of `DetectionMetric`, with ``polygons``: of each object its outlines."""
        import pyarrow as pa

        outlines = [[polygons(mask) for mask in found.masks or ()] for found in self._found]
        kind = pa.list_(pa.list_(pa.list_(pa.float32())))
        return super().table().append_column("polygons", pa.array(outlines, kind))


def _named(what: str, figures: dict[str, float | None]) -> dict[str, float | None]:
    return {f"{what}_{name}": value for name, value in figures.items()}
