"""Corrections of objects, masks and classes from the terminal and by paths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import language
from paddlex_nb.data.edits.match_paths import rows_matching
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import base_index, current_index
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the samples of detection and segmentation."""
    workspace = Workspace(tmp_path_factory.mktemp("w"))
    for task in ("detection", "segmentation"):
        workspace.import_sample(task)
    return workspace


@pytest.fixture
def call(space: Workspace, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a correction; gives status and JSON object."""

    def run(command: str, *words: str) -> tuple[int, Any]:
        place = ("--json", "--workspace", str(space.path))
        status = main(["dataset", command, *place, "--", *words])
        return status, json.loads(capsys.readouterr().out)

    return run


def first_object(dataset: Dataset, row: int) -> int:
    objects = base_index(dataset.folder).objects
    return int(numbers(objects["number"])[numbers(objects["image"]) == row][0])


def test_objects_are_corrected_by_path_and_number(space: Workspace, call: Any) -> None:
    dataset = space.dataset("sample-detection")
    path = base_index(dataset.folder).images["path"][3].as_py()
    name, which = dataset.classes[0], first_object(dataset, 3)
    first = f"{path}:{which}"
    for words, kind in (
        (("add-object", dataset.id, name, path, "1,2,30,40"), "add_object"),
        (("set-box", dataset.id, first, "5.5,6,20,20"), "set_box"),
        (
            ("set-object-class", dataset.id, name, first, f"{path}:-1"),
            "set_object_class",
        ),
        (("drop-objects", dataset.id, first), "drop_objects"),
    ):
        status, made = call(*words)
        assert (status, made["changes"][0]["kind"]) == (0, kind)
    objects = current_index(dataset.folder).objects
    mine = numbers(objects["image"]) == 3
    assert numbers(objects["number"])[mine].tolist()[-1] == -1
    assert which not in numbers(objects["number"])[mine]
    assert (
        dataset.edits.set_box(path, -1, (0, 0, 9, 9)).change == dataset.edits.changes()[-1].change
    )
    for words, named, wrong in (
        (("set-box", dataset.id, path, "5,6,20,20"), path, 2),
        (("set-box", dataset.id, ":3", "5,6,20,20"), ":3", 2),
        (("set-box", dataset.id, f"{path}:-1", "5,6,nan,20"), "nan", 2),
        (("set-box", dataset.id, "none.jpg:1", "5,6,20,20"), "none.jpg", 1),
    ):
        status, said = call(*words)
        assert status == wrong
        assert named in said["error"]["message"]


def test_masks_and_classes_are_corrected(space: Workspace, call: Any) -> None:
    dataset = space.dataset("sample-segmentation")
    before = dataset.classes
    assert call("remap-masks", dataset.id, "1=a = b", "2=spare", f"2={before[2]}")[0] == 0
    assert dataset.classes == [*before, "a = b"]
    assert call("merge-classes", dataset.id, "a = b", before[1])[0] == 0
    assert call("remove-classes", dataset.id, before[0], before[2])[0] == 1, "they are shown"
    assert before[1] not in dataset.classes
    assert call("remap-masks", dataset.id, "3")[1]["error"]["code"] == "cli.bad_mask_value"
    with pytest.raises(UserError, match="class"):
        dataset.edits.merge_classes([], before[0])


def test_a_class_is_renamed_in_all_labels(space: Workspace, call: Any) -> None:
    dataset = space.dataset("sample-segmentation")
    first, second, *_ = dataset.classes
    before = dataset.statistics().images
    assert call("rename-class", dataset.id, first, "  cell membrane ")[0] == 0
    assert dataset.classes[0] == "cell membrane"
    assert dataset.statistics().images == before
    status, said = call("rename-class", dataset.id, second, "cell membrane")
    assert (status, said["error"]["code"]) == (1, "data.class_name_taken")
    assert call("rename-class", dataset.id, first, "x")[1]["error"]["code"] == "data.class_unknown"
    dataset.edits.rename_class("cell membrane", first)
    assert dataset.classes[0] == first


def test_what_stands_behind_two_dashes_is_no_option(space: Workspace, call: Any) -> None:
    status, said = call("merge-classes", "sample-segmentation", "--lang", "zh_CN")
    assert status == 1
    assert "zh_CN" in said["error"]["message"] or "--lang" in said["error"]["message"]
    assert language() == "en"


def test_a_path_with_characters_of_patterns_can_be_named(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = space.dataset("sample-detection")
    paths = base_index(dataset.folder).images["path"].to_pylist()
    assert rows_matching(dataset.folder, [paths[5], paths[2]]) == [2, 5]
    known = {"a[1].jpg": 0, "a1.jpg": 1, "b?.jpg": 2, "bc.jpg": 3}
    monkeypatch.setattr(
        "paddlex_nb.data.edits.match_paths._rows_by_path", lambda _: (known, "/data/")
    )
    for pattern, rows in (
        ("a[1].jpg", [0, 1]),
        ("a[[]1].jpg", [0]),
        ("/data/b[?].jpg", [2]),
        ("b?.jpg", [2, 3]),
        ("[ab]*", [0, 1, 2, 3]),
    ):
        assert rows_matching(Path(), [pattern]) == rows
