"""An export says what the format cannot hold before it writes, and keeps all that it can."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.data.writers.job import Arguments, run
from paddlex_nb.data.writers.losses import CROWDS, PARTS, losses
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Notice
from paddlex_nb.jobs.log import EventReader, EventWriter

from .in_process import imported
from .layouts import grid, objects, parts, photo, picture, read, text
from .told import Told

OUTLINES = Task.INSTANCE_SEGMENTATION
PIECES = [[1, 2, 20, 2, 20, 30, 1, 30], [30, 2, 40, 2, 40, 30, 30, 30]]


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    """A data set with an object of two parts, one of a single part, and a crowd."""
    source = tmp_path / "pieces"
    photo(source / "images/0.jpg")
    photo(source / "images/1.jpg", 1)
    common = {"category_id": 1, "area": 1, "bbox": [1, 2, 39, 28]}
    whole = {"id": 1, "image_id": 1, "segmentation": PIECES, "iscrowd": 0, **common}
    crowd = {"id": 2, "image_id": 2, "segmentation": PIECES[:1], "iscrowd": 1, **common}
    plain = {
        **whole,
        "id": 3,
        "segmentation": [[0, 31, 9, 31, 9, 39, 0, 39]],
        "bbox": [0, 31, 9, 8],
    }
    images = [{"id": n + 1, "file_name": f"{n}.jpg", "width": 48, "height": 40} for n in (0, 1)]
    categories = [{"id": 1, "name": "cat"}]
    content = {"images": images, "annotations": [whole, crowd, plain], "categories": categories}
    text(source / "annotations.json", content)
    return imported(tmp_path / "w", source)[0]


def said(messages: list[Message]) -> list[str]:
    return [message.key.rpartition(".")[2] for message in messages]


@pytest.mark.parametrize("name", WRITERS[OUTLINES])
def test_parts_and_crowds_survive_or_it_is_said(pieces: Path, tmp_path: Path, name: str) -> None:
    content = Content(pieces)
    target = tmp_path / "written"
    WRITERS[OUTLINES][name](content, target)
    again = read(target, Told(), OUTLINES)
    assert again.detected.format.name == name
    boxes = [box for of_image in objects(again).values() for box in of_image]
    lost = said(losses(content, name))
    assert (len(boxes) == 3) == ("parts" not in lost) == (name in PARTS)
    assert sum(parts(again)) == (3 if name == "yolo" else 4)  # no part is lost: YOLO joins them
    assert (again.draft.objects.crowd.sum() == 1) == ("crowds" not in lost) == (name in CROWDS)


def test_the_split_and_pixels_that_do_not_count(tmp_path: Path) -> None:
    for split in ("train", "val"):
        for number in range(2):
            photo(tmp_path / f"set/{split}/images/{number}.jpg", number + len(split))
            mask = grid((1, (1, 2, 20, 30)), (255, (30, 2, 40, 30)))
            picture(tmp_path / f"set/{split}/masks/{number}.png", mask)
    text(tmp_path / "set/labels.txt", "floor\ncat\n")
    content = Content(imported(tmp_path / "w", tmp_path / "set")[0])
    assert said(losses(content, "coco")) == ["ignored"]
    assert said(losses(content, "labelme")) == ["split"]
    assert said(losses(content, "masks")) == []
    assert np.unique(content.label_map(content.pictures[0])).tolist() == [0, 1, 255]


def test_it_is_said_before_anything_is_written(pieces: Path, tmp_path: Path) -> None:
    job = pieces / "jobs" / "002-write"
    job.mkdir(parents=True, exist_ok=True)
    out = tmp_path / "out"
    told: list[bool] = []

    class Context(JobContext):
        def notice(self, key: str, severity: str = "info", **values: object) -> None:
            told.append(out.exists())
            super().notice(key, severity, **values)

    writer = EventWriter(job / "events.jsonl")
    try:
        result = run(Context(job, writer), Arguments("via", str(out)))
    finally:
        writer.close()
    assert told == [False, False]
    notices = [e for e in EventReader(job / "events.jsonl").poll() if isinstance(e, Notice)]
    assert [n.message.text() for n in notices] == result["lost"]
    assert "each part of 1 object " in result["lost"][0]
