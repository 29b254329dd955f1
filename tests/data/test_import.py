"""Importing as a job, and what is on disk afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks import read_findings
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.splitting.split import split
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.events import Notice
from paddlex_nb.jobs.log import EventReader

from .conftest import MakeImage
from .in_process import imported


@pytest.fixture(scope="module")
def clothing(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_data / "classification/clothing"
    began = time.monotonic()
    folder, result = imported(tmp_path_factory.mktemp("workspace"), source)
    assert time.monotonic() - began < 30  # 3 s on two free cores
    assert result["task"] == "classification"
    assert result["format"] == "folders"
    assert result["images"] == 2148
    assert len(result["classes"]) == 10
    assert result["findings"] == {"error": 0, "warning": 3, "info": 0}
    return folder


def test_given_splits_are_kept(shared_data: Path, clothing: Path) -> None:
    counts = split_counts(clothing)
    assert counts.splits == {"train": 1435, "val": 341, "test": 372}
    source = shared_data / "classification/clothing"
    for split_name, folder in (("train", "train"), ("val", "validation"), ("test", "test")):
        for name, by_split in counts.classes.items():
            assert by_split[split_name] == len(list((source / folder / name).iterdir()))
    record = read_json(clothing / "dataset.json", DatasetRecord)
    assert record.ready
    assert record.split is not None
    assert record.split.given
    assert record.evidence is not None
    assert "2148 images in 10 folders" in record.evidence.text("en")


def test_two_pictures_under_two_classes_are_found(clothing: Path) -> None:
    """The set itself has one picture twice, as skirt and as shorts."""
    *uneven, finding = read_findings(clothing)
    assert [(f.code, f.values["split"]) for f in uneven] == [
        ("uneven_split", "val"),
        ("uneven_split", "test"),
    ]
    assert finding.code == "alike_conflicting_label"
    assert read_findings(clothing, Severity.ERROR) == []
    assert read_findings(clothing, code="alike_conflicting_label", limit=1) == [finding]


def test_training_sees_paths_and_labels(clothing: Path) -> None:
    view = DatasetView(clothing, "test")
    assert len(view) == 372
    assert view.classes[4] == "pants"
    assert view.labels.dtype == np.int64
    for path, label in zip(view.paths[::40], view.labels[::40], strict=True):
        assert path.is_file()
        assert path.parent.name == view.classes[label]
    assert view.sizes.min() == 224


def test_statistics(clothing: Path) -> None:
    statistics(clothing)  # the first call imports
    began = time.monotonic()
    stats = statistics(clothing)
    assert time.monotonic() - began < 1
    assert stats.formats == {"JPEG": 2148}
    assert stats.width.min == 224
    assert stats.aspect_ratio.median < 1
    assert stats.classes["dress"]["train"] == 150
    assert stats.colours is None
    colours = statistics(clothing, colours=True, sample=50).colours
    assert colours is not None
    assert colours.images == 50
    assert 0.4 < colours.mean[0] < 0.8
    assert 0.1 < colours.std[0] < 0.4


def test_dividing_again(clothing: Path) -> None:
    before = (clothing / "splits.json").read_bytes()
    counts = split(clothing, SplitPlan(0.5, 0.3, 0.2, seed=4))
    assert counts.splits == {"train": 1074, "val": 644, "test": 430}
    divided = read_splits(clothing)
    assert sorted([*divided.train, *divided.val, *divided.test]) == list(range(2148))
    assert divided.plan == SplitPlan(0.5, 0.3, 0.2, seed=4)
    with pytest.raises(UserError, match=r"1\.1"):
        split(clothing, SplitPlan(0.7, 0.2, 0.2))
    assert split_counts(clothing) == counts
    (clothing / "splits.json").write_bytes(before)


@pytest.mark.parametrize("task", list(Task))
def test_the_samples_of_all_tasks(
    tmp_path: Path, sample: Callable[[Task], Path], task: Task
) -> None:
    folder, result = imported(tmp_path, sample(task))
    assert result["task"] == task.value
    assert result["findings"] == {"error": 0, "warning": 0, "info": 0}
    for name, share in (("train", 0.7), ("val", 0.2), ("test", 0.1)):
        assert abs(split_counts(folder).splits[name] - share * result["images"]) < 1
    for by_split in split_counts(folder).classes.values():
        assert min(by_split.values()) >= 1
    view = DatasetView(folder, "train")
    index = Index.load(folder)
    if task is Task.CLASSIFICATION:
        assert index.objects.num_rows == 0
        assert np.bincount(view.labels).tolist() == [56] * 4
    elif task is Task.SEGMENTATION:
        assert view.classes[0] == "background"
        assert all(path.is_file() for path in view.masks)
    else:
        objects = view.objects(3)
        assert objects.xywh.shape == (len(objects.class_id), 4)
        assert (objects.xywh[:, 2:] > 5).all()
        outlines = [p for polygons in objects.outlines or () for p in polygons]
        assert bool(outlines) == (task is Task.INSTANCE_SEGMENTATION)
        stats = statistics(folder)
        assert stats.objects == index.objects.num_rows
        assert stats.box_share is not None
        assert stats.box_share.max < 0.5


def test_without_val_a_part_of_train_becomes_it(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(40):
        name = f"{'train' if number < 30 else 'test'}/{'ab'[number % 2]}/{number}.png"
        make_image(tmp_path / "set" / name, seed=number)
    folder, _ = imported(tmp_path, tmp_path / "set")
    assert split_counts(folder).splits == {"train": 24, "val": 6, "test": 10}
    events = EventReader(folder / "jobs/001-import/events.jsonl").poll()
    notices = [e for e in events if isinstance(e, Notice)]
    assert [n.message.key for n in notices] == ["data.val_from_train"]
    assert {p.parents[1].name for p in DatasetView(folder, "val").paths} == {"train"}


def test_archives_are_unpacked_into_the_workspace(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/archives/gbk_names.zip"
    folder, result = imported(tmp_path, source)
    assert result["classes"] == ["帽子", "鞋"]
    assert result["images"] == 2
    assert read_json(folder / "dataset.json", DatasetRecord).root == "files/服装"
    moved = folder.rename(tmp_path / "elsewhere")
    assert all(p.is_file() for p in DatasetView(moved).paths)


def test_copies_do_not_need_their_source(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(6):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    (tmp_path / "set/a/broken.jpg").write_bytes(b"no image")
    folder, _ = imported(tmp_path, tmp_path / "set", copy=True)
    (tmp_path / "set").rename(tmp_path / "gone")
    assert all(p.is_file() for p in DatasetView(folder).paths)
    assert not (folder / "files/a/broken.jpg").exists()


def test_unusual_images_are_used(shared_data: Path, tmp_path: Path) -> None:
    _, result = imported(tmp_path, shared_data / "formats/image-modes")
    assert result["images"] == 6
    assert result["findings"] == {"error": 0, "warning": 0, "info": 3}


@pytest.mark.parametrize(
    ("name", "images", "objects", "task"),
    [
        ("voc-chinese-names", 3, 39, "detection"),
        ("voc-upper-ext", 3, 41, "detection"),
        ("voc-exif-orientation", 2, 27, "detection"),
        ("voc-absolute-paths", 3, 41, "detection"),
        ("coco-rle", 3, 21, "instance_segmentation"),
    ],
)
def test_fixtures_of_the_other_tasks(
    shared_data: Path, tmp_path: Path, name: str, images: int, objects: int, task: str
) -> None:
    folder, result = imported(tmp_path, shared_data / "formats" / name)
    assert (result["task"], result["images"]) == (task, images)
    assert Index.load(folder).objects.num_rows == objects


def test_real_sets_of_the_other_tasks(shared_data: Path, tmp_path: Path) -> None:
    folder, result = imported(tmp_path / "1", shared_data / "detection/bccd")
    assert result["images"] == 364
    assert split_counts(folder).splits == {"train": 205, "val": 87, "test": 72}
    assert Index.load(folder).objects.num_rows == 4888 - 2
    folder, result = imported(tmp_path / "2", shared_data / "instance/balloon")
    assert split_counts(folder).splits == {"train": 61, "val": 13, "test": 0}
    assert split_counts(folder).classes == {"balloon": {"train": 255, "val": 50, "test": 0}}
    _, result = imported(tmp_path / "3", shared_data / "segmentation/camvid")
    assert (result["images"], len(result["classes"])) == (270, 11)


def test_boxes_alone_may_be_asked_for(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "instance/fruits-nuts"
    folder, result = imported(tmp_path, source, task="detection")
    assert result["task"] == "detection"
    assert Index.load(folder).objects.num_rows == 165
    assert (DatasetView(folder).objects(0).outlines or ())[0] == []


def empty(folder: Path, _make: MakeImage) -> Path:
    folder.mkdir()
    return folder


def missing(folder: Path, _make: MakeImage) -> Path:
    return folder


def one_class(folder: Path, make: MakeImage) -> Path:
    return make(folder / "a/1.jpg").parents[1]


def all_broken(folder: Path, make: MakeImage) -> Path:
    for name in ("a/1.jpg", "b/2.jpg"):
        make(folder / name).write_bytes(b"")
    return folder


def no_archive(folder: Path, make: MakeImage) -> Path:
    return make(folder / "photo.jpg")


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (missing, "data.no_such_path"),
        (empty, "data.no_images"),
        (one_class, "data.one_class"),
        (all_broken, "data.no_usable_images"),
        (no_archive, "data.not_a_dataset_file"),
    ],
)
def test_bad_sources_end_in_one_sentence(
    tmp_path: Path, make_image: MakeImage, prepare: Any, code: str
) -> None:
    source = prepare(tmp_path / "set", make_image)
    with pytest.raises(UserError) as error:
        imported(tmp_path, source)
    assert error.value.code == code
    assert "set" in error.value.message.text("en")
    record = read_json(tmp_path / "datasets/d/dataset.json", DatasetRecord)
    assert not record.ready


def test_stopping_ends_the_import(
    tmp_path: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(tmp_path / "set/a/1.jpg")
    monkeypatch.setattr(JobContext, "stopping", True)
    with pytest.raises(Stopped):
        imported(tmp_path, tmp_path / "set")


def test_importing_again_starts_anew(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(8):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    (tmp_path / "set/a/bad.jpg").touch()
    folder, _ = imported(tmp_path, tmp_path / "set", name="Mine")
    assert [f.code for f in read_findings(folder)] == ["empty_file"]
    (tmp_path / "set/a/bad.jpg").unlink()
    imported(tmp_path, tmp_path / "set")
    assert read_findings(folder) == []
    assert json.loads((folder / "dataset.json").read_bytes())["name"] == "Mine"
