"""A data set whose folder was moved is pointed to it, and nothing that was done is lost."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.store.record_file import source_in_use
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.job import make_missing
from paddlex_nb.data.thumbnails.making import Thumbnails
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.pages.predict.images import Predicted

from .conftest import MakeImage
from .in_process import imported, update
from .settled import settle


@pytest.fixture
def source(tmp_path: Path, make_image: MakeImage) -> Path:
    """Twenty images of two classes, in a folder in a folder."""
    for number in range(20):
        make_image(tmp_path / f"set/pets/{'ab'[number % 2]}/{number:02d}.jpg", seed=number)
    return tmp_path / "set"


@pytest.fixture
def dataset(tmp_path: Path, source: Path) -> Dataset:
    """It, imported, corrected and divided, with a run that was trained with it."""
    imported_set = Dataset(imported(tmp_path / "w", source)[0])
    imported_set.edits.set_class([3], "a")
    imported_set.split(0.5, 0.3, 0.2, seed=5)
    imported_set.move_to_split([0], "test")
    write_json(tmp_path / "w/runs/r/splits.json", read_splits(imported_set.folder))
    imported_set.edits.exclude([4])
    settle(imported_set.folder)
    return imported_set


def state(dataset: Dataset) -> dict[str, Any]:
    """What must stay, and what can be seen."""
    run = dataset.folder.parents[1] / "runs/r"
    views = [DatasetView(dataset.folder, s) for s in SPLITS]
    trained = [DatasetView(dataset.folder, s, divided=run) for s in SPLITS]
    return {
        "changes": dataset.edits.changes(),
        "splits": read_splits(dataset.folder),
        "files": [[path.is_file() for path in view.paths] for view in (*views, *trained)],
        "labels": [view.labels.tolist() for view in (*views, *trained)],
        "tiles": Thumbnails(dataset.folder).tiles(range(20)),
    }


def refused(dataset: Dataset, place: Path) -> UserError:
    before = dataset.record
    with pytest.raises(UserError) as refusal:
        dataset.relocate(place)
    assert dataset.record == before
    return refusal.value


@pytest.mark.parametrize("pointed", [".", "..", "pets", "pets/a", "../.."])
def test_a_moved_folder_is_found_again_and_nothing_is_lost(
    dataset: Dataset, source: Path, tmp_path: Path, make_image: MakeImage, pointed: str
) -> None:
    before = state(dataset)
    place = tmp_path / "disk/new/deep/renamed"
    place.parent.mkdir(parents=True)
    shutil.copytree(tmp_path / "set", tmp_path / "disk/other")  # beside it: not all is there
    shutil.rmtree(tmp_path / "disk/other/pets/a")
    source.rename(place)
    assert dataset.away() == source / "pets"
    relocated = dataset.relocate(place / pointed)
    assert relocated.root == str(place / "pets")
    assert relocated.missing == relocated.different == []
    assert [m.text() for m in relocated.messages] == [
        f"set: found 20 of 20 images in {place / 'pets'}."
    ]
    assert dataset.away() is None
    assert state(dataset) == before
    make_image(place / "pets/b/99.jpg", seed=99)
    assert update(dataset.folder)["added"] == 1
    assert dataset.relocate(place).images == 21


def test_what_is_away_can_still_be_looked_at(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    shown = Thumbnails(dataset.folder).tiles(range(20))
    make_missing(dataset.folder, lambda *_: None)
    open_grid = DatasetPictures(dataset)
    source.rename(tmp_path / "elsewhere")
    for thumbnails in (Thumbnails(dataset.folder), Thumbnails(dataset.folder, 160)):
        assert thumbnails.tiles(range(20)) == shown
    assert make_missing(dataset.folder, lambda *_: None) == (0, 0)
    for file in (dataset.folder / "thumbnails").iterdir():  # the pack alone, too
        if file.suffix == ".jpg":
            file.unlink()
    assert Thumbnails(dataset.folder).tiles(range(20)) == shown
    assert [tile.jpeg for tile in open_grid.tiles(0, 20, 128)] == shown
    assert statistics(dataset.folder, colours=True).images == 19
    with pytest.raises(UserError, match="relocate"):
        open_grid.picture(0)
    with pytest.raises(UserError, match="relocate"):
        update(dataset.folder)
    (tmp_path / "elsewhere/pets/a/00.jpg").unlink()
    dataset.relocate(tmp_path / "elsewhere")
    open_grid.reload()
    assert open_grid.picture(1).jpeg
    assert open_grid.tiles(0, 2, 128)[0].jpeg == b""  # one that is gone by itself is not shown


def test_another_folder_is_refused_and_a_few_missing_are_not(
    dataset: Dataset, source: Path, tmp_path: Path, make_image: MakeImage
) -> None:
    other = tmp_path / "w/other"  # outside: the real one must not be found beside it
    for number in range(20):
        make_image(other / f"pets/{'ab'[number % 2]}/{number:02d}.jpg", seed=1000 + number)
    away = tmp_path / "away/from/all/that/looks"
    away.mkdir(parents=True)
    source.rename(away / "set")
    refusal = refused(dataset, other)
    assert refusal.code == "data.relocate_other"
    assert "20 of 20" in str(refusal)
    assert "a/00.jpg" in str(refusal)
    shutil.rmtree(other / "pets")
    assert "Only 0 of 20 images of set were found" in str(refused(dataset, other))
    assert refused(dataset, tmp_path / "nothing").code == "workspace.no_such_path"
    assert refused(dataset, next((away / "set").rglob("*.jpg"))).code == "data.relocate_no_folder"
    with source_in_use(dataset.folder):
        assert refused(dataset, away).code == "workspace.still_busy"
    for number in (0, 2, 4):
        (away / f"set/pets/a/{number:02d}.jpg").unlink()
    make_image(away / "set/pets/a/06.jpg", seed=77)
    relocated = dataset.relocate(away)
    assert relocated.missing == ["a/00.jpg", "a/02.jpg", "a/04.jpg"]
    assert relocated.different == ["a/06.jpg"]
    said = " ".join(message.text() for message in relocated.messages)
    assert "17 of 20" in said
    assert "a/02.jpg" in said
    assert "a/06.jpg" in said


@pytest.mark.parametrize("cached", [True, False])
def test_images_saved_anew_are_the_same_ones(
    dataset: Dataset, source: Path, tmp_path: Path, make_image: MakeImage, cached: bool
) -> None:
    for number in range(20):
        path = source / f"pets/{'ab'[number % 2]}/{number:02d}.jpg"
        make_image(path, seed=number, quality=90)
    source.rename(tmp_path / "again")
    if not cached:  # a cache that may be deleted
        shutil.rmtree(tmp_path / "w/memory")
    assert dataset.relocate(tmp_path / "again").different == []


def test_what_is_known_of_the_files_moves_along(
    dataset: Dataset, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.rename(tmp_path / "again")
    dataset.relocate(tmp_path / "again")

    def looked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("paddlex_nb.data.checks.probing.probe", looked)
    assert update(dataset.folder)["images"] == 19


def test_masks_belong_to_it(tmp_path: Path) -> None:
    write_sample(Task.SEGMENTATION, tmp_path / "sample")
    folder, _ = imported(tmp_path / "w", tmp_path / "sample")
    view = DatasetView(folder)
    before = [view.label_map(image).tobytes() for image in range(len(view))]
    (tmp_path / "sample").rename(tmp_path / "moved")
    DatasetPictures(Dataset(folder)).tiles(0, 5, 128)  # without masks, and without failing
    assert Dataset(folder).relocate(tmp_path / "moved").masks_missing == 0
    view = DatasetView(folder)
    assert [view.label_map(image).tobytes() for image in range(len(view))] == before
    view.masks[0].unlink()
    (tmp_path / "moved").rename(tmp_path / "back")
    assert Dataset(folder).relocate(tmp_path / "back").masks_missing == 1


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_an_archive_that_moved_is_what_an_update_looks_at(
    tmp_path: Path, source: Path, ending: str
) -> None:
    kind = {"zip": "zip", "tar.gz": "gztar"}[ending]
    shutil.make_archive(str(tmp_path / "set"), kind, tmp_path, "set")
    archive = tmp_path / f"set.{ending}"
    dataset = Dataset(imported(tmp_path / "w", archive)[0])
    place = tmp_path / "disk"
    place.mkdir()
    archive.rename(place / archive.name)
    assert dataset.away() is None
    with pytest.raises(UserError, match="relocate"):
        update(dataset.folder)
    with tarfile.open(place / "other.tar", "w") as other:
        other.add(source / "pets/a/00.jpg", "set/pets/a/strange.jpg")
    (place / "bad.zip").write_bytes(b"no archive")
    assert refused(dataset, place / "other.tar").code == "data.relocate_other"
    assert refused(dataset, place / "bad.zip").code == "data.archive_damaged"
    (place / "other.tar").unlink()
    (place / "bad.zip").unlink()
    pointed = dataset.relocate(place)
    assert pointed.source == str(place / archive.name)
    assert f"updates now read {pointed.source}" in pointed.messages[0].text("en")
    assert update(dataset.folder)["lost"] == 0
    assert dataset.relocate(source).source == str(source / "pets")  # unpacked by hand: as good


def test_copies_have_a_source_too(tmp_path: Path, source: Path, make_image: MakeImage) -> None:
    dataset = Dataset(imported(tmp_path / "w", source, copy=True)[0])
    source.rename(tmp_path / "again")
    assert dataset.away() is None
    make_image(tmp_path / "again/pets/a/99.jpg", seed=99)
    dataset.relocate(tmp_path / "again")
    assert update(dataset.folder)["added"] == 1
    assert not Path(dataset.record.root).is_absolute()


def test_predictions_find_their_images_again(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    entries = [
        {"path": str(source / "pets/a/00.jpg"), "scores": [1.0, 0.0], "top": [0, 1]},
        {"path": str(tmp_path / "gone.jpg"), "scores": [1.0, 0.0], "top": [0, 1]},
    ]
    source.rename(tmp_path / "again")
    dataset.relocate(tmp_path / "again")
    predicted = Predicted(entries, ["a", "b"], dataset)
    assert predicted.known
    assert [entry["path"] for entry in predicted._entries] == [
        str(tmp_path / "again/pets/a/00.jpg"),
        str(tmp_path / "gone.jpg"),
    ]


def test_paths_may_be_relative(
    dataset: Dataset, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.rename(tmp_path / "again")
    monkeypatch.chdir(tmp_path / "w")
    dataset.relocate("../again")
    assert dataset.record.root == str(tmp_path / "again/pets")
    os.chdir("/")
    assert dataset.away() is None
