"""Reading images and bringing them to size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import read_rgb
from paddlex_nb.params.values import as_config
from paddlex_nb.suites.augment import Augmentation, evaluation_view
from paddlex_nb.suites.images import MEAN, STD, ImageCache, normalise, read_image, resize_short


def photo(width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    y, x = np.mgrid[:height, :width]
    channels = [x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def test_every_mode_is_read_as_the_rest_of_the_package_does(shared_data: Path) -> None:
    files = [
        p
        for p in (shared_data / "formats" / "image-modes").rglob("*")
        if p.suffix.lower() in {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif"}
    ]
    assert files
    for file in files:
        whole = read_rgb(file)
        np.testing.assert_array_equal(read_image(file), whole)
        small = read_image(file, short=16)
        assert min(small.shape[:2]) == 16
        assert small.mean() == pytest.approx(whole.mean(), abs=8), file.name


def test_a_large_jpeg_is_shrunk_while_it_is_decoded(tmp_path: Path) -> None:
    Image.fromarray(photo(1600, 1200)).save(tmp_path / "a.jpg", quality=95)
    small = read_image(tmp_path / "a.jpg", short=96)
    assert small.shape == (96, 128, 3)
    expected = resize_short(photo(1600, 1200), 96)
    assert np.abs(small.astype(int) - expected).max() < 8


def test_small_images_are_not_enlarged_before_they_are_cut(tmp_path: Path) -> None:
    Image.fromarray(photo(40, 30)).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png", short=96).shape == (30, 40, 3)


@pytest.mark.parametrize("content", [b"", b"no image", b"\xff\xd8\xff\xe0 torn"])
def test_what_is_no_image_gives_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(UserError) as error:
        read_image(tmp_path / "a.jpg")
    assert error.value.code == "training.unreadable_image"


@pytest.mark.parametrize(("width", "height"), [(300, 200), (200, 300), (40, 400), (5, 3), (1, 1)])
def test_what_is_evaluated_is_the_middle(width: int, height: int) -> None:
    view = evaluation_view(photo(width, height), 64)
    assert view.shape == (64, 64, 3)
    if min(width, height) > 64:
        assert view[:, :, 0].mean() == pytest.approx(127, abs=3)


def test_normalised_as_imagenet() -> None:
    image = photo(8, 4)
    normalised = normalise(image)
    assert normalised.shape == (3, 4, 8)
    assert normalised.dtype == np.float32
    for channel in range(3):
        expected = (image[..., channel] / 255 - MEAN[channel]) / STD[channel]
        np.testing.assert_allclose(normalised[channel], expected, atol=1e-5)


def test_the_cache_keeps_within_its_budget() -> None:
    cache, image = ImageCache(2 * photo(4, 4).nbytes), photo(4, 4)
    for key in range(3):
        cache.put(key, image)
    assert [cache.get(key) is not None for key in range(3)] == [True, True, False]


EVERYTHING = {
    "input_size": 64,
    "random_crop": 0.3,
    "horizontal_flip": True,
    "vertical_flip": True,
    "rotation": 30,
    "brightness": 0.5,
    "contrast": 0.5,
    "saturation": 0.5,
    "hue": 0.1,
    "random_erasing": 1.0,
}
NOTHING = dict.fromkeys(EVERYTHING) | {
    "input_size": 64,
    "horizontal_flip": False,
    "vertical_flip": False,
}


@pytest.mark.parametrize(("width", "height"), [(300, 200), (96, 96), (7, 90), (1, 1)])
def test_augmentation_depends_on_its_numbers_alone(width: int, height: int) -> None:
    augment, image = Augmentation.from_config(as_config(EVERYTHING)), photo(width, height)
    before = image.copy()
    first, again, other = (augment(image, np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(image, before)


def test_switched_off_it_is_what_is_evaluated() -> None:
    image = photo(300, 200)
    augmented = Augmentation.from_config(as_config(NOTHING))(image, np.random.default_rng(0))
    np.testing.assert_array_equal(augmented, evaluation_view(image, 64))


@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - {"input_size"}))
def test_each_switch_does_something(name: str) -> None:
    image, plain = photo(300, 200), evaluation_view(photo(300, 200), 64)
    augment = Augmentation.from_config(as_config({**NOTHING, name: EVERYTHING[name]}))
    changed = [augment(image, np.random.default_rng(seed)) for seed in range(8)]
    assert any((one != plain).any() for one in changed)


def test_flips_mirror() -> None:
    image = photo(64, 64)
    augment = Augmentation.from_config(as_config({**NOTHING, "horizontal_flip": True}))
    plain = evaluation_view(image, 64)
    for seed in range(8):
        augmented = augment(image, np.random.default_rng(seed))
        assert (augmented == plain).all() or (augmented == plain[:, ::-1]).all()
