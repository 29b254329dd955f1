"""Batches from samples, through Paddle's data loader: in a thread, or in processes.

Every sample's random numbers are a function of seed, epoch and row, and the order of an epoch
one of seed and epoch: a run that is stopped and resumed sees what an uninterrupted one sees,
with any number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray

from paddlex_nb.suites.base import Batch
from paddlex_nb.suites.pictures import Sample, epoch_order

# rows travel with their epoch, which Paddle can do and its annotations deny
_Dataset: Any = paddle.io.Dataset
_DataLoader: Any = paddle.io.DataLoader
_BatchSampler: Any = paddle.io.BatchSampler

Collate = Callable[[Sequence[Sample], Sequence[int], int], dict[str, Any]]
"""Takes samples, their rows and the epoch; gives the batch's arrays."""


class EpochLoader:
    """The batches of a split, epoch by epoch.

    Args:
        sample: Gives the sample of a row in an epoch (0: no augmentation).
        collate: Makes arrays of samples.
        rows: Rows of the split that are wanted.
        batch_size: Images in a batch.
        workers: Processes that load; 0 loads in a thread of this one.
        seed: Of the order; None keeps the rows in theirs, and leaves no remainder out.
    """

    def __init__(
        self,
        sample: Callable[[int, int], Sample],
        collate: Collate,
        *,
        rows: Sequence[int],
        batch_size: int,
        workers: int = 0,
        seed: int | None = None,
    ) -> None:
        self._sampler = _EpochSampler(rows, batch_size, seed)
        self._loader: Any = _DataLoader(
            _Samples(sample, len(rows)),
            batch_sampler=self._sampler,
            collate_fn=_Collate(collate),
            num_workers=workers,
            persistent_workers=workers > 0,
            return_list=False,
        )

    def __len__(self) -> int:
        return len(self._sampler)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``."""
        self._sampler.epoch, self._sampler.skip = epoch, skip
        chunks = list(self._sampler)
        for chunk, data in zip(chunks, self._loader, strict=True):
            yield Batch(rows=[row for row, _ in chunk], data=data)


class _Samples(_Dataset):  # type: ignore[misc]
    def __init__(self, sample: Callable[[int, int], Sample], count: int) -> None:
        self._sample = sample
        self._count = count

    def __getitem__(self, key: tuple[int, int]) -> tuple[Sample, int, int]:
        row, epoch = key
        return self._sample(row, epoch), row, epoch

    def __len__(self) -> int:
        return self._count


class _Collate:
    def __init__(self, collate: Collate) -> None:
        self._collate = collate

    def __call__(self, items: Sequence[tuple[Sample, int, int]]) -> dict[str, Any]:
        samples, rows, epochs = zip(*items, strict=True)
        return self._collate(samples, rows, epochs[0])


class _EpochSampler(_BatchSampler):  # type: ignore[misc]
    """Lists of (row, epoch)."""

    def __init__(self, rows: Sequence[int], batch_size: int, seed: int | None) -> None:
        self._rows = np.asarray(rows, np.int64)
        self._size = batch_size
        self._seed = seed
        self.epoch = 0
        self.skip = 0

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
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
