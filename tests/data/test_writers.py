"""A data set that is written in another format and read again is the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats import FORMATS
from paddlex_nb.data.importing.detect import detect
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.source.scan import scan
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.data.writers.job import Arguments, run
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.log import EventWriter

from .in_process import imported
from .summaries import counts, facts, masks, same, splits
from .told import Told

CASES = [(task, name) for task, writers in WRITERS.items() for name in writers]
ONLY_READ = {
    *("vott", "open_images", "kitti", "wider_face", "labelme_xml", "named_lists"),
    *("city_polygons", "instance_maps", "ade20k", "mvtec", "coco_panoptic", "segment_anything"),
    *("run_lengths", "visdrone", "dota"),
    *(
        "box_lists",
        "bdd",
        "crowd_human",
        "supervisely",
        "labelbox",
        "tiny_imagenet",
        "cub",
        "fgvc_aircraft",
    ),
}
READ_AS = {"one_hot": "csv"}
"""Tables of another form, which are read as tables."""

NO_SPLIT = {"labelme", "cvat_video"}
RENAMES = {"cvat_video"}
"""Formats that name images anew, and hold one sequence only; see `test_cvat_video_written`."""
NO_PARTS = {"via"}
"""Formats in which each outline is an object of its own."""


def written(task: Task, name: str, source: Path, target: Path) -> Path:
    WRITERS[task][name](Content(source), target)
    return target


@pytest.mark.parametrize(("task", "name"), CASES)
def test_round_trip_of_the_sample(tmp_path: Path, task: Task, name: str) -> None:
    write_sample(task, tmp_path / "sample")
    first, _ = imported(tmp_path / "1", tmp_path / "sample")
    target = written(task, name, first, tmp_path / "written")
    detected = detect(scan(target, Told()))
    read_as = READ_AS.get(name, name)
    assert (detected.format.name, detected.format.task) == (
        read_as,
        task,
    ) or task is Task.SEGMENTATION
    second, result = imported(tmp_path / "2", target, task=task.value)
    assert result["format"] == read_as
    assert result["classes"] == Content(first).classes
    assert result["findings"]["error"] == 0
    if name in RENAMES:
        return
    if task is not Task.INSTANCE_SEGMENTATION or name == "coco":
        assert same(facts(first), facts(second))
    elif name not in NO_PARTS:  # boxes are those of the outlines
        assert same(counts(first), counts(second))
    if name not in NO_SPLIT:
        assert splits(first) == splits(second)
    if task is Task.INSTANCE_SEGMENTATION:
        assert same(masks(first), masks(second))


def formats_of(folder: Path) -> list[str]:
    return [name for name in WRITERS[Content(folder).task] if name not in RENAMES]


FIXTURES = [
    *("yolo-det", "yolo-seg", "labelme-cls", "cvat-images", "csv-det", "coco-rle"),
    *("voc-absolute-paths", "voc-chinese-names", "voc-upper-ext", "voc-exif-orientation"),
    *("archives/clothing_mini.zip", "archives/clothing_mini.tar.gz", "archives/gbk_names.zip"),
    "image-modes",
]


@pytest.mark.parametrize("fixture", FIXTURES)
def test_round_trips_of_the_fixtures(shared_data: Path, tmp_path: Path, fixture: str) -> None:
    first, before = imported(tmp_path / "1", shared_data / "formats" / fixture)
    for name in formats_of(first):
        target = written(Content(first).task, name, first, tmp_path / f"written-{name}")
        again, after = imported(tmp_path / f"2-{name}", target)
        assert (after["format"], after["task"]) == (READ_AS.get(name, name), before["task"])
        assert sorted(after["classes"]) == sorted(before["classes"])
        assert after["findings"]["error"] == 0
        if before["task"] != "instance_segmentation" or name == "coco":
            assert same(facts(first), facts(again)), name
        elif fixture != "coco-rle" or name not in NO_PARTS:
            assert same(counts(first), counts(again)), name
        assert same(masks(first), masks(again)) or before["task"] != "instance_segmentation"


def test_every_format_that_is_read_is_written() -> None:
    read = {(f.task, f.name) for f in FORMATS if f.name not in ONLY_READ}
    assert {(task, name) for task, name in CASES if name not in READ_AS} == read


def test_pictures_of_one_name_are_told_apart(tmp_path: Path, make_image: Any) -> None:
    for seed, name in enumerate(("a/x.jpg", "a/X.png", "b/x.jpg", "b/y.jpg")):
        make_image(tmp_path / "set" / name, seed=seed)
    first, _ = imported(tmp_path / "1", tmp_path / "set")
    assert [p.name for p in Content(first).pictures] == ["X.png", "x_2.jpg", "x_3.jpg", "y.jpg"]


@pytest.mark.parametrize("name", WRITERS[Task.CLASSIFICATION])
def test_odd_class_names_are_kept(tmp_path: Path, make_image: Any, name: str) -> None:
    classes = ["=1+1", "a b", 'x, "y"', "帽子", "<b>"]
    for seed, class_name in enumerate(classes):
        make_image(tmp_path / "set" / class_name / f"{seed}.jpg", seed=seed)
        make_image(tmp_path / "set" / class_name / f"{seed}b.jpg", seed=seed + 100)
    first, before = imported(tmp_path / "1", tmp_path / "set")
    target = written(Task.CLASSIFICATION, name, first, tmp_path / "written")
    _, after = imported(tmp_path / "2", target)
    kept = sorted(before["classes"])
    if name == "folders":  # what Windows refuses in a folder's name
        kept = sorted(c.translate(str.maketrans('"<>', "___")) for c in kept)
    assert sorted(after["classes"]) == kept


FORMULAS = ["=1+1", "+a", "-b", "@sum", "'=kept", "'plain", "''@x"]


@pytest.mark.parametrize("task", [Task.CLASSIFICATION, Task.DETECTION])
def test_no_class_of_a_table_is_a_formula(tmp_path: Path, make_image: Any, task: Task) -> None:
    box = {Task.CLASSIFICATION: "", Task.DETECTION: ",1,2,20,30"}[task]
    head = {Task.CLASSIFICATION: "", Task.DETECTION: ",xmin,ymin,xmax,ymax"}[task]
    for seed, _ in enumerate(FORMULAS):
        make_image(tmp_path / f"set/{seed}.jpg", seed=seed)
    # as others write them: our own names begin where theirs do
    lines = [f"{n}.jpg,{neutral(name)}{box}" for n, name in enumerate(FORMULAS)]
    (tmp_path / "set/t.csv").write_text("\n".join([f"filename,class{head}", *lines]))
    first, before = imported(tmp_path / "1", tmp_path / "set")
    assert sorted(before["classes"]) == sorted(FORMULAS)
    target = written(task, "csv", first, tmp_path / "written")
    with (target / "labels.csv").open() as file:
        cells = [row["class"] for row in csv.DictReader(file)]
    assert len(cells) == len(FORMULAS)
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]
    _, after = imported(tmp_path / "2", target)
    assert sorted(after["classes"]) == sorted(FORMULAS)


def test_one_hot_tables_are_as_roboflow_has_them(tmp_path: Path, make_image: Any) -> None:
    for seed, name in enumerate(("Ants/1", "Ants/2", "=bee/3", "=bee/4")):
        make_image(tmp_path / f"set/train/{name}.jpg", seed=seed)
        make_image(tmp_path / f"set/val/{name}v.jpg", seed=seed + 10)
    first, before = imported(tmp_path / "1", tmp_path / "set")
    target = written(Task.CLASSIFICATION, "one_hot", first, tmp_path / "written")
    lines = (target / "train/_classes.csv").read_text().splitlines()
    assert lines[0] == f"filename,{','.join(map(neutral, before['classes']))}"
    assert {line.partition(",")[0] for line in lines[1:]} == {f"{n}.jpg" for n in range(1, 5)}
    assert all((target / "train" / line.partition(",")[0]).is_file() for line in lines[1:])
    again, after = imported(tmp_path / "2", target)
    assert (after["format"], after["classes"]) == ("csv", before["classes"])
    assert (splits(again), facts(again)) == (splits(first), facts(first))


def test_class_names_lead_out_of_no_folder(tmp_path: Path, make_image: Any) -> None:
    rows = ["filename,class", "1.jpg,../../out", "2.jpg,/etc", "3.jpg,.."]
    for number in (1, 2, 3):
        make_image(tmp_path / f"set/{number}.jpg", seed=number)
    (tmp_path / "set/t.csv").write_text("\n".join(rows))
    first, _ = imported(tmp_path / "1", tmp_path / "set")
    target = written(Task.CLASSIFICATION, "folders", first, tmp_path / "a/b/written")
    files = [p for p in tmp_path.rglob("*.jpg") if "set" not in p.parts]
    assert len(files) == 3
    assert all(p.is_relative_to(target) for p in files)


def test_coco_of_a_crowd_is_as_pycocotools_reads_it(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/coco-rle"
    first, _ = imported(tmp_path / "1", source)
    target = written(Task.INSTANCE_SEGMENTATION, "coco", first, tmp_path / "written")
    before = json.loads((source / "annotations.json").read_text())
    areas = sorted(a["area"] for a in before["annotations"])
    after = [
        a for file in target.glob("*.json") for a in json.loads(file.read_text())["annotations"]
    ]
    assert sorted(a["area"] for a in after) == areas
    crowds = [a["segmentation"] for a in after if a["iscrowd"]]
    assert len(crowds) == 3
    assert all(sum(c["counts"]) == np.prod(c["size"]) for c in crowds)
    assert Index.load(first).objects.num_rows == len(after)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    folder, _ = imported(tmp_path / "1", tmp_path / "sample")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(UserError) as told:
        export(folder, "lists", tmp_path / "out")
    assert told.value.message.key == "data.out_used"
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(UserError) as told:
        export(folder, "lists", tmp_path / "sample/out")
    assert told.value.message.key == "data.out_in_source"
    with pytest.raises(UserError) as told:
        export(folder, "coco", tmp_path / "new")
    known = ["folders", "lists", "csv", "one_hot", "labelme"]
    known += ["easydata", "label_studio", "datumaro"]
    assert told.value.message.values["known"].values == {"known": known}


def test_a_missing_image_leaves_nothing_behind(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    folder, _ = imported(tmp_path / "1", tmp_path / "sample")
    next((tmp_path / "sample").rglob("*.jpg")).unlink()
    with pytest.raises(UserError) as told:
        export(folder, "lists", tmp_path / "new/out")
    assert told.value.message.key == "data.image_unreadable"
    assert list((tmp_path / "new").iterdir()) == []


def export(folder: Path, to: str, out: Path) -> dict[str, Any]:
    job = folder / "jobs" / "002-write"
    job.mkdir(parents=True, exist_ok=True)
    writer = EventWriter(job / "events.jsonl")
    try:
        return run(JobContext(job, writer), Arguments(to, str(out)))
    finally:
        writer.close()
