"""Where in an image a classifier looks: by its gradients, and by covering parts of the image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import paddle
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError

Heat = NDArray[np.float32]
"""How much each place matters, from 0 to 1, of shape (H, W)."""

MASKS = 400
"""Ways in which parts of the image are covered."""

_CELLS, _KEPT, _BATCH = 7, 0.5, 25
"""Cells of a mask along a side, the share of them that is kept, and images that go at once."""


def grad_cam(model: paddle.nn.Layer, image: NDArray[np.float32], class_id: int) -> Heat:
    """Which places of the last convolution's maps raise a class.

    Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization" (ICCV): the maps of the last convolution that has maps, weighted by the mean
    gradient of the class, of which what lowers it is left out.

    Args:
        model: Gives logits of shape (images, classes).
        image: The model's input, of shape (3, H, W).
        class_id: The class.

    Raises:
        UserError: The model has no convolution whose maps are larger than a pixel.
    """
    seen: list[paddle.Tensor] = []

    def keep(_layer: Any, _inputs: Any, output: paddle.Tensor) -> paddle.Tensor:
        if output.ndim == 4 and min(output.shape[2:]) > 1:  # else one on pooled features
            seen.append(output)
        return output

    layers = [one for one in model.sublayers() if isinstance(one, paddle.nn.Conv2D)]
    hooks = [one.register_forward_post_hook(keep) for one in layers]
    model.eval()
    try:
        given = paddle.to_tensor(image[None])
        given.stop_gradient = False  # so that gradients flow through a frozen backbone too
        logits = model(given)
        if not seen:
            raise UserError("training.explain.no_convolution")
        maps = seen[-1]
        (slope,) = paddle.grad([logits[0, class_id]], [maps])
    finally:
        for hook in hooks:
            hook.remove()
    weights = slope.mean(axis=[2, 3], keepdim=True)
    heat = paddle.nn.functional.relu((weights * maps).sum(axis=1))[0].numpy()
    return _spread(np.asarray(heat, np.float32), image.shape[1:])


def rise(
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    image: NDArray[np.float32],
    class_id: int,
    tick: Callable[[int], None] = lambda _done: None,
) -> Heat:
    """Which places must be seen for a class to be likely; the model is only asked.

    Petsiuk, Das and Saenko 2018, "RISE: Randomized Input Sampling for Explanation of Black-box
    Models" (BMVC): random parts of the image are covered, and each place has the mean probability
    of the class over the masks that leave it to be seen.

    Args:
        predict: Gives probabilities of shape (images, classes) of inputs of shape (N, 3, H, W).
        image: The model's input, of shape (3, H, W).
        class_id: The class.
        tick: Told how many masks were tried.
    """
    height, width = image.shape[1:]
    rng = np.random.default_rng(0)
    total, shown = np.zeros((height, width)), np.zeros((height, width))
    cell = -(-height // _CELLS), -(-width // _CELLS)
    for start in range(0, MASKS, _BATCH):
        masks = np.empty((_BATCH, height, width), np.float32)
        for mask in masks:
            grid = (rng.random((_CELLS + 1, _CELLS + 1)) < _KEPT).astype(np.float32)
            size = ((_CELLS + 1) * cell[1], (_CELLS + 1) * cell[0])
            large = cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR)
            top, left = int(rng.integers(cell[0])), int(rng.integers(cell[1]))
            mask[:] = large[top : top + height, left : left + width]
        scores = predict(image[None] * masks[:, None])[:, class_id]
        total += np.tensordot(scores, masks, 1)
        shown += masks.sum(axis=0)
        tick(start + _BATCH)
    return _spread((total / np.maximum(shown, 1e-6)).astype(np.float32), (height, width))


def _spread(heat: Heat, size: tuple[int, ...]) -> Heat:
    """A map in the size of the input, its least place 0 and its greatest 1."""
    large = cv2.resize(heat, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    large = large - large.min()
    return np.asarray(large / max(float(large.max()), 1e-12), np.float32)
