"""The built-in sample data sets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample


def digest(folder: Path) -> str:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    whole = hashlib.sha256()
    for file in files:
        whole.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return whole.hexdigest()


@pytest.mark.usefixtures("drawn_anew")
def test_the_seed_decides(tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        write_sample(Task.DETECTION, tmp_path / name, seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")
    size = sum(p.stat().st_size for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert size < 1 << 20


def test_mean_colour_does_not_tell_the_classes(sample: Callable[[Task], Path]) -> None:
    """The nearest class by mean colour is wrong far too often to be of use."""
    paths = sorted(sample(Task.CLASSIFICATION).rglob("*.jpg"))
    names = np.array([p.parent.name for p in paths])
    means = np.array([np.asarray(Image.open(p)).mean(axis=(0, 1)) for p in paths])
    apart = ((means[:, None] - means[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (names[apart.argmin(axis=1)] == names).mean() < 0.6


def test_what_is_there_is_never_mixed_with_a_sample(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(UserError, match=str(tmp_path)):
        write_sample(Task.DETECTION, tmp_path)
    with pytest.raises(UserError):
        write_sample(Task.DETECTION, tmp_path / "mine.txt")
