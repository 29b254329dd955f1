"""Metrics of instance segmentation: COCO's of the masks, and those of the boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paddlex_nb.data.store.coco_masks import Regions
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.detection import DetectionMetric

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
        """All metrics of the evaluation, as plain JSON; see `DetectionMetric.report`."""
        masks, boxes = self._figures("segm"), self._figures("bbox")
        matrix = self._confusion_matrix()
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

    def _regions(self, objects: Objects) -> Regions:
        return objects.masks or ()

    def table(self) -> pa.Table:
        """As of `DetectionMetric`, with the masks in COCO's run-length code.

        ``mask_counts`` has the counts of each object's mask, ``mask_size`` height and width of the
        image; nothing where there is no object.
        """
        import pyarrow as pa

        masks = [predicted.masks or () for predicted in self._predicted]
        counts = [[mask["counts"] for mask in of_image] for of_image in masks]
        sizes = [of_image[0]["size"] if of_image else [] for of_image in masks]
        table = super().table()
        table = table.append_column("mask_counts", pa.array(counts, pa.list_(pa.binary())))
        return table.append_column("mask_size", pa.array(sizes, pa.list_(pa.int32())))


def _named(what: str, figures: dict[str, float | None]) -> dict[str, float | None]:
    return {f"{what}_{name}": value for name, value in figures.items()}
