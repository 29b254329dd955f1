"""Instance segmentation with paddledet's architectures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.coco_masks import boxes_around, to_json
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.data.store.object_masks import truth_with_masks
from paddlex_nb.suites.det import regions, solo
from paddlex_nb.suites.det.detection import DetectionAdapter
from paddlex_nb.suites.det.images import annotated_images
from paddlex_nb.suites.det.outlines import Polygons
from paddlex_nb.suites.det.pasting import enlarge, paste_in_box
from paddlex_nb.suites.det.solo_targets import SoloGrids
from paddlex_nb.suites.pictures import Picture

_LEAST_SCORE = 0.05
"""Of an object that is kept, as in the suite's recipes."""


class InstanceAdapter(DetectionAdapter):
    """An instance segmentation run.

    Args:
        setup: The run.
    """

    sample = "instance_segmentation"

    def __init__(self, setup: RunSetup) -> None:
        grids = setup.entry.arguments.get("Gt2Solov2Target")
        self._grids = None if grids is None else SoloGrids(**grids)
        super().__init__(setup)

    # data

    def training_arrays(
        self, pictures: Sequence[Picture], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """With outlines, or with the masks that SOLOv2's grids are to give."""
        data = super().training_arrays(pictures, rows, epoch)
        annotated = annotated_images(pictures)
        if self._grids is None:
            return {**data, "outlines": Polygons.from_images(annotated)}
        return {**data, **self._grids.targets(annotated)}

    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """The objects of each image with their masks."""
        view = self.view(split)
        truths = [truth_with_masks(view.objects(row), view.sizes[row].tolist()) for row in rows]
        return {"truth": truths}

    # model

    def loss(self, batch: Batch) -> dict[str, paddle.Tensor]:
        """The architecture's own losses."""
        data = dict(batch.data)
        if self._grids is None:
            data["gt_poly"] = data.pop("outlines").images
        losses = {k: v for k, v in self.model(data).items() if k.startswith("loss")}
        if self._grids is not None and not int(data["fg_num"]):
            # the suite divides the loss of masks by their number
            return {"loss_cate": losses["loss_cate"], "loss": losses["loss_cate"]}
        return losses

    def predict(self, batch: Batch) -> list[Objects]:
        """The objects of each image with their masks."""
        self.model.eval()
        sizes, content = batch.data["size"].numpy(), batch.data["im_shape"].numpy()[:, ::-1]
        with paddle.no_grad():
            if self._grids is not None:
                rows, masks = solo.detect(self.model, batch.data["image"])
                pairs = zip(rows.numpy(), masks.numpy(), content, sizes, strict=True)
                return [self._drawn(*pair) for pair in pairs]
            boxes, counts, shapes = regions.find_masks(
                self.model, batch.data["image"], batch.data["im_shape"]
            )
        ends = np.cumsum(counts.numpy())
        parts = (np.split(array, ends[:-1]) for array in (boxes.numpy(), shapes.numpy()))
        return [self._pasted(*part) for part in zip(*parts, content, sizes, strict=True)]

    def _pasted(
        self,
        rows: NDArray[np.float32],
        masks: NDArray[np.float32],
        content: NDArray[np.float32],
        size: NDArray[np.int64],
    ) -> Objects:
        """Objects of one image from boxes in pixels of the canvas and their masks."""
        xyxy = rows[:, 2:6] * np.tile(size / content, 2)
        xyxy = xyxy.clip(0, np.tile(size, 2)).astype(np.float32)
        real = (rows[:, 1] >= _LEAST_SCORE) & (xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)
        keep = np.flatnonzero(real)
        keep = keep[np.argsort(-rows[keep, 1], kind="stable")]
        pasted = [paste_in_box(masks[i], xyxy[i].tolist(), size.tolist()) for i in keep]
        return Objects.from_boxes(xyxy[keep], rows[keep, 0], score=rows[keep, 1], masks=pasted)

    def _drawn(
        self,
        rows: NDArray[np.float32],
        masks: NDArray[np.float32],
        content: NDArray[np.float32],
        size: NDArray[np.int64],
    ) -> Objects:
        """Objects of one image from classes, scores and masks of the canvas."""
        keep = np.flatnonzero(rows[:, 1] >= _LEAST_SCORE)
        drawn = [enlarge(masks[i], content.tolist(), self.input_size, size.tolist()) for i in keep]
        xyxy = corners(boxes_around(drawn))
        predicted = Objects.from_boxes(xyxy, rows[keep, 0], score=rows[keep, 1], masks=drawn)
        return predicted.take(np.flatnonzero((xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)))

    def metric(self) -> Metric:
        """A new, empty metric."""
        from paddlex_nb.metrics.instance import InstanceMetric

        return InstanceMetric(self.setup.record.classes, self.setup.threshold)

    def describe(self, predictions: list[Objects]) -> list[dict[str, Any]]:
        """The objects of each image with their masks, best first."""
        entries = super().describe(predictions)
        for entry, predicted in zip(entries, predictions, strict=True):
            # those that are described come first
            for item, mask in zip(entry["objects"], predicted.masks or (), strict=False):
                item["mask"] = to_json(mask)
        return entries

    # export

    def _exported(self) -> paddle.nn.Layer:
        return solo.ExportedSolo(self.model) if self._grids is not None else super()._exported()
