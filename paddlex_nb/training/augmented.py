"""Training images as the model would get them, made by a process of its own; light.

Neither is it a job, since nobody waits for it but who asked, nor is it done in the kernel, where a
picture too large for the memory would end the notebook. It lives for a second or two; what it
reads and writes are files without a name, so nothing is left behind however it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.processes import python_path
from paddlex_nb.params.spec import Value
from paddlex_nb.planning.plan import Plan

_ROOT = Path(__file__).parents[2]

PATIENCE = 60.0
"""Seconds after which a process is given up."""


class AugmentedImage(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A training image after the random changes of a run, with its labels changed likewise.

    Attributes:
        name: File name of the image.
        jpeg: What the model gets, as JPEG; colours are those before normalisation.
        width: In pixels.
        height: In pixels.
        shares: Classification: share of each class that it has, from 0 to 1; several are not 0 if
            labels are smoothed or images mixed.
        class_ids: Detection and instance segmentation: class of each object.
        boxes: Box of each object: x, y, width, height in pixels.
        polygons: Instance segmentation: outlines of each object, each x0, y0, x1, ... in pixels.
        mask: Segmentation: the label map as PNG; 255 where nothing is known.
    """

    name: str
    jpeg: bytes
    width: int
    height: int
    shares: list[float] = []
    class_ids: list[int] = []
    boxes: list[list[float]] = []
    polygons: list[list[list[float]]] = []
    mask: bytes = b""


class Request(msgspec.Struct, kw_only=True):
    """What is to be made: the first images of an epoch of a run that might be."""

    dataset: str
    model: str
    params: dict[str, Value]
    epoch: int
    count: int


class Answer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The reply to a request: images or an error."""

    images: list[AugmentedImage] = []
    error: Message | None = None


class Augmenting:
    """Augmented images that are being made.

    Args:
        folder: The data set's folder.
        plan: Model and parameters.
        epoch: Number of the epoch whose first images are made, from 1.
        count: How many at most.

    Raises:
        UserError: There is no room for temporary files.
    """

    def __init__(self, folder: Path, plan: Plan, epoch: int = 1, count: int = 6) -> None:
        request = Request(
            dataset=str(folder.absolute()),
            model=plan.model.name,
            params=plan.params,
            epoch=epoch,
            count=count,
        )
        self._end = time.monotonic() + PATIENCE
        with disk_errors(Path(tempfile.gettempdir())), ExitStack() as files:
            self._answer = files.enter_context(tempfile.TemporaryFile())
            self._log = files.enter_context(tempfile.TemporaryFile())
            with tempfile.TemporaryFile() as asked:
                asked.write(msgspec.msgpack.encode(request))
                asked.seek(0)
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "paddlex_nb.training.augment"],
                    start_new_session=True,  # the kernel's interrupt is not meant for it
                    stdin=asked,
                    stdout=self._answer,
                    stderr=self._log,
                    cwd=_ROOT,  # modules are looked for there: no folder that others fill
                    env={**os.environ, "PYTHONPATH": python_path()},
                )
            self._files = files.pop_all()

    @property
    def ended(self) -> bool:
        """Whether `result` can be had without waiting."""
        return self._process.poll() is not None or time.monotonic() > self._end

    def cancel(self) -> None:
        """Nobody wants them any more."""
        self._process.kill()
        self._process.wait()
        self._files.close()

    def result(self) -> list[AugmentedImage]:
        """Wait for the images.

        Raises:
            UserError: They cannot be made; says why.
        """
        try:
            status = self._process.wait(max(0.0, self._end - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            self.cancel()
            raise UserError("training.augment_slow", seconds=round(PATIENCE)) from error
        with self._files:
            return self._read(status)

    def _read(self, status: int) -> list[AugmentedImage]:
        if status != 0:
            lines = _content(self._log).decode(errors="replace").strip().splitlines()
            reason = lines[-1][:200] if lines else f"status {status}"
            raise UserError("training.augment_failed", reason=reason)
        answer = msgspec.msgpack.decode(_content(self._answer), type=Answer)
        if answer.error is not None:
            raise UserError(answer.error.key, **answer.error.values)
        return answer.images


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
