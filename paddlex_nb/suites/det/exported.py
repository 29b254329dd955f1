"""A detector as it is exported: pixels in, boxes out, everything else fixed."""

from __future__ import annotations

import copy

import paddle


def fused(model: paddle.nn.Layer) -> paddle.nn.Layer:
    """The model with one convolution for branches that one can replace (RepVGG's blocks).

    It is quicker, and without the branches' choice by value, which Paddle's predictor cannot load.
    A copy, if there is anything to replace.
    """
    if not any(hasattr(layer, "convert_to_deploy") for layer in model.sublayers()):
        return model
    copied: paddle.nn.Layer = copy.deepcopy(model)
    copied.eval()
    for layer in copied.sublayers():
        if hasattr(layer, "convert_to_deploy"):
            layer.convert_to_deploy()
    return copied


class Exported(paddle.nn.Layer):
    """Takes one image that fills the canvas.

    Args:
        model: An architecture of paddledet.
        size: Side of the canvas in pixels.
    """

    def __init__(self, model: paddle.nn.Layer, size: int) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("im_shape", paddle.full([1, 2], size, "float32"), persistable=False)
        self.register_buffer("scale_factor", paddle.ones([1, 2]), persistable=False)

    def forward(self, image: paddle.Tensor) -> paddle.Tensor:
        """Class, score, left, top, right, bottom in pixels of the canvas, of shape (n, 6)."""
        outputs = self.model(
            {"image": image, "im_shape": self.im_shape, "scale_factor": self.scale_factor}
        )
        boxes: paddle.Tensor = outputs["bbox"]
        return boxes
