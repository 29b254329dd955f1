"""Samples by row and epoch, as Paddle's data loader asks for them; failures are values."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray

from paddlex_nb.suites.failure import Failure
from paddlex_nb.suites.pictures import Sample, epoch_order

# rows travel with their epoch, which Paddle can do and its annotations deny
_Dataset: Any = paddle.io.Dataset
_BatchSampler: Any = paddle.io.BatchSampler

Collate = Callable[[Sequence[Sample], Sequence[int], int], dict[str, Any]]
"""Takes samples, their rows and the epoch; gives the batch's arrays."""

Key = tuple[int, int]
"""Row and epoch."""

FAILURE = "failure"


class Source:
    """Where samples come from.

    Args:
        sample: Gives the sample of a row in an epoch (0: no augmentation).
        path: Gives the image of a row, for messages.
        dataset: Id of the data set, for messages.
    """

    def __init__(
        self, sample: Callable[[int, int], Sample], path: Callable[[int], Path], dataset: str
    ) -> None:
        self._sample = sample
        self.path = path
        self.dataset = dataset
        # shared with the loading processes, and without a lock that a killed one could keep
        self._read: Any = RawValue("d", 0.0)

    def sample(self, row: int, epoch: int) -> Sample | Failure:
        """A sample, or why it cannot be had."""
        try:
            return self._sample(row, epoch)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits to be told
            return self.failure(error, row)
        finally:
            self._read.value = time.monotonic()

    def failure(self, error: Exception, row: int) -> Failure:
        """What went wrong with an image, as a value."""
        return Failure.from_error(error, self.path(row), self.dataset)

    @property
    def last_read(self) -> float:
        """When the last sample was ready, by the monotonic clock."""
        return float(self._read.value)


class Samples(_Dataset):  # type: ignore[misc]
    """The data set that Paddle's loader indexes, by (row, epoch).

    Args:
        source: Where samples come from.
        count: Number of samples.
    """

    def __init__(self, source: Source, count: int) -> None:
        self._source = source
        self._count = count

    def __getitem__(self, key: Key) -> tuple[Sample | Failure, int, int]:
        row, epoch = key
        return self._source.sample(row, epoch), row, epoch

    def __len__(self) -> int:
        return self._count


class CollateOrFail:
    """Makes the arrays of a batch, or a batch that holds only the failure of one of its images.

    Args:
        collate: Makes arrays of samples.
        source: Where samples come from.
    """

    def __init__(self, collate: Collate, source: Source) -> None:
        self._collate = collate
        self._source = source

    def __call__(self, items: Sequence[tuple[Sample | Failure, int, int]]) -> dict[str, Any]:
        """The arrays of samples with their rows and epoch, or ``{FAILURE: ...}``."""
        samples, rows, epochs = zip(*items, strict=True)
        failure = next((sample for sample in samples if isinstance(sample, Failure)), None)
        if failure is None:
            try:
                return self._collate(samples, rows, epochs[0])
            except Exception as error:  # noqa: BLE001 - as for samples
                failure = self._source.failure(error, rows[0])
        # Paddle's queue wants an array
        return {FAILURE: failure, "none": np.zeros(1, np.float32)}


class EpochSampler(_BatchSampler):  # type: ignore[misc]
    """The batches of an epoch as lists of (row, epoch).

    Args:
        rows: Rows of the split that are wanted.
        batch_size: Images in a batch.
        seed: Of the order; None keeps the rows in theirs, and leaves no remainder out.

    Attributes:
        epoch: The epoch.
        skip: Number of batches that are left out at its beginning.
    """

    def __init__(self, rows: Sequence[int], batch_size: int, seed: int | None) -> None:
        self._rows = np.asarray(rows, np.int64)
        self._size = batch_size
        self._seed = seed
        self.epoch = 0
        self.skip = 0

    def __iter__(self) -> Iterator[list[Key]]:
        order: NDArray[np.int64] = self._rows
        if self._seed is not None:
            order = epoch_order(self._rows, self._seed, self.epoch)
        for number in range(self.skip, len(self)):
            chunk = order[number * self._size : (number + 1) * self._size]
            yield [(int(row), self.epoch) for row in chunk]

    def __len__(self) -> int:
        if self._seed is None:
            return -(-len(self._rows) // self._size)
        # a remainder of one image would spoil batch normalisation
        return max(1, len(self._rows) // self._size)
