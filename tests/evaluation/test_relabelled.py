"""Images whose labels are not the same in two evaluations are noticed and left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fake_runs import fake_run

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import encode
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.image_counts import ImageCounts
from paddlex_nb.metrics.label_fingerprints import LabelFingerprints, fingerprints
from paddlex_nb.results.evaluated import Evaluated
from paddlex_nb.results.same_images import same_images
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

CLASSES = ["bolt", "nut", "washer"]
BOXES = np.array([[10.0, 10, 30, 40], [50, 20, 90, 60], [5, 70, 25, 95]])


def square(left: int, holes: int = 0) -> Any:
    pixels = np.zeros((100, 100), np.uint8)
    pixels[20:40, left : left + 20] = 1
    pixels[25, left : left + holes] = 0
    return encode(pixels)


LABELLED = Objects.from_boxes(BOXES, [0, 1, 1], masks=[square(left) for left in (0, 30, 60)])
MAP = np.repeat(np.arange(4, dtype=np.uint8), 25).reshape(10, 10)


def held_against(truth: Sequence[Any], classes: Sequence[str] = CLASSES) -> Evaluated:
    """An evaluation of images with these labels, as its job stores it and a comparison reads it."""
    kept = LabelFingerprints(len(classes))
    rows = range(len(truth))
    kept.update(Batch(rows, {"truth": list(truth)}))
    labels = fingerprints(kept.added_to(pa.table({"row": list(rows)})), len(classes))
    none = np.zeros(0, np.int64)
    counts = ImageCounts(len(truth), len(classes), none, none, np.zeros((0, 3)), "f1")
    return Evaluated("run", list(classes), [str(row) for row in rows], counts, labels=labels)


def moved(labels: Objects, by: float) -> Objects:
    shift = np.array([[0, 0, 0, 0], [by, 0, by, 0], [0, 0, 0, 0]])
    return replace(labels, xyxy=labels.xyxy + shift)


def classed(*class_id: int) -> Objects:
    return replace(LABELLED, class_id=np.array(class_id))


SECOND = np.array([False, True, False])


def painted(row: int, column: int, value: int) -> Any:
    changed = MAP.copy()
    changed[row, column] = value
    return changed


@pytest.mark.parametrize(
    "other",
    [
        moved(LABELLED, 1.0),
        moved(LABELLED, 0.1),
        classed(1, 0, 1),
        classed(0, 1, 2),
        replace(LABELLED, crowd=SECOND),
        replace(LABELLED, difficult=SECOND),
        replace(LABELLED, masks=[square(left, holes=left // 60) for left in (0, 30, 60)]),
        LABELLED.take(np.array([0, 1])),
        LABELLED.take(np.array([0, 1, 2, 2])),
        Objects.from_boxes(np.zeros((0, 4)), []),
    ],
    ids=(
        *("moved", "moved-a-little", "swapped", "another-class", "a-group", "difficult"),
        *("redrawn", "removed", "twice", "none"),
    ),
)
def test_other_objects_are_noticed(other: Objects) -> None:
    before, after = held_against([LABELLED, LABELLED]), held_against([LABELLED, other])
    assert same_images(before, after).rows.tolist() == [[0, 0]]
    assert same_images(after, before).rows.tolist() == [[0, 0]]


def test_the_same_objects_in_another_order_are_the_same() -> None:
    order = np.array([2, 0, 1])
    numbered = replace(LABELLED.take(order), number=np.array([7, 8, -1]))
    found = same_images(held_against([LABELLED]), held_against([numbered]))
    assert found.rows.tolist() == [[0, 0]]
    assert found.notes == []


def test_the_same_classes_with_other_numbers_are_the_same() -> None:
    renumbered = replace(LABELLED, class_id=np.array([2, 0, 0]))
    map_of_other = np.array([2, 0, 1, 3], np.uint8)[MAP]
    other = held_against([renumbered, map_of_other], ["nut", "washer", "bolt"])
    before = held_against([LABELLED, MAP])
    assert same_images(before, other).rows.tolist() == [[0, 0], [1, 1]]


def test_what_only_one_side_knows_does_not_count() -> None:
    known = held_against([classed(0, 1, 2)])
    narrower = held_against([LABELLED.take(np.array([0, 1]))], CLASSES[:2])
    assert same_images(known, narrower).rows.tolist() == [[0, 0]]


@pytest.mark.parametrize(
    "other",
    [painted(0, 0, 1), painted(2, 5, 255), MAP[::-1], np.ascontiguousarray(MAP.reshape(5, 20))],
    ids=["a-pixel", "void", "moved", "other-size"],
)
def test_other_pixels_are_noticed(other: Any) -> None:
    before, after = held_against([MAP, MAP]), held_against([MAP, other])
    assert same_images(before, after).rows.tolist() == [[0, 0]]
    assert same_images(before, held_against([MAP, MAP.copy()])).rows.tolist() == [[0, 0], [1, 1]]


def again(space: Workspace, first: Run) -> Run:
    """A second run on what the data set is by now, evaluated."""
    model, dataset = first.record.model, space.dataset(first.record.dataset)
    second = space.train(dataset, model, name="again", epochs=2, progress=False)
    second.evaluate("val", progress=False)
    return second


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")


@pytest.mark.usefixtures("fakes")
def test_a_moved_box_between_two_evaluations_is_told(tmp_path: Path) -> None:
    first = fake_run(tmp_path, Task.DETECTION)
    space = Workspace(tmp_path)
    dataset = space.dataset(first.record.dataset)
    view = DatasetView(dataset.folder, "val")
    objects = view.objects(0)
    x, y, width, height = objects.xywh[0].tolist()
    box = (x + 3, y, width - 3, height)
    dataset.edits.set_box(int(view.rows[0]), int(objects.number[0]), box)
    second = again(space, first)
    comparison = space.compare([first, second])
    assert {one.images for one in comparison.differences} == {len(view) - 1}
    said = (
        f"1 image has other labels in the evaluation of {second.id} than in that of {first.id}, "
        "so it is left out of this comparison."
    )
    assert said in comparison.notes
    (before,), (after,) = first.evaluations(), second.evaluations()
    compared = after.compare(before)
    assert compared.images == len(view) - 1
    assert said in compared.sentence
    told = [one.path for one in [*compared.improved, *compared.worsened]]
    assert view.path(0) not in told

    _as_stored_before(second)
    comparison = space.compare([first, second])
    assert {one.images for one in comparison.differences} == {len(view)}
    assert said not in comparison.notes


@pytest.mark.usefixtures("fakes")
@pytest.mark.parametrize("task", list(Task), ids=str)
def test_evaluations_of_the_same_labels_have_all_images_in_common(
    tmp_path: Path, task: Task
) -> None:
    first = fake_run(tmp_path, task)
    space = Workspace(tmp_path)
    comparison = space.compare([first, again(space, first)])
    view = DatasetView(space.dataset(first.record.dataset).folder, "val")
    assert {one.images for one in comparison.differences} == {len(view)}
    assert not any("other labels" in note for note in comparison.notes)


@pytest.mark.usefixtures("fakes")
def test_damaged_fingerprints_are_no_evaluation(tmp_path: Path) -> None:
    first = fake_run(tmp_path, Task.DETECTION)
    space = Workspace(tmp_path)
    second = again(space, first)
    table = _table(second)
    place = table.column_names.index("labels_class")
    beyond = pa.array([[9]] * len(table), pa.list_(pa.int32()))
    _write(second, table.set_column(place, "labels_class", beyond))
    comparison = space.compare([first, second])
    assert comparison.differences == []
    assert "again was not evaluated" in comparison.notes[0]


def _as_stored_before(run: Run) -> None:
    """Its evaluation as versions without fingerprints stored it."""
    _write(run, _table(run).drop_columns(["labels_class", "labels_hash"]))


def _table(run: Run) -> pa.Table:
    mapped = stored_predictions(RunFolder(run.folder).evaluation("val", "best").predictions)
    return pa.Table.from_batches(mapped.to_batches(), mapped.schema)


def _write(run: Run, table: pa.Table) -> None:
    file = RunFolder(run.folder).evaluation("val", "best").predictions
    fresh = file.with_name("fresh")
    with pa.ipc.new_file(str(fresh), table.schema) as writer:
        writer.write_table(table)
    fresh.replace(file)
