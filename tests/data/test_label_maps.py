"""Label maps are shrunk without mixing their numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.data.store.label_maps import own_numbers, read_label_map, shrunk


@pytest.mark.parametrize("size", [(480, 360), (7, 900), (161, 160), (160, 3)])
def test_a_label_map_is_shrunk_as_pillow_does_it(tmp_path: Path, size: tuple[int, int]) -> None:
    labels = np.random.default_rng(0).integers(0, 22, size[::-1]).astype(np.uint8)
    Image.fromarray(labels).save(tmp_path / "a.png")
    small = read_label_map(tmp_path / "a.png", own_numbers(20), 160)
    scale = min(1, 160 / max(size))
    wanted = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    nearest = np.asarray(Image.fromarray(labels).resize(wanted, Image.Resampling.NEAREST))
    assert small.shape == nearest.shape
    assert (small != np.where(nearest < 20, nearest, 255)).mean() < 0.01
    assert shrunk(labels, 10_000) is labels
