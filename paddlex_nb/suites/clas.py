"""Image classification with paddleclas' architectures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import paddle
import paddle.nn.functional as F  # noqa: N812 - as everybody calls it
import paddleclas
from numpy.typing import NDArray

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.metrics.classification import ClassificationMetric
from paddlex_nb.suites.augment import EVAL_SCALE, evaluation_view
from paddlex_nb.suites.clas_weights import CONVERTERS
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.heat import Heat, grad_cam, rise
from paddlex_nb.suites.images import MEAN, STD, normalise
from paddlex_nb.suites.pictures import Picture, Sample


class SuiteAdapter(DatasetAdapter):
    """The adapter of a classification run over PaddleClas.

    Args:
        setup: The run.
    """

    converters = CONVERTERS
    sample = "classification"

    def build(self) -> paddle.nn.Layer:
        """The architecture, for the run's classes."""
        entry = self.setup.entry
        architecture = getattr(paddleclas, entry.architecture)
        classes = len(self.setup.record.classes)
        net: paddle.nn.Layer = architecture(pretrained=False, class_num=classes, **entry.arguments)
        return net

    def head(self) -> paddle.nn.Layer:
        """The classifier: the last fully connected layer."""
        return [la for la in self.model.sublayers() if isinstance(la, paddle.nn.Linear)][-1]

    # data

    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Images from files, without labels."""
        views = [evaluation_view(self.read(path), self.input_size) for path in paths]
        data = {"image": paddle.to_tensor(np.stack([normalise(view) for view in views]))}
        return Batch(rows=range(len(paths)), data=data)

    def eval_sample(self, split: str, row: int) -> Sample:
        """The middle of an image with its class."""
        view, key = self.view(split), ("evaluate", split, row)
        image = self.cache.get(key)
        if image is None:
            image = evaluation_view(self.read(view.paths[row]), self.input_size)
            self.cache.put(key, image)
        return {"image": normalise(image), "label": view.labels[row]}

    def collate(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """Images of shape (N, 3, H, W) and class numbers of shape (N,)."""
        return {
            "image": np.stack([sample["image"] for sample in samples]),
            "label": np.array([sample["label"] for sample in samples], np.int64),
        }

    def training_arrays(
        self, pictures: Sequence[Picture], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """Arrays of a training batch, with smoothed or mixed targets of shape (N, classes)."""
        del epoch
        return {
            "image": np.stack([normalise(picture.image) for picture in pictures]),
            "label": self.view("train").labels[list(rows)],
            "target": np.stack([p.target for p in pictures if p.target is not None]),
        }

    # model

    def loss(self, batch: Batch) -> dict[str, paddle.Tensor]:
        """Cross-entropy with the smoothed or mixed labels."""
        logits = self.model(batch.data["image"])
        return {"loss": F.cross_entropy(logits, batch.data["target"], soft_label=True)}

    def predict(self, batch: Batch) -> NDArray[np.float32]:
        """Probabilities of shape (images, classes)."""
        self.model.eval()
        with paddle.no_grad():
            logits = self.model(batch.data["image"])
            return np.asarray(F.softmax(logits, axis=-1).numpy(), np.float32)

    def metric(self) -> Metric:
        """A new, empty metric."""
        return ClassificationMetric(self.setup.record.classes)

    def describe(self, predictions: NDArray[np.float32]) -> list[dict[str, Any]]:
        """Class, score and the five most likely classes of each image."""
        classes = self.setup.record.classes
        described = []
        for row in predictions:
            order = np.argsort(-row, kind="stable")[:5]
            top = [{"class": classes[i], "score": float(row[i])} for i in order]
            described.append({**top[0], "top5": top})
        return described

    def explain(
        self, path: Path, class_id: int, method: Literal["gradient", "perturbation"]
    ) -> tuple[Heat, tuple[float, float, float, float]]:
        """Where the model looks in the middle of an image, which is all that it sees."""
        image, size = self.read(path), self.input_size
        given = normalise(evaluation_view(image, size))
        if method == "gradient":
            heat = grad_cam(self.model, given, class_id)
        else:
            heat = rise(self._probabilities, given, class_id, lambda _: self.waiting())
        height, width = image.shape[:2]
        scale = round(size * EVAL_SCALE) / min(height, width)
        across, down = (min(1.0, size / (scale * side)) for side in (width, height))
        return heat, ((1 - across) / 2, (1 - down) / 2, across, down)

    def _probabilities(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return self.predict(Batch(range(len(images)), {"image": paddle.to_tensor(images)}))

    # export

    def inference_model(self) -> tuple[paddle.nn.Layer, Sequence[paddle.static.InputSpec]]:
        """The model with softmax; any number of images at once."""
        shape = [None, 3, self.input_size, self.input_size]
        spec = paddle.static.InputSpec(shape, "float32", name="image")
        return paddle.nn.Sequential(self.model, paddle.nn.Softmax(axis=-1)), [spec]

    def inputs(self, batch: Batch) -> NDArray[np.float32]:
        """The images of a batch as the exported model takes them."""
        return np.asarray(batch.data["image"].numpy(), np.float32)

    def preprocessing(self) -> list[dict[str, Any]]:
        """The steps of `evaluation_view` and `normalise`, for exported models."""
        short = round(self.input_size * EVAL_SCALE)
        return [
            {"op": "decode", "channels": "RGB", "exif_rotation": True},
            {"op": "resize_short", "size": short, "interpolation": "area"},
            {"op": "center_crop", "size": self.input_size},
            {"op": "scale", "by": 1 / 255},
            {"op": "normalise", "mean": list(MEAN), "std": list(STD)},
            {"op": "to_chw"},
        ]
