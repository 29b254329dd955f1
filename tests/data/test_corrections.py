"""Corrections by hand count everywhere and are undone; one by one they are as all at once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.i18n import LANGUAGES
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.edits import (
    AddObject,
    Change,
    DropObjects,
    Entry,
    Exclude,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    RenameClass,
    SetBox,
    SetClass,
    SetObjectClass,
    SingleObjects,
    describe,
    history,
    make,
    undo,
)
from paddlex_nb.data.splitting.move import move_to_split
from paddlex_nb.data.store.current import current_index
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.dataset import Dataset

from .conftest import MakeImage
from .in_process import imported, update
from .one_by_one import same_one_by_one
from .summaries import facts, same, summary

CLASSES = ["cat", "dog", "cow", "Dog"]

ROW = st.integers(0, 9)
OBJECT = st.tuples(ROW, st.sampled_from([1, 2, 3, -1, -2, -3]))
NAME = st.sampled_from(CLASSES)
BOX = st.tuples(*[st.floats(-60, 60)] * 2, *[st.floats(0, 90)] * 2)
CHANGE: st.SearchStrategy[Change] = st.one_of(
    st.builds(Exclude, st.lists(ROW, min_size=1, max_size=3)),
    st.builds(Include, st.lists(ROW, min_size=1, max_size=3)),
    st.builds(DropObjects, st.lists(OBJECT, max_size=3)),
    st.builds(SetObjectClass, st.lists(OBJECT, min_size=1, max_size=2), NAME),
    st.builds(SetBox, ROW, st.sampled_from([1, 2, -1, -2]), BOX),
    st.builds(AddObject, ROW, NAME, BOX),
    st.builds(MergeClasses, st.lists(st.tuples(NAME, NAME), max_size=2)),
    st.builds(RemoveClasses, st.lists(NAME, max_size=1)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen=st.lists(CHANGE, max_size=12))
def test_one_by_one_is_as_from_the_beginning(animals: Path, chosen: list[Change]) -> None:
    same_one_by_one(animals, CLASSES, Task.DETECTION, chosen)


def objects(folder: Path, row: int) -> list[tuple[int, str, list[float]]]:
    view = DatasetView(folder)
    annotated = view.objects(row)
    names = [view.classes[number] for number in annotated.class_id]
    return list(zip(annotated.number.tolist(), names, annotated.xywh.tolist(), strict=True))


@pytest.mark.parametrize("name", ["coco", "voc", "labelme", "yolo"])
def test_corrected_objects_are_exported(animals: Path, tmp_path: Path, name: str) -> None:
    before = summary(animals)
    dataset = Dataset(animals)
    first = objects(animals, 7)[0][2]
    dataset.edits.set_object_class([(7, 1)], "cow")
    dataset.edits.set_box(6, 1, (-5, 4, 25, 200))
    dataset.edits.drop_objects([(5, 2)])
    added = dataset.edits.add_object(8, "dog", (1.5, 2, 10, 12)).change
    assert isinstance(added, AddObject)
    assert objects(animals, 7) == [(1, "cow", first)]
    assert objects(animals, 6) == [(1, "cat", [0, 4, 20, 36])]
    assert objects(animals, 8)[1:] == [(added.number, "dog", [1.5, 2, 10, 12])]
    assert DatasetView(animals).having(1).tolist() == [0, 1, 2, 3, 4, 8]
    WRITERS[Task.DETECTION][name](Content(animals), tmp_path / "out")
    again, _ = imported(tmp_path / "again", tmp_path / "out", task="detection")
    exported, known = facts(again), facts(animals)
    if name == "yolo":  # shares of the sides, in six digits
        exported, known = ({k: [o[0] for o in v] for k, v in f.items()} for f in (exported, known))
    assert same(exported, known)
    for _ in dataset.edits.changes():
        dataset.edits.undo()
    assert summary(animals) == before


def test_numbers_are_of_one_object_for_ever(animals: Path) -> None:
    first = make(animals, AddObject(3, "cat", (0, 0, 9, 9))).change
    make(animals, SetBox(3, -1, (0, 0, 5, 5)))
    make(animals, DropObjects([(3, -1)]))
    with pytest.raises(UserError) as told:
        make(animals, SetBox(3, -1, (0, 0, 7, 7)))
    assert told.value.code == "data.no_such_object"
    second = make(animals, AddObject(3, "cat", (0, 0, 9, 9))).change
    assert isinstance(first, AddObject)
    assert isinstance(second, AddObject)
    assert (first.number, second.number) == (-1, -4)
    undo(animals, 1)  # what was done to it does nothing then
    assert [number for number, *_ in objects(animals, 3)] == [1, 2, -4]


def test_classes_are_kept_by_name(animals: Path) -> None:
    make(animals, SetObjectClass([(9, 1)], "Dog"))
    make(animals, MergeClasses([("cat", "dog")]))
    assert objects(animals, 9)[0][1] == "Dog"
    make(animals, MergeClasses([("Dog", "cow")]))
    assert objects(animals, 9)[0][1] == "cow"
    undo(animals)
    undo(animals, 2)
    assert objects(animals, 9)[0][1] == "Dog"
    assert objects(animals, 8)[0][1] == "cat"


def test_images_come_back_unless_they_are_gone(animals: Path, tmp_path: Path) -> None:
    before = summary(animals)
    make(animals, Exclude([0, 3, 4]))
    make(animals, Include([3, 4]))
    assert current_index(animals).numbers("excluded").nonzero()[0].tolist() == [0]
    make(animals, Include([0]))
    assert summary(animals) == before
    (tmp_path / "animals/3.jpg").unlink()
    (tmp_path / "animals/3.txt").unlink()
    assert update(animals)["lost"] == 1
    make(animals, Include([3, 4]))
    assert len(DatasetView(animals)) == 9


def test_corrections_are_made_again_after_an_update(
    animals: Path, tmp_path: Path, make_image: MakeImage
) -> None:
    make(animals, SetBox(5, 2, (1, 1, 20, 20)))
    make(animals, SetObjectClass([(5, 2)], "cow"))
    make(animals, AddObject(9, "dog", (0, 0, 9, 9)))
    (tmp_path / "animals/5.txt").write_text("0 0.5 0.5 0.4 0.4")
    (tmp_path / "animals/9.txt").write_text("0 0.5 0.5 0.4 0.4\n0 0.2 0.2 0.2 0.2")
    make_image(tmp_path / "animals/0a.jpg", seed=77)
    (tmp_path / "animals/0a.txt").write_text("1 0.5 0.5 0.4 0.4")
    assert update(animals)["added"] == 1
    assert [(number, name) for number, name, _ in objects(animals, 5)] == [(1, "cat")]
    assert [number for number, *_ in objects(animals, 9)] == [1, 2, -3]


def test_corrections_follow_their_objects(animals: Path, tmp_path: Path) -> None:
    labels = tmp_path / "animals/9.txt"
    lines = labels.read_text().splitlines()
    make(animals, SetObjectClass([(9, number) for number in range(1, len(lines) + 1)], "cow"))
    make(animals, SetBox(9, 1, (1, 1, 20, 20)))
    before = sorted(look for _, *look in objects(animals, 9))
    labels.write_text("\n".join(["1 0.9 0.9 0.1 0.1", *reversed(lines)]))
    update(animals)
    new, *after = objects(animals, 9)
    assert new[:2] == (1, "dog")
    assert sorted(look for _, *look in after) == before
    assert "correction_lost" not in {f.code for f in read_findings(animals)}


def test_a_correction_of_an_object_that_is_gone_is_reported(animals: Path, tmp_path: Path) -> None:
    make(animals, SetObjectClass([(9, 1)], "cow"))
    (tmp_path / "animals/9.txt").write_text("0 0.9 0.9 0.1 0.1")
    update(animals)
    lost = [f for f in read_findings(animals) if f.code == "correction_lost"]
    assert [(f.file, f.values["objects"]) for f in lost] == [("9.jpg", 1)]
    record = read_json(animals / "dataset.json", DatasetRecord)
    warnings = [f for f in read_findings(animals) if f.severity is Severity.WARNING]
    assert record.findings["warning"] == len(warnings)
    assert history(animals).entries == []
    assert [name for _, name, _ in objects(animals, 9)] == ["cat"]


def test_leaving_out_a_double_never_turns_to_the_other(animals: Path, tmp_path: Path) -> None:
    labels = tmp_path / "animals/0.txt"
    make(animals, DropObjects([(0, 3)]))  # the same dog again
    before = objects(animals, 0)
    labels.write_text("\n".join(labels.read_text().splitlines()[:2]))
    update(animals)
    assert objects(animals, 0) == before
    assert history(animals).entries == []


def test_images_get_another_class(tmp_path: Path, make_image: MakeImage) -> None:
    for seed in range(6):
        make_image(tmp_path / f"set/{'ab'[seed % 2]}/{seed}.jpg", seed=seed)
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    dataset = Dataset(folder)
    (row,) = dataset.rows("a/2.jpg")
    dataset.edits.set_class([row], "b")
    assert facts(folder)["2"] == "b"
    assert split_counts(folder).classes["b"] != {}
    assert sum(split_counts(folder).classes["b"].values()) == 4
    WRITERS[Task.CLASSIFICATION]["folders"](Content(folder), tmp_path / "out")
    assert same(facts(imported(tmp_path / "again", tmp_path / "out")[0]), facts(folder))
    for change, code in (
        (SetClass(dataset.rows("a/*"), "b"), "data.one_class_left"),
        (SetClass([row], "c"), "data.class_unknown"),
        (SetClass([], "b"), "data.nothing_chosen"),
        (SetObjectClass([(row, 1)], "b"), "data.not_of_task"),
        (AddObject(row, "b", (0, 0, 9, 9)), "data.not_of_task"),
    ):
        assert refused(folder, change) == code
    with pytest.raises(UserError, match="c/\\*"):
        dataset.rows("c/*")
    assert [e.number for e in dataset.edits.changes()] == [1]


def refused(folder: Path, change: Change) -> str:
    with pytest.raises(UserError) as told:
        make(folder, change)
    for language in LANGUAGES:
        assert "{" not in told.value.message.text(language)
    return told.value.code


def test_what_does_not_fit_is_refused(animals: Path) -> None:
    before = summary(animals)
    nan, far = float("nan"), float("inf")
    for change, code in (
        (Exclude([10]), "data.no_such_image"),
        (Include([-1]), "data.no_such_image"),
        (Include([]), "data.nothing_chosen"),
        (SetObjectClass([(0, 1), (9, 2)], "cat"), "data.no_such_object"),
        (SetObjectClass([(0, 1)], "horse"), "data.class_unknown"),
        (SetObjectClass([], "cat"), "data.nothing_chosen"),
        (SetBox(0, 9, (0, 0, 9, 9)), "data.no_such_object"),
        (SetBox(0, 1, (0, 0, 9, 0.5)), "data.box_empty"),
        (SetBox(0, 1, (48, 0, 9, 9)), "data.box_empty"),
        (SetBox(0, 1, (9, 9, -5, -5)), "data.box_empty"),
        (SetBox(0, 1, (0, nan, 9, 9)), "data.box_empty"),
        (SetBox(0, 1, (-far, 0, far, 9)), "data.box_empty"),
        (AddObject(0, "horse", (0, 0, 9, 9)), "data.class_unknown"),
        (AddObject(0, "cat", (0, 0, 0, 9)), "data.box_empty"),
        (AddObject(77, "cat", (0, 0, 9, 9)), "data.no_such_image"),
        (SetClass([0], "cat"), "data.not_of_task"),
        (RemapMasks([(3, "cat")]), "data.not_of_task"),
    ):
        assert refused(animals, change) == code
    assert summary(animals) == before


def test_boxes_do_not_replace_outlines(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/yolo-seg"
    folder, _ = imported(tmp_path / "w", source, task="instance_segmentation")
    view = DatasetView(folder)
    row = next(row for row in range(len(view)) if len(view.objects(row).class_id))
    number = int(view.objects(row).number[0])
    assert refused(folder, SetBox(row, number, (0, 0, 9, 9))) == "data.outlines_not_boxes"
    box = (0.0, 0.0, 9.0, 9.0)
    assert refused(folder, AddObject(row, view.classes[0], box)) == "data.outlines_not_boxes"
    make(folder, SetObjectClass([(row, number)], view.classes[-1]))
    assert objects(folder, row)[0][1] == view.classes[-1]
    assert DatasetView(folder).objects(row).outlines == view.objects(row).outlines


def test_images_move_with_their_copies(tmp_path: Path, make_image: MakeImage) -> None:
    for seed in range(12):
        make_image(tmp_path / f"set/{'ab'[seed % 2]}/{seed}.jpg", seed=seed)
    shutil.copy(tmp_path / "set/a/0.jpg", tmp_path / "set/a/copy.jpg")
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    dataset = Dataset(folder)
    dataset.split(0.6, 0.2, 0.2)
    run = tmp_path / "w/runs/r"
    run.mkdir(parents=True)
    shutil.copy(folder / "splits.json", run)
    pair = dataset.rows("a/0.jpg", "a/copy.jpg")
    side = {row: s for s in ("train", "val", "test") for row in getattr(read_splits(folder), s)}
    goal = "test" if side[pair[0]] == "train" else "train"
    assert dataset.move_to_split(pair[:1], goal) == 2
    assert dataset.move_to_split(pair[:1], goal) == 0
    moved = read_splits(folder)
    assert set(pair) <= set(getattr(moved, goal))
    assert sorted([*moved.train, *moved.val, *moved.test]) == list(range(13))
    assert sum(split_counts(folder).splits.values()) == 13
    with pytest.raises(UserError) as told:
        move_to_split(folder, moved.val, "test")
    assert told.value.code == "data.split_emptied"
    make(folder, Exclude(moved.val[1:]))
    with pytest.raises(UserError) as told:
        move_to_split(folder, moved.val[:1], "test")
    assert told.value.code == "data.split_emptied"
    for rows, split, code in (
        ([0], "tset", "data.no_such_split"),
        ([13], "test", "data.no_such_image"),
        ([], "test", "data.nothing_chosen"),
    ):
        with pytest.raises(UserError) as told:
            move_to_split(folder, rows, split)
        assert told.value.code == code
    assert read_splits(folder) == moved
    assert read_splits(run) != moved


EVERY: list[Change] = [
    Exclude([1]),
    Include([1, 2]),
    SetClass([1], "<cat>"),
    DropObjects([(1, 2), (99, 1)]),
    SingleObjects(),
    SetObjectClass([(1, 2)], "cat"),
    SetBox(1, 1, (0, 0, 1, 1)),
    AddObject(1, "cat", (0, 0, 1, 1)),
    MergeClasses([("cat", "dog")]),
    RenameClass("cat", "kitten"),
    RemoveClasses(["cat"]),
    RemapMasks([(11, "void"), (3, "")]),
]


def test_every_change_has_words(animals: Path) -> None:
    assert {type(change) for change in EVERY} == set(get_args(get_type_hints(Entry)["change"]))
    assert describe(animals, [Entry(4, 0.0, SetBox(1, 2, (0, 0, 1, 1)))])[4].values["name"] == "dog"
    told = describe(animals, [Entry(number, 0.0, one) for number, one in enumerate(EVERY)])
    for number, change in enumerate(EVERY):
        for language in LANGUAGES:
            text = told[number].text(language)
            assert "{" not in text
            assert not text.startswith("data.")
        said = told[number].text("en")
        of_all = MergeClasses | RenameClass | RemoveClasses | RemapMasks | SingleObjects
        assert ("1.jpg" in said) != isinstance(change, of_all)
