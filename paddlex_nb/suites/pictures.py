"""The training images as the model gets them; no Paddle, so that the wizard can show them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.images import ImageCache, Pixels, read_image
from paddlex_nb.suites.seg.masks import LabelMap

Sample = dict[str, Any]

_STRIDE = 32
"""Every side is a multiple of it: what the deepest maps shrink an image by."""


@dataclass(frozen=True)
class Picture:
    """A training image as the model gets it, but for the scaling of its values.

    Attributes:
        image: RGB from 0 to 255, of shape (H, W, 3); floats where images were mixed.
        target: Classification: which share of it each class has, of shape (classes,).
        annotated: Detection and instance segmentation: the same image with its objects.
        mask: Segmentation: its label map, of shape (H, W).
    """

    image: NDArray[Any]
    target: NDArray[np.float32] | None = None
    annotated: AnnotatedImage | None = None
    mask: LabelMap | None = None


class TrainingImages(ABC):
    """The training images of a run, augmented, with what is true of them.

    Args:
        setup: The run.
        view: Its training split.
        cache: Where decoded images are kept.

    Attributes:
        seed: Of all random numbers of the data.
        input_size: Side of the model's square input in pixels.
    """

    cached_scale = 1.25
    """Short side of a cached image, by input size."""

    def __init__(self, setup: RunSetup, view: DatasetView, cache: ImageCache) -> None:
        self.setup = setup
        self.view = view
        self.cache = cache
        self.seed = setup.config.seed
        self.input_size = setup.config.input_size

    @property
    def cached_short(self) -> int | None:
        """Short side in pixels to which larger images are shrunk; None leaves them as they are."""
        if self.setup.config.full_resolution:
            return None
        return round(self.input_size * self.cached_scale)

    def rows(self) -> Sequence[int]:
        """The rows of the split that are trained on; by default all."""
        return range(len(self.view))

    @abstractmethod
    def sample(self, row: int, epoch: int) -> Sample:
        """An augmented image with its labels; random by seed, epoch and row alone."""

    @abstractmethod
    def together(self, samples: Sequence[Sample], rows: Sequence[int], epoch: int) -> list[Picture]:
        """The pictures of a batch, all of one size.

        Args:
            samples: From `sample`.
            rows: Their rows in the split.
            epoch: Number of the epoch, from 1.
        """

    def first(self, count: int, epoch: int) -> list[tuple[int, Picture]]:
        """The first pictures of an epoch, in the batches in which they are trained on.

        Args:
            count: How many at most.
            epoch: Number of the epoch, from 1.

        Returns:
            Each with its row in the split.

        Raises:
            UserError: An image cannot be read; names it.
        """
        order = epoch_order(self.rows(), self.seed, epoch)[:count].tolist()
        size = self.setup.config.batch_size
        pictures: list[tuple[int, Picture]] = []
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            samples = [self.sample(row, epoch) for row in rows]
            pictures += zip(rows, self.together(samples, rows, epoch), strict=True)
        return pictures

    def decoded(self, row: int) -> Pixels:
        """An image, shrunk to what augmentation can make use of; not to be written to."""
        image = self.cache.get(("train", row))
        if image is None:
            short = self.cached_short
            image = read_image(self.view.paths[row], short, self.setup.config.grey_bits)
            self.cache.put(("train", row), image)
        return image

    def side(self, rows: Sequence[int], epoch: int) -> int:
        """Side of a batch's images in pixels: the input size, or several in turn."""
        if not self.setup.config.multi_scale:
            return self.input_size
        rng = np.random.default_rng((self.seed, epoch, rows[0]))
        return int(rng.choice(_several_sizes(self.input_size)))


def epoch_order(
    rows: Sequence[int] | NDArray[np.int64], seed: int, epoch: int
) -> NDArray[np.int64]:
    """The rows in the order of an epoch."""
    return np.random.default_rng((seed, epoch)).permutation(np.asarray(rows, np.int64))


def _several_sizes(size: int) -> list[int]:
    """The sides to train with in turn: from three quarters of ``size`` to five."""
    steps = max(1, size // (4 * _STRIDE))
    return [size + _STRIDE * step for step in range(-steps, steps + 1) if size + _STRIDE * step > 0]
