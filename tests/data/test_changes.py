"""Changes count everywhere, are undone without a trace, and leave the user's files alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import (
    Change,
    DropObjects,
    Exclude,
    MergeClasses,
    RemoveClasses,
    history,
    make,
    undo,
)
from paddlex_nb.data.edits.fixes import fix, fixes
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.splitting.split import split
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SplitPlan
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.dataset import DatasetFolder

from .conftest import MakeImage
from .in_process import imported
from .settled import settle
from .summaries import digests, summary

CHANGES: list[Change] = [
    Exclude([0, 3]),
    DropObjects([(0, 3), (5, 2)]),
    MergeClasses([("dog", "cat"), ("Dog", "cow")]),
    RemoveClasses(["cow"]),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: type(c).__name__)
def test_changes_count_and_are_undone(animals: Path, change: Change) -> None:
    before = summary(animals)
    make(animals, change)
    assert summary(animals) != before
    undo(animals)
    assert summary(animals) == before


def test_excluded_images_are_in_no_split(animals: Path) -> None:
    make(animals, Exclude([0, 3]))
    after = summary(animals)
    assert after["images"] == 8
    assert "0.jpg" not in after["paths"]
    assert sum(after["counts"]["splits"].values()) == 8
    assert after["statistics"]["images"] == 8
    assert after["statistics"]["objects"] == 12
    seen = [p.name for s in ("train", "val", "test") for p in DatasetView(animals, s).paths]
    assert sorted(seen) == sorted(after["paths"])
    split(animals, SplitPlan(0.5, 0.5, 0.0))
    assert sum(split_counts(animals).splits.values()) == 8


def test_dropped_objects_and_merged_classes(animals: Path) -> None:
    make(animals, DropObjects([(0, 3), (5, 2)]))
    make(animals, MergeClasses([("Dog", "dog"), ("cow", "cat")]))
    after = summary(animals)
    assert after["classes"] == ["cat", "dog"]
    assert after["objects"] == [[0, 1]] * 5 + [[0]] * 5
    assert after["counts"]["classes"]["dog"] == {
        name: sum(int(r) < 5 for r in getattr(read_splits(animals), name))
        for name in ("train", "val", "test")
    }


def test_any_change_can_be_undone(animals: Path) -> None:
    before = summary(animals)
    entries = [make(animals, change) for change in (Exclude([1]), RemoveClasses(["cow"]))]
    undo(animals, entries[0].number)
    assert summary(animals)["images"] == 10
    assert summary(animals)["classes"] == ["cat", "dog", "Dog"]
    undo(animals)
    assert summary(animals) == before
    assert history(animals).entries == []
    assert make(animals, Exclude([1])).number == 3


def test_changes_that_do_not_fit_change_nothing(animals: Path) -> None:
    before = summary(animals)
    for change, key in (
        (Exclude(list(range(10))), "data.nothing_left"),
        (MergeClasses([("horse", "cat")]), "data.class_unknown"),
        (RemoveClasses(["cat"]), "data.class_in_use"),
    ):
        with pytest.raises(UserError) as told:
            make(animals, change)
        assert told.value.message.key == key
    with pytest.raises(UserError):
        undo(animals)
    assert summary(animals) == before


def test_a_run_keeps_what_it_was_trained_with(animals: Path, tmp_path: Path) -> None:
    make(animals, MergeClasses([("Dog", "dog")]))
    run = tmp_path / "w/runs/r"
    version = settle(animals).version
    write_json(run / "splits.json", msgspec.structs.replace(read_splits(animals), version=version))
    make(animals, Exclude([0, 1, 2]))
    make(animals, MergeClasses([("cow", "cat")]))
    views = [DatasetView(animals, s, divided=run) for s in ("train", "val", "test")]
    assert sum(map(len, views)) == 10
    assert views[0].classes == ["cat", "dog", "cow"]
    assert DatasetFolder(animals).version(version).path.is_dir()
    first = tmp_path / "w/runs/first"
    write_json(first / "splits.json", msgspec.structs.replace(read_splits(animals), version=""))
    assert DatasetView(animals, "train", divided=first).classes == ["cat", "dog", "cow", "Dog"]


def test_a_classifier_keeps_two_classes(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    folder, _ = imported(tmp_path / "w", tmp_path / "sample")
    first, *others = DatasetView(folder).classes
    make(folder, MergeClasses([(others[0], first)]))
    view = DatasetView(folder)
    assert view.classes == [first, *others[1:]]
    assert len(view.having(0)) == (view.labels == 0).sum() == 160
    with pytest.raises(UserError) as told:
        make(folder, MergeClasses([(name, first) for name in others[1:]]))
    assert told.value.message.key == "data.one_class_left"


def test_findings_are_fixed(animals: Path) -> None:
    offered = fixes(animals)
    assert {code: (m.count, m.images) for code, m in offered.items()} == {
        "duplicate_box": (1, [0]),
        "similar_class_names": (1, []),
        "unused_class": (2, []),
    }
    fix(animals, "similar_class_names")
    fix(animals, "duplicate_box")
    after = summary(animals)
    assert after["classes"] == ["cat", "dog", "cow"]
    assert after["objects"][0] == [0, 1]
    assert fixes(animals)["duplicate_box"].made == 2
    with pytest.raises(UserError):
        fix(animals, "duplicate_box")
    for finding_fix in fixes(animals).values():
        for language in ("en", "zh_CN"):
            assert str(finding_fix.count) in finding_fix.message.text(language)


def test_duplicates_are_left_out(tmp_path: Path, make_image: MakeImage) -> None:
    source = tmp_path / "set"
    for number in range(6):
        make_image(source / f"{'ab'[number % 2]}/{number}.jpg", seed=number)
    shutil.copy(source / "a/0.jpg", source / "a/copy.jpg")
    shutil.copy(source / "a/2.jpg", source / "b/2.jpg")
    before = digests(source)
    folder, _ = imported(tmp_path / "w", source)
    fix(folder, "exact_duplicate")
    assert not any(p.name == "copy.jpg" for p in DatasetView(folder).paths)
    fix(folder, "duplicate_conflicting_label")
    assert not any(p.name == "2.jpg" for p in DatasetView(folder).paths)
    assert digests(source) == before


def test_a_change_for_other_findings_mends_none_of_these(animals: Path) -> None:
    make(animals, DropObjects([(9, 1)]), "duplicate_box")
    assert fixes(animals)["duplicate_box"].made == 0
    fix(animals, "duplicate_box")
    assert fixes(animals)["duplicate_box"].made == 2


def test_a_new_import_forgets_changes(animals: Path, tmp_path: Path) -> None:
    make(animals, Exclude([0]))
    folder, _ = imported(tmp_path / "w", tmp_path / "animals")
    assert len(DatasetView(folder)) == 10
    assert history(folder).entries == []
    assert not Index.load(folder).numbers("excluded").any()
    assert np.array_equal(DatasetView(folder).rows, np.arange(10))
