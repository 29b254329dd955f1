"""Changes wait in a journal until somebody reads: quick to make, never lost, never half there."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import history
from paddlex_nb.data.store.changes import live
from paddlex_nb.data.store.changes.settle import journal
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.snapshot import snapshot
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.dataset import DatasetFolder

from . import made_up
from .made_up import Picture
from .settled import settle


def written(folder: Path, images: int) -> Dataset:
    folder.mkdir(parents=True)
    (folder.parents[1] / "runs").mkdir()
    pictures = [
        Picture(
            size=(20, 20),
            split=("train", "val", "train", "test")[row % 4],
            boxes=[(0, 1, 1, 6, 6), (1, 4, 4, 8, 8)],
        )
        for row in range(images)
    ]
    return Dataset(made_up.write(folder, Task.DETECTION, pictures))


@pytest.fixture
def boxes(tmp_path: Path) -> Dataset:
    """16 images of two boxes each; there are no files of them."""
    return written(tmp_path / "w/datasets/d", 16)


def test_a_change_is_a_line_until_somebody_needs_a_version(boxes: Dataset) -> None:
    before = read_record(boxes.folder)
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    boxes.edits.exclude([1])
    assert read_record(boxes.folder) == before
    assert len(journal(boxes.folder, before).entries()[0]) == 2
    assert DatasetView(boxes.folder).objects(0).xywh[0].tolist() == [1, 1, 3, 3]
    assert read_record(boxes.folder) == before, "looking writes nothing"
    after = settle(boxes.folder)
    assert after.version != before.version
    assert after.images == 15
    assert journal(boxes.folder, before).size == journal(boxes.folder, after).size == 0
    assert [entry.number for entry in history(boxes.folder).entries] == [1, 2]


def test_the_record_is_never_read_without_what_waits(boxes: Dataset) -> None:
    boxes.edits.merge_classes("dog", "cat")
    boxes.edits.exclude([3])
    assert "dog" not in boxes.classes
    assert boxes.record.images == 15


def test_a_change_is_undone_by_a_line_too(boxes: Dataset) -> None:
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    boxes.edits.exclude([1])
    before = settle(boxes.folder)
    boxes.edits.set_object_class((0, 1), "cat")
    live._kept.clear()  # it was another process
    assert boxes.edits.undo(1).number == 1
    boxes.edits.set_box(0, 0, (2, 2, 3, 3))
    assert boxes.edits.undo().number == 4
    assert boxes.edits.set_box(0, 1, (3, 3, 4, 4)).number == 5
    assert read_record(boxes.folder) == before
    assert boxes.record.images == 15

    taken = snapshot(boxes.folder)
    seen = DatasetView(boxes.folder, taken=taken).objects(0)
    assert read_record(boxes.folder) == before
    settled = DatasetView(boxes.folder).objects(0)
    for one in (seen, settled):
        assert one.xywh.tolist() == [[1, 1, 6, 6], [3, 3, 4, 4]]
        assert one.class_id.tolist() == [0, 0]
    assert [entry.number for entry in history(boxes.folder).entries] == [2, 3, 5]
    with pytest.raises(UserError):
        boxes.edits.undo(1)
    boxes.edits.undo(5)
    settle(boxes.folder)
    assert history(boxes.folder).last == 5


def test_what_a_later_change_needs_is_not_undone(boxes: Dataset) -> None:
    boxes.edits.rename_class("dog", "pig")
    boxes.edits.merge_classes("pig", "cat")
    with pytest.raises(UserError):
        boxes.edits.undo(1)
    assert "pig" not in boxes.classes
    assert [entry.number for entry in boxes.edits.changes()] == [1, 2]


def test_a_snapshot_stays_as_it_was(boxes: Dataset) -> None:
    boxes.edits.exclude([1])
    taken = snapshot(boxes.folder)
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    boxes.edits.set_object_class((0, 0), "dog")
    boxes.edits.exclude([2])
    view = DatasetView(boxes.folder, taken=taken)
    assert len(view) == 15
    assert view.objects(0).xywh[0].tolist() == [1, 1, 6, 6]
    assert view.objects(0).class_id[0] == 0


def test_a_line_that_was_cut_off_is_no_change_and_goes(boxes: Dataset) -> None:
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    file = DatasetFolder(boxes.folder).version("").journal
    whole = file.read_bytes()
    with file.open("ab") as lines:
        lines.write(whole[: len(whole) // 2])  # the process was killed
    live._kept.clear()  # it was another process
    boxes.edits.set_box(1, 0, (2, 2, 3, 3))
    assert len(file.read_bytes().splitlines()) == 2
    view = DatasetView(boxes.folder)
    assert [view.objects(row).xywh[0].tolist() for row in (0, 1)] == [[1, 1, 3, 3], [2, 2, 3, 3]]


def test_a_line_that_was_cut_off_alone_is_nothing_that_waits(boxes: Dataset) -> None:
    file = DatasetFolder(boxes.folder).version("").journal
    file.write_text('{"number": 1, "whe')
    assert len(DatasetView(boxes.folder)) == 16
    assert boxes.edits.changes() == []
    settle(boxes.folder)
    assert not file.exists()


def test_who_may_only_read_sees_what_waits(boxes: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    boxes.edits.exclude([1])
    boxes.edits.merge_classes("dog", "cat")
    boxes.edits.undo(2)
    seen = list(boxes.folder.rglob("*"))

    def refused(path: Path, **_: object) -> NoReturn:
        raise UserError("core.read_only", path=path)

    live._kept.clear()  # it is another process
    monkeypatch.setattr("paddlex_nb.data.store.record_file.locked", refused)
    assert (boxes.record.images, "dog" in boxes.classes) == (16, False)
    assert DatasetView(boxes.folder).objects(0).xywh[0].tolist() == [1, 1, 3, 3]
    assert [entry.number for entry in boxes.edits.changes()] == [1, 3]
    assert len(boxes.statistics().classes) == 3
    with pytest.raises(UserError) as told:
        boxes.edits.exclude([2])
    assert told.value.code == "core.read_only"
    assert list(boxes.folder.rglob("*")) == seen


def test_a_damaged_journal_is_named(boxes: Dataset) -> None:
    file = DatasetFolder(boxes.folder).version("").journal
    file.write_text('{"number": 1}\n')
    with pytest.raises(UserError, match=r"changes\.jsonl") as told:
        settle(boxes.folder)
    assert told.value.code == "core.file_damaged"


def test_a_change_that_does_not_fit_leaves_nothing_behind(boxes: Dataset) -> None:
    boxes.edits.set_box(0, 0, (1, 1, 3, 3))
    with pytest.raises(UserError):
        boxes.edits.set_box(0, 7, (1, 1, 3, 3))
    with pytest.raises(UserError):
        boxes.edits.exclude(range(16))
    boxes.edits.set_box(0, 1, (2, 2, 3, 3))
    assert len(boxes.edits.changes()) == 2
    assert boxes.record.images == 16


def test_many_changes_become_a_version_by_themselves(
    boxes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_MOST", 5)
    for side in range(3, 15):
        boxes.edits.set_box(0, 0, (1, 1, side, side))
    record = read_record(boxes.folder)
    assert record.version.startswith("0010-")
    assert len(journal(boxes.folder, record).entries()[0]) == 2
    assert DatasetView(boxes.folder).objects(0).xywh[0].tolist() == [1, 1, 14, 14]


_AT_WORK = """
import sys, time
from pathlib import Path
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset

