"""Images that are gone or break: said before the start, and in the middle of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.jobs.events import Epoch, Event, Resumed
from paddlex_nb.runs.checkpoint import CheckpointStore
from paddlex_nb.suites import fake
from paddlex_nb.workspace import Workspace
from training.fixtures import PER_CLASS, Bench


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, Path]:
    """A data set whose files may be taken away, and its folder."""
    root = tmp_path_factory.mktemp("missing")
    write_sample(Task.CLASSIFICATION, root / "sample")
    for folder in (root / "sample").iterdir():
        for extra in sorted(folder.iterdir())[PER_CLASS:]:
            extra.unlink()
    workspace = Workspace(root / "workspace")
    dataset = workspace.import_dataset(root / "sample")
    dataset.split(0.5, 0.25, 0.25)
    return Bench(workspace, dataset.id), root / "sample"


@pytest.fixture
def source(sources: tuple[Bench, Path], tmp_path: Path) -> Iterator[Path]:
    """The folder, put back as it was after the test."""
    folder = sources[1]
    shutil.copytree(folder, tmp_path / "copy")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.move(tmp_path / "copy", folder)


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_a_folder_that_is_gone_is_said_before_the_start(
    sources: tuple[Bench, Path], source: Path, kind: str
) -> None:
    bench, _ = sources
    run = bench.run_folder("fake", epochs=1)
    source.rename(source.with_name("renamed"))
    with pytest.raises(UserError) as caught:
        bench.job(run, kind)
    shutil.move(source.with_name("renamed"), source)
    assert caught.value.code == "training.all_files_gone"
    said = caught.value.message.text("en")
    assert ("None of the 36 " if kind == "train" else "None of the 12 ") in said
    assert f"dataset relocate {bench.dataset}" in said
    assert str(source) in said


def test_some_that_are_gone_are_counted_and_named(
    sources: tuple[Bench, Path], source: Path
) -> None:
    bench, _ = sources
    run = bench.run_folder("fake", epochs=1)
    gone = sorted(source.iterdir())[0]
    shutil.rmtree(gone)
    with pytest.raises(UserError) as caught:
        bench.job(run, "train")
    assert caught.value.code == "training.files_gone"
    said = caught.value.message.text("en")
    assert " of 36 " in said
    assert str(gone) in said
    assert f"dataset update {bench.dataset}" in said


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("split", ["train", "val"])
def test_an_image_that_goes_while_training_ends_it_with_its_name_and_a_checkpoint(
    sources: tuple[Bench, Path],
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
    split: str,
) -> None:
    bench, _ = sources
    monkeypatch.setattr("paddlex_nb.suites.images.ImageCache.put", lambda *_: None)
    run = bench.run_folder(num_workers=workers, epochs=4, early_stop=None)
    context = bench.context(run, "train")
    gone = RunSetup.load(run).view(split).paths[0]
    emit = context.emit

    def take_away(event: Event) -> None:
        emit(event)
        if isinstance(event, Epoch) and event.epoch == 1:
            gone.unlink()

    monkeypatch.setattr(context, "emit", take_away)
    with pytest.raises(UserError) as caught:
        bench.work(context, "train")
    assert caught.value.code == "training.image_gone"
    assert str(gone) in str(caught.value)
    kept = CheckpointStore(run).info("last")
    assert kept.epoch == 1
    assert kept.step >= 3
    if split == "val":
        assert (kept.step, kept.batches) == (6, 3)  # the whole second epoch
    shutil.copy(next(p for p in gone.parent.iterdir() if p != gone), gone)
    result, events = bench.job(run, "train", resume=True)
    assert result["epoch"] == 4
    assert next(e for e in events if isinstance(e, Resumed)).step == kept.step


def test_an_error_of_evaluation_keeps_what_was_trained(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.0")

    def overflows(*_: Any) -> None:
        raise OverflowError("Python integer 590 out of bounds for uint8")

    run = bench.run_folder("fake", epochs=2)
    with monkeypatch.context() as patched:
        patched.setattr(fake.SuiteAdapter, "predict", overflows)
        with pytest.raises(OverflowError):
            bench.job(run, "train")
    info = CheckpointStore(run).info("last")
    assert (info.step, info.batches) == (10, 10)
    result, _ = bench.job(run, "train", resume=True)
    assert (result["epoch"], result["step"]) == (2, 20)


def test_an_error_within_a_step_keeps_nothing_of_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.0")

    def breaks(self: fake._Learner, *_: Any) -> dict[str, float]:
        self._weights["learnt"][0] = np.nan  # half a step
        raise RuntimeError("half")

    run = bench.run_folder("fake", epochs=2)
    monkeypatch.setattr(fake._Learner, "step", breaks)
    with pytest.raises(RuntimeError):
        bench.job(run, "train")
    assert CheckpointStore(run).names() == []
