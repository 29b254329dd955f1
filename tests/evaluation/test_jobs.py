"""Evaluating and predicting a trained run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from training.fixtures import Bench

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.jobs.events import Epoch, Progress
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.suites.images import Pixels, read_image


def test_every_number_can_be_traced_to_its_images(bench: Bench, trained: Path) -> None:
    result, events = bench.job(trained, "evaluate", split="val", checkpoint="last")
    view = DatasetView(bench.workspace.dataset(bench.dataset).folder, "val")
    assert result["images"] == len(view)
    assert result["classes"] == view.classes
    folder = trained / "evaluation" / "val-last"
    assert json.loads((folder / "result.json").read_text("utf-8"))["metrics"] == result["metrics"]
    table = pa.ipc.open_file(folder / "predictions.arrow").read_all()
    assert [Path(p) for p in table["path"].to_pylist()] == view.paths
    matrix = np.zeros((4, 4), int)
    np.add.at(matrix, (table["truth"].to_numpy(), table["prediction"].to_numpy()), 1)
    assert matrix.tolist() == result["confusion_matrix"]
    np.testing.assert_array_equal(table["truth"].to_numpy(), view.labels)
    assert any(isinstance(e, Progress) and e.stage == "evaluate" for e in events)


def test_it_gives_what_training_said(bench: Bench, trained: Path) -> None:
    result, _ = bench.job(trained, "evaluate", split="val", checkpoint="last")
    log = next((trained / "jobs").glob("*-train")) / "events.jsonl"
    told = [e for e in EventReader(log).poll() if isinstance(e, Epoch)][-1]
    for name, value in told.metrics.items():
        assert result["metrics"][name] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"split": "holdout"}, "evaluation.unknown_split"),
        ({"checkpoint": "77"}, "training.no_checkpoint"),
    ],
)
def test_what_is_not_there_is_said(
    bench: Bench, trained: Path, arguments: dict[str, str], code: str
) -> None:
    with pytest.raises(UserError) as error:
        bench.job(trained, "evaluate", **arguments)
    assert error.value.code == code


def test_files_and_folders_are_predicted_and_bad_ones_said(
    bench: Bench, trained: Path, tmp_path: Path
) -> None:
    source = DatasetView(bench.workspace.dataset(bench.dataset).folder, "test").paths[:3]
    for number, path in enumerate(source):
        Image.open(path).save(tmp_path / f"{number}.png")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "torn.jpg").write_bytes(source[0].read_bytes()[:200])
    (tmp_path / "notes.txt").write_text("no image", encoding="utf-8")
    paths = [str(tmp_path), str(source[0])]
    result, _ = bench.job(trained, "predict", paths=paths)
    by_name = {Path(p["path"]).name: p for p in result["predictions"]}
    assert list(by_name) == ["0.png", "1.png", "2.png", "torn.jpg", source[0].name]
    assert (result["images"], result["failed"]) == (5, 1)
    assert by_name["torn.jpg"]["error"]["key"] == "training.unreadable_image"
    assert by_name["0.png"]["class"] in result["classes"]
    assert by_name["0.png"]["score"] == by_name["0.png"]["top5"][0]["score"]
    written = next((trained / "jobs").glob("*-predict")) / "predictions.json"
    assert json.loads(written.read_text("utf-8"))["predictions"] == result["predictions"]


@pytest.mark.parametrize("where", ["empty", "missing"])
def test_no_images_is_said(bench: Bench, trained: Path, tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError) as error:
        bench.job(trained, "predict", paths=[str(tmp_path / where)])
    assert error.value.code in {"evaluation.no_images", "evaluation.no_such_path"}


def test_a_file_that_breaks_the_reader_is_said_and_the_others_go_on(
    bench: Bench, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = DatasetView(bench.workspace.dataset(bench.dataset).folder, "test").paths[0]
    names = ["a.jpg", "odd.jpg", "z.jpg"]
    for name in names:
        (tmp_path / name).write_bytes(source.read_bytes())

    def read(path: Path, **_: object) -> Pixels:
        if path.name == "odd.jpg":
            raise RuntimeError("a decoder's own error")
        return read_image(path)

    monkeypatch.setattr("paddlex_nb.suites.dataset_adapter.read_image", read)
    result, _ = bench.job(trained, "predict", paths=[str(tmp_path)])
    by_name = {Path(p["path"]).name: p for p in result["predictions"]}
    assert list(by_name) == names
    assert result["failed"] == 1
    assert "a decoder's own error" in by_name["odd.jpg"]["error"]["text"]
    assert by_name["a.jpg"]["class"] == by_name["z.jpg"]["class"]
