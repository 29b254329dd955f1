"""Sample predictions: a few fixed images, kept as the training goes; they never end it."""

from __future__ import annotations

import errno
from itertools import pairwise
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.jobs.events import Notice
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.samples import MOST, MOST_BYTES, forget_after, read_samples, thinned
from paddlex_nb.suites import fake
from paddlex_nb.training import samples
from paddlex_nb.training.samples import fixed_images
from training.fixtures import Bench, bench_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.001")


@pytest.mark.parametrize("task", list(Task))
def test_each_evaluated_epoch_leaves_predictions_for_the_same_images(
    task: Task, tmp_path: Path
) -> None:
    bench = bench_of(task, tmp_path)
    run = Run(bench.run_folder(epochs=5, eval_interval=2))
    bench.job(run.folder, "train")
    assert run.sample_epochs == [2, 4, 5]
    first, last = (read_samples(run.folder, epoch) for epoch in (2, 5))
    assert first["row"].to_pylist() == last["row"].to_pylist()
    assert len(first) == 6
    # it is what the evaluation of that checkpoint says of these images
    bench.job(run.folder, "evaluate", checkpoint="last")
    import pyarrow as pa

    path = RunFolder(run.folder).evaluation("val", "last").predictions
    whole = pa.ipc.open_file(pa.memory_map(str(path))).read_all().select(last.column_names)
    rows = {row["row"]: row for row in whole.to_pylist()}
    assert last.to_pylist() == [rows[row] for row in last["row"].to_pylist()]
    predictions = run.samples()
    view = DatasetView(bench.workspace.dataset(bench.dataset).folder, "val", divided=run.folder)
    assert [one.path for one in predictions] == [view.path(row) for row in rows if row in
                                                 last["row"].to_pylist()]  # fmt: skip
    assert predictions[0].draw().shape[2] == 3
    assert predictions[0].summary()[0]
    with pytest.raises(UserError) as error:
        run.samples(3)
    assert error.value.code == "display.no_samples"


def test_a_resume_has_the_same_images_and_forgets_what_it_will_predict_again(bench: Bench) -> None:
    run = Run(bench.run_folder("fake", epochs=3))
    bench.job(run.folder, "train")
    rows = read_samples(run.folder, 3)["row"].to_pylist()
    stray = RunFolder(run.folder).sample(9)
    stray.write_bytes(b"of an epoch that a kill took back")
    bench.job(run.folder, "train", resume=True, epochs=5)
    assert run.sample_epochs == [1, 2, 3, 4, 5]
    assert read_samples(run.folder, 5)["row"].to_pylist() == rows


def test_a_disk_that_refuses_them_does_not_end_the_training(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(samples, "keep_samples", full)
    run = bench.run_folder("fake", epochs=3)
    result, events = bench.job(run, "train")
    assert result["epoch"] == 3
    told = [e for e in events if isinstance(e, Notice) and "samples" in e.message.key]
    assert len(told) == 1
    assert "No space left" in told[0].message.text("en")


def test_a_run_without_samples_says_so(bench: Bench) -> None:
    run = Run(bench.run_folder("fake"))
    assert run.sample_epochs == []
    with pytest.raises(UserError) as error:
        run.samples()
    assert error.value.code == "display.no_samples"


def test_damaged_samples_are_an_error_that_names_the_file(bench: Bench) -> None:
    run = Run(bench.run_folder("fake", epochs=1))
    bench.job(run.folder, "train")
    path = RunFolder(run.folder).sample(1)
    for content in (b"", path.read_bytes()[:-40], b"ARROW1\0\0" + b"\xff" * 100):
        path.write_bytes(content)
        with pytest.raises(UserError) as error:
            run.samples(1)
        assert error.value.code == "core.file_damaged"
        assert str(path) in str(error.value)


def test_few_are_kept_spread_over_the_training() -> None:
    kept: list[int] = []
    for epoch in range(1, 1001):
        kept = thinned([*kept, epoch], [1] * (len(kept) + 1))
        assert len(kept) <= MOST
        assert kept[-1] == epoch
    gaps = [b - a for a, b in pairwise([0, *kept])]
    assert max(gaps) <= 2 * 1000 / MOST * 2  # none of the training is without
    assert thinned([1, 2, 3, 4], [MOST_BYTES // 2] * 4) == [2, 4]
    assert thinned([7], [2 * MOST_BYTES]) == [7]


def test_what_is_later_is_forgotten(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.samples.mkdir()
    for epoch in (1, 2, 3):
        run.sample(epoch).touch()
    (run.samples / "epoch-x.arrow").touch()
    forget_after(tmp_path, 1)
    assert run.sample_epochs == [1]


class FakeView:
    """Stands in for a split with these classes in its images."""

    def __init__(self, images: list[list[int]]) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def present(self, image: int) -> list[int]:
        return self.images[image]


def test_images_with_objects_of_different_classes_come_first() -> None:
    images: list[list[int]] = [[]] * 50 + [[0]] * 50 + [[1], [2], [3, 0]]
    view: object = FakeView(images)
    chosen = fixed_images(view, 6, seed=3)  # type: ignore[arg-type]
    assert {100, 101, 102} <= set(chosen)
    assert all(images[image] for image in chosen)
    assert chosen == fixed_images(view, 6, seed=3)  # type: ignore[arg-type]
    assert chosen != fixed_images(view, 6, seed=4)  # type: ignore[arg-type]
    assert len(fixed_images(FakeView([[], [0]]), 6, seed=0)) == 2  # type: ignore[arg-type]
