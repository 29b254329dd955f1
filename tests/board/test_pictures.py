"""Pictures for VisualDL: read back with its own reader, drawn once, drawn anew after a resume."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from training.fixtures import bench_of
from visualdl import LogReader

from paddlex_nb.board.draw import newest
from paddlex_nb.board.pictures import write_pictures
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.suites import fake


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.001")


def trained(task: Task, root: Path, epochs: int) -> Run:
    bench = bench_of(task, root)
    run = Run(bench.run_folder(epochs=epochs))
    bench.job(run.folder, "train")
    return run


def pictures(run: Run) -> dict[str, list[int]]:
    """Epochs of each picture, as VisualDL reads them from the one log of the folder."""
    (file,) = RunFolder(run.folder).vdl_samples.iterdir()
    reader = LogReader(file_path=str(file))
    return {
        tag: [one.id for one in reader.get_data("image", tag)] for tag in reader.get_tags()["image"]
    }


@pytest.mark.parametrize("task", list(Task))
def test_truth_and_prediction_of_the_same_images_are_there_epoch_by_epoch(
    task: Task, tmp_path: Path
) -> None:
    run = trained(task, tmp_path, 3)
    assert write_pictures(run.folder) == 3
    assert write_pictures(run.folder) == 0
    said = pictures(run)
    assert len(said) == 6
    assert all(epochs == [1, 2, 3] for epochs in said.values())
    (file,) = RunFolder(run.folder).vdl_samples.iterdir()
    first = LogReader(file_path=str(file)).get_data("image", next(iter(said)))[0]
    picture = Image.open(io.BytesIO(first.image.encoded_image_string))
    image = Image.open(run.samples(1)[0].path)
    image.thumbnail((480, 480))
    assert picture.size == (2 * image.width + 8, image.height)
    assert first.timestamp == RunFolder(run.folder).sample(1).stat().st_mtime_ns // 1_000_000


def test_what_a_resumed_training_predicted_again_is_drawn_again(tmp_path: Path) -> None:
    run = trained(Task.CLASSIFICATION, tmp_path, 3)
    files = RunFolder(run.folder)
    shutil.copy(files.sample(3), files.sample(4))
    assert write_pictures(run.folder) == 4
    files.sample(4).unlink()  # a resume from the checkpoint of epoch 3
    assert write_pictures(run.folder) == 3
    assert set(map(tuple, pictures(run).values())) == {(1, 2, 3)}
    os.utime(files.sample(3), (1e9, 1e9))
    assert write_pictures(run.folder) == 3
    shutil.copy(files.sample(3), files.sample(4))
    files.sample(2).unlink()  # thinned: what was drawn stays
    assert write_pictures(run.folder) == 1
    assert set(map(tuple, pictures(run).values())) == {(1, 2, 3, 4)}


@pytest.mark.parametrize("damage", ["cut", "emptied", "nonsense"])
def test_a_damaged_log_is_drawn_anew(tmp_path: Path, damage: str) -> None:
    run = trained(Task.CLASSIFICATION, tmp_path, 2)
    write_pictures(run.folder)
    (log,) = RunFolder(run.folder).vdl_samples.iterdir()
    whole = log.read_bytes()
    log.write_bytes({"cut": whole[:-5], "emptied": b"", "nonsense": b"x" * 999}[damage])
    assert write_pictures(run.folder) == 2
    assert set(map(tuple, pictures(run).values())) == {(1, 2)}


def test_a_run_without_samples_or_with_damaged_ones_stays_as_it_is(tmp_path: Path) -> None:
    run = trained(Task.CLASSIFICATION, tmp_path, 1)
    files = RunFolder(run.folder)
    files.sample(1).write_bytes(b"nonsense")
    with pytest.raises(UserError):
        write_pictures(run.folder)
    shutil.rmtree(files.samples)
    shutil.rmtree(files.vdl)
    assert write_pictures(run.folder) == 0  # of a former version
    assert not files.vdl.exists()


def test_the_runs_that_something_happened_to_last_are_drawn_first(tmp_path: Path) -> None:
    run = trained(Task.CLASSIFICATION, tmp_path, 1)
    runs = run.folder.parent
    for number in range(30):
        shutil.copytree(run.folder, runs / f"r{number}")
        os.utime(runs / f"r{number}" / "samples", (2e9 + number, 2e9 + number))
    assert [folder.name for folder in newest(runs)] == [f"r{number}" for number in range(29, 9, -1)]
