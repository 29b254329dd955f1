"""Whatever becomes of an image or a loading process, whoever waits for the batch is told."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.suites import loading
from paddlex_nb.suites.loading import EpochLoader
from paddlex_nb.suites.pictures import Sample
from paddlex_nb.suites.samples import Source

ROWS, BAD = 12, 7
WORKERS = [0, 2]


class Samples:
    """Samples that are numbers; one of them does what it is told to."""

    def __init__(self, folder: Path, deed: Any = None) -> None:
        self._deed = deed
        self.files = [folder / f"{row}.jpg" for row in range(ROWS)]
        for file in self.files:
            file.touch()

    def __call__(self, row: int, epoch: int) -> Sample:
        """A sample."""
        if row == BAD and self._deed is not None:
            self._deed()
        return {"number": np.float32(row + 100 * epoch)}

    def loader(self, workers: int, **more: Any) -> EpochLoader:
        """A loader of them."""
        source = Source(self, self.files.__getitem__, "my-data")
        return EpochLoader(source, collate, rows=range(ROWS), batch_size=2, workers=workers, **more)


def collate(samples: Any, rows: Any, epoch: int) -> dict[str, Any]:
    return {"number": np.array([s["number"] for s in samples]), "epoch": epoch, "list": [*rows]}


def raises(error: Exception) -> Any:
    def deed() -> None:
        raise error

    return deed


@pytest.mark.parametrize("workers", WORKERS)
def test_every_epoch_comes_whole_and_in_order(tmp_path: Path, workers: int) -> None:
    loader = Samples(tmp_path).loader(workers, also=lambda rows: {"also": np.array(rows)})
    for epoch in (1, 2, 3):
        batches = list(loader.batches(epoch))
        assert [row for b in batches for row in b.rows] == list(range(ROWS))
        numbers = np.concatenate([b.data["number"].numpy() for b in batches])
        np.testing.assert_array_equal(numbers, 100 * epoch + np.arange(ROWS))
        assert isinstance(batches[0].data["also"], np.ndarray)  # stays what it is
        assert (batches[0].data["epoch"], batches[0].data["list"]) == (epoch, [0, 1])
    assert [b.rows for b in loader.batches(4, skip=5)] == [[10, 11]]


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserError("training.unreadable_image", path="7.jpg", reason="?"), None, "7.jpg"),
        (OSError(5, "Input/output error"), "training.image_failed", "Input/output error"),
        (ValueError("odd"), "training.image_failed", "odd"),
        (KeyError("x"), "training.image_failed", "x"),
        (MemoryError(), "training.out_of_memory", "memory"),
        (StopIteration(), "training.image_failed", "7.jpg"),
    ],
)
def test_any_failure_arrives_in_its_place(
    tmp_path: Path, workers: int, error: Exception, code: str | None, said: str
) -> None:
    seen: list[int] = []
    loader = Samples(tmp_path, raises(error)).loader(workers)
    with pytest.raises(UserError) as caught:
        seen.extend(row for batch in loader.batches() for row in batch.rows)
    assert seen == list(range(6))
    assert caught.value.code == (code or "training.unreadable_image")
    assert said in str(caught.value)


@pytest.mark.parametrize("workers", WORKERS)
def test_an_image_that_is_gone_is_called_so(tmp_path: Path, workers: int) -> None:
    samples = Samples(tmp_path, raises(UserError("training.unreadable_image", path=1, reason=2)))
    samples.files[BAD].unlink()
    with pytest.raises(UserError) as caught:
        list(samples.loader(workers).batches())
    assert caught.value.code == "training.image_gone"
    assert str(samples.files[BAD]) in str(caught.value)
    assert "dataset relocate my-data" in caught.value.message.text("en")


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("where", ["collate", "also"])
def test_what_fails_with_a_whole_batch_arrives_too(
    tmp_path: Path, workers: int, where: str
) -> None:
    samples = Samples(tmp_path)
    source = Source(samples, samples.files.__getitem__, "my-data")

    def fails(*_: Any) -> dict[str, Any]:
        raise ValueError("no batch")

    loader = EpochLoader(
        source,
        fails if where == "collate" else collate,
        rows=range(ROWS),
        batch_size=2,
        workers=workers,
        also=fails if where == "also" else lambda _: {},
    )
    with pytest.raises(UserError) as caught:
        list(loader.batches())
    assert caught.value.code == "training.image_failed"


def test_a_process_that_is_killed_ends_the_wait(tmp_path: Path) -> None:
    handler = signal.getsignal(signal.SIGCHLD)
    loader = Samples(tmp_path, lambda: os.kill(os.getpid(), signal.SIGKILL)).loader(2)
    started = time.monotonic()
    with pytest.raises(UserError) as caught:
        list(loader.batches())
    assert caught.value.code == "training.loader_died"
    assert time.monotonic() - started < 30
    assert signal.getsignal(signal.SIGCHLD) == handler  # Paddle's would raise within a step


@pytest.mark.parametrize("workers", WORKERS)
def test_a_process_killed_between_epochs_ends_the_wait(tmp_path: Path, workers: int) -> None:
    loader = Samples(tmp_path).loader(workers)
    list(loader.batches(1))
    for process in loader._processes:
        process.kill()
        process.join()
    if workers:
        with pytest.raises(UserError) as caught:
            list(loader.batches(2))
        assert caught.value.code == "training.loader_died"
    else:
        assert len(list(loader.batches(2))) == 6


@pytest.mark.parametrize("workers", WORKERS)
def test_a_disk_that_hangs_is_given_up(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SILENCE", 1.0)
    loader = Samples(tmp_path, lambda: time.sleep(60)).loader(workers)
    started = time.monotonic()
    with pytest.raises(UserError) as caught:
        list(loader.batches())
    assert caught.value.code == "training.disk_silent"
    assert ".jpg" in str(caught.value)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("workers", WORKERS)
def test_a_wait_can_be_stopped(tmp_path: Path, workers: int) -> None:
    asked = threading.Event()

    def waiting() -> None:
        if asked.is_set():
            raise Stopped

    loader = Samples(tmp_path, lambda: time.sleep(60)).loader(workers, waiting=waiting)
    seen: list[int] = []
    threading.Timer(1.0, asked.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        seen.extend(len(batch) for batch in loader.batches())
    assert seen == [2, 2, 2]
    assert time.monotonic() - started < 30
    for process in loader._processes:
        process.kill()
