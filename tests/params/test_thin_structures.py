"""Thin structures are trained on at full resolution, and only where most classes are thin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.catalogue.models import list_models
from paddlex_nb.core.i18n import LANGUAGES
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.thickness import depths, thickness
from paddlex_nb.data.edits import MergeClasses, make
from paddlex_nb.hosts.processor import Gpu, Machine
from paddlex_nb.planning.facts import DatasetFacts, dataset_facts
from paddlex_nb.planning.plan import plan
from paddlex_nb.planning.recommend import Recommendation, recommend
from paddlex_nb.planning.resolve import resolve
from paddlex_nb.planning.thin_structures import LEAST, thin_classes
from paddlex_nb.workspace import Workspace

ENTRY = next(e for e in list_models(Task.SEGMENTATION) if e.name == "PPLiteSeg_STDC1")
GIB = 1 << 30
CPU = Machine("AuthenticAMD", 2, 16 * GIB, 12 * GIB, [])


def facts(*sides: float, long_side: int = 512, **given: Any) -> DatasetFacts:
    names = tuple("abcdefgh"[: len(sides)])
    some: dict[str, Any] = {"train": 21, "val": 6, **given}
    return DatasetFacts(
        task=Task.SEGMENTATION,
        classes=len(sides),
        names=names,
        thickness=sides,
        short_side=long_side,
        long_side=long_side,
        **some,
    )


def recommended(data: DatasetFacts, machine: Machine = CPU, **overrides: Any) -> Any:
    return recommend(ENTRY, data, machine, overrides=overrides)


def lines(width: int, side: int = 256) -> NDArray[np.uint8]:
    """Lines of a width, far from each other."""
    drawn = np.zeros((side, side), np.uint8)
    for start in range(20, side - 20, 60):
        drawn[:, start : start + width] = 1
        drawn[start : start + width] = 1
    return drawn


@pytest.mark.parametrize("width", [1, 2, 3, 4, 6, 10, 16])
def test_the_thickness_of_lines_is_their_width(width: int) -> None:
    found = thickness([depths(lines(width))])
    assert found[1] == pytest.approx(width, abs=1, rel=0.1)
    assert found[0] > 20


def test_a_slanted_line_and_a_disc_are_measured_too() -> None:
    drawn = np.zeros((400, 400), np.uint8)
    cv2.line(drawn, (20, 30), (380, 330), (1,), 8)
    assert thickness([depths(drawn)])[1] == pytest.approx(8, abs=1.5)
    disc = np.zeros((400, 400), np.uint8)
    cv2.circle(disc, (200, 200), 90, (1,), -1)
    assert 90 < thickness([depths(disc)])[1] < 180


def test_what_is_unlabelled_or_fills_the_image_is_not_measured() -> None:
    assert depths(np.full((9, 9), 3, np.uint8)) == {}
    unknown = np.full((9, 9), 255, np.uint8)
    unknown[2:4] = 1
    assert set(depths(unknown)) == {1}
    assert thickness([]) == {}


def write(folder: Path, width: int, images: int = 8, *, third: bool = False) -> Path:
    """A data set of lines that are so wide, with a disc as a third class if asked."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    rng = np.random.default_rng(width)
    names = ["inside", "wall", "disc"] if third else ["inside", "wall"]
    for number in range(images):
        drawn = np.roll(lines(width, 512), int(rng.integers(0, 60)), axis=1)
        if third:
            cv2.circle(drawn, (256, 256), 15, (2,), -1)
        noise = rng.integers(0, 90, drawn.shape)
        Image.fromarray((drawn * 80 + noise).astype(np.uint8)).save(
            folder / "images" / f"{number}.png"
        )
        Image.fromarray(drawn).save(folder / "masks" / f"{number}.png")
    (folder / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    return folder


def test_an_import_measures_and_the_plan_follows(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    thin = workspace.import_dataset(write(tmp_path / "thin", 6))
    data = dataset_facts(thin.folder)
    assert data.thickness[1] == pytest.approx(6, abs=1)
    planned = plan(thin.folder, ENTRY.name, weights="none")
    assert planned.params["full_resolution"] is True
    for language in LANGUAGES:
        reason = planned.reasons["full_resolution"].text(language)
        assert "wall" in reason
        assert "inside" not in reason
        assert f"{data.thickness[1]:.1f}" in reason
        assert str(LEAST) in reason
    thick = workspace.import_dataset(write(tmp_path / "thick", 30))
    planned = plan(thick.folder, ENTRY.name, weights="none")
    assert planned.params["full_resolution"] is False
    assert str(LEAST) in planned.reasons["full_resolution"].text()


def test_merged_classes_are_as_thick_as_the_thickest(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    dataset = workspace.import_dataset(write(tmp_path / "three", 6, third=True))
    inside, wall, disc = dataset_facts(dataset.folder).thickness
    assert wall < disc < inside
    make(dataset.folder, MergeClasses([("disc", "wall")]))
    assert dataset_facts(dataset.folder).thickness == (inside, disc)


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ((47.0, 8.0), True),  # membranes between cells, 3 pixels at 192
        ((47.0, 12.0), False),
        ((91, 113, 3.8, 163, 57, 85, 20, 36), False),  # streets with poles
        ((90.0, 5.0, 6.0, 20.0), True),
        ((5.0,), False),  # nothing to be told apart
        ((), False),
        ((0.0, 8.0), False),
    ],
)
def test_most_classes_have_to_be_thin(sides: tuple[float, ...], expected: bool) -> None:
    assert (thin_classes(facts(*sides), 192) is not None) is expected
    assert recommended(facts(*sides))["full_resolution"].value is expected


def test_where_nothing_is_shrunk_nothing_is_cut() -> None:
    small = facts(47, 2, long_side=160)
    assert recommended(small)["full_resolution"].value is False
    assert "not larger than the input" in recommended(small)["full_resolution"].reason.text()
    gpu = Machine("AuthenticAMD", 2, 16 * GIB, 12 * GIB, [Gpu("GPU", 24 * GIB, 24 * GIB)])
    assert recommended(facts(47, 8), gpu)["full_resolution"].value is False
    assert recommended(facts(47, 8), input_size=512)["full_resolution"].value is False
    assert recommended(facts(47, 8), input_size=256)["full_resolution"].value is False
    assert recommended(facts(47, 8), input_size=160)["full_resolution"].value is True


def test_evaluations_are_the_rarer_the_larger_the_images() -> None:
    def interval(**given: Any) -> int:
        one: Recommendation = recommended(**given)["eval_interval"]
        assert isinstance(one.value, int)
        return one.value

    assert interval(data=facts(47, 40)) == 1
    several = interval(data=facts(47, 8))
    assert 2 <= several <= 5
    assert interval(data=facts(300, 8, long_side=4000)) > several
    assert interval(data=facts(47, 40), full_resolution=True) == several
    assert interval(data=facts(47, 8), full_resolution=False) == 1
    # an early stop looks at each evaluation
    config, _ = resolve(ENTRY, facts(300, 8, long_side=4000), CPU, {"early_stop": 2})
    assert config["eval_interval"] == 2
