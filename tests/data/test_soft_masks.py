"""Masks as tools save them: in colours that are greys, as JPEG, with soft borders; and 16 bits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.checks.probing import probe_all
from paddlex_nb.data.images.decode import read_rgb
from paddlex_nb.data.importing.pipeline import Examined, examine
from paddlex_nb.data.store.label_maps import MaskCode, own_numbers, read_label_map, read_values

from .told import Told

SIDE = 96
Mask = NDArray[np.uint8]


def photo(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((SIDE, SIDE), Image.Resampling.BILINEAR).save(path)


def disc(seed: int) -> Mask:
    y, x = np.mgrid[:SIDE, :SIDE]
    inside = (x - 40 - seed) ** 2 + (y - 48) ** 2 < 24**2
    return np.asarray(inside, np.uint8)


def blurred(mask: Mask) -> Image.Image:
    return Image.fromarray(mask * 255).filter(ImageFilter.GaussianBlur(2))


def with_alpha(mask: Mask, *, shown: bool) -> Image.Image:
    grey = np.full_like(mask, 255) if not shown else mask * 255
    alpha = mask * 255 if not shown else np.full_like(mask, 255)
    return Image.fromarray(np.dstack([grey, grey, grey, alpha]), "RGBA")


SAVED: dict[str, tuple[str, Callable[[Mask], Image.Image]]] = {
    "0 and 255": (".png", lambda m: Image.fromarray(m * 255)),
    "0 and 128": (".png", lambda m: Image.fromarray(m * 128)),
    "0 and 65535": (".png", lambda m: Image.fromarray(m.astype(np.uint16) * 65535)),
    "a palette": (".png", lambda m: Image.fromarray(m * 255).convert("P")),
    "R=G=B": (".png", lambda m: Image.fromarray(m * 255).convert("RGB")),
    "RGBA": (".png", lambda m: with_alpha(m, shown=True)),
    "alpha alone": (".png", lambda m: with_alpha(m, shown=False)),
    "grey and alpha": (".png", lambda m: with_alpha(m, shown=False).convert("LA")),
    "soft": (".png", blurred),
    "soft, R=G=B": (".bmp", lambda m: blurred(m).convert("RGB")),
    "JPEG": (".jpg", lambda m: Image.fromarray(m * 255)),
    "JPEG, R=G=B": (".jpeg", lambda m: Image.fromarray(m * 255).convert("RGB")),
    "soft JPEG": (".jpg", lambda m: blurred(m)),
    "JPEG, not quite white": (".jpg", lambda m: Image.fromarray(m * 200)),
}
LAYOUTS = ("images/{}.jpg", "masks/{}"), ("{}.jpg", "{}_mask")


@pytest.mark.parametrize("how", SAVED)
@pytest.mark.parametrize("layout", LAYOUTS, ids=["folders", "endings"])
def test_background_and_foreground(
    tmp_path: Path, told: Told, how: str, layout: tuple[str, str]
) -> None:
    suffix, save = SAVED[how]
    for n in range(4):
        photo(tmp_path / "set" / layout[0].format(n), n)
        path = tmp_path / "set" / (layout[1].format(n) + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        save(disc(n)).save(path)
    examined = read(tmp_path / "set", told)
    assert examined.detected.format.name == "masks"
    assert examined.draft.classes == ["background", "foreground"]
    assert told.codes() <= {"binary_masks", "soft_masks"}
    for n, image in enumerate(examined.draft.images):
        made = read_label_map(tmp_path / "own/masks" / image.mask, own_numbers(2))
        assert (made != disc(n)).mean() < 0.01
        assert image.values == [0, 1]


def read(root: Path, told: Told) -> Examined:
    return examine(root, None, None, root.parent / "own", told)


def test_numbers_of_a_palette_are_meant(tmp_path: Path, told: Told) -> None:
    root = masks(tmp_path / "set", lambda n: disc(n) * (1 + n % 2))
    for path in (root / "masks").iterdir():
        Image.open(path).convert("P").save(path)
    examined = read(root, told)
    assert (examined.draft.classes, examined.masks_made) == (["0", "1", "2"], False)


def masks(root: Path, make: Callable[[int], Any], suffix: str = ".png") -> Path:
    """Images, and the masks that ``make`` gives for their numbers."""
    (root / "masks").mkdir(parents=True)
    for n in range(4):
        photo(root / f"images/{n}.jpg", n)
        Image.fromarray(make(n)).save(root / f"masks/{n}{suffix}")
    return root


def city(seed: int) -> Mask:
    """Class numbers of Cityscapes with much that is void, and some further ones."""
    values = np.random.default_rng(seed).choice([*range(19), 255], (8, 8))
    return values.astype(np.uint8).repeat(12, 0).repeat(12, 1)


def rooms(seed: int) -> Mask:
    """Class numbers of ADE20K: many, most of them small."""
    values = np.random.default_rng(seed).geometric(0.06, (12, 12)).clip(0, 150)
    return values.astype(np.uint8).repeat(8, 0).repeat(8, 1)


def trimap(seed: int) -> Mask:
    mask = disc(seed) * 255
    mask[:20] = 128
    return mask


@pytest.mark.parametrize("make", [city, rooms, trimap])
def test_class_numbers_stay_class_numbers(tmp_path: Path, told: Told, make: Any) -> None:
    examined = read(masks(tmp_path / "set", make), told)
    assert "foreground" not in examined.draft.classes
    assert not {"soft_masks", "binary_masks"} & told.codes()
    [first, *_] = examined.draft.images
    assert first.values == sorted(set(make(0).ravel().tolist()) - {255})


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_masks_of_light_are_refused(tmp_path: Path, told: Told, suffix: str) -> None:
    def light(seed: int) -> Mask:
        ramp = np.linspace(0, 255, SIDE).astype(np.uint8)
        return np.roll(np.tile(ramp, (SIDE, 1)), seed, axis=1)

    with pytest.raises(UserError) as error:
        read(masks(tmp_path / "set", light, suffix), told)
    assert error.value.code in {"data.masks_of_light", "data.nothing_recognised"}
    assert "JPEG" in str(error.value)


def test_named_classes_keep_their_masks(tmp_path: Path, told: Told) -> None:
    root = masks(tmp_path / "set", lambda n: np.minimum(disc(n) * 2, 2))
    (root / "labels.txt").write_text("sky\nroad\ncar\n")
    examined = read(root, told)
    assert examined.draft.classes == ["sky", "road", "car"]
    assert examined.draft.images[0].values == [0, 2]


def test_pictures_of_masks_are_passed_over(tmp_path: Path, told: Told) -> None:
    root = masks(tmp_path / "set", disc)
    for n, ending in enumerate(("pseudo", "cutout", "color", "overlay")):
        photo(root / f"masks/{n}_{ending}.png", n)
    photo(root / "masks/9_pseudo.png", 9)  # of no mask
    examined = read(root, told)
    assert len(examined.draft.images) == 4
    assert {f.code: f.values.get("files") for f in told.findings if f.code != "missing_image"} == {
        "masks_for_the_eye": 4
    }
    assert [f.file for f in told.findings if f.code == "missing_image"] == ["masks/9_pseudo.png"]


def test_colours_are_no_greys(tmp_path: Path) -> None:
    Image.fromarray(np.dstack([disc(0) * 255, disc(0), disc(0)])).save(tmp_path / "x.png")
    with pytest.raises(ValueError, match="RGB"):
        read_values(tmp_path / "x.png", MaskCode())


def deep(path: Path, seed: int, bits: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(seed).integers(0, 1 << bits, (12, 12), dtype=np.uint16)
    Image.fromarray(values.repeat(8, 0).repeat(8, 1)).save(path)


@pytest.mark.parametrize(("bits", "reported"), [(10, True), (12, True), (14, True), (16, False)])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_few_of_sixteen_bits(
    tmp_path: Path, told: Told, bits: int, reported: bool, suffix: str
) -> None:
    names = [f"{n}{suffix}" for n in range(3)]
    for n, name in enumerate(names):
        deep(tmp_path / name, n, bits)
    probes = probe_all(tmp_path, names, told)
    assert len({probe.signature for probe in probes}) == 3
    assert "dark_image" not in told.codes()
    said = [f.values for f in told.findings if f.code == "few_bits"]
    assert said == ([{"images": 3, "bits": bits, "example": names[0]}] if reported else [])


def test_a_fourth_band_is_no_transparency(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    infrared = np.zeros((16, 16, 1), np.uint8)
    image = Image.fromarray(np.concatenate([colours, infrared], axis=2), "RGBA")
    image.save(tmp_path / "alpha.tif")
    assert (read_rgb(tmp_path / "alpha.tif") == 255).all()  # transparent: the paper shows
    untagged = image.copy()
    # without the tag that calls the fourth band alpha
    untagged.save(tmp_path / "plain.tif")
    data = bytearray((tmp_path / "plain.tif").read_bytes())
    place = data.index(bytes((0x52, 0x01)))
    data[place : place + 2] = bytes((0xFF, 0xFE))
    (tmp_path / "plain.tif").write_bytes(data)
    assert (read_rgb(tmp_path / "plain.tif") == colours).all()


def test_training_sees_what_is_there(tmp_path: Path) -> None:
    from paddlex_nb.data.thumbnails.making import thumbnail
    from paddlex_nb.export.samples import classification
    from paddlex_nb.suites.images import read_image

    deep(tmp_path / "x.png", 0, 12)
    values = np.asarray(Image.open(tmp_path / "x.png")).astype(float)
    grey = read_image(tmp_path / "x.png", grey_bits=12)[..., 0]
    assert np.abs(grey - values / 4095 * 255).max() <= 1
    assert read_image(tmp_path / "x.png").max() < 16  # nearly black, if so it is to be
    (tmp_path / "thumbnail.jpg").write_bytes(thumbnail(tmp_path / "x.png", 96))
    shown = read_rgb(tmp_path / "thumbnail.jpg")[..., 0].astype(float)
    assert np.abs(shown - grey).mean() < 4
    # and so does the script beside an exported model
    steps: list[dict[str, Any]] = [
        {"op": "decode", "grey_bits": 12},
        {"op": "resize_short", "size": SIDE},
        {"op": "center_crop", "size": SIDE},
        {"op": "normalise", "mean": [0.0] * 3, "std": [1.0] * 3},
    ]
    pixels = classification.preprocess(tmp_path / "x.png", steps)
    assert np.abs(pixels[0] * 255 - grey).max() <= 1


def test_the_bits_are_recommended(tmp_path: Path) -> None:
    from paddlex_nb.planning.plan import plan

    from .in_process import imported

    for n in range(12):
        deep(tmp_path / f"set/{'ab'[n % 2]}/{n}.png", n, 12)
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    planned = plan(folder, None, weights="none", overrides={"batch_size": 2})
    assert planned.params["grey_bits"] == 12
    chosen = {"batch_size": 2, "grey_bits": None}
    assert plan(folder, None, weights="none", overrides=chosen).params["grey_bits"] is None
