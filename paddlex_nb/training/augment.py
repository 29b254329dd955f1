"""The process that makes augmented images: ``python -m paddlex_nb.training.augment``.

A request comes in, an answer goes out (see `paddlex_nb.training.augmented`); no Paddle.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.catalogue.models import model
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import split_name
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.suites import training_images
from paddlex_nb.suites.images import ImageCache
from paddlex_nb.suites.pictures import Picture
from paddlex_nb.training.augmented import Answer, AugmentedImage, Request

_QUALITY = 90


def make(request: Request) -> list[tuple[Path, Picture]]:
    """The pictures that a request asks for, each with the file that it comes from.

    Raises:
        UserError: The data set is damaged, has no training images, or one of them is gone.
    """
    cv2.setNumThreads(1)  # as in training
    folder = Path(request.dataset)
    dataset = read_record(folder)
    record = RunRecord(
        id="",
        name="",
        dataset=folder.name,
        task=dataset.task,
        model=request.model,
        classes=dataset.classes,
        params=request.params,
    )
    setup = RunSetup(folder=folder, dataset=folder, record=record, entry=model(request.model))
    view = DatasetView(folder, "train")
    if not len(view):
        raise UserError("training.empty_split", split=split_name("train"))
    images = training_images(dataset.task)(setup, view, ImageCache(0))
    pictures = images.first(request.count, request.epoch)
    return [(view.paths[row], picture) for row, picture in pictures]


def described(name: str, picture: Picture, task: Task) -> AugmentedImage:
    """A picture as it is handed on."""
    pixels = picture.image.round().clip(0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    augmented = AugmentedImage(name=name, jpeg=_encoded(pixels, "JPEG"), width=width, height=height)
    if picture.target is not None:
        augmented.shares = picture.target.tolist()
    if picture.mask is not None:
        augmented.mask = _encoded(picture.mask, "PNG")
    if picture.annotated is not None:
        boxes = picture.annotated.boxes.copy()
        boxes[:, 2:] -= boxes[:, :2]
        augmented.boxes = boxes.tolist()
        augmented.class_ids = picture.annotated.class_ids.tolist()
        # a detector knows nothing of outlines
        if task is Task.INSTANCE_SEGMENTATION:
            outlines = picture.annotated.outlines
            augmented.polygons = [[points.ravel().tolist() for points in one] for one in outlines]
    return augmented


def _encoded(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], kind: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, quality=_QUALITY)
    return out.getvalue()


def main() -> int:
    """Answer the request on standard input; what goes wrong unexpectedly ends in a traceback."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    try:
        task = model(request.model).task
        augmented = [described(path.name, picture, task) for path, picture in make(request)]
        answer = Answer(images=augmented)
    except UserError as error:
        answer = Answer(error=error.message)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
