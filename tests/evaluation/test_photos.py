"""Evaluating whole photos of a tiled data set: what counts is the photo with its whole objects."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from training.fixtures import Bench

from evaluation.cut_photos import cut, photo_set
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.tiles import Tile, photo_name
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.evaluation.evaluated import evaluated_view
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.evaluation import Evaluation, tiles_note
from paddlex_nb.run import Run
from paddlex_nb.script import python_script
from paddlex_nb.suites import fakes
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.workspace import Workspace

SIZE = (330, 250)
TILE = 100


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STEP_VARIABLE, "0")


class Trained:
    """A run on the tiles of photos; its model finds in each tile what is there, not quite."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        task: str = "detection",
        source: Callable[[Path], Path] | None = None,
    ) -> None:
        self.source = folder / "s"
        truth = photo_set(self.source, task, SIZE)
        self.workspace = Workspace(folder / "w")
        named = source(self.source) if source else self.source
        self.dataset: Dataset = self.workspace.import_dataset(
            named, task=task, tile=TILE, tile_overlap=0.3
        )
        self.task = task
        monkeypatch.setattr(fakes._Boxes, "predict", lambda _self, data, _learnt: data["truth"])

        def made_up(fake: Any, paths: Sequence[Path]) -> dict[str, Any]:
            predicted, sizes = [], []
            for path in paths:
                with Image.open(path) as image:
                    sizes.append(image.size)
                left, top = map(int, path.stem.split("_"))
                part = cut(truth, Tile(left, top, left + TILE, top + TILE))
                rng = np.random.default_rng(left * 1000 + top)
                part = part.take(rng.random(len(part)) < 0.8)
                moved = part.xywh + rng.uniform(-1.5, 1.5, part.xywh.shape)
                made = fake._of(part.class_id, part.score, moved.clip(0.5, None), sizes[-1])
                predicted.append(made)
            return {"truth": predicted, "size": sizes}

        monkeypatch.setattr(fakes._Boxes, "made_up", made_up)

    def run(self) -> Run:
        return self.workspace.train(self.dataset, f"fake_{self.task}", epochs=1)

    def bench(self) -> Bench:
        return Bench(self.workspace, self.dataset.id)

    def measured(self, run: Run, split: str = "train") -> dict[str, Any]:
        return self.bench().job(run.folder, "evaluate_photos", split=split)[0]


def photos_in(run: Run, split: str) -> list[str]:
    """The photos that were measured."""
    file = RunFolder(run.folder).evaluation(split, "best", photos=True).predictions
    table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
    paths: list[str] = table["path"].to_pylist()
    return paths


