"""Random true objects and predictions, with all that is awkward about them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE, encode
from paddlex_nb.data.store.image_objects import Objects, corners

CLASSES = 3
_SIDE = 40


@st.composite
def images(draw: st.DrawFn, masks: bool = False) -> tuple[list[Objects], list[Objects]]:
    """The true objects and the predictions of a few images.

    On a coarse grid, so that many overlap equally; with doubles, groups, equal scores, classes
    that do not occur or are never predicted, and images without objects or predictions.
    """
    count = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    known = draw(st.integers(1, CLASSES))
    crowded = draw(st.sampled_from([0.0, 0.0, 0.3]))
    truth, predicted = [], []
    for _ in range(count):
        objects, guesses = (int(rng.integers(0, most)) for most in (6, 14))
        boxes = _boxes(rng, objects)
        shifted = boxes[rng.integers(0, objects, guesses)] if objects else _boxes(rng, guesses)
        shifted = shifted + rng.integers(-2, 3, (guesses, 4)) * rng.integers(0, 3, (guesses, 1))
        far = rng.random(guesses) < 0.2
        shifted[far] = _boxes(rng, int(far.sum()))
        shifted[:, 2:] = shifted[:, 2:].clip(1)
        crowd = rng.random(objects) < crowded
        scores = rng.integers(0, 21, guesses) / 20
        truth.append(_objects(boxes, rng.integers(0, known, objects), None, crowd, masks))
        predicted.append(_objects(shifted, rng.integers(0, CLASSES, guesses), scores, None, masks))
    return truth, predicted


def _boxes(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    places = [rng.integers(0, 4, (count, 2)) * 8, rng.integers(1, 4, (count, 2)) * 8]
    return np.concatenate(places, axis=1).astype(np.float64)


def _objects(
    boxes: NDArray[np.float64],
    class_id: NDArray[np.int64],
    score: NDArray[np.float64] | None,
    crowd: NDArray[np.bool_] | None,
    masks: bool,
) -> Objects:
    return Objects.from_boxes(
        corners(boxes),
        class_id,
        score=score,
        crowd=crowd,
        number=np.arange(len(boxes)) * 2 + 1,
        masks=[_corner_cut(box) for box in boxes] if masks else None,
    )


def _corner_cut(box: NDArray[np.float64]) -> RLE:
    """A box without one of its corners."""
    x, y, width, height = box.clip(0).astype(int).tolist()
    pixels = np.zeros((_SIDE * 2, _SIDE * 2), np.uint8)
    pixels[y : y + height, x : x + width] = 1
    pixels[y : y + height // 3, x : x + width // 3] = 0
    return encode(pixels)
