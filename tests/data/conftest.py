"""Fixtures of the data room's tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample

from .told import Told

MakeImage = Callable[..., Path]


@pytest.fixture
def make_image() -> MakeImage:
    """Writes an image of coloured squares, different for every seed."""

    def make(
        path: Path, seed: int = 0, size: tuple[int, int] = (48, 40), **options: object
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        image = Image.fromarray(noise).resize(size, Image.Resampling.NEAREST)
        image.save(path, **options)  # type: ignore[arg-type]
        return path

    return make


@pytest.fixture
def told() -> Told:
    """A report that remembers its findings."""
    return Told()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Task], Path]:
    """Gives the built-in sample of a task, written once."""

    @cache
    def written(task: Task) -> Path:
        folder = tmp_path_factory.mktemp("sample") / task.value
        write_sample(task, folder)
        return folder

    return written
