"""Semantic segmentation with paddleseg's architectures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import paddle
import paddle.nn.functional as F  # noqa: N812 - as everybody calls it
from numpy.typing import NDArray

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.metrics.segmentation import SegmentationMetric
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.images import MEAN, STD, Pixels, normalise
from paddlex_nb.suites.pictures import Picture, Sample
from paddlex_nb.suites.seg.losses import segmentation_loss
from paddlex_nb.suites.seg.masks import LabelMap, balanced_weights
from paddlex_nb.suites.seg.network import build_network, classifying_parts, loss_weights
from paddlex_nb.suites.seg.windows import Windows, windows_step

_COUNTED = 1 << 24
"""Pixels that are counted at once."""


class SegmentationAdapter(DatasetAdapter):
    """A run of semantic segmentation.

    Images are stretched to the model's square; what it predicts is stretched back to each image.
    At full resolution they stay as they are, and the model sees a window of them after another.

    Args:
        setup: The run.
    """

    sample = "segmentation"

    def __init__(self, setup: RunSetup) -> None:
        super().__init__(setup)
        if self._full_resolution:
            self.at_once = 1  # large images need much memory, and the windows of one fill a batch

    @property
    def _classes(self) -> list[str]:
        return self.setup.record.classes

    @property
    def _full_resolution(self) -> bool:
        return self.setup.config.full_resolution

    def build(self) -> paddle.nn.Layer:
        """The architecture, for the run's classes."""
        return build_network(self.setup.entry, len(self._classes))

    def head(self) -> paddle.nn.Layer:
        """The parameters of the layers that classify pixels."""
        return classifying_parts(self.model)

    # data

    def eval_sample(self, split: str, row: int) -> Sample:
        """An image on the model's square, or as it is."""
        view, key = self.view(split), ("evaluate", split, row)
        image = self.cache.get(key)
        if image is None:
            image = self._whole(self.read(view.paths[row]))
            self.cache.put(key, image)
        return {"image": image, "size": view.sizes[row]}

    def _whole(self, image: Pixels) -> Pixels:
        if self._full_resolution:
            return image
        side = (self.input_size, self.input_size)
        return np.asarray(cv2.resize(image, side, interpolation=cv2.INTER_AREA), np.uint8)

    def collate(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """Images of shape (N, 3, S, S) and their true widths and heights, of shape (N, 2).

        At full resolution only the windows of each image.
        """
        images = [sample["image"] for sample in samples]
        if self._full_resolution:
            return {"windows": [Windows(image, self.input_size) for image in images]}
        return {
            "image": np.stack([normalise(image) for image in images]),
            "size": np.array([sample["size"] for sample in samples], np.int64),
        }

    def training_arrays(
        self, pictures: Sequence[Picture], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """The arrays of a training batch, with label maps of shape (N, S, S)."""
        del rows, epoch
        masks = [picture.mask for picture in pictures if picture.mask is not None]
        return {
            "image": np.stack([normalise(picture.image) for picture in pictures]),
            "label": np.stack(masks).astype(np.int64),
        }

    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """The label maps of the images, in the images' sizes."""
        view = self.view(split)
        return {"truth": [view.label_map(row) for row in rows]}

    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Images from files, without truth."""
        images = [self.read(path) for path in paths]
        arrays = self.collate(
            [{"image": self._whole(image), "size": image.shape[1::-1]} for image in images]
        )
        data = {
            name: paddle.to_tensor(value) if isinstance(value, np.ndarray) else value
            for name, value in arrays.items()
        }
        return Batch(rows=range(len(paths)), data=data)

    # model

    @cached_property
    def _loss(self) -> Any:
        config = self.setup.config
        weights = None
        if config.class_weights == "balanced":
            view = self.view("train")
            class_weights = balanced_weights(
                view.label_map, len(view), len(self._classes), self.seed
            )
            weights = class_weights.tolist()
        return segmentation_loss(config.loss, weights)

    def loss(self, batch: Batch) -> dict[str, paddle.Tensor]:
        """The run's loss of every output, weighted as the architecture's recipe does."""
        outputs, labels = self.model(batch.data["image"]), batch.data["label"]
        parts = [self._loss(_fitted(logits, labels.shape[1:]), labels) for logits in outputs]
        weights = loss_weights(self.setup.entry, len(parts))
        total = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        return {"loss": total}

    def predict(self, batch: Batch) -> list[LabelMap]:
        """The label map of each image, of its own size."""
        self.model.eval()
        with paddle.no_grad():
            if self._full_resolution:
                at_once = self.setup.config.batch_size
                return [one.label_map(self._classify, at_once) for one in batch.data["windows"]]
            logits = self.model(batch.data["image"])[0]
            return [
                _fitted(logits[row : row + 1], (int(height), int(width)))[0]
                .argmax(axis=0)
                .numpy()
                .astype(np.uint8)
                for row, (width, height) in enumerate(np.asarray(batch.data["size"]))
            ]

    def _classify(self, windows: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Class numbers of shape (N, S, S) of windows of shape (N, 3, S, S)."""
        logits = _fitted(self.model(paddle.to_tensor(windows))[0], windows.shape[2:])
        return np.asarray(logits.argmax(axis=1).numpy(), np.uint8)

    def metric(self) -> Metric:
        """A new, empty metric."""
        return SegmentationMetric(self._classes)

    def describe(self, predictions: list[LabelMap]) -> list[dict[str, Any]]:
        """The label map of each image, and which share of it each class has, largest first."""
        described = []
        for mask in predictions:
            shares = _counts(mask, len(self._classes)) / mask.size
            areas = [
                {"class": self._classes[number], "class_id": int(number), "share": float(share)}
                for number, share in sorted(enumerate(shares), key=lambda pair: -pair[1])
                if share > 0
            ]
            described.append({"areas": areas, "mask": mask})
        return described

    # export

    def inference_model(self) -> tuple[paddle.nn.Layer, Sequence[paddle.static.InputSpec]]:
        """The model with softmax; any number of images at once."""
        shape = [None, 3, self.input_size, self.input_size]
        spec = paddle.static.InputSpec(shape, "float32", name="image")
        return _Probabilities(self.model), [spec]

    def inputs(self, batch: Batch) -> NDArray[np.float32]:
        """The images of a batch as the exported model takes them: of windows one an image."""
        if self._full_resolution:
            return np.stack([one.middle() for one in batch.data["windows"]])
        return np.asarray(batch.data["image"].numpy(), np.float32)

    def preprocessing(self) -> list[dict[str, Any]]:
        """The steps of `_whole` and `normalise`, for exported models."""
        size = self.input_size
        stretch = {"op": "stretch", "size": size, "interpolation": "area"}
        return [
            {"op": "decode", "channels": "RGB", "exif_rotation": True},
            windows_step(size) if self._full_resolution else stretch,
            {"op": "scale", "by": 1 / 255},
            {"op": "normalise", "mean": list(MEAN), "std": list(STD)},
            {"op": "to_chw"},
        ]


def _counts(mask: LabelMap, classes: int) -> NDArray[np.int64]:
    """Pixels of each class; by rows, as counting takes eight times the memory of the map."""
    rows = max(1, _COUNTED // mask.shape[1])
    parts = (mask[start : start + rows].ravel() for start in range(0, len(mask), rows))
    counts = [np.bincount(part, minlength=classes) for part in parts]
    return np.asarray(np.sum(counts, axis=0), np.int64)


SuiteAdapter = SegmentationAdapter


class _Probabilities(paddle.nn.Layer):
    """The main output as probabilities of the classes, of shape (N, C, S, S)."""

    def __init__(self, model: paddle.nn.Layer) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: paddle.Tensor) -> paddle.Tensor:
        """Images of shape (N, 3, S, S)."""
        return F.softmax(self.model(image)[0], axis=1)


def _fitted(logits: paddle.Tensor, size: Sequence[int]) -> paddle.Tensor:
    """Logits of shape (N, C, H, W) stretched to a height and a width."""
    if list(logits.shape[2:]) == list(size):
        return logits
    resized: paddle.Tensor = F.interpolate(logits, list(size), mode="bilinear", align_corners=False)
    return resized
