"""Depthwise convolutions on the CPU, trained several times as fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import paddle
from numpy.typing import NDArray

_SMALL = 8
"""Largest side of a map for which the matrix form is the faster one."""


def quick_depthwise(model: paddle.nn.Layer) -> None:
    """Train depthwise 3x3 and 5x5 convolutions of small maps as matrix products, on the CPU.

    Paddle's CPU kernel makes one tiny product for every image and channel. On maps of up to 8x8
    pixels one product a channel with the convolution's own (mostly zero) matrix does seven times
    the arithmetic in a fifth of the time. The result is the same to float32's rounding.
    Evaluation and export keep the model as it is.
    """
    for layer in model.sublayers():
        if isinstance(layer, paddle.nn.Conv2D) and _fits(layer):
            layer.forward = _quick(layer, layer.forward)


def _fits(layer: paddle.nn.Conv2D) -> bool:
    channels = layer._in_channels
    kernel = layer._kernel_size[0]
    return (
        layer._groups == channels == layer._out_channels
        and layer._kernel_size == [kernel, kernel]
        and layer._stride[0] == layer._stride[1]
        and layer._padding in (kernel // 2, [kernel // 2] * 2)
        and layer._dilation == [1, 1]
        and layer._padding_mode == "zeros"
        and layer._data_format == "NCHW"
        and layer.bias is None
    )


def _quick(
    layer: paddle.nn.Conv2D, usual: Callable[[paddle.Tensor], paddle.Tensor]
) -> Callable[[paddle.Tensor], paddle.Tensor]:
    def forward(x: paddle.Tensor) -> paddle.Tensor:
        images, channels, height, width = x.shape
        if not layer.training or height != width or height > _SMALL:
            return usual(x)
        kernel, stride = layer._kernel_size[0], layer._stride[0]
        side = (height - 1) // stride + 1
        places = paddle.to_tensor(_places(height, kernel, stride))
        matrix = layer.weight.reshape([channels, kernel**2]) @ places
        matrix = matrix.reshape([channels, height * width, side * side])
        rows = x.reshape([images, channels, height * width]).transpose([1, 0, 2])
        product = paddle.bmm(rows, matrix)
        return product.transpose([1, 0, 2]).reshape([images, channels, side, side])

    return forward


@lru_cache(maxsize=32)
def _places(size: int, kernel: int, stride: int) -> NDArray[np.float32]:
    """Which weight of the kernel joins an input pixel to an output pixel.

    Of shape (kernel², size² · side²): 1 where it does, 0 elsewhere.
    """
    side = (size - 1) // stride + 1
    out = np.arange(side) * stride
    offset = np.arange(size)[:, None] - out[None, :] + kernel // 2  # (size, side)
    inside = (offset >= 0) & (offset < kernel)
    row, column = offset[:, None, :, None], offset[None, :, None, :]
    joined = inside[:, None, :, None] & inside[None, :, None, :]
    which = np.where(joined, row * kernel + column, -1).reshape(-1)
    return np.asarray(which[None, :] == np.arange(kernel**2)[:, None], np.float32)
