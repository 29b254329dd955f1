"""Sample predictions of the live page: which epoch, and what is right, wrong or missed."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Epoch
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.history import History
from paddlex_nb.suites import fake
from paddlex_nb.widgets.images.differences import MISSED, RIGHT, WRONG
from paddlex_nb.widgets.pages.training.samples import BOTH, TrainingSamples
from paddlex_nb.widgets.parts import ImageGrid, Tile
from paddlex_nb.workspace import Workspace


def now(call: Callable[[], object]) -> None:
    call()


@pytest.fixture
def trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Task], tuple[Run, TrainingSamples]]:
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.001")

    def train(task: Task) -> tuple[Run, TrainingSamples]:
        workspace = Workspace(tmp_path / "work")
        dataset = workspace.import_sample(task, progress=False)
        model = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
        run = workspace.train(dataset, model, epochs=3, progress=False)
        return run, TrainingSamples(dataset, run, now, now)

    return train


def grid_of(shown: TrainingSamples) -> ImageGrid:
    assert shown._hosted is not None
    grid = shown._hosted.part
    assert isinstance(grid, ImageGrid)
    return grid


def tiles_of(shown: TrainingSamples) -> list[Tile]:
    return list(grid_of(shown).pictures.tiles(0, 6, 160))


@pytest.mark.parametrize("task", [Task.DETECTION, Task.INSTANCE_SEGMENTATION])
def test_objects_are_right_wrong_or_missed_as_the_confusion_matrix_counts_them(
    task: Task, trained: Callable[[Task], tuple[Run, TrainingSamples]]
) -> None:
    run, shown = trained(task)
    shown.show(run.history)
    tiles = tiles_of(shown)
    assert len(tiles) == 6
    counts = Counter(shape.class_id for tile in tiles for shape in tile.layers[0].shapes)
    rows = shown_rows(run)
    pairs = [pair for row in rows for pair in zip(row["true_class"], row["class_id"], strict=True)]
    known = [(true, guess) for true, guess in pairs if true is not None]
    assert counts[RIGHT] == sum(true == guess for true, guess in known) > 0
    assert counts[WRONG] == sum(true != guess for true, guess in known) > 0
    assert counts[MISSED] == sum(len(row["missed_number"]) for row in rows)
    shown._shown.value = BOTH
    tiles = tiles_of(shown)
    assert [len(tile.layers) for tile in tiles] == [2] * 6
    assert grid_of(shown).classes == run.record.classes


def shown_rows(run: Run) -> list[dict[str, list[int]]]:
    from paddlex_nb.runs.samples import read_samples

    rows: list[dict[str, list[int]]] = read_samples(run.folder, 3).to_pylist()
    return rows


def test_pixels_have_an_error_map(
    trained: Callable[[Task], tuple[Run, TrainingSamples]],
) -> None:
    run, shown = trained(Task.SEGMENTATION)
    shown.show(run.history)
    for tile in tiles_of(shown):
        kinds = np.asarray(Image.open(io.BytesIO(tile.layers[0].mask)))
        assert {RIGHT, WRONG, MISSED} & set(np.unique(kinds).tolist())
        assert (kinds == WRONG).any()


def test_a_class_is_said_with_its_score(
    trained: Callable[[Task], tuple[Run, TrainingSamples]],
) -> None:
    run, shown = trained(Task.CLASSIFICATION)
    shown.show(run.history)
    for tile in tiles_of(shown):
        truth, prediction = tile.layers
        right = truth.class_ids == prediction.class_ids
        assert prediction.note.endswith("✓" if right else "✗")


def test_the_newest_epoch_is_shown_unless_another_is_chosen(
    trained: Callable[[Task], tuple[Run, TrainingSamples]],
) -> None:
    run, shown = trained(Task.DETECTION)
    folder = RunFolder(run.folder)
    third = folder.sample(3).read_bytes()
    folder.sample(3).unlink()
    history = run.history
    shown.show(upto(history, 2))
    assert shown._epoch.value == 2
    grid = grid_of(shown)
    folder.sample(3).write_bytes(third)
    shown.show(history)
    assert shown._epoch.options == (1, 2, 3)
    assert shown._epoch.value == 3
    assert grid_of(shown) is grid  # renewed, not made anew
    shown._epoch.value = 1
    folder.sample(4).write_bytes(third)
    history.extend([Epoch(epoch=4, epochs=4, step=40, loss=1.0, metrics={}, seconds=1.0)])
    shown.show(history)
    assert shown._epoch.options == (1, 2, 3, 4)
    assert shown._epoch.value == 1


def upto(history: History, epoch: int) -> History:
    earlier = History()
    earlier.extend(event for event in history.epochs_done if event.epoch <= epoch)
    return earlier


def test_a_run_without_samples_shows_nothing_and_a_damaged_file_is_said(
    trained: Callable[[Task], tuple[Run, TrainingSamples]],
) -> None:
    run, shown = trained(Task.DETECTION)
    shown.show(History())
    assert shown.widget.children == ()
    RunFolder(run.folder).sample(3).write_bytes(b"no arrow")
    shown.show(run.history)
    assert "epoch-3.arrow" in shown._note.value
