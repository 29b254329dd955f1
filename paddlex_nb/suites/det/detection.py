"""Object detection with paddledet's architectures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray

from paddlex_nb.contracts.adapter import Runner
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.det.anchors import run_anchors
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.canvas import Canvas, without_objects
from paddlex_nb.suites.det.families import FAMILIES
from paddlex_nb.suites.det.images import annotated_images
from paddlex_nb.suites.det.likeness import unlike
from paddlex_nb.suites.det.network import build_network
from paddlex_nb.suites.det.postprocessing import described, objects_of
from paddlex_nb.suites.det.targets import Grid, padded, ragged, relative
from paddlex_nb.suites.images import Pixels
from paddlex_nb.suites.pictures import Picture, Sample


class DetectionAdapter(DatasetAdapter):
    """The adapter of a detection run over PaddleDetection.

    Args:
        setup: The run.
    """

    sample = "detection"

    def __init__(self, setup: RunSetup) -> None:
        self.family = FAMILIES[setup.entry.architecture]
        self.canvas = Canvas.from_model(setup.entry)
        super().__init__(setup)

    def build(self) -> paddle.nn.Layer:
        """The architecture, for the run's classes."""
        setup = self.setup
        classes = len(setup.record.classes)
        return build_network(setup.entry, setup.config, classes, self._own_anchors())

    def _own_anchors(self) -> list[list[float]] | None:
        head = self.setup.entry.arguments.get("YOLOv3Head")
        if head is None or self.setup.config.anchors != "data":
            return None
        train, count = self.view("train"), len(head["anchors"])
        return run_anchors(self.setup.folder, train, self.canvas, self.input_size, count)

    def head(self) -> paddle.nn.Layer:
        """The parameters of everything but the backbone."""
        parts = [part for name, part in self.model.named_children() if name != "backbone"]
        return paddle.nn.LayerList(parts)

    # data

    def eval_sample(self, split: str, row: int) -> Sample:
        """An image on the canvas."""
        view, key = self.view(split), ("evaluate", split, row)
        image = self.cache.get(key)
        if image is None:
            image = self._on_canvas(self.read(view.paths[row]))
            self.cache.put(key, image)
        return {"image": image, "size": view.sizes[row]}

    def _on_canvas(self, image: Pixels) -> Pixels:
        return self.canvas.placed(without_objects(image), self.input_size).image

    def collate(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """Images of shape (N, 3, S, S), what they fill of the canvas, their true sizes."""
        return self._arrays(
            np.stack([sample["image"] for sample in samples]),
            np.array([sample["size"] for sample in samples], np.int64),
        )

    def _arrays(self, images: NDArray[Any], sizes: NDArray[np.int64]) -> dict[str, Any]:
        size = images.shape[1]
        content = np.array([self.canvas.content(w, h, size) for w, h in sizes.tolist()])
        return {
            "image": self.canvas.normalised(images),
            "im_shape": content[:, ::-1].astype(np.float32),
            "scale_factor": (content / sizes)[:, ::-1].astype(np.float32),
            "size": sizes,
        }

    def training_arrays(
        self, pictures: Sequence[Picture], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """With the truth in the form that the architecture's loss takes."""
        annotated = annotated_images(pictures)
        images = np.stack([one.image for one in annotated])
        size = images.shape[1]
        return {
            **self._arrays(images, np.full((len(annotated), 2), size)),
            "im_id": np.array(rows, np.int64)[:, None],
            "epoch_id": epoch - 1,
            **self._targets(annotated, size),
        }

    def _targets(self, images: Sequence[AnnotatedImage], size: int) -> dict[str, Any]:
        if self.family.targets == "padded":
            return padded(images)
        if self.family.targets == "relative":
            return relative(images, size)
        if self.family.targets == "grid":
            return self._grid.targets(images, size, len(self.setup.record.classes))
        targets = ragged(images)
        if self.family.two_stages:
            # of an image without objects the suite makes classes of this type itself
            targets["gt_class"] = [classes.astype(np.int32) for classes in targets["gt_class"]]
        return targets

    @cached_property
    def _grid(self) -> Grid:
        head, arguments = self.model.yolo_head, self.setup.entry.arguments
        by_output = [[list(map(float, anchor)) for anchor in one] for one in head.anchors]
        counts = np.cumsum([0, *map(len, by_output)])
        return Grid(
            anchors=[anchor for one in by_output for anchor in one],
            masks=[list(range(a, b)) for a, b in pairwise(counts.tolist())],
            strides=arguments["YOLOv3Loss"]["downsample"],
            overlap=arguments.get("Gt2YoloTarget", {}).get("iou_thresh", 1.0),
        )

    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """The objects of each image."""
        view = self.view(split)
        return {"truth": [view.objects(row) for row in rows]}

    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Images from files, without truth."""
        images = [self.read(path) for path in paths]
        sizes = np.array([image.shape[1::-1] for image in images], np.int64)
        arrays = self._arrays(np.stack([self._on_canvas(image) for image in images]), sizes)
        tensors = {name: paddle.to_tensor(array) for name, array in arrays.items()}
        return Batch(rows=range(len(paths)), data=tensors)

    # model

    def loss(self, batch: Batch) -> dict[str, paddle.Tensor]:
        """The architecture's own losses."""
        losses = self.model(batch.data)
        return {name: value for name, value in losses.items() if name.startswith("loss")}

    def predict(self, batch: Batch) -> list[Objects]:
        """The objects of each image."""
        self.model.eval()
        with paddle.no_grad():
            outputs = self.model(
                {name: batch.data[name] for name in ("image", "im_shape", "scale_factor")}
            )
        return objects_of(
            outputs["bbox"].numpy(),
            outputs["bbox_num"].numpy().astype(np.int64),
            batch.data["size"].numpy(),
        )

    def metric(self) -> Metric:
        """A new, empty metric."""
        from paddlex_nb.metrics.detection import DetectionMetric

        return DetectionMetric(self.setup.record.classes, self.setup.threshold)

    def describe(self, predictions: list[Objects]) -> list[dict[str, Any]]:
        """The objects of each image, best first."""
        classes = self.setup.record.classes
        return [{"objects": described(predicted, classes)} for predicted in predictions]

    # export

    def inference_model(self) -> tuple[paddle.nn.Layer, Sequence[paddle.static.InputSpec]]:
        """The model with its suppression of doubles, for one image at a time."""
        shape = [1, 3, self.input_size, self.input_size]
        spec = paddle.static.InputSpec(shape, "float32", name="image")
        return self._exported(), [spec]

    def _exported(self) -> paddle.nn.Layer:
        if self.family.two_stages:
            from paddlex_nb.suites.det.static_regions import ExportedRegions

            return ExportedRegions(self.model, self.input_size)
        from paddlex_nb.suites.det.exported import Exported, fused

        return Exported(fused(self.model), self.input_size)

    def inputs(self, batch: Batch) -> NDArray[np.float32]:
        """The images of a batch as the exported model takes them."""
        return np.asarray(batch.data["image"].numpy(), np.float32)

    def difference(self, batch: Batch, runner: Runner) -> float:
        """Largest difference of a score, of a box (by the canvas), of a mask's probability.

        Objects are compared with the most alike; those that hardly score are left out, because
        which of them are among the best is a matter of rounding.
        """
        images = batch.data["image"]
        pairs = (
            (self.outputs(Batch(rows=[row], data={"image": one})), runner(one.numpy()))
            for row, one in ((row, images[row : row + 1]) for row in range(len(batch)))
        )
        return max(unlike(own, theirs, self.input_size) for own, theirs in pairs)

    def preprocessing(self) -> list[dict[str, Any]]:
        """The steps of `Canvas`, for exported models."""
        fit = "fit" if self.canvas.keep_aspect else "stretch"
        return [
            {"op": "decode", "channels": "RGB", "exif_rotation": True},
            {
                "op": fit,
                "size": self.input_size,
                "interpolation": "area",
                "padding": list(self.canvas.padding),
            },
            {"op": "scale", "by": 1 / 255},
            {"op": "normalise", "mean": list(self.canvas.mean), "std": list(self.canvas.std)},
            {"op": "to_chw"},
        ]
