"""Sound data sets are not complained of."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.current import base_index
from paddlex_nb.workspace import Workspace


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("detection/bccd", "detection"),
        ("segmentation/camvid", "segmentation"),
        ("instance/balloon", "instance_segmentation"),
        ("instance/fruits-nuts", "instance_segmentation"),
    ],
)
def test_less_than_one_image_in_a_hundred_of_a_sound_set_gets_a_warning(
    shared_data: Path, tmp_path: Path, name: str, task: str
) -> None:
    """Two images of BCCD have boxes without area, which its README names as well."""
    source = shared_data / name
    dataset = Workspace(tmp_path).import_dataset(source, task=task, progress=False)
    images = set(base_index(dataset.folder).images["path"].to_pylist())
    grave = [f for f in dataset.findings() if f.severity in {Severity.ERROR, Severity.WARNING}]
    warned = {finding.image for finding in grave} & images
    assert len(images) == dataset.record.images > 0
    assert len(warned) < 0.01 * len(images), [f"{f.code}: {f.file}" for f in grave]
