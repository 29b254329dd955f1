"""Copies of images, the same bytes or the same picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.data.checks.duplicates import find_duplicates
from paddlex_nb.data.checks.images import SIGNATURE, Probe
from paddlex_nb.data.checks.probing import probe_all
from paddlex_nb.data.source.parsed import Draft, DraftImage

from .conftest import MakeImage
from .told import Told


def look(root: Path, told: Told, **images: tuple[str, int]) -> list[int]:
    """Groups of images given as name=(split, class)."""
    files = sorted(p.name for p in root.iterdir())
    drafts = [DraftImage(f, *images[f.partition(".")[0]]) for f in files]
    draft = Draft(drafts, ["a", "b"], [".", "."])
    groups: list[int] = find_duplicates(draft, probe_all(root, files, told), told).tolist()
    return groups


def test_copies_are_grouped_behind_the_first_of_train(
    tmp_path: Path, make_image: MakeImage, told: Told
) -> None:
    for name in ("a", "b", "c"):
        make_image(tmp_path / f"{name}.jpg", seed=1)
    make_image(tmp_path / "d.jpg", seed=2)
    places = {"a": ("val", 0), "b": ("train", 0), "c": ("train", 1), "d": ("val", 1)}
    assert look(tmp_path, told, **places) == [1, 1, 1, 3]
    reported = {(f.file, f.code, f.severity.value, f.values["other"]) for f in told.findings}
    assert reported == {
        ("a.jpg", "exact_duplicate", "warning", "b.jpg"),
        ("c.jpg", "duplicate_conflicting_label", "warning", "b.jpg"),
    }


@pytest.mark.parametrize(
    ("size", "quality"),
    [((320, 240), 40), ((256, 192), 90), ((160, 120), 90), ((640, 480), 75)],
)
def test_the_same_picture_saved_anew(
    shared_data: Path, tmp_path: Path, told: Told, size: tuple[int, int], quality: int
) -> None:
    cells = sorted((shared_data / "detection/bccd/JPEGImages").iterdir())[:2]
    for name, cell in zip("ab", cells, strict=True):
        Image.open(cell).save(tmp_path / f"{name}.png")
    Image.open(cells[0]).resize(size).save(tmp_path / "c.jpg", quality=quality)
    places = {"a": ("", 0), "b": ("", 0), "c": ("", 0)}
    assert look(tmp_path, told, **places) == [0, 1, 0]
    assert [(f.file, f.code, f.severity.value) for f in told.findings] == [
        ("c.jpg", "near_duplicate", "info")
    ]


def test_a_scene_that_hardly_changes_is_no_set_of_copies(told: Told) -> None:
    noise = np.random.default_rng(0)
    scene = noise.integers(40, 200, (SIGNATURE, SIGNATURE, 3))
    other = noise.integers(40, 200, (SIGNATURE, SIGNATURE, 3))
    frames = [scene + noise.integers(0, 2, scene.shape) for _ in range(40)] + [other, other + 1]
    probes = [
        Probe(9, 9, "PNG", bytes([i]), frame.astype(np.uint8).tobytes())
        for i, frame in enumerate(frames)
    ]
    draft = Draft([DraftImage(f"{i}.png") for i in range(42)], [], [])
    groups = find_duplicates(draft, probes, told)
    assert groups.tolist() == [*range(40), 40, 40]
    assert [(f.code, f.file) for f in told.findings] == [
        ("many_alike", "0.png"),
        ("near_duplicate", "41.png"),
    ]


def test_many_images_are_compared_quickly(told: Told) -> None:
    """Blank ones, copies and strangers: all pairs would take hours."""
    noise = np.random.default_rng(0)
    count = 20_000
    pictures = noise.integers(0, 256, (count, SIGNATURE, SIGNATURE, 3), dtype=np.uint8)
    pictures[:5000] = 255
    pictures[5000:5100] = pictures[6000:6100]
    probes = [Probe(9, 9, "PNG", i.to_bytes(4, "big"), p.tobytes()) for i, p in enumerate(pictures)]
    draft = Draft([DraftImage(f"{i}.png") for i in range(count)], [], [])
    groups = find_duplicates(draft, probes, told)
    assert (groups[6000:6100] == np.arange(5000, 5100)).all()
    assert len(np.unique(groups)) == count - 100
