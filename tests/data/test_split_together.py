"""Images that all have to stay together cannot be divided, which is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.events import Notice
from paddlex_nb.workspace import Workspace


def test_images_that_all_look_alike_are_not_divided_and_it_is_said(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "alike" / name).mkdir(parents=True)
        for number in range(4):
            pixels = random.integers(0, 8, (32, 32, 3), np.uint8)
            pixels[8:24, 8:24] += 200
            Image.fromarray(pixels).save(tmp_path / "alike" / name / f"{number}.png")
    dataset = Workspace(tmp_path / "w").import_dataset(tmp_path / "alike", progress=False)
    assert dataset.counts().splits == {"train": 8, "val": 0, "test": 0}
    events = dataset.jobs("import")[0].events()
    assert "data.split_all_together" in {e.message.key for e in events if isinstance(e, Notice)}
    with pytest.raises(UserError) as error:
        dataset.split(0.5, 0.5, 0.0)
    assert error.value.code == "data.split_all_together"
    assert dataset.counts().splits == {"train": 8, "val": 0, "test": 0}
