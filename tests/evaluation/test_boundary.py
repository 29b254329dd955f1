"""Boundary IoU equals one that measures the distance of each pixel; label maps as PNG."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.metrics.boundary import boundary_counts, boundary_iou
from paddlex_nb.metrics.label_png import label_png


def near_edge(mask: NDArray[np.bool_], distance: int) -> NDArray[np.bool_]:
    """Pixels of a mask from which a pixel that is not in it is at most so many steps away.

    Steps go to all eight neighbours; what is outside of the image is not in the mask.
    """
    height, width = mask.shape
    near = np.zeros_like(mask)
    for y in range(height):
        for x in range(width):
            if not mask[y, x]:
                continue
            for v in range(y - distance, y + distance + 1):
                for u in range(x - distance, x + distance + 1):
                    inside = 0 <= v < height and 0 <= u < width
                    if not inside or not mask[v, u]:
                        near[y, x] = True
    return near


def naive(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], classes: int
) -> list[float | None]:
    distance = max(1, round(0.02 * float(np.hypot(*truth.shape))))
    known = truth < classes
    found: list[float | None] = []
    for number in range(classes):
        true = near_edge(truth == number, distance) & known
        told = near_edge(predicted == number, distance) & known
        union = int((true | told).sum())
        found.append(int((true & told).sum()) / union if union else None)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_a_naive_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(20, 120, 2))
    noise = cv2.GaussianBlur(rng.random((height, width, 3)), (0, 0), 6)
    truth = noise.argmax(axis=2).astype(np.uint8)
    shaken = noise + cv2.GaussianBlur(rng.random((height, width, 3)), (0, 0), 6) / 2
    predicted = shaken.argmax(axis=2).astype(np.uint8)
    truth[: height // 5] = 255
    counts = boundary_counts(truth, predicted, 4)
    assert boundary_iou(counts) == pytest.approx(naive(truth, predicted, 4))
    assert boundary_iou(counts)[3] is None  # it is nowhere


def test_a_large_area_is_judged_by_its_edge_alone() -> None:
    truth = np.zeros((200, 200), np.uint8)
    truth[20:180, 20:180] = 1
    predicted = np.zeros_like(truth)
    predicted[24:184, 24:184] = 1  # shifted by 4 pixels
    whole = ((truth == 1) & (predicted == 1)).sum() / ((truth == 1) | (predicted == 1)).sum()
    edge = boundary_iou(boundary_counts(truth, predicted, 2))[1]
    assert whole > 0.9
    assert edge is not None
    assert edge < 0.4


def test_thin_and_ring_shaped_areas_are_all_edge() -> None:
    truth = np.zeros((100, 100), np.uint8)
    cv2.circle(truth, (50, 50), 30, 1, 2)
    assert boundary_counts(truth, truth, 2)[1].tolist() == [int((truth == 1).sum())] * 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (37, 53)])
def test_a_label_map_is_read_as_it_was_written(shape: tuple[int, int]) -> None:
    labels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    data = label_png(labels)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), labels)
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(read, labels)
