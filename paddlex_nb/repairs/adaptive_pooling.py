"""Adaptive average pooling that ONNX computes as Paddle does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray
from paddle.nn import functional


@contextmanager
def exact_adaptive_pooling() -> Iterator[None]:
    """While a network is traced for ONNX, pool by matrix products where ONNX has no operator.

    ONNX has no adaptive pooling. paddle2onnx (2.1 and before) writes an average pooling of equal
    windows at equal steps instead, which is another function where the map's side is no multiple
    of the output's, and a step of 0, at which it crashes, where the map is smaller than the
    output. A mean over the windows of each axis is a product with a constant matrix, at any size.
    """
    usual: Any = functional.adaptive_avg_pool2d

    @paddle.jit.not_to_static
    def pool(x: Any, output_size: Any, data_format: str = "NCHW", name: str | None = None) -> Any:
        sides = _sides(x.shape[-2:], output_size) if data_format == "NCHW" else None
        if sides is None or all(given % wanted == 0 for given, wanted in sides):
            return usual(x, output_size, data_format, name)
        rows, columns = (windows(*side) for side in sides)
        return paddle.to_tensor(rows) @ x @ paddle.to_tensor(columns.T)

    functional.adaptive_avg_pool2d = pool
    try:
        yield
    finally:
        functional.adaptive_avg_pool2d = usual


def windows(given: int, wanted: int) -> NDArray[np.float32]:
    """The weight of each given pixel in each wanted mean, of shape (wanted, given).

    Mean number i is over the pixels from floor(i * given / wanted) to before
    ceil((i + 1) * given / wanted), as in Paddle's documentation of AdaptiveAvgPool2D.
    """
    weights = np.zeros((wanted, given), np.float32)
    for row in range(wanted):
        start, stop = row * given // wanted, -(-(row + 1) * given // wanted)
        weights[row, start:stop] = 1 / (stop - start)
    return weights


def _sides(shape: Sequence[int], output_size: Any) -> list[tuple[int, int]] | None:
    """Given and wanted side of each axis; None where they are not known before it runs."""
    wanted = output_size if isinstance(output_size, list | tuple) else (output_size,) * 2
    pairs = [(g, g if w is None else w) for g, w in zip(shape, wanted, strict=True)]
    known = all(isinstance(side, int) and side > 0 for pair in pairs for side in pair)
    return pairs if known else None
