"""Counting the pixels of label maps by truth and prediction, beside paddleseg's own.

Made-up maps of CamVid's size and number of classes, blobs as models make them. The peer is
``paddleseg.utils.metrics.calculate_area``, which gives areas of intersection, prediction and label.
Then an update of the metric (counts, figures and the map as PNG) and the boundaries. Results are
compared first.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

HEIGHT, WIDTH, CLASSES, IMAGES, ROUNDS = 720, 960, 11, 8, 7


def maps() -> list[tuple[Any, Any]]:
    """Truth and prediction of each image."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(IMAGES):
        noise = cv2.GaussianBlur(rng.random((HEIGHT, WIDTH, CLASSES), np.float32), (0, 0), 9)
        other = cv2.GaussianBlur(rng.random((HEIGHT, WIDTH, CLASSES), np.float32), (0, 0), 9)
        truth = noise.argmax(axis=2).astype(np.uint8)
        truth[: HEIGHT // 10] = 255
        found.append((truth, (noise + other / 2).argmax(axis=2).astype(np.uint8)))
    return found


def milliseconds(*calls: Callable[[], Any]) -> list[float]:
    """Median of each call, in turn, by image."""
    seconds: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(ROUNDS):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            seconds[place].append(time.perf_counter() - start)
    return [statistics.median(one) / IMAGES * 1000 for one in seconds]


def main() -> None:
    """Compare the results, measure, and print the ratios."""
    import paddle
    from paddleseg.utils import metrics

    from paddlex_nb.contracts.batch import Batch
    from paddlex_nb.metrics.boundary import Boundaries
    from paddlex_nb.metrics.segmentation import SegmentationMetric, pixel_counts
    from paddlex_nb.repairs import scalar_concat

    scalar_concat()
    pairs = maps()
    tensors = [
        [paddle.to_tensor(one[None].astype(np.int32)) for one in (predicted, truth)]
        for truth, predicted in pairs
    ]

    def theirs() -> Any:
        return [metrics.calculate_area(*pair, CLASSES) for pair in tensors]

    def ours() -> Any:
        return [pixel_counts(truth, predicted, CLASSES) for truth, predicted in pairs]

    for areas, matrix in zip(theirs(), ours(), strict=True):
        told = [matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)]
        for one, other in zip(areas, told, strict=True):
            np.testing.assert_array_equal(one.numpy(), other)
    names = [f"c{number}" for number in range(CLASSES)]
    batch = Batch(range(IMAGES), {"truth": [truth for truth, _ in pairs]})
    predictions = [predicted for _, predicted in pairs]

    def update() -> None:
        SegmentationMetric(names).update(batch, predictions)

    def boundaries() -> None:
        Boundaries(names).update(batch, predictions)

    peer, counts, whole, edges = milliseconds(theirs, ours, update, boundaries)
    print(f"paddleseg {peer:.2f} ms an image, ours {counts:.2f} ms: {peer / counts:.1f} times")
    print(f"an update {whole:.2f} ms (paddleseg's areas alone: {peer / whole:.1f} times)")
    print(f"boundaries {edges:.2f} ms")


if __name__ == "__main__":
    main()
