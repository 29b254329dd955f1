"""Weights that were brought by hand: checked, taken into the cache, or refused with the reason."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from weights_server import entry

from paddlex_nb.catalogue import models
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.weights.by_hand import add_by_hand
from paddlex_nb.weights.download import download
from paddlex_nb.weights.published import Published, find_published
from training.reports import Silent

URL = "http://127.0.0.1:9/Net_pretrained.pdparams"
COUNT = 1000


@pytest.fixture(autouse=True)
def _catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    known(monkeypatch)


def known(monkeypatch: pytest.MonkeyPatch, sha256: str = "") -> None:
    """Let the catalogue have one model of 1,000 parameters."""
    one = entry(URL, COUNT, sha256)
    monkeypatch.setattr(models, "_read", lambda task: (one,) * (task is Task.CLASSIFICATION))


def brought(folder: Path, count: int = COUNT, value: Any = None) -> Path:
    path = folder / "Net_pretrained.pdparams"
    arrays = {
        "fc.weight": np.full(count, 0.5, np.float32),
        "bn._mean": np.zeros(5 * COUNT, np.float32),  # which no catalogue counts
    }
    path.write_bytes(pickle.dumps(arrays if value is None else value))
    return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(weights: Published, path: Path) -> UserError:
    with pytest.raises(UserError) as error:
        add_by_hand(Silent(), weights, path)
    left = [f.name for f in weights.file.parent.glob("*")] if weights.file.parent.exists() else []
    assert [name for name in left if not name.endswith((".lock", ".json"))] == []
    return error.value


def test_a_training_finds_what_was_added_and_it_is_pinned(tmp_path: Path) -> None:
    path, weights = brought(tmp_path), find_published("net", "imagenet")
    assert weights.size is None
    assert add_by_hand(Silent(), weights, path) == weights.file
    assert weights.size == path.stat().st_size
    assert download(Silent(), weights).read_bytes() == path.read_bytes()  # without network
    weights.file.unlink()
    other = brought(tmp_path, COUNT + 1)
    error = refused(weights, other)
    assert error.code == "weights.changed"
    assert sha256_of(other) in str(error)


def test_the_checksum_of_the_catalogue_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = brought(tmp_path)
    known(monkeypatch, sha256_of(path))
    weights = find_published("Net", "imagenet")
    assert add_by_hand(Silent(), weights, path).is_file()
    weights.file.unlink()
    assert refused(weights, brought(tmp_path, COUNT - 1)).code == "weights.not_published"


class Evil:
    """Pickles to a call."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._marker),)


def test_a_hostile_pickle_executes_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    path = brought(tmp_path, value={"fc.weight": Evil(marker)})
    assert refused(find_published("Net"), path).code == "training.weights_execute"
    assert not marker.exists()


@pytest.mark.parametrize("count", [COUNT // 2 - 1, 2 * COUNT + 1])
def test_weights_of_another_model_are_refused(tmp_path: Path, count: int) -> None:
    error = refused(find_published("Net"), brought(tmp_path, count))
    assert error.code == "weights.other_model"
    assert f"{count:,}" in str(error)


def test_what_is_cut_or_missing_is_refused(tmp_path: Path) -> None:
    path, weights = brought(tmp_path), find_published("Net")
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(weights, path).code == "core.file_damaged"
    assert refused(weights, tmp_path / "missing").code == "core.file_missing"
    assert refused(weights, tmp_path).code == "core.file_missing"


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    assert refused(find_published("Net"), brought(tmp_path)).code == "core.disk_full"


def test_the_file_says_which_weights_it_is(tmp_path: Path) -> None:
    assert find_published("Net", file=tmp_path / "Net_ssld_pretrained.pdparams").name == "ssld"
    assert find_published("Net", file=tmp_path / "Net_pretrained.pdparams").name == "imagenet"
    assert find_published("Net", "ssld", tmp_path / "Net_pretrained.pdparams").name == "ssld"
    with pytest.raises(UserError) as error:
        find_published("Net", file=tmp_path / "w.pdparams")
    assert error.value.code == "weights.which"
    assert "imagenet or ssld" in str(error.value)


def test_the_real_mobilenet_weights_fit(
    tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    file = shared_data / "weights" / "mobilenet_v2_imagenet.pdparams"
    assert find_published("MobileNetV2_x1_0").add(file).is_file()
    with pytest.raises(UserError) as error:
        find_published("ResNet50").add(file)
    assert error.value.code == "weights.other_model"