dataset, me = Dataset(Path(sys.argv[1])), int(sys.argv[2])
made = 0
print("ready", flush=True)
while not Path(sys.argv[3]).exists():
    dataset.edits.set_box(me, 0, (1, 1, 2 + made % 9, 3))
    made += 1
    DatasetView(dataset.folder).objects(me)
    time.sleep(0.5)
print(made)
"""


def test_one_corrects_quickly_while_two_others_work(tmp_path: Path) -> None:
    """100,000 images: the others correct and look, one corrects as quickly as hands can."""
    dataset = written(tmp_path / "w/datasets/d", 100_000)
    end = tmp_path / "end"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _AT_WORK, str(dataset.folder), str(me), str(end)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for me in (1, 2)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    numbers, took = [], []
    try:
        for turn in range(100):
            start = time.perf_counter()
            entry = dataset.edits.set_box(10 + turn, 0, (1, 1, 3 + turn % 7, 3))
            took.append(time.perf_counter() - start)
            numbers.append(entry.number)
    finally:
        end.touch()
    made = sum(int(other.communicate(timeout=60)[0]) for other in others)
    entries = history(dataset.folder).entries
    assert set(numbers) <= {entry.number for entry in entries}
    assert len(entries) == len(numbers) + made
    # twenty a second; 3 to 8 ms on an idle machine
    assert sorted(took)[len(took) // 2] < 0.05
