"""Brightness and sharpness are measured once for each state of an image, and kept."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from paddlex_nb.data.checks.images import measured
from paddlex_nb.data.explore import looks
from paddlex_nb.data.explore.looks import looks_of
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.dataset import DatasetFolder

from .conftest import MakeImage
from .in_process import imported, update
from .twelve import add, write_twelve


@pytest.fixture(name="source")
def twelve_images(tmp_path: Path, make_image: MakeImage) -> Path:
    return write_twelve(tmp_path, make_image)


@pytest.fixture(name="seen")
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the images that are measured from now on."""
    names: list[str] = []

    def measure(path: Path) -> tuple[float, float]:
        names.append(path.name)
        return measured(path)

    monkeypatch.setattr(looks, "measured", measure)
    return names


def all_looks(folder: Path) -> dict[str, list[float]]:
    view = DatasetView(folder)
    names = [path.relative_to(view.root).as_posix() for path in view.paths]
    return dict(zip(names, looks_of(folder, view.root, names).tolist(), strict=True))


def entries(folder: Path) -> int:
    with pa.memory_map(str(DatasetFolder(folder).looks)) as file:
        return len(pa.ipc.open_file(file).read_all())


def test_an_import_and_an_update_measure_for_all(
    tmp_path: Path, source: Path, make_image: MakeImage, seen: list[str]
) -> None:
    folder, _ = imported(tmp_path / "w", source)
    before = all_looks(folder)
    assert len(before) == entries(folder) == 12
    Image.new("RGB", (40, 40), (90, 90, 90)).save(source / "03.jpg")
    (source / "05.jpg").unlink()
    (source / "05.txt").unlink()
    add(source, make_image, 20)
    update(folder)
    after = all_looks(folder)
    assert seen == []
    assert after["03.jpg"] == pytest.approx([90, 0], abs=1)
    assert after.keys() - before.keys() == {"20.jpg"}
    same = before.keys() & after.keys() - {"03.jpg"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert entries(folder) == 12  # the former 03 and what was 05 are forgotten


def test_what_is_not_known_is_measured_when_it_is_asked_for(
    tmp_path: Path, source: Path, seen: list[str]
) -> None:
    folder, _ = imported(tmp_path / "w", source)
    by_import = all_looks(folder)
    DatasetFolder(folder).looks.unlink()  # as data sets of earlier versions are
    assert all_looks(folder) == by_import
    assert sorted(seen) == sorted(by_import)
    seen.clear()
    (source / "01.jpg").write_bytes(b"no image")
    (source / "02.jpg").unlink()
    os.utime(source / "04.jpg", ns=(1, 1))
    now = all_looks(folder)
    assert sorted(seen) == ["01.jpg", "04.jpg"]
    assert np.isnan([*now["01.jpg"], *now["02.jpg"]]).all()
    assert now["04.jpg"] == by_import["04.jpg"]
    assert np.array_equal(list(all_looks(folder).values()), list(now.values()), equal_nan=True)
    assert len(seen) == 2  # one that cannot be read is not tried again


@pytest.mark.parametrize("extension", ["jpg", "png"])
def test_a_reduced_image_has_the_figures_of_the_whole_one(tmp_path: Path, extension: str) -> None:
    """Decoding at a quarter of the size changes neither figure by what one could see."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (60, 80, 3), np.uint8)
    file = tmp_path / f"a.{extension}"
    image = Image.fromarray(coarse).resize((1280, 960), Image.Resampling.BICUBIC)
    image.save(file, quality=95)
    brightness, sharpness = measured(file)
    grey = image.convert("L")
    small = np.asarray(grey.resize((171, 128), Image.Resampling.BOX), np.float64)
    around = small[1:-1, :-2] + small[1:-1, 2:] + small[:-2, 1:-1] + small[2:, 1:-1]
    assert brightness == pytest.approx(np.asarray(grey).mean(), abs=0.5)
    assert sharpness == pytest.approx((around - 4 * small[1:-1, 1:-1]).var(), rel=0.1)
