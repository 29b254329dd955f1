"""Many processes change one data set: nothing that was acknowledged is lost, no reader fails."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import SetObjectClass, history, kind_of
from paddlex_nb.data.importing import job_steps, look_again
from paddlex_nb.data.splitting.move import move_back, move_to_split
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.record_file import read_record, source_in_use
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.dataset import DatasetFolder

from . import made_up
from .conftest import MakeImage
from .in_process import imported, update
from .made_up import Picture
from .settled import settle

PROCESSES, OF_EACH = 4, 16
"""Processes, and images that each has for itself."""

_MANY_KINDS = """
import json, random, sys
from pathlib import Path
from paddlex_nb.data.explore import Catalogue, Query
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.core.errors import UserError

dataset, me = Dataset(Path(sys.argv[1])), int(sys.argv[2])
rows = range(16 * me, 16 * (me + 1))
made, fixed = {}, 0
for turn, row in enumerate([*rows] * 4):
    match turn // 16:
        case 0 if row % 2:
            entry = dataset.edits.set_object_class([(row, 1)], "cow")
            made[entry.number] = ["set_object_class", row]
        case 0:
            entry = dataset.edits.exclude([row])
            made[entry.number] = ["exclude", row]
        case 1:
            entry = dataset.edits.set_box(row, 0, (1, 1, 2 + row % 4, 3))
            made[entry.number] = ["set_box", row]
        case 2:
            entry = dataset.edits.add_object(row, "dog", (2, 2, 3, 3))
            made[entry.number] = ["add_object", row]
        case 3:
            if turn % 2:
                dataset.split(0.6, 0.3, 0.1, seed=turn * 4 + me)
            else:
                number = next(n for n in sorted(made) if made[n] == ["exclude", row])
                assert dataset.edits.undo(number).number == number
                del made[number]
    if turn == 20:
        try:
            dataset.edits.fix("blurred_image")
            fixed += 1
        except UserError as error:
            assert error.code == "data.no_fix"
    match turn % 4:
        case 0:
            dataset.counts()
        case 1:
            view = DatasetView(dataset.folder, "train")
            [view.objects(place) for place in range(len(view))]
        case 2:
            Catalogue(dataset.folder).rows(Query())
            dataset.edits.changes()
        case 3:
            statistics(dataset.folder)
            dataset.edits.fixes()
print(json.dumps({"made": made, "fixed": fixed}))
"""

_MOVES = """
import sys
from pathlib import Path
from paddlex_nb.dataset import Dataset

dataset, me = Dataset(Path(sys.argv[1])), int(sys.argv[2])
for row in range(16 * me, 16 * (me + 1)):
    dataset.move_to_split([row], ("train", "val", "test")[row % 3])
"""

_CORRECTS = """
import sys
from itertools import cycle
from pathlib import Path
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.dataset import Dataset

dataset = Dataset(Path(sys.argv[1]))
for row in cycle(range(64)):
    print(dataset.edits.set_box(row, 0, (1, 1, 4, 4)).number, flush=True)
    with changing(dataset.folder):  # makes a version
        pass
"""


@pytest.fixture
def boxes(tmp_path: Path) -> Path:
    """64 images of two boxes each; four of them are blurred. There are no files of them."""
    pictures = [
        Picture(
            size=(20, 20),
            split=("train", "val", "train", "test")[row % 4],
            boxes=[(0, 1, 1, 6, 6), (1, 4, 4, 8, 8)],
            findings=["blurred_image"] * (row % 16 == 5),
        )
        for row in range(PROCESSES * OF_EACH)
    ]
    folder = tmp_path / "w/datasets/d"
    folder.mkdir(parents=True)
    (tmp_path / "w/runs").mkdir()
    return made_up.write(folder, Task.DETECTION, pictures)


def started(code: str, folder: Path, me: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(me)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What they said; none has failed."""
    said = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in said] == [""] * len(processes)
    return [out for out, _ in said]


def test_four_processes_lose_nothing_and_no_reader_fails(boxes: Path) -> None:
    told = [
        msgspec.json.decode(out)
        for out in ended([started(_MANY_KINDS, boxes, me) for me in range(PROCESSES)])
    ]
    entries = {entry.number: entry for entry in history(boxes).entries}
    assert sum(one["fixed"] for one in told) == 1
    assert [entry.code for entry in entries.values() if entry.code] == ["blurred_image"]
    acknowledged = {int(n): what for one in told for n, what in one["made"].items()}
    assert len(acknowledged) == PROCESSES * OF_EACH * 5 // 2
    for number, (kind, row) in acknowledged.items():
        change = entries[number].change
        assert kind_of(change) == kind
        assert row == (change.objects[0][0] if isinstance(change, SetObjectClass) else change.image)  # type: ignore[union-attr]
    assert len(entries) == len(acknowledged) + 1
    view = DatasetView(boxes, left_out=True)
    for row in range(len(view)):
        objects = view.objects(row)
        assert len(objects.number) == 3
        assert objects.xywh[0].tolist() == [1, 1, 2 + row % 4, 3]
        assert view.classes[objects.class_id[1]] == ("cow" if row % 2 else "dog")
    divided, record = read_splits(boxes), Dataset(boxes).record
    assert record.split == divided.plan
    assert record.images == int((~view.excluded).sum())


