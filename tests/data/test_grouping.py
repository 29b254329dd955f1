"""What belongs together stays on one side; folds cover everything once."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.data.splitting.leaks import leaks
from paddlex_nb.data.splitting.split import split
from paddlex_nb.data.store.records import SplitPlan
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView

from .conftest import MakeImage
from .in_process import imported


@pytest.fixture
def patients(tmp_path: Path, make_image: MakeImage) -> Path:
    """Sixty images of twenty patients, two classes, with a table that names the patients."""
    source = tmp_path / "set"
    rows = ["filename,class,patient"]
    for number in range(60):
        patient, name = number // 3, "ab"[number % 2]
        path = f"day{number % 5}/p{patient:02}_{number}.jpg"
        make_image(source / path, seed=number)
        rows.append(f"{path},{name},P{patient}")
    (source / "labels.csv").write_text("\n".join(rows))
    return imported(tmp_path / "w", source)[0]


def sides(folder: Path) -> dict[str, str]:
    names = DatasetView(folder).paths
    splits = read_splits(folder)
    return {
        names[row].name: name for name in ("train", "val", "test") for row in getattr(splits, name)
    }


@pytest.mark.parametrize("together", [r"(p\d+)_", r"p\d\d", "column"])
def test_images_of_a_patient_stay_together(patients: Path, together: str) -> None:
    split(patients, SplitPlan(0.6, 0.2, 0.2, together=together))
    by_patient = defaultdict(set)
    for name, side in sides(patients).items():
        by_patient[name[:3]].add(side)
    assert len(by_patient) == 20
    assert all(len(its_splits) == 1 for its_splits in by_patient.values())
    counts = split_counts(patients).splits
    assert sum(counts.values()) == 60
    assert abs(counts["train"] - 36) <= 3


def test_images_of_a_folder_stay_together(patients: Path) -> None:
    split(patients, SplitPlan(0.6, 0.2, 0.2, together="folder"))
    by_folder = defaultdict(set)
    paths = {path.name: path.parent.name for path in DatasetView(patients).paths}
    for name, side in sides(patients).items():
        by_folder[paths[name]].add(side)
    assert all(len(its_splits) == 1 for its_splits in by_folder.values())


@pytest.mark.parametrize(
    ("together", "key"), [("(", "data.bad_pattern"), ("nothing like it", "data.nothing_together")]
)
def test_patterns_that_are_of_no_use_are_told(patients: Path, together: str, key: str) -> None:
    before = read_splits(patients)
    with pytest.raises(UserError) as told:
        split(patients, SplitPlan(together=together))
    assert told.value.message.key == key
    assert read_splits(patients) == before


@pytest.mark.parametrize("test", [0.0, 0.2])
@pytest.mark.parametrize("folds", [2, 5])
def test_folds_cover_everything_once(patients: Path, folds: int, test: float) -> None:
    parts, held = [], None
    for fold in range(1, folds + 1):
        plan = SplitPlan(0.8 - test, 0.2, test, together=r"p\d\d", folds=folds, fold=fold)
        split(patients, plan)
        splits = read_splits(patients)
        assert held in {None, tuple(splits.test)}
        held = tuple(splits.test)
        assert sorted([*splits.train, *splits.val, *splits.test]) == list(range(60))
        parts.append(splits.val)
    assert sorted([*np.concatenate(parts).tolist(), *(held or ())]) == list(range(60))
    assert max(map(len, parts)) - min(map(len, parts)) <= 3


@pytest.mark.parametrize(
    ("folds", "fold", "key"),
    [
        (1, 1, "data.split_folds"),
        (5, 6, "data.split_fold"),
    ],
)
def test_folds_that_cannot_be_are_told(patients: Path, folds: int, fold: int, key: str) -> None:
    with pytest.raises(UserError) as told:
        split(patients, SplitPlan(folds=folds, fold=fold))
    assert told.value.message.key == key


def test_there_are_no_more_folds_than_groups(patients: Path) -> None:
    with pytest.raises(UserError) as told:
        split(patients, SplitPlan(together=r"p(\d)\d", folds=3, fold=1))
    assert told.value.message.key == "data.split_folds"


def test_leaks_are_counted(tmp_path: Path, make_image: MakeImage) -> None:
    for number in range(8):
        make_image(tmp_path / f"set/{'ab'[number % 2]}/{number}.jpg", seed=number)
    for name in ("again", "once more"):
        make_image(tmp_path / f"set/a/{name}.jpg", seed=0)
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    assert leaks(folder) == 0
    rows = {path.stem: row for row, path in enumerate(DatasetView(folder).paths)}
    splits = read_splits(folder)
    rest = [row for row in range(10) if row not in {rows["again"], rows["once more"]}]
    splits.train, splits.val, splits.test = rest, [rows["again"]], [rows["once more"]]
    write_json(folder / "splits.json", splits)
    assert leaks(folder) == 3
