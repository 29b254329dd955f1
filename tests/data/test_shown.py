"""Images that show hardly anything: those with labels are spared; most of a set are one fact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from paddlex_nb.data.importing.check_source import check_folder

SIZE = (200, 150)


def faint(seed: int) -> Image.Image:
    """Something that a screen hardly shows."""
    squares = np.random.default_rng(seed).integers(0, 12, (6, 8), dtype=np.uint8)
    return Image.fromarray(squares).resize(SIZE, Image.Resampling.NEAREST).convert("RGB")


def noise(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).normal(4, 4, (SIZE[1], SIZE[0])).clip(0, 255)
    return Image.fromarray(pixels.astype(np.uint8)).convert("RGB")


def plain(seed: int) -> Image.Image:
    squares = np.random.default_rng(seed).integers(0, 255, (12, 16), dtype=np.uint8)
    return Image.fromarray(squares).resize(SIZE, Image.Resampling.NEAREST).convert("RGB")


def soft(seed: int) -> Image.Image:
    return plain(seed).filter(ImageFilter.GaussianBlur(8))


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def said(folder: Path) -> set[tuple[str, str]]:
    about = ("blank", "dark", "blurred")
    return {(f.code, f.file) for f in check_folder(folder) if any(w in f.code for w in about)}


def boxes(folder: Path, **images: bool) -> None:
    """A table of boxes; images without one are in it too."""
    lines = ["filename,class,xmin,ymin,xmax,ymax", "plain.png,a,20,20,90,90"]
    save(plain(0), folder / "plain.png")
    lines += [f"{name}.png,a,20,20,90,90" for name, labelled in images.items() if labelled]
    (folder / "t.csv").write_text("\n".join(lines))


def test_a_dark_image_with_a_box_is_spared_unless_it_is_noise(tmp_path: Path) -> None:
    boxes(tmp_path, faint=True, noise=True)
    save(faint(1), tmp_path / "faint.png")
    save(noise(2), tmp_path / "noise.png")
    assert said(tmp_path) == {("dark_image", "noise.png")}


@pytest.mark.parametrize("labelled", [True, False])
def test_a_dark_image_with_a_mask_is_spared(tmp_path: Path, labelled: bool) -> None:
    for name, image, marked in (("a", plain(0), True), ("b", faint(1), labelled)):
        save(image, tmp_path / f"images/{name}.png")
        mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        mask[40:80, 40:90] = marked
        save(Image.fromarray(mask), tmp_path / f"masks/{name}.png")
    (tmp_path / "labels.txt").write_text("background\nthing\n")
    assert said(tmp_path) == (set() if labelled else {("dark_image", "images/b.png")})


def test_a_class_is_no_proof_that_something_was_seen(tmp_path: Path) -> None:
    for seed in range(4):
        save(plain(seed), tmp_path / f"{'ab'[seed % 2]}/{seed}.png")
    save(faint(9), tmp_path / "a/dark.png")
    assert said(tmp_path) == {("dark_image", "a/dark.png")}


@pytest.mark.parametrize(("make", "code"), [(faint, "many_dark"), (soft, "many_blurred")])
def test_how_most_images_are_is_one_fact(tmp_path: Path, make: object, code: str) -> None:
    assert callable(make)
    for seed in range(14):
        save(make(seed) if seed < 12 else plain(seed), tmp_path / f"{'ab'[seed % 2]}/{seed}.png")
    facts = [f for f in check_folder(tmp_path) if f.code == code]
    counts = [(f.severity, f.values["images"], f.values["total"]) for f in facts]
    assert counts == [("info", 12, 14)]
    assert said(tmp_path) == {(code, ".")}


def test_dim_images_that_differ_are_no_copies(tmp_path: Path) -> None:
    """Nuclei on black: all signatures are nearly black, so nearly the same."""
    y, x = np.mgrid[:150, :200]
    for seed in range(8):
        pixels = np.full((150, 200), 4.0)
        for cx, cy in np.random.default_rng(seed).integers(10, 140, (5, 2)):
            pixels += 40 * np.clip(4.5 - np.hypot(x - cx, y - cy), 0, 1)
        image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
        save(image, tmp_path / f"{'ab'[seed % 2]}/{seed}.png")
        if seed == 0:
            save(image.resize((400, 300)), tmp_path / "a/copy.png")
    findings = check_folder(tmp_path)
    assert [(f.code, f.file) for f in findings if "duplicate" in f.code or "alike" in f.code] == [
        ("near_duplicate", "a/copy.png")
    ]