def test_moves_of_four_processes_all_count(boxes: Path) -> None:
    ended([started(_MOVES, boxes, me) for me in range(PROCESSES)])
    divided = read_splits(boxes)
    assert [divided.train, divided.val, divided.test] == [
        [row for row in range(64) if row % 3 == side] for side in range(3)
    ]


def test_a_killed_writer_leaves_nothing_behind_that_hinders(boxes: Path) -> None:
    dataset, said = Dataset(boxes), set[int]()
    for kill in range(4):
        writer = started(_CORRECTS, boxes)
        assert writer.stdout is not None
        for _ in range(6):
            said.add(int(writer.stdout.readline()))
        time.sleep(0.004 * kill)  # somewhere in the next one
        writer.send_signal(signal.SIGKILL)
        said.update(int(line) for line in writer.communicate()[0].split("\n") if line)
        begun = time.monotonic()
        said.add(dataset.edits.set_box(0, 1, (2, 2, 5, 5)).number)
        assert time.monotonic() - begun < 5
        assert len(DatasetView(boxes, "train")) == 32
    assert said <= {entry.number for entry in dataset.edits.changes()}
    for _ in range(10):  # and what it was writing goes in its turn
        dataset.edits.set_box(0, 1, (2, 2, 6, 6))
        settle(boxes)
    assert len(list(DatasetFolder(boxes).versions.iterdir())) < 12


def test_versions_stay_while_they_are_needed_and_not_for_ever(boxes: Path) -> None:
    dataset = Dataset(boxes)
    dataset.edits.set_box(0, 0, (1, 1, 3, 3))
    trained = boxes.parents[1] / "runs/r"
    version = settle(boxes).version
    write_json(
        trained / "splits.json", msgspec.structs.replace(read_splits(boxes), version=version)
    )
    shown = DatasetView(boxes)  # a grid that is open
    for side in range(40):
        dataset.edits.set_box(0, 0, (1, 1, 3, 4 + side % 9))
        settle(boxes)
    assert len(list(DatasetFolder(boxes).versions.iterdir())) < 12
    for view in (shown, DatasetView(boxes, divided=trained)):
        assert view.objects(0).xywh[0].tolist() == [1, 1, 3, 3]


def test_a_version_that_is_swept_away_under_a_reader_is_read_anew(
    boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = Dataset(boxes)
    dataset.edits.set_box(0, 0, (1, 1, 3, 3))
    old = settle(boxes)
    for _ in range(20):  # more than are kept
        dataset.edits.set_box(0, 0, (1, 1, 5, 5))
        settle(boxes)
    records = iter([old])

    def slow(folder: Path) -> DatasetRecord:
        return next(records, None) or read_record(folder)

    monkeypatch.setattr("paddlex_nb.data.store.versions.read_record", slow)
    assert DatasetView(boxes).objects(0).xywh[0].tolist() == [1, 1, 5, 5]


def test_corrections_during_an_update_count_after_it(
    tmp_path: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "set"
    for number in range(12):
        make_image(source / f"{'ab'[number % 2]}/{number}.jpg", seed=number)
    folder, _ = imported(tmp_path / "w", source)
    make_image(source / "a/new.jpg", seed=99)
    dataset = Dataset(folder)
    look = job_steps.look

    def meanwhile(*args: object, **more: object) -> object:
        examined = look(*args, **more)  # type: ignore[arg-type]
        dataset.edits.exclude([3])
        dataset.edits.set_class([4], "b")
        dataset.split(0.5, 0.5, 0.0, seed=7)
        dataset.move_to_split([0], "train")
        dataset.move_to_split([1], "val")
        with pytest.raises(UserError) as refusal, source_in_use(folder):
            pass
        assert refusal.value.code == "workspace.still_busy"
        return examined

    monkeypatch.setattr(look_again, "look", meanwhile)
    update(folder)
    assert [kind_of(entry.change) for entry in dataset.edits.changes()] == ["exclude", "set_class"]
    view = DatasetView(folder, left_out=True)
    assert len(view) == 13
    assert view.excluded[3]
    assert view.classes[view.labels[4]] == "b"
    divided = read_splits(folder)
    assert divided.plan == SplitPlan(0.5, 0.5, 0.0, seed=7)
    assert 0 in divided.train
    assert 1 in divided.val
    assert 12 in [*divided.train, *divided.val]


def test_a_data_set_that_was_deleted_does_not_come_back(boxes: Path) -> None:
    dataset = Dataset(boxes)
    dataset.delete()
    with pytest.raises(UserError), changing(boxes):
        pass
    assert not boxes.exists()
    for use in (lambda: dataset.record, dataset.split, dataset.recognised):
        with pytest.raises(UserError) as error:
            use()
        assert error.value.code == "workspace.dataset_gone"


def test_taking_a_move_back_leaves_what_others_moved_since(boxes: Path) -> None:
    before = read_splits(boxes)
    move = move_to_split(boxes, [1, 2], "test")
    assert move.count == 2
    move_to_split(boxes, [5], "train")
    move_to_split(boxes, [2], "val")
    move_back(boxes, move)
    after = read_splits(boxes)
    assert 1 in after.val  # back where it was
    assert 2 in after.val  # moved on
    assert 5 in after.train
    assert sorted([*after.train, *after.val, *after.test]) == list(range(64))
    assert after.plan == before.plan
