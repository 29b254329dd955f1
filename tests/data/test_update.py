"""A data set that has grown keeps its rows, splits, changes and runs."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.edits import DropObjects, Exclude, history, make, undo
from paddlex_nb.data.edits.fixes import fixes
from paddlex_nb.data.importing import update_job
from paddlex_nb.data.splitting.split import split
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.making import Thumbnails

from .conftest import MakeImage
from .in_process import imported, update
from .twelve import add, killed, seen, sides, write_twelve


@pytest.fixture(name="source")
def twelve_images(tmp_path: Path, make_image: MakeImage) -> Path:
    """Twelve images, cats in all, dogs in every second."""
    return write_twelve(tmp_path, make_image)


def test_images_come_and_go(tmp_path: Path, source: Path, make_image: MakeImage) -> None:
    folder, _ = imported(tmp_path / "w", source)
    before, rows = sides(folder), read_splits(folder)
    for number in range(20, 32):
        add(source, make_image, number)
    add(source, make_image, 1)
    (source / "03.jpg").unlink()
    (source / "03.txt").unlink()
    result = update(folder)
    assert (result["added"], result["lost"], result["images"]) == (12, 1, 23)
    after = sides(folder)
    assert {k: v for k, v in after.items() if k in before} == {
        k: v for k, v in before.items() if k != "03"
    }
    assert len(after) == 23
    assert set(rows.train) <= set(read_splits(folder).train)
    assert sum(split_counts(folder).splits.values()) == 23
    new = [side for stem, side in after.items() if int(stem) >= 20]
    assert 7 <= new.count("train") <= 9
    assert seen(folder)["21"] == [0, 1]
    assert all(Thumbnails(folder).tiles([0, 12, 23]))
    same = {"added": 0, "lost": 0, "classes_added": [], "splits_before": result["splits"]}
    assert update(folder) == {**result, **same}


def test_a_lost_image_may_come_back(tmp_path: Path, source: Path, make_image: MakeImage) -> None:
    folder, _ = imported(tmp_path / "w", source)
    before = seen(folder), sides(folder)
    label = (source / "05.txt").read_text()
    for name in ("05.jpg", "05.txt"):
        (source / name).unlink()
    assert update(folder)["lost"] == 1
    assert "05" not in seen(folder)
    make_image(source / "05.jpg", seed=5)
    (source / "05.txt").write_text(label)
    assert update(folder)["images"] == 12
    assert (seen(folder), sides(folder)) == before


def test_changes_count_again(tmp_path: Path, source: Path, make_image: MakeImage) -> None:
    folder, _ = imported(tmp_path / "w", source)
    make(folder, Exclude([0]))
    make(folder, DropObjects([(1, 2)]))
    add(source, make_image, 0)
    add(source, make_image, 40)
    assert update(folder)["images"] == 12
    assert "00" not in seen(folder)
    assert seen(folder)["01"] == [0]
    assert [entry.number for entry in history(folder).entries] == [1, 2]
    undo(folder)
    assert seen(folder)["01"] == [0, 1]
    undo(folder)
    assert len(seen(folder)) == 13


def test_new_classes_and_what_a_run_saw(
    tmp_path: Path, source: Path, make_image: MakeImage
) -> None:
    folder, _ = imported(tmp_path / "w", source)
    run = tmp_path / "w/runs/r"
    write_json(run / "splits.json", read_splits(folder))
    before = {name: seen(folder, split=name, divided=run) for name in ("train", "val", "test")}
    (source / "classes.txt").write_text("ant\ncat\ndog")
    for number in range(12):
        lines = ["1 0.5 0.5 0.4 0.4", "2 0.3 0.3 0.2 0.2"][: 1 + (number % 2)]
        (source / f"{number:02}.txt").write_text("\n".join(lines))
    add(source, make_image, 50)
    assert update(folder)["classes"] == ["ant", "cat", "dog"]
    assert seen(folder)["01"] == [1, 2]
    assert seen(folder)["50"] == [0]
    after = {name: seen(folder, split=name, divided=run) for name in ("train", "val", "test")}
    assert after == before
    assert DatasetView(folder, "train", divided=run).classes == ["cat", "dog"]
    other = tmp_path / "w/runs/later"
    version = read_json(folder / "dataset.json", DatasetRecord).version
    write_json(other / "splits.json", msgspec.structs.replace(read_splits(folder), version=version))
    make(folder, Exclude([2]))
    assert len(DatasetView(folder, "train", divided=other)) == len(read_splits(folder).train)


def test_copies_join_their_like(tmp_path: Path, source: Path, make_image: MakeImage) -> None:
    folder, _ = imported(tmp_path / "w", source)
    before = sides(folder)
    for number in range(12):
        add(source, make_image, number)
        make_image(source / f"copy{number:02}.jpg", seed=number)
        (source / f"copy{number:02}.txt").write_text("0 0.5 0.5 0.4 0.4")
    update(folder)
    after = sides(folder)
    assert all(after[f"copy{stem}"] == side for stem, side in before.items())
    assert fixes(folder)["exact_duplicate"].count == 12
    assert {f.code for f in read_findings(folder)} == {"exact_duplicate"}


def test_what_belongs_together_stays_together(
    tmp_path: Path, source: Path, make_image: MakeImage
) -> None:
    folder, _ = imported(tmp_path / "w", source)
    plan = SplitPlan(0.6, 0.4, 0.0, together=r"(\d)\.jpg", folds=3, fold=2)
    split(folder, plan)
    before = sides(folder)
    for number in range(20, 40):
        add(source, make_image, number)
    update(folder)
    by_last = defaultdict(set)
    for stem, side in sides(folder).items():
        by_last[stem[-1]].add(side)
    assert all(len(its_splits) == 1 for its_splits in by_last.values())
    assert before.items() <= sides(folder).items()
    assert read_json(folder / "dataset.json", DatasetRecord).split == plan


def test_an_update_that_was_killed_is_made_good_by_the_next(
    tmp_path: Path, source: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = imported(tmp_path / "w", source)
    for number in range(20, 32):
        add(source, make_image, number)
    with monkeypatch.context() as patch:
        patch.setattr(update_job, "extend_split", killed)
        with pytest.raises(KeyboardInterrupt):
            update(folder)
    assert len(seen(folder)) == 24
    assert len(sides(folder)) == 12
    assert update(folder)["added"] == 0
    assert len(sides(folder)) == 24


def test_outlines_become_masks_of_new_images_too(tmp_path: Path, make_image: MakeImage) -> None:
    corners = {"label": "cat", "points": [[0, 0], [20, 0], [20, 20]], "shape_type": "polygon"}
    for number in range(8):
        if number == 5:
            folder, _ = imported(tmp_path / "w", tmp_path / "set", task="segmentation")
            before = {path: path.read_bytes() for path in DatasetView(folder).masks}
        make_image(tmp_path / f"set/{number}.jpg", seed=number)
        shapes = json.dumps({"version": "5", "flags": {}, "shapes": [corners]})
        (tmp_path / f"set/{number}.json").write_text(shapes)
    assert update(folder)["added"] == 3
    masks = DatasetView(folder).masks
    assert len(masks) == 8
    assert all(path.is_file() for path in masks)
    assert {path: path.read_bytes() for path in masks[:5]} == before


def test_a_class_whose_images_are_gone_is_reported(tmp_path: Path, make_image: MakeImage) -> None:
    source = tmp_path / "photos"
    for number in range(12):
        make_image(source / "abc"[number % 3] / f"{number}.jpg", seed=number)
    folder, _ = imported(tmp_path / "w", source)
    shutil.rmtree(source / "c")
    for _ in range(2):
        update(folder)
        names = [f.values["name"] for f in read_findings(folder) if f.code == "unused_class"]
        assert names == ["c"]
