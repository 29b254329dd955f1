"""Checkpoints: whole or not at all, nothing executed, no name leaves the folder."""

from __future__ import annotations

import pickle
import time
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore, checkpoints, read_checkpoint

ARRAYS = {"model/a.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "model/n": np.int64(3)}


def info(name: str, epoch: int = 1) -> CheckpointInfo:
    return CheckpointInfo(name=name, epoch=epoch, step=10 * epoch, metrics={"top1": 0.5})


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    arrays = {name: np.asarray(value) for name, value in ARRAYS.items()}
    before = time.time()
    store.save(info("last"), arrays)
    state, loaded = store.load("last")
    assert before <= state.saved <= time.time()
    assert msgspec.structs.replace(state, saved=0.0) == info("last")
    assert list(loaded) == list(arrays)
    for name, value in arrays.items():
        assert loaded[name].dtype == value.dtype
        np.testing.assert_array_equal(loaded[name], value)


def test_best_falls_back_to_last_and_numbers_name_epochs(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    store.save(info("last", 3), {})
    assert store.info("best").name == "last"
    store.save(info("best", 2), {})
    store.save(info("epoch-2", 2), {})
    assert store.info("best").epoch == 2
    assert store.info("2").name == "epoch-2"
    assert [c.name for c in checkpoints(tmp_path)] == ["best", "last", "epoch-2"]


@pytest.mark.parametrize("name", ["../last", "/etc/passwd", "", "7", "epoch-7", "..", "."])
def test_unknown_names_are_refused_and_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    store = CheckpointStore(tmp_path / "run")
    store.save(info("last"), {})
    (tmp_path / "run" / "last.npz").write_bytes(b"outside")
    with pytest.raises(UserError) as error:
        store.load(name)
    assert error.value.code == "training.no_checkpoint"


def test_old_ones_and_torn_drafts_are_cleared(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    for name in ("best", "last", "epoch-5", "epoch-10", "epoch-15"):
        store.save(info(name), {})
    (store.folder / ".last.npz.0a").write_bytes(b"torn")
    store.keep(2)
    assert store.names() == ["best", "last", "epoch-15", "epoch-10"]
    assert not list(store.folder.glob(".*"))


def test_damaged_files_are_named(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    store.save(info("last"), {"model/x": np.zeros(1000, np.float32)})
    path = store.folder / "last.npz"
    for content in (path.read_bytes()[:900], b"", b"PK\x03\x04 nonsense"):
        path.write_bytes(content)
        with pytest.raises(UserError) as error:
            store.load("last")
        assert error.value.code == "core.file_damaged"
        assert checkpoints(tmp_path) == []


def test_a_pickle_inside_is_not_executed(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    store = CheckpointStore(tmp_path)
    store.save(info("last"), {})

    class Evil:
        def __reduce__(self) -> Any:
            return Path.touch, (marker,)

    with zipfile.ZipFile(store.folder / "last.npz", "a") as archive:
        archive.writestr("model/x.npy", pickle.dumps(Evil()))
    with pytest.raises(UserError):
        read_checkpoint(store.folder / "last.npz")
    assert not marker.exists()


def test_objects_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        CheckpointStore(tmp_path).save(info("last"), {"model/x": np.array([{}], object)})
