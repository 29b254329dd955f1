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

from .in_process import imported
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
def animals(tmp_path: Path, make_image: MakeImage) -> Path:
    """Ten images of a cat each; six of them with a dog, twice in image 0; no cow."""
    source = tmp_path / "animals"
    for number in range(10):
        make_image(source / f"{number}.jpg", seed=number)
        lines = ["0 0.5 0.5 0.4 0.4", "1 0.3 0.3 0.2 0.2"][: 1 + (number < 6)]
        (source / f"{number}.txt").write_text("\n".join(lines + lines[1:] * (number == 0)))
    (source / "classes.txt").write_text("cat\ndog\ncow\nDog ")
    return imported(tmp_path / "w", source)[0]


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