@pytest.mark.parametrize("task", ["detection", "instance_segmentation"])
def test_figures_are_those_of_pycocotools_on_the_whole_photos(
    tmp_path: Path, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = Trained(tmp_path, monkeypatch, task)
    run = trained.run()
    result = trained.measured(run)
    paths = photos_in(run, "train")
    assert result["images"] == len(paths) == result["photos"]["measured"] > 1
    assert (result["photos"]["left_out"], result["tile"]) == (0, TILE)

    predicted, _ = trained.bench().job(run.folder, "predict", paths=paths, threshold=0.0)
    labels = json.loads((trained.source / "annotations.json").read_text())
    ids = {one["file_name"]: one["id"] for one in labels["images"]}
    wanted = {ids[Path(path).name] for path in paths}
    labels["images"] = [one for one in labels["images"] if one["id"] in wanted]
    labels["annotations"] = [one for one in labels["annotations"] if one["image_id"] in wanted]
    file = tmp_path / "wanted.json"
    file.write_text(json.dumps(labels))
    known = COCO(str(file))
    found = [
        {
            "image_id": ids[Path(entry["path"]).name],
            "category_id": one["class_id"],
            "score": one["score"],
            **({"segmentation": one["mask"]} if "mask" in one else {"bbox": one["box"]}),
        }
        for entry in predicted["predictions"]
        for one in entry["objects"]
    ]
    kind = "segm" if task == "instance_segmentation" else "bbox"
    judge = COCOeval(known, known.loadRes(found), kind)
    judge.evaluate()
    judge.accumulate()
    judge.summarize()
    head = "mask_" if kind == "segm" else ""
    names = [f"{head}{name}" for name in ("map", "ap50", "ap75")]
    figures = [result["metrics"][name] for name in names]
    np.testing.assert_allclose(figures, judge.stats[:3], atol=1e-9)
    assert 0.05 < figures[0] < 0.99

    evaluation = Evaluation.from_dict(result, run.folder)
    at = evaluation.at(0.0)
    objects = sum(not one["iscrowd"] for one in labels["annotations"])
    assert int(at.confusion_matrix[:-1].sum()) == objects  # each once, however often it was cut
    assert "whole photos" in tiles_note(result)
    looks_like_any_other(run, evaluation, paths, tmp_path)


def looks_like_any_other(run: Run, evaluation: Evaluation, paths: list[str], tmp: Path) -> None:
    """An evaluation whose images are the photos: images, intervals, verdict, slices, report."""
    view = evaluated_view(run.folder, evaluation.data)
    assert [str(path) for path in view.paths] == paths
    assert all(Path(path).exists() for path in paths)
    ranked = run.worst(evaluation)
    assert ranked
    assert {str(one.path) for one in ranked} <= set(paths)
    assert ranked[0].draw().shape[:2] == SIZE[::-1]
    results = Results(run, dict(evaluation.data))
    matrix = evaluation.confusion_matrix
    cell = np.argwhere((matrix > 0) & ~np.eye(len(matrix), dtype=bool))[0].tolist()
    behind = results.in_cell(*cell)
    results.choose(among=behind)
    assert 0 < results.count == len(behind) <= len(paths)
    assert results.tiles(0, 1, 160)[0].size == SIZE
    assert results.tiles(0, 1, 160)[0].jpeg
    assert results.picture(0).jpeg
    intervals = {one.metric: one for one in evaluation.intervals() if one.class_name is None}
    for name, value in evaluation.metrics.items():
        if (one := intervals.get(name)) is not None and one.low is not None and value is not None:
            assert one.low <= value <= (one.high or 0)
    assert {"map", "mask_map"} & set(intervals)
    objects = int(evaluation.confusion_matrix[:-1].sum())
    assert f" {objects} " in run.judge(evaluation).sentences[0]
    by_looks = list(evaluation.slices(["brightness"]))
    assert sum(one.images for one in by_looks) == len(paths)
    assert sorted(row for one in by_looks for row in one.rows.tolist()) == list(range(len(paths)))
    report = run.report(evaluation, tmp / "report.html").read_text("utf-8")
    assert report.count("data:image/jpeg") >= 2
    for path in (ranked[0].path.name, "whole photos"):
        assert path in report


def test_masks_are_measured_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "s"
    for name in ("JPEGImages", "Annotations"):
        (source / name).mkdir(parents=True)
    truths: dict[str, NDArray[np.uint8]] = {}
    for number in range(5):
        truth = np.zeros((150, 210), np.uint8)
        truth[20:90, 40 + number : 130], truth[100 + number :, 7:60] = 1, 2
        pixels = np.random.default_rng(number).integers(0, 99, (150, 210, 3), dtype=np.uint8)
        pixels[..., number % 3] += 30 * number
        Image.fromarray(pixels).save(source / "JPEGImages" / f"{number}.jpg")
        Image.fromarray(truth).save(source / "Annotations" / f"{number}.png")
        truths[f"{number}.jpg"] = truth
    (source / "labels.txt").write_text("background\na\nb")
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(source, task="segmentation", tile=64)
    run = workspace.train(dataset, "fake_segmentation", epochs=1)
    guess = np.zeros((150, 210), np.uint8)
    guess[25:95, 40:125], guess[90:, 7:80] = 1, 2

    def made_up(_fake: Any, paths: Sequence[Path]) -> dict[str, Any]:
        corners = (tuple(map(int, path.stem.split("_"))) for path in paths)
        return {"truth": [guess[top : top + 64, left : left + 64] for left, top in corners]}

    monkeypatch.setattr(fakes._Pixels, "made_up", made_up)
    monkeypatch.setattr(fakes._Pixels, "predict", lambda _self, data, _learnt: data["truth"])
    bench = Bench(workspace, dataset.id)
    result, _ = bench.job(run.folder, "evaluate_photos", split="train")
    true = np.stack([truths[Path(path).name] for path in photos_in(run, "train")])
    pairs = [(true == n, np.broadcast_to(guess == n, true.shape)) for n in range(3)]
    ious = [(a & b).sum() / (a | b).sum() for a, b in pairs]
    assert result["metrics"]["miou"] == pytest.approx(np.mean(ious), abs=1e-9)
    view = evaluated_view(run.folder, result)
    np.testing.assert_array_equal([view.label_map(n) for n in range(len(view))], true)
    evaluation = Evaluation.from_dict(result, run.folder)
    assert run.judge(evaluation).sentences
    assert {one.metric for one in evaluation.intervals()} >= {"miou"}
    assert run.worst(evaluation)[0].draw().shape[:2] == (150, 210)
    # a mask that was drawn anew is another label
    changed = Path(photos_in(run, "train")[0]).name
    Image.fromarray(truths[changed] * 0).save(
        source / "Annotations" / changed.replace("jpg", "png")
    )
    result, _ = bench.job(run.folder, "evaluate_photos", split="train")
    assert result["photos"]["left_out"] == 1
    assert result["photos"]["example"].endswith(changed)


def correct(trained: Trained, tile: Path, how: str) -> None:
    """Correct a tile of a photo: it is left out, or one of its objects is."""
    edits, image = trained.dataset.edits, f"images/{tile.name}"
    if how == "exclude":
        edits.exclude([image])
        return
    view = DatasetView(trained.dataset.folder)
    position = view.paths.index(tile)
    edits.drop_objects([(image, int(view.objects(position).number[0]))])


@pytest.mark.parametrize("how", ["exclude", "drop"])
def test_photos_whose_tiles_were_corrected_are_left_out_and_renamed_classes_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    trained = Trained(tmp_path, monkeypatch)
    trained.dataset.edits.rename_class("a", "apple")
    trained.dataset.edits.merge_classes(["b"], "c")
    run = trained.run()
    before = trained.measured(run)
    assert before["photos"]["left_out"] == 0
    assert before["classes"] == ["apple", "c"]
    photos = before["photos"]["measured"]
    tile = run.images("train")[0]
    correct(trained, tile, how)
    assert trained.measured(run)["photos"]["left_out"] == 0  # the run was trained before
    after = trained.measured(trained.run())
    assert after["photos"]["measured"] == photos - 1
    assert after["photos"]["left_out"] == 1
    assert Path(after["photos"]["example"]).name == photo_name(tile.name)
    assert after["photos"]["example"] in tiles_note(after)


def test_labels_that_were_changed_where_they_came_from_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = Trained(tmp_path, monkeypatch)
    run = trained.run()
    assert trained.measured(run)["photos"]["left_out"] == 0
    file = trained.source / "annotations.json"
    labels = json.loads(file.read_text())
    for one in labels["annotations"]:
        one["bbox"][2] += 3  # all of them
    file.write_text(json.dumps(labels))
    with pytest.raises(UserError) as error:
        trained.measured(run)
    assert error.value.code == "evaluation.no_photos"
    shutil.rmtree(trained.source)
    with pytest.raises(UserError) as error:
        trained.measured(run)
    assert error.value.code == "evaluation.photos_gone"


def test_a_photo_of_a_class_that_the_run_does_not_have_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = Trained(tmp_path, monkeypatch)
    run = trained.run()
    file = trained.source / "annotations.json"
    labels = json.loads(file.read_text())
    mine = {photo_name(path.name) for path in run.images("train")}
    names = [one["file_name"] for one in labels["images"]]
    strange = {names[0], max(mine)}  # the first of all, and one of the split
    for image in labels["images"]:
        if image["file_name"] in strange:
            other = {"id": 9000 + image["id"], "image_id": image["id"], "category_id": 9}
            labels["annotations"].append({**labels["annotations"][0], **other})
    labels["categories"].append({"id": 9, "name": "d"})
    file.write_text(json.dumps(labels))
    result = trained.measured(run)
    view = evaluated_view(run.folder, result)
    assert {path.name for path in view.paths} == mine - strange
    assert result["photos"]["left_out"] == len(mine & strange)
    for photo in range(len(view)):
        there = set(view.objects(photo).class_id.tolist())
        assert there == set(view.present(photo)) == {0, 1, 2}


def test_photos_that_were_moved_are_found_again(tmp_path: Path) -> None:
    photo_set(tmp_path / "s", "detection", SIZE)
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(tmp_path / "s", task="detection", tile=TILE)
    run = workspace.train(dataset, "fake_detection", epochs=1)
    before = run.evaluate("train", photos=True, progress=False)
    moved = tmp_path / "disk" / "moved"
    moved.parent.mkdir()
    (tmp_path / "s").rename(moved)
    for ask in (lambda: run.evaluate("train", photos=True, progress=False), dataset.update):
        with pytest.raises(UserError, match="dataset relocate"):
            ask()
    # other photos under the same names are not taken for these
    other = tmp_path / "other"
    shutil.copytree(moved, other)
    for path in [p for p in other.rglob("*") if p.suffix in {".png", ".jpg"}]:
        with Image.open(path) as image:
            size = image.size
        Image.effect_noise(size, 90).convert("RGB").save(path)
    with pytest.raises(UserError) as error:
        dataset.relocate(other)
    assert error.value.code == "data.relocate_other"
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError) as error:
        dataset.relocate(tmp_path / "empty")
    assert error.value.code == "data.relocate_few"
    found = dataset.relocate(tmp_path / "disk")
    assert Path(found.source) == moved
    assert (found.missing, found.different) == ([], [])
    assert 0 < found.compared <= found.images == len(list(moved.rglob("*.png")))
    view = evaluated_view(run.folder, before.to_dict())  # is shown from there
    assert all(path.is_relative_to(moved) for path in view.paths)
    assert all(path.exists() for path in view.paths)
    after = run.evaluate("train", photos=True, progress=False)
    assert (after.images, after.metrics) == (before.images, before.metrics)
    result = dataset.update()
    assert result is not None
    assert (result.added, result.lost) == (0, 0)


