"""Predictions of images from anywhere, and as files for other programs."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_runs import fake_runs
from PIL import Image

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.given_images import image_files
from paddlex_nb.evaluation.image_files import find_images
from paddlex_nb.results.predictions import Predictions
from paddlex_nb.run import Run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"), evaluated=False)


# images from anywhere


def test_arrays_and_pictures_become_files_once(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (8, 10, 3), np.uint8)
    given: list[Any] = [rgb, Image.fromarray(rgb), rgb[..., 0], "a/b.jpg", Path("c.png")]
    first, same, grey, text, path = image_files(given, tmp_path / "inputs")
    assert first == same, "the same pixels are one file"
    assert (np.asarray(Image.open(first)) == rgb).all(), "RGB stays RGB"
    assert (np.asarray(Image.open(grey)) == rgb[..., 0]).all()
    assert (text, path) == (Path("a/b.jpg"), Path("c.png"))
    assert image_files(rgb, tmp_path / "inputs") == [first], "an array is one image, not its rows"
    assert image_files("photo.jpg", tmp_path) == [Path("photo.jpg")], "a text is one path"
    flipped = image_files(rgb[:, ::-1], tmp_path / "inputs")[0]
    assert (np.asarray(Image.open(flipped)) == rgb[:, ::-1]).all()
    (palette,) = image_files(Image.fromarray(rgb).convert("P"), tmp_path / "inputs")
    assert Image.open(palette).mode == "RGB"


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        3,
        [""],
    ],
    ids=repr,
)
def test_what_is_no_image_is_refused(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(UserError):
        image_files(wrong, tmp_path / "inputs")  # type: ignore[arg-type]
    assert not (tmp_path / "inputs").exists()


def test_a_run_predicts_arrays_as_it_predicts_the_file(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    file = run.images("test")[0]
    array = np.asarray(Image.open(file).convert("RGB"))
    png = run.predict(file, progress=False)
    same = run.predict(array, threshold=0.3, progress=False)
    assert len(png) == len(same) == 1
    assert same[0].path.is_relative_to(run.folder)
    assert same[0].draw().shape == array.shape


def test_label_maps_beside_their_photos_are_no_photos(tmp_path: Path) -> None:
    rgb, grey = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8)
    for name, pixels in {
        "photos/a.jpg": rgb, "masks/a.png": grey, "photos/b.png": rgb, "masks/b.png": grey,
        "alone.png": grey, "grey/c.png": grey, "other/c.png": grey, "grey/d.jpg": grey,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / name)
    found, passed = find_images([tmp_path])
    names = {path.relative_to(tmp_path).as_posix() for path in found}
    assert names == {
        "photos/a.jpg", "photos/b.png", "alone.png", "grey/c.png", "other/c.png", "grey/d.jpg",
    }  # fmt: skip
    assert passed == 2
    assert find_images([tmp_path / "masks" / "a.png"]) == ([tmp_path / "masks" / "a.png"], 0)


def test_the_images_of_a_split_are_those_of_the_run(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    parts = [set(run.images(split)) for split in ("train", "val", "test")]
    assert all(parts)
    assert not parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]
    assert all(path.is_file() for path in parts[2])
    with pytest.raises(UserError, match="val"):
        run.images("vall")


# files for other programs


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_all_that_was_predicted_is_saved(runs: dict[Task, Run], tmp_path: Path, task: Task) -> None:
    run = runs[task]
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    copy = tmp_path / "other" / run.images("test")[0].name
    copy.parent.mkdir()
    copy.write_bytes(run.images("test")[0].read_bytes())
    images = [*run.images("test")[:3], copy, broken]
    predictions = run.predict(images, progress=False)
    out = predictions.save(tmp_path / "out")
    drawn = sorted(path.name for path in (out / "drawn").iterdir())
    assert len(drawn) == 4, "two of one name have a file each, the broken one has none"
    for name in drawn:
        with Image.open(out / "drawn" / name) as picture:
            assert picture.size == Image.open(copy).size
    assert Predictions.from_dict(read_json(out / "results.json", dict)).failed == 1
    with (out / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["image"] for row in rows if row["error"]} == {str(broken)}
    objects = sum(len(one.objects) for one in predictions)
    if task is Task.CLASSIFICATION:
        assert [row["class"] for row in rows if not row["error"]] == [
            one.class_name for one in predictions if one.error is None
        ]
    if task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        assert len(rows) == objects + 1
    assert (out / "masks").exists() == (task is Task.SEGMENTATION)
    assert (out / "coco.json").exists() == (predictions.threshold is not None)


def test_saved_coco_is_what_pycocotools_reads(runs: dict[Task, Run], tmp_path: Path) -> None:
    from pycocotools.coco import COCO

    run = runs[Task.INSTANCE_SEGMENTATION]
    predictions = run.predict(run.images("test"), threshold=0.05, progress=False)
    out = predictions.save(tmp_path / "out")
    coco = COCO(str(out / "coco.json"))
    assert len(coco.imgs) == len(predictions)
    assert [one["name"] for one in coco.loadCats(coco.getCatIds())] == run.record.classes
    annotations = coco.loadAnns(coco.getAnnIds())
    assert len(annotations) == sum(len(one.objects) for one in predictions) > 0
    first = predictions.predictions[annotations[0]["image_id"] - 1].objects[0]
    assert annotations[0]["score"] == first.score
    mask = first.mask()
    assert mask is not None
    assert (coco.annToMask(annotations[0]) == mask).all()


def test_saved_label_maps_are_numbers_that_can_be_seen(
    runs: dict[Task, Run], tmp_path: Path
) -> None:
    run = runs[Task.SEGMENTATION]
    predictions = run.predict(run.images("test")[:1], progress=False)
    (file,) = (predictions.save(tmp_path / "out") / "masks").iterdir()
    with Image.open(file) as picture:
        assert picture.mode == "P"
        assert (np.asarray(picture) == predictions[0].mask()).all()
        seen = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(seen, axis=0)) == len(np.unique(np.asarray(predictions[0].mask())))


def test_an_archive_has_the_same_and_nothing_is_overwritten(
    runs: dict[Task, Run], tmp_path: Path
) -> None:
    run = runs[Task.CLASSIFICATION]
    predictions = run.predict(run.images("test")[:2], progress=False)
    packed = predictions.save(tmp_path / "out.zip")
    with zipfile.ZipFile(packed) as archive:
        names = set(archive.namelist())
    assert {"predictions.csv", "results.json"} < names
    assert sum(name.startswith("drawn/") for name in names) == 2
    before = packed.read_bytes()
    for out in (packed, tmp_path):
        with pytest.raises(UserError):
            predictions.save(out)
    assert packed.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.zip"], "no draft stays"


def test_nothing_above_the_threshold_says_what_the_best_was(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    file = run.images("test")[0]
    every = run.predict(file, threshold=0.0, progress=False)[0]
    none = run.predict(file, threshold=1.0, progress=False)[0]
    assert every.best_below is None
    assert none.objects == []
    best = max(one.score for one in every.objects)
    assert none.best_below == pytest.approx(best)
    assert f"{best:.2f}" in none.summary()[0]


def test_the_terminal_predicts_a_split_into_a_folder(
    runs: dict[Task, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runs[Task.DETECTION]
    at = ["--workspace", str(run.folder.parents[1]), "--json"]
    out = tmp_path / "out"
    assert main(["predict", run.id, "--split", "test", "--out", str(out), *at]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["out"] == str(out)
    assert told["images"] == len(run.images("test"))
    assert (out / "coco.json").is_file()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    assert main(["predict", run.id, str(broken), *at]) != 0, "it could not be predicted"
    assert json.loads(capsys.readouterr().out)["failed"] == 1
    assert main(["predict", run.id, *at]) != 0
