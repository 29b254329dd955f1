"""An adapter whose images come from a data set: splits, loading, caching; for all tasks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.records import split_name
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.hosts.processor import cores, memory
from paddlex_nb.suites import training_images
from paddlex_nb.suites.images import ImageCache, Pixels, read_image
from paddlex_nb.suites.loading import EpochLoader
from paddlex_nb.suites.paddle_adapter import PaddleAdapter
from paddlex_nb.suites.pictures import Picture, Sample, TrainingImages
from paddlex_nb.suites.samples import Source

_CACHE_SHARE = 0.25
"""Of the free memory."""


class DatasetAdapter(PaddleAdapter):
    """A run whose images are a data set's.

    A subclass says how one sample is read (from `cache` where it can be) and how samples become
    arrays.

    Args:
        setup: The run.

    Attributes:
        seed: Of all random numbers of the data.
        input_size: Side of the model's square input in pixels.
    """

    def __init__(self, setup: RunSetup) -> None:
        self.seed = setup.config.seed
        self.input_size = setup.config.input_size
        self._views: dict[str, DatasetView] = {}
        cv2.setNumThreads(1)  # images are small, and the cores belong to the model
        super().__init__(setup)

    def read(self, path: Path) -> Pixels:
        """An image as shown, or as the run's parameters say that it is to be.

        Raises:
            UserError: It cannot be decoded.
        """
        return read_image(path, grey_bits=self.setup.config.grey_bits)

    @abstractmethod
    def eval_sample(self, split: str, row: int) -> Sample:
        """The sample of an image without augmentation."""

    @abstractmethod
    def collate(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """Arrays of evaluation samples."""

    def truth(self, split: str, rows: Sequence[int]) -> dict[str, Any]:
        """What is true of some images and is no input of the model, for the metric."""
        del split, rows
        return {}

    @abstractmethod
    def training_arrays(
        self, pictures: Sequence[Picture], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """Arrays of a training batch.

        Args:
            pictures: All of one size.
            rows: Their rows in the split.
            epoch: Number of the epoch.
        """

    @cached_property
    def training(self) -> TrainingImages:
        """The augmented images of the training split."""
        kind = training_images(self.setup.entry.task)
        return kind(self.setup, self.view("train"), self.cache)

    def train_sample(self, row: int, epoch: int) -> Sample:
        """The augmented sample of a training image; random by seed, epoch and row alone."""
        return self.training.sample(row, epoch)

    def collate_training(
        self, samples: Sequence[Sample], rows: Sequence[int], epoch: int
    ) -> dict[str, Any]:
        """Arrays of samples from `train_sample`."""
        pictures = self.training.together(samples, rows, epoch)
        return self.training_arrays(pictures, rows, epoch)

    def view(self, split: str) -> DatasetView:
        """The images of a split.

        Raises:
            UserError: It has none.
        """
        if split not in self._views:
            view = self.setup.view(split)
            if not len(view):
                raise UserError("training.empty_split", split=split_name(split))
            self._views[split] = view
        return self._views[split]

    def paths(self, split: str) -> list[Path]:
        """The images of a split."""
        return self.view(split).paths

    @cached_property
    def cache(self) -> ImageCache:
        """Decoded images; each loading process has its own."""
        return ImageCache(int(self._memory / (1 + self._workers)))

    @cached_property
    def _memory(self) -> float:
        return memory()[1] * _CACHE_SHARE

    @cached_property
    def _workers(self) -> int:
        """A GPU or images that do not fit into memory need processes to decode them."""
        wanted = self.setup.config.num_workers
        if wanted is not None:
            return wanted
        if self.on_gpu:
            return min(8, cores())
        sizes = self.view("train").sizes
        short = sizes.min(axis=1).clip(1)
        kept = training_images(self.setup.entry.task).cached_scale
        shrunk = np.minimum(1.0, self.input_size * kept / short)
        if self.setup.config.full_resolution:
            shrunk = np.ones_like(shrunk)
        needed = 3 * float((sizes.prod(axis=1) * shrunk**2).sum())
        return 0 if needed < self._memory else max(1, cores() // 2)

    @cached_property
    def _train_loader(self) -> EpochLoader:
        return EpochLoader(
            self._source("train", self.train_sample),
            self.collate_training,
            rows=self.training.rows(),
            batch_size=self.setup.config.batch_size,
            workers=self._workers,
            seed=self.seed,
            waiting=self._wait,
        )

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch."""
        return len(self._train_loader)

    def train_batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """The batches of an epoch."""
        return self._train_loader.batches(epoch, skip)

    def eval_batches(self, split: str) -> Iterator[Batch]:
        """The images of a split once, in its order."""
        loader = EpochLoader(
            self._source(split, partial(self._eval_sample, split)),
            self._collate,
            rows=range(len(self.view(split))),
            batch_size=min(self.setup.config.batch_size, self.at_once),
            also=partial(self.truth, split),
            waiting=self._wait,
        )
        return loader.batches()

    def _source(self, split: str, sample: Callable[[int, int], Sample]) -> Source:
        paths = self.view(split).paths
        return Source(sample, paths.__getitem__, self.setup.record.dataset)

    def _wait(self) -> None:
        self.waiting()  # who waits may change in an adapter's life

    def _eval_sample(self, split: str, row: int, _epoch: int) -> Sample:
        return self.eval_sample(split, row)

    def _collate(
        self, samples: Sequence[Sample], _rows: Sequence[int], _epoch: int
    ) -> dict[str, Any]:
        return self.collate(samples)
