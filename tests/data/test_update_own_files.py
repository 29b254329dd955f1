"""A data set with files of its own, copied or unpacked, is brought up to date from its source."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import DropObjects, history, make
from paddlex_nb.data.importing import update_job
from paddlex_nb.data.store.records import SPLITS, DatasetRecord
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView

from .conftest import MakeImage
from .in_process import imported, update
from .twelve import add, killed, seen, sides, write_twelve

Own = tuple[Path, Callable[[], Path]]


@pytest.fixture
def source(tmp_path: Path, make_image: MakeImage) -> Path:
    """Twelve images, cats in all, dogs in every second."""
    return write_twelve(tmp_path, make_image)


def packed(source: Path) -> Path:
    """The folder as an archive beside it, anew at every call."""
    whole = source.with_suffix(".zip")
    with zipfile.ZipFile(whole, "w") as archive:
        for file in sorted(source.iterdir()):
            archive.write(file, f"top/{file.name}")
    return whole


@pytest.fixture(params=["copied", "unpacked"])
def own(request: pytest.FixtureRequest, tmp_path: Path, source: Path) -> Own:
    """A data set with files of its own, and what brings its source up to date."""
    if request.param == "copied":
        return imported(tmp_path / "w", source, copy=True)[0], lambda: source
    return imported(tmp_path / "w", packed(source))[0], lambda: packed(source)


def test_own_files_come_go_and_change(own: Own, source: Path, make_image: MakeImage) -> None:
    folder, pack = own
    run = folder.parents[1] / "runs/r"
    write_json(run / "splits.json", read_splits(folder))
    make(folder, DropObjects([(1, 2)]))
    before, rows = sides(folder), read_splits(folder)
    unchanged = DatasetView(folder).path(2).stat()
    add(source, make_image, 20)
    make_image(source / "05.jpg", seed=99, size=(96, 80))
    (source / "03.jpg").unlink()
    (source / "01.txt").write_text("1 0.5 0.5 0.4 0.4")
    pack()
    result = update(folder)
    assert (result["added"], result["lost"], result["images"]) == (1, 1, 12)
    assert update(folder) == {**result, "added": 0, "lost": 0}
    view = DatasetView(folder)
    for row, path in enumerate(view.paths):
        assert folder in path.parents
        assert path.read_bytes() == (source / path.name).read_bytes()
        with Image.open(path) as image:
            assert image.size == view.size(row)
    assert seen(folder)["01"] == [1]
    assert {k: v for k, v in sides(folder).items() if k in before} == {
        k: v for k, v in before.items() if k != "03"
    }
    assert set(rows.train) <= set(read_splits(folder).train)
    assert history(folder).entries == []  # its object is gone
    assert DatasetView(folder).path(2).stat().st_ino == unchanged.st_ino
    trained = [p for name in SPLITS for p in DatasetView(folder, name, divided=run).paths]
    assert len(trained) == 12
    assert all(path.is_file() for path in trained)
    assert not (folder / ".update").exists()


@pytest.mark.parametrize("moment", ["look_again", "merged", "rebase"])
def test_a_kill_leaves_own_files_as_they_were(
    own: Own, source: Path, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    folder, pack = own
    files = {path: path.read_bytes() for path in DatasetView(folder).paths}
    before = seen(folder), sides(folder), read_json(folder / "dataset.json", DatasetRecord)
    add(source, make_image, 20)
    make_image(source / "05.jpg", seed=99, size=(96, 80))
    pack()
    with monkeypatch.context() as patch:
        patch.setattr(update_job, moment, killed)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # nor does it tidy up
        with pytest.raises(KeyboardInterrupt):
            update(folder)
    assert (folder / ".update").is_dir()
    assert (seen(folder), sides(folder)) == before[:2]
    assert read_json(folder / "dataset.json", DatasetRecord) == before[2]
    assert {path: path.read_bytes() for path in DatasetView(folder).paths} == files
    assert update(folder)["added"] == 1
    assert DatasetView(folder).size(5) == (96, 80)


def test_what_cannot_be_updated_is_said(own: Own, tmp_path: Path, source: Path) -> None:
    folder, pack = own
    before = seen(folder)
    gone = pack()
    gone.rename(tmp_path / "elsewhere")
    with pytest.raises(UserError) as told:
        update(folder)
    assert told.value.message.key == "data.update_source_gone"
    assert str(gone) in str(told.value)
    assert seen(folder) == before
    (tmp_path / "elsewhere").rename(gone)
    if gone.is_dir():
        for file in list(source.iterdir()):
            file.rename(source.parent / f"moved-{file.name}")
        for file in source.parent.glob("moved-*"):
            (source / "deeper").mkdir(exist_ok=True)
            file.rename(source / "deeper" / file.name)
        with pytest.raises(UserError) as told:
            update(folder)
        assert told.value.message.key == "data.update_moved"
        assert seen(folder) == before


def test_runs_keep_the_masks_that_they_were_trained_with(
    tmp_path: Path, make_image: MakeImage
) -> None:
    corners = [[0, 0], [20, 0], [20, 20]]

    def labelled(names: list[str]) -> None:
        for number, name in enumerate(names):
            make_image(tmp_path / f"set/{number}.jpg", seed=number)
            shapes = [{"label": name, "points": corners, "shape_type": "polygon"}]
            content = json.dumps({"version": "5", "flags": {}, "shapes": shapes})
            (tmp_path / f"set/{number}.json").write_text(content)

    labelled(["cat", "dog"] * 3)
    folder, _ = imported(tmp_path / "w", tmp_path / "set", task="segmentation", copy=True)
    run = tmp_path / "w/runs/r"
    write_json(run / "splits.json", read_splits(folder))
    before = DatasetView(folder, "train", divided=run)
    maps = [before.label_map(i) for i in range(len(before))]
    labelled([*["cat", "dog"] * 3, "ant"])
    for _ in range(2):
        assert update(folder)["classes"] == ["background", "ant", "cat", "dog"]
        view, after = DatasetView(folder), DatasetView(folder, "train", divided=run)
        assert set(view.label_map(1).flat) == {0, 3}
        assert all((after.label_map(i) == seen).all() for i, seen in enumerate(maps))
    assert len(list((folder / "masks").iterdir())) == 6 + 7


def test_a_mask_that_was_corrected_is_taken_in(
    tmp_path: Path, sample: Callable[[Task], Path]
) -> None:
    shutil.copytree(sample(Task.SEGMENTATION), tmp_path / "set")
    folder, _ = imported(tmp_path / "w", tmp_path / "set", copy=True)
    run = tmp_path / "w/runs/r"
    write_json(run / "splits.json", read_splits(folder))
    row = read_splits(folder).train[0]
    former = DatasetView(folder).label_map(row)
    mask = tmp_path / "set" / DatasetView(folder).masks[row].relative_to(folder / "files")
    Image.fromarray(np.zeros_like(former)).save(mask)
    for _ in range(2):
        assert update(folder)["added"] == 0
        assert not DatasetView(folder).label_map(row).any()
        assert (DatasetView(folder, "train", divided=run).label_map(0) == former).all()
