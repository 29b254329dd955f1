"""Foreign forms of weights for paddleclas' models."""

from __future__ import annotations

import numpy as np

from paddlex_nb.runs.checkpoint import Arrays
from paddlex_nb.weights.matching import Converter, Shapes

_EXTRA = "conv2._first_block._expand_conv."
_EPSILON = 1e-5


def mobilenet_v2(target: Shapes, source: Arrays) -> Arrays | None:
    """MobileNetV2 as paddle.vision and torchvision build it.

    Their tensors come in the same order as paddleclas', but paddleclas also has a 1x1 convolution
    with batch normalisation and ReLU6 before the first depthwise one, where the expansion is 1.
    It is set to the identity: in evaluation exactly, and in training as nearly as can be, by
    giving its normalisation the mean and variance that its input has. That input is
    ReLU6(z) with z close to normal, with the scale and shift of the normalisation before it.
    """
    extra = [name for name in target if name.startswith(_EXTRA)]
    if (
        not extra
        or "features.0.1.weight" not in source
        or "features.1.conv.0.0.weight" not in source
    ):
        return None
    names = [name for name in target if not name.startswith(_EXTRA)]
    if len(names) != len(source):
        return None
    renamed = dict(zip(names, source.values(), strict=True))
    mean, variance = _relu6_moments(source["features.0.1.bias"], source["features.0.1.weight"])
    identity = {
        "_conv.weight": np.eye(len(mean))[:, :, None, None],
        "_batch_norm.weight": np.sqrt(variance + _EPSILON),
        "_batch_norm.bias": mean,
        "_batch_norm._mean": mean,
        "_batch_norm._variance": variance,
    }
    added = {_EXTRA + name: value.astype(np.float32) for name, value in identity.items()}
    return {**renamed, **added}


def _relu6_moments(
    mean: np.ndarray[tuple[int], np.dtype[np.float32]],
    scale: np.ndarray[tuple[int], np.dtype[np.float32]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """Mean and variance of min(max(z, 0), 6), z normal, by summing over 12 standard deviations."""
    points = np.linspace(-6, 6, 2001)
    weights = np.exp(-(points**2) / 2)
    weights /= weights.sum()
    values = np.clip(mean[:, None] + np.abs(scale)[:, None] * points, 0, 6)
    average = (values * weights).sum(axis=1)
    return average, ((values - average[:, None]) ** 2 * weights).sum(axis=1)


CONVERTERS: tuple[Converter, ...] = (mobilenet_v2,)