def test_photos_in_an_archive_are_unpacked_and_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed(source: Path) -> Path:
        return Path(shutil.make_archive(str(tmp_path / "photos"), "zip", source))

    trained = Trained(tmp_path, monkeypatch, source=packed)
    run = trained.run()
    result = trained.measured(run)
    assert result["photos"]["left_out"] == 0
    assert not list(run.folder.rglob("scratch"))
    view = evaluated_view(run.folder, result)  # those that were measured are kept
    assert [str(path) for path in view.paths] == photos_in(run, "train")
    assert all(path.is_relative_to(run.folder) and path.exists() for path in view.paths)
    again = trained.measured(run)
    assert again["metrics"] == result["metrics"]
    assert all(path.exists() for path in evaluated_view(run.folder, again).paths)


def test_masks_of_photos_that_came_in_an_archive_are_kept(tmp_path: Path) -> None:
    photo_set(tmp_path / "s", "instance_segmentation", SIZE)
    packed = shutil.make_archive(str(tmp_path / "photos"), "zip", tmp_path / "s")
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(packed, task="segmentation", tile=TILE)
    run = workspace.train(dataset, "fake_segmentation", epochs=1)
    evaluation = run.evaluate("train", photos=True, progress=False)
    view = evaluated_view(run.folder, evaluation.data)
    assert len(view) == evaluation.images
    assert all(path.is_relative_to(run.folder) for path in view.masks)
    counts = [np.bincount(view.label_map(n).ravel(), minlength=4) for n in range(len(view))]
    assert all((one[:4] > 0).all() for one in counts)  # background, a, b, c


