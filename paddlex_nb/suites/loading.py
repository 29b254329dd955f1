"""Batches from samples: read in a thread, or in the processes of Paddle's data loader.

Every sample's random numbers are a function of seed, epoch and row, and the order of an epoch
one of seed and epoch: a run that is stopped and resumed sees what an uninterrupted one sees,
with any number of workers.

Nothing is waited for without end: what goes wrong with an image travels as a value (`Failure`), a
process that was killed is noticed, and so is a disk that no longer answers.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
import paddle

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.errors import UserError
from paddlex_nb.suites.prefetch import SILENCE, prefetched
from paddlex_nb.suites.samples import (
    FAILURE,
    Collate,
    CollateOrFail,
    EpochSampler,
    Key,
    Samples,
    Source,
)

_DataLoader: Any = paddle.io.DataLoader


class EpochLoader:
    """The batches of a split, epoch by epoch.

    Args:
        source: Where samples come from.
        collate: Makes arrays of samples.
        rows: Rows of the split that are wanted.
        batch_size: Images in a batch.
        workers: Processes that load; 0 loads in a thread of this one.
        seed: Of the order; None keeps the rows in theirs, and leaves no remainder out.
        also: Gives what else belongs to a batch of some rows and is to become no tensor.
        waiting: Called now and then while a batch is waited for; raises to give up.
    """

    def __init__(
        self,
        source: Source,
        collate: Collate,
        *,
        rows: Sequence[int],
        batch_size: int,
        workers: int = 0,
        seed: int | None = None,
        also: Callable[[Sequence[int]], dict[str, Any]] = lambda _: {},
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._source = source
        self._samples = Samples(source, len(rows))
        self._collate = CollateOrFail(collate, source)
        self._sampler = EpochSampler(rows, batch_size, seed)
        self._also = also
        self._waiting = waiting
        self._workers = workers
        self._processes: list[BaseProcess] = []
        self._loader: Any = None
        self._awaited: tuple[int, float] = (0, 0.0)

    def __len__(self) -> int:
        return len(self._sampler)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``.

        Raises:
            UserError: An image cannot be read, a loading process was killed, or the disk does not
                answer.
        """
        self._sampler.epoch, self._sampler.skip = epoch, skip
        chunks = list(self._sampler)
        arrays = self._in_processes() if self._workers else map(self._here, chunks)
        with closing(prefetched(self._completed(chunks, arrays), self._watch)) as loaded:
            for chunk in chunks:
                rows = [row for row, _ in chunk]
                self._awaited = rows[0], time.monotonic()
                data, more = self._next(loaded)
                for part in (data, more):
                    if FAILURE in part:
                        raise part[FAILURE].error()
                yield Batch(rows=rows, data={**(data if self._workers else _tensors(data)), **more})

    def _completed(
        self, chunks: Sequence[Sequence[Key]], arrays: Iterator[dict[str, Any]]
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The arrays of each batch, and what else belongs to it."""
        for chunk, data in zip(chunks, arrays, strict=False):
            rows = [row for row, _ in chunk]
            try:
                more = self._also(rows)
            except Exception as error:  # noqa: BLE001 - as for samples
                more = {FAILURE: self._source.failure(error, rows[0])}
            yield data, more

    def _here(self, chunk: Sequence[Key]) -> dict[str, Any]:
        return self._collate([self._samples[key] for key in chunk])

    def _in_processes(self) -> Iterator[dict[str, Any]]:
        if self._loader is not None:
            return _again(self._loader)  # waits for the processes: a matter of the thread
        self._loader = _DataLoader(
            self._samples,
            batch_sampler=self._sampler,
            collate_fn=self._collate,
            num_workers=self._workers,
            persistent_workers=True,
            return_list=False,
        )
        others = set(multiprocessing.active_children())
        handler = signal.getsignal(signal.SIGCHLD)
        first: Iterator[dict[str, Any]] = iter(self._loader)
        self._processes = [p for p in multiprocessing.active_children() if p not in others]
        if threading.current_thread() is threading.main_thread():
            # Paddle's handler raises wherever a step is at that moment; `_watch` sees it too
            signal.signal(signal.SIGCHLD, handler or signal.SIG_DFL)
        return first

    def _next(
        self, loaded: Iterator[tuple[dict[str, Any], dict[str, Any]]]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            return next(loaded)
        except (StopIteration, RuntimeError, SystemError, OSError) as error:
            if self._workers and (isinstance(error, StopIteration) or self._killed()):
                self._end_processes()
                raise UserError("training.loader_died") from error
            raise

    def _watch(self) -> None:
        """Called while a batch is waited for.

        Raises:
            UserError: None will come.
        """
        self._waiting()
        if self._killed():
            self._end_processes()
            raise UserError("training.loader_died")
        row, since = self._awaited
        if time.monotonic() - max(since, self._source.last_read) > SILENCE:
            self._end_processes()
            path, minutes = self._source.path(row), round(SILENCE / 60)
            raise UserError("training.disk_silent", path=path, minutes=minutes)

    def _killed(self) -> bool:
        return not all(process.is_alive() for process in self._processes)

    def _end_processes(self) -> None:
        for process in self._processes:
            process.kill()


def _again(loader: Any) -> Iterator[dict[str, Any]]:
    yield from loader


def _tensors(value: Any) -> Any:
    """Arrays, in whatever lists and dictionaries they are, as tensors; all else as it is."""
    if isinstance(value, np.ndarray):
        return paddle.to_tensor(value)
    if isinstance(value, dict):
        return {name: _tensors(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tensors(part) for part in value]
    return value
