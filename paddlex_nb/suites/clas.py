"""Image classification with paddleclas' architectures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import paddle
import paddle.nn.functional as F  # noqa: N812 - as everybody calls it
import paddleclas
from numpy.typing import NDArray

from paddlex_nb.data.view import DatasetView
from paddlex_nb.errors import UserError
from paddlex_nb.evaluation.metrics.classification import ClassificationMetric
from paddlex_nb.hosts.processor import cores, memory
from paddlex_nb.suites.augment import EVAL_SCALE, Augmentation, evaluation_view
from paddlex_nb.suites.base import Batch, Metric, RunSetup
from paddlex_nb.suites.clas_weights import CONVERTERS
from paddlex_nb.suites.images import MEAN, STD, ImageCache, Pixels, normalise, read_image
from paddlex_nb.suites.loading import EpochLoader, Sample
from paddlex_nb.suites.paddle_adapter import PaddleAdapter

_CACHED_SCALE = 1.5
"""Short side of a cached training image, by input size: what a random crop can make use of."""

_CACHE_SHARE = 0.25
"""Of the free memory."""


class SuiteAdapter(PaddleAdapter):
    """A classification run.

    Args:
        setup: The run.
    """

    converters = CONVERTERS
    sample = "classification"

    def __init__(self, setup: RunSetup) -> None:
        super().__init__(setup)
        cv2.setNumThreads(1)  # images are small, and the cores belong to the model
        values = setup.values
        self._size = values.integer("input_size")
        self._seed = values.integer("seed")
        self._augment = Augmentation.of(values)
        self._smoothing = values.number("label_smoothing")
        self._mixup = values.optional_number("mixup")

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

    def _view(self, split: str) -> DatasetView:
        if split not in self._views:
            view = self.setup.view(split)
            if not len(view):
                raise UserError("training.empty_split", split=split)
            self._views[split] = view
        return self._views[split]

    @cached_property
    def _views(self) -> dict[str, DatasetView]:
        return {}

    def paths(self, split: str) -> list[Path]:
        """The images of a split."""
        return self._view(split).paths

    @cached_property
    def _cache(self) -> ImageCache:
        # each loading process has its own copy
        return ImageCache(int(self._memory / (1 + self._workers)))

    @cached_property
    def _memory(self) -> float:
        return memory()[1] * _CACHE_SHARE

    @cached_property
    def _train_loader(self) -> EpochLoader:
        values, view = self.setup.values, self._view("train")
        return EpochLoader(
            self._train_sample,
            self._collate_training,
            count=len(view),
            batch_size=values.integer("batch_size"),
            workers=self._workers,
            seed=self._seed,
        )

    @cached_property
    def _workers(self) -> int:
        """A GPU or images that do not fit into memory need processes to decode them."""
        wanted = self.setup.values.optional_integer("num_workers")
        if wanted is not None:
            return wanted
        if self.on_gpu:
            return min(8, cores())
        sizes = self._view("train").sizes
        shrunk = np.minimum(1.0, self._size * _CACHED_SCALE / sizes.min(axis=1).clip(1))
        needed = 3 * float((sizes.prod(axis=1) * shrunk**2).sum())
        return 0 if needed < self._memory else max(1, cores() // 2)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch."""
        return len(self._train_loader)

    def train_batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """The batches of an epoch."""
        return self._train_loader.batches(epoch, skip)

    def eval_batches(self, split: str) -> Iterator[Batch]:
        """The images of a split once, in its order."""
        view = self._view(split)
        loader = EpochLoader(
            partial(self._eval_sample, split),
            _collate,
            count=len(view),
            batch_size=self.setup.values.integer("batch_size"),
        )
        return loader.batches()

    def file_batch(self, paths: Sequence[Path]) -> Batch:
        """Images from files, without labels."""
        views = [evaluation_view(read_image(path), self._size) for path in paths]
        data = {"image": paddle.to_tensor(np.stack([normalise(view) for view in views]))}
        return Batch(rows=range(len(paths)), data=data)

    def _train_sample(self, row: int, epoch: int) -> Sample:
        view = self._view("train")
        image = self._cached(("train", row), view.paths[row])
        rng = np.random.default_rng((self._seed, epoch, row))
        return {"image": normalise(self._augment(image, rng)), "label": view.labels[row]}

    def _cached(self, key: tuple[str, int], path: Path) -> Pixels:
        image = self._cache.get(key)
        if image is None:
            image = read_image(path, short=round(self._size * _CACHED_SCALE))
            self._cache.put(key, image)
        return image

    def _eval_sample(self, split: str, row: int, _epoch: int) -> Sample:
        view, key = self._view(split), ("evaluate", split, row)
        image = self._cache.get(key)
        if image is None:
            image = evaluation_view(read_image(view.paths[row]), self._size)
            self._cache.put(key, image)
        return {"image": normalise(image), "label": view.labels[row]}

    def _collate_training(
        self, samples: Sequence[Sample], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        data = _collate(samples, rows, epoch)
        classes = len(self.setup.record.classes)
        target = np.eye(classes, dtype=np.float32)[data["label"]]
        target = target * (1 - self._smoothing) + self._smoothing / classes
        if self._mixup is not None:
            rng = np.random.default_rng((self._seed, epoch, *rows))
            share = np.float32(rng.beta(self._mixup, self._mixup))
            other = rng.permutation(len(samples))
            data["image"] = share * data["image"] + (1 - share) * data["image"][other]
            target = share * target + (1 - share) * target[other]
        return {**data, "target": target}

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
        found = []
        for row in predictions:
            order = np.argsort(-row, kind="stable")[:5]
            top = [{"class": classes[i], "score": float(row[i])} for i in order]
            found.append({**top[0], "top5": top})
        return found

    # export

    def inference_model(self) -> tuple[paddle.nn.Layer, Sequence[paddle.static.InputSpec]]:
        """The model with softmax; any number of images at once."""
        shape = [None, 3, self._size, self._size]
        spec = paddle.static.InputSpec(shape, "float32", name="image")
        return paddle.nn.Sequential(self.model, paddle.nn.Softmax(axis=-1)), [spec]

    def inputs(self, batch: Batch) -> NDArray[np.float32]:
        """The images of a batch as the exported model takes them."""
        return np.asarray(batch.data["image"].numpy(), np.float32)

    def preprocessing(self) -> list[dict[str, Any]]:
        """What `evaluation_view` and `normalise` do."""
        short = round(self._size * EVAL_SCALE)
        return [
            {"op": "decode", "channels": "RGB", "exif_rotation": True},
            {"op": "resize_short", "size": short, "interpolation": "area"},
            {"op": "center_crop", "size": self._size},
            {"op": "scale", "by": 1 / 255},
            {"op": "normalise", "mean": list(MEAN), "std": list(STD)},
            {"op": "to_chw"},
        ]


def _collate(samples: Sequence[Sample], _rows: Sequence[int], _epoch: int) -> dict[str, Any]:
    return {
        "image": np.stack([sample["image"] for sample in samples]),
        "label": np.array([sample["label"] for sample in samples], np.int64),
    }