def test_photos_of_whole_images_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_set(tmp_path / "s", "detection", SIZE)
    workspace = Workspace(tmp_path / "w")
    run = workspace.train(workspace.import_dataset(tmp_path / "s"), "fake_detection", epochs=1)
    with pytest.raises(UserError) as error:
        run.evaluate(photos=True)
    assert error.value.code == "evaluation.not_tiled"


def test_python_evaluates_photos(tmp_path: Path) -> None:
    photo_set(tmp_path / "s", "detection", SIZE)
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(tmp_path / "s", task="detection", tile=TILE)
    run = workspace.train(dataset, "fake_detection", epochs=1)
    tiles = run.evaluate("train", progress=False)
    photos = run.evaluate("train", photos=True, progress=False)
    assert photos.images == len({photo_name(path.name) for path in run.images("train")})
    assert tiles.images == len(run.images("train"))
    assert [one.images for one in run.evaluations()] == [tiles.images]
    assert "whole photos" in repr(photos)
    assert "run.evaluate(split='train', checkpoint='best', photos=True)" in python_script(run)
    words = ["evaluate", run.id, "--split", "train", "--photos", "--json"]
    command = [sys.executable, "-m", "paddlex_nb", *words, "--workspace", str(workspace.path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert json.loads(told)["photos"]["measured"] == photos.images
    assert len(json.loads(told)["judgement"]) > 0
    assert {one["metric"] for one in json.loads(told)["intervals"]} >= {"map", "f1"}
    report = [*command, "--report", str(tmp_path / "x.html")]
    subprocess.run(report, capture_output=True, check=True)
    assert "whole photos" in (tmp_path / "x.html").read_text("utf-8")
    assert [one.images for one in run.evaluations(photos=True)] == [photos.images]
    show = [*command[:3], "runs", "show", run.id, "--workspace", str(workspace.path)]
    shown = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    assert "train, whole photos" in shown
    with pytest.raises(UserError) as error:
        run.rescore(photos)
    assert error.value.code == "label_errors.of_photos"
